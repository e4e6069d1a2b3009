//! Dates as authors write them.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A date, a local date-time, or a date-time with an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// `2026-01-06`
    Date(Date),
    /// `2026-01-06 09:00`, in the site's time zone.
    Local(DateTime),
    /// `2026-01-06T09:00:00-05:00`
    Instant(Timestamp),
}

/// What a date must look like, for messages.
const FORMS: &str = "2026-01-06, 2026-01-06 09:00, or 2026-01-06T09:00:00-05:00";

impl When {
    /// Reads any of the three forms; `None` when it is none of them.
    ///
    /// ```
    /// use weeknotes::content::When;
    /// assert!(When::parse("2026-01-06 09:00").is_some());
    /// assert!(When::parse("2026-02-30").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() <= 10 {
            return text.parse().ok().map(Self::Date);
        }
        let text = text.replacen(' ', "T", 1).replace(' ', "");
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Some(Self::Instant(instant));
        }
        text.parse().ok().map(Self::Local)
    }

    /// Its day as it is written; nothing for an instant, whose day is another in each zone.
    pub(crate) fn day(self) -> Option<Date> {
        match self {
            Self::Date(day) => Some(day),
            Self::Local(local) => Some(local.date()),
            Self::Instant(_) => None,
        }
    }

    /// The instant it names in `zone`, a bare date being at `time`. In the hour that
    /// daylight saving skips, the clock's reading before the gap is carried on; in the
    /// hour that comes twice, the first is meant (RFC 5545, section 3.3.5).
    pub fn resolve(self, zone: &TimeZone, time: Time) -> ZonedDateTime {
        let resolved = match self {
            Self::Date(date) => zone.to_zoned_datetime(date.to_datetime(time)),
            Self::Local(local) => zone.to_zoned_datetime(local),
            Self::Instant(instant) => return instant.to_zoned_datetime(zone.clone()),
        };
        resolved.unwrap_or_else(|_| Timestamp::MAX.to_zoned_datetime(zone.clone()))
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WhenVisitor;
        impl Visitor<'_> for WhenVisitor {
            type Value = When;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a date such as {FORMS}")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<When, E> {
                When::parse(text).ok_or_else(|| E::custom(format!("invalid date: `{text}`, expected {FORMS}")))
            }
        }
        deserializer.deserialize_str(WhenVisitor)
    }
}

/// Reads a day without a time.
pub(super) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    struct DayVisitor;
    impl Visitor<'_> for DayVisitor {
        type Value = Date;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a day such as 2026-01-06")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Date, E> {
            let text = text.trim();
            // The parser would pass over a time behind the day.
            let day = (text.len() <= 10).then(|| text.parse().ok()).flatten();
            day.ok_or_else(|| E::custom(format!("invalid date: `{text}`, expected 2026-01-06")))
        }
    }
    deserializer.deserialize_str(DayVisitor)
}

/// Splits `2026-01-06-cbt` into its date and `cbt`.
pub(super) fn split_name(name: &str) -> (Option<Date>, &str) {
    let Some(prefix) = name.get(..10) else {
        return (None, name);
    };
    let rest = &name[10..];
    match prefix.parse::<Date>() {
        Ok(date) if rest.is_empty() => (Some(date), name),
        Ok(date) if rest.starts_with('-') && rest.len() > 1 => (Some(date), &rest[1..]),
        _ => (None, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_what_is_not_a_date() {
        assert_eq!(split_name("2026-13-06-cbt"), (None, "2026-13-06-cbt"));
        assert_eq!(split_name("éééééé-cbt").0, None);
        assert_eq!(split_name("2026-01-06").1, "2026-01-06");
    }

    #[test]
    fn a_skipped_hour_moves_on() {
        let zone = TimeZone::get("America/New_York").expect("a known zone");
        let when = When::parse("2026-03-08 02:30").expect("a date-time");
        assert_eq!(when.resolve(&zone, Time::midnight()).to_string(), "2026-03-08T03:30:00-04:00[America/New_York]");
    }
}
