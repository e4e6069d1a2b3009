//! Tera's errors as diagnostics.

use std::collections::BTreeMap;

use tera::{Error, ErrorKind};

use crate::diagnostics::{Diagnostic, Span};
use crate::source::SourceText;

/// Every problem that an error tells of. Tera gives those of several templates as one
/// text of reports, each with its place, so the text is what is read here.
pub(super) fn diagnostics(error: &Error, sources: &BTreeMap<String, SourceText>) -> Vec<Diagnostic> {
    let text = error.to_string();
    let mut found: Vec<Diagnostic> = Vec::new();
    for part in text.split("\n\n") {
        if let Some(rest) = part.strip_prefix("error: ") {
            found.push(primary(rest, sources));
        } else if let (Some(rest), Some(last)) = (part.strip_prefix("note: "), found.pop()) {
            let (label, place) = rest.lines().next().and_then(|line| line.rsplit_once(' ')).unwrap_or((rest, ""));
            found.push(last.note(format!("{label} {}", true_place(place, sources))));
        }
    }
    if found.is_empty() {
        found.push(placeless(error, &text, sources));
    }
    found
}

/// The bare message, for an error in a call whose place the caller knows.
pub(super) fn message(error: &Error) -> String {
    let text = error.to_string();
    let first = text.strip_prefix("error: ").unwrap_or(&text).lines().next().unwrap_or_default().to_owned();
    match text.lines().find_map(|line| line.trim_start().strip_prefix("--> ")) {
        Some(place) if !place.starts_with("__tera_one_off") => format!("{first} (at {place})"),
        _ => first,
    }
}

fn primary(text: &str, sources: &BTreeMap<String, SourceText>) -> Diagnostic {
    let message = text.lines().next().unwrap_or_default();
    let diagnostic = Diagnostic::error("template", message);
    let place = text.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
    let width = text.lines().last().map_or(1, |line| line.matches('^').count().max(1));
    match place.and_then(|place| locate(place, width, sources)) {
        Some(span) => diagnostic.at(span).maybe_help(help(message)),
        None => diagnostic.maybe_help(help(message)),
    }
}

fn placeless(error: &Error, text: &str, sources: &BTreeMap<String, SourceText>) -> Diagnostic {
    let name = match error.kind() {
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => Some(tpl),
        ErrorKind::MissingParent { current, .. } => Some(current),
        _ => None,
    };
    let diagnostic = Diagnostic::error("template", text);
    match name.and_then(|name| sources.get(name)) {
        Some(source) => diagnostic.at(source.span(0..0)),
        None => diagnostic,
    }
}

fn help(message: &str) -> Option<String> {
    let missing = message.contains("undefined") || message.contains("not defined") || message.contains("not found in");
    missing.then(|| "an absent value cannot be printed: ask first with {% if … %}, or write {{ page?.title }}; {{ debug() }} shows all there is".to_owned())
}

/// `name:line:column` in Tera's words to a span in the file.
fn locate(place: &str, width: usize, sources: &BTreeMap<String, SourceText>) -> Option<Span> {
    let (name, line, column) = split_place(place)?;
    let source = sources.get(name)?;
    let start: usize = source.text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let bytes = |chars: usize| source.text[start..].chars().take(chars).map(char::len_utf8).sum::<usize>();
    let (from, to) = (bytes(column - 1), bytes(column - 1 + width));
    Some(source.span(start + from..start + to))
}

fn true_place(place: &str, sources: &BTreeMap<String, SourceText>) -> String {
    match split_place(place).and_then(|(name, line, column)| Some((sources.get(name)?, line, column))) {
        Some((source, line, column)) => format!("{}:{line}:{column}", source.path),
        None => place.to_owned(),
    }
}

fn split_place(place: &str) -> Option<(&str, usize, usize)> {
    let (rest, column) = place.trim().rsplit_once(':')?;
    let (name, line) = rest.rsplit_once(':')?;
    Some((name, line.parse().ok()?, column.parse::<usize>().ok()?.max(1)))
}
