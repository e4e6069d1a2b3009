//! Everything there is to see of a site at an instant.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use tera::{Map, Value};

use super::context::{self, Picture, map, maybe};
use super::data::Data;
use super::engine::Engine;
use super::feed::Scope;
use super::mentions::Mentions;
use super::read::{Listing, Marks};
use super::source_index::SourceIndex;
use super::summary::{Card, Summary};
use super::theme::Theme;
use crate::citation::{Bibliography, Style};
use crate::content::{Document, Source};
use crate::diagnostics::Warned;
use crate::markdown::Body;
use crate::memo::{Fingerprint, Hasher};
use crate::site::{Page, Permalink, Site};
use crate::source::{SourcePath, SourceTree, join, parent, yaml};

/// A body, rendered.
#[derive(Debug)]
pub struct RenderedBody {
    pub(super) body: Arc<Warned<Body>>,
    /// Equal for equal references.
    pub(super) references: Fingerprint,
    /// Equal when the same pages are linked to.
    mentions: Fingerprint,
    pub(super) fingerprint: Fingerprint,
    /// Nothing was noticed in it, and nothing in it is still to be checked.
    is_quiet: bool,
}

impl RenderedBody {
    /// The body.
    pub fn body(&self) -> &Body {
        &self.body.value
    }

    /// Equal for equal references.
    pub fn references_fingerprint(&self) -> Fingerprint {
        self.references
    }

    /// Equal when the same pages are linked to.
    pub fn mentions_fingerprint(&self) -> Fingerprint {
        self.mentions
    }

    /// With the digest of what is in it.
    pub fn new(body: Warned<Body>) -> Self {
        let is_quiet = body.diagnostics.is_empty() && body.value.pending.is_empty();
        let references = Fingerprint::of_value(&body.value.references);
        let mentions = Fingerprint::of_value(&body.value.mentions);
        Self { fingerprint: Fingerprint::of_value(&body.value), references, mentions, body: Arc::new(body), is_quiet }
    }
}

/// The addresses of a theme's files from the root, base path included, by the theme's
/// name for them.
pub type AssetAddresses = BTreeMap<String, String>;

/// What texts cite, and how it is set.
#[derive(Debug)]
pub struct Citing {
    /// The records of the libraries.
    pub bibliography: Arc<Bibliography>,
    /// The citation style.
    pub style: Arc<Style>,
}

/// Everything there is to see at an instant. It grows in the order of the build: bodies
/// are rendered in a world without them, cards are made of bodies, summaries of cards.
#[derive(Debug)]
pub struct World {
    /// The resolved site.
    pub site: Arc<Site>,
    /// The templates.
    pub engine: Arc<Engine>,
    /// The site's files.
    pub tree: SourceTree,
    /// In the order of [`Site::documents`].
    bodies: Vec<Arc<RenderedBody>>,
    /// In the order of [`Site::all_pages`].
    cards: Vec<Arc<Card>>,
    pub(super) cards_mark: Option<Fingerprint>,
    /// In the order of [`Site::series`].
    summaries: Vec<Arc<Summary>>,
    pub(super) summaries_mark: Option<Fingerprint>,
    pub(super) assets: Arc<AssetAddresses>,
    pub(super) data: Arc<Data>,
    /// The records of the libraries.
    pub bibliography: Arc<Bibliography>,
    pub(super) style: Arc<Style>,
    /// Of the libraries' records by id, made when they are first shown.
    source_values: FxHashMap<String, OnceLock<Map>>,
    /// The sources that the bodies cite.
    pub index: Arc<SourceIndex>,
    /// Which texts spoke of a post before it was out.
    pub mentions: Arc<Mentions>,
    /// In the order of [`Site::all_pages`], made when they are first shown.
    page_links: Vec<OnceLock<Value>>,
    by_series: FxHashMap<Arc<str>, usize>,
    by_tag: FxHashMap<Arc<str>, usize>,
    pub(super) tags: (Vec<Value>, Fingerprint),
    /// In the order of [`Site::tags`], each held once for all cards.
    tag_links: Vec<Value>,
    pub(super) series_list: (Vec<Value>, Fingerprint),
    pub(super) site_value: Value,
    pub(super) site_feeds: Vec<Value>,
    pub(super) settings: Fingerprint,
    pub(super) series_box_limit: u64,
}

