//! Every slot and instalment of a series, past and to come: what an author plans by.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};

use super::coming::{Coming, ComingState};
use super::slots::{Slot, Slots};
use super::{Page, Series, Site};

/// How far around today what is next and late is looked for, in days.
const AHEAD: i64 = 800;

/// A slot of a series, or an instalment that is in none.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// When it comes or came out; nobody has said for what is only begun.
    pub at: Option<ZonedDateTime>,
    /// How far it is.
    pub state: State,
    /// What is in it.
    pub instalment: Option<Instalment<'a>>,
    /// What is not as the cadence wants it.
    pub remarks: Vec<Remark>,
}

/// How far a slot of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// It is out.
    Published,
    /// It is written and comes out by itself.
    Scheduled,
    /// It is begun.
    Draft,
    /// It has a title.
    Planned,
    /// Nothing is there for it yet.
    Empty,
    /// Its time has passed with nothing.
    Missed,
    /// The series pauses.
    Paused,
}

/// What is, or will be, in a slot.
#[derive(Debug, Clone, Copy)]
pub enum Instalment<'a> {
    /// A post that is out.
    Out(&'a Page),
    /// What is not.
    Coming(&'a Coming),
}

/// What is not as the cadence wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// It is on another day than that of the slot it is meant for.
    OffSchedule(Date),
    /// Another instalment is in its slot too.
    Doubled,
    /// Its day has passed, and it is not out.
    Overdue,
    /// The series pauses then.
    DuringPause,
}

impl State {
    /// As it is named.
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Scheduled => "scheduled",
            Self::Draft => "draft",
            Self::Planned => "planned",
            Self::Empty => "empty",
            Self::Missed => "missed",
            Self::Paused => "paused",
        }
    }
}

impl Instalment<'_> {
    /// Its title.
    pub fn title(&self) -> &str {
        match self {
            Self::Out(page) => &page.title,
            Self::Coming(coming) => &coming.title,
        }
    }

    /// The file it is written in.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Out(page) => Some(page.path()),
            Self::Coming(coming) => coming.document.as_ref().map(|document| document.path().as_ref()),
        }
    }

    fn date(&self) -> Option<&ZonedDateTime> {
        match self {
            Self::Out(page) => page.date.as_ref(),
            Self::Coming(coming) => coming.date.as_ref(),
        }
    }

    fn state(&self) -> State {
        match self {
            Self::Out(_) => State::Published,
            Self::Coming(coming) => match coming.state {
                ComingState::Scheduled => State::Scheduled,
                ComingState::Draft => State::Draft,
                ComingState::Planned => State::Planned,
            },
        }
    }
}

impl Site {
    /// The slots of a series in these days with what is in them, in order of time; what has
    /// no date comes last.
    pub fn schedule<'a>(&'a self, series: &'a Series, from: Date, to: Date) -> Vec<Entry<'a>> {
        let out = series.parts.iter().map(|at| Instalment::Out(&self.posts[*at]));
        let all: Vec<Instalment<'_>> = out.chain(series.coming.iter().map(Instalment::Coming)).collect();
        let slots = self.slots(series);
        let mut entries = instalments(&all, slots, self.instant.now);
        let taken: Vec<Date> =
            all.iter().filter_map(|one| slots?.nearest(one.date()?.date())).map(|slot| slot.day).collect();
        entries.extend(self.free(slots, &taken, from, to));
        let day = |entry: &Entry<'_>| entry.at.as_ref().map(ZonedDateTime::date);
        entries.retain(|entry| day(entry).is_none_or(|day| from <= day && day <= to));
        entries.sort_by(|a, b| key(a).cmp(&key(b)));
        entries
    }

