//! What a BibTeX file repeats, inherits and counts, held within bounds.
//!
//! biblatex ends the program at a year of twenty digits. And it follows `crossref`, `xdata` and `@string` wherever they lead: in a circle until
//! the stack is full, and twice for each step of a ladder. So they are looked at before.

use std::collections::HashMap;
use std::ops::Range;

use biblatex::{RawBibliography, RawChunk, RawEntry};

use crate::content::source::PartialDate;

/// More steps than any file takes that a person or a program of the field wrote.
const STEPS: usize = 64;

/// More text than an abbreviation stands for.
const LENGTH: usize = 4000;

/// Takes out what leads in a circle or further than [`STEPS`], and tells it. Other names of
/// an entry go too: no text is found by them, and a circle could close through one.
pub(super) fn bound(raw: &mut RawBibliography<'_>) -> Vec<(String, Range<usize>)> {
    let is_alias = |field: &str| field.eq_ignore_ascii_case("ids");
    raw.entries.iter_mut().for_each(|entry| entry.v.fields.retain(|pair| !is_alias(pair.key.v)));
    let mut wrong = bound_dates(raw);
    wrong.extend(bound_abbreviations(raw));
    wrong.extend(bound_parents(raw));
    wrong
}

fn bound_abbreviations(raw: &mut RawBibliography<'_>) -> Vec<(String, Range<usize>)> {
    let mut uses: HashMap<&str, (usize, Vec<&str>)> = HashMap::new();
    for pair in &raw.abbreviations {
        let (mut length, mut used) = (0, Vec::new());
        for chunk in &pair.value.v {
            match chunk.v {
                RawChunk::Normal(text) => length += text.len(),
                RawChunk::Abbreviation(name) => used.push(name),
            }
        }
        uses.insert(pair.key.v, (length, used));
    }
    let is_endless = |name: &&str| {
        let mut length = 0;
        let next = |name: &str| {
            let (own, used) = uses.get(name).cloned().unwrap_or_default();
            length += own;
            used
        };
        !ends(name, next) || length > LENGTH
    };
    let endless: Vec<&str> = uses.keys().copied().filter(is_endless).collect();
    let mut wrong = Vec::new();
    raw.abbreviations.retain(|pair| {
        let is_good = !endless.contains(&pair.key.v);
        if !is_good {
            let message = format!("the abbreviation `{}` stands for itself or for endless text", pair.key.v);
            wrong.push((message, pair.key.span.clone()));
        }
        is_good
    });
    wrong
}

/// Takes out dates whose numbers no calendar has. A month or a day goes without a word: the
/// year is shown all the same.
fn bound_dates(raw: &mut RawBibliography<'_>) -> Vec<(String, Range<usize>)> {
    let own: Vec<&str> = raw.abbreviations.iter().map(|pair| pair.key.v).collect();
    let mut wrong = Vec::new();
    for entry in raw.entries.iter_mut().map(|entry| &mut entry.v) {
        let key = entry.key.v;
        entry.fields.retain(|pair| {
            let field = pair.key.v.to_ascii_lowercase();
            let is_good = match pair.value.v.as_slice() {
                [chunk] => match chunk.v {
                    RawChunk::Normal(text) => is_countable(&field, text),
                    RawChunk::Abbreviation(name) => !is_date(&field) || (field == "month" && !own.contains(&name)),
                },
                _ => !is_date(&field),
            };
            if !is_good && !matches!(field.as_str(), "month" | "day") {
                wrong.push((format!("the `{field}` of `{key}` is no date"), pair.key.span.clone()));
            }
            is_good
        });
    }
    wrong
}

fn is_date(field: &str) -> bool {
    ["date", "year", "month", "day"].iter().any(|end| field.ends_with(end))
}

/// Whether biblatex can take the numbers in a field for what they are.
fn is_countable(field: &str, text: &str) -> bool {
    let text = text.trim();
    let longest = |limit: usize| text.split(|c: char| !c.is_ascii_digit()).all(|digits| digits.len() <= limit);
    match field {
        _ if !is_date(field) => true,
        "month" | "day" => longest(2) && !(text.contains('0') && text.chars().all(|c| c == '0')),
        _ if field.ends_with("year") => longest(4),
        _ if field.ends_with("date") => text.split('/').all(|end| is_day(end.trim().trim_end_matches(['?', '~', '%']))),
        _ => longest(2),
    }
}

/// A date of BibLaTeX: `2019-07-01`, also with a time, `199X` for a decade, or open.
fn is_day(text: &str) -> bool {
    let (day, time) = text.split_once('T').unwrap_or((text, ""));
    let is_decade = text.len() == 4 && text.trim_end_matches('X').bytes().all(|byte| byte.is_ascii_digit());
    let is_time =
        time.split([':', '+', '-', 'Z']).all(|part| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()));
    matches!(text, "" | "..")
        || (is_decade && text.trim_end_matches('X').len() >= 2)
        || (is_time && PartialDate::parse(day).is_some())
}

fn bound_parents(raw: &mut RawBibliography<'_>) -> Vec<(String, Range<usize>)> {
    let entries = || raw.entries.iter().map(|entry| &entry.v);
    let parents: HashMap<&str, Vec<&str>> = entries().map(|entry| (entry.key.v, parents(entry))).collect();
    let next = |key: &str| parents.get(key).cloned().unwrap_or_default();
    let endless: Vec<bool> =
        entries().map(|entry| !ends(entry.key.v, next) || links(entry).any(|(_, text)| text.is_none())).collect();
    let mut wrong = Vec::new();
    for (entry, _) in raw.entries.iter_mut().zip(endless).filter(|(_, is_endless)| *is_endless) {
        let entry = &mut entry.v;
        let message =
            format!("`{}` refers to itself, or to too many others, through `crossref` or `xdata`", entry.key.v);
        wrong.push((message, entry.key.span.clone()));
        entry.fields.retain(|pair| !is_link(pair.key.v));
    }
    wrong
}

/// Whether the way from `start` ends within [`STEPS`].
fn ends<'t>(start: &'t str, mut next: impl FnMut(&'t str) -> Vec<&'t str>) -> bool {
    let mut open = vec![start];
    for _ in 0..STEPS {
        let Some(name) = open.pop() else { return true };
        open.extend(next(name));
    }
    open.is_empty()
}

fn parents<'t>(entry: &RawEntry<'t>) -> Vec<&'t str> {
    let texts = links(entry).filter_map(|(name, text)| Some((name, text?)));
    let keys = texts.flat_map(
        |(name, text)| if name.eq_ignore_ascii_case("xdata") { text.split(',').collect() } else { vec![text] },
    );
    keys.map(str::trim).collect()
}

/// The fields that refer to other entries. `None` for a text that TeX would read
/// otherwise than it stands: what it names is not known then.
fn links<'e, 't>(entry: &'e RawEntry<'t>) -> impl Iterator<Item = (&'t str, Option<&'t str>)> + 'e {
    entry.fields.iter().filter(|pair| is_link(pair.key.v)).map(|pair| {
        let text = match pair.value.v.as_slice() {
            [chunk] => match chunk.v {
                RawChunk::Normal(text) if !text.contains(['\\', '{', '}', '$', '~', '%', '"']) => Some(text),
                _ => None,
            },
            _ => None,
        };
        (pair.key.v, text)
    })
}

fn is_link(field: &str) -> bool {
    field.eq_ignore_ascii_case("crossref") || field.eq_ignore_ascii_case("xdata")
}
