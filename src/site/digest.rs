//! Fingerprints of what a resolved site says, made once for as long as it is the same.

use std::sync::OnceLock;

use jiff::{Timestamp, ZonedDateTime};
use rayon::prelude::*;

use super::{Found, Page, Series, Site, Teaser};
use crate::memo::Fingerprint;

/// The fingerprints of a [`Site`]'s parts.
#[derive(Debug)]
pub struct Digests {
    posts: Vec<Fingerprint>,
    pages: Vec<Fingerprint>,
    series: Vec<Fingerprint>,
    neighbours: Vec<Fingerprint>,
    calendars: Vec<Fingerprint>,
    /// Of every address with the time it was last changed.
    pub addresses: Fingerprint,
    /// Asked for only where something is misspelt.
    paths: OnceLock<Fingerprint>,
}

impl Digests {
    pub(super) fn of(site: &Site) -> Self {
        let pages = |pages: &[Page]| pages.par_iter().with_min_len(64).map(|page| of_page(site, page)).collect();
        let posts = site.posts.par_iter().with_min_len(64).enumerate();
        Self {
            posts: pages(&site.posts),
            pages: pages(&site.pages),
            series: site.series.par_iter().map(|series| of_series(site, series)).collect(),
            calendars: site.series.par_iter().map(|series| of_calendar(site, series)).collect(),
            neighbours: posts.map(|(at, post)| of_neighbours(site, at, post)).collect(),
            addresses: of_addresses(site),
            paths: OnceLock::new(),
        }
    }
}

impl Site {
    /// The fingerprint of every path that a link can lead to.
    pub fn paths_fingerprint(&self) -> Fingerprint {
        *self.digests().paths.get_or_init(|| of_paths(self))
    }

    /// The fingerprint of all that it says of a page; absent for what is no page.
    pub fn page_fingerprint(&self, path: &str) -> Fingerprint {
        match self.index.get(path) {
            Some(Found::Post(at)) => self.digests().posts[*at],
            Some(Found::Page(at)) => self.digests().pages[*at],
            Some(Found::Series { .. }) | None => Fingerprint::ABSENT,
        }
    }

    /// The fingerprint of all that it says of a series and of its parts' titles.
    pub fn series_fingerprint(&self, index: usize) -> Fingerprint {
        self.digests().series[index]
    }

    /// The fingerprint of a series' calendar.
    pub fn calendar_fingerprint(&self, index: usize) -> Fingerprint {
        self.digests().calendars[index]
    }

    /// The fingerprint of who stands beside a post.
    pub fn neighbours_fingerprint(&self, path: &str) -> Fingerprint {
        self.post_index(path).map_or(Fingerprint::ABSENT, |at| self.digests().neighbours[at])
    }

    /// Previous and next in the series, newer and older in the site.
    pub fn neighbours(&self, at: usize) -> [Option<&Page>; 4] {
        let (previous, next) = self.posts[at].place().map_or((None, None), |place| self.series_neighbours(place));
        [previous, next, at.checked_sub(1).and_then(|at| self.posts.get(at)), self.posts.get(at + 1)]
    }
}

fn of_page(site: &Site, page: &Page) -> Fingerprint {
    let places = page.places.iter().map(|place| {
        let series = &site.series[place.series];
        let of = (series.to_come(), series.is_finished, series.front().map(|front| &front.seasons));
        ((&series.title, &series.slug, &series.permalink), of, (place.at, place.part, place.of, place.season))
    });
    let tags: Vec<_> = page.tags.iter().map(|tag| (&site.tags[*tag].title, &site.tags[*tag].permalink)).collect();
    Fingerprint::of_value(&(
        page.document.fingerprint,
        &page.permalink,
        &page.full_title,
        &page.aliases,
        (moment(page.date.as_ref()), moment(page.updated.as_ref()), page.draft, page.scheduled),
        places.collect::<Vec<_>>(),
        &page.next_week,
        tags,
    ))
}

fn of_series(site: &Site, series: &Series) -> Fingerprint {
    let parts = series.parts.iter().map(|part| {
        let post = &site.posts[*part];
        let place = post.places.iter().find(|place| site.series[place.series].slug == series.slug);
        let number = place.map(|place| (place.part, place.season));
        (&post.title, &post.permalink, moment(post.date.as_ref()), number)
    });
    Fingerprint::of_value(&(
        (&series.title, &series.slug, &series.permalink),
        (of_teaser(&series.teaser), series.to_come(), series.is_finished, series.start),
        series.document.as_ref().map(|document| (document.path(), document.fingerprint)),
        parts.collect::<Vec<_>>(),
    ))
}

/// What readers are told of what comes next.
fn of_teaser(teaser: &Teaser) -> impl std::hash::Hash + '_ {
    let next = teaser.next.as_ref().map(|next| (&next.title, moment(Some(&next.date))));
    let pause = teaser.pause.as_ref().map(|pause| (moment(pause.until.as_ref()), &pause.reason));
    (next, pause)
}

fn of_calendar(site: &Site, series: &Series) -> Fingerprint {
    let description = series.front().and_then(|front| front.description.as_ref());
    Fingerprint::of_value(&(&series.title, description, site.calendar(series)))
}

fn of_neighbours(site: &Site, at: usize, post: &Page) -> Fingerprint {
    Fingerprint::of_value(&(post.path(), site.neighbours(at).map(|page| page.map(Page::path)), site.ways_on(post)))
}

/// A list's newest date is that of one of its members.
fn of_addresses(site: &Site) -> Fingerprint {
    let pages = site.all_pages().map(|page| (&page.permalink, moment(page.changed())));
    let series = site.series.iter().map(|series| (&series.permalink, &series.parts));
    let tags = site.tags.iter().map(|tag| (&tag.permalink, &tag.posts));
    Fingerprint::of_value(&(pages.collect::<Vec<_>>(), series.chain(tags).collect::<Vec<_>>()))
}

/// The same moment is written otherwise with another offset.
fn moment(at: Option<&ZonedDateTime>) -> Option<(Timestamp, i32)> {
    at.map(|at| (at.timestamp(), at.offset().seconds()))
}

fn of_paths(site: &Site) -> Fingerprint {
    Fingerprint::of_value(&site.linkable().collect::<Vec<_>>())
}
