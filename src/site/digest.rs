//! Fingerprints of what a resolved site says, made once for as long as it is the same.

use std::sync::OnceLock;

use jiff::{Timestamp, ZonedDateTime};
use rayon::prelude::*;

use super::{Page, Series, Site, Slot};
use crate::memo::Fingerprint;

/// The fingerprints of a [`Site`]'s parts.
#[derive(Debug)]
pub struct Digests {
    posts: Vec<Fingerprint>,
    pages: Vec<Fingerprint>,
    series: Vec<Fingerprint>,
    neighbours: Vec<Fingerprint>,
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
            Some(Slot::Post(at)) => self.digests().posts[*at],
            Some(Slot::Page(at)) => self.digests().pages[*at],
            Some(Slot::Series { .. }) | None => Fingerprint::ABSENT,
        }
    }

    /// The fingerprint of all that it says of a series and of its parts' titles.
    pub fn series_fingerprint(&self, index: usize) -> Fingerprint {
        self.digests().series[index]
    }

    /// The fingerprint of who stands beside a post.
    pub fn neighbours_fingerprint(&self, path: &str) -> Fingerprint {
        self.post_index(path).map_or(Fingerprint::ABSENT, |at| self.digests().neighbours[at])
    }

    /// Previous and next in the series, newer and older in the site.
    pub fn neighbours(&self, at: usize) -> [Option<&Page>; 4] {
        let (previous, next) = self.posts[at].place.map_or((None, None), |place| self.series_neighbours(place));
        [previous, next, at.checked_sub(1).and_then(|at| self.posts.get(at)), self.posts.get(at + 1)]
    }
}

fn of_page(site: &Site, page: &Page) -> Fingerprint {
    let place = page.place.map(|place| {
        let series = &site.series[place.series];
        (&series.title, &series.slug, &series.permalink, series.parts.len(), place.part)
    });
    let tags: Vec<_> = page.tags.iter().map(|tag| (&site.tags[*tag].title, &site.tags[*tag].permalink)).collect();
    Fingerprint::of_value(&(
        page.document.fingerprint,
        &page.permalink,
        &page.full_title,
        &page.aliases,
        (moment(page.date.as_ref()), moment(page.updated.as_ref()), page.draft, page.scheduled),
        place,
        tags,
    ))
}

fn of_series(site: &Site, series: &Series) -> Fingerprint {
    let parts = series.parts.iter().map(|part| (&site.posts[*part].title, &site.posts[*part].permalink));
    Fingerprint::of_value(&(
        (&series.title, &series.slug, &series.permalink),
        series.next.as_ref().map(|next| (&next.title, moment(Some(&next.date)))),
        series.document.as_ref().map(|document| (document.path(), document.fingerprint)),
        parts.collect::<Vec<_>>(),
    ))
}

fn of_neighbours(site: &Site, at: usize, post: &Page) -> Fingerprint {
    Fingerprint::of_value(&(post.path(), site.neighbours(at).map(|page| page.map(Page::path))))
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
