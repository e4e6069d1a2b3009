//! A change of a text, and how it is shown.

use std::ops::Range;
use std::sync::Arc;

use crate::source::{SourcePath, SourceText};

/// Other words for a range of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextEdit {
    pub(super) range: Range<usize>,
    pub(super) new: String,
}

/// A place where a text changes, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file, by the path it has before the move.
    pub path: SourcePath,
    /// The line, from 1, as it is before the move.
    pub line: usize,
    /// What stands there: a link's destination, or a line of a front matter; `""` for a new line.
    pub old: String,
    /// What takes its place; `""` for a line that is taken out.
    pub new: String,
}

/// The text with all edits, which do not overlap. Of several at one place the first comes first.
pub(super) fn applied(text: &str, edits: &[TextEdit]) -> String {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in sorted {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.new);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// A link's destination with what takes its place.
pub(super) fn shown_link(source: &SourceText, edit: &TextEdit) -> Edit {
    shown(source, edit.range.start, &source.text[edit.range.clone()], &edit.new)
}

/// The whole line with what takes its place.
pub(super) fn shown_line(source: &SourceText, edit: &TextEdit) -> Edit {
    let text = &source.text;
    let is_whole = edit.range.start == 0 || text[..edit.range.start].ends_with('\n');
    if is_whole && (edit.new.is_empty() || edit.new.ends_with('\n')) {
        return shown(source, edit.range.start, &text[edit.range.clone()], &edit.new);
    }
    let start = text[..edit.range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[edit.range.end..].find('\n').map_or(text.len(), |at| edit.range.end + at);
    let new = format!("{}{}{}", &text[start..edit.range.start], edit.new, &text[edit.range.end..end]);
    shown(source, start, &text[start..end], &new)
}

fn shown(source: &SourceText, at: usize, old: &str, new: &str) -> Edit {
    let line = source.span(at..at).line;
    Edit { path: Arc::clone(&source.path), line, old: old.trim().to_owned(), new: new.trim().to_owned() }
}
