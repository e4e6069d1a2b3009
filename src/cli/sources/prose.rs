//! Sources that a text names at its end, as blogs have always done it: a line "Source: …",
//! or a list below "Sources".

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::content::{Name, Organisation, PartialDate, Source, bare_doi};

/// What the end of a text names.
#[derive(Debug)]
pub(super) struct Ending {
    /// The lines that name it, in bytes of the text.
    pub(super) range: Range<usize>,
    pub(super) sources: Vec<Source>,
}

/// A line shorter than this was ended by its author, not by the width of a page.
const WRAPPED: usize = 60;

/// Finds the sources at the end of a text. Behind them there may be footnotes.
pub(super) fn ending(text: &str, body: Range<usize>) -> Option<Ending> {
    let base = body.start;
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST;
    let events: Vec<(Event<'_>, Range<usize>)> = Parser::new_ext(&text[body], options)
        .into_offset_iter()
        .map(|(event, range)| (event, range.start + base..range.end + base))
        .collect();
    let mut blocks = blocks(&events);
    while blocks.last().is_some_and(|block| matches!(block[0].0, Event::Start(Tag::FootnoteDefinition(_)))) {
        blocks.pop();
    }
    let (last, before) = blocks.split_last()?;
    let found = match &last[0].0 {
        Event::Start(Tag::Paragraph) => paragraph(last),
        Event::Start(Tag::List(_)) => list(last, before.last()?),
        _ => None,
    };
    let (range, told) = found?;
    let sources: Vec<Source> = told.iter().filter_map(source).collect();
    (sources.len() == told.len() && !sources.is_empty()).then(|| Ending { range: whole_lines(text, range), sources })
}

type Events<'e, 't> = &'e [(Event<'t>, Range<usize>)];

fn blocks<'e, 't>(events: Events<'e, 't>) -> Vec<Events<'e, 't>> {
    let mut all = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            all.push(&events[start..=at]);
            start = at + 1;
        }
    }
    all
}

fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = range.start + text[range].trim_end().len();
    start..text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
}

/// Words of a line, and the first link among them.
#[derive(Debug, Default, Clone, PartialEq)]
struct Told {
    start: usize,
    text: String,
    link: Option<(Range<usize>, String)>,
}

impl Told {
    fn push(&mut self, words: &str) {
        self.text.push_str(words);
    }

    /// Another line that goes on with it.
    fn join(&mut self, other: Self) {
        self.push(" ");
        let by = self.text.len();
        self.push(&other.text);
        let shifted = other.link.map(|(range, url)| (range.start + by..range.end + by, url));
        self.link = self.link.take().or(shifted);
    }

    /// Without its first bytes, and the space around.
    fn skip(&self, bytes: usize) -> Self {
        let rest = &self.text[bytes..];
        let cut = bytes + rest.len() - rest.trim_start().len();
        let link = self.link.clone().filter(|(range, _)| range.start >= cut);
        Self {
            start: self.start,
            text: self.text[cut..].trim_end().to_owned(),
            link: link.map(|(range, url)| (range.start - cut..range.end - cut, url)),
        }
    }
}

fn lines(events: Events<'_, '_>) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    let mut is_open = false;
    for (event, range) in events {
        if matches!(event, Event::SoftBreak | Event::HardBreak) {
            is_open = false;
            continue;
        }
        if matches!(
            event,
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::List(_) | Tag::Item) | Event::End(_)
        ) && !is_open
        {
            continue;
        }
        if !is_open {
            all.push(Told { start: range.start, ..Told::default() });
            is_open = true;
        }
        let Some(line) = all.last_mut() else { continue };
        match event {
            Event::Text(words) | Event::Code(words) | Event::InlineHtml(words) => line.push(words),
            Event::Start(Tag::Link { dest_url, .. }) if line.link.is_none() => {
                line.link = Some((line.text.len()..usize::MAX, dest_url.to_string()));
            }
            Event::End(TagEnd::Link) => {
                let end = line.text.len();
                if let Some((range, _)) = line.link.as_mut().filter(|(range, _)| range.end == usize::MAX) {
                    range.end = end;
                }
            }
            _ => {}
        }
    }
    all.retain(|line| !line.text.trim().is_empty());
    all
}

/// How long "Source: " is at the start of a line.
fn lead(line: &str) -> Option<usize> {
    let word = ["sources", "source"]
        .into_iter()
        .find(|word| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))?;
    line[word.len()..].trim_start().starts_with(':').then(|| line.find(':').unwrap_or_default() + 1)
}

/// Its last lines, from the first that begins with "Source:".
fn paragraph(events: Events<'_, '_>) -> Option<(Range<usize>, Vec<Told>)> {
    let end = events[0].1.end;
    let lines = lines(events);
    let first = lines.iter().position(|line| lead(&line.text).is_some())?;
    let start = lines[first].start;
    let mut told: Vec<Told> = Vec::new();
    let mut width = 0;
    for line in lines.into_iter().skip(first) {
        let next_width = line.text.chars().count();
        match lead(&line.text) {
            Some(bytes) => told.push(line.skip(bytes)),
            None if width >= WRAPPED => told.last_mut()?.join(line),
            None => return None,
        }
        width = next_width;
    }
    Some((start..end, told))
}

