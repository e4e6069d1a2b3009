//! Footnotes: references in the text, the list at its end, and the way back.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::html::Html;
use super::writer::Writer;
use crate::diagnostics::{Diagnostic, nearest};

#[derive(Default)]
pub(super) struct Footnotes {
    pub(super) numbers: FxHashMap<String, usize>,
    pub(super) references: FxHashMap<String, usize>,
    pub(super) texts: FxHashMap<String, (Html, Range<usize>)>,
    pub(super) order: Vec<String>,
    /// The texts around the notes that are being read: a note can stand in a note.
    pub(super) outer: Vec<(String, Html)>,
}

impl Writer<'_> {
    pub(super) fn note_reference(&mut self, label: &str) {
        let next = self.notes.order.len() + 1;
        let number = *self.notes.numbers.entry(label.to_owned()).or_insert(next);
        if number == next {
            self.notes.order.push(label.to_owned());
        }
        let count = self.notes.references.entry(label.to_owned()).or_default();
        *count += 1;
        let again = if *count > 1 { format!("-{count}") } else { String::new() };
        let prefix = super::escape(self.options.id_prefix);
        let html = format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn-{prefix}{number}\" id=\"fnref-{prefix}{number}{again}\" role=\"doc-noteref\">{number}</a></sup>"
        );
        self.html.push_not_in_summary(&html);
    }

    pub(super) fn end_notes(&mut self) {
        if self.notes.order.is_empty() {
            return;
        }
        let prefix = self.options.id_prefix;
        let order = std::mem::take(&mut self.notes.order);
        self.html.push("<section class=\"footnotes\" role=\"doc-endnotes\"><ol>\n");
        for (number, label) in (1..).zip(order) {
            let id = format!("fn-{prefix}{number}");
            self.html.push(&format!("<li id=\"{}\">", super::escape(&id)));
            if let Some((text, _)) = self.notes.texts.remove(&label) {
                self.html.append(&text);
            }
            let count = self.notes.references.get(&label).copied().unwrap_or(1);
            self.backlinks(prefix, number, count);
            self.html.push("</li>\n");
            self.ids.note(id);
        }
        self.html.push("</ol></section>\n");
    }

    /// Back to every place that refers to the note, at the end of its last paragraph.
    pub(super) fn backlinks(&mut self, prefix: &str, number: usize, count: usize) {
        let in_paragraph = self.html.text.ends_with("</p>\n");
        if in_paragraph {
            let start = self.html.text.len() - "</p>\n".len();
            self.html.replace_from(start, "");
        }
        for nth in 1..=count {
            let again = if nth > 1 { format!("-{nth}") } else { String::new() };
            let mark = if nth > 1 { format!("<sup>{nth}</sup>") } else { String::new() };
            let id = super::escape(&format!("fnref-{prefix}{number}{again}"));
            self.html.push(&format!(
                " <a class=\"footnote-back\" href=\"#{id}\" role=\"doc-backlink\" aria-label=\"Back to the text\">\u{21a9}\u{fe0e}{mark}</a>"
            ));
        }
        if in_paragraph {
            self.html.push("</p>\n");
        }
    }

    pub(super) fn report_unused_notes(&mut self) {
        let mut unused: Vec<(Range<usize>, String)> =
            self.notes.texts.drain().map(|(label, (_, range))| (range, label)).collect();
        unused.sort_by_key(|(range, _)| range.start);
        let used: Vec<&str> = self.notes.numbers.keys().map(String::as_str).collect();
        for (range, label) in unused {
            let near = nearest(&label, used.iter().copied()).filter(|near| *near != label);
            let help = near.map_or_else(
                || format!("refer to it in the text with [^{label}]"),
                |near| format!("did you mean `[^{near}]`?"),
            );
            let diagnostic = Diagnostic::warning(
                "unused-footnote",
                format!("nothing refers to the footnote `{label}`, so it is not shown"),
            );
            let first_line = range.start..range.start + label.len() + 4;
            self.resolver.report(diagnostic.help(help), &first_line);
        }
    }
}

impl Footnotes {
    pub(super) fn open(&mut self, label: &str, range: &Range<usize>, html: &mut Html) {
        self.texts.insert(label.to_owned(), (Html::default(), range.clone()));
        self.outer.push((label.to_owned(), std::mem::take(html)));
    }

    pub(super) fn close(&mut self, html: &mut Html) {
        let Some((label, outer)) = self.outer.pop() else {
            return;
        };
        let text = std::mem::replace(html, outer);
        if let Some(entry) = self.texts.get_mut(&label) {
            entry.0 = text;
        }
    }
}
