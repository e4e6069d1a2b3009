//! The date that a post is to have, and when the instalments behind it come out then.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::content::When;
use crate::site::Slots;

/// A date as it was asked for, alone or with a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDate {
    text: String,
    day: Date,
}

impl NewDate {
    /// Reads a date in any of the forms that a front matter may have.
    ///
    /// ```
    /// use weeknotes::relocate::NewDate;
    /// assert!(NewDate::parse("2026-01-13").is_some() && NewDate::parse("2026-01-13 09:00").is_some());
    /// assert!(NewDate::parse("tomorrow").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        When::parse(text)?;
        Some(Self { day: day(text)?, text: text.to_owned() })
    }

    pub(super) fn day(&self) -> Date {
        self.day
    }

    pub(super) fn has_time(&self) -> bool {
        self.text.len() > DAY
    }

    /// In the place of a date as it is written, whose time of day stays unless this has one.
    pub(super) fn instead_of(&self, old: &str) -> String {
        if self.has_time() { self.text.clone() } else { on(self.day, old) }
    }
}

/// How long a day is as it is written.
const DAY: usize = "2026-01-06".len();

/// The day that a written date begins with.
pub(super) fn day(written: &str) -> Option<Date> {
    written.get(..DAY)?.parse().ok()
}

/// A date as it is written, on another day.
pub(super) fn on(day: Date, written: &str) -> String {
    format!("{day}{}", written.get(DAY..).unwrap_or_default())
}

/// The new days of the instalments behind one that moves from a day to another, in their
/// order: each as many slots later as that one, or as many days where there are no slots.
/// Nothing when a day is in no calendar.
pub(super) fn following(moved: (Date, Date), days: &[Date], slots: Option<Slots<'_>>) -> Option<Vec<Date>> {
    if let Some(slots) = slots
        && let Some(shifted) = by_slots(moved, days, slots)
    {
        return Some(shifted);
    }
    let by = moved.0.until(moved.1).ok()?.get_days();
    days.iter().map(|day| day.checked_add(by.days()).ok()).collect()
}

/// Pauses are passed over. Nothing when one of them is in no slot, or would come out after
/// the last.
fn by_slots(moved: (Date, Date), days: &[Date], slots: Slots<'_>) -> Option<Vec<Date>> {
    /// Enough for a slot each day of some years.
    const MOST: usize = 2_000;
    let first = days.iter().copied().chain([moved.0, moved.1]).min()?;
    let begin = slots.nearest(first)?.day.min(first);
    let all: Vec<Date> = slots.from(begin).filter(|slot| !slot.is_paused).map(|slot| slot.day).take(MOST).collect();
    let place = |day: Date| all.iter().position(|slot| Some(*slot) == slots.nearest(day).map(|near| near.day));
    let (from, to) = (place(moved.0)?, place(moved.1)?);
    days.iter().map(|day| all.get((place(*day)? + to).checked_sub(from)?).copied()).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_hour_stays_unless_another_is_given() {
        let new = |text: &str| NewDate::parse(text).expect("a date");
        for (new, old, expected) in [
            (new("2026-01-13"), "2026-01-06", "2026-01-13"),
            (new("2026-01-13"), "2026-01-06 09:00", "2026-01-13 09:00"),
            (new("2026-01-13"), "2026-01-06T09:00:00-05:00", "2026-01-13T09:00:00-05:00"),
            (new("2026-01-13"), "", "2026-01-13"),
            (new("2026-01-13 10:00"), "2026-01-06 09:00", "2026-01-13 10:00"),
        ] {
            assert_eq!(new.instead_of(old), expected);
        }
    }

    #[test]
    fn what_follows_moves_by_as_many_slots() {
        let text = "---\ntitle: S\ncadence: weekly on tuesday\npauses: [{from: 2026-03-09, to: 2026-03-15}]\n---\n";
        let file = crate::source::SourceText::new("content/series/s.md", text);
        let document = crate::content::Document::read(&file).value;
        let zone = jiff::tz::TimeZone::UTC;
        let slots = Slots::of(&document.front, &zone, jiff::civil::Time::midnight(), None);
        // The instalment of March 3 would fall into the pause.
        let days = [date(2026, 2, 24), date(2026, 3, 3), date(2026, 3, 17)];
        let later = following((date(2026, 2, 17), date(2026, 2, 24)), &days, slots);
        assert_eq!(later, Some(vec![date(2026, 3, 3), date(2026, 3, 17), date(2026, 3, 24)]));
        let earlier = following((date(2026, 2, 17), date(2026, 2, 10)), &days, slots);
        assert_eq!(earlier, Some(vec![date(2026, 2, 17), date(2026, 2, 24), date(2026, 3, 3)]));
    }

    #[test]
    fn what_follows_moves_by_as_many_days() {
        let days = [date(2026, 2, 24), date(2028, 2, 22)];
        let weeks_later = following((date(2026, 1, 6), date(2026, 1, 13)), &days, None);
        assert_eq!(weeks_later, Some(vec![date(2026, 3, 3), date(2028, 2, 29)]));
        assert_eq!(
            following((date(2026, 1, 6), date(2026, 1, 5)), &days, None).map(|days| days[0]),
            Some(date(2026, 2, 23))
        );
        assert_eq!(following((date(2026, 1, 6), date(2026, 1, 7)), &[Date::MAX], None), None);
    }
}
