//! Everything there is to see of a site at an instant, with a fingerprint for each thing.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tera::Value;

use super::context::{self, Picture, map, maybe};
use super::engine::Engine;
use super::feed::Scope;
use super::theme::Theme;
use crate::diagnostics::Warned;
use crate::markdown::Body;
use crate::memo::{Fingerprint, Hasher};
use crate::site::{Page, Series, Site, Target};
use crate::source::{SourcePath, SourceTree};

/// Something that was looked at while rendering.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Read {
    /// The configuration and the theme's parameters.
    Config,
    /// A template with all it extends, includes and calls.
    Template(Arc<str>),
    /// A component.
    Component(Arc<str>),
    /// Which components there are.
    ComponentNames,
    /// The address of a theme's file.
    Asset(Arc<str>),
    /// A document's own text.
    Document(SourcePath),
    /// What a link to a file leads to, nothing included.
    Target(SourcePath),
    /// A picture's size.
    ImageSize(SourcePath),
    /// A page's card, its absence included.
    Card(SourcePath),
    /// A page's rendered body.
    Body(SourcePath),
    /// Who comes before and after a post.
    Neighbours(SourcePath),
    /// A series' summary, its absence included.
    Series(Arc<str>),
    /// The parts of a series by title and address.
    Parts(Arc<str>),
    /// Every series.
    SeriesList,
    /// Every tag with its count.
    TagList,
    /// The cards of a list, or of a page of it.
    Listing(Listing),
    /// Every source of every post.
    Sources,
    /// Which files there are to link to.
    Paths,
    /// Every page's address with the time it was last changed.
    Addresses,
}

/// A list of cards.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Listing {
    /// A page of all posts, from 1.
    Home(usize),
    /// A page of a tag's posts, from 1.
    Tag(Arc<str>, usize),
    /// All parts of a series in order.
    Series(Arc<str>),
    /// All posts.
    Archive,
    /// The posts that a feed holds.
    Feed(Scope),
}

/// A rendered body with the digest of its HTML.
pub type BodyTable = FxHashMap<SourcePath, (Arc<Warned<Body>>, Fingerprint)>;

/// Everything there is to see at an instant.
#[derive(Debug)]
pub struct World {
    /// The resolved site.
    pub site: Arc<Site>,
    /// The templates.
    pub engine: Arc<Engine>,
    /// Bodies by path; empty while they are being rendered.
    pub bodies: BodyTable,
    pub(super) assets: BTreeMap<String, String>,
    pub(super) pictures: FxHashMap<SourcePath, (u32, u32)>,
    pub(super) cards: FxHashMap<SourcePath, (Value, Fingerprint)>,
    pub(super) series: FxHashMap<Arc<str>, Summary>,
    pub(super) by_tag: FxHashMap<Arc<str>, usize>,
    pub(super) tags: (Vec<Value>, Fingerprint),
    pub(super) series_list: (Vec<Value>, Fingerprint),
    pub(super) site_value: Value,
    pub(super) site_image: Value,
    pub(super) site_feeds: Vec<Value>,
    pub(super) settings: Fingerprint,
    pub(super) series_box_limit: u64,
}

#[derive(Debug)]
pub(super) struct Summary {
    pub(super) index: usize,
    pub(super) value: Value,
    pub(super) fingerprint: Fingerprint,
    pub(super) parts: Value,
    pub(super) parts_fingerprint: Fingerprint,
}

impl World {
    /// A world to render bodies in: there are no cards with summaries yet.
    pub fn without_bodies(
        site: Arc<Site>,
        engine: Arc<Engine>,
        theme: &Theme,
        assets: BTreeMap<String, String>,
        pictures: FxHashMap<SourcePath, (u32, u32)>,
    ) -> Self {
        let site_value = context::site_value(&site.config, theme);
        let mut hasher = Hasher::new();
        hasher.fingerprint(site.config.fingerprint).fingerprint(context::fingerprint(&site_value));
        Self {
            settings: hasher.finish(),
            series_box_limit: theme
                .params
                .get("series_box_limit")
                .and_then(crate::source::yaml::Value::as_u64)
                .unwrap_or(30),
            site_image: Value::none(),
            site_feeds: context::feed_links(&site.config, &site.config.title, &crate::site::Permalink::root()),
            site_value,
            site,
            engine,
            bodies: BodyTable::default(),
            assets,
            pictures,
            cards: FxHashMap::default(),
            series: FxHashMap::default(),
            by_tag: FxHashMap::default(),
            tags: (Vec::new(), Fingerprint::ABSENT),
            series_list: (Vec::new(), Fingerprint::ABSENT),
        }
    }

