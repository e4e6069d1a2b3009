//! Which posts are parts of which series, in which order and under which numbers.

use std::sync::Arc;

use jiff::ZonedDateTime;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::coming::{Coming, Teaser};
use super::resolve::Resolver;
use super::slots::Slots;
use super::{Page, Permalink, slugify};
use crate::config::Config;
use crate::content::{Document, FrontMatter, Kind, SeriesOrder, SeriesRef};
use crate::diagnostics::Diagnostic;

/// A series with the parts that are out.
#[derive(Debug)]
pub struct Series {
    /// Its name.
    pub title: String,
    /// Its address's last part.
    pub slug: String,
    /// Its address.
    pub permalink: Permalink,
    /// The file that describes it.
    pub document: Option<Arc<Document>>,
    /// Indices into [`Site::posts`](super::Site::posts), first part first.
    pub parts: Vec<usize>,
    /// The part to begin with, by its place in [`parts`](Self::parts).
    pub start: usize,
    /// What is to come and not out, by date; what has no date last. Drafts are in it too.
    pub coming: Vec<Coming>,
    /// What readers are told of what comes next.
    pub teaser: Teaser,
    /// Whether nothing more will come.
    pub is_finished: bool,
    /// When the clock alone makes it another, beside what is due.
    pub(super) turns: Option<jiff::Timestamp>,
}

/// A post's place in a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// Index into [`Site::series`](super::Site::series).
    pub series: usize,
    /// Where it stands among [`Series::parts`], from 0.
    pub at: usize,
    /// Its number, from 1; in a season, within the season.
    pub part: usize,
    /// How many parts have a number like it: up to this, of the season's or of the series'.
    pub of: usize,
    /// Its season.
    pub season: Option<u32>,
}

impl Series {
    /// What its file says of it.
    pub fn front(&self) -> Option<&FrontMatter> {
        self.document.as_ref().map(|document| &document.front)
    }

    /// Whether it has a calendar: there is something with a date to put in.
    pub fn has_calendar(&self) -> bool {
        !self.parts.is_empty() || self.to_come() > 0
    }

    /// How many instalments readers may expect: what is scheduled or planned.
    pub fn to_come(&self) -> usize {
        self.coming.iter().filter(|coming| !coming.is_draft()).count()
    }

    /// Its slots, if it has a cadence.
    pub(super) fn slots<'s>(&self, front: &'s FrontMatter, config: &'s Config, posts: &[Page]) -> Option<Slots<'s>> {
        front.cadence.as_ref()?;
        let out = self.parts.iter().filter_map(|at| posts[*at].date.as_ref());
        Slots::of(front, &config.timezone, config.publish_at, self.first_day(out))
    }

    /// The day of its first instalment, whether that is out or not: it does not change with
    /// the clock, as the days of plans without a date do.
    fn first_day<'d>(&self, out: impl Iterator<Item = &'d ZonedDateTime>) -> Option<Date> {
        let coming = self.coming.iter().filter(|coming| !coming.is_floating).filter_map(|coming| coming.date.as_ref());
        let planned = self.front().map(|front| front.planned.as_slice()).unwrap_or_default();
        let planned = planned.iter().filter_map(|planned| planned.date?.day());
        out.map(ZonedDateTime::date).chain(coming.map(ZonedDateTime::date)).chain(planned).min()
    }

    fn new(title: String, slug: String, permalink: Permalink, document: Option<Arc<Document>>) -> Self {
        Self {
            title,
            slug,
            permalink,
            document,
            parts: Vec::new(),
            start: 0,
            coming: Vec::new(),
            teaser: Teaser::default(),
            is_finished: false,
            turns: None,
        }
    }
}

/// Series by the names and slugs that posts call them by.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_slug: FxHashMap<String, usize>,
    by_name: FxHashMap<String, Option<usize>>,
}

impl Names {
    /// Follows series to their new places; `order` has the old place of each.
    pub(super) fn reorder(&mut self, order: &[usize]) {
        let mut moved = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            moved[*old] = new;
        }
        self.by_slug.values_mut().for_each(|at| *at = moved[*at]);
        self.by_name.values_mut().flatten().for_each(|at| *at = moved[*at]);
    }
}

