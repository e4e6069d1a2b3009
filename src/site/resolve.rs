//! From documents to the site: publication, order, series, tags, addresses.

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

use jiff::civil::Time;
use jiff::{Timestamp, ZonedDateTime};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::series::{Names, Series};
use super::{Found, Instant, Page, Permalink, Site, Waiting};
use crate::config::Config;
use crate::content::{Document, Kind};
use crate::diagnostics::{Diagnostic, Warned};
use crate::source::SourcePath;

impl Site {
    /// The site of these documents at an instant. `assets` are the other files below
    /// `content/`.
    pub fn resolve(
        config: Arc<Config>,
        documents: &[Arc<Document>],
        assets: impl IntoIterator<Item = SourcePath>,
        instant: Instant,
    ) -> Warned<Self> {
        let mut resolver = Resolver::new(&config, instant);
        let (series, mut names) = resolver.described(documents);
        resolver.hours = hours(documents, &series, |name| resolver.known(name, &mut names));
        let (mut posts, mut pages) = resolver.publish(documents);
        posts.par_sort_by(newest_first);
        pages.sort_by(|a, b| a.path().cmp(b.path()));
        let series = resolver.series(&mut posts, series, names);
        let tags = resolver.tags(&mut posts);
        resolver.addresses(&mut posts, &mut pages, &series);
        let plans = resolver.plans(&posts, &series);
        Resolver::announce_promises(&mut posts, &series);
        let promises = Resolver::kept_promises(&posts, &series);
        let assets = resolver.assets(assets, documents, posts.iter().chain(&pages));
        let Resolver { diagnostics, waiting, next_change, .. } = resolver;
        let index = index(&posts, &pages, &series);
        let value = Self {
            posts,
            pages,
            series,
            tags,
            assets,
            waiting,
            instant,
            next_change,
            index,
            plans,
            promises,
            digests: OnceLock::new(),
            config,
        };
        Warned { value, diagnostics }
    }
}

/// Newest first, posts without a date last, then by path, so that the order is total.
fn newest_first(a: &Page, b: &Page) -> std::cmp::Ordering {
    let key = |page: &Page| (page.date.is_none(), Reverse(page.date.as_ref().map(ZonedDateTime::timestamp)));
    key(a).cmp(&key(b)).then_with(|| a.path().cmp(b.path()))
}

fn index(posts: &[Page], pages: &[Page], series: &[Series]) -> FxHashMap<SourcePath, Found> {
    let posts = posts.iter().enumerate().map(|(at, page)| (Arc::clone(page.path()), Found::Post(at)));
    let pages = pages.iter().enumerate().map(|(at, page)| (Arc::clone(page.path()), Found::Page(at)));
    let series = series.iter().enumerate().filter_map(|(at, series)| Some((at, series.document.as_ref()?)));
    let series = series.enumerate();
    let series = series.map(|(described, (at, found))| (Arc::clone(found.path()), Found::Series { at, described }));
    posts.chain(pages).chain(series).collect()
}

pub(super) struct Resolver<'a> {
    pub(super) config: &'a Config,
    pub(super) instant: Instant,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) waiting: FxHashMap<SourcePath, Waiting>,
    /// Posts that are not out, in the documents' order.
    pub(super) unpublished: Vec<Arc<Document>>,
    pub(super) next_change: Option<Timestamp>,
    /// When a bare date is, by the name of a series whose cadence has a time.
    hours: FxHashMap<String, Time>,
}

/// The times of day of series, by the names that posts call them by.
fn hours(
    documents: &[Arc<Document>],
    series: &[Series],
    mut known: impl FnMut(&str) -> Option<usize>,
) -> FxHashMap<String, Time> {
    let time = |series: &Series| series.front()?.cadence.as_ref()?.time;
    let mut hours = FxHashMap::default();
    if series.iter().all(|series| time(series).is_none()) {
        return hours;
    }
    for name in documents.iter().filter_map(|document| document.front.series.first()).map(|reference| &reference.name) {
        if let Some(time) = known(name).and_then(|at| time(&series[at]))
            && !hours.contains_key(name)
        {
            hours.insert(name.clone(), time);
        }
    }
    hours
}

/// What becomes of a post or page by itself.
struct State {
    /// When its date comes, if it has not.
    due: Option<Timestamp>,
    publication: Result<Box<Page>, Waiting>,
}