    /// The next slot of a series, and the instalments before it of which the day has passed.
    pub fn ahead<'a>(&'a self, series: &'a Series) -> (Option<Entry<'a>>, Vec<Entry<'a>>) {
        let today = self.today();
        let all = self.schedule(series, today.saturating_sub(AHEAD.days()), today.saturating_add(AHEAD.days()));
        let (mut next, mut late) = (None, Vec::new());
        for entry in all {
            let is_ahead = entry.at.as_ref().is_some_and(|at| at.timestamp() > self.instant.now);
            if is_ahead && entry.state != State::Paused && next.is_none() {
                next = Some(entry);
            } else if entry.remarks.contains(&Remark::Overdue) {
                late.push(entry);
            }
        }
        (next, late)
    }

    /// The slots of a series, if it has a cadence.
    pub fn slots<'a>(&'a self, series: &'a Series) -> Option<Slots<'a>> {
        series.slots(series.front()?, &self.config, &self.posts)
    }

    /// The next slot that nothing written and no plan with a date is in: where a new
    /// instalment belongs.
    pub fn next_free_slot(&self, series: &Series) -> Option<Slot> {
        let slots = self.slots(series)?;
        let fixed = series.coming.iter().filter(|coming| !coming.is_floating).filter_map(|one| one.date.as_ref());
        let out = series.parts.iter().filter_map(|at| self.posts[*at].date.as_ref());
        let taken: Vec<Date> =
            out.chain(fixed).filter_map(|date| slots.nearest(date.date())).map(|slot| slot.day).collect();
        let mut ahead = slots.from(self.today()).filter(|slot| slot.at.timestamp() > self.instant.now);
        ahead.find(|slot| !slot.is_paused && !taken.contains(&slot.day))
    }

    /// The day that it is in the site's time zone.
    pub fn today(&self) -> Date {
        self.instant.day(&self.config)
    }

    fn free<'a>(&self, slots: Option<Slots<'_>>, taken: &[Date], from: Date, to: Date) -> Vec<Entry<'a>> {
        let Some(slots) = slots else { return Vec::new() };
        let begins = slots.begins().map_or(from, |begins| begins.max(from));
        let days = slots.from(begins).take_while(|slot| slot.day <= to).filter(|slot| !taken.contains(&slot.day));
        let entry = |slot: Slot| {
            let state = if slot.is_paused {
                State::Paused
            } else if slot.at.timestamp() > self.instant.now {
                State::Empty
            } else {
                State::Missed
            };
            Entry { at: Some(slot.at), state, instalment: None, remarks: Vec::new() }
        };
        days.map(entry).collect()
    }
}

fn instalments<'a>(all: &[Instalment<'a>], slots: Option<Slots<'_>>, now: Timestamp) -> Vec<Entry<'a>> {
    let slot_of = |one: &Instalment<'_>| slots.zip(one.date()).and_then(|(slots, date)| slots.nearest(date.date()));
    let mut counts: BTreeMap<Date, usize> = BTreeMap::new();
    for slot in all.iter().filter_map(slot_of) {
        *counts.entry(slot.day).or_default() += 1;
    }
    let entry = |one: &Instalment<'a>| {
        let at = one.date().cloned();
        let state = one.state();
        let mut remarks = Vec::new();
        if let (Some(slot), Some(at)) = (slot_of(one), &at) {
            if slot.day != at.date() {
                remarks.push(Remark::OffSchedule(slot.day));
            }
            if counts.get(&slot.day).is_some_and(|count| *count > 1) {
                remarks.push(Remark::Doubled);
            }
            if slot.is_paused {
                remarks.push(Remark::DuringPause);
            }
        }
        if state != State::Published && at.as_ref().is_some_and(|at| at.timestamp() <= now) {
            remarks.push(Remark::Overdue);
        }
        Entry { at, state, instalment: Some(*one), remarks }
    };
    all.iter().map(entry).collect()
}

/// By time, then by title, so that the order is total.
fn key<'e>(entry: &'e Entry<'_>) -> impl Ord + 'e {
    let title = entry.instalment.as_ref().map(|instalment| instalment.title().to_owned());
    let path = entry.instalment.as_ref().and_then(|instalment| instalment.path().map(str::to_owned));
    (entry.at.is_none(), entry.at.as_ref().map(ZonedDateTime::timestamp), title, path)
}
