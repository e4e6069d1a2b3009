//! How often a series comes out, as its author writes it.
//!
//! ```text
//! cadence = often [ "at" time ]
//! often   = "daily"
//!         | ( "weekly" | "every" n "weeks" ) "on" weekdays
//!         | ( "monthly" | "every" n "months" ) "on" "the" ( ordinals weekdays | ordinals | "last day" )
//! ```
//!
//! A few other ways to say the same are read too ("every tuesday", "every other tuesday",
//! "9 am"); [`Cadence`] is written in the form above, and what is written is read as the same.

mod dates;
mod grammar;

use std::fmt;

use jiff::civil::{Time, Weekday};

pub use grammar::Mistake;

/// How often a series comes out: `weekly on tuesday at 09:00`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cadence {
    /// On which days.
    pub rule: Rule,
    /// At what time of the day, in the site's time zone; else when the site publishes.
    pub time: Option<Time>,
}

/// On which days a [`Cadence`] falls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    /// On days of every so many weeks. Weeks begin on Monday (ISO 8601).
    Weekly {
        /// How many weeks apart, at least 1.
        every: u8,
        /// At least one, each once, from Monday on.
        days: Vec<Weekday>,
    },
    /// On days of every so many months.
    Monthly {
        /// How many months apart, at least 1.
        every: u8,
        /// At least one, each once.
        days: Vec<MonthDay>,
    },
}

/// A day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MonthDay {
    /// The first Tuesday, 1 to 4; -1 is the last.
    Nth(i8, Day),
    /// The fifteenth, 1 to 31. A month without it is passed over.
    Number(i8),
    /// The last day, whatever its number.
    Last,
}

/// A day of the week, ordered from Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i8);

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        Self(day.to_monday_zero_offset())
    }
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        Self::from_monday_zero_offset(day.0).expect("it came from a weekday")
    }
}

impl Cadence {
    /// Reads a cadence.
    ///
    /// ```
    /// use weeknotes::content::Cadence;
    /// let cadence = Cadence::parse("every other Tuesday at 9 am").unwrap();
    /// assert_eq!(cadence.to_string(), "every 2 weeks on tuesday at 09:00");
    /// let mistake = Cadence::parse("weekly on tusday").unwrap_err();
    /// assert_eq!(mistake.help, "did you mean `tuesday`?");
    /// ```
    ///
    /// # Errors
    /// Which words cannot be read, and how to write it.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        grammar::parse(text)
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Rule::Weekly { every: 1, days } if days.len() == 7 => f.write_str("daily")?,
            Rule::Weekly { every, days } => {
                write_every(f, *every, "week")?;
                let names: Vec<&str> = days.iter().map(|day| name(*day)).collect();
                write!(f, " on {}", joined(&names))?;
            }
            Rule::Monthly { every, days } => {
                write_every(f, *every, "month")?;
                f.write_str(" on the ")?;
                write_month_days(f, days)?;
            }
        }
        match self.time {
            Some(time) => write!(f, " at {}", time.strftime("%H:%M")),
            None => Ok(()),
        }
    }
}

fn write_every(f: &mut fmt::Formatter<'_>, every: u8, what: &str) -> fmt::Result {
    if every == 1 { write!(f, "{what}ly") } else { write!(f, "every {every} {what}s") }
}

/// "first and third tuesday", "1st and 15th", "first tuesday and last friday".
fn write_month_days(f: &mut fmt::Formatter<'_>, days: &[MonthDay]) -> fmt::Result {
    let weekday = |day: &MonthDay| if let MonthDay::Nth(_, day) = day { Some(*day) } else { None };
    let groups = days.chunk_by(|a, b| weekday(a).is_some() && weekday(a) == weekday(b));
    let phrases = groups.map(|group| {
        let ordinals: Vec<String> = group.iter().copied().map(ordinal).collect();
        let ordinals: Vec<&str> = ordinals.iter().map(String::as_str).collect();
        let day = weekday(&group[0]).map(|day| format!(" {}", name(day.into()))).unwrap_or_default();
        format!("{}{day}", joined(&ordinals))
    });
    let phrases: Vec<String> = phrases.collect();
    f.write_str(&joined(&phrases.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn ordinal(day: MonthDay) -> String {
    match day {
        MonthDay::Nth(-1, _) => "last".to_owned(),
        MonthDay::Nth(nth, _) => {
            usize::try_from(nth - 1).map_or("last", |at| grammar::ORDINALS.get(at).unwrap_or(&"last")).to_string()
        }
        MonthDay::Number(number) => format!("{number}{}", suffix(number)),
        MonthDay::Last => "last day".to_owned(),
    }
}

fn suffix(number: i8) -> &'static str {
    match (number % 10, number / 10) {
        (_, 1) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

fn name(day: Weekday) -> &'static str {
    let at = usize::try_from(day.to_monday_zero_offset()).expect("0 to 6");
    grammar::WEEKDAYS[at]
}

/// "a", "a and b", "a, b and c".
fn joined(words: &[&str]) -> String {
    match words {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in [
            "daily at 07:30",
            "weekly on tuesday",
            "weekly on tuesday at 09:00",
            "weekly on monday, wednesday and friday at 23:59",
            "every 2 weeks on tuesday",
            "monthly on the first tuesday at 09:00",
            "monthly on the first and third tuesday",
            "every 3 months on the last friday",
            "monthly on the 1st and 15th at 06:00",
            "monthly on the 2nd, 3rd, 11th and 22nd",
            "monthly on the last day",
        ] {
            assert_eq!(Cadence::parse(text).map(|cadence| cadence.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn the_same_can_be_said_otherwise() {
        for (said, meant) in [
            ("Every Tuesday", "weekly on tuesday"),
            ("every tue and thu at 9:00", "weekly on tuesday and thursday at 09:00"),
            ("weekly on thursday, tuesday, tuesday", "weekly on tuesday and thursday"),
            ("every other friday", "every 2 weeks on friday"),
            ("every two weeks on tuesday at 9pm", "every 2 weeks on tuesday at 21:00"),
            ("every week on tuesday at noon", "weekly on tuesday at 12:00"),
            ("every day at 12 am", "daily at 00:00"),
            ("every weekday", "weekly on monday, tuesday, wednesday, thursday and friday"),
            ("monthly on first tuesday", "monthly on the first tuesday"),
            ("monthly on the 3rd tuesday", "monthly on the third tuesday"),
            ("every month on the last day of the month", "monthly on the last day"),
        ] {
            assert_eq!(Cadence::parse(said).map(|cadence| cadence.to_string()).as_deref(), Ok(meant), "{said}");
        }
    }
}
