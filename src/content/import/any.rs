//! A text that somebody saved or copied: which of the formats it is, and what it says.

use std::sync::Arc;

use super::{Imported, checked, from_bibtex, from_csl_json, from_html, from_ris, ris};
use crate::content::source::{FIELDS, Source, read_record};
use crate::diagnostics::{Diagnostic, Span, Warned};
use crate::source::{SourceText, yaml};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Html,
    BibTex,
    Ris,
    CslJson,
    Yaml,
}

/// Reads a saved web page, BibTeX, RIS, CSL-JSON, or records as a site has them in YAML,
/// told apart by what is in the text. What cannot be read, or cannot be a value of ours,
/// is told and left out.
///
/// ```
/// use weeknotes::content::read_any;
/// use weeknotes::source::SourceText;
/// let text = SourceText::new("cited.txt", "TY  - BOOK\nTI  - On Tuesdays\nER  -\n");
/// assert_eq!(read_any(&text).value[0].title.as_deref(), Some("On Tuesdays"));
/// ```
pub fn read_any(text: &SourceText) -> Warned<Vec<Source>> {
    let mut found = Vec::new();
    let is_page = kind(&text.text) == Kind::Html;
    let imported = match kind(&text.text) {
        Kind::Yaml => return records(text),
        Kind::Html => vec![Imported { source: from_html(&text.text), range: 0..0 }],
        Kind::BibTex => bibtex(text, &mut found),
        Kind::Ris => from_ris(&text.text),
        Kind::CslJson => csl_json(text, &mut found),
    };
    // The first line of a page shows nothing of what is wrong in it.
    let place = |range| if is_page { Span::file(Arc::clone(&text.path)) } else { text.span(range) };
    let sources: Vec<Source> =
        imported.into_iter().map(|one| checked(one.source, &place(one.range), &mut found)).collect();
    let is_told = |one: &Source| one.title.is_some() || one.url.is_some() || one.doi.is_some() || one.by().is_some();
    let value: Vec<Source> = sources.into_iter().filter(is_told).collect();
    if value.is_empty() && !found.iter().any(Diagnostic::is_error) {
        found.push(nothing(text));
    }
    Warned { value, diagnostics: found }
}

fn kind(text: &str) -> Kind {
    let text = text.trim_start();
    if text.starts_with('<') {
        return Kind::Html;
    }
    if text.lines().any(|line| ris::tag(line).is_some_and(|(tag, _)| tag == "TY")) {
        return Kind::Ris;
    }
    if text.lines().any(is_entry) {
        return Kind::BibTex;
    }
    // A record in braces is YAML that looks like JSON, and JSON that is broken is told as such.
    let is_json = text.starts_with(['{', '['])
        && (serde_json::from_str::<serde_json::Value>(text).is_ok() || text.contains("\"type\""));
    if is_json { Kind::CslJson } else { Kind::Yaml }
}

/// `@book{yalom2020,`
fn is_entry(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix('@') else { return false };
    let name = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    name > 0 && rest[name..].trim_start().starts_with(['{', '('])
}

fn records(text: &SourceText) -> Warned<Vec<Source>> {
    let mut found = Vec::new();
    let whole = 0..text.text.len();
    let value: yaml::Value = yaml::read(text, whole.clone(), "record", &FIELDS).drain(&mut found);
    let mut places = yaml::Places::new(text, whole);
    let listed = value.get("sources").cloned().unwrap_or(value);
    let entries = match listed {
        yaml::Value::Sequence(entries) => entries,
        one @ yaml::Value::Mapping(_) => vec![one],
        _ => Vec::new(),
    };
    let mut value = Vec::with_capacity(entries.len());
    for entry in &entries {
        let place = places.ahead(entry);
        if let Some(source) = read_record(entry, &mut places, &mut found) {
            value.push(checked(source, &place, &mut found));
        }
    }
    if value.is_empty() && !found.iter().any(Diagnostic::is_error) {
        found.push(nothing(text));
    }
    Warned { value, diagnostics: found }
}

fn nothing(text: &SourceText) -> Diagnostic {
    let what = if text.text.trim().is_empty() { "there is nothing in this" } else { "there is no source in this" };
    Diagnostic::error("no-source", what)
        .at(text.span(0..text.text.find('\n').unwrap_or(text.text.len())))
        .help("give a web page as the browser saves it, or BibTeX, RIS, CSL-JSON or YAML")
}

/// Entries of BibTeX; what cannot be read is told.
pub(in crate::content) fn bibtex(text: &SourceText, found: &mut Vec<Diagnostic>) -> Vec<Imported> {
    let (read, wrong) = from_bibtex(&text.text);
    found.extend(wrong.into_iter().map(|(message, range)| {
        Diagnostic::error("library", format!("this BibTeX entry cannot be read in full: {message}"))
            .at(text.span(range))
            .help("mend it there: often a brace or a comma is missing; all other entries are read")
    }));
    read
}

/// Items of CSL-JSON, or why there are none.
pub(in crate::content) fn csl_json(text: &SourceText, found: &mut Vec<Diagnostic>) -> Vec<Imported> {
    from_csl_json(&text.text).unwrap_or_else(|(message, range)| {
        let diagnostic = Diagnostic::error("library", format!("this file cannot be read as CSL-JSON: {message}"));
        found.push(diagnostic.at(text.span(range)).help("export it anew: Zotero calls the format CSL JSON"));
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_known_by_what_is_in_it() {
        for (text, expected) in [
            ("\n<!doctype html><title>A</title>", Kind::Html),
            ("% exported\n@article{a,\n title={A}}", Kind::BibTex),
            ("TY  - JOUR\nER  -", Kind::Ris),
            ("[{\"id\": \"a\", \"type\": \"book\"}]", Kind::CslJson),
            ("{\"type\": \"book\",", Kind::CslJson),
            ("{organisation: APA, title: Group therapy}", Kind::Yaml),
            ("- id: a\n  author: '@someone'\n", Kind::Yaml),
            ("", Kind::Yaml),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn records_in_every_frame() {
        for text in ["title: A", "- title: A", "sources:\n  - title: A\n", "{title: A}", "[{title: A}]"] {
            let read = read_any(&SourceText::new("a.yaml", text));
            assert_eq!((read.value.len(), read.diagnostics.len()), (1, 0), "{text}: {:?}", read.diagnostics);
        }
    }

    #[test]
    fn no_text_is_too_short() {
        for text in [
            "<!-- saved from url=(1)x --><html lang=ö><title>Ä &amp; – B</title><meta name=citation_author content='Ä, Ö'><script type=application/ld+json>[{\"@type\": \"Article\", \"name\": \"Ä&amp;\", \"author\": [{\"name\": \"Ö Ü\"}]}]</script>",
            "TY  - JOUR\nAU  - Ä, Ö\nSP  - –\nPY  - 2019//Ä\nER  - ",
            "@book{ä, title = {Ö {Ü}}, author = {Ä and {Ö}}, date = {2019-02}}",
            "[{\"id\": \"ä\", \"type\": \"book\", \"title\": \"<i>Ö</i>\", \"issued\": {\"date-parts\": [[2019]]}}]",
            "- title: Ä\n  author: [Ö, {family: Ü}]\n",
        ] {
            for (at, _) in text.char_indices() {
                read_any(&SourceText::new("a", &text[..at]));
                read_any(&SourceText::new("a", &text[at..]));
            }
        }
    }
}
