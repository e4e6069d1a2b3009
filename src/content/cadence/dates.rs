//! The days that a [`Cadence`] falls on.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::{Cadence, MonthDay, Rule};

impl Cadence {
    /// The days from `from` on, in order. `anchor` lies in a week, or month, that counts:
    /// it tells which of two weeks is meant by "every 2 weeks".
    ///
    /// ```
    /// use jiff::civil::date;
    /// use weeknotes::content::Cadence;
    /// let cadence = Cadence::parse("every 2 weeks on tuesday").unwrap();
    /// let days: Vec<_> = cadence.days(date(2026, 1, 1), date(2026, 1, 6)).take(2).collect();
    /// assert_eq!(days, [date(2026, 1, 6), date(2026, 1, 20)]);
    /// ```
    pub fn days(&self, from: Date, anchor: Date) -> impl Iterator<Item = Date> + use<'_> {
        let mut period = self.period_of(from, anchor);
        let mut waiting: Vec<Date> = Vec::new();
        std::iter::from_fn(move || {
            while waiting.is_empty() {
                let start = period?;
                waiting = self.in_period(start);
                waiting.retain(|day| *day >= from);
                waiting.reverse();
                period = self.step(start);
            }
            waiting.pop()
        })
    }

    /// How many days to look back from any day to find one that it falls on, but for days
    /// that few months have.
    pub fn reach(&self) -> i32 {
        match self.rule {
            Rule::Weekly { every, .. } => 7 * i32::from(every),
            Rule::Monthly { every, .. } => 31 * (1 + i32::from(every)),
        }
    }

    /// The first day of the week or month that `date` lies in, or of the next that counts.
    fn period_of(&self, date: Date, anchor: Date) -> Option<Date> {
        match &self.rule {
            Rule::Weekly { every, .. } => {
                let (start, base) = (monday(date)?, monday(anchor)?);
                let weeks = i64::from(base.until(start).ok()?.get_days()) / 7;
                let ahead = (-weeks).rem_euclid(i64::from(*every));
                start.checked_add(ahead.weeks()).ok()
            }
            Rule::Monthly { every, .. } => {
                let count = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
                let ahead = (count(anchor) - count(date)).rem_euclid(i64::from(*every));
                date.first_of_month().checked_add(ahead.months()).ok()
            }
        }
    }

    fn step(&self, start: Date) -> Option<Date> {
        let next = match &self.rule {
            Rule::Weekly { every, .. } => start.checked_add(i64::from(*every).weeks()),
            Rule::Monthly { every, .. } => start.checked_add(i64::from(*every).months()),
        };
        next.ok()
    }

    fn in_period(&self, start: Date) -> Vec<Date> {
        match &self.rule {
            Rule::Weekly { days, .. } => {
                let day = |day: &Weekday| start.checked_add(i64::from(day.to_monday_zero_offset()).days()).ok();
                days.iter().filter_map(day).collect()
            }
            Rule::Monthly { days, .. } => {
                let day = |day: &MonthDay| match day {
                    MonthDay::Nth(nth, weekday) => start.nth_weekday_of_month(*nth, (*weekday).into()).ok(),
                    MonthDay::Number(number) => start.with().day(*number).build().ok(),
                    MonthDay::Last => Some(start.last_of_month()),
                };
                let mut found: Vec<Date> = days.iter().filter_map(day).collect();
                found.sort_unstable();
                found.dedup();
                found
            }
        }
    }
}

fn monday(date: Date) -> Option<Date> {
    date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days(cadence: &str, from: Date, anchor: Date, count: usize) -> Vec<String> {
        let cadence = Cadence::parse(cadence).expect(cadence);
        cadence.days(from, anchor).take(count).map(|day| day.to_string()).collect()
    }

    #[test]
    fn weeks_are_counted_from_the_anchor() {
        let anchor = date(2026, 1, 6);
        assert_eq!(days("weekly on tuesday", date(2026, 1, 7), anchor, 2), ["2026-01-13", "2026-01-20"]);
        assert_eq!(days("every 2 weeks on tuesday", date(2026, 1, 7), anchor, 2), ["2026-01-20", "2026-02-03"]);
        assert_eq!(days("every 3 weeks on tuesday", date(2025, 12, 1), anchor, 2), ["2025-12-16", "2026-01-06"]);
        let both = days("every 2 weeks on monday and friday", date(2026, 1, 7), anchor, 3);
        assert_eq!(both, ["2026-01-09", "2026-01-19", "2026-01-23"]);
    }

    #[test]
    fn months_have_what_they_have() {
        let anchor = date(2026, 1, 1);
        let firsts = days("monthly on the first and last tuesday", date(2026, 2, 4), anchor, 3);
        assert_eq!(firsts, ["2026-02-24", "2026-03-03", "2026-03-31"]);
        assert_eq!(days("monthly on the 31st", date(2026, 2, 1), anchor, 2), ["2026-03-31", "2026-05-31"]);
        assert_eq!(days("monthly on the last day", date(2028, 2, 1), anchor, 2), ["2028-02-29", "2028-03-31"]);
        assert_eq!(days("every 2 months on the 1st", date(2026, 2, 1), anchor, 2), ["2026-03-01", "2026-05-01"]);
        assert_eq!(days("monthly on the 29th", date(2027, 2, 1), anchor, 1), ["2027-03-29"]);
    }

    #[test]
    fn the_end_of_the_calendar_is_an_end() {
        assert_eq!(days("weekly on friday", Date::MAX, date(2026, 1, 6), 3).len(), 1);
        assert_eq!(days("monthly on the 1st", Date::MAX, date(2026, 1, 6), 3).len(), 0);
    }
}
