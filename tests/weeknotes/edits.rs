//! Random small sites, and what is done to them.

mod pool;

use std::fmt;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde::{Deserialize, Serialize};
use weeknotes::build::Request;
use weeknotes::site::Instant;
use weeknotes::source::{SourceAsset, SourceText, SourceTree};

use self::pool::{COPIED, DOCUMENTS, FRONT_MATTER, PICTURES, PIECES, PLACES, SETTINGS, TEXTS, TIMES, Table};

/// Something that an author or the clock does. What is done to a file that is not there comes to nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Edit {
    /// Writes a text file.
    Put(String, String),
    /// Writes what stands below a front matter.
    Body(String, String),
    /// Writes a field of a front matter or of the configuration; without a value, takes it out.
    Field(String, String, String),
    /// Writes a file that is copied.
    Asset(String, String),
    /// Writes a picture of a width and a height.
    Picture(String, u32, u32),
    Remove(String),
    Rename(String, String),
    Now(String),
    Drafts(bool),
    Future(bool),
}

/// How a site comes to be before it is built first, and what is done to it then, with a build after each edit.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Script {
    pub(crate) site: Vec<Edit>,
    pub(crate) edits: Vec<Edit>,
}

/// As it is kept in `tests/regressions`.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string_pretty(self).expect("JSON"))
    }
}

/// A site and the request to build it, as they are after some edits.
pub(crate) struct State {
    pub(crate) tree: SourceTree,
    pub(crate) request: Request,
}

impl State {
    pub(crate) fn after<'e>(edits: impl IntoIterator<Item = &'e Edit>) -> Self {
        let now = "2026-03-15T00:00:00Z".parse().expect("a time");
        let tree = SourceTree::from_texts([("weeknotes.yaml", "title: A\nurl: https://a.example\n")]);
        let request = Request { url: None, instant: Instant { now, drafts: false, future: false } };
        let mut state = Self { tree, request };
        edits.into_iter().for_each(|edit| state.apply(edit));
        state
    }

    pub(crate) fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Put(path, text) => self.put(path, text.as_str()),
            Edit::Body(path, body) => {
                if let Some(text) = self.text(path) {
                    let (_, old) = split(&text);
                    self.put(path, format!("{}{body}", &text[..text.len() - old.len()]));
                }
            }
            Edit::Field(path, field, value) => {
                if let Some(text) = self.text(path) {
                    self.put(path, with_field(path, &text, field, value));
                }
            }
            Edit::Asset(path, content) => self.copy(path, content.as_bytes()),
            Edit::Picture(path, width, height) => self.copy(path, picture(*width, *height)),
            Edit::Remove(path) => self.tree.remove(path),
            Edit::Rename(from, to) => {
                let text = self.text(from);
                let bytes = self.tree.asset(from).map(|asset| asset.read().expect("in memory"));
                self.tree.remove(from);
                if let Some(text) = text {
                    self.put(to, text);
                }
                if let Some(bytes) = bytes {
                    self.copy(to, bytes);
                }
            }
            Edit::Now(time) => self.request.instant.now = time.parse().expect("a time"),
            Edit::Drafts(drafts) => self.request.instant.drafts = *drafts,
            Edit::Future(future) => self.request.instant.future = *future,
        }
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.tree.text(path).map(|source| Arc::clone(&source.text))
    }

    fn put(&mut self, path: &str, text: impl Into<Arc<str>>) {
        self.tree.insert_text(SourceText::new(path, text));
    }

    fn copy(&mut self, path: &str, bytes: impl Into<Arc<[u8]>>) {
        self.tree.insert_asset(SourceAsset::in_memory(path, bytes));
    }
}

/// The lines of the front matter, and what stands below it.
fn split(text: &str) -> (&str, &str) {
    text.strip_prefix("---\n").and_then(|rest| rest.split_once("---\n")).unwrap_or(("", text))
}

