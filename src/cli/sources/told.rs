//! A line of prose that names a source, taken apart.

use std::ops::Range;

use crate::content::{Name, Organisation, PartialDate, Source, bare_doi};

/// Words of a line, and the first link among them.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Told {
    /// Where it begins, in bytes of the text.
    pub(super) start: usize,
    pub(super) text: String,
    /// Where the link's words stand in `text`, and its address.
    pub(super) link: Option<(Range<usize>, String)>,
}

/// The end of a link whose words are still being read.
pub(super) const OPEN: usize = usize::MAX;

impl Told {
    pub(super) fn is_in_link(&self) -> bool {
        self.link.as_ref().is_some_and(|(range, _)| range.end == OPEN)
    }

    pub(super) fn push(&mut self, words: &str) {
        self.text.push_str(words);
    }

    /// Another line that goes on with it.
    pub(super) fn join(&mut self, other: Self) {
        self.push(" ");
        let by = self.text.len();
        self.push(&other.text);
        let shifted = other.link.map(|(range, url)| (range.start + by..range.end + by, url));
        self.link = self.link.take().or(shifted);
    }

    /// Without its first bytes, and the space around.
    pub(super) fn skip(&self, bytes: usize) -> Self {
        let rest = &self.text[bytes..];
        let cut = bytes + rest.len() - rest.trim_start().len();
        let text = self.text[cut..].trim_end().to_owned();
        let within = |at: usize| at.max(cut).min(cut + text.len()) - cut;
        let link = self.link.as_ref().map(|(range, url)| (within(range.start)..within(range.end), url.clone()));
        Self { start: self.start, link, text }
    }
}

/// A record of what a line says. Nothing of the line is lost: what fits no field is a note.
pub(super) fn source(told: &Told) -> Option<Source> {
    let mut source = Source::default();
    let told = told.skip(0);
    let words = match &told.link {
        Some((_, url)) => {
            locate(&mut source, url);
            told.text.clone()
        }
        None => bare_link(&mut source, &told.text),
    };
    match &told.link {
        Some((range, url)) if &told.text[range.clone()] == url => {
            whole(&mut source, &without(&words, range.clone()));
        }
        Some((range, _)) => {
            let (before, title, after) = (&words[..range.start], &words[range.clone()], &words[range.end..]);
            if trimmed(before).is_empty() && split_dash(title).is_some() {
                whole(&mut source, title);
            } else {
                by_and_section(&mut source, before);
                source.title = text(title);
            }
            rest(&mut source, after);
        }
        None => whole(&mut source, &words),
    }
    (source != Source::default()).then_some(source)
}

fn locate(source: &mut Source, url: &str) {
    match bare_doi(url) {
        Some(doi) => source.doi = Some(doi),
        None => source.url = Some(url.to_owned()),
    }
}

/// Takes an address that stands among the words.
fn bare_link(source: &mut Source, words: &str) -> String {
    let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| words.find(scheme)).min() else {
        return words.to_owned();
    };
    let end = words[start..].find([' ', '>', '"']).map_or(words.len(), |at| start + at);
    let url = words[start..end].trim_end_matches(['.', ',', ';', ')']);
    locate(source, url);
    without(words, start..start + url.len())
}

/// The words around an address, without brackets that held nothing else.
fn without(words: &str, range: Range<usize>) -> String {
    let (before, after) = (words[..range.start].trim_end(), words[range.end..].trim_start());
    let inner = before.strip_suffix(['(', '<']).zip(after.strip_prefix([')', '>']));
    let (before, after) = inner.unwrap_or((before, after));
    format!("{} {}", before.trim_end(), after)
}

/// "American Psychological Association – Psychotherapy: Understanding Group Therapy",
/// "Understanding Group Therapy, American Psychological Association, 2019".
fn whole(source: &mut Source, words: &str) {
    let mut words = trimmed(words).to_owned();
    source.published = take_date(&mut words).or(source.published);
    if let Some((by, title)) = split_dash(&words) {
        name(source, by);
        match title.split_once(": ") {
            Some((section, title)) => (source.section, source.title) = (text(section), text(title)),
            None => source.title = text(title),
        }
        return;
    }
    // With a date behind them, the parts are those of a list: title, body, date.
    match words.rsplit_once(", ").filter(|_| source.published.is_some()) {
        Some((title, by)) => {
            source.title = text(title);
            name(source, by);
        }
        None => source.title = text(&words),
    }
}

/// What stands before a linked title.
fn by_and_section(source: &mut Source, words: &str) {
    let words = trimmed(words);
    match split_dash(words) {
        Some((by, section)) => {
            name(source, by);
            source.section = text(section);
        }
        None => name(source, words),
    }
}

/// What stands behind a linked title.
fn rest(source: &mut Source, words: &str) {
    let mut words = trimmed(words).to_owned();
    source.published = take_date(&mut words).or(source.published);
    let words = trimmed(&words);
    if words.is_empty() {
        return;
    }
    if source.organisation.is_some() || !source.authors.is_empty() {
        source.note = text(words);
    } else {
        name(source, words);
    }
}

/// "Yalom, I. D." is a person; all else is taken for a body.
fn name(source: &mut Source, words: &str) {
    let words = trimmed(words);
    match Name::parse(words) {
        person @ Name::Person { .. } if words.ends_with('.') => source.authors = vec![person],
        _ => source.organisation = text(words).map(|name| Organisation { name, short: None }),
    }
}

fn split_dash(words: &str) -> Option<(&str, &str)> {
    let dashes = [" – ", " — ", " - "].into_iter().filter_map(|dash| words.find(dash).map(|at| (at, dash)));
    let (at, dash) = dashes.min()?;
    let (before, after) = (words[..at].trim(), words[at + dash.len()..].trim());
    (!before.is_empty() && !after.is_empty()).then_some((before, after))
}

/// Takes a date from the end: ", 2019", "(2019-07-01)".
fn take_date(words: &mut String) -> Option<PartialDate> {
    let bare = words.trim_end().trim_end_matches(['.', ')']);
    let start = bare.rfind([' ', '(']).map_or(0, |at| at + 1);
    let date = PartialDate::parse(&bare[start..])?;
    let before = &words[..start];
    let is_apart = before.trim_end().ends_with([',', '(', '.']) || trimmed(before).is_empty();
    if !is_apart {
        return None;
    }
    *words = before.trim_end().trim_end_matches(['(', ',']).trim_end().to_owned();
    Some(date)
}

/// Without the marks that stand between parts, and brackets around the whole.
fn trimmed(words: &str) -> &str {
    let words = words.trim().trim_start_matches(['–', '—', '-', ',', ':', ';', '.']).trim();
    let words = words.trim_end_matches(['–', '—', '-', ',', ':', ';']).trim();
    let inner = words.strip_prefix('(').and_then(|words| words.strip_suffix(')'));
    inner.unwrap_or(words).trim()
}

/// A full stop at the end is the sentence's, unless it is one of an initial's.
fn text(words: &str) -> Option<String> {
    let words = words.trim().trim_matches(['“', '”', '"']);
    let is_initial = words.chars().rev().nth(1).is_some_and(char::is_uppercase);
    let words = if is_initial { words } else { words.strip_suffix('.').unwrap_or(words) };
    (!words.is_empty()).then(|| words.to_owned())
}
