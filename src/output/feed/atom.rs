//! Atom (RFC 4287).

use super::{Feed, Item};
use crate::output::xml::Xml;
use crate::template::Format;
use crate::template::Rope;
use crate::template::context::iso;
use crate::template::rope::Encoding;

pub(super) fn write(feed: &Feed<'_>) -> Rope {
    let mut xml = Xml::document();
    let mut rope = Rope::default();
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", &feed.config.language)]);
    xml.leaf("title", &[], &feed.title);
    if !feed.description.is_empty() {
        xml.leaf("subtitle", &[], &feed.description);
    }
    xml.leaf("id", &[], &feed.home);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.home)]);
    xml.empty("link", &[("rel", "self"), ("type", Format::Atom.media_type()), ("href", &feed.own)]);
    if let Some(hub) = &feed.config.websub_hub {
        xml.empty("link", &[("rel", "hub"), ("href", hub)]);
    }
    xml.leaf("updated", &[], &iso(&feed.updated()));
    let author = feed.config.author.as_ref().unwrap_or(&feed.config.title);
    write_author(&mut xml, author);
    xml.leaf("generator", &[], "weeknotes");
    for item in &feed.items {
        write_entry(&mut xml, &mut rope, item);
    }
    xml.close("feed");
    rope.text(xml.take());
    rope
}

fn write_entry(xml: &mut Xml, rope: &mut Rope, item: &Item<'_>) {
    xml.open("entry", &[]);
    xml.leaf("title", &[], &item.page.full_title);
    xml.leaf("id", &[], &item.id);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &item.address)]);
    if let Some(date) = &item.page.date {
        xml.leaf("published", &[], &iso(date));
    }
    if let Some(date) = item.page.changed() {
        xml.leaf("updated", &[], &iso(date));
    }
    for author in &item.page.authors {
        write_author(xml, author);
    }
    for tag in &item.page.document.front.tags {
        xml.empty("category", &[("term", tag)]);
    }
    if let Some(summary) = &item.summary {
        xml.leaf("summary", &[], summary);
    }
    xml.open("content", &[("type", "html"), ("xml:base", &item.address)]);
    rope.text(xml.take());
    rope.entry(item.content.clone(), Encoding::Cdata);
    xml.close("content");
    xml.close("entry");
}

fn write_author(xml: &mut Xml, name: &str) {
    xml.open("author", &[]);
    xml.leaf("name", &[], name);
    xml.close("author");
}
