//! The resolved, immutable graph: who is published, where, in which series, as which
//! part, under which tags.
//!
//! [`Site::resolve`] is a pure function of the documents, the configuration and one
//! instant. It is resolved in full each time; documents are what is memoized.

mod address;
mod calendar;
mod coming;
mod cron;
mod digest;
mod permalink;
mod promise;
mod resolve;
mod schedule;
mod series;
mod slots;
mod tags;
mod turn;
mod words;

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};
use rustc_hash::FxHashMap;

use crate::config::Config;
use crate::content::Document;
use crate::source::SourcePath;

pub use crate::content::slugify;
pub use calendar::Event;
pub use coming::{Break, Coming, ComingState, Teaser, Upcoming};
pub use digest::Digests;
pub use permalink::Permalink;
pub use schedule::{Entry, Instalment, Remark, State};
pub use series::{Place, Series, is_called};
pub use slots::{Slot, Slots};
pub use turn::{NoTurning, Turning};
pub use words::distance;

/// What is left out, and when "now" is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Posts dated after this are not out yet.
    pub now: Timestamp,
    /// Whether drafts are shown all the same.
    pub drafts: bool,
    /// Whether posts that are not out yet are shown all the same.
    pub future: bool,
}

impl Instant {
    /// What readers see at a time.
    pub fn readers(now: Timestamp) -> Self {
        Self { now, drafts: false, future: false }
    }

    /// The day that it is in a site's time zone.
    pub(crate) fn day(&self, config: &Config) -> Date {
        self.now.to_zoned_datetime(config.timezone.clone()).date()
    }

    /// What there is, out or not, with `now` for what comes next.
    pub fn everything(now: Timestamp) -> Self {
        Self { now, drafts: true, future: true }
    }
}

/// The site as it is at an instant.
#[derive(Debug)]
pub struct Site {
    /// The configuration it was resolved with.
    pub config: Arc<Config>,
    /// The posts that are out, newest first.
    pub posts: Vec<Page>,
    /// The standing pages, by path.
    pub pages: Vec<Page>,
    /// The series, the one with the newest post first.
    pub series: Vec<Series>,
    /// The tags, by slug.
    pub tags: Vec<Term>,
    /// Files in `content/` that are copied, with their addresses.
    pub assets: FxHashMap<SourcePath, Permalink>,
    /// Documents that exist and are not out.
    pub waiting: FxHashMap<SourcePath, Waiting>,
    /// The instant that it was resolved for.
    pub instant: Instant,
    /// When the next date comes that makes another site of the same files.
    pub next_change: Option<Timestamp>,
    index: FxHashMap<SourcePath, Found>,
    /// What is planned, by the last part of its address.
    plans: FxHashMap<String, coming::Plan>,
    /// Posts that name the next one, each with the post that it turned out to be.
    promises: Vec<(usize, usize)>,
    digests: OnceLock<Digests>,
}

#[derive(Debug, Clone, Copy)]
enum Found {
    Post(usize),
    Page(usize),
    /// Its place among all series, and among those that a file describes.
    Series {
        at: usize,
        described: usize,
    },
}

/// A post or a page that is out.
#[derive(Debug)]
pub struct Page {
    /// Its document.
    pub document: Arc<Document>,
    /// Its address.
    pub permalink: Permalink,
    /// The title alone.
    pub title: String,
    /// The title with the series' name before it, where the series asks for it.
    pub full_title: String,
    /// When it was or will be published. A post without a date has none.
    pub date: Option<ZonedDateTime>,
    /// When it was changed.
    pub updated: Option<ZonedDateTime>,
    /// Shown although it is a draft.
    pub draft: bool,
    /// Shown although its date has not come.
    pub scheduled: bool,
    /// Its places in series, that in its main one first.
    pub places: Vec<Place>,
    /// What it says will come next in its series, as far as readers may know.
    pub next_week: Option<String>,
    /// Indices into [`Site::tags`].
    pub tags: Vec<usize>,
    /// Who wrote it, the site's author when it names none.
    pub authors: Vec<String>,
    /// The addresses that lead to it from before.
    pub aliases: Vec<Permalink>,
}

impl Page {
    /// Its identity across rebuilds: the path of its file.
    pub fn path(&self) -> &SourcePath {
        self.document.path()
    }

    /// Its place in its main series.
    pub fn place(&self) -> Option<Place> {
        self.places.first().copied()
    }

    /// When it last changed: by its update, else by its publication.
    pub fn changed(&self) -> Option<&ZonedDateTime> {
        self.updated.as_ref().max(self.date.as_ref())
    }

    /// The identity of its feed entry (RFC 4287, section 4.2.6): the front matter's
    /// `id`, else its first address, which is its first alias once it has moved.
    pub fn entry_id(&self, config: &Config) -> String {
        if let Some(id) = &self.document.front.id {
            return id.clone();
        }
        let first = self.aliases.first().unwrap_or(&self.permalink);
        first.absolute(config)
    }
}

/// A tag with its posts.
#[derive(Debug)]
pub struct Term {
    /// As it was first written.
    pub title: String,
    /// Its address's last part.
    pub slug: String,
    /// Its address.
    pub permalink: Permalink,
    /// Indices into [`Site::posts`], newest first.
    pub posts: Vec<usize>,
}

/// A post or page that exists and is not out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// It is a draft.
    Draft,
    /// It comes out then.
    Until(ZonedDateTime),
}

