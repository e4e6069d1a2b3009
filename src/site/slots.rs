//! The times at which a series' instalments come out, by its cadence.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, ZonedDateTime};

use crate::content::{Cadence, FrontMatter, Pause, When};

/// Weeks are counted from here when nothing says from where: a Monday.
const NO_ANCHOR: Date = jiff::civil::date(1970, 1, 5);

/// A time for an instalment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its day in the site's time zone.
    pub day: Date,
    /// The moment. On a day on which the clock skips the cadence's time, the time moves on
    /// with the clock; on a day that a time zone leaves out, it is the day after.
    pub at: ZonedDateTime,
    /// Whether nothing comes out, since the series pauses.
    pub is_paused: bool,
}

/// A series' cadence in a time zone.
#[derive(Debug, Clone, Copy)]
pub struct Slots<'a> {
    front: &'a FrontMatter,
    zone: &'a TimeZone,
    publish_at: Time,
    /// The day of its first instalment: weeks are counted from there when the series does
    /// not say when it starts.
    first: Option<Date>,
}

impl<'a> Slots<'a> {
    /// The slots of a series with this file, if it has a cadence.
    pub fn of(front: &'a FrontMatter, zone: &'a TimeZone, publish_at: Time, first: Option<Date>) -> Option<Self> {
        front.cadence.as_ref().map(|_| Self { front, zone, publish_at, first })
    }

    /// The time of day at which an instalment with a bare date comes out.
    pub fn time(&self) -> Time {
        self.front.cadence.as_ref().and_then(|cadence| cadence.time).unwrap_or(self.publish_at)
    }

    /// The first day that it can come out on: that the series starts on, else that of its
    /// first instalment.
    pub fn begins(&self) -> Option<Date> {
        self.front.starts.or(self.first)
    }

    /// The slots from a day on, up to the series' end.
    pub fn from(self, day: Date) -> impl Iterator<Item = Slot> + 'a {
        let anchor = self.begins().unwrap_or(NO_ANCHOR);
        let begins = self.front.starts.map_or(day, |starts| starts.max(day));
        let days = self.front.cadence.iter().flat_map(move |cadence| cadence.days(begins, anchor));
        let ends = self.front.ends;
        days.take_while(move |day| ends.is_none_or(|ends| *day <= ends)).map(move |day| self.slot(day))
    }

    /// The slot that an instalment of this day is meant for: the nearest, the earlier of two.
    pub fn nearest(self, day: Date) -> Option<Slot> {
        let back = self.front.cadence.as_ref().map_or(0, Cadence::reach);
        let start = day.checked_sub(back.days()).unwrap_or(Date::MIN);
        let distance = |slot: &Slot| slot.day.until(day).map_or(i32::MAX, |span| span.get_days().abs());
        let mut best: Option<Slot> = None;
        for slot in self.from(start) {
            if best.as_ref().is_some_and(|best| distance(&slot) >= distance(best)) {
                if slot.day > day {
                    break;
                }
                continue;
            }
            best = Some(slot);
        }
        best
    }

    fn slot(&self, day: Date) -> Slot {
        let at = When::Date(day).resolve(self.zone, self.time());
        Slot { day, at, is_paused: pause_on(self.front, day).is_some() }
    }
}

/// The pause that a day lies in.
pub(super) fn pause_on(front: &FrontMatter, day: Date) -> Option<&Pause> {
    front.pauses.iter().find(|pause| pause.covers(day))
}
