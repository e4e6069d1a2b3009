//! A series' own page, what its parts show of it, and how to follow it.

use std::sync::Arc;

use tera::Value;

use super::json_ld;
use super::page::{Builder, Head, put};
use crate::diagnostics::Diagnostic;
use crate::site::{Page, Place};
use crate::template::context::{self, feed_links, html, map, maybe};
use crate::template::{Listing, Rope};

/// Where readers are told how to follow the site.
pub(super) const SUBSCRIBE: &str = "/subscribe/";

impl Builder<'_> {
    /// A box for each series that a post is in, that of its main one first.
    pub(super) fn series_boxes(&self, post: &Page) -> Vec<Value> {
        post.places.iter().map(|place| self.series_box(post, *place)).collect()
    }

    /// "Part 4 of 12", the neighbours, and all parts while they are few: thousands of
    /// links on thousands of pages serve nobody.
    fn series_box(&self, post: &Page, place: Place) -> Value {
        let slug = self.view.series_slug(place);
        let turning = self.view.turning(post.path(), slug);
        let card = |page: Option<&Page>| page.map_or_else(Value::none, |page| self.view.card(page.path()));
        let (previous, next) = turning.map_or((None, None), |turning| (turning.previous, turning.next));
        let series = self.view.series(slug);
        let field = |name: &'static str| context::field(&series, name);
        let count = field("count").as_u64().unwrap_or_default();
        let items = if count <= self.view.series_box_limit() { self.parts(slug, place.at) } else { Vec::new() };
        // What comes is told where a reader has read all that is out.
        let ahead = |name: &'static str| if next.is_none() { field(name) } else { Value::none() };
        Value::from(map! {
            "title" => field("title"),
            "url" => field("url"),
            "description" => field("description"),
            "slug" => field("slug"),
            "part" => place.part as u64,
            "parts" => place.of as u64,
            "count" => count,
            "season" => maybe(place.season.map(u64::from)),
            "planned" => field("planned"),
            "finished" => field("finished"),
            "previous" => card(previous),
            "next" => card(next),
            "coming" => ahead("next"),
            "pause" => ahead("pause"),
            "items" => items,
        })
    }

    fn parts(&self, slug: &str, current: usize) -> Vec<Value> {
        let parts = self.view.parts(slug);
        let marked = |(at, part): (usize, &Value)| {
            let mut item = part.as_map().cloned().unwrap_or_default();
            item.extend(map! { "current" => at == current });
            Value::from(item)
        };
        parts.as_array().map_or_else(Vec::new, |parts| parts.iter().enumerate().map(marked).collect())
    }

    /// The post that first spoke of this one before it was out, and the one that promised it.
    pub(super) fn mentioned(&self, path: &str) -> Value {
        let Some((first, promise)) = self.view.mention(path) else {
            return Value::none();
        };
        let base_path = &self.view.config().base_path;
        let link = |page: &Page| {
            map! {
                "title" => page.title.as_str(),
                "url" => page.permalink.href(base_path),
                "part" => maybe(page.place().map(|place| place.part as u64)),
            }
        };
        let is_same = promise.is_some_and(|promise| promise.path() == first.path());
        let first = (!is_same).then(|| link(first));
        Value::from(map! { "first" => maybe(first), "promise" => maybe(promise.map(link)) })
    }

    pub(super) fn series(&self, slug: &Arc<str>) -> Result<Rope, Box<Diagnostic>> {
        let Some(series) = self.view.series_entry(slug) else {
            return Ok(Rope::default());
        };
        let config = self.view.config();
        let summary = self.view.series(slug);
        let (items, _) = self.view.listing(Listing::Series(Arc::clone(slug)));
        let body = series.document.as_ref().and_then(|document| self.view.body(document.path()));
        let mut full = summary.as_map().cloned().unwrap_or_default();
        let field = |name: &'static str| context::field(&summary, name);
        let feeds = feed_links(config, &series.title, &series.permalink);
        let mut context = self.context(Head {
            kind: "series",
            permalink: &series.permalink,
            title: &series.title,
            description: field("description"),
            image: field("image"),
            json_ld: Some(json_ld::series(config, series, field("description").as_str())),
            feeds,
            has_code: body.is_some_and(|body| body.has_code),
        });
        full.extend(map! {
            "intro" => maybe(body.filter(|body| body.words > 0).map(|body| html(&body.html.text))),
            "seasons" => seasons(&items, &series.title),
            "items" => items,
        });
        put(&mut context, "series", Value::from(full));
        self.render("series.html", &context)
    }

    /// What a feed is, and which there are.
    pub(super) fn subscribe(&self) -> Result<Rope, Box<Diagnostic>> {
        self.list("subscribe", SUBSCRIBE, "Subscribe", |context| {
            put(context, "site_feeds", self.view.site_feeds());
            put(context, "series_list", self.view.series_list());
        })
    }
}

/// The parts by season, each with its place: this series may not be a post's main one.
fn seasons(cards: &[Value], title: &str) -> Vec<Value> {
    let place = |card: &Value| {
        let all = context::field(card, "all_series");
        let own = |place: &&Value| context::field(place, "title").as_str() == Some(title);
        all.as_array().and_then(|all| all.iter().find(own)).cloned().unwrap_or_else(Value::none)
    };
    let placed: Vec<(Value, &Value)> = cards.iter().map(|card| (place(card), card)).collect();
    let season = |(place, _): &(Value, &Value)| context::field(place, "season");
    let number = |part: &(Value, &Value)| context::field(&season(part), "number").as_u64();
    let groups = placed.chunk_by(|a, b| number(a) == number(b)).map(|group| {
        let parts = group.iter().map(|(place, card)| {
            Value::from(map! { "part" => context::field(place, "part"), "post" => (*card).clone() })
        });
        Value::from(map! { "season" => season(&group[0]), "parts" => parts.collect::<Vec<_>>() })
    });
    groups.collect()
}
