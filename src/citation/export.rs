//! Records for other tools: BibLaTeX and CSL-JSON.

use std::fmt::Write as _;

use super::csl;
use crate::content::{Name, Source, WorkKind};

/// Records in CSL-JSON, a list of items.
///
/// ```
/// use weeknotes::citation::csl_json;
/// use weeknotes::content::Source;
/// let source = Source { id: Some("a".into()), title: Some("On Tuesdays".into()), ..Source::default() };
/// assert!(csl_json([&source]).contains("\"title\": \"On Tuesdays\""));
/// ```
pub fn csl_json<'a>(sources: impl IntoIterator<Item = &'a Source>) -> String {
    let items: Vec<serde_json::Value> = sources.into_iter().map(|source| csl::item(source, &source.key())).collect();
    let mut text = serde_json::to_string_pretty(&items).expect("texts and numbers can be written");
    text.push('\n');
    text
}

/// Records in BibLaTeX.
///
/// ```
/// use weeknotes::citation::bibtex;
/// use weeknotes::content::Source;
/// let source = Source { id: Some("a".into()), title: Some("50% & more".into()), ..Source::default() };
/// assert_eq!(bibtex([&source]), "@misc{a,\n  title = {50\\% \\& more},\n}\n");
/// ```
pub fn bibtex<'a>(sources: impl IntoIterator<Item = &'a Source>) -> String {
    let entries: Vec<String> = sources.into_iter().map(entry).collect();
    entries.join("\n")
}

fn entry(source: &Source) -> String {
    let kind = source.kind();
    let mut out = format!("@{}{{{},\n", entry_type(kind), key(source));
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            writeln!(out, "  {name} = {{{value}}},").expect("writing to a string never fails");
        }
    };
    let organisation = source.organisation.as_ref().map(|one| one.name.as_str());
    let by = match (&source.authors[..], organisation) {
        ([], Some(name)) => Some(format!("{{{}}}", escape(name))),
        ([], None) => None,
        (people, _) => Some(people.iter().map(name).collect::<Vec<_>>().join(" and ")),
    };
    let editors =
        (!source.editors.is_empty()).then(|| source.editors.iter().map(name).collect::<Vec<_>>().join(" and "));
    let text = |value: &Option<String>| value.as_deref().map(escape);
    let container = match kind {
        WorkKind::Chapter => "booktitle",
        WorkKind::WebPage => "organization",
        _ => "journaltitle",
    };
    put("author", by);
    put("editor", editors);
    put("title", text(&source.title));
    put(container, text(&source.container).or_else(|| text(&source.site)));
    put("publisher", text(&source.publisher));
    put("volume", text(&source.volume));
    put("number", text(&source.issue).or_else(|| text(&source.number)));
    put("pages", source.pages.as_deref().map(|pages| escape(pages).replace('–', "--")));
    put("edition", text(&source.edition));
    put("date", source.published.or(source.updated).map(|date| date.to_string()));
    put("doi", source.doi.as_deref().map(verbatim));
    put("url", source.url.as_deref().map(verbatim));
    put("urldate", source.accessed.map(|date| date.to_string()));
    put("pmid", text(&source.pmid));
    put("isbn", text(&source.isbn));
    put("langid", text(&source.language));
    put("annotation", text(&source.note));
    out.push_str("}\n");
    out
}

/// Without what would end a key.
fn key(source: &Source) -> String {
    source
        .key()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '{' | '}' | '"' | '#' | '%' | '=' | '\\' | '(' | ')'))
        .collect()
}

fn entry_type(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::WebPage => "online",
        WorkKind::Article | WorkKind::News => "article",
        WorkKind::Book => "book",
        WorkKind::Chapter => "incollection",
        WorkKind::Report | WorkKind::Guideline => "report",
        WorkKind::Podcast => "audio",
        WorkKind::Video => "video",
        WorkKind::Interview | WorkKind::PersonalCommunication | WorkKind::Document => "misc",
    }
}

fn name(name: &Name) -> String {
    match name {
        Name::Person { .. } => escape(&name.family_first()),
        Name::Literal(literal) => format!("{{{}}}", escape(literal)),
    }
}

/// What means something to TeX.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\\' => out.push_str("\\textbackslash{}"),
            c => out.push(c),
        }
    }
    out
}

/// A field that is taken as it stands: only braces would end it.
fn verbatim(text: &str) -> String {
    text.replace('{', "%7B").replace('}', "%7D")
}
