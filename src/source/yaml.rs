//! Typed YAML with places: front matter, configuration and theme files.
//!
//! *Architecture Invariant:* this is the only module that calls `serde_yaml`, whose
//! last release is final; another parser would change this file alone.

use std::ops::Range;

use serde::de::DeserializeOwned;

use super::SourceText;
use crate::diagnostics::{Diagnostic, Span, Warned, nearest};

pub use serde_yaml::{Mapping, Value};

/// Reads the YAML in `range` of `source` as a `T` whose fields all have defaults.
/// `fields` are the names a mapping of this kind may have, for suggestions; `what`
/// names the kind: "front matter", "configuration".
///
/// Every field with a wrong value is an error of its own and is left at its default;
/// every field that is not known is a warning. So all mistakes are seen at once.
///
/// ```
/// use weeknotes::source::{SourceText, yaml};
/// #[derive(serde::Deserialize, Default)]
/// #[serde(default)]
/// struct Card { title: String, part: u32 }
/// let text = SourceText::new("a.md", "titel: CBT\npart: four\n");
/// let read = yaml::read::<Card>(&text, 0..text.text.len(), "front matter", &["title", "part"]);
/// assert_eq!(read.diagnostics.len(), 2);
/// ```
pub fn read<T: DeserializeOwned + Default>(
    source: &SourceText,
    range: Range<usize>,
    what: &str,
    fields: &[&str],
) -> Warned<T> {
    let text = &source.text[range.clone()];
    let mut ignored = Vec::new();
    match parse::<T>(text, &mut ignored) {
        Ok(value) => Warned { value, diagnostics: unknown_fields(source, range.start, text, &ignored, what, fields) },
        Err(error) => piecewise(source, range, what, fields, &error),
    }
}

/// A text as YAML on one line, in quotation marks where it needs them.
///
/// ```
/// assert_eq!(weeknotes::source::yaml::scalar("CBT: a look"), "'CBT: a look'");
/// ```
pub fn scalar(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    serde_yaml::to_string(&one_line).map_or_else(|_| format!("{one_line:?}"), |yaml| yaml.trim_end().to_owned())
}

fn parse<T: DeserializeOwned + Default>(text: &str, ignored: &mut Vec<String>) -> Result<T, serde_yaml::Error> {
    let deserializer = serde_yaml::Deserializer::from_str(text);
    let value: Option<T> =
        serde_ignored::deserialize(deserializer, |path| ignored.push(path.to_string().replace(".?", "")))?;
    Ok(value.unwrap_or_default())
}

/// Reads each top-level entry alone, so that one mistake does not hide the next.
fn piecewise<T: DeserializeOwned + Default>(
    source: &SourceText,
    range: Range<usize>,
    what: &str,
    fields: &[&str],
    whole: &serde_yaml::Error,
) -> Warned<T> {
    let text = &source.text[range.clone()];
    let mut diagnostics = Vec::new();
    let mut good = String::with_capacity(text.len());
    for entry in entries(text) {
        let piece = &text[entry.clone()];
        match parse::<T>(piece, &mut Vec::new()) {
            Ok(_) => good.push_str(piece),
            Err(error) => {
                diagnostics.push(describe(source, range.start + entry.start, piece, &error, what));
                good.extend(std::iter::repeat_n('\n', piece.matches('\n').count()));
            }
        }
    }
    let mut ignored = Vec::new();
    let value = parse::<T>(&good, &mut ignored);
    diagnostics.extend(unknown_fields(source, range.start, text, &ignored, what, fields));
    if diagnostics.iter().all(|found| !found.is_error()) || value.is_err() {
        diagnostics.insert(0, describe(source, range.start, text, whole, what));
    }
    Warned { value: value.unwrap_or_default(), diagnostics }
}

