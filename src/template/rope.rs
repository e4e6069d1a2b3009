//! A text made of pieces, so that a post's body on its page and in twenty feeds is held
//! once.

use std::sync::Arc;

use crate::diagnostics::Warned;
use crate::markdown::Body;

/// A file's content before it is written.
#[derive(Debug, Clone, Default)]
pub struct Rope(Vec<Piece>);

#[derive(Debug, Clone)]
enum Piece {
    Text(Box<str>),
    /// A body as a page shows it.
    Body(Arc<Warned<Body>>),
    Entry(Box<Entry>, Encoding),
}

/// A post's content for feeds, set only when it is written.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) body: Arc<Warned<Body>>,
    /// The post's absolute address.
    pub(crate) address: Arc<str>,
    /// HTML before the body.
    pub(crate) before: Arc<str>,
}

/// How an entry stands in its feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// In a CDATA section (XML 1.0, section 2.7).
    Cdata,
    /// In a JSON string (RFC 8259, section 7), without its quotation marks.
    Json,
}

impl Rope {
    pub(crate) fn entry(&mut self, entry: Entry, encoding: Encoding) {
        self.0.push(Piece::Entry(Box::new(entry), encoding));
    }

    pub(crate) fn text(&mut self, text: impl Into<String>) {
        self.0.push(Piece::Text(text.into().into_boxed_str()));
    }

    /// Appends the whole text to `out`.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Body(body) => out.extend_from_slice(body.value.html.text.as_bytes()),
                Piece::Entry(entry, encoding) => encoding.push(out, &entry.html()),
            }
        }
    }
}

impl From<String> for Rope {
    fn from(text: String) -> Self {
        let mut rope = Self::default();
        rope.text(text);
        rope
    }
}

/// A body with its HTML as it stands in a context.
#[derive(Debug)]
pub struct SharedBody {
    pub(super) html: tera::Value,
    pub(super) body: Arc<Warned<Body>>,
}

impl SharedBody {
    pub(crate) fn new(body: Arc<Warned<Body>>) -> Self {
        Self { html: tera::Value::safe_string(&body.value.html.text), body }
    }

    /// For the context. Only this value, or a copy of it, is known again.
    pub(crate) fn html(&self) -> tera::Value {
        self.html.clone()
    }

    pub(crate) fn body(&self) -> &Body {
        &self.body.value
    }
}

thread_local! {
    /// Grown once in a thread's life, not once for each page.
    static SCRATCH: std::cell::Cell<Vec<u8>> = const { std::cell::Cell::new(Vec::new()) };
}

/// Takes what a template writes. Tera hands over a safe text as it stands in memory, so
/// a body is known by its address and length, and is shared in place of copied. A filter
/// over it makes another text, which is copied like any other.
#[derive(Debug)]
pub(super) struct RopeWriter<'a> {
    shared: Option<(&'a str, Arc<Warned<Body>>)>,
    rope: Rope,
    open: Vec<u8>,
}

impl<'a> RopeWriter<'a> {
    /// `shared` is the text of a body as it stands in the context.
    pub(super) fn new(shared: Option<(&'a str, Arc<Warned<Body>>)>) -> Self {
        Self { shared, rope: Rope::default(), open: SCRATCH.take() }
    }

    pub(super) fn finish(mut self) -> Rope {
        self.close();
        SCRATCH.set(self.open);
        self.rope
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            let text = std::str::from_utf8(&self.open).expect("templates write text");
            self.rope.0.push(Piece::Text(text.into()));
            self.open.clear();
        }
    }
}

impl std::io::Write for RopeWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let known = self.shared.as_ref().filter(|(text, _)| std::ptr::eq(text.as_bytes(), bytes));
        if let Some((_, body)) = known.map(|(text, body)| (text, Arc::clone(body))) {
            self.close();
            self.rope.0.push(Piece::Body(body));
        } else {
            self.open.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Entry {
    fn html(&self) -> String {
        let host = self.address.find("://").map_or(0, |at| at + 3);
        let origin = self.address[host..].find('/').map_or(self.address.as_ref(), |at| &self.address[..host + at]);
        [self.before.as_ref(), &self.body.value.feed(origin, &self.address)].concat()
    }
}

impl Encoding {
    fn push(self, out: &mut Vec<u8>, html: &str) {
        match self {
            Self::Cdata => {
                out.extend_from_slice(b"<![CDATA[");
                for (at, part) in html.split("]]>").enumerate() {
                    if at > 0 {
                        out.extend_from_slice(b"]]]]><![CDATA[>");
                    }
                    push_xml_chars(out, part);
                }
                out.extend_from_slice(b"]]>");
            }
            Self::Json => {
                let quoted = serde_json::Value::from(html).to_string();
                out.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
            }
        }
    }
}

/// Leaves out what XML cannot hold in any form (XML 1.0, section 2.2).
#[expect(clippy::needless_bitwise_bool, reason = "without an early end the compiler looks at many bytes at once")]
pub(crate) fn push_xml_chars(out: &mut Vec<u8>, text: &str) {
    let control = |byte: &u8| (*byte < 0x20) & (*byte != b'\t') & (*byte != b'\n') & (*byte != b'\r');
    let controls = text.as_bytes().iter().fold(false, |found, byte| found | control(byte));
    let may_be_no_character = memchr::memmem::find(text.as_bytes(), b"\xef\xbf").is_some();
    if !controls && !may_be_no_character {
        return out.extend_from_slice(text.as_bytes());
    }
    let allowed = |c: &char| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    for c in text.chars().filter(allowed) {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_that_holds_its_own_end_is_split() {
        let mut out = Vec::new();
        Encoding::Cdata.push(&mut out, "a]]>b\u{1}");
        assert_eq!(out, b"<![CDATA[a]]]]><![CDATA[>b]]>");
    }

    #[test]
    fn json_has_no_quotation_marks_of_its_own() {
        let mut out = Vec::new();
        Encoding::Json.push(&mut out, "a \"b\"\n");
        assert_eq!(out, br#"a \"b\"\n"#);
    }
}