    /// The whole world, with the bodies.
    #[must_use]
    pub fn with_bodies(mut self, bodies: BodyTable) -> Self {
        use rayon::prelude::*;
        self.bodies = bodies;
        self.site_image = self.find_site_image();
        let pages: Vec<&Page> = self.site.all_pages().collect();
        let cards: Vec<(SourcePath, (Value, Fingerprint))> = pages
            .par_iter()
            .map(|page| {
                let value = self.build_card(page);
                let fingerprint = context::fingerprint(&value);
                (Arc::clone(page.path()), (value, fingerprint))
            })
            .collect();
        self.cards = cards.into_iter().collect();
        let series = self.site.series.iter().enumerate();
        self.series =
            series.map(|(index, series)| (Arc::from(series.slug.as_str()), self.summary(index, series))).collect();
        self.series_list = self.list_series();
        let tags: Vec<Value> = self.site.tags.iter().map(|tag| context::tag_summary(&self.site.config, tag)).collect();
        self.tags = (tags.clone(), context::fingerprint(&Value::from(tags)));
        self.by_tag = self.site.tags.iter().enumerate().map(|(at, tag)| (Arc::from(tag.slug.as_str()), at)).collect();
        self
    }

    /// Every series, with the digest of all: made once, read by each page of the front
    /// page's list.
    fn list_series(&self) -> (Vec<Value>, Fingerprint) {
        let mut hasher = Hasher::new();
        let summaries = self.site.series.iter().filter_map(|series| self.series.get(series.slug.as_str()));
        let values = summaries.map(|summary| {
            hasher.fingerprint(summary.fingerprint);
            summary.value.clone()
        });
        (values.collect(), hasher.finish())
    }

    fn find_site_image(&self) -> Value {
        let src = self.site.config.image.as_deref();
        let found = src.and_then(|src| self.locate_picture(src, crate::config::FILE));
        maybe(found.map(|(url, _)| Picture { url, alt: String::new(), size: None }.value(&self.site.config)))
    }

    fn build_card(&self, page: &Page) -> Value {
        let body = self.bodies.get(page.path()).map(|(body, _)| &body.value);
        context::card(&self.site, page, body, self.picture_of(&page.document).as_ref())
    }

    /// The rendered body of a file.
    pub fn body(&self, path: &str) -> Option<&Body> {
        self.bodies.get(path).map(|(body, _)| &body.value)
    }

    /// The picture that a front matter names.
    fn picture_of(&self, document: &crate::content::Document) -> Option<Picture> {
        let image = document.front.image.as_ref()?;
        let (url, file) = self.locate_picture(&image.src, document.path())?;
        Some(Picture {
            url,
            alt: image.alt.clone(),
            size: file.and_then(|file| self.pictures.get(file.as_str()).copied()),
        })
    }

    /// The address and file of a picture that a front matter or configuration names.
    pub(crate) fn locate_picture(&self, src: &str, from: &str) -> Option<(String, Option<String>)> {
        if src.starts_with("https://") || src.starts_with("http://") {
            return Some((src.to_owned(), None));
        }
        if src.starts_with('/') {
            return Some((format!("{}{src}", self.site.config.base_path), Some(format!("static{src}"))));
        }
        let path = crate::source::join(crate::source::parent(from), src)?;
        let permalink = self.site.assets.get(path.as_str())?;
        Some((self.site.href(permalink), Some(path)))
    }

    pub(super) fn card(&self, path: &str) -> (Value, Fingerprint) {
        if let Some((value, fingerprint)) = self.cards.get(path) {
            return (value.clone(), *fingerprint);
        }
        match self.site.page(path) {
            Some(page) => {
                let value = self.build_card(page);
                let fingerprint = context::fingerprint(&value);
                (value, fingerprint)
            }
            None => (Value::none(), Fingerprint::ABSENT),
        }
    }