/// The top-level entries of a block mapping: from a line that begins a key to the
/// next one that does.
fn entries(text: &str) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let begins = line.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '#' | '-' | '}' | ']' | '%'));
        if begins {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

fn describe(source: &SourceText, base: usize, text: &str, error: &serde_yaml::Error, what: &str) -> Diagnostic {
    let at = error.location().map_or(0, |place| place.index()).min(text.len());
    let message = plain_message(&error.to_string());
    if let Some(found) = unclosed_quote(text) {
        return Diagnostic::error("yaml-syntax", format!("this quotation mark in the {what} is never closed"))
            .at(source.span(base + found.start..base + found.end))
            .help("close the value with the same quotation mark");
    }
    let value = value_range(text, at);
    let unquoted_colon = message.contains("mapping values are not allowed");
    let is_type = message.contains("invalid") || message.contains("expected");
    let code = if is_type && !message.contains("did not find") { "wrong-type" } else { "yaml-syntax" };
    let place = source.span(base + value.start..base + value.end);
    if let Some((message, help)) = mismatch(&message, what) {
        return Diagnostic::error("wrong-type", message).at(place).maybe_help(help);
    }
    let diagnostic = Diagnostic::error(code, format!("the {what} cannot be read: {message}")).at(place);
    if unquoted_colon {
        return diagnostic.help("a value with a colon in it needs quotation marks: title: \"CBT: a first look\"");
    }
    diagnostic.maybe_help(syntax_help(&message).map(str::to_owned))
}

fn syntax_help(message: &str) -> Option<&'static str> {
    const HELP: [(&str, &str); 5] = [
        ("found a tab", "indent with spaces, not with tabs"),
        (
            "cannot start any token",
            "YAML is indented with spaces, not tabs, and a value that begins with a special character needs quotation marks",
        ),
        ("did not find expected", "a bracket, a brace or a quotation mark before this place is probably not closed"),
        ("repetition limit", "an alias (`*name`) repeats too much; write the values out"),
        ("recursion limit", "brackets are nested too deep here"),
    ];
    HELP.iter().find(|(part, _)| message.contains(part)).map(|(_, help)| *help)
}

/// serde's "tags: invalid type: map, expected a string" in the author's words.
fn mismatch(message: &str, what: &str) -> Option<(String, Option<String>)> {
    if let Some((path, rest)) = message.split_once(": invalid date: ") {
        let (found, forms) = rest.split_once(", expected ")?;
        return Some((format!("`{path}` is {found}, which is no date"), Some(format!("write it as {forms}"))));
    }
    if let Some((path, field)) = message.split_once(": missing field ") {
        return Some((format!("`{path}` has no {field}"), None));
    }
    let (path, rest) = match message.split_once(": invalid type: ") {
        Some((path, rest)) => (format!("`{path}`"), rest),
        None => (format!("the {what}"), message.strip_prefix("invalid type: ")?),
    };
    let (found, expected) = rest.split_once(", expected ")?;
    let found = match found.split_once(' ') {
        Some(("string", value)) => format!("the text {value}"),
        Some(("integer" | "floating", value)) => format!("the number {}", value.trim_start_matches("point ")),
        Some(("boolean", value)) => format!("{value} (yes or no)"),
        Some(("unit", _)) => "empty".to_owned(),
        _ => match found {
            "sequence" => "a list".to_owned(),
            "map" => "a mapping".to_owned(),
            "unit" => "empty".to_owned(),
            other => other.to_owned(),
        },
    };
    let (expected, help) = match expected {
        "a string" => ("text", Some("put text that YAML takes for something else in quotation marks".to_owned())),
        "a boolean" => ("true or false", None),
        "a sequence" => {
            ("a list", Some("write a list in brackets, [one, two], or with a line for each, `- one`".to_owned()))
        }
        "usize" | "u32" | "u64" | "a nonzero usize" => ("a whole number", None),
        "a map" => ("a mapping", Some("write fields with their values, a line for each: `name: value`".to_owned())),
        other if other.starts_with("struct ") => {
            ("fields with their values", Some("write a field on each line: `title: Group Therapy`".to_owned()))
        }
        other => (other, None),
    };
    Some((format!("{path} is {found}, where {expected} is expected"), help))
}

/// Without `serde_yaml`'s own "at line 2 column 7": the diagnostic has the true place.
fn plain_message(message: &str) -> String {
    let cut = message.find(" at line ").map_or(message, |at| &message[..at]);
    cut.trim_end_matches(',').to_owned()
}

fn value_range(text: &str, at: usize) -> Range<usize> {
    let mut start = at.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let rest = &text[start..];
    let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let shown = rest[..end].split(" #").next().unwrap_or_default().trim_end();
    start..start + shown.len()
}

