//! Dates of publications: a year, a month of a year, or a day.

use std::fmt;

use jiff::civil::Date;

/// A date as precise as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// From 1 to 9999.
    pub year: i16,
    /// From 1 to 12, when it is known.
    pub month: Option<i8>,
    /// From 1, when it is known.
    pub day: Option<i8>,
}

impl PartialDate {
    /// What a date must look like, for messages.
    pub const FORMS: &str = "2019, 2019-07 or 2019-07-01";

    /// A day.
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }

    /// Reads `2019`, `2019-07` or `2019-07-01`, also with slashes and with a time behind
    /// the day. `None` for a day that no calendar has.
    ///
    /// ```
    /// use weeknotes::content::PartialDate;
    /// assert_eq!(PartialDate::parse("2019-7").unwrap().to_string(), "2019-07");
    /// assert!(PartialDate::parse("2019-02-30").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let day = text.split(['T', ' ']).next().unwrap_or_default();
        let mut parts = day.split(['-', '/']);
        let year = parts.next().filter(|year| year.len() == 4)?;
        let number = |part: Option<&str>| -> Option<Option<i8>> {
            let Some(part) = part else { return Some(None) };
            let digits = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten().map(Some)
        };
        let (month, day) = (number(parts.next())?, number(parts.next())?);
        if parts.next().is_some() || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let year = year.parse().ok().filter(|year| *year > 0)?;
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        Some(Self { year, month, day })
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_are() {
        for good in ["2019", "2019-12", "2020-02-29", "2019/07/01", "2019-07-01T10:00:00Z"] {
            assert!(PartialDate::parse(good).is_some(), "{good}");
        }
        for bad in ["", "19", "2019-13", "2019-02-29", "2019-00", "2019-1-1-1", "July 2019", "0000", "-019", "2019-+1"]
        {
            assert!(PartialDate::parse(bad).is_none(), "{bad}");
        }
    }
}
