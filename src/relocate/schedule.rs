//! The date that a post is to have, and when the instalments behind it come out then.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::content::When;

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
/// order: each as many days later as that one. Nothing when a day is in no calendar.
pub(super) fn following(moved: (Date, Date), days: &[Date]) -> Option<Vec<Date>> {
    let by = moved.0.until(moved.1).ok()?.get_days();
    days.iter().map(|day| day.checked_add(by.days()).ok()).collect()
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
    fn what_follows_moves_by_as_many_days() {
        let days = [date(2026, 2, 24), date(2028, 2, 22)];
        let weeks_later = following((date(2026, 1, 6), date(2026, 1, 13)), &days);
        assert_eq!(weeks_later, Some(vec![date(2026, 3, 3), date(2028, 2, 29)]));
        assert_eq!(following((date(2026, 1, 6), date(2026, 1, 5)), &days).map(|days| days[0]), Some(date(2026, 2, 23)));
        assert_eq!(following((date(2026, 1, 6), date(2026, 1, 7)), &[Date::MAX]), None);
    }
}
