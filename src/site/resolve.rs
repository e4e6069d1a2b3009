//! From documents to the site: publication, order, series, tags, addresses.

use std::cmp::Reverse;
use std::sync::Arc;

use jiff::ZonedDateTime;
use rustc_hash::FxHashMap;

use super::{Instant, Page, Permalink, Place, Series, Site, Slot, Term, Upcoming, Waiting, slugify};
use crate::config::Config;
use crate::content::{Document, Kind, SeriesOrder, When};
use crate::diagnostics::{Diagnostic, Span, Warned};
use crate::source::{SourcePath, parent};

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
        };
        let (mut posts, mut pages, described) = resolver.publish(documents);
        posts.sort_by(newest_first);
        pages.sort_by(|a, b| a.path().cmp(b.path()));
        let mut series = resolver.series(&mut posts, described);
        let tags = resolver.tags(&mut posts);
        resolver.addresses(&mut posts, &mut pages, &series);
        series.sort_by_key(|s| (s.parts.iter().min().copied().unwrap_or(usize::MAX), s.slug.clone()));
        number_parts(&mut posts, &series);
        let assets = resolver.assets(assets, documents, posts.iter().chain(&pages));
        let Resolver { diagnostics, waiting, .. } = resolver;
        let index = index(&posts, &pages, &series);
        Warned { value: Self { config, posts, pages, series, tags, assets, waiting, index }, diagnostics }
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
    let series = series.iter().enumerate();
    let series = series.filter_map(|(at, s)| s.document.as_ref().map(|d| (Arc::clone(d.path()), Slot::Series(at))));
    posts.chain(pages).chain(series).collect()
}

fn number_parts(posts: &mut [Page], series: &[Series]) {
    for (at, one) in series.iter().enumerate() {
        for (before, post) in one.parts.iter().enumerate() {
            posts[*post].place = Some(Place { series: at, part: before + 1 });
        }
    }
}

struct Resolver<'a> {
    config: &'a Config,
    instant: Instant,
    diagnostics: Vec<Diagnostic>,
    waiting: FxHashMap<SourcePath, Waiting>,
    /// Instalments to come, in the documents' order.
    upcoming: Vec<(String, Upcoming)>,
}

