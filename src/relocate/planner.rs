//! What a plan is made of, step by step.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use rayon::prelude::*;

use super::addresses::{self, Address, Aliases, Fate, Sites};
use super::edit::{TextEdit, applied, shown_line, shown_link};
use super::front::Draft;
use super::links::{self, Target};
use super::moves::Moves;
use super::proof::new_diagnostics;
use super::{Plan, Refused, Request};
use crate::build::Builder;
use crate::config::{self, Config};
use crate::content::Document;
use crate::diagnostics::{Diagnostic, Warned};
use crate::source::{SourcePath, SourceText, SourceTree};

/// How many places that name a file in another way are told one by one.
const MENTIONS: usize = 10;

pub(super) struct Planner<'t> {
    pub(super) tree: &'t SourceTree,
    pub(super) request: &'t Request,
    pub(super) config: Config,
    pub(super) documents: BTreeMap<SourcePath, Arc<Warned<Arc<Document>>>>,
    pub(super) before: Sites,
    pub(super) moves: Moves,
    pub(super) notes: Vec<String>,
    drafts: BTreeMap<SourcePath, Draft<'t>>,
    builder: Builder,
}

/// The edits of a text: first those of its front matter, then those of its links.
#[derive(Default)]
struct Edits {
    front: Vec<TextEdit>,
    links: Vec<TextEdit>,
}

impl<'t> Planner<'t> {
    pub(super) fn new(tree: &'t SourceTree, request: &'t Request) -> Self {
        let mut builder = Builder::new();
        let documents = builder.read_documents(tree);
        Self {
            tree,
            request,
            config: Config::read(tree, None).value,
            documents: documents.into_iter().map(|read| (Arc::clone(read.value.path()), read)).collect(),
            before: Sites::of(tree, &mut builder, request.now),
            moves: Moves::default(),
            notes: Vec::new(),
            drafts: BTreeMap::new(),
            builder,
        }
    }