impl Resolver<'_> {
    /// The series that files describe.
    pub(super) fn described(&mut self, documents: &[Arc<Document>]) -> (Vec<Series>, Names) {
        let (mut all, mut names) = (Vec::new(), Names::default());
        for document in documents.iter().filter(|document| document.kind == Kind::Series) {
            let slug = document.front.slug.clone().unwrap_or_else(|| document.stem.clone());
            let title = document.title();
            let place = || document.place_of("slug", &slug);
            let Some(permalink) = self.listing_address("series", &slug, &title, place) else {
                continue;
            };
            names.by_slug.insert(slugify(&title, self.config.slugs), all.len());
            names.by_slug.insert(slug.clone(), all.len());
            all.push(Series::new(title, slug, permalink, Some(Arc::clone(document))));
        }
        (all, names)
    }

    /// The series of a name, by the slug of the name.
    pub(super) fn known(&self, name: &str, names: &mut Names) -> Option<usize> {
        if let Some(known) = names.by_name.get(name) {
            return *known;
        }
        let slug = slugify(name, self.config.slugs);
        let found = names.by_slug.get(&slug).or_else(|| names.by_slug.get(name)).copied();
        names.by_name.insert(name.to_owned(), found);
        found
    }

    /// The series of a name, made when there is none yet.
    fn find_or_make(
        &mut self,
        reference: &SeriesRef,
        post: &Document,
        all: &mut Vec<Series>,
        names: &mut Names,
    ) -> Option<usize> {
        if let Some(at) = self.known(&reference.name, names) {
            return Some(at);
        }
        let slug = slugify(&reference.name, self.config.slugs);
        let place = || post.place_of("series", &reference.name);
        let permalink = self.listing_address("series", &slug, &reference.name, place)?;
        names.by_slug.insert(slug.clone(), all.len());
        names.by_name.insert(reference.name.clone(), Some(all.len()));
        all.push(Series::new(reference.name.clone(), slug, permalink, None));
        Some(all.len() - 1)
    }

    /// Joins posts to series, by the slug of the names they give.
    pub(super) fn join(&mut self, posts: &mut [Page], all: &mut Vec<Series>, names: &mut Names) {
        for (index, post) in posts.iter_mut().enumerate() {
            let document = Arc::clone(&post.document);
            for (nth, reference) in document.front.series.iter().enumerate() {
                let Some(at) = self.find_or_make(reference, &document, all, names) else { continue };
                if all[at].parts.last() == Some(&index) {
                    self.diagnostics.push(twice(&document, reference));
                    continue;
                }
                all[at].parts.push(index);
                let is_prefixed = all[at].front().is_some_and(|front| front.prefix);
                if nth == 0 && is_prefixed {
                    post.full_title = format!("{}: {}", all[at].title, post.title);
                }
            }
        }
        for (at, one) in all.iter_mut().enumerate() {
            let order = one.front().map_or(SeriesOrder::Date, |front| front.order);
            one.parts.sort_by_cached_key(|post| self.reading_order(&posts[*post], at, order, names));
            self.start(one, posts);
        }
    }

    /// Where a post stands in the order in which a reader is led through a series.
    fn reading_order(&self, post: &Page, series: usize, order: SeriesOrder, names: &mut Names) -> impl Ord + use<> {
        let (part, season) = self.written_number(&post.document, series, names);
        let part = if order == SeriesOrder::Part { Some(part.unwrap_or(usize::MAX)) } else { None };
        let date = (post.date.is_none(), post.date.as_ref().map(ZonedDateTime::timestamp));
        (season.unwrap_or_default(), part, date, Arc::clone(post.path()))
    }

    /// The part to begin with.
    fn start(&mut self, series: &mut Series, posts: &[Page]) {
        let Some((document, wanted)) =
            series.document.as_ref().and_then(|document| Some((document, document.front.start_here.as_ref()?)))
        else {
            return;
        };
        let is_meant = |post: &usize| is_called(&posts[*post].document, wanted);
        match series.parts.iter().position(is_meant) {
            Some(at) => series.start = at,
            None if series.parts.is_empty() => {}
            None => {
                let message = format!("`{wanted}` is no part of this series that is out");
                let diagnostic = Diagnostic::warning("start-here", message).at(document.place_of("start_here", wanted));
                self.diagnostics.push(diagnostic.help("name a part by its slug or file, or leave the line out"));
            }
        }
    }

    /// Gives every part its number, and tells of numbers that are there twice.
    pub(super) fn number_parts(&mut self, posts: &mut [Page], all: &[Series], names: &mut Names) {
        for (series, one) in all.iter().enumerate() {
            let places = self.places(series, one, posts, names);
            let mut most: FxHashMap<Option<u32>, (usize, usize)> = FxHashMap::default();
            for place in &places {
                let (count, last) = most.entry(place.season).or_default();
                (*count, *last) = (*count + 1, place.part.max(*last));
            }
            for (post, place) in one.parts.iter().zip(places) {
                let (count, last) = most[&place.season];
                let places = &mut posts[*post].places;
                // There are thousands of posts, and few in more than one series.
                places.reserve_exact(1);
                places.push(Place { of: count.max(last), ..place });
            }
        }
        for post in posts.iter_mut().filter(|post| post.places.len() > 1) {
            let document = Arc::clone(&post.document);
            let main = document.front.series.iter().find_map(|reference| self.known(&reference.name, names));
            post.places.sort_by_key(|place| (Some(place.series) != main, place.series));
        }
    }

    /// The places of a series' parts. A number that is written stays whatever comes before
    /// it; what has none follows the part before it.
    fn places(&mut self, series: usize, one: &Series, posts: &[Page], names: &mut Names) -> Vec<Place> {
        let mut last: FxHashMap<Option<u32>, usize> = FxHashMap::default();
        let mut taken: FxHashMap<(Option<u32>, usize), usize> = FxHashMap::default();
        let mut places = Vec::with_capacity(one.parts.len());
        // Parts that are counted have one number each.
        let is_written = one.parts.iter().any(|post| is_numbered(&posts[*post].document));
        for (at, post) in one.parts.iter().enumerate() {
            let document = &posts[*post].document;
            let (number, season) = self.written_number(document, series, names);
            let last = last.entry(season).or_default();
            let part = number.unwrap_or(*last + 1);
            *last = part;
            if is_written && let Some(first) = taken.insert((season, part), *post) {
                self.diagnostics.push(same_part(&posts[first].document, document, part));
            }
            places.push(Place { series, at, part, of: 0, season });
        }
        places
    }

    /// The part and season that a post says it is in a series.
    fn written_number(&self, document: &Document, series: usize, names: &mut Names) -> (Option<usize>, Option<u32>) {
        let number = |part: Option<u32>| part.and_then(|part| usize::try_from(part).ok());
        // Whose only series it is needs no look at its name.
        if let [only] = document.front.series.as_slice() {
            return (number(only.part), only.season.or(document.front.season));
        }
        let references = document.front.series.iter().enumerate();
        let mut own = references.filter(|(_, reference)| self.known(&reference.name, names) == Some(series));
        let Some((nth, reference)) = own.next() else { return (None, None) };
        let season = reference.season.or(document.front.season.filter(|_| nth == 0));
        (number(reference.part), season)
    }
}

/// Whether an author means a document by a slug, a file's name or a title.
pub fn is_called(document: &Document, name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.strip_suffix(".md").unwrap_or(file);
    document.front.slug.as_deref() == Some(name)
        || document.stem == stem
        || document.path().ends_with(name)
        || document.path().rsplit('/').next() == Some(file)
        || document.title().eq_ignore_ascii_case(name)
}

/// Whether a post says which part it is in any series.
fn is_numbered(document: &Document) -> bool {
    document.front.series.iter().any(|reference| reference.part.is_some())
}

fn twice(document: &Document, reference: &SeriesRef) -> Diagnostic {
    Diagnostic::warning("series", format!("the series `{}` stands here twice", reference.name))
        .at(document.place_of("series", &reference.name))
        .help("a post is in a series once: take one of them out")
}

fn same_part(first: &Document, second: &Document, part: usize) -> Diagnostic {
    Diagnostic::error("part", format!("two instalments of the series are part {part}"))
        .at(second.place_of("series", &format!("part: {part}")))
        .note(format!("the other is {}", first.path()))
        .help("give one of them another `part`")
}