/// A list below a line or heading that says "Sources".
fn list(events: Events<'_, '_>, before: Events<'_, '_>) -> Option<(Range<usize>, Vec<Told>)> {
    let is_heading = matches!(before[0].0, Event::Start(Tag::Heading { .. }));
    let title = lines(before).pop()?;
    let word = title.text.trim().trim_end_matches(':').to_lowercase();
    let is_title = matches!(word.as_str(), "source" | "sources") && (is_heading || title.text.trim().ends_with(':'));
    if !is_title {
        return None;
    }
    let mut told = Vec::new();
    let mut start = None;
    let mut depth = 0;
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Item) => {
                depth += 1;
                start = start.or(Some(at + 1));
            }
            Event::End(TagEnd::Item) => {
                depth -= 1;
                if let Some(from) = start.take_if(|_| depth == 0) {
                    told.push(lines(&events[from..at]).into_iter().reduce(|mut all, line| {
                        all.join(line);
                        all
                    })?);
                }
            }
            _ => {}
        }
    }
    Some((title.start..events[0].1.end, told))
}

/// A record of what a line says. Nothing of the line is lost: what fits no field is a note.
fn source(told: &Told) -> Option<Source> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::to_yaml;

    fn told(line: &str) -> String {
        let text = format!("Words before.\n\n{line}\n");
        let Some(ending) = ending(&text, 0..text.len()) else { return String::new() };
        assert_eq!(&text[ending.range], format!("{line}\n"));
        ending.sources.iter().map(to_yaml).collect()
    }

    #[test]
    fn every_form_of_the_line() {
        let founding = "- organisation: APA\n  title: Understanding Group Therapy\n  section: Psychotherapy\n";
        let linked = format!("{founding}  url: https://apa.org/x\n");
        for line in [
            "Source: APA – Psychotherapy: Understanding Group Therapy",
            "Source: APA — Psychotherapy: Understanding Group Therapy.",
            "*Source:* APA - Psychotherapy: Understanding Group Therapy",
            "**Sources**: APA – Psychotherapy: *Understanding Group Therapy*",
        ] {
            assert_eq!(told(line), founding, "{line}");
        }
        for line in [
            "Source: APA – Psychotherapy: [Understanding Group Therapy](https://apa.org/x)",
            "Source: [APA – Psychotherapy: Understanding Group Therapy](https://apa.org/x)",
            "Source: APA – Psychotherapy: Understanding Group Therapy, https://apa.org/x",
            "Source: APA – Psychotherapy: Understanding Group Therapy (<https://apa.org/x>)",
        ] {
            assert_eq!(told(line), linked, "{line}");
        }
    }

    #[test]
    fn titles_first_and_addresses_alone() {
        for (line, yaml) in [
            (
                "Source: [A title](https://a.org), An Organisation, 2019",
                "- organisation: An Organisation\n  title: A title\n  url: https://a.org\n  published: 2019\n",
            ),
            (
                "Source: [A title](https://a.org) (An Organisation, 2019-07)",
                "- organisation: An Organisation\n  title: A title\n  url: https://a.org\n  published: 2019-07\n",
            ),
            (
                "Source: A title, An Organisation, 2019",
                "- organisation: An Organisation\n  title: A title\n  published: 2019\n",
            ),
            ("Source: https://a.org/page", "- url: https://a.org/page\n"),
            ("Source: <https://a.org/page>", "- url: https://a.org/page\n"),
            ("Source: [https://a.org](https://a.org), 2019", "- url: https://a.org\n  published: 2019\n"),
            (
                "Source: Yalom, I. D. – [A book](https://doi.org/10.1037/x)",
                "- author: Yalom, I. D.\n  title: A book\n  doi: 10.1037/x\n",
            ),
            (
                "Source: APA – [A title](https://a.org), seen in a library",
                "- organisation: APA\n  title: A title\n  url: https://a.org\n  note: seen in a library\n",
            ),
            ("Source: A title", "- title: A title\n"),
        ] {
            assert_eq!(told(line), yaml, "{line}");
        }
    }

    #[test]
    fn lists_and_several_lines() {
        let two = "- organisation: A\n  title: One\n- organisation: B\n  title: Two\n";
        for text in [
            "Source: A – One\nSource: B – Two",
            "Sources:\n\n- A – One\n- B – Two",
            "Sources:\n1. A – One\n2. B – Two",
            "## Sources\n\n* A – One\n\n* B – Two",
        ] {
            assert_eq!(told(text), two, "{text}");
        }
        let wrapped = "Source: American Psychological Association – Psychotherapy: Understanding\nGroup Therapy";
        assert!(told(wrapped).contains("title: Understanding Group Therapy"));
    }

    #[test]
    fn what_is_no_source_line() {
        for text in [
            "Source: A – One\n\nThe end.",
            "Source: A – One\nSee you next week.",
            "```\nSource: A – One\n```",
            "> Source: A – One",
            "The Source: A",
            "Sources\n\n- A",
            "Source:",
            "- Source: A – One",
            "",
        ] {
            assert!(ending(text, 0..text.len()).is_none(), "{text}");
        }
        let noted = "Words.[^1]\n\nSource: A – One\n\n[^1]: A note\n    that goes on.\n";
        assert_eq!(&noted[ending(noted, 0..noted.len()).expect("a line").range], "Source: A – One\n");
    }
}
