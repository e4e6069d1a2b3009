//! One Markdown file at a time: its front matter and where its body begins.
//!
//! *Architecture Invariant:* nothing here knows of another file. What a document means
//! in its site (its address, its part number) is decided in [`crate::site`].

mod cadence;
mod contract;
mod date;
mod front_matter;
mod import;
mod library;
mod misplaced;
mod place;
mod rhythm;
mod series_ref;
mod slug;
mod source;

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostics::{Span, Warned};
use crate::memo::Fingerprint;
use crate::source::{SourcePath, SourceText, parent};

pub use cadence::{Cadence, Day, Mistake, MonthDay, Rule};
pub use contract::{Contract, TitlePattern, WordRange};
pub use date::When;
#[cfg(test)]
pub(crate) use front_matter::FIELDS as FRONT_MATTER_FIELDS;
pub use front_matter::{FrontMatter, ImageRef};
pub use import::{
    Imported, checked as checked_import, from_bibtex, from_csl_json, from_html, from_ris, read_any, turned_name,
};
pub use library::{LIBRARY, Library, Record};
pub use rhythm::{Pause, Planned};
pub use series_ref::{SeriesOrder, SeriesRef};
pub use slug::slugify;
pub use source::{
    Archived, Evidence, FIELDS as SOURCE_FIELDS, Listed, Name, Organisation, PartialDate, Source, WorkKind, doi_url,
    normal_url, read_listed, read_record, to_yaml,
};
pub(crate) use source::{bare_doi, check_url};

/// What a Markdown file is, told by its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An instalment: below `content/posts/`.
    Post,
    /// A standing page: elsewhere below `content/`.
    Page,
    /// The description of a series: in `content/series/`.
    Series,
}

/// What a Markdown file says of itself: all but its body, so that an edit of the body
/// leaves the document, and with it the whole [`Site`](crate::site::Site), as it was.
#[derive(Debug, Clone)]
pub struct Document {
    /// Equal for equal documents.
    pub fingerprint: Fingerprint,
    /// The text before its body, and no less than its first line.
    head: SourceText,
    /// What it is.
    pub kind: Kind,
    /// What its front matter says.
    pub front: FrontMatter,
    /// Where its Markdown begins, in bytes.
    pub body_start: usize,
    /// The date in its file or folder name.
    pub name_date: Option<Date>,
    /// Its file or folder name without date and ending.
    pub stem: String,
    /// The folder whose files belong to it, when it is a bundle (`name/index.md`).
    pub bundle: Option<String>,
    /// Its first heading when the front matter has no title: text and range.
    pub heading: Option<(String, Range<usize>)>,
}

impl Document {
    /// Reads one file. The document is whole even when something in it is wrong.
    ///
    /// ```
    /// use weeknotes::content::{Document, Kind};
    /// use weeknotes::source::SourceText;
    /// let text = SourceText::new("content/posts/2026-01-06-cbt.md", "---\ntitle: CBT\n---\nHello.\n");
    /// let document = Document::read(&text).value;
    /// assert_eq!((document.kind, document.stem.as_str()), (Kind::Post, "cbt"));
    /// assert_eq!(document.name_date.unwrap().to_string(), "2026-01-06");
    /// ```
    pub fn read(source: &SourceText) -> Warned<Arc<Self>> {
        let mut diagnostics = Vec::new();
        let kind = kind(&source.path);
        let (front, body) = front_matter::read(source, kind).drain(&mut diagnostics);
        let (name, bundle) = name_and_bundle(&source.path);
        let (name_date, stem) = date::split_name(name);
        let heading = front.title.is_none().then(|| first_heading(&source.text, &body)).flatten();
        let first_line = source.text.find('\n').map_or(source.text.len(), |at| at + 1);
        let head = SourceText::new(Arc::clone(&source.path), &source.text[..body.start.max(first_line)]);
        let value = Self {
            fingerprint: Fingerprint::of_value(&(&source.path, head.fingerprint, body.start, &heading)),
            head,
            kind,
            front,
            body_start: body.start,
            name_date,
            stem: stem.to_owned(),
            bundle: bundle.map(str::to_owned),
            heading,
        };
        Warned { value: Arc::new(value), diagnostics }
    }

