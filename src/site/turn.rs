//! From an instalment to the one before it and the one after it.

use std::hash::Hash;

use jiff::{Timestamp, ZonedDateTime};

use super::{Page, Place, Series, Site};

/// The ways on from a post in a series.
#[derive(Debug, Clone, Copy)]
pub struct Turning<'a> {
    /// The part before it.
    pub previous: Option<&'a Page>,
    /// The part after it.
    pub next: Option<&'a Page>,
    /// When the next instalment comes out, while no part comes after it.
    pub coming: Option<&'a ZonedDateTime>,
    /// Whether nothing more will come.
    pub is_finished: bool,
}

/// Why there is no way on from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTurning {
    /// It is in no series.
    NoSeries,
    /// It is in none of this name.
    OtherSeries,
}

impl NoTurning {
    /// What is wrong, and what to do.
    pub fn in_words(self, series: &str) -> (String, String) {
        match self {
            Self::NoSeries => (
                "this text is no part of a series, so nothing comes before or after it".to_owned(),
                "name its series in the front matter, `series: …`, or link to a file".to_owned(),
            ),
            Self::OtherSeries => (
                format!("this text is no part of the series `{series}`"),
                "write the slug of one of its own series, or `next:` alone for its main one".to_owned(),
            ),
        }
    }
}

fn address(page: &Page) -> &str {
    page.permalink.as_str()
}

impl Site {
    /// The ways on from the post of a file, in its main series or in that of a slug.
    ///
    /// # Errors
    /// Why there is none.
    pub fn turning(&self, path: &str, series: &str) -> Result<Turning<'_>, NoTurning> {
        let places = self.page(path).map_or(&[][..], |page| &page.places);
        let main = places.first().ok_or(NoTurning::NoSeries)?;
        let place = if series.is_empty() {
            main
        } else {
            places.iter().find(|place| self.series[place.series].slug == series).ok_or(NoTurning::OtherSeries)?
        };
        Ok(self.turning_at(*place))
    }

    /// What tells the ways on from a post in all its series from others.
    pub(super) fn ways_on<'s>(&'s self, post: &'s Page) -> impl Hash + use<'s> {
        let all = post.places.iter().map(|place| {
            let turning = self.turning_at(*place);
            let coming: Option<(Timestamp, i32)> =
                turning.coming.map(|coming| (coming.timestamp(), coming.offset().seconds()));
            let ahead = turning.next.is_none().then_some((coming, turning.is_finished));
            let slug = self.series[place.series].slug.as_str();
            (slug, turning.previous.map(address), turning.next.map(address), ahead)
        });
        all.collect::<Vec<_>>()
    }

    fn turning_at(&self, place: Place) -> Turning<'_> {
        let series: &Series = &self.series[place.series];
        let (previous, next) = self.series_neighbours(place);
        let coming = series.teaser.next.as_ref().map(|next| &next.date);
        Turning { previous, next, coming, is_finished: series.is_finished }
    }
}
