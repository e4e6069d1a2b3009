//! BibTeX and BibLaTeX.

use std::fmt::Write as _;
use std::ops::Range;

use biblatex::{Bibliography, ChunksExt, DateValue, Entry, EntryType, PermissiveType, RawBibliography};

use super::Imported;
use super::bounded::bound;
use crate::content::source::{Name, Organisation, PartialDate, Source, WorkKind};

/// Reads every entry of a text, and what is wrong in it. An entry that cannot be read
/// does not hide the next.
///
/// ```
/// use weeknotes::content::from_bibtex;
/// let (read, wrong) = from_bibtex("@book{a, title = {On {Tuesdays}}, author = {Poe, Ann}, year = 2020}");
/// assert!(wrong.is_empty());
/// assert_eq!(read[0].source.title.as_deref(), Some("On Tuesdays"));
/// ```
pub fn from_bibtex(text: &str) -> (Vec<Imported>, Vec<(String, Range<usize>)>) {
    read(text).unwrap_or_else(|_| piecewise(text))
}

/// What was read, and what of it was left out.
type Read = (Vec<Imported>, Vec<(String, Range<usize>)>);

fn read(text: &str) -> Result<Read, (String, Range<usize>)> {
    let inside = |range: Range<usize>| range.start.min(text.len())..range.end.min(text.len());
    let wrong = |error: biblatex::ParseError| (error.kind.to_string(), inside(error.span));
    let mut raw = RawBibliography::parse(text).map_err(wrong)?;
    let bounds = bound(&mut raw);
    let places: Vec<Range<usize>> = raw.entries.iter().map(|entry| inside(entry.v.key.span.clone())).collect();
    let all = Bibliography::from_raw(raw).map_err(wrong)?;
    let read = all.iter().zip(places).map(|(entry, range)| Imported { source: source(entry), range });
    Ok((read.collect(), bounds))
}

/// Each entry alone, with the abbreviations of the whole text before it.
fn piecewise(text: &str) -> (Vec<Imported>, Vec<(String, Range<usize>)>) {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(
            text.match_indices('@')
                .map(|(at, _)| at)
                .filter(|at| text[..*at].trim_end_matches([' ', '\t']).ends_with('\n')),
        )
        .chain([text.len()])
        .collect();
    let pieces: Vec<(usize, &str)> = starts.windows(2).map(|pair| (pair[0], &text[pair[0]..pair[1]])).collect();
    let strings: String = pieces.iter().map(|(_, piece)| *piece).filter(|piece| is_abbreviation(piece)).collect();
    let (mut found, mut wrong): (Vec<Imported>, Vec<_>) = (Vec::new(), Vec::new());
    for (at, piece) in pieces.into_iter().filter(|(_, piece)| !piece.trim().is_empty() && !is_abbreviation(piece)) {
        let whole = format!("{strings}{piece}");
        match read(&whole) {
            Ok((read, left_out)) => {
                let place = |range: &Range<usize>| back(range, strings.len(), at, text);
                found.extend(read.into_iter().map(|one| Imported { range: place(&one.range), ..one }));
                let own = left_out.into_iter().filter(|(_, range)| range.start >= strings.len());
                wrong.extend(own.map(|(message, range)| (message, place(&range))));
            }
            Err((message, range)) if range.start >= whole.trim_end().len() => {
                let head = piece.lines().next().unwrap_or_default();
                wrong.push((message, at..at + head.trim_end().len()));
            }
            Err((message, range)) => wrong.push((message, back(&range, strings.len(), at, text))),
        }
    }
    (found, wrong)
}

fn is_abbreviation(piece: &str) -> bool {
    piece.trim_start().get(..7).is_some_and(|head| head.eq_ignore_ascii_case("@string"))
}

/// A range of a piece behind the abbreviations as one of the whole text.
fn back(range: &Range<usize>, lead: usize, at: usize, text: &str) -> Range<usize> {
    let place = |end: usize| {
        let mut end = (end.saturating_sub(lead) + at).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        end
    };
    place(range.start)..place(range.end).max(place(range.start))
}

