//! When a scheduler should look, as lines of a crontab.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, ZonedDateTime};

use super::Site;
use crate::content::{MonthDay, Rule, When};

/// How long after an instalment is due, in minutes: hosts start thousands of jobs at the
/// full hour, and late.
const DELAY: i64 = 10;
/// How far ahead the clock is followed: the changes of two years, and of a leap year.
const DAYS: i64 = 800;

impl Site {
    /// Lines of a crontab in UTC, minute to day of the week, that together cover every slot
    /// of every series, before and after the clock is changed. They fall more often than the
    /// slots: cron cannot say "the first Tuesday", and knows no other time than its own.
    pub fn cron_lines(&self) -> Vec<String> {
        let mut days: BTreeMap<(i8, i8), BTreeSet<i8>> = BTreeMap::new();
        let mut add = |at: &ZonedDateTime, is_any_day: bool| {
            let at = off_the_hour(at);
            let known = days.entry((at.hour(), at.minute())).or_default();
            if is_any_day { known.extend(0..7) } else { known.extend([at.weekday().to_sunday_zero_offset()]) }
        };
        let today = self.today();
        let last = today.saturating_add(DAYS.days());
        let mut has_cadence = false;
        for series in self.series.iter().filter(|series| !series.is_finished) {
            let Some(slots) = self.slots(series) else { continue };
            has_cadence = true;
            let is_any_day =
                series.front().is_some_and(|front| falls_on_any_day(front.cadence.as_ref().map(|one| &one.rule)));
            slots.from(today).take_while(|slot| slot.day <= last).for_each(|slot| add(&slot.at, is_any_day));
        }
        if !has_cadence {
            for day in today.series(1.day()).take_while(|day| *day <= last) {
                add(&self.publication(day), true);
            }
        }
        days.into_iter().map(|((hour, minute), days)| line(hour, minute, &days)).collect()
    }

    /// When a post with this date alone comes out.
    fn publication(&self, day: Date) -> ZonedDateTime {
        When::Date(day).resolve(&self.config.timezone, self.config.publish_at)
    }
}

/// In UTC, some minutes later and never at minute 0.
fn off_the_hour(at: &ZonedDateTime) -> ZonedDateTime {
    let later = |minutes: i64| at.with_time_zone(TimeZone::UTC).saturating_add(minutes.minutes());
    let at = later(DELAY);
    if at.minute() == 0 { later(DELAY + 1) } else { at }
}

/// Whether its days are not known by the day of the week.
fn falls_on_any_day(rule: Option<&Rule>) -> bool {
    match rule {
        Some(Rule::Monthly { days, .. }) => days.iter().any(|day| !matches!(day, MonthDay::Nth(..))),
        Some(Rule::Weekly { .. }) | None => false,
    }
}

fn line(hour: i8, minute: i8, days: &BTreeSet<i8>) -> String {
    let days = if days.len() == 7 {
        "*".to_owned()
    } else {
        days.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    };
    format!("{minute} {hour} * * {days}")
}