impl Resolver<'_> {
    /// Parts what is out from what waits.
    fn publish(&mut self, documents: &[Arc<Document>]) -> (Vec<Page>, Vec<Page>, Vec<Arc<Document>>) {
        let (mut posts, mut pages, mut described) = (Vec::new(), Vec::new(), Vec::new());
        for document in documents {
            if document.kind == Kind::Series {
                described.push(Arc::clone(document));
                continue;
            }
            let date = self.date(document);
            let scheduled = date.as_ref().is_some_and(|date| date.timestamp() > self.instant.now);
            if document.front.draft && !self.instant.drafts {
                self.waiting.insert(Arc::clone(document.path()), Waiting::Draft);
            } else if let (true, false, Some(date)) = (scheduled, self.instant.future || document.front.draft, &date) {
                self.waiting.insert(Arc::clone(document.path()), Waiting::Until(date.clone()));
                if let Some(series) = &document.front.series {
                    self.upcoming.push((series.name.clone(), Upcoming { title: document.title(), date: date.clone() }));
                }
            } else if document.kind == Kind::Post {
                posts.push(self.page(document, date, scheduled));
            } else {
                pages.push(self.page(document, date, scheduled));
            }
        }
        (posts, pages, described)
    }

    fn date(&mut self, document: &Document) -> Option<ZonedDateTime> {
        let when = document.front.date.or(document.name_date.map(When::Date));
        if when.is_none() && document.kind == Kind::Post && !document.front.draft {
            self.diagnostics.push(
                Diagnostic::warning(
                    "no-date",
                    "this post has no date, so it is left out of feeds and comes last in lists",
                )
                .at(document.source.span(0..0))
                .help("add `date: 2026-01-06` to the front matter, or begin the file's name with the date"),
            );
        }
        when.map(|when| when.resolve(&self.config.timezone, self.config.publish_at))
    }

    fn page(&self, document: &Arc<Document>, date: Option<ZonedDateTime>, scheduled: bool) -> Page {
        let title = document.title();
        let authors = &document.front.authors;
        Page {
            permalink: provisional(document),
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
        for (index, post) in posts.iter_mut().enumerate() {
            let Some(reference) = &post.document.front.series else {
                continue;
            };
            let slug = slugify(&reference.name, self.config.slugs);
            let at = if let Some(at) = by_slug.get(&slug).or_else(|| by_slug.get(&reference.name)) {
                *at
            } else {
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
            all[at].parts.push(index);
            if all[at].document.as_ref().is_some_and(|document| document.front.prefix) {
                post.full_title = format!("{}: {}", all[at].title, post.title);
            }
        }
        for one in &mut all {
            order_parts(one, posts);
        }
        for (name, upcoming) in &self.upcoming {
            let at = by_slug.get(&slugify(name, self.config.slugs)).or_else(|| by_slug.get(name));
            let Some(one) = at.and_then(|at| all.get_mut(*at)) else {
                continue;
            };
            if one.next.as_ref().is_none_or(|next| upcoming.date < next.date) {
                one.next = Some(upcoming.clone());
            }
        }
        number_parts(posts, &all);
        all
    }

    fn tags(&mut self, posts: &mut [Page]) -> Vec<Term> {
        let mut all: Vec<Term> = Vec::new();
        let mut by_title: FxHashMap<String, Option<usize>> = FxHashMap::default();
        let mut by_slug: FxHashMap<String, usize> = FxHashMap::default();
        for (index, post) in posts.iter_mut().enumerate() {
            let document = Arc::clone(&post.document);
            for title in &document.front.tags {
                let at = *by_title.entry(title.clone()).or_insert_with(|| {
                    let slug = slugify(title, self.config.slugs);
                    if let Some(at) = by_slug.get(&slug) {
                        return Some(*at);
                    }
                    let permalink = self.listing_address("tags", &slug, title, || document.place_of("tags", title))?;
                    by_slug.insert(slug.clone(), all.len());
                    all.push(Term { title: title.clone(), slug, permalink, posts: Vec::new() });
                    Some(all.len() - 1)
                });
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

    fn listing_address(
        &mut self,
        folder: &str,
        slug: &str,
        name: &str,
        place: impl FnOnce() -> Span,
    ) -> Option<Permalink> {
        let found = if slug.is_empty() || slug.contains('/') {
            Err("nothing is left of the name".to_owned())
        } else {
            Permalink::parse(&format!("/{folder}/{slug}/"))
        };
        match found {
            Ok(permalink) => Some(permalink),
            Err(reason) => {
                self.diagnostics.push(
                    Diagnostic::error("slug", format!("`{name}` cannot be an address below /{folder}/: {reason}"))
                        .at(place())
                        .help("use letters and digits"),
                );
                None
            }
        }
    }

    fn addresses(&mut self, posts: &mut [Page], pages: &mut [Page], series: &[Series]) {
        for post in posts {
            let wanted = self.post_path(post, series);
            self.settle(post, &wanted);
        }
        for page in pages {
            let wanted = page_path(&page.document);
            self.settle(page, &wanted);
        }
    }

    fn post_path(&self, post: &Page, series: &[Series]) -> String {
        let slug = post.document.front.slug.clone().unwrap_or_else(|| {
            let named = slugify(&post.document.stem, self.config.slugs);
            let is_date = post.document.name_date.is_some_and(|date| date.to_string() == post.document.stem);
            if is_date || named.is_empty() { slugify(&post.title, self.config.slugs) } else { named }
        });
        let slug = if slug.is_empty() { "post".to_owned() } else { slug };
        let date = post.date.as_ref();
        let number =
            |value: Option<i64>, width: usize| value.map_or_else(|| "undated".to_owned(), |n| format!("{n:0width$}"));
        let series_slug = post.place.map_or("posts", |place| &series[place.series].slug);
        let part = post.place.map_or_else(|| slug.clone(), |place| place.part.to_string());
        self.config
            .permalink
            .replace("{year}", &number(date.map(|d| i64::from(d.year())), 4))
            .replace("{month}", &number(date.map(|d| i64::from(d.month())), 2))
            .replace("{day}", &number(date.map(|d| i64::from(d.day())), 2))
            .replace("{series}", series_slug)
            .replace("{part}", &part)
            .replace("{slug}", &slug)
    }

    fn settle(&mut self, page: &mut Page, wanted: &str) {
        let document = Arc::clone(&page.document);
        match Permalink::parse(wanted) {
            Ok(permalink) if !document.front.slug.as_ref().is_some_and(|slug| slug.contains('/')) => {
                page.permalink = permalink;
            }
            other => {
                let reason = other.err().unwrap_or_else(|| "a slug is one part of an address".to_owned());
                let value = document.front.slug.as_deref().unwrap_or(&document.stem);
                self.diagnostics.push(
                    Diagnostic::error("slug", format!("`{value}` cannot be an address: {reason}"))
                        .at(document.place_of("slug", value))
                        .help("use letters, digits and hyphens"),
                );
            }
        }
        for alias in &document.front.aliases {
            match Permalink::parse(alias) {
                Ok(permalink) => page.aliases.push(permalink),
                Err(reason) => self.diagnostics.push(
                    Diagnostic::error("alias", format!("`{alias}` cannot be an address: {reason}"))
                        .at(document.place_of("aliases", alias))
                        .help("an alias is a path from the site's root: /old/address/"),
                ),
            }
        }
    }

    /// A file in a bundle is published beside its page and with it; any other file at
    /// the path it has below `content/`.
    fn assets<'p>(
        &mut self,
        assets: impl IntoIterator<Item = SourcePath>,
        documents: &[Arc<Document>],
        pages: impl Iterator<Item = &'p Page>,
    ) -> FxHashMap<SourcePath, Permalink> {
        let mut bundles: FxHashMap<&str, Option<&Permalink>> =
            documents.iter().filter_map(|document| Some((document.bundle.as_deref()?, None))).collect();
        for page in pages {
            if let Some(bundle) = &page.document.bundle {
                bundles.insert(bundle, Some(&page.permalink));
            }
        }
        let mut out = FxHashMap::default();
        for path in assets {
            match asset_address(&path, &bundles) {
                Some(Ok(permalink)) => {
                    out.insert(path, permalink);
                }
                Some(Err(reason)) => self.diagnostics.push(
                    Diagnostic::error("file-name", format!("this file cannot be published: {reason}"))
                        .at(Span::file(path)),
                ),
                None => {}
            }
        }
        out
    }
}

/// The address until one is settled on, which one that cannot be leaves in place: it
/// collides with no other.
fn provisional(document: &Document) -> Permalink {
    let name = crate::memo::Fingerprint::of(document.path().as_bytes()).short();
    Permalink::parse(&format!("/{name}/")).expect("hexadecimal digits are a valid path")
}

/// `None` for a file of a bundle that is not out.
fn asset_address(path: &str, bundles: &FxHashMap<&str, Option<&Permalink>>) -> Option<Result<Permalink, String>> {
    let mut folder = parent(path);
    while !folder.is_empty() {
        if let Some(page) = bundles.get(folder) {
            return page.map(|permalink| permalink.child(&encode_percent(&path[folder.len() + 1..])));
        }
        folder = parent(folder);
    }
    let below = path.strip_prefix("content/").unwrap_or(path);
    Some(Permalink::parse(&format!("/{}", encode_percent(below))))
}

/// A file name is not percent-encoded: a `%` in it means itself.
fn encode_percent(name: &str) -> String {
    name.replace('%', "%25")
}

fn page_path(document: &Document) -> String {
    let path = document.path();
    let below = path.strip_prefix("content/").unwrap_or(path);
    let folder = match &document.bundle {
        Some(bundle) => parent(bundle.strip_prefix("content/").unwrap_or(bundle)),
        None => parent(below),
    };
    let lead = if folder.is_empty() { "/".to_owned() } else { format!("/{}/", encode_percent(folder)) };
    let slug = document.front.slug.clone().unwrap_or_else(|| encode_percent(&document.stem));
    if slug == "index" { lead } else { format!("{lead}{slug}/") }
}

fn order_parts(series: &mut Series, posts: &[Page]) {
    let order = series.document.as_ref().map_or(SeriesOrder::Date, |document| document.front.order);
    let part = |at: &usize| match order {
        SeriesOrder::Date => None,
        SeriesOrder::Part => posts[*at].document.front.series.as_ref().map(|s| s.part.unwrap_or(u32::MAX)),
    };
    series.parts.sort_by_key(|at| {
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
