//! RSS 2.0 (<https://www.rssboard.org/rss-specification>) with the content, Dublin Core
//! and Atom modules.

use jiff::ZonedDateTime;

use super::{Feed, Item};
use crate::output::xml::Xml;
use crate::template::Format;
use crate::template::Rope;
use crate::template::rope::Encoding;

const NAMESPACES: [(&str, &str); 4] = [
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
];

pub(super) fn write(feed: &Feed<'_>) -> Rope {
    let mut xml = Xml::document();
    let mut rope = Rope::default();
    xml.open("rss", &NAMESPACES);
    xml.open("channel", &[]);
    xml.leaf("title", &[], &feed.title);
    xml.leaf("link", &[], &feed.home);
    let description = if feed.description.is_empty() { &feed.title } else { &feed.description };
    xml.leaf("description", &[], description);
    xml.leaf("language", &[], &feed.config.language);
    if !feed.items.is_empty() {
        xml.leaf("lastBuildDate", &[], &rfc2822(&feed.updated()));
    }
    xml.leaf("generator", &[], "weeknotes");
    xml.empty("atom:link", &[("href", &feed.own), ("rel", "self"), ("type", Format::Rss.media_type())]);
    if let Some(hub) = &feed.config.websub_hub {
        xml.empty("atom:link", &[("href", hub), ("rel", "hub")]);
    }
    for item in &feed.items {
        write_item(&mut xml, &mut rope, item);
    }
    xml.close("channel");
    xml.close("rss");
    rope.text(xml.take());
    rope
}

fn write_item(xml: &mut Xml, rope: &mut Rope, item: &Item<'_>) {
    xml.open("item", &[]);
    xml.leaf("title", &[], &item.page.full_title);
    xml.leaf("link", &[], &item.address);
    let permanent = if *item.id == *item.address { "true" } else { "false" };
    xml.leaf("guid", &[("isPermaLink", permanent)], &item.id);
    if let Some(date) = &item.page.date {
        xml.leaf("pubDate", &[], &rfc2822(date));
    }
    for author in &item.page.authors {
        xml.leaf("dc:creator", &[], author);
    }
    for tag in &item.page.document.front.tags {
        xml.leaf("category", &[], tag);
    }
    if let Some(summary) = &item.summary {
        xml.leaf("description", &[], summary);
    }
    xml.open("content:encoded", &[]);
    rope.text(xml.take());
    rope.entry(item.content.clone(), Encoding::Cdata);
    xml.close("content:encoded");
    xml.close("item");
}

/// RFC 822 with a year of four digits, as the specification asks.
fn rfc2822(at: &ZonedDateTime) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}
