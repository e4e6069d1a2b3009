//! Every record of a site, and who cites it.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;

use super::super::terminal::Terminal;
use crate::build::{Builder, Request};
use crate::citation::Bibliography;
use crate::content::{Document, Kind, Library, Listed, Source};
use crate::diagnostics::{Diagnostic, Span};
use crate::site::Instant;
use crate::source::{Folder, SourcePath};

/// The records of a site's libraries, then those of its posts and pages, each as often as
/// it stands somewhere.
pub(super) struct Catalogue {
    pub(super) entries: Vec<Entry>,
    /// What is wrong in the libraries and in front matter.
    pub(super) diagnostics: Vec<Diagnostic>,
    builder: Builder,
}

pub(super) struct Entry {
    pub(super) source: Arc<Source>,
    home: Home,
}

enum Home {
    /// Where its id stands in a library.
    Library(Span),
    Document(Arc<Document>),
}

/// A record with what cites or lists it, whether that is out or not.
pub(super) struct Cited {
    pub(super) source: Arc<Source>,
    /// What it is called: its id, else one made of what it says.
    pub(super) key: String,
    pub(super) place: Span,
    pub(super) is_shared: bool,
    pub(super) posts: Vec<SourcePath>,
    pub(super) pages: Vec<SourcePath>,
}

/// What is known of a site's citations.
pub(super) struct Citations {
    /// By key.
    pub(super) records: Vec<Cited>,
    /// Posts that name no source, by path, with their titles.
    pub(super) bare_posts: Vec<(SourcePath, String)>,
}

impl Cited {
    /// Whether no post and no page cites or lists it.
    pub(super) fn is_unused(&self) -> bool {
        self.posts.is_empty() && self.pages.is_empty()
    }
}

impl Entry {
    /// Whether any post may refer to it.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.home, Home::Library(_))
    }

    /// Where a value of it stands, as far as that is known.
    pub(super) fn place_of(&self, value: &str) -> Span {
        match &self.home {
            Home::Library(place) => place.clone(),
            Home::Document(document) => document.place_of("sources", value),
        }
    }

    /// Where it is, by what is most its own.
    pub(super) fn place(&self) -> Span {
        let source = &self.source;
        let organisation = source.organisation.as_ref().map(|one| &one.name);
        let own = source.url.as_ref().or(source.doi.as_ref()).or(source.title.as_ref()).or(organisation);
        self.place_of(own.map_or("", String::as_str))
    }
}

impl Catalogue {
    pub(super) fn read(folder: &Folder) -> Self {
        let mut builder = Builder::new();
        let mut diagnostics = folder.diagnostics();
        let libraries = builder.read_libraries(folder.tree());
        diagnostics.extend(libraries.iter().flat_map(|library| library.diagnostics.iter().cloned()));
        let libraries: Vec<Arc<Library>> = libraries.iter().map(|read| Arc::clone(&read.value)).collect();
        // Two records with one id are told there.
        Bibliography::of(&libraries).drain(&mut diagnostics);
        let records = libraries.iter().flat_map(|library| &library.records);
        let mut entries: Vec<Entry> = records
            .map(|record| Entry { source: Arc::clone(&record.source), home: Home::Library(record.place.clone()) })
            .collect();
        for document in builder.read_documents(folder.tree()) {
            diagnostics.extend(document.diagnostics.iter().cloned());
            let listed = document.value.front.sources.iter();
            entries.extend(listed.filter_map(|listed| match listed {
                Listed::Record(source) => {
                    Some(Entry { source: Arc::clone(source), home: Home::Document(Arc::clone(&document.value)) })
                }
                Listed::Id(_) => None,
            }));
        }
        diagnostics.sort();
        Self { entries, diagnostics, builder }
    }

    /// Tells the errors, since for each of them a record may be missing.
    pub(super) fn tell_errors(&self, terminal: &Terminal) -> bool {
        let errors: Vec<Diagnostic> = self.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
        Terminal::diagnostics(&errors, terminal.human());
        !errors.is_empty()
    }

    /// Every record once, with who cites it: the whole site is built, with what is not out.
    pub(super) fn cited(mut self, folder: &Folder) -> Citations {
        let mut records = self.distinct();
        let instant = Instant { now: Timestamp::MAX, drafts: true, future: true };
        let report = self.builder.build(folder.tree(), &Request { url: None, instant });
        let mut bare_posts = Vec::new();
        for (page, references) in report.references() {
            let is_post = page.document.kind == Kind::Post;
            if is_post && references.is_empty() {
                bare_posts.push((Arc::clone(page.path()), page.title.clone()));
            }
            for reference in references {
                let Some(record) = records.get_mut(&reference.source) else { continue };
                let citing = if is_post { &mut record.posts } else { &mut record.pages };
                citing.push(Arc::clone(page.path()));
            }
        }
        bare_posts.sort();
        let mut records: Vec<Cited> = records.into_values().collect();
        for record in &mut records {
            record.posts.sort();
            record.posts.dedup();
            record.pages.sort();
            record.pages.dedup();
        }
        records.sort_by(|one, other| (&one.key, &one.place).cmp(&(&other.key, &other.place)));
        Citations { records, bare_posts }
    }

    /// Records that say the same are one. No two have the same key.
    fn distinct(&self) -> IndexMap<Arc<Source>, Cited> {
        let mut all: IndexMap<Arc<Source>, Cited> = IndexMap::new();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for entry in &self.entries {
            all.entry(Arc::clone(&entry.source)).or_insert_with(|| Cited {
                key: free_key(&entry.source.key(), &mut taken),
                place: entry.place(),
                is_shared: entry.is_shared(),
                source: Arc::clone(&entry.source),
                posts: Vec::new(),
                pages: Vec::new(),
            });
        }
        all
    }
}

/// The key, with a number behind it when another has it.
pub(super) fn free_key(key: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{key}-{number}"));
    let mut all = std::iter::once(key.to_owned()).chain(numbered);
    let free = all.find(|key| !taken.contains(key)).expect("the numbers have no end");
    taken.insert(free.clone());
    free
}
