//! What lists show: a page's card, a series' summary. Each is made through the view, so
//! that it is made again only when what it shows has changed.

use std::sync::Arc;

use jiff::ZonedDateTime;
use tera::Value;

use super::context::{self, map};
use super::view::View;
use crate::content::Document;
use crate::memo::{Fingerprint, Hasher};
use crate::source::SourcePath;

/// What lists show of a page.
#[derive(Debug, Clone)]
pub struct Card {
    pub(super) value: Value,
    pub(super) fingerprint: Fingerprint,
}

/// What lists show of a series.
#[derive(Debug, Clone)]
pub struct Summary {
    pub(super) value: Value,
    pub(super) fingerprint: Fingerprint,
    pub(super) parts: Value,
    pub(super) parts_fingerprint: Fingerprint,
}

impl Card {
    /// The card of a page that is out.
    pub fn make(path: &SourcePath, view: View<'_>) -> Self {
        view.config();
        let page = view.page(path).expect("cards are made of pages that are out");
        let body = view.body(path);
        let picture = picture_of(&page.document, view);
        Self::new(context::card(view.site(), page, view.tag_links(page), body, picture.as_ref()))
    }

    pub(super) fn new(value: Value) -> Self {
        Self { fingerprint: context::fingerprint(&value), value }
    }
}

impl Summary {
    /// The summary of a series.
    pub fn make(slug: &Arc<str>, view: View<'_>) -> Self {
        let config = view.config();
        let (series, parts) = view.outline(slug).expect("summaries are made of series that are there");
        let card = |at: Option<&&crate::site::Page>| at.map_or_else(Value::none, |page| view.card(page.path()));
        let picture = series.document.as_ref().and_then(|document| picture_of(document, view));
        let feeds = context::feed_links(config, &series.title, &series.permalink);
        let newest = parts.iter().max_by_key(|page| (page.date.as_ref().map(ZonedDateTime::timestamp), page.path()));
        let cards = (card(parts.first()), card(newest), card(parts.get(series.start)));
        let value = Value::from(context::series_summary(view.site(), series, picture.as_ref(), cards, feeds));
        let part = |page: &&crate::site::Page| {
            let place = page.places.iter().find(|place| view.series_slug(**place) == slug);
            Value::from(map! {
                "title" => page.title.as_str(),
                "url" => page.permalink.href(&config.base_path),
                "part" => context::maybe(place.map(|place| place.part as u64)),
                "season" => context::maybe(place.and_then(|place| place.season).map(u64::from)),
            })
        };
        let parts = Value::from(parts.iter().map(part).collect::<Vec<_>>());
        let mut described = Hasher::new();
        described.text(series.document.as_ref().map_or("", |document| document.path()));
        Self {
            fingerprint: described.fingerprint(context::fingerprint(&value)).finish(),
            value,
            parts_fingerprint: context::fingerprint(&parts),
            parts,
        }
    }
}

/// The picture that a front matter names.
fn picture_of(document: &Document, view: View<'_>) -> Option<context::Picture> {
    let image = document.front.image.as_ref()?;
    view.picture(&image.src, &image.alt, document.path())
}