impl World {
    /// A world to render bodies in: cards have no summaries yet.
    pub fn without_bodies(
        site: Arc<Site>,
        engine: &Arc<Engine>,
        tree: SourceTree,
        theme: &Theme,
        assets: &Arc<AssetAddresses>,
        data: Arc<Data>,
        citing: Citing,
    ) -> Self {
        let config = &site.config;
        let site_value = context::site_value(config, theme);
        let mut hasher = Hasher::new();
        hasher.fingerprint(config.fingerprint).fingerprint(context::fingerprint(&site_value));
        let tags: Vec<Value> = site.tags.iter().map(|tag| context::tag_summary(config, tag)).collect();
        let limit = theme.params.get("series_box_limit").and_then(yaml::Value::as_u64);
        Self {
            settings: hasher.finish(),
            series_box_limit: limit.unwrap_or(30),
            site_feeds: context::feed_links(config, &config.title, &Permalink::root()),
            by_series: index(site.series.iter().map(|series| series.slug.as_str())),
            by_tag: index(site.tags.iter().map(|tag| tag.slug.as_str())),
            tag_links: site.tags.iter().map(|tag| context::tag_link(&site, tag)).collect(),
            tags: (tags.clone(), context::fingerprint(&Value::from(tags))),
            series_list: (Vec::new(), Fingerprint::ABSENT),
            site_value,
            site,
            engine: Arc::clone(engine),
            tree,
            assets: Arc::clone(assets),
            data,
            source_values: citing.bibliography.ids().map(|id| (id.to_owned(), OnceLock::new())).collect(),
            bibliography: citing.bibliography,
            style: citing.style,
            index: Arc::default(),
            mentions: Arc::default(),
            page_links: Vec::new(),
            bodies: Vec::new(),
            cards: Vec::new(),
            cards_mark: None,
            summaries: Vec::new(),
            summaries_mark: None,
        }
    }

    /// The world with the bodies of [`Site::documents`].
    #[must_use]
    pub fn with_bodies(self, bodies: Vec<Arc<RenderedBody>>) -> Self {
        Self { bodies, ..self }
    }

    /// The world with the sources that its bodies cite.
    #[must_use]
    pub fn with_index(self, index: Arc<SourceIndex>) -> Self {
        Self { index, ..self }
    }

    /// The world with what its bodies say of later posts.
    #[must_use]
    pub fn with_mentions(self, mentions: Arc<Mentions>) -> Self {
        Self { mentions, ..self }
    }

    /// The citation style.
    pub fn style(&self) -> &Arc<Style> {
        &self.style
    }

    /// The bodies in the order of [`Site::documents`].
    pub fn bodies(&self) -> &[Arc<RenderedBody>] {
        &self.bodies
    }

    /// Posts and pages by their place in [`Site::all_pages`], with their rendered bodies.
    pub fn page_bodies(&self) -> impl Iterator<Item = (usize, &RenderedBody)> {
        let count = self.site.posts.len() + self.site.pages.len();
        self.bodies.iter().take(count).map(AsRef::as_ref).enumerate()
    }

    /// The world with the cards of [`Site::all_pages`].
    #[must_use]
    pub fn with_cards(self, cards: Vec<Arc<Card>>) -> Self {
        let mut hasher = Hasher::with_capacity(cards.len() * size_of::<Fingerprint>());
        for card in &cards {
            hasher.fingerprint(card.fingerprint);
        }
        let page_links = cards.iter().map(|_| OnceLock::new()).collect();
        Self { cards_mark: Some(hasher.finish()), cards, page_links, ..self }
    }

    /// Names its parts.
    pub fn marks(&self) -> Marks {
        Marks::of(self)
    }

    /// The whole world, with the summaries of its series.
    #[must_use]
    pub fn with_summaries(self, summaries: Vec<Arc<Summary>>) -> Self {
        let mut hasher = Hasher::new();
        let values = summaries.iter().map(|summary| {
            hasher.fingerprint(summary.fingerprint);
            summary.value.clone()
        });
        let series_list = (values.collect(), hasher.finish());
        for summary in &summaries {
            hasher.fingerprint(summary.parts_fingerprint);
        }
        Self { series_list, summaries_mark: Some(hasher.finish()), summaries, ..self }
    }