fn undated(document: &Document) -> Diagnostic {
    Diagnostic::warning("no-date", "this post has no date, so it is left out of feeds and comes last in lists")
        .at(document.top())
        .help("add `date: 2026-01-06` to the front matter, or begin the file's name with the date")
}

impl<'a> Resolver<'a> {
    fn new(config: &'a Config, instant: Instant) -> Self {
        Self {
            config,
            instant,
            diagnostics: Vec::new(),
            waiting: FxHashMap::default(),
            unpublished: Vec::new(),
            next_change: None,
            hours: FxHashMap::default(),
        }
    }

    /// Parts what is out from what waits.
    fn publish(&mut self, documents: &[Arc<Document>]) -> (Vec<Page>, Vec<Page>) {
        let (mut posts, mut pages) = (Vec::new(), Vec::new());
        let look = |document: &Arc<Document>| (document.kind != Kind::Series).then(|| self.state(document));
        let states: Vec<Option<State>> = documents.par_iter().with_min_len(64).map(look).collect();
        for (document, state) in documents.iter().zip(states) {
            let Some(State { due, publication }) = state else { continue };
            self.next_change = self.next_change.into_iter().chain(due).min();
            match publication {
                Err(waiting) => self.wait(document, waiting),
                Ok(page) if document.kind == Kind::Post => posts.push(*page),
                Ok(page) => pages.push(*page),
            }
            if document.when().is_none() && document.kind == Kind::Post && !document.front.draft {
                self.diagnostics.push(undated(document));
            }
        }
        (posts, pages)
    }

    /// When a post or page comes out: a bare date is at its main series' time of day.
    pub(super) fn date(&self, document: &Document) -> Option<ZonedDateTime> {
        let hour = document.front.series.first().and_then(|reference| self.hours.get(&reference.name));
        let time = hour.copied().unwrap_or(self.config.publish_at);
        document.when().map(|when| when.resolve(&self.config.timezone, time))
    }

    /// What becomes of a post or page by itself.
    fn state(&self, document: &Arc<Document>) -> State {
        let date = self.date(document);
        let due = date.as_ref().map(ZonedDateTime::timestamp).filter(|date| *date > self.instant.now);
        let draft = document.front.draft;
        let publication = match date {
            _ if draft && !self.instant.drafts => Err(Waiting::Draft),
            Some(date) if due.is_some() && !self.instant.future && !draft => Err(Waiting::Until(date)),
            date => Ok(Box::new(self.page(document, date, due.is_some()))),
        };
        // The day of a draft that is hidden changes nothing.
        let due = due.filter(|_| !matches!(publication, Err(Waiting::Draft)));
        State { due, publication }
    }

    fn wait(&mut self, document: &Arc<Document>, waiting: Waiting) {
        if !document.front.series.is_empty() && document.kind == Kind::Post {
            self.unpublished.push(Arc::clone(document));
        }
        self.waiting.insert(Arc::clone(document.path()), waiting);
    }

    fn page(&self, document: &Arc<Document>, date: Option<ZonedDateTime>, scheduled: bool) -> Page {
        let title = document.title();
        let authors = &document.front.authors;
        Page {
            permalink: Permalink::root(),
            full_title: title.clone(),
            title,
            date,
            updated: document.front.updated.map(|when| when.resolve(&self.config.timezone, self.config.publish_at)),
            draft: document.front.draft,
            scheduled,
            places: Vec::new(),
            next_week: None,
            tags: Vec::new(),
            authors: if authors.is_empty() { self.config.author.iter().cloned().collect() } else { authors.clone() },
            aliases: Vec::new(),
            document: Arc::clone(document),
        }
    }

    /// The series with their parts, the one with the newest post first.
    fn series(&mut self, posts: &mut [Page], mut all: Vec<Series>, mut names: Names) -> Vec<Series> {
        self.join(posts, &mut all, &mut names);
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|at| (all[*at].parts.iter().min().copied().unwrap_or(usize::MAX), all[*at].slug.clone()));
        names.reorder(&order);
        let mut taken: Vec<Option<Series>> = all.into_iter().map(Some).collect();
        let mut all: Vec<Series> = order.into_iter().filter_map(|at| taken[at].take()).collect();
        self.number_parts(posts, &all, &mut names);
        self.await_instalments(posts, &mut all, &mut names);
        all
    }
}
