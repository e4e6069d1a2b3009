//! A small layer over quick-xml's writer.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::template::rope::push_xml_chars;

/// Writes elements into a text. Writing to memory never fails.
pub(super) struct Xml(Writer<Vec<u8>>);

impl Xml {
    pub(super) fn document() -> Self {
        let mut xml = Self(Writer::new(Vec::new()));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        xml
    }

    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("writing to memory never fails");
    }

    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Start(element(name, attributes)));
    }

    pub(super) fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Empty(element(name, attributes)));
    }

    /// An element with text.
    pub(super) fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        let clean = printable(text);
        self.event(Event::Text(BytesText::new(&clean)));
        self.close(name);
    }

    /// What was written since the last taking.
    pub(super) fn take(&mut self) -> String {
        String::from_utf8(std::mem::take(self.0.get_mut())).expect("only text was written")
    }
}

fn element<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, printable(value).as_str()));
    }
    start
}

fn printable(text: &str) -> String {
    let mut clean = Vec::with_capacity(text.len());
    push_xml_chars(&mut clean, text);
    String::from_utf8(clean).expect("whole characters were taken")
}
