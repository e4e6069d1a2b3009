//! From documents to the site: publication, order, series, tags, addresses.

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

use jiff::{Timestamp, ZonedDateTime};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Instant, Page, Permalink, Place, Series, Site, Slot, Term, Upcoming, Waiting, slugify};
use crate::config::Config;
use crate::content::{Document, Kind, SeriesOrder};
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
        let mut resolver = Resolver {
            config: &config,
            instant,
            diagnostics: Vec::new(),
            waiting: FxHashMap::default(),
            upcoming: Vec::new(),
            next_change: None,
        };
        let (mut posts, mut pages, described) = resolver.publish(documents);
        posts.par_sort_by(newest_first);
        pages.sort_by(|a, b| a.path().cmp(b.path()));
        let mut series = resolver.series(&mut posts, described);
        let tags = resolver.tags(&mut posts);
        resolver.addresses(&mut posts, &mut pages, &series);
        series.sort_by_key(|s| (s.parts.iter().min().copied().unwrap_or(usize::MAX), s.slug.clone()));
        number_parts(&mut posts, &series);
        let assets = resolver.assets(assets, documents, posts.iter().chain(&pages));
        let Resolver { diagnostics, waiting, next_change, .. } = resolver;
        let index = index(&posts, &pages, &series);
        let digests = OnceLock::new();
        let value = Self { config, posts, pages, series, tags, assets, waiting, instant, next_change, index, digests };
        Warned { value, diagnostics }
    }
}

/// Newest first, posts without a date last, then by path, so that the order is total.
fn newest_first(a: &Page, b: &Page) -> std::cmp::Ordering {
    let key = |page: &Page| (page.date.is_none(), Reverse(page.date.as_ref().map(ZonedDateTime::timestamp)));
    key(a).cmp(&key(b)).then_with(|| a.path().cmp(b.path()))
}

fn index(posts: &[Page], pages: &[Page], series: &[Series]) -> FxHashMap<SourcePath, Slot> {
    let posts = posts.iter().enumerate().map(|(at, page)| (Arc::clone(page.path()), Slot::Post(at)));
    let pages = pages.iter().enumerate().map(|(at, page)| (Arc::clone(page.path()), Slot::Page(at)));
    let series = series.iter().enumerate().filter_map(|(at, series)| Some((at, series.document.as_ref()?)));
    let series = series.enumerate();
    let series = series.map(|(described, (at, found))| (Arc::clone(found.path()), Slot::Series { at, described }));
    posts.chain(pages).chain(series).collect()
}

fn number_parts(posts: &mut [Page], series: &[Series]) {
    for (at, one) in series.iter().enumerate() {
        for (before, post) in one.parts.iter().enumerate() {
            posts[*post].place = Some(Place { series: at, part: before + 1 });
        }
    }
}

pub(super) struct Resolver<'a> {
    pub(super) config: &'a Config,
    pub(super) instant: Instant,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) waiting: FxHashMap<SourcePath, Waiting>,
    /// Instalments to come, in the documents' order.
    pub(super) upcoming: Vec<(String, Upcoming)>,
    pub(super) next_change: Option<Timestamp>,
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

