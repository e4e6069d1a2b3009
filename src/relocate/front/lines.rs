//! Where the parts of a front matter stand.

use std::ops::Range;

use crate::relocate::scalar::Token;

/// A field at the top of a mapping, with all its lines.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) whole: Range<usize>,
    /// Where its value begins; behind its colon when there is none on that line.
    pub(super) value: usize,
}

pub(super) fn entry(text: &str, yaml: Range<usize>, field: &str) -> Option<Entry> {
    let mut found: Option<Entry> = None;
    let mut at = yaml.start;
    for line in text[yaml].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_inside = line.starts_with([' ', '\t', '-', ']', '}']);
        match &mut found {
            Some(entry) if is_inside && !line.trim().is_empty() => entry.whole.end = at,
            Some(_) if line.trim().is_empty() || line.starts_with('#') => {}
            Some(_) => break,
            None => {
                found = key(line, field).map(|colon| Entry { whole: start..at, value: start + colon });
            }
        }
    }
    let mut entry = found?;
    let line = text[entry.value..].lines().next().unwrap_or_default();
    let value = line.trim_start();
    if !value.is_empty() && !value.starts_with('#') {
        entry.value += line.len() - value.len();
    }
    Some(entry)
}

/// Behind the colon of a line that begins with a field's name.
fn key(line: &str, field: &str) -> Option<usize> {
    let rest = line.trim_start_matches(['"', '\'']).strip_prefix(field)?;
    let rest = rest.trim_start_matches(['"', '\'']).trim_start_matches(' ').strip_prefix(':')?;
    let is_key = rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']);
    is_key.then_some(line.len() - rest.len())
}

/// Where the next thing stands that is neither white space nor a comment.
pub(super) fn next(text: &str, mut at: usize) -> Option<usize> {
    loop {
        at = text.len() - text[at..].trim_start().len();
        if !text[at..].starts_with('#') {
            return (at < text.len()).then_some(at);
        }
        at += text[at..].find('\n')?;
    }
}

/// The entries of a list in brackets.
pub(super) fn flow_items(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut at = start;
    while let Some(found) = next(text, at) {
        at = match text.as_bytes()[found] {
            b']' => break,
            b',' => found + 1,
            _ => {
                let item = Token::at(text, found, true).range;
                let end = item.end.max(found + 1);
                items.push(item);
                end
            }
        };
    }
    items
}

/// The YAML between the lines of hyphens.
pub(super) fn front_matter(text: &str, body_start: usize) -> Option<Range<usize>> {
    let start = text[..body_start].find('\n')? + 1;
    let closed = text[..body_start].strip_suffix('\n').unwrap_or(&text[..body_start]);
    let end = closed.rfind('\n')? + 1;
    (start <= end).then_some(start..end)
}

pub(super) fn after_closing(text: &str, end: usize) -> usize {
    text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
}
