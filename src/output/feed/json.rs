//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use serde_json::{Value, json};

use super::{Feed, Item};
use crate::template::Rope;
use crate::template::context::iso;
use crate::template::rope::Encoding;

pub(super) fn write(feed: &Feed<'_>) -> Rope {
    let head = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home,
        "feed_url": feed.own,
        "language": feed.config.language,
        "authors": feed.config.author.as_ref().map(|name| vec![json!({ "name": name })]),
        "hubs": feed.config.websub_hub.as_ref().map(|hub| vec![json!({ "type": "WebSub", "url": hub })]),
    });
    let mut rope = Rope::default();
    rope.text(format!("{},\"items\":[", without_end(head)));
    for (at, item) in feed.items.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        rope.text(format!("{comma}{},\"content_html\":\"", without_end(entry(item))));
        rope.entry(item.content.clone(), Encoding::Json);
        rope.text("\"}");
    }
    rope.text("]}\n");
    rope
}

fn entry(item: &Item<'_>) -> Value {
    let authors: Vec<Value> = item.page.authors.iter().map(|name| json!({ "name": name })).collect();
    json!({
        "id": item.id,
        "url": item.address,
        "title": item.page.full_title,
        "summary": item.summary,
        "image": item.image,
        "date_published": item.page.date.as_ref().map(iso),
        "date_modified": item.page.changed().map(iso),
        "authors": authors,
        "tags": item.page.document.front.tags,
    })
}

/// An object without what is not known and without its closing brace, to be continued.
fn without_end(mut object: Value) -> String {
    if let Some(fields) = object.as_object_mut() {
        fields.retain(|_, value| !(value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty)));
    }
    let mut text = object.to_string();
    text.pop();
    text
}
