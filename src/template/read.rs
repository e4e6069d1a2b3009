//! What can be looked at while rendering, and what each look finds now.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::engine::Engine;
use super::feed::Scope;
use super::world::{AssetAddresses, World};
use crate::citation::{Bibliography, Style};
use crate::content::Evidence;
use crate::memo::{Fingerprint, Hasher};
use crate::site::{Site, Target};
use crate::source::SourcePath;

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
    /// A data file, its absence included.
    Data(SourcePath),
    /// A file's own text.
    Text(SourcePath),
    /// What a document says of itself, without its body.
    Document(SourcePath),
    /// All that the site says of a page: its document, address, part, tags.
    Page(SourcePath),
    /// What a link to a file leads to, nothing included.
    Target(SourcePath),
    /// A picture's size.
    ImageSize(SourcePath),
    /// A page's card, its absence included.
    Card(SourcePath),
    /// A page's rendered body.
    Body(SourcePath),
    /// Who comes before and after a post, when the next part of its series comes out, and
    /// which post spoke of it before it was out: one read, since most posts make all.
    Neighbours(SourcePath),
    /// A series' calendar.
    Calendar(Arc<str>),
    /// All that the site says of a series, with its parts' titles and addresses.
    Outline(Arc<str>),
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
    /// The record of an id in the libraries, its absence included.
    Source(Arc<str>),
    /// Which ids the libraries have, and whether all of them could be read.
    SourceIds,
    /// The citation style.
    Style,
    /// The address of a source's own page.
    SourceAddress(Arc<str>),
    /// A source with the pages that cite it, by the last part of its address.
    CitedSource(Arc<str>),
    /// A page of the list of sources, from 1; of one kind of evidence, or of all.
    SourceList(Option<Evidence>, usize),
    /// How many sources there are of each kind of evidence.
    SourceCounts,
    /// Every source that a page cites.
    AllSources,
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

/// Names the parts of a [`World`], so that of two worlds it can be told which parts are
/// the same, and with them all that was read of them.
#[derive(Debug, Clone)]
pub struct Marks {
    site: Arc<Site>,
    engine: Arc<Engine>,
    assets: Arc<AssetAddresses>,
    bibliography: Arc<Bibliography>,
    style: Arc<Style>,
    /// None while bodies are still to be made.
    index: Option<Fingerprint>,
    mentions: Option<Fingerprint>,
    /// None while cards are still to be made.
    cards: Option<Fingerprint>,
    summaries: Option<Fingerprint>,
}

impl Marks {
    pub(super) fn of(world: &World) -> Self {
        Self {
            site: Arc::clone(&world.site),
            engine: Arc::clone(&world.engine),
            assets: Arc::clone(&world.assets),
            bibliography: Arc::clone(&world.bibliography),
            style: Arc::clone(&world.style),
            index: world.index.mark(),
            mentions: world.mentions.mark(),
            cards: world.cards_mark,
            summaries: world.summaries_mark,
        }
    }

    /// Whether a read finds the same in the world of these marks as in that of others.
    pub fn agree_on(&self, read: &Read, other: &Self) -> bool {
        let same_site = Arc::ptr_eq(&self.site, &other.site);
        match read {
            Read::Config | Read::Text(_) | Read::Data(_) | Read::ImageSize(_) | Read::Body(_) => false,
            Read::Source(_) | Read::SourceIds => Arc::ptr_eq(&self.bibliography, &other.bibliography),
            Read::Style => Arc::ptr_eq(&self.style, &other.style),
            Read::SourceAddress(_)
            | Read::CitedSource(_)
            | Read::SourceList(..)
            | Read::SourceCounts
            | Read::AllSources => same_site && self.index.is_some() && self.index == other.index,
            Read::Neighbours(_) => same_site && self.mentions == other.mentions,
            Read::Template(_) | Read::Component(_) | Read::ComponentNames => Arc::ptr_eq(&self.engine, &other.engine),
            Read::Asset(_) => Arc::ptr_eq(&self.assets, &other.assets),
            Read::Document(_)
            | Read::Page(_)
            | Read::Target(_)
            | Read::Calendar(_)
            | Read::Outline(_)
            | Read::TagList
            | Read::Paths
            | Read::Addresses => same_site,
            Read::Card(_) | Read::Listing(_) => same_site && self.cards.is_some() && self.cards == other.cards,
            Read::Series(_) | Read::Parts(_) | Read::SeriesList => {
                same_site && self.summaries.is_some() && self.summaries == other.summaries
            }
        }
    }
}