    fn summary(&self, index: usize, series: &Series) -> Summary {
        let part = |at: Option<&usize>| at.map_or_else(Value::none, |post| self.card(self.site.posts[*post].path()).0);
        let picture = series.document.as_ref().and_then(|document| self.picture_of(document));
        let feeds = context::feed_links(&self.site.config, &series.title, &series.permalink);
        let cards = (part(series.parts.first()), part(series.parts.last()));
        let value = Value::from(context::series_summary(&self.site, series, picture.as_ref(), cards, feeds));
        let parts: Vec<Value> = series
            .parts
            .iter()
            .map(|post| {
                let post = &self.site.posts[*post];
                Value::from(map! { "title" => post.title.as_str(), "url" => self.site.href(&post.permalink) })
            })
            .collect();
        let parts = Value::from(parts);
        let mut described = Hasher::new();
        described.text(series.document.as_ref().map_or("", |document| document.path()));
        Summary {
            index,
            fingerprint: described.fingerprint(context::fingerprint(&value)).finish(),
            value,
            parts_fingerprint: context::fingerprint(&parts),
            parts,
        }
    }

    /// A path, held once however often it is read.
    pub(super) fn shared(&self, path: &str) -> SourcePath {
        self.site.document(path).map_or_else(|| Arc::from(path), |document| Arc::clone(document.path()))
    }

    /// What a read finds now.
    pub fn fingerprint(&self, read: &Read) -> Fingerprint {
        match read {
            Read::Config => self.settings,
            Read::Template(name) => self.engine.fingerprint(name),
            Read::Component(name) => self.engine.component_fingerprint(name),
            Read::ComponentNames => {
                Fingerprint::of_value(&self.engine.component_names().collect::<std::collections::BTreeSet<_>>())
            }
            Read::Asset(name) => {
                self.assets.get(name.as_ref()).map_or(Fingerprint::ABSENT, |url| Fingerprint::of(url.as_bytes()))
            }
            Read::Document(path) => {
                self.site.document(path).map_or(Fingerprint::ABSENT, |document| document.source.fingerprint)
            }
            Read::Target(path) => target_fingerprint(&self.site, path),
            Read::ImageSize(path) => self
                .pictures
                .get(path)
                .map_or(Fingerprint::ABSENT, |size| Fingerprint::of(format!("{size:?}").as_bytes())),
            Read::Card(path) => self.card(path).1,
            Read::Body(path) => self.bodies.get(path).map_or(Fingerprint::ABSENT, |(_, fingerprint)| *fingerprint),
            Read::Neighbours(path) => self.neighbours_fingerprint(path),
            Read::Series(slug) => self.series.get(slug).map_or(Fingerprint::ABSENT, |summary| summary.fingerprint),
            Read::Parts(slug) => self.series.get(slug).map_or(Fingerprint::ABSENT, |summary| summary.parts_fingerprint),
            Read::SeriesList => self.series_list.1,
            Read::TagList => self.tags.1,
            Read::Listing(listing) => self.listing_fingerprint(listing),
            Read::Sources => sources_fingerprint(&self.site),
            Read::Paths => Fingerprint::of_value(&self.site.linkable().collect::<Vec<_>>()),
            Read::Addresses => addresses_fingerprint(&self.site),
        }
    }

    fn listing_fingerprint(&self, listing: &Listing) -> Fingerprint {
        let (posts, total) = self.listing(listing);
        let mut hasher = Hasher::new();
        hasher.number(total as u64);
        for post in posts {
            hasher.fingerprint(self.card(post.path()).1);
        }
        hasher.finish()
    }

