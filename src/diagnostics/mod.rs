//! What went wrong in a site, and how it is shown.
//!
//! A [`Diagnostic`] is something an author can mend. It carries its own excerpt of
//! the source, so it can be shown, stored and compared long after the text it came
//! from is gone. What the *machine* did (disk full, permission) is an
//! [`Error`](crate::output::Error), never a diagnostic.

mod render;

use std::ops::Range;
use std::sync::Arc;

pub use render::{Format, render};

/// How bad a diagnostic is: an error stops the build from writing, a warning does not
/// (unless `--strict`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The site cannot be published like this.
    Error,
    /// Probably not what the author meant.
    Warning,
}

/// A place in a source file, with the text around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Path from the site's root, with `/` between folders.
    pub path: Arc<str>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line's text, cut to a window when the line is very long.
    pub excerpt: String,
    /// What to underline, in bytes of `excerpt`.
    pub underline: Range2,
}

/// A byte range that can be ordered, so that diagnostics have a total order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range2 {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// How much of a long line an excerpt shows on either side of the place, in bytes.
const WINDOW: usize = 160;

impl Span {
    /// The place of the byte `range` in `text`, the content of `path`. A range that
    /// runs over several lines is underlined on its first.
    ///
    /// ```
    /// use weeknotes::diagnostics::Span;
    /// let span = Span::locate("content/about.md", "one\ntwo three\n", 8..13);
    /// assert_eq!((span.line, span.column), (2, 5));
    /// assert_eq!(span.excerpt, "two three");
    /// ```
    pub fn locate(path: impl Into<Arc<str>>, text: &str, range: Range<usize>) -> Self {
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..range.start.min(text.len())]).count() + 1;
        Self::on_line(path, text, range, line)
    }

    /// Like [`locate`](Self::locate), when it is known on which line the range begins.
    pub(crate) fn on_line(path: impl Into<Arc<str>>, text: &str, range: Range<usize>, line: usize) -> Self {
        let start = floor_boundary(text, range.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = floor_boundary(text, range.end.clamp(start, line_end));
        let from = floor_boundary(text, line_start.max(start.saturating_sub(WINDOW)));
        let to = floor_boundary(text, line_end.min(end.min(start + WINDOW) + WINDOW));
        let excerpt: String = text[from..to].trim_end_matches('\r').to_owned();
        let clamp = |at: usize| (at - from).min(excerpt.len());
        let underline = Range2 { start: clamp(start), end: clamp(end.min(to)) };
        Self { path: path.into(), line, column: text[line_start..start].chars().count() + 1, excerpt, underline }
    }

    /// A whole file, when no line of it is to blame.
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), line: 1, column: 1, excerpt: String::new(), underline: Range2 { start: 0, end: 0 } }
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One problem, with its place and how to mend it.
///
/// ```
/// use weeknotes::diagnostics::{Diagnostic, Span};
/// let found = Diagnostic::warning("unknown-field", "`titel` is not a field of a post")
///     .at(Span::locate("content/posts/cbt.md", "---\ntitel: CBT\n---\n", 4..9))
///     .help("did you mean `title`?");
/// assert!(!found.is_error());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// A short stable name, for machines and for searching: `broken-link`.
    pub code: &'static str,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where, if it is somewhere.
    pub span: Option<Span>,
    /// What is written under the underlined text.
    pub label: Option<String>,
    /// More places or facts that belong to it, in order.
    pub notes: Vec<String>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A problem that stops the build from writing.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A problem that is only told.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, message: String) -> Self {
        Self { severity, code, message, span: None, label: None, notes: Vec::new(), help: None }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Like [`at`](Self::at), when there is a place.
    #[must_use]
    pub fn maybe_at(mut self, span: Option<Span>) -> Self {
        self.span = span.or(self.span);
        self
    }

    /// Says what the underlined text is.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a fact or another place.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Like [`help`](Self::help), when there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Whether it stops the build.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl PartialOrd for Diagnostic {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By file, line and column, those without a place last: the order they are shown in.
impl Ord for Diagnostic {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |d: &Self| {
            (
                d.span.is_none(),
                d.span.clone(),
                d.severity,
                d.code,
                d.message.clone(),
                d.label.clone(),
                d.notes.clone(),
                d.help.clone(),
            )
        };
        key(self).cmp(&key(other))
    }
}

/// A value with what was noticed while making it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warned<T> {
    /// The value, complete even when something was wrong.
    pub value: T,
    /// What was noticed, in the order it was found.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Warned<T> {
    /// A value with nothing to say about it.
    pub fn clean(value: T) -> Self {
        Self { value, diagnostics: Vec::new() }
    }

    /// Another value with the same to say about it.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Warned<U> {
        Warned { value: change(self.value), diagnostics: self.diagnostics }
    }

    /// Takes the value, adding what was noticed to `sink`.
    pub fn drain(self, sink: &mut Vec<Diagnostic>) -> T {
        sink.extend(self.diagnostics);
        self.value
    }
}

/// The candidate nearest to `word`, when it is near enough to be what was meant.
///
/// ```
/// use weeknotes::diagnostics::nearest;
/// assert_eq!(nearest("titel", ["title", "tags"]), Some("title"));
/// assert_eq!(nearest("colour", ["title", "tags"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1) + 1;
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The file whose path is nearest to `path`: one of the same name elsewhere, one with a
/// date before the name, or one whose name is spelt nearly so.
///
/// ```
/// use weeknotes::diagnostics::nearest_path;
/// let files = ["content/about.md", "content/posts/2026-01-06-cbt.md"];
/// assert_eq!(nearest_path("content/posts/cbt.md", files), Some("content/posts/2026-01-06-cbt.md"));
/// assert_eq!(nearest_path("content/abuot.md", files), Some("content/about.md"));
/// assert_eq!(nearest_path("content/zebra.png", files), None);
/// ```
pub fn nearest_path<'a>(path: &str, files: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let wanted = name(path);
    let limit = wanted.chars().count() / 4 + 1;
    let distance = |file: &str| {
        let found = name(file);
        if found.ends_with(&format!("-{wanted}")) { 0 } else { strsim::damerau_levenshtein(&wanted, &found) }
    };
    let near = files.into_iter().map(|file| (distance(file), strsim::damerau_levenshtein(path, file), file));
    near.filter(|(by_name, ..)| *by_name <= limit).min().map(|(.., file)| file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_long_line_keeps_a_window() {
        let text = format!("{}bad{}", "é".repeat(5000), "x".repeat(5_000_000));
        let span = Span::locate("a.md", &text, 10_000..10_003);
        assert_eq!((span.line, span.column), (1, 5001));
        assert!(span.excerpt.len() < 1000);
        assert_eq!(&span.excerpt[span.underline.start..span.underline.end], "bad");
    }

    #[test]
    fn a_range_past_the_end_is_the_end() {
        let span = Span::locate("a.md", "one", 90..99);
        assert_eq!((span.line, span.column), (1, 4));
    }

    #[test]
    fn order_is_by_place_and_placeless_last() {
        let at = |line| Diagnostic::warning("x", "x").at(Span { line, ..Span::file("a.md") });
        let mut all = [Diagnostic::error("x", "x"), at(3), at(1)];
        all.sort();
        assert_eq!(all.map(|d| d.span.map(|s| s.line)), [Some(1), Some(3), None]);
    }
}
