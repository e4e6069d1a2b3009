//! A text made of pieces, so that a post's body in twenty feeds is held once.

use std::sync::Arc;

use crate::diagnostics::Warned;
use crate::markdown::Body;

/// A file's content before it is written.
#[derive(Debug, Clone, Default)]
pub struct Rope(Vec<Piece>);

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Entry(Entry, Encoding),
}

/// A post's content for feeds, set only when it is written.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) body: Arc<Warned<Body>>,
    /// The post's absolute address.
    pub(super) address: Arc<str>,
    /// HTML before and after the body.
    pub(super) around: [Arc<str>; 2],
}

/// How an entry stands in its feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// In a CDATA section (XML 1.0, section 2.7).
    Cdata,
    /// In a JSON string (RFC 8259, section 7), without its quotation marks.
    Json,
}

impl Rope {
    pub(super) fn entry(&mut self, entry: Entry, encoding: Encoding) {
        self.0.push(Piece::Entry(entry, encoding));
    }

    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.0.push(Piece::Text(text.into()));
    }

    /// The whole text. A page of one piece is not copied.
    pub fn bytes(&self) -> std::borrow::Cow<'_, [u8]> {
        if let [Piece::Text(text)] = self.0.as_slice() {
            return text.as_bytes().into();
        }
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Entry(entry, encoding) => encoding.push(&mut out, &entry.html()),
            }
        }
        out.into_bytes().into()
    }
}

impl From<String> for Rope {
    fn from(text: String) -> Self {
        let mut text = text;
        text.shrink_to_fit();
        Self(vec![Piece::Text(text)])
    }
}

impl Entry {
    fn html(&self) -> String {
        let host = self.address.find("://").map_or(0, |at| at + 3);
        let origin = self.address[host..].find('/').map_or(self.address.as_ref(), |at| &self.address[..host + at]);
        let mut html = self.around[0].to_string();
        html.push_str(&self.body.value.html.feed(origin, &self.address));
        html.push_str(&self.around[1]);
        html
    }
}

impl Encoding {
    fn push(self, out: &mut String, html: &str) {
        match self {
            Self::Cdata => {
                out.push_str("<![CDATA[");
                for (at, part) in html.split("]]>").enumerate() {
                    if at > 0 {
                        out.push_str("]]]]><![CDATA[>");
                    }
                    push_xml_chars(out, part);
                }
                out.push_str("]]>");
            }
            Self::Json => {
                let quoted = serde_json::Value::from(html).to_string();
                out.push_str(&quoted[1..quoted.len() - 1]);
            }
        }
    }
}

/// Leaves out what XML cannot hold in any form (XML 1.0, section 2.2).
pub(super) fn push_xml_chars(out: &mut String, text: &str) {
    let allowed = |c: char| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    let control = |byte: &u8| *byte < 0x20 || *byte == 0xef;
    if text.as_bytes().iter().any(control) {
        out.extend(text.chars().filter(|c| allowed(*c)));
    } else {
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_that_holds_its_own_end_is_split() {
        let mut out = String::new();
        Encoding::Cdata.push(&mut out, "a]]>b\u{1}");
        assert_eq!(out, "<![CDATA[a]]]]><![CDATA[>b]]>");
    }

    #[test]
    fn json_has_no_quotation_marks_of_its_own() {
        let mut out = String::new();
        Encoding::Json.push(&mut out, "a \"b\"\n");
        assert_eq!(out, r#"a \"b\"\n"#);
    }
}