/// What a file of the site is a link to.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A post or page that is out.
    Page(&'a Page),
    /// A series' own page.
    Series(&'a Series),
    /// A file that is copied.
    Asset(&'a Permalink),
    /// A post or page that is not out.
    Waiting(&'a Waiting),
    /// An instalment that is not written yet, and when it is to come out.
    Planned(Option<&'a ZonedDateTime>),
}

/// `recovery` of `posts/recovery.md`, `posts/2026-05-19-recovery.md` and of a bundle.
fn planned_stem(path: &str) -> Option<&str> {
    let name = path.strip_suffix("/index.md").or_else(|| path.strip_suffix(".md"))?;
    Some(crate::content::stem_of(name.rsplit('/').next().unwrap_or(name)))
}

impl Site {
    /// The post or page of a file.
    pub fn page(&self, path: &str) -> Option<&Page> {
        match self.index.get(path)? {
            Found::Post(at) => self.posts.get(*at),
            Found::Page(at) => self.pages.get(*at),
            Found::Series { .. } => None,
        }
    }

    /// Where a post stands in [`Site::posts`].
    pub fn post_index(&self, path: &str) -> Option<usize> {
        match self.index.get(path)? {
            Found::Post(at) => Some(*at),
            Found::Page(_) | Found::Series { .. } => None,
        }
    }

    /// Where a page stands in [`Site::all_pages`].
    pub fn page_index(&self, path: &str) -> Option<usize> {
        match self.index.get(path)? {
            Found::Post(at) => Some(*at),
            Found::Page(at) => Some(self.posts.len() + at),
            Found::Series { .. } => None,
        }
    }

    /// Where a document stands in [`Site::documents`].
    pub fn document_index(&self, path: &str) -> Option<usize> {
        match self.index.get(path)? {
            Found::Series { described, .. } => Some(self.posts.len() + self.pages.len() + described),
            Found::Post(_) | Found::Page(_) => self.page_index(path),
        }
    }

    /// Whether it is also the site of the same files at another instant.
    pub fn holds_at(&self, instant: Instant) -> bool {
        let Instant { now, drafts, future } = self.instant;
        (drafts, future) == (instant.drafts, instant.future)
            && now <= instant.now
            && self.next_change.is_none_or(|next| instant.now < next)
    }

    /// The fingerprints of what it says, made when first asked for.
    pub fn digests(&self) -> &Digests {
        self.digests.get_or_init(|| Digests::of(self))
    }

    /// What a link to a file leads to.
    pub fn target(&self, path: &str) -> Option<Target<'_>> {
        self.file_target(path).or_else(|| self.plan_target(path))
    }

    fn file_target(&self, path: &str) -> Option<Target<'_>> {
        if let Some(Found::Series { at, .. }) = self.index.get(path) {
            return self.series.get(*at).map(Target::Series);
        }
        self.page(path)
            .map(Target::Page)
            .or_else(|| self.assets.get(path).map(Target::Asset))
            .or_else(|| self.waiting.get(path).map(Target::Waiting))
    }

    /// What a link to a plan leads to, named like the file that it will be.
    fn plan_target(&self, path: &str) -> Option<Target<'_>> {
        if self.plans.is_empty() {
            return None;
        }
        let plan = self.plans.get(planned_stem(path)?)?;
        if let Some(target) = plan.written.as_ref().and_then(|path| self.file_target(path)) {
            return Some(target);
        }
        Some(Target::Planned(plan.date.as_ref()))
    }

    /// The title of the plan that a link with this path is to.
    pub fn planned_title(&self, path: &str) -> Option<&str> {
        let slug = planned_stem(path)?;
        let coming = self.series.iter().flat_map(|series| &series.coming);
        coming.into_iter().find(|coming| coming.slug.as_deref() == Some(slug)).map(|coming| coming.title.as_str())
    }

    /// The document of a post, page or series that is out.
    pub fn document(&self, path: &str) -> Option<&Arc<Document>> {
        match self.index.get(path)? {
            Found::Series { at, .. } => self.series.get(*at)?.document.as_ref(),
            Found::Post(_) | Found::Page(_) => self.page(path).map(|page| &page.document),
        }
    }

    /// Every file that a link can lead to, in order.
    pub fn linkable(&self) -> impl Iterator<Item = &SourcePath> {
        let all = self.index.keys().chain(self.assets.keys()).chain(self.waiting.keys());
        all.collect::<std::collections::BTreeSet<_>>().into_iter()
    }

    /// The documents that have a body: of posts, pages and series.
    pub fn documents(&self) -> impl Iterator<Item = &Arc<Document>> {
        let series = self.series.iter().filter_map(|series| series.document.as_ref());
        self.all_pages().map(|page| &page.document).chain(series)
    }

    /// Every post and page, posts first.
    pub fn all_pages(&self) -> impl Iterator<Item = &Page> {
        self.posts.iter().chain(&self.pages)
    }

    /// A post or page by its place in [`Site::all_pages`].
    pub fn page_at(&self, at: usize) -> Option<&Page> {
        self.posts.get(at).or_else(|| self.pages.get(at.checked_sub(self.posts.len())?))
    }

    /// A path from the root as it stands in a link.
    pub fn href(&self, permalink: &Permalink) -> String {
        permalink.href(&self.config.base_path)
    }

    /// The parts before and after a post in its series.
    pub fn series_neighbours(&self, place: Place) -> (Option<&Page>, Option<&Page>) {
        let parts = &self.series[place.series].parts;
        let at = |index: Option<usize>| index.and_then(|i| parts.get(i)).map(|post| &self.posts[*post]);
        (at(place.at.checked_sub(1)), at(place.at.checked_add(1)))
    }
}
