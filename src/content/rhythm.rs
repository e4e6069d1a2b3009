//! What a series file says of when its instalments come out.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::cadence::Cadence;
use super::date::{When, day};
use super::front_matter::FrontMatter;
use super::place::{find_field, find_value};
use crate::diagnostics::{Diagnostic, Span};
use crate::source::SourceText;

/// A time without instalments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Deserialize)]
pub struct Pause {
    /// Its first day.
    #[serde(deserialize_with = "day")]
    pub from: Date,
    /// Its last day; without one it has no end yet.
    #[serde(default, deserialize_with = "some_day")]
    pub to: Option<Date>,
    /// Why, for readers.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Pause {
    /// Whether a day lies in it.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// An instalment that is not written yet: `Title`, or `{title: …, date: …, slug: …}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Planned {
    /// What it will be called.
    pub title: String,
    /// When it is to come out, if not in the next free slot.
    pub date: Option<When>,
    /// The last part of its address, if not made of the title.
    pub slug: Option<String>,
}

pub(super) fn some_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for Planned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PlannedVisitor;
        impl<'de> Visitor<'de> for PlannedVisitor {
            type Value = Planned;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a title, or {title: …, date: …, slug: …}")
            }

            fn visit_str<E: de::Error>(self, title: &str) -> Result<Planned, E> {
                Ok(Planned { title: title.to_owned(), date: None, slug: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Planned, A::Error> {
                #[derive(serde::Deserialize)]
                struct Long {
                    title: String,
                    date: Option<When>,
                    slug: Option<String>,
                }
                let long = Long::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Planned { title: long.title, date: long.date, slug: long.slug })
            }
        }
        deserializer.deserialize_any(PlannedVisitor)
    }
}

/// Reads the cadence, and tells what in the rhythm of a series cannot be.
pub(super) fn check(
    source: &SourceText,
    range: &Range<usize>,
    front: &mut FrontMatter,
    cadence: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut checker = Checker { source, range, diagnostics };
    front.cadence = cadence.and_then(|written| checker.cadence(written));
    checker.dates(front);
    checker.pauses(&front.pauses);
    checker.planned(front);
}

struct Checker<'a> {
    source: &'a SourceText,
    range: &'a Range<usize>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Checker<'_> {
    fn cadence(&mut self, written: &str) -> Option<Cadence> {
        let mistake = match Cadence::parse(written) {
            Ok(cadence) => return Some(cadence),
            Err(mistake) => mistake,
        };
        let text = &self.source.text;
        let whole = find_value(text, self.range, "cadence", written);
        let place = whole.map(|at| at.start + mistake.range.start..at.start + mistake.range.end);
        let place = place.or_else(|| find_field(text, self.range, "cadence")).unwrap_or(0..0);
        let diagnostic = Diagnostic::error("cadence", mistake.message).at(self.source.span(place));
        self.diagnostics.push(diagnostic.help(mistake.help));
        None
    }

    fn dates(&mut self, front: &FrontMatter) {
        if let (Some(starts), Some(ends)) = (front.starts, front.ends)
            && ends < starts
        {
            self.wrong("ends", &ends.to_string(), format!("the series ends on {ends}, before it starts on {starts}"));
        }
    }

    fn pauses(&mut self, pauses: &[Pause]) {
        for (at, pause) in pauses.iter().enumerate() {
            if let Some(to) = pause.to.filter(|to| *to < pause.from) {
                let message = format!("this pause ends on {to}, before it begins on {}", pause.from);
                self.wrong("pauses", &to.to_string(), message);
            }
            let other = pauses[..at].iter().find(|other| other.covers(pause.from) || pause.covers(other.from));
            if let Some(other) = other {
                let message = format!("this pause runs into the one that begins on {}", other.from);
                self.wrong("pauses", &pause.from.to_string(), message);
            }
        }
    }

    fn planned(&mut self, front: &FrontMatter) {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for planned in &front.planned {
            if planned.title.trim().is_empty() {
                self.wrong("planned", "", "a planned instalment has no title".to_owned());
            } else if !seen.insert(planned.title.to_lowercase()) {
                self.wrong("planned", &planned.title, format!("`{}` is planned twice", planned.title));
            }
            if planned.slug.as_ref().is_some_and(|slug| slug.is_empty() || slug.contains('/')) {
                let slug = planned.slug.as_deref().unwrap_or_default();
                self.wrong("planned", slug, format!("`{slug}` is not one part of an address"));
            }
        }
    }

    fn wrong(&mut self, field: &str, value: &str, message: String) {
        let place = self.place(field, value);
        self.diagnostics.push(Diagnostic::error("rhythm", message).at(place));
    }

    fn place(&self, field: &str, value: &str) -> Span {
        let text = &self.source.text;
        let found = find_value(text, self.range, field, value).or_else(|| find_field(text, self.range, field));
        self.source.span(found.unwrap_or(0..0))
    }
}