    /// The posts of a list, and how many there are on all its pages.
    pub(super) fn listing(&self, listing: &Listing) -> (Vec<&Page>, usize) {
        let site = &self.site;
        let page_of = |all: &mut dyn Iterator<Item = &usize>, total: usize, number: usize| {
            let size = site.config.paginate_by;
            (all.skip((number - 1) * size).take(size).map(|at| &site.posts[*at]).collect(), total)
        };
        let pick = |indices: &[usize], limit: usize| -> Vec<&Page> {
            indices.iter().map(|at| &site.posts[*at]).filter(|post| post.date.is_some()).take(limit).collect()
        };
        let limit = site.config.feed_limit;
        match listing {
            Listing::Home(number) => {
                let size = site.config.paginate_by;
                (site.posts.iter().skip((number - 1) * size).take(size).collect(), site.posts.len())
            }
            Listing::Tag(slug, number) => {
                let posts = self.tagged(slug);
                page_of(&mut posts.iter(), posts.len(), *number)
            }
            Listing::Series(slug) => {
                let parts = self.parts_of(slug);
                (parts.iter().map(|at| &site.posts[*at]).collect(), parts.len())
            }
            Listing::Archive => (site.posts.iter().collect(), site.posts.len()),
            Listing::Feed(Scope::Site) => {
                (site.posts.iter().filter(|post| post.date.is_some()).take(limit).collect(), 0)
            }
            Listing::Feed(Scope::Series(slug)) => {
                let mut newest = self.parts_of(slug).to_vec();
                newest.sort_unstable();
                (pick(&newest, limit), 0)
            }
            Listing::Feed(Scope::Tag(slug)) => (pick(self.tagged(slug), limit), 0),
        }
    }

    fn tagged(&self, slug: &str) -> &[usize] {
        self.by_tag.get(slug).map_or(&[], |at| &self.site.tags[*at].posts)
    }

    fn parts_of(&self, slug: &str) -> &[usize] {
        self.series.get(slug).map_or(&[], |summary| &self.site.series[summary.index].parts)
    }

    pub(super) fn neighbours(&self, path: &str) -> [Option<SourcePath>; 4] {
        let Some(page) = self.site.page(path) else {
            return [const { None }; 4];
        };
        let (previous, next) = page.place.map_or((None, None), |place| self.site.series_neighbours(place));
        let at = self.site.post_index(path);
        let newer = at.and_then(|at| at.checked_sub(1)).and_then(|at| self.site.posts.get(at));
        let older = at.and_then(|at| self.site.posts.get(at + 1));
        [previous, next, newer, older].map(|page| page.map(|page| Arc::clone(page.path())))
    }

    fn neighbours_fingerprint(&self, path: &str) -> Fingerprint {
        Fingerprint::of(format!("{:?}", self.neighbours(path)).as_bytes())
    }
}

fn target_fingerprint(site: &Site, path: &str) -> Fingerprint {
    let found = match site.target(path) {
        None => return Fingerprint::ABSENT,
        Some(Target::Page(page)) => site.href(&page.permalink),
        Some(Target::Series(series)) => site.href(&series.permalink),
        Some(Target::Asset(permalink)) => site.href(permalink),
        Some(Target::Waiting(waiting)) => format!("{waiting:?}"),
    };
    Fingerprint::of(found.as_bytes())
}

fn addresses_fingerprint(site: &Site) -> Fingerprint {
    let pages = site.all_pages().map(|page| (&page.permalink, &page.date, &page.updated));
    let lists = site.series.iter().map(|series| &series.permalink).chain(site.tags.iter().map(|tag| &tag.permalink));
    Fingerprint::of_value(&(pages.collect::<Vec<_>>(), lists.collect::<Vec<_>>()))
}

fn sources_fingerprint(site: &Site) -> Fingerprint {
    let mut hasher = Hasher::new();
    for post in site.all_pages().filter(|post| !post.document.front.sources.is_empty()) {
        hasher.text(&post.full_title).text(post.permalink.as_str());
        for source in &post.document.front.sources {
            hasher.text(&format!("{source:?}"));
        }
    }
    hasher.finish()
}

/// The sizes of the pictures of a site, by file.
pub fn picture_sizes(tree: &SourceTree) -> FxHashMap<SourcePath, (u32, u32)> {
    use rayon::prelude::*;
    let pictures: Vec<_> = tree.assets_under("content").chain(tree.assets_under("static")).collect();
    pictures.par_iter().filter_map(|asset| Some((Arc::clone(&asset.path), super::picture::size(asset)?))).collect()
}
