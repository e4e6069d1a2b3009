//! One value of YAML as it is written: where it ends, and another in the same form.

use std::ops::Range;

use crate::source::yaml;

/// A text, number or date as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// With its quotation marks.
    pub(super) range: Range<usize>,
    quote: Option<char>,
    is_flow: bool,
}

impl Token {
    /// The value that begins at `at`, inside brackets or braces when `is_flow`.
    pub(super) fn at(text: &str, at: usize, is_flow: bool) -> Self {
        let rest = &text[at..];
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let length = match quote {
            Some(mark) => quoted(rest, mark),
            None => plain(rest, is_flow),
        };
        Self { range: at..at + length, quote, is_flow }
    }

    /// Its letters, without the quotation marks.
    pub(super) fn inside(&self) -> Range<usize> {
        let mark = usize::from(self.quote.is_some() && self.range.len() > 1);
        self.range.start + mark..self.range.end - mark
    }

    /// Another text in the quotation marks that this one has, or in those that it needs.
    pub(super) fn written(&self, text: &str) -> String {
        match self.quote {
            Some('"') => serde_json::Value::from(text).to_string(),
            Some(_) => format!("'{}'", text.replace('\'', "''")),
            None if self.is_flow => in_flow(text),
            None => yaml::scalar(text),
        }
    }
}

/// A text as it stands in a list in brackets.
pub(super) fn in_flow(text: &str) -> String {
    let plain = yaml::scalar(text);
    let is_bare = !plain.starts_with(['"', '\'']);
    if is_bare && plain.contains([',', '[', ']', '{', '}']) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    plain
}

fn quoted(text: &str, mark: char) -> usize {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = letters.next() {
        match c {
            '\\' if mark == '"' => {
                letters.next();
            }
            _ if c != mark => {}
            _ if mark == '\'' && letters.peek().is_some_and(|(_, next)| *next == mark) => {
                letters.next();
            }
            _ => return at + 1,
        }
    }
    text.len()
}

fn plain(text: &str, is_flow: bool) -> usize {
    let line = text.lines().next().unwrap_or_default();
    let line = line.find(" #").map_or(line, |at| &line[..at]);
    let line = if line.starts_with('#') { "" } else { line };
    let end = line.find(|c| is_flow && matches!(c, ',' | ']' | '}')).unwrap_or(line.len());
    line[..end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_yaml_says() {
        for (text, is_flow, expected) in [
            ("a b # c\n", false, "a b"),
            ("a#b, c]", false, "a#b, c]"),
            ("a b , c]", true, "a b"),
            ("'it''s' # x", false, "'it''s'"),
            ("\"a \\\" b\", c", true, "\"a \\\" b\""),
            ("# nothing", false, ""),
            ("2026-01-06 09:00\r\n", false, "2026-01-06 09:00"),
        ] {
            assert_eq!(&text[Token::at(text, 0, is_flow).range], expected, "{text}");
        }
    }

    #[test]
    fn another_text_reads_as_it_is() {
        for old in ["a", "'a'", "\"a\""] {
            for is_flow in [false, true] {
                for text in ["b", "it's \"c\"", "c: d", "e, f] {g}", "2026", "yes", "- x", "терапия", "\\"] {
                    let new = Token::at(old, 0, is_flow).written(text);
                    let (list, line) = (format!("[{new}, x]\n"), format!("{new}\n"));
                    let source = crate::source::SourceText::new("a", if is_flow { list } else { line });
                    let read = yaml::read::<yaml::Value>(&source, 0..source.text.len(), "text", &[]).value;
                    let read = if is_flow { read[0].clone() } else { read };
                    assert_eq!(read.as_str(), Some(text), "{new}");
                }
            }
        }
    }
}
