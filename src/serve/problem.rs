//! Diagnostics as the browser and the dashboard show them.

use std::path::Path;

use serde::Serialize;

use crate::config::Editor;
use crate::diagnostics::{Diagnostic, Span};

/// All that is wrong, errors first.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Problems {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    /// Whether the pages that are shown are of a build without errors.
    pub(super) good: bool,
    pub(super) diagnostics: Vec<Problem>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Problem {
    severity: &'static str,
    code: &'static str,
    message: String,
    path: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    source: Option<String>,
    underline: Option<[usize; 2]>,
    label: Option<String>,
    notes: Vec<String>,
    help: Option<String>,
    editor: Option<String>,
}

impl Problems {
    pub(super) fn of(diagnostics: &[Diagnostic], good: bool, root: &Path, editor: Option<&Editor>) -> Self {
        let (errors, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            diagnostics.iter().partition(|diagnostic| diagnostic.is_error());
        Self {
            errors: errors.len(),
            warnings: warnings.len(),
            good,
            diagnostics: errors.into_iter().chain(warnings).map(|found| Problem::of(found, root, editor)).collect(),
        }
    }
}

impl Problem {
    fn of(diagnostic: &Diagnostic, root: &Path, editor: Option<&Editor>) -> Self {
        let span = diagnostic.span.as_ref();
        let shown = span.filter(|span| !span.excerpt.trim().is_empty());
        let open = |span: &Span| editor.map(|editor| link(editor, root, &span.path, span.line, span.column));
        Self {
            severity: if diagnostic.is_error() { "error" } else { "warning" },
            code: diagnostic.code,
            message: diagnostic.message.clone(),
            path: span.map(|span| span.path.to_string()),
            line: span.map(|span| span.line),
            column: span.map(|span| span.column),
            source: shown.map(|span| span.excerpt.clone()),
            underline: shown.map(underline),
            label: diagnostic.label.clone(),
            notes: diagnostic.notes.clone(),
            help: diagnostic.help.clone(),
            editor: span.and_then(open),
        }
    }
}

/// The address that opens a file of the site.
pub(super) fn link(editor: &Editor, root: &Path, path: &str, line: usize, column: usize) -> String {
    editor.link(&root.join(path).to_string_lossy(), line, column)
}

/// In the units of a browser's text (UTF-16), and never empty.
fn underline(span: &Span) -> [usize; 2] {
    let units = |end: usize| span.excerpt.get(..end).unwrap_or(&span.excerpt).encode_utf16().count();
    let (start, end) = (units(span.underline.start), units(span.underline.end));
    [start, end.max(start + 1)]
}
