//! Feeds: RSS 2.0, Atom and JSON Feed, for the site, each series and each tag.
//!
//! A feed's date is that of its newest entry, never the clock's. Entries hold the
//! whole post, with absolute addresses, the note before it and its sources.

mod atom;
mod json;
mod rss;

use std::sync::Arc;

use jiff::ZonedDateTime;

use crate::config::Config;
use crate::markdown::escape;
use crate::site::{Page, Permalink};
use crate::template::Rope;
use crate::template::context::field;
use crate::template::rope::Entry;
use crate::template::{Format, Scope, View};

/// What the formats share.
struct Feed<'a> {
    config: &'a Config,
    title: String,
    description: String,
    /// The address of what the feed is about.
    home: String,
    /// The feed's own address.
    own: String,
    items: Vec<Item<'a>>,
}

struct Item<'a> {
    page: &'a Page,
    id: String,
    address: Arc<str>,
    summary: Option<String>,
    image: Option<String>,
    content: Entry,
}

impl Feed<'_> {
    /// When anything in it last changed; the beginning of time for an empty feed.
    fn updated(&self) -> ZonedDateTime {
        let newest = self.items.iter().filter_map(|item| item.page.changed()).max();
        newest.cloned().unwrap_or_else(|| jiff::Timestamp::UNIX_EPOCH.to_zoned_datetime(jiff::tz::TimeZone::UTC))
    }
}

/// Sets a feed.
pub(super) fn render(scope: &Scope, format: Format, view: View<'_>) -> Rope {
    let config = view.config();
    let (title, description, permalink) = about(scope, view);
    let home = permalink.absolute(config);
    let items = view.feed(scope.clone()).into_iter().filter_map(|page| item(config, page, view));
    let feed =
        Feed { title, description, own: format!("{home}{}", format.file()), items: items.collect(), home, config };
    match format {
        Format::Rss => rss::write(&feed),
        Format::Atom => atom::write(&feed),
        Format::Json => json::write(&feed),
    }
}

fn about(scope: &Scope, view: View<'_>) -> (String, String, Permalink) {
    let config = view.config();
    let within = |title: &str| format!("{title} · {}", config.title);
    let found = match scope {
        Scope::Site => None,
        Scope::Series(slug) => view.series_entry(slug).map(|series| {
            let described = series.document.as_ref().and_then(|document| document.front.description.clone());
            let title = if series.title == config.title { series.title.clone() } else { within(&series.title) };
            (title, described.unwrap_or_default(), series.permalink.clone())
        }),
        Scope::Tag(slug) => view.tag(slug).map(|tag| (within(&tag.title), String::new(), tag.permalink.clone())),
    };
    found.unwrap_or_else(|| (config.title.clone(), config.description.clone(), Permalink::root()))
}

fn item<'a>(config: &'a Config, page: &'a Page, view: View<'_>) -> Option<Item<'a>> {
    let address: Arc<str> = page.permalink.absolute(config).into();
    let card = view.card(page.path());
    let body = view.shared_body(page.path())?;
    let text = |value: &tera::Value| value.as_str().map(str::to_owned);
    Some(Item {
        id: page.entry_id(config),
        summary: text(&field(&card, "summary_text")),
        image: text(&field(&field(&card, "image"), "permalink")),
        content: Entry { before: note(page), body, address: Arc::clone(&address) },
        address,
        page,
    })
}

/// The note before a post: a reader of the feed needs it too.
fn note(page: &Page) -> Arc<str> {
    let note = page.document.front.content_note.as_ref();
    note.map(|note| format!("<p><strong>Before you read:</strong> {}</p>\n", escape(note))).unwrap_or_default().into()
}
