//! Sources that a text names at its end, as blogs have always done it: a line "Source: …",
//! or a list below "Sources".

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::told::{OPEN, Told, source};
use crate::content::Source;
use crate::markdown::matching;

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

fn blocks<'e, 't>(mut events: Events<'e, 't>) -> Vec<Events<'e, 't>> {
    let mut all = Vec::new();
    while !events.is_empty() {
        let (block, rest) = events.split_at(matching(events) + 1);
        all.push(block);
        events = rest;
    }
    all
}

fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = range.start + text[range].trim_end().len();
    start..text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
}

fn lines(events: Events<'_, '_>) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    let mut is_open = false;
    for (event, range) in events {
        if matches!(event, Event::SoftBreak | Event::HardBreak) {
            match all.last_mut().filter(|line| line.is_in_link()) {
                Some(line) => line.push(" "),
                None => is_open = false,
            }
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
                line.link = Some((line.text.len()..OPEN, dest_url.to_string()));
            }
            Event::End(TagEnd::Link) => {
                let end = line.text.len();
                if let Some((range, _)) = line.link.as_mut().filter(|(range, _)| range.end == OPEN) {
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
            "Source: APA – Psychotherapy: [Understanding\nGroup Therapy ](https://apa.org/x)",
            "[Source: APA – Psychotherapy: Understanding Group Therapy](https://apa.org/x)",
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

    #[test]
    fn no_text_is_too_short() {
        let text =
            "Words[^1]\n\n**Sources:**\n1. ([Ä ](https://ä.org/ö), *Ü*, (2019).\n2. <https://b.org>) – , - \"é\"\n";
        for (at, _) in text.char_indices() {
            ending(text, at..text.len());
            ending(&text[..at], 0..at);
            let line = format!("Source: {}", &text[at..]);
            ending(&line, 0..line.len());
        }
    }
}
