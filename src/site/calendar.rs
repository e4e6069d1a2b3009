//! A series as a calendar that its readers can subscribe to.

use jiff::{Timestamp, ZonedDateTime};

use super::coming::ComingState;
use super::{Permalink, Series, Site};

/// An instalment in a calendar. Of what is not out it says no more than readers may know.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Event {
    /// When it comes or came out.
    pub at: Timestamp,
    /// Its day in the site's time zone, with a number behind it when there are several.
    pub day: String,
    /// Its title, or the series'.
    pub title: String,
    /// Where it is, once it is out.
    pub permalink: Option<Permalink>,
    /// Whether it may still be moved: it is planned and not written.
    pub is_tentative: bool,
    /// When what is said here last changed, as far as the content tells.
    pub stamp: Timestamp,
}

impl Site {
    /// The instalments of a series that are out or to come, by date.
    pub fn calendar(&self, series: &Series) -> Vec<Event> {
        // Posts are newest first, those without a date last.
        let newest = self.posts.first().and_then(|post| post.date.as_ref()).map(ZonedDateTime::timestamp);
        let newest = newest.unwrap_or(Timestamp::UNIX_EPOCH);
        let out = series.parts.iter().map(|at| &self.posts[*at]).filter_map(|post| {
            let date = post.date.as_ref()?;
            let stamp = post.changed().unwrap_or(date).timestamp();
            Some((date, post.title.clone(), Some(post.permalink.clone()), false, stamp))
        });
        // A plan whose day has passed is for no day that anybody knows.
        let ahead = |date: &&ZonedDateTime| date.timestamp() > self.instant.now;
        let coming = series.coming.iter().filter(|coming| !coming.is_draft()).filter_map(|coming| {
            let title = if coming.is_announced { &coming.title } else { &series.title };
            let is_tentative = coming.state == ComingState::Planned;
            Some((coming.date.as_ref().filter(ahead)?, title.clone(), None, is_tentative, newest))
        });
        let mut all: Vec<_> = out.chain(coming).collect();
        all.sort_by(|a, b| (a.0.timestamp(), &a.1).cmp(&(b.0.timestamp(), &b.1)));
        let mut events: Vec<Event> = Vec::with_capacity(all.len());
        let mut same_day = 0;
        for (date, title, permalink, is_tentative, stamp) in all {
            let day = date.strftime("%Y%m%d").to_string();
            let is_same = events.last().is_some_and(|last: &Event| last.day.split('-').next() == Some(&day));
            same_day = if is_same { same_day + 1 } else { 0 };
            let day = if is_same { format!("{day}-{}", same_day + 1) } else { day };
            events.push(Event { at: date.timestamp(), day, title, permalink, is_tentative, stamp });
        }
        events
    }
}
