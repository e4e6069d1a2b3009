//! From words to a [`Cadence`].

use std::ops::Range;

use jiff::civil::{Time, Weekday};

use super::{Cadence, Day, MonthDay, Rule};
use crate::diagnostics::nearest;

/// What a cadence may look like, for messages.
const FORMS: &str = "write it as `weekly on tuesday at 09:00`, `every 2 weeks on tuesday`, \
     `weekly on tuesday and friday`, `monthly on the first tuesday` or `monthly on the 15th`";

pub(super) const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
pub(super) const ORDINALS: [&str; 4] = ["first", "second", "third", "fourth"];
const NUMBERS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
/// No series comes out more seldom.
const LONGEST: u8 = 52;

/// What cannot be read in a cadence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong, without a full stop.
    pub message: String,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
    /// How to mend it.
    pub help: String,
}

pub(super) fn parse(text: &str) -> Result<Cadence, Mistake> {
    let mut words = Words::of(text);
    let rule = rule(&mut words)?;
    let time = if words.take("at") { Some(time(&mut words)?) } else { None };
    match words.peek() {
        None => Ok(Cadence { rule, time }),
        Some(_) => Err(words.unexpected("nothing more, or `at` and a time")),
    }
}

/// The words of a text with their places. A comma is a word.
struct Words<'t> {
    text: &'t str,
    all: Vec<(String, Range<usize>)>,
    at: usize,
}

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Self {
        let mut all = Vec::new();
        let mut start = None;
        for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
            if c.is_whitespace() || c == ',' {
                if let Some(start) = start.take() {
                    all.push((text[start..at].to_lowercase(), start..at));
                }
                if c == ',' {
                    all.push((",".to_owned(), at..at + 1));
                }
            } else if start.is_none() {
                start = Some(at);
            }
        }
        Self { text, all, at: 0 }
    }

    fn peek(&self) -> Option<&str> {
        self.all.get(self.at).map(|(word, _)| word.as_str())
    }

    fn next(&mut self) -> Option<String> {
        let word = self.all.get(self.at).map(|(word, _)| word.clone());
        self.at += usize::from(word.is_some());
        word
    }

    fn take(&mut self, wanted: &str) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    /// Takes a word that has a meaning.
    fn take_as<T>(&mut self, meaning: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let found = self.peek().and_then(meaning);
        self.at += usize::from(found.is_some());
        found
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Mistake> {
        if self.take(wanted) { Ok(()) } else { Err(self.unexpected(&format!("`{wanted}`"))) }
    }

    /// The next word is not what should be there.
    fn unexpected(&self, wanted: &str) -> Mistake {
        self.unexpected_near(wanted, &[])
    }

    fn unexpected_near(&self, wanted: &str, known: &[&str]) -> Mistake {
        let Some((word, range)) = self.all.get(self.at) else {
            let message = if self.all.is_empty() {
                "the cadence is empty".to_owned()
            } else {
                format!("the cadence ends where {wanted} is expected")
            };
            let last = self.all.last().map_or(0..self.text.len(), |(_, range)| range.clone());
            return Mistake { message, range: last, help: FORMS.to_owned() };
        };
        let message = format!("`{word}` stands where {wanted} is expected");
        let near = nearest(word, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        Mistake { message, range: range.clone(), help: near.unwrap_or_else(|| FORMS.to_owned()) }
    }
}

fn rule(words: &mut Words<'_>) -> Result<Rule, Mistake> {
    if words.take("daily") {
        return Ok(weekly(1, every_day()));
    }
    if words.take("weekly") {
        words.expect("on")?;
        return Ok(weekly(1, weekdays(words)?));
    }
    if words.take("monthly") {
        return monthly(words, 1);
    }
    if words.take("every") {
        return every(words);
    }
    Err(words.unexpected_near("`daily`, `weekly`, `monthly` or `every`", &["daily", "weekly", "monthly", "every"]))
}

fn every(words: &mut Words<'_>) -> Result<Rule, Mistake> {
    if words.take("day") {
        return Ok(weekly(1, every_day()));
    }
    if words.take("weekday") {
        return Ok(weekly(1, every_day().into_iter().take(5).collect()));
    }
    let count = if words.take("other") { Some(2) } else { count(words)? };
    if words.take("week") || words.take("weeks") {
        words.expect("on")?;
        return Ok(weekly(count.unwrap_or(1), weekdays(words)?));
    }
    if words.take("month") || words.take("months") {
        return monthly(words, count.unwrap_or(1));
    }
    match count {
        None | Some(2) if words.peek().and_then(weekday).is_some() => Ok(weekly(count.unwrap_or(1), weekdays(words)?)),
        None => Err(words.unexpected_near("a day of the week, or a number of weeks or months", &WEEKDAYS)),
        Some(_) => Err(words.unexpected_near("`weeks` or `months`", &["weeks", "months"])),
    }
}

/// "2", "two".
fn count(words: &mut Words<'_>) -> Result<Option<u8>, Mistake> {
    let Some(word) = words.peek() else { return Ok(None) };
    let spelt = NUMBERS.iter().position(|number| *number == word).and_then(|at| u8::try_from(at + 1).ok());
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    let number = spelt.or_else(|| word.parse().ok().filter(|number| (1..=LONGEST).contains(number)));
    match number {
        None if is_number => Err(words.unexpected(&format!("a number from 1 to {LONGEST}"))),
        None => Ok(None),
        Some(number) => {
            words.next();
            Ok(Some(number))
        }
    }
}

fn weekly(every: u8, mut days: Vec<Weekday>) -> Rule {
    days.sort_by_key(|day| day.to_monday_zero_offset());
    days.dedup();
    Rule::Weekly { every, days }
}

fn every_day() -> Vec<Weekday> {
    (0..7).map(|at| Weekday::from_monday_zero_offset(at).expect("0 to 6")).collect()
}

/// "tuesday", "tuesday and friday", "monday, wednesday and friday".
fn weekdays(words: &mut Words<'_>) -> Result<Vec<Weekday>, Mistake> {
    list(words, |words| words.take_as(weekday).ok_or_else(|| words.unexpected_near("a day of the week", &WEEKDAYS)))
}

/// One or more things with commas or "and" between them.
fn list<T>(
    words: &mut Words<'_>,
    mut one: impl FnMut(&mut Words<'_>) -> Result<T, Mistake>,
) -> Result<Vec<T>, Mistake> {
    let mut all = vec![one(words)?];
    loop {
        let comma = words.take(",");
        if !(words.take("and") || comma) {
            return Ok(all);
        }
        all.push(one(words)?);
    }
}

/// "tuesday", "tuesdays", "tue", "tues".
fn weekday(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix('.').unwrap_or(word);
    let known =
        |day: &str| word == day || word.strip_suffix('s') == Some(day) || (word.len() >= 3 && day.starts_with(word));
    let at = WEEKDAYS.iter().position(|day| known(day))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

/// What an ordinal says before it is known of what.
#[derive(Clone, Copy)]
enum Ordinal {
    Number(i8),
    Last,
}

fn monthly(words: &mut Words<'_>, every: u8) -> Result<Rule, Mistake> {
    words.expect("on")?;
    let phrases = list(words, |words| {
        words.take("the");
        month_days(words)
    })?;
    let mut days = phrases.concat();
    days.sort_unstable_by_key(|day| match day {
        MonthDay::Nth(nth, day) => (0, *day, if *nth < 0 { i8::MAX } else { *nth }),
        MonthDay::Number(number) => (1, Day(0), *number),
        MonthDay::Last => (2, Day(0), 0),
    });
    days.dedup();
    Ok(Rule::Monthly { every, days })
}

/// "first and third tuesday", "15th", "last day".
fn month_days(words: &mut Words<'_>) -> Result<Vec<MonthDay>, Mistake> {
    let start = words.at;
    let mut ordinals = Vec::new();
    loop {
        let known = ["first", "second", "third", "fourth", "last"];
        let found = words.take_as(ordinal);
        ordinals.push(found.ok_or_else(|| words.unexpected_near("`first`, `second`, … `last`, or `15th`", &known))?);
        let before = words.at;
        let comma = words.take(",");
        let more = words.take("and") || comma;
        let is_ordinal = words.peek().is_some_and(|word| ordinal(word).is_some());
        if !(more && is_ordinal) {
            words.at = before;
            break;
        }
    }
    let weekday = words.take_as(weekday);
    let is_day = weekday.is_none() && words.take("day");
    if is_day && words.take("of") {
        words.expect("the")?;
        words.expect("month")?;
    }
    let day = |ordinal: &Ordinal| match (ordinal, weekday) {
        (Ordinal::Number(nth @ 1..=4), Some(day)) => Ok(MonthDay::Nth(*nth, day.into())),
        (Ordinal::Last, Some(day)) => Ok(MonthDay::Nth(-1, day.into())),
        (Ordinal::Number(number @ 1..=31), None) => Ok(MonthDay::Number(*number)),
        (Ordinal::Last, None) if is_day => Ok(MonthDay::Last),
        (Ordinal::Last, None) => Err(words.unexpected_near("a day of the week, or `day`", &WEEKDAYS)),
        (Ordinal::Number(number), Some(_)) => {
            let range = words.all[start].1.start..words.all[words.at - 1].1.end;
            let message = format!("not every month has such a day: the {number}th of a weekday");
            Err(Mistake { message, range, help: "write first, second, third, fourth or last".to_owned() })
        }
        (Ordinal::Number(_), None) => {
            let (_, range) = words.all[start].clone();
            let help = "a day of the month is 1st to 31st".to_owned();
            Err(Mistake { message: "no month has such a day".to_owned(), range, help })
        }
    };
    ordinals.iter().map(day).collect()
}

/// "first", "3rd", "last".
fn ordinal(word: &str) -> Option<Ordinal> {
    if word == "last" {
        return Some(Ordinal::Last);
    }
    if let Some(at) = ORDINALS.iter().position(|ordinal| *ordinal == word) {
        return i8::try_from(at + 1).ok().map(Ordinal::Number);
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| word.strip_suffix(suffix))?;
    digits.parse().ok().map(Ordinal::Number)
}

/// "09:00", "9:00", "9am", "9 pm", "9:30 pm", "noon", "midnight".
fn time(words: &mut Words<'_>) -> Result<Time, Mistake> {
    let wanted = "a time such as `09:00` or `9 am`";
    let start = words.at;
    let Some(word) = words.next() else {
        return Err(words.unexpected(wanted));
    };
    let (clock, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(false)),
        (_, Some(clock)) => (clock, Some(true)),
        _ if words.take("am") => (word.as_str(), Some(false)),
        _ if words.take("pm") => (word.as_str(), Some(true)),
        _ => (word.as_str(), None),
    };
    clock_time(clock, half).ok_or_else(|| {
        words.at = start;
        words.unexpected(wanted)
    })
}

fn clock_time(clock: &str, half: Option<bool>) -> Option<Time> {
    match (clock, half) {
        ("noon", None) => return Time::new(12, 0, 0, 0).ok(),
        ("midnight", None) => return Some(Time::midnight()),
        _ => {}
    }
    let (hour, minute) = clock.split_once(':').or_else(|| half.map(|_| (clock, "00")))?;
    let digits = |text: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(hour, 1..=2) || !digits(minute, 2..=2) {
        return None;
    }
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(after_noon) => hour % 12 + if after_noon { 12 } else { 0 },
    };
    Time::new(hour, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong, with the words it is about.
    fn wrong(text: &str) -> (String, &str, String) {
        let mistake = parse(text).expect_err(text);
        (mistake.message, &text[mistake.range], mistake.help)
    }

    #[test]
    fn mistakes_are_told_at_their_words() {
        let (message, place, help) = wrong("weekly on tusday at 09:00");
        assert_eq!((message.as_str(), place), ("`tusday` stands where a day of the week is expected", "tusday"));
        assert_eq!(help, "did you mean `tuesday`?");
        assert_eq!(wrong("weakly on tuesday").2, "did you mean `weekly`?");
        assert_eq!(wrong("weekly tuesday").1, "tuesday");
        assert_eq!(wrong("weekly on tuesday at 25:00").1, "25:00");
        assert_eq!(wrong("weekly on tuesday at 13 pm").1, "13");
        assert_eq!(wrong("weekly on tuesday 09:00").1, "09:00");
        assert_eq!(wrong("every 0 weeks on tuesday").1, "0");
        assert_eq!(wrong("monthly on the 32nd").0, "no month has such a day");
        assert_eq!(wrong("monthly on the 5th tuesday").1, "5th tuesday");
        assert_eq!(wrong("monthly on the last").0, "the cadence ends where a day of the week, or `day` is expected");
        assert_eq!(wrong("").0, "the cadence is empty");
        assert!(wrong("weekly on tuesday,").2.contains("`weekly on tuesday at 09:00`"));
    }
}