/// The opening mark of a quoted value whose line does not close it, when no later
/// line does either: the parser itself only notices at the end of the text.
fn unclosed_quote(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let value = line.split_once(": ").map(|(key, value)| (at + key.len() + 2, value.trim_end()));
        if let Some((start, value)) = value
            && let Some(mark @ ('"' | '\'')) = value.chars().next()
            && !value[1..].contains(mark)
            && !text[start + value.len()..].contains(mark)
        {
            return Some(start..start + value.len());
        }
        at += line.len();
    }
    None
}

fn unknown_fields(
    source: &SourceText,
    base: usize,
    text: &str,
    ignored: &[String],
    what: &str,
    fields: &[&str],
) -> Vec<Diagnostic> {
    let mut seen: Vec<&str> = Vec::new();
    ignored
        .iter()
        .map(|path| {
            let key = path.rsplit('.').next().unwrap_or(path);
            let nth = seen.iter().filter(|other| **other == key).count();
            seen.push(key);
            let diagnostic = Diagnostic::warning("unknown-field", format!("`{key}` is not a field of the {what}"));
            let diagnostic = match key_place(text, key, nth) {
                Some(place) => diagnostic.at(source.span(base + place.start..base + place.end)),
                None => diagnostic.at(source.span(base..base)),
            };
            let help = match nearest(key, fields.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if fields.contains(&"extra") => "put fields of your own under `extra:`".to_owned(),
                None => format!("the fields are {}", fields.join(", ")),
            };
            diagnostic.help(help)
        })
        .collect()
}

/// A value stands no further behind its key, in bytes.
const NEAR: usize = 200;

/// Follows the keys and values of a mapping through its text, to tell their places: the
/// parser tells none. Keys must be asked for in the order they stand in.
#[derive(Debug)]
pub struct Places<'t> {
    source: &'t SourceText,
    at: usize,
    end: usize,
}

impl<'t> Places<'t> {
    /// Begins at the start of `range`.
    pub fn new(source: &'t SourceText, range: Range<usize>) -> Self {
        Self { source, at: range.start, end: range.end }
    }

    /// The next place where a key stands.
    pub fn key(&mut self, key: &str) -> Span {
        let Some(found) = key_place(&self.source.text[self.at..self.end], key, 0) else {
            return self.source.span(self.at..self.at);
        };
        let (start, end) = (self.at + found.start, self.at + found.end);
        let colon = self.source.text[end..self.end].find(':').map_or(end, |at| end + at + 1);
        self.at = colon;
        self.source.span(start..end)
    }

    /// The place of the `id` of a record that comes next, else where it begins.
    pub fn ahead(&self, record: &Value) -> Span {
        let mut ahead = Self { source: self.source, at: self.at, end: self.end };
        for (key, value) in record.as_mapping().into_iter().flatten() {
            let place = ahead.key(key.as_str().unwrap_or_default());
            if key.as_str() == Some("id") {
                return ahead.value(value);
            }
            if record.get("id").is_none() {
                return place;
            }
        }
        self.source.span(self.at..self.at)
    }

    /// The place of the value that comes next.
    pub fn value(&mut self, value: &Value) -> Span {
        let text = &self.source.text[self.at..self.end];
        let written = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(yes) => yes.to_string(),
            _ => String::new(),
        };
        let lead = text.len() - text.trim_start_matches([' ', '\n', '-', '[', '"', '\'', '{', ',']).len();
        let near = |at: &usize| *at <= NEAR;
        let exact = (!written.is_empty()).then(|| text.find(written.as_str())).flatten().filter(near);
        let (start, length) = match exact {
            Some(at) => (at, written.len()),
            None => {
                let lead =
                    if written.is_empty() { text.len() - text.trim_start_matches([' ', '\n']).len() } else { lead };
                (lead, value_range(text, lead).len())
            }
        };
        let start = self.at + start;
        if exact.is_some() {
            self.at = start + length;
        }
        self.source.span(start..start + length)
    }
}

fn key_place(text: &str, key: &str, nth: usize) -> Option<Range<usize>> {
    text.match_indices(key)
        .filter(|(at, _)| {
            let before = text[..*at].chars().next_back();
            let after = text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start_matches(' ');
            after.starts_with(':') && before.is_none_or(|c| c.is_whitespace() || matches!(c, '{' | ',' | '"' | '\''))
        })
        .nth(nth)
        .map(|(at, _)| at..at + key.len())
}