    /// The title: front matter, else the first heading, else the file's name.
    pub fn title(&self) -> String {
        if let Some(title) = &self.front.title {
            return title.clone();
        }
        if let Some((text, _)) = &self.heading {
            return text.clone();
        }
        let words = self.stem.replace(['-', '_'], " ");
        let mut letters = words.chars();
        letters.next().map_or(words.clone(), |first| first.to_uppercase().chain(letters).collect())
    }

    /// Its date: front matter, else the file's name.
    pub fn when(&self) -> Option<When> {
        self.front.date.or(self.name_date.map(When::Date))
    }

    /// Where a value stands in the front matter; the top of the file when it does not.
    pub fn place_of(&self, field: &str, value: &str) -> Span {
        let head = 0..self.body_start;
        let found = place::find_value(&self.head.text, &head, field, value);
        let found = found.or_else(|| place::find_field(&self.head.text, &head, field));
        found.map_or_else(|| self.top(), |range| self.head.span(range))
    }

    /// Where it is.
    pub fn path(&self) -> &SourcePath {
        &self.head.path
    }

    /// Its first line, for what is true of the whole file.
    pub fn top(&self) -> Span {
        self.head.span(0..0)
    }

    /// Its Markdown as bytes of its file's `text`, without the heading that serves as
    /// the title.
    pub fn body_in(&self, text: &str) -> Range<usize> {
        match &self.heading {
            Some((_, range)) if text[self.body_start..range.start].trim().is_empty() => range.end..text.len(),
            _ => self.body_start..text.len(),
        }
    }
}

fn kind(path: &str) -> Kind {
    if path.starts_with("content/series/") {
        Kind::Series
    } else if path.starts_with("content/posts/") || !path.starts_with("content/") {
        Kind::Post
    } else {
        Kind::Page
    }
}

fn name_and_bundle(path: &str) -> (&str, Option<&str>) {
    let file = path.rsplit('/').next().unwrap_or(path);
    let folder = parent(path);
    let is_top = matches!(folder, "content" | "content/posts" | "content/series" | "");
    if file == "index.md" && !is_top {
        (folder.rsplit('/').next().unwrap_or(folder), Some(folder))
    } else {
        (file.strip_suffix(".md").unwrap_or(file), None)
    }
}

/// A file's name without ending as it stands in an address: without its date.
pub(crate) fn stem_of(name: &str) -> &str {
    date::split_name(name).1
}

/// An ATX heading of the first level that opens the body.
fn first_heading(text: &str, body: &Range<usize>) -> Option<(String, Range<usize>)> {
    let slice = &text[body.clone()];
    let lead = slice.len() - slice.trim_start().len();
    let line = slice[lead..].lines().next()?;
    let title = line.strip_prefix("# ")?.trim().trim_end_matches('#').trim();
    let start = body.start + lead;
    (!title.is_empty()).then(|| (title.replace(['*', '`', '_'], ""), start..start + line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Arc<Document> {
        Document::read(&SourceText::new(path, text)).value
    }

    #[test]
    fn a_bundle_takes_its_folder_name() {
        let document = read("content/posts/2026-01-06-cbt/index.md", "Hello");
        assert_eq!(document.stem, "cbt");
        assert_eq!(document.bundle.as_deref(), Some("content/posts/2026-01-06-cbt"));
    }

    #[test]
    fn the_title_is_front_matter_then_heading_then_name() {
        assert_eq!(read("content/posts/a.md", "---\ntitle: One\n---\n# Two").title(), "One");
        let text = "\n# *Two* words\n\nText";
        let heading = read("content/posts/a.md", text);
        assert_eq!(heading.title(), "Two words");
        assert_eq!(text[heading.body_in(text)].trim(), "Text");
        assert_eq!(read("content/posts/2026-01-06-first-things.md", "Text").title(), "First things");
    }

    #[test]
    fn an_edit_of_the_body_leaves_the_document_as_it_was() {
        let fingerprint = |text: &str| read("content/posts/a.md", text).fingerprint;
        assert_eq!(fingerprint("---\ntitle: A\n---\nOne"), fingerprint("---\ntitle: A\n---\nTwo\n\nMore"));
        assert_eq!(fingerprint("# A\n\nOne"), fingerprint("# A\n\nTwo"));
        assert_ne!(fingerprint("# A\n\nOne"), fingerprint("# B\n\nOne"));
        assert_ne!(fingerprint("---\ntitle: A\n---\n"), fingerprint("---\ntitle: A\ndraft: true\n---\n"));
    }
}