    /// The slugs of the series, in their order.
    pub fn series_slugs(&self) -> Vec<Arc<str>> {
        let slug = |series: &crate::site::Series| self.by_series.get_key_value(series.slug.as_str());
        self.site.series.iter().filter_map(|series| Some(Arc::clone(slug(series)?.0))).collect()
    }

    /// The rendered body of a file.
    pub fn body(&self, path: &str) -> Option<&Body> {
        self.shared_body(path).map(|body| &body.body.value)
    }

    /// The bodies that there is something to say or to check of, with their documents.
    pub fn noted_bodies(&self) -> impl Iterator<Item = (&Arc<Document>, &Warned<Body>)> {
        let all = self.site.documents().zip(&self.bodies);
        all.filter(|(_, body)| !body.is_quiet).map(|(document, body)| (document, body.body.as_ref()))
    }

    pub(super) fn shared_body(&self, path: &str) -> Option<&Arc<RenderedBody>> {
        self.bodies.get(self.site.document_index(path)?)
    }

    /// The address and file of a picture that a front matter or configuration names.
    pub(crate) fn locate_picture(&self, src: &str, from: &str) -> Option<(String, Option<String>)> {
        if src.starts_with("https://") || src.starts_with("http://") {
            return Some((src.to_owned(), None));
        }
        if src.starts_with('/') {
            return Some((format!("{}{src}", self.site.config.base_path), Some(format!("static{src}"))));
        }
        let path = join(parent(from), src)?;
        let permalink = self.site.assets.get(path.as_str())?;
        Some((self.site.href(permalink), Some(path)))
    }

    pub(super) fn image_size(&self, path: &str) -> Option<(u32, u32)> {
        self.tree.asset(path)?.picture_size()
    }

    /// The picture of pages that have none of their own.
    pub(super) fn site_image(&self) -> Value {
        let found = self.site.config.image.as_deref().and_then(|src| self.locate_picture(src, crate::config::FILE));
        maybe(found.map(|(url, _)| Picture { url, alt: String::new(), size: None }.value(&self.site.config)))
    }

    /// The card of a page. While bodies are rendered it has no summary.
    pub(super) fn card(&self, path: &str) -> Value {
        let known = self.site.page_index(path).and_then(|at| self.cards.get(at));
        known.map_or_else(|| self.early_card(path), |card| card.value.clone())
    }

    pub(super) fn card_fingerprint(&self, path: &str) -> Fingerprint {
        let Some(at) = self.site.page_index(path) else {
            return Fingerprint::ABSENT;
        };
        self.cards.get(at).map_or_else(|| context::fingerprint(&self.early_card(path)), |card| card.fingerprint)
    }

    fn early_card(&self, path: &str) -> Value {
        let Some(page) = self.site.page(path) else {
            return Value::none();
        };
        let image = page.document.front.image.as_ref();
        let picture = image.and_then(|image| self.picture(&image.src, &image.alt, path));
        context::card(&self.site, page, self.tag_links(page), None, picture.as_ref())
    }

    /// The tags of a page with their addresses.
    pub(super) fn tag_links(&self, page: &Page) -> Vec<Value> {
        page.tags.iter().map(|tag| self.tag_links[*tag].clone()).collect()
    }

    pub(super) fn picture(&self, src: &str, alt: &str, from: &str) -> Option<Picture> {
        let (url, file) = self.locate_picture(src, from)?;
        let size = file.and_then(|file| self.image_size(&file));
        Some(Picture { url, alt: alt.to_owned(), size })
    }

    /// The card of a post by its place in [`Site::posts`].
    pub(super) fn post_card(&self, at: usize) -> &Card {
        &self.cards[at]
    }

    /// A page's title, address and date by its place in [`Site::all_pages`].
    pub(super) fn page_link(&self, at: usize) -> Value {
        let made = || {
            let field = |name| context::field(&self.cards[at].value, name);
            Value::from(map! { "title" => field("full_title"), "url" => field("url"), "date" => field("date") })
        };
        self.page_links[at].get_or_init(made).clone()
    }

    /// A source as templates see it: a library's record is cited by many pages.
    pub(super) fn source_value(&self, source: &Arc<Source>) -> Map {
        let id = source.id.as_deref();
        let own = id.filter(|id| self.bibliography.get(id).is_some_and(|known| Arc::ptr_eq(known, source)));
        let made = || context::source(source);
        own.and_then(|id| self.source_values.get(id)).map_or_else(made, |value| value.get_or_init(made).clone())
    }

