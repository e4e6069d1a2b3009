//! Tera component calls in Markdown: `{{ <callout kind="note" text="…" /> }}` and
//! `{% <callout kind="note"> %} Markdown {% </callout> %}`, as in a template.
//!
//! A call is replaced by a placeholder of the same length in bytes before the Markdown
//! is parsed, so that every other place in the text keeps its line and column.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

const FIRST: u32 = 0xE100;
const LAST: u32 = 0xF8F0;
const END: char = '\u{E001}';

/// One call in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// All of it, with the end tag.
    pub(super) range: Range<usize>,
    pub(super) name: String,
    /// `name arg="…"`, without brackets.
    pub(super) inside: String,
    /// The Markdown between the tags.
    pub(super) body: Option<Range<usize>>,
}

/// What stands where a call should be closed and is not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unclosed {
    pub(super) range: Range<usize>,
    pub(super) name: String,
}

/// The outermost calls in `range`, outside code.
pub(super) fn find(text: &str, range: Range<usize>) -> (Vec<Call>, Vec<Unclosed>) {
    let slice = &text[range.clone()];
    if !may_have_calls(slice) {
        return (Vec::new(), Vec::new());
    }
    let code = code_ranges(slice);
    let (mut calls, mut unclosed) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(open) = next_open(slice, at, &code) {
        match read_call(slice, &open) {
            Some(call) => {
                at = call.range.end;
                calls.push(shift(call, range.start));
            }
            None => {
                at = open.tag.end.max(open.tag.start + 2);
                unclosed.push(Unclosed {
                    range: open.tag.start + range.start..open.tag.end + range.start,
                    name: open.name,
                });
            }
        }
        if calls.len() >= (LAST - FIRST) as usize {
            break;
        }
    }
    (calls, unclosed)
}

/// Whether a text can have calls at all: a cheap look before the costly one.
fn may_have_calls(text: &str) -> bool {
    let is_call = |at: usize| text[at + 2..].trim_start_matches([' ', '-']).starts_with('<');
    ["{{", "{%"].iter().any(|open| text.match_indices(open).any(|(at, _)| is_call(at)))
}

fn shift(mut call: Call, by: usize) -> Call {
    call.range = call.range.start + by..call.range.end + by;
    call.body = call.body.map(|body| body.start + by..body.end + by);
    call
}

fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let mut code = Vec::new();
    let mut block = 0;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Code(_) => code.push(range),
            Event::Start(Tag::CodeBlock(_)) => block = range.start,
            Event::End(TagEnd::CodeBlock) => code.push(block..range.end),
            _ => {}
        }
    }
    code
}

struct Open {
    tag: Range<usize>,
    name: String,
    inside: String,
    is_block: bool,
}

fn next_open(text: &str, from: usize, code: &[Range<usize>]) -> Option<Open> {
    let mut at = from;
    loop {
        at += text[at..].find("{{").into_iter().chain(text[at..].find("{%")).min()?;
        if let Some(range) = code.iter().find(|range| range.contains(&at)) {
            at = range.end;
            continue;
        }
        if let Some(open) = read_open(text, at) {
            return Some(open);
        }
        at += 2;
    }
}

fn read_open(text: &str, at: usize) -> Option<Open> {
    let is_block = text[at..].starts_with("{%");
    let rest = text[at + 2..].trim_start_matches([' ', '-', '\n', '\t']);
    let start = text.len() - rest.len();
    let rest = rest.strip_prefix('<')?;
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')).collect();
    if name.is_empty() {
        return None;
    }
    let (close, delimiter) = if is_block { (">", "%}") } else { ("/>", "}}") };
    let end = find_close(text, start + 1, close, delimiter);
    let inside = end.as_ref().map_or(String::new(), |end| text[start + 1..end.start].trim().to_owned());
    let stop = end.map_or_else(|| start + 1 + name.len(), |end| end.end);
    Some(Open { tag: at..stop, name, inside, is_block })
}