impl Resolver<'_> {
    /// Parts what is out from what waits.
    fn publish(&mut self, documents: &[Arc<Document>]) -> (Vec<Page>, Vec<Page>, Vec<Arc<Document>>) {
        let (mut posts, mut pages, mut described) = (Vec::new(), Vec::new(), Vec::new());
        let look = |document: &Arc<Document>| (document.kind != Kind::Series).then(|| self.state(document));
        let states: Vec<Option<State>> = documents.par_iter().with_min_len(64).map(look).collect();
        for (document, state) in documents.iter().zip(states) {
            let Some(State { due, publication }) = state else {
                described.push(Arc::clone(document));
                continue;
            };
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
        (posts, pages, described)
    }

    /// What becomes of a post or page by itself.
    fn state(&self, document: &Arc<Document>) -> State {
        let date = document.when().map(|when| when.resolve(&self.config.timezone, self.config.publish_at));
        let due = date.as_ref().map(ZonedDateTime::timestamp).filter(|date| *date > self.instant.now);
        let draft = document.front.draft;
        let publication = match date {
            _ if draft && !self.instant.drafts => Err(Waiting::Draft),
            Some(date) if due.is_some() && !self.instant.future && !draft => Err(Waiting::Until(date)),
            date => Ok(Box::new(self.page(document, date, due.is_some()))),
        };
        State { due, publication }
    }

    fn wait(&mut self, document: &Document, waiting: Waiting) {
        if let (Waiting::Until(date), Some(series)) = (&waiting, &document.front.series) {
            self.upcoming.push((series.name.clone(), Upcoming { title: document.title(), date: date.clone() }));
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
            place: None,
            tags: Vec::new(),
            authors: if authors.is_empty() { self.config.author.iter().cloned().collect() } else { authors.clone() },
            aliases: Vec::new(),
            document: Arc::clone(document),
        }
    }

    /// Joins posts to series, by the slug of the name they give.
    fn series(&mut self, posts: &mut [Page], described: Vec<Arc<Document>>) -> Vec<Series> {
        let mut all: Vec<Series> = Vec::new();
        let mut by_slug: FxHashMap<String, usize> = FxHashMap::default();
        for document in described {
            let slug = document.front.slug.clone().unwrap_or_else(|| document.stem.clone());
            let title = document.title();
            let place = || document.place_of("slug", &slug);
            let Some(permalink) = self.listing_address("series", &slug, &title, place) else {
                continue;
            };
            let at = all.len();
            by_slug.insert(slugify(&title, self.config.slugs), at);
            by_slug.insert(slug.clone(), at);
            all.push(Series { title, slug, permalink, document: Some(document), parts: Vec::new(), next: None });
        }
        let mut by_name: FxHashMap<String, usize> = FxHashMap::default();
        for (index, post) in posts.iter_mut().enumerate() {
            let Some(reference) = &post.document.front.series else {
                continue;
            };
            let slug = || slugify(&reference.name, self.config.slugs);
            let at = if let Some(at) = by_name.get(&reference.name) {
                *at
            } else if let Some(at) = by_slug.get(&slug()).or_else(|| by_slug.get(&reference.name)) {
                *at
            } else {
                let slug = slug();
                let place = || post.document.place_of("series", &reference.name);
                let Some(permalink) = self.listing_address("series", &slug, &reference.name, place) else {
                    continue;
                };
                by_slug.insert(slug.clone(), all.len());
                all.push(Series {
                    title: reference.name.clone(),
                    slug,
                    permalink,
                    document: None,
                    parts: Vec::new(),
                    next: None,
                });
                all.len() - 1
            };
            if !by_name.contains_key(&reference.name) {
                by_name.insert(reference.name.clone(), at);
            }
            all[at].parts.push(index);
            if all[at].document.as_ref().is_some_and(|document| document.front.prefix) {
                post.full_title = format!("{}: {}", all[at].title, post.title);
            }
        }
        for one in &mut all {
            order_parts(one, posts);
        }
        self.announce(&mut all, &by_slug);
        number_parts(posts, &all);
        all
    }

    /// Gives each series the instalment that comes out next.
    fn announce(&self, all: &mut [Series], by_slug: &FxHashMap<String, usize>) {
        for (name, upcoming) in &self.upcoming {
            let at = by_slug.get(&slugify(name, self.config.slugs)).or_else(|| by_slug.get(name));
            let Some(one) = at.and_then(|at| all.get_mut(*at)) else {
                continue;
            };
            if one.next.as_ref().is_none_or(|next| upcoming.date < next.date) {
                one.next = Some(upcoming.clone());
            }
        }
    }

    fn tags(&mut self, posts: &mut [Page]) -> Vec<Term> {
        let mut all: Vec<Term> = Vec::new();
        let mut by_title: FxHashMap<String, Option<usize>> = FxHashMap::default();
        let mut by_slug: FxHashMap<String, usize> = FxHashMap::default();
        for (index, post) in posts.iter_mut().enumerate() {
            let document = Arc::clone(&post.document);
            for title in &document.front.tags {
                let at = if let Some(at) = by_title.get(title) {
                    *at
                } else {
                    let at = self.term(title, &document, &mut by_slug, &mut all);
                    by_title.insert(title.clone(), at);
                    at
                };
                if let Some(at) = at
                    && !post.tags.contains(&at)
                {
                    post.tags.push(at);
                    all[at].posts.push(index);
                }
            }
        }
        sort_tags(all, posts)
    }

    /// The place of a tag among all: of the one with the same slug, else a new one's.
    fn term(
        &mut self,
        title: &str,
        document: &Document,
        by_slug: &mut FxHashMap<String, usize>,
        all: &mut Vec<Term>,
    ) -> Option<usize> {
        let slug = slugify(title, self.config.slugs);
        if let Some(at) = by_slug.get(&slug) {
            return Some(*at);
        }
        let permalink = self.listing_address("tags", &slug, title, || document.place_of("tags", title))?;
        by_slug.insert(slug.clone(), all.len());
        all.push(Term { title: title.to_owned(), slug, permalink, posts: Vec::new() });
        Some(all.len() - 1)
    }
}

fn order_parts(series: &mut Series, posts: &[Page]) {
    let order = series.document.as_ref().map_or(SeriesOrder::Date, |document| document.front.order);
    let part = |at: &usize| match order {
        SeriesOrder::Date => None,
        SeriesOrder::Part => posts[*at].document.front.series.as_ref().map(|s| s.part.unwrap_or(u32::MAX)),
    };
    series.parts.sort_by_cached_key(|at| {
        let post = &posts[*at];
        (part(at), post.date.is_none(), post.date.as_ref().map(ZonedDateTime::timestamp), Arc::clone(post.path()))
    });
}

fn sort_tags(tags: Vec<Term>, posts: &mut [Page]) -> Vec<Term> {
    let mut order: Vec<usize> = (0..tags.len()).collect();
    order.sort_by(|a, b| tags[*a].slug.cmp(&tags[*b].slug));
    let mut moved = vec![0; tags.len()];
    for (new, old) in order.iter().enumerate() {
        moved[*old] = new;
    }
    for post in posts {
        for tag in &mut post.tags {
            *tag = moved[*tag];
        }
    }
    let mut tags: Vec<Option<Term>> = tags.into_iter().map(Some).collect();
    order.into_iter().filter_map(|old| tags[old].take()).collect()
}