    pub(super) fn series_index(&self, slug: &str) -> Option<usize> {
        self.by_series.get(slug).copied()
    }

    pub(super) fn tag_index(&self, slug: &str) -> Option<usize> {
        self.by_tag.get(slug).copied()
    }

    pub(super) fn summary(&self, slug: &str) -> Option<&Summary> {
        self.summaries.get(self.series_index(slug)?).map(AsRef::as_ref)
    }

    /// What lists show of a series. While bodies are rendered it has no cards.
    pub(super) fn series_summary(&self, slug: &str) -> Value {
        if let Some(summary) = self.summary(slug) {
            return summary.value.clone();
        }
        let Some(series) = self.series_index(slug).map(|at| &self.site.series[at]) else {
            return Value::none();
        };
        let feeds = context::feed_links(&self.site.config, &series.title, &series.permalink);
        Value::from(context::series_summary(
            &self.site,
            series,
            None,
            (Value::none(), Value::none(), Value::none()),
            feeds,
        ))
    }

    pub(super) fn series_summary_fingerprint(&self, slug: &str) -> Fingerprint {
        let Some(at) = self.series_index(slug) else {
            return Fingerprint::ABSENT;
        };
        self.summaries.get(at).map_or_else(|| self.site.series_fingerprint(at), |summary| summary.fingerprint)
    }

    /// A series' slug, held once.
    pub(super) fn series_slug(&self, index: usize) -> &Arc<str> {
        let slug = self.site.series[index].slug.as_str();
        self.by_series.get_key_value(slug).map(|(slug, _)| slug).expect("every series is known by its slug")
    }

    /// The posts of a list by their places in [`Site::posts`], and how many there are on
    /// all its pages.
    pub(super) fn listing(&self, listing: &Listing) -> (Vec<usize>, usize) {
        let site = &self.site;
        let all = 0..site.posts.len();
        let page_of = |all: &mut dyn Iterator<Item = usize>, total: usize, number: usize| {
            let size = site.config.paginate_by;
            (all.skip((number - 1) * size).take(size).collect(), total)
        };
        let newest = |all: &mut dyn Iterator<Item = usize>| {
            let dated = all.filter(|at| site.posts[*at].date.is_some());
            (dated.take(site.config.feed_limit).collect(), 0)
        };
        match listing {
            Listing::Home(number) => page_of(&mut all.clone(), all.len(), *number),
            Listing::Tag(slug, number) => {
                let posts = self.tagged(slug);
                page_of(&mut posts.iter().copied(), posts.len(), *number)
            }
            Listing::Series(slug) => {
                let parts = self.parts_of(slug);
                (parts.to_vec(), parts.len())
            }
            Listing::Archive => (all.clone().collect(), all.len()),
            Listing::Feed(Scope::Site) => newest(&mut all.clone()),
            Listing::Feed(Scope::Series(slug)) => {
                let mut parts = self.parts_of(slug).to_vec();
                parts.sort_unstable();
                newest(&mut parts.into_iter())
            }
            Listing::Feed(Scope::Tag(slug)) => newest(&mut self.tagged(slug).iter().copied()),
        }
    }

    fn tagged(&self, slug: &str) -> &[usize] {
        self.tag_index(slug).map_or(&[], |at| &self.site.tags[at].posts)
    }

    pub(super) fn parts_of(&self, slug: &str) -> &[usize] {
        self.series_index(slug).map_or(&[], |at| &self.site.series[at].parts)
    }

    pub(super) fn parts(&self, slug: &str) -> Vec<&Page> {
        self.parts_of(slug).iter().map(|at| &self.site.posts[*at]).collect()
    }

    /// A path, held once however often it is read.
    pub(super) fn shared(&self, path: &str) -> SourcePath {
        self.site.document(path).map_or_else(|| Arc::from(path), |document| Arc::clone(document.path()))
    }
}

fn index<'a>(slugs: impl Iterator<Item = &'a str>) -> FxHashMap<Arc<str>, usize> {
    slugs.enumerate().map(|(at, slug)| (Arc::from(slug), at)).collect()
}
