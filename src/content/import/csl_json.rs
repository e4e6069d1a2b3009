//! CSL-JSON, as Zotero and others write it.

use std::ops::Range;

use serde_json::{Map, Value};

use super::Imported;
use crate::content::source::{Archived, Name, Organisation, PartialDate, Source, WorkKind};

/// Reads a list of items, or one item alone
/// (<https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables>).
///
/// # Errors
/// Why it is no CSL-JSON, with line and column where the parser knows them.
///
/// ```
/// use weeknotes::content::from_csl_json;
/// let text = r#"[{"id": "a", "type": "book", "title": "On Tuesdays", "issued": {"date-parts": [[2020, 3]]}}]"#;
/// let read = from_csl_json(text).unwrap();
/// assert_eq!(read[0].source.published.unwrap().to_string(), "2020-03");
/// ```
pub fn from_csl_json(text: &str) -> Result<Vec<Imported>, (String, Range<usize>)> {
    let value: Value = serde_json::from_str(text).map_err(|error| (error.to_string(), place_of(text, &error)))?;
    let items = match value {
        Value::Array(items) => items,
        item @ Value::Object(_) => vec![item],
        _ => return Err(("it is no list of items".to_owned(), 0..0)),
    };
    let mut from = 0;
    let read = items.iter().filter_map(Value::as_object).map(|item| {
        let id = item.get("id").map(plain).unwrap_or_default();
        let written = Value::from(id.as_str()).to_string();
        let at = text[from..].find(&written).map_or(from, |at| from + at + 1);
        from = at;
        Imported { source: source(item), range: at..at + if at > 0 { id.len() } else { 0 } }
    });
    Ok(read.collect())
}

fn place_of(text: &str, error: &serde_json::Error) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = (start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at..at
}

fn source(item: &Map<String, Value>) -> Source {
    let text = |key: &str| item.get(key).map(plain).filter(|text| !text.is_empty());
    let kind = text("type").map(|kind| kind_of(&kind, item));
    let mut authors = names(item, "author");
    for role in ["host", "director", "interviewer"] {
        if authors.is_empty() {
            authors = names(item, role);
        }
    }
    let (authors, organisation) = split_organisation(authors);
    let is_page = kind == Some(WorkKind::WebPage);
    let container = text("container-title");
    Source {
        id: text("id"),
        kind,
        authors,
        organisation,
        editors: names(item, "editor"),
        title: text("title"),
        section: text("section"),
        site: container.clone().filter(|_| is_page),
        container: container.filter(|_| !is_page),
        publisher: text("publisher"),
        volume: text("volume"),
        issue: text("issue"),
        number: text("number"),
        pages: text("page").map(|pages| pages.replace('-', "–")),
        edition: text("edition"),
        url: text("URL"),
        doi: text("DOI"),
        pmid: text("PMID"),
        isbn: text("ISBN"),
        published: date(item.get("issued")),
        accessed: date(item.get("accessed")),
        archived: text("archive_location")
            .filter(|place| place.starts_with("http"))
            .map(|url| Archived { url, date: None }),
        language: text("language"),
        note: text("annote").or_else(|| text("note").filter(|note| !is_extra(note))),
        ..Source::default()
    }
}

/// Zotero puts fields that CSL does not know into `note`, one on a line.
fn is_extra(note: &str) -> bool {
    note.lines().next().is_some_and(|line| line.split_once(": ").is_some_and(|(key, _)| !key.contains(' ')))
}

fn kind_of(kind: &str, item: &Map<String, Value>) -> WorkKind {
    match kind {
        "webpage" | "post" | "post-weblog" => WorkKind::WebPage,
        "article-journal" | "article" | "paper-conference" | "review" | "review-book" => WorkKind::Article,
        "article-magazine" | "article-newspaper" => WorkKind::News,
        "chapter" | "entry" | "entry-dictionary" | "entry-encyclopedia" => WorkKind::Chapter,
        "book" | "collection" | "classic" => WorkKind::Book,
        "report" | "standard" | "pamphlet" | "thesis" => WorkKind::Report,
        "song" | "broadcast" if item.get("medium").map(plain).unwrap_or_default().to_lowercase().contains("video") => {
            WorkKind::Video
        }
        "song" | "broadcast" => WorkKind::Podcast,
        "motion_picture" | "performance" => WorkKind::Video,
        "interview" => WorkKind::Interview,
        "personal_communication" => WorkKind::PersonalCommunication,
        _ => WorkKind::Document,
    }
}

/// A single author without parts is the body that answers for the work.
fn split_organisation(authors: Vec<Name>) -> (Vec<Name>, Option<Organisation>) {
    match authors.as_slice() {
        [Name::Literal(name)] => (Vec::new(), Some(Organisation { name: name.clone(), short: None })),
        _ => (authors, None),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => without_tags(text),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// CSL-JSON allows a little HTML in titles: `<i>`, `<b>`, `<sub>`, `<sup>`, `<span>`.
fn without_tags(text: &str) -> String {
    const TAGS: [&str; 6] = ["i", "b", "sub", "sup", "sc", "span"];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let name = tag[1..].trim_start_matches('/').split([' ', '>']).next().unwrap_or_default();
        match tag.find('>').filter(|_| TAGS.contains(&name)) {
            Some(end) => rest = &tag[end + 1..],
            None => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    out.trim().to_owned()
}

fn names(item: &Map<String, Value>, role: &str) -> Vec<Name> {
    let all = item.get(role).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(Value::as_object).filter_map(name).collect()
}

fn name(name: &Map<String, Value>) -> Option<Name> {
    let text = |key: &str| name.get(key).map(plain).filter(|text| !text.is_empty());
    if let Some(literal) = text("literal") {
        return Some(Name::Literal(literal));
    }
    let particle = text("non-dropping-particle").or_else(|| text("dropping-particle"));
    let family = match (particle, text("family")) {
        (Some(particle), Some(family)) => format!("{particle} {family}"),
        (_, Some(family)) => family,
        (_, None) => return text("given").map(Name::Literal),
    };
    let given = [text("given"), text("suffix")].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Some(Name::Person { family, given })
}

fn date(value: Option<&Value>) -> Option<PartialDate> {
    let value = value?;
    if let Some(raw) = value.get("raw").or_else(|| value.get("literal")).and_then(Value::as_str) {
        return PartialDate::parse(raw);
    }
    let parts = value.get("date-parts")?.get(0)?.as_array()?;
    let parts: Vec<String> = parts
        .iter()
        .map(plain)
        .enumerate()
        .map(|(at, part)| if at == 0 { format!("{part:0>4}") } else { part })
        .collect();
    PartialDate::parse(&parts.join("-"))
}