fn with_field(path: &str, text: &str, field: &str, value: &str) -> String {
    let is_document = path.ends_with(".md");
    let (lines, body) = if is_document { split(text) } else { (text, "") };
    let name = format!("{field}:");
    let line = if value.is_empty() { String::new() } else { format!("{name} {value}\n") };
    let others = lines.split_inclusive('\n').filter(|line| !line.starts_with(&name));
    let lines: String = others.chain([line.as_str()]).collect();
    if is_document { format!("---\n{lines}---\n{body}") } else { lines }
}

/// As much of a PNG file as holds its size (PNG, section 11.2.1).
fn picture(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), size.as_slice(), b"\x08\x02\0\0\0".as_slice()].concat()
}

pub(crate) fn scripts() -> impl Strategy<Value = Script> {
    let site = (vec(post(), 1..7), vec(edit(), 0..8)).prop_map(|(posts, others)| [posts, others].concat());
    (site, vec(edit(), 1..9)).prop_map(|(site, edits)| Script { site, edits })
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        3 => post(),
        4 => (select(DOCUMENTS), body()).prop_map(|(path, body)| Edit::Body(path.to_owned(), body)),
        5 => field(DOCUMENTS, FRONT_MATTER),
        3 => field(&["weeknotes.yaml"], SETTINGS),
        5 => text(),
        2 => (select(COPIED), select(vec!["a{}", "b{}"]))
            .prop_map(|(path, content)| Edit::Asset(path.to_owned(), content.to_owned())),
        2 => (select(PICTURES), 1u32..4, 1u32..4).prop_map(|(path, w, h)| Edit::Picture(path.to_owned(), w, h)),
        2 => prop_oneof![select(DOCUMENTS), select(others())].prop_map(|path| Edit::Remove(path.to_owned())),
        2 => prop_oneof![(select(DOCUMENTS), select(PLACES)), (select(PICTURES), select(PICTURES))]
            .prop_map(|(from, to)| Edit::Rename(from.to_owned(), to.to_owned())),
        2 => select(TIMES).prop_map(|time| Edit::Now(time.to_owned())),
        1 => any::<bool>().prop_map(Edit::Drafts),
        1 => any::<bool>().prop_map(Edit::Future),
    ]
}

fn post() -> impl Strategy<Value = Edit> {
    let line = |(field, values): &'static (&'static str, &'static [&'static str])| {
        let chance: f64 = if matches!(*field, "title" | "date") { 0.9 } else { 0.2 };
        weighted(chance, select(*values).prop_map(move |value| format!("{field}: {value}\n")))
    };
    let lines: Vec<_> = FRONT_MATTER.iter().map(line).collect();
    (select(DOCUMENTS), lines, body()).prop_map(|(path, lines, body)| {
        let lines: String = lines.into_iter().flatten().collect();
        Edit::Put(path.to_owned(), format!("---\n{lines}---\n{body}"))
    })
}

fn body() -> impl Strategy<Value = String> {
    vec(select(PIECES), 0..3).prop_map(|pieces| format!("{}\n", pieces.join("\n\n")))
}

fn field(paths: &'static [&'static str], fields: Table) -> impl Strategy<Value = Edit> {
    let values =
        fields.iter().flat_map(|(field, values)| values.iter().chain([&""]).map(move |value| (*field, *value)));
    (select(paths), select(values.collect::<Vec<_>>()))
        .prop_map(|(path, (field, value))| Edit::Field(path.to_owned(), field.to_owned(), value.to_owned()))
}

fn text() -> impl Strategy<Value = Edit> {
    let all = TEXTS.iter().flat_map(|(path, texts)| texts.iter().map(move |text| (*path, *text)));
    select(all.collect::<Vec<_>>()).prop_map(|(path, text)| Edit::Put(path.to_owned(), text.to_owned()))
}

/// Every file but the documents.
fn others() -> Vec<&'static str> {
    TEXTS.iter().map(|(path, _)| *path).chain(COPIED.iter().copied()).chain(PICTURES.iter().copied()).collect()
}