impl World {
    /// What a read finds now.
    pub fn fingerprint(&self, read: &Read) -> Fingerprint {
        match read {
            Read::Config => self.settings,
            Read::Template(name) => self.engine.fingerprint(name),
            Read::Component(name) => self.engine.component_fingerprint(name),
            Read::ComponentNames => Fingerprint::of_value(&self.engine.component_names().collect::<BTreeSet<_>>()),
            Read::Asset(name) => {
                self.assets.get(name.as_ref()).map_or(Fingerprint::ABSENT, |url| Fingerprint::of(url.as_bytes()))
            }
            Read::Data(path) | Read::Text(path) => {
                self.tree.text(path).map_or(Fingerprint::ABSENT, |text| text.fingerprint)
            }
            Read::Document(path) => self.site.document(path).map_or(Fingerprint::ABSENT, |found| found.fingerprint),
            Read::Page(path) => self.site.page_fingerprint(path),
            Read::Target(path) => target(&self.site, path),
            Read::ImageSize(path) => {
                self.image_size(path).map_or(Fingerprint::ABSENT, |size| Fingerprint::of_value(&size))
            }
            Read::Card(path) => self.card_fingerprint(path),
            Read::Body(path) => self.shared_body(path).map_or(Fingerprint::ABSENT, |body| body.fingerprint),
            Read::Neighbours(path) => {
                let mention = self.mentions.fingerprint(&self.site, path);
                Fingerprint::of_value(&(self.site.neighbours_fingerprint(path), mention))
            }
            Read::Outline(slug) => {
                self.series_index(slug).map_or(Fingerprint::ABSENT, |at| self.site.series_fingerprint(at))
            }
            Read::Calendar(slug) => {
                self.series_index(slug).map_or(Fingerprint::ABSENT, |at| self.site.calendar_fingerprint(at))
            }
            Read::Series(slug) => self.series_summary_fingerprint(slug),
            Read::Parts(slug) => self.summary(slug).map_or(Fingerprint::ABSENT, |summary| summary.parts_fingerprint),
            Read::SeriesList => self.series_list.1,
            Read::TagList => self.tags.1,
            Read::Listing(listing) => self.listing_fingerprint(listing),
            Read::Source(id) => self.bibliography.fingerprint(id),
            Read::SourceIds => {
                let ids: Vec<&str> = self.bibliography.ids().collect();
                Fingerprint::of_value(&(ids, self.bibliography.is_broken()))
            }
            Read::Style => self.style.fingerprint(),
            Read::SourceAddress(identity) => self.index.address_fingerprint(identity),
            Read::CitedSource(slug) => self.index.entry_fingerprint(&self.site, slug),
            Read::SourceList(evidence, number) => self.index.list_fingerprint(&self.site, *evidence, *number),
            Read::SourceCounts => self.index.counts_fingerprint(),
            Read::AllSources => self.index.fingerprint(),
            Read::Paths => self.site.paths_fingerprint(),
            Read::Addresses => self.site.digests().addresses,
        }
    }

    fn listing_fingerprint(&self, listing: &Listing) -> Fingerprint {
        let (posts, total) = self.listing(listing);
        let mut hasher = Hasher::new();
        hasher.number(total as u64);
        for at in posts {
            hasher.fingerprint(self.post_card(at).fingerprint);
        }
        hasher.finish()
    }
}

fn target(site: &Site, path: &str) -> Fingerprint {
    match site.target(path) {
        None => Fingerprint::ABSENT,
        Some(Target::Page(page)) => Fingerprint::of_value(&page.permalink),
        Some(Target::Series(series)) => Fingerprint::of_value(&series.permalink),
        Some(Target::Asset(permalink)) => Fingerprint::of_value(permalink),
        Some(Target::Waiting(waiting)) => Fingerprint::of(format!("{waiting:?}").as_bytes()),
        Some(Target::Planned(date)) => Fingerprint::of(format!("planned {date:?}").as_bytes()),
    }
}

/// As it is named to an author who asks why something was rendered again.
impl std::fmt::Display for Read {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Config => f.write_str("the configuration"),
            Self::Template(name) => write!(f, "the template {name}, or one that it uses"),
            Self::Component(name) => write!(f, "the component {name}"),
            Self::ComponentNames => f.write_str("the list of components"),
            Self::Asset(name) => write!(f, "the theme's file {name}"),
            Self::Data(path) => write!(f, "the data in {path}"),
            Self::Text(path) => write!(f, "the text of {path}"),
            Self::Document(path) => write!(f, "the front matter of {path}"),
            Self::Page(path) => write!(f, "the front matter, address, part or tags of {path}"),
            Self::Target(path) => write!(f, "where a link to {path} leads"),
            Self::ImageSize(path) => write!(f, "the size of {path}"),
            Self::Card(path) => write!(f, "the title, date, address or summary of {path}"),
            Self::Body(path) => write!(f, "the rendered text of {path}"),
            Self::Neighbours(path) => write!(f, "what comes before and after {path}, or which post spoke of it first"),
            Self::Calendar(slug) => write!(f, "the dates of the series {slug}"),
            Self::Outline(slug) | Self::Series(slug) => write!(f, "the series {slug}"),
            Self::Parts(slug) => write!(f, "the titles of the parts of the series {slug}"),
            Self::SeriesList => f.write_str("the list of series"),
            Self::TagList => f.write_str("the list of tags"),
            Self::Listing(Listing::Home(number)) => write!(f, "the posts on page {number} of the front page"),
            Self::Listing(Listing::Tag(slug, number)) => write!(f, "the posts on page {number} of the tag {slug}"),
            Self::Listing(Listing::Series(slug)) => write!(f, "the posts of the series {slug}"),
            Self::Listing(Listing::Archive) => f.write_str("the list of all posts"),
            Self::Listing(Listing::Feed(scope)) => write!(f, "the posts in the feed of {scope}"),
            Self::Source(id) => write!(f, "the source {id}"),
            Self::SourceIds => f.write_str("the ids of the sources"),
            Self::Style => f.write_str("the citation style"),
            Self::SourceAddress(source) => write!(f, "the address of the page of {source}"),
            Self::CitedSource(slug) => write!(f, "the source {slug}, or a page that cites it"),
            Self::SourceList(None, number) => write!(f, "the sources on page {number} of their list"),
            Self::SourceList(Some(evidence), number) => {
                write!(f, "the sources on page {number} of those that are {evidence}")
            }
            Self::SourceCounts => f.write_str("how many sources there are"),
            Self::AllSources => f.write_str("the sources of all pages"),
            Self::Paths => f.write_str("the names of the files"),
            Self::Addresses => f.write_str("the addresses and dates of all pages"),
        }
    }
}