    /// The front matter of a document, to be changed.
    ///
    /// # Errors
    /// When it has an error already: then it does not say what its author meant.
    pub(super) fn draft(&mut self, path: &str) -> Result<&mut Draft<'t>, Refused> {
        let source = self.source(path)?;
        match self.drafts.entry(Arc::clone(&source.path)) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(free) => {
                let read = &self.documents[path];
                let errors: Vec<Diagnostic> = read.diagnostics.iter().filter(|one| one.is_error()).cloned().collect();
                if !errors.is_empty() {
                    return Err(errors.into());
                }
                Ok(free.insert(Draft::of_document(source, read.value.body_start)))
            }
        }
    }

    fn source(&self, path: &str) -> Result<&'t SourceText, Refused> {
        let found = self.tree.text(path).filter(|_| self.documents.contains_key(path));
        found.ok_or_else(|| Refused::Usage(crate::output::Error::new(format!("{path} is no document of this site"))))
    }

    /// Keeps old addresses and paths right, tries the site, and says what changes.
    pub(super) fn finish(mut self) -> Result<Plan, Refused> {
        let renames = self.moves.in_order(self.tree)?;
        let after = Sites::of(&self.moves.applied_to(&self.preview()), &mut self.builder, self.request.now);
        let changed = addresses::changed(&self.before, &after, &self.moves);
        for address in &changed {
            self.keep(address)?;
        }
        self.pictures()?;
        let edits = self.edits()?;
        let texts = self.texts(&edits);
        let after_tree = self.moves.applied_to(&with_texts(self.tree, &texts));
        let found = new_diagnostics(self.tree, &after_tree, &self.moves, &mut self.builder, self.request.now);
        if found.iter().any(Diagnostic::is_error) {
            return Err(Refused::Broken(found));
        }
        self.note_publication(&after);
        self.note_addresses(&changed, &after);
        self.note_mentions(&after_tree);
        let is_told = |address: &Address| address.fate != Fate::Unknown || address.path == self.request.post;
        Ok(Plan {
            renames,
            link_count: edits.values().map(|edits| edits.links.len()).sum(),
            edits: self.shown(&edits),
            addresses: changed.into_iter().filter(is_told).collect(),
            notes: self.notes,
            warnings: found,
            after: after_tree,
            texts,
        })
    }

    /// The site with what was asked for, before links and aliases follow.
    fn preview(&self) -> SourceTree {
        let mut tree = self.tree.clone();
        for (path, draft) in &self.drafts {
            tree.insert_text(SourceText::new(Arc::clone(path), draft.preview()));
        }
        tree
    }

    /// Lets a page's old address lead to it, and takes out an alias that is its own address.
    fn keep(&mut self, address: &Address) -> Result<(), Refused> {
        let document = Arc::clone(&self.documents[&address.path].value);
        let Some(Aliases { is_own_dropped, more }) = Aliases::of(address, &document) else {
            return Ok(());
        };
        let own = addresses::route(&address.new);
        let stays = |alias: &str| {
            let is_own = crate::site::Permalink::parse(alias).is_ok_and(|alias| addresses::route(&alias) == own);
            !(is_own_dropped && is_own)
        };
        self.draft(&address.path)?.aliases(stays, more.as_deref());
        Ok(())
    }

    /// Pictures that a front matter or the configuration names in a folder that is renamed.
    fn pictures(&mut self) -> Result<(), Refused> {
        let named = self.documents.values().filter_map(|read| {
            let document = &read.value;
            let src = &document.front.image.as_ref()?.src;
            Some((Arc::clone(document.path()), src.clone(), self.picture(document.path(), src)?))
        });
        for (path, old, new) in named.collect::<Vec<_>>() {
            self.draft(&path)?.picture(&old, &new);
        }
        let file = SourcePath::from(config::FILE);
        let own = self.config.image.clone().and_then(|src| Some((self.picture(&file, &src)?, src)));
        if let (Some((new, old)), Some(source)) = (own, self.tree.text(&file)) {
            self.drafts.entry(file).or_insert_with(|| Draft::of_file(source)).picture(&old, &new);
        }
        Ok(())
    }

    fn picture(&self, file: &SourcePath, src: &str) -> Option<String> {
        let is_elsewhere = src.starts_with('/') || src.starts_with("https://") || src.starts_with("http://");
        let target = Target::of(file, src, self.tree, &self.moves).filter(|_| !is_elsewhere)?;
        Some(target.path_in_place_of(src, str::to_owned))
    }

    /// Every edit, by file.
    fn edits(&self) -> Result<BTreeMap<SourcePath, Edits>, Refused> {
        let mut all: BTreeMap<SourcePath, Edits> = BTreeMap::new();
        let mut refused = Vec::new();
        for (path, draft) in &self.drafts {
            match draft.finish() {
                Ok(front) => all.entry(Arc::clone(path)).or_default().front = front,
                Err(diagnostic) => refused.push(*diagnostic),
            }
        }
        let documents: Vec<_> = self.documents.values().filter(|_| !self.moves.is_empty()).collect();
        let links: Vec<_> = documents.par_iter().map(|read| self.links(&read.value)).collect();
        for (read, links) in documents.iter().zip(links) {
            match links {
                Ok(links) if links.is_empty() => {}
                Ok(links) => all.entry(Arc::clone(read.value.path())).or_default().links = links,
                Err(diagnostic) => refused.push(*diagnostic),
            }
        }
        all.retain(|_, edits| !(edits.front.is_empty() && edits.links.is_empty()));
        if refused.is_empty() { Ok(all) } else { Err(refused.into()) }
    }

    fn links(&self, document: &Document) -> Result<Vec<TextEdit>, Box<Diagnostic>> {
        let source = self.tree.text(document.path()).expect("a document is a text of the tree");
        links::edits(document, source, self.tree, &self.moves, &self.config.markdown)
    }

    fn texts(&self, edits: &BTreeMap<SourcePath, Edits>) -> Vec<(SourcePath, Arc<str>, Arc<str>)> {
        let text = |(path, edits): (&SourcePath, &Edits)| {
            let old = &self.tree.text(path)?.text;
            let new = applied(old, &[edits.front.clone(), edits.links.clone()].concat());
            Some((Arc::clone(path), Arc::clone(old), new.into()))
        };
        edits.iter().filter_map(text).collect()
    }

    fn shown(&self, edits: &BTreeMap<SourcePath, Edits>) -> Vec<super::Edit> {
        let mut shown = Vec::new();
        for (source, edits) in edits.iter().filter_map(|(path, edits)| Some((self.tree.text(path)?, edits))) {
            let front = edits.front.iter().map(|edit| shown_line(source, edit));
            let mut here: Vec<super::Edit> =
                front.chain(edits.links.iter().map(|edit| shown_link(source, edit))).collect();
            here.sort_by_key(|edit| edit.line);
            shown.append(&mut here);
        }
        shown
    }

    /// What comes out by the move, and what does not any more.
    fn note_publication(&mut self, after: &Sites) {
        let post = |sites: &'_ Sites, path: &str| sites.public.page(path).is_some();
        for read in self.documents.values() {
            let path = read.value.path();
            let (old, new) = (post(&self.before, path), post(after, &self.moves.of(path)));
            if old && !new {
                let date = after.page(&self.moves.of(path)).and_then(|page| page.date.clone());
                let until = date.map(|date| format!(" until {}", date.date())).unwrap_or_default();
                self.notes
                    .push(format!("{path} is out, and with this date it is not: its address leads nowhere{until}"));
            } else if new && !old {
                self.notes.push(format!("{path} was not out, and comes out with its new date at once"));
            }
        }
        let gone = self.before.public.series.iter().filter(|old| {
            let left = after.public.series.iter().find(|new| new.slug == old.slug);
            !old.parts.is_empty() && left.is_none_or(|series| series.parts.is_empty())
        });
        self.notes.extend(gone.map(|series| format!("nothing that is out is left in the series {}", series.title)));
    }

    fn note_addresses(&mut self, changed: &[Address], after: &Sites) {
        for Address { path, old, fate, .. } in changed {
            match fate {
                Fate::Taken(owner) if after.public.page(owner).is_some() => {
                    self.notes.push(format!("{old} is the address of {owner} now, so it cannot lead to {path}"));
                }
                Fate::Taken(owner) => self.notes.push(format!(
                    "{old} will be the address of {owner}, so it cannot lead to {path}; until that is out it leads nowhere"
                )),
                Fate::Unknown if *path == self.request.post => {
                    self.notes
                        .push(format!("nobody has the old address {old}, since it was not out: no alias is kept"));
                }
                Fate::Unknown | Fate::Kept => {}
            }
        }
    }

    /// Templates, data, components and code may name a file too, in ways of their own.
    fn note_mentions(&mut self, after: &SourceTree) {
        let mut found = Vec::new();
        for name in self.moves.sources() {
            let below = name.strip_prefix("content/").unwrap_or(name);
            let needle = if below.ends_with(".md") { below.to_owned() } else { format!("{below}/") };
            for text in after.texts_under("") {
                let places = text.text.match_indices(&needle).map(|(at, _)| text.span(at..at).line);
                found.extend(
                    places.map(|line| format!("{}:{line} still names {needle}: look whether it should", text.path)),
                );
            }
        }
        found.dedup();
        let more = found.len().saturating_sub(MENTIONS);
        self.notes.extend(found.into_iter().take(MENTIONS));
        if more > 0 {
            self.notes.push(format!("{more} more places still name a file by its old name"));
        }
    }
}

fn with_texts(tree: &SourceTree, texts: &[(SourcePath, Arc<str>, Arc<str>)]) -> SourceTree {
    let mut with = tree.clone();
    for (path, _, new) in texts {
        with.insert_text(SourceText::new(Arc::clone(path), Arc::clone(new)));
    }
    with
}