/// The range of `/> }}` or `> %}` outside quotation marks.
fn find_close(text: &str, from: usize, close: &str, delimiter: &str) -> Option<Range<usize>> {
    let mut quote = None;
    for (offset, c) in text[from..].char_indices() {
        let at = from + offset;
        match quote {
            Some(mark) if mark == c => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if text[at..].starts_with(close) => {
                let after = &text[at + close.len()..];
                let skipped = after.trim_start_matches([' ', '-', '\n', '\t']);
                if skipped.starts_with(delimiter) {
                    return Some(at..text.len() - skipped.len() + delimiter.len());
                }
            }
            Some(_) | None => {}
        }
    }
    None
}

fn read_call(text: &str, open: &Open) -> Option<Call> {
    if open.inside.is_empty() {
        return None;
    }
    if !open.is_block {
        return Some(Call {
            range: open.tag.clone(),
            name: open.name.clone(),
            inside: open.inside.clone(),
            body: None,
        });
    }
    let (mut depth, mut at) = (1, open.tag.end);
    loop {
        at += text[at..].find("{%")?;
        if let Some(end) = read_end(text, at, &open.name) {
            depth -= 1;
            if depth == 0 {
                let body = Some(open.tag.end..at);
                return Some(Call {
                    range: open.tag.start..end,
                    name: open.name.clone(),
                    inside: open.inside.clone(),
                    body,
                });
            }
        } else if read_open(text, at).is_some_and(|other| other.name == open.name) {
            depth += 1;
        }
        at += 2;
    }
}

fn read_end(text: &str, at: usize, name: &str) -> Option<usize> {
    let rest = text[at + 2..].trim_start_matches([' ', '-']).strip_prefix("</")?.strip_prefix(name)?;
    let rest = rest.trim_start().strip_prefix('>')?.trim_start_matches([' ', '-']).strip_prefix("%}")?;
    Some(text.len() - rest.len())
}

/// The text with each call replaced by a placeholder as long as the call.
pub(super) fn mask(text: &str, range: &Range<usize>, calls: &[Call]) -> String {
    let mut out = String::with_capacity(range.len());
    let mut at = range.start;
    for (number, call) in (FIRST..).zip(calls) {
        out.push_str(&text[at..call.range.start]);
        out.push(char::from_u32(number).expect("the numbers lie in a private use area"));
        out.extend(std::iter::repeat_n('x', call.range.len() - 6));
        out.push(END);
        at = call.range.end;
    }
    out.push_str(&text[at..range.end]);
    out
}

/// Splits text at placeholders: the text before, and the number of the call.
pub(super) fn split(text: &str, calls: usize) -> Option<(&str, usize, &str)> {
    let (at, number) = text.char_indices().find_map(|(at, c)| {
        let number = (c as u32).checked_sub(FIRST)? as usize;
        (number < calls).then_some((at, number))
    })?;
    let end = at + text[at..].find(END)? + END.len_utf8();
    Some((&text[..at], number, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        find(text, 0..text.len()).0.into_iter().map(|call| call.inside).collect()
    }

    #[test]
    fn calls_are_found_outside_code() {
        assert_eq!(names(r#"a {{ <x a="/> }}" /> }} b"#), [r#"x a="/> }}""#]);
        assert!(names("`{{ <x /> }}`").is_empty());
        assert!(names("```\n{{ <x /> }}\n```").is_empty());
        assert!(names("{{ title }} {% if x %}").is_empty());
    }

    #[test]
    fn blocks_nest() {
        let text = "{% <a> %} {% <a> %} x {% </a> %} {% </a> %}!";
        let (calls, unclosed) = find(text, 0..text.len());
        assert_eq!((calls.len(), unclosed.len()), (1, 0));
        assert_eq!(&text[calls[0].range.end..], "!");
    }

    #[test]
    fn an_open_block_is_told() {
        let text = "{% <a> %} text";
        assert_eq!(find(text, 0..text.len()).1[0].name, "a");
    }

    #[test]
    fn a_mask_keeps_every_length() {
        let text = "é {{<a/>}} z";
        let (calls, _) = find(text, 0..text.len());
        let masked = mask(text, &(0..text.len()), &calls);
        assert_eq!(masked.len(), text.len());
        assert_eq!(split(&masked, 1), Some(("é ", 0, " z")));
    }
}