fn source(entry: &Entry) -> Source {
    let text = |key: &str| entry.get(key).map(ChunksExt::format_verbatim).filter(|text| !text.trim().is_empty());
    let title = text("title").map(|title| match text("subtitle") {
        Some(subtitle) => format!("{title}: {subtitle}"),
        None => title,
    });
    let kind = kind(entry);
    let holder = text("organization").or_else(|| text("institution")).or_else(|| text("school"));
    let (authors, organisation) = authors(entry, holder.clone());
    let container = text("journaltitle").or_else(|| text("journal")).or_else(|| text("booktitle"));
    let is_page = kind == WorkKind::WebPage;
    let archived = text("archiveurl").map(|url| crate::content::source::Archived { url, date: None });
    Source {
        id: Some(entry.key.clone()),
        kind: Some(kind),
        authors,
        organisation,
        editors: entry
            .editors()
            .ok()
            .and_then(|all| all.into_iter().next())
            .map(|(all, _)| names(&all))
            .unwrap_or_default(),
        title,
        site: container.clone().filter(|_| is_page),
        container: container.filter(|_| !is_page),
        publisher: text("publisher").or(holder.filter(|_| kind == WorkKind::Report)),
        volume: text("volume"),
        issue: text("number").filter(|_| kind == WorkKind::Article).or_else(|| text("issue")),
        number: text("number").filter(|_| kind != WorkKind::Article),
        pages: text("pages").map(|pages| pages.replace("--", "–").replace('-', "–")),
        edition: text("edition"),
        url: text("url").or_else(|| text("howpublished").filter(|url| url.starts_with("http"))),
        doi: text("doi"),
        pmid: text("pmid").or_else(|| {
            text("eprint").filter(|_| text("eprinttype").is_some_and(|kind| kind.eq_ignore_ascii_case("pubmed")))
        }),
        isbn: text("isbn"),
        published: entry.date().ok().as_ref().and_then(date),
        accessed: entry.url_date().ok().as_ref().and_then(date),
        archived,
        language: text("langid").or_else(|| text("language")),
        note: text("annotation").or_else(|| text("annote")),
        ..Source::default()
    }
}

/// Braces around the whole name keep a body's name in one piece: `{World Health Organization}`.
fn authors(entry: &Entry, holder: Option<String>) -> (Vec<Name>, Option<Organisation>) {
    let people: Vec<Name> = entry.author().map(|all| names(&all)).unwrap_or_default();
    match people.as_slice() {
        [Name::Literal(name)] => (Vec::new(), Some(Organisation { name: name.clone(), short: None })),
        [] => (Vec::new(), holder.map(|name| Organisation { name, short: None })),
        _ => (people, None),
    }
}

fn names(people: &[biblatex::Person]) -> Vec<Name> {
    let name = |person: &biblatex::Person| {
        if person.given_name.is_empty() && person.suffix.is_empty() {
            return Name::Literal([person.prefix.as_str(), person.name.as_str()].join(" ").trim().to_owned());
        }
        let family = [person.prefix.as_str(), person.name.as_str()].join(" ").trim().to_owned();
        let given = match person.suffix.as_str() {
            "" => person.given_name.clone(),
            suffix => format!("{}, {suffix}", person.given_name),
        };
        Name::Person { family, given }
    };
    people.iter().map(name).collect()
}

fn kind(entry: &Entry) -> WorkKind {
    let subtype = entry.get("entrysubtype").map(ChunksExt::format_verbatim).unwrap_or_default();
    let newspaper = matches!(subtype.as_str(), "newspaper" | "magazine");
    match &entry.entry_type {
        EntryType::Article | EntryType::SuppPeriodical | EntryType::Periodical if newspaper => WorkKind::News,
        EntryType::Article | EntryType::SuppPeriodical | EntryType::InProceedings => WorkKind::Article,
        EntryType::Book | EntryType::MvBook | EntryType::Collection | EntryType::MvCollection | EntryType::Booklet => {
            WorkKind::Book
        }
        EntryType::InBook
        | EntryType::InCollection
        | EntryType::BookInBook
        | EntryType::SuppBook
        | EntryType::InReference => WorkKind::Chapter,
        EntryType::Report
        | EntryType::TechReport
        | EntryType::Manual
        | EntryType::Thesis
        | EntryType::PhdThesis
        | EntryType::MastersThesis => WorkKind::Report,
        EntryType::Online => WorkKind::WebPage,
        EntryType::Unknown(kind) => match kind.to_lowercase().as_str() {
            "online" | "electronic" | "www" => WorkKind::WebPage,
            "video" | "movie" => WorkKind::Video,
            "audio" | "podcast" => WorkKind::Podcast,
            "letter" => WorkKind::PersonalCommunication,
            _ => WorkKind::Document,
        },
        EntryType::Misc if entry.get("url").is_some() => WorkKind::WebPage,
        _ => WorkKind::Document,
    }
}

/// Months and days count from nought there; of a span the end is what a style prints last.
fn date(date: &PermissiveType<biblatex::Date>) -> Option<PartialDate> {
    let PermissiveType::Typed(date) = date else { return None };
    let (DateValue::At(at) | DateValue::After(at) | DateValue::Before(at) | DateValue::Between(at, _)) = date.value;
    let mut text = format!("{:04}", at.year);
    for part in [at.month, at.day].into_iter().map_while(|part| part) {
        write!(text, "-{:02}", part + 1).expect("writing to a string never fails");
    }
    PartialDate::parse(&text)
}
