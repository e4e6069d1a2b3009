//! What is rendered, by identity.

use std::fmt;
use std::sync::Arc;

use crate::content::Evidence;
use crate::site::Permalink;
use crate::source::SourcePath;
use crate::template::{Format, Scope};

/// The identity of a rendered artifact, stable across rebuilds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A page of the front page's list, from 1.
    Home(usize),
    /// A post, by its file.
    Post(SourcePath),
    /// A standing page, by its file.
    Page(SourcePath),
    /// All series.
    SeriesIndex,
    /// A series, by slug.
    Series(Arc<str>),
    /// A series' calendar, by slug.
    Calendar(Arc<str>),
    /// How to follow the site.
    Subscribe,
    /// All tags.
    Tags,
    /// A page of a tag's list, from 1.
    Tag(Arc<str>, usize),
    /// All posts by year and month.
    Archive,
    /// A page of the list of sources, from 1: of all, or of one kind of evidence.
    Sources(Option<Evidence>, usize),
    /// A source, by the last part of its address.
    Source(Arc<str>),
    /// All sources in CSL-JSON.
    AllSources,
    /// The page for a missing address.
    NotFound,
    /// A page at an old address that leads to a file's page.
    Redirect(Permalink, SourcePath),
    /// A feed.
    Feed(Scope, Format),
    /// The sitemap, or the index of its parts.
    Sitemap,
    /// A part of a sitemap that is too long for one file, from 1.
    SitemapPart(usize),
    /// What crawlers are told.
    Robots,
}

impl Key {
    /// Whether it is an HTML page for people.
    pub fn is_page(&self) -> bool {
        !matches!(
            self,
            Self::Redirect(..)
                | Self::Feed(..)
                | Self::Calendar(_)
                | Self::Sitemap
                | Self::SitemapPart(_)
                | Self::Robots
                | Self::AllSources
        )
    }
}

/// As it is named to an author: a file where there is one.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home(1) => f.write_str("the front page"),
            Self::Home(number) => write!(f, "page {number} of the front page"),
            Self::Post(path) | Self::Page(path) => f.write_str(path),
            Self::SeriesIndex => f.write_str("the list of series"),
            Self::Series(slug) => write!(f, "the page of the series `{slug}`"),
            Self::Calendar(slug) => write!(f, "the calendar of the series `{slug}`"),
            Self::Subscribe => f.write_str("the page on how to subscribe"),
            Self::Tags => f.write_str("the list of tags"),
            Self::Tag(slug, 1) => write!(f, "the page of the tag `{slug}`"),
            Self::Tag(slug, number) => write!(f, "page {number} of the tag `{slug}`"),
            Self::Archive => f.write_str("the archive"),
            Self::Sources(None, 1) => f.write_str("the list of sources"),
            Self::Sources(None, number) => write!(f, "page {number} of the list of sources"),
            Self::Sources(Some(kind), number) => write!(f, "page {number} of the sources that are {kind}"),
            Self::Source(slug) => write!(f, "the page of the source `{slug}`"),
            Self::AllSources => f.write_str("the file of all sources"),
            Self::NotFound => f.write_str("the page for missing addresses"),
            Self::Redirect(from, to) => write!(f, "the alias {from} of {to}"),
            Self::Feed(_, format) => write!(f, "the feed {}", format.file()),
            Self::Sitemap | Self::SitemapPart(_) => f.write_str("the sitemap"),
            Self::Robots => f.write_str("robots.txt"),
        }
    }
}
