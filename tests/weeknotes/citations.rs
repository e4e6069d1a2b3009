//! What each citation style prints, as data.
//!
//! The shapes of the records follow the published examples of the style guides
//! (<https://apastyle.apa.org/style-grammar-guidelines/references/examples>).
//! `*…*` is italic, `^…^` raised, `<…>` a link and where it leads, when its text is not that.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use weeknotes::cache::Cache;
use weeknotes::citation::{Cluster, Item, Part, Run, STYLES, Set, Style, bibtex, csl_json, syntax};
use weeknotes::content::{Library, Source, from_bibtex, from_csl_json};
use weeknotes::diagnostics::Span;
use weeknotes::source::{SourceText, SourceTree};

use crate::fixture::{golden, repository};

fn read(name: &str) -> String {
    fs::read_to_string(repository().join("tests/golden/citations").join(name)).expect("a file")
}

fn records(yaml: &str) -> Vec<Arc<Source>> {
    let read = Library::read(&SourceText::new("content/sources.yaml", yaml));
    assert!(read.diagnostics.is_empty(), "{:?}", read.diagnostics);
    read.value.records.iter().map(|record| Arc::clone(&record.source)).collect()
}

fn style(name: &str, language: &str) -> Arc<Style> {
    let loaded = Style::load(name, language, &SourceTree::new(), &Span::file("weeknotes.yaml"));
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    loaded.value
}

/// A citation as an author writes it: in brackets, or `@key` of a sentence.
fn cluster(written: &str, sources: &[Arc<Source>]) -> Cluster {
    let at = |key: &str| sources.iter().position(|source| source.id.as_deref() == Some(key)).expect(key);
    if let Some(inside) = written.strip_prefix('[') {
        let named = syntax::parse(inside.strip_suffix(']').expect("a bracket")).expect(written);
        let item = |one: syntax::Named<'_>| Item {
            source: at(one.key),
            prefix: one.prefix,
            locator: one.locator,
            suffix: one.suffix,
            is_author_suppressed: one.is_author_suppressed,
        };
        return Cluster { items: named.into_iter().map(item).collect(), is_narrative: false };
    }
    let (key, length) = syntax::key(written).expect(written);
    let locator = written[length..].trim().strip_prefix('[').and_then(|rest| syntax::locator(rest.strip_suffix(']')?));
    let item =
        Item { source: at(key), prefix: String::new(), locator, suffix: String::new(), is_author_suppressed: false };
    Cluster { items: vec![item], is_narrative: true }
}

fn shown(runs: &[Run]) -> String {
    runs.iter().fold(String::new(), |mut out, run| {
        let mark = |on: bool, mark: &'static str| if on { mark } else { "" };
        let marks =
            [mark(run.italic, "*"), mark(run.bold, "**"), mark(run.small_caps, "~"), mark(run.raised, "^")].concat();
        let closing: String = marks.chars().rev().collect();
        let text = format!("{marks}{}{closing}", run.text);
        match &run.link {
            None => out.push_str(&text),
            Some(link) if *link == run.text => write!(out, "<{link}>").expect("text"),
            Some(link) => write!(out, "{text}<{link}>").expect("text"),
        }
        out
    })
}

fn cited(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Between(runs) | Part::Item { runs, .. } => shown(runs),
        })
        .collect()
}

fn listed(set: &Set) -> Vec<String> {
    let number = |number: Option<usize>| number.map(|number| format!("[{number}] ")).unwrap_or_default();
    set.references.iter().map(|reference| number(reference.number) + &shown(&reference.runs)).collect()
}

fn set(style: &Style, sources: &[Arc<Source>], written: &[&str]) -> Set {
    let clusters: Vec<Cluster> = written.iter().map(|written| cluster(written, sources)).collect();
    style.set(sources, &clusters, &Cache::default())
}

/// Every record alone, in every form of citing.
fn alone(style: &Style, sources: &[Arc<Source>]) -> String {
    let mut out = String::new();
    for source in sources {
        let key = source.id.as_deref().expect("an id");
        writeln!(out, "{key}").expect("text");
        let forms = [format!("[@{key}]"), format!("[@{key}, p. 3]"), format!("[-@{key}]"), format!("@{key}")];
        for written in &forms {
            let set = set(style, std::slice::from_ref(source), &[written]);
            writeln!(out, "  {}", cited(&set.citations[0])).expect("text");
        }
        for reference in listed(&set(style, std::slice::from_ref(source), &[])) {
            writeln!(out, "  = {reference}").expect("text");
        }
    }
    out
}

/// Records that depend on each other, and citations in the order of a text.
fn together(style: &Style) -> String {
    let mut out = String::new();
    for case in read("together.txt").split("==> ").skip(1) {
        let (name, rest) = case.split_once('\n').expect("a name");
        let (yaml, written) = rest.split_once("---\n").expect("records, then citations");
        let written: Vec<&str> = written.lines().collect();
        let set = set(style, &records(yaml), &written);
        writeln!(out, "\n{name}").expect("text");
        for (written, parts) in written.iter().zip(&set.citations) {
            writeln!(out, "  {written}  →  {}", cited(parts)).expect("text");
        }
        for reference in listed(&set) {
            writeln!(out, "  = {reference}").expect("text");
        }
    }
    out
}

#[test]
fn each_style_prints_what_it_prints() {
    let sources = records(&read("records.yaml"));
    for name in STYLES {
        let style = style(name, "en");
        golden(&format!("citations/{name}.txt"), &format!("{}{}", alone(&style, &sources), together(&style)));
    }
}

#[test]
fn a_style_speaks_the_language_of_the_site() {
    let sources = records(&read("records.yaml"));
    for language in ["de", "en-GB"] {
        let style = style("apa", language);
        golden(&format!("citations/apa-{language}.txt"), &format!("{}{}", alone(&style, &sources), together(&style)));
    }
}

/// What the parts of a style leave where a part is missing.
#[test]
fn no_punctuation_is_left_over() {
    let sources = records(&read("records.yaml"));
    for name in STYLES {
        let style = style(name, "en");
        let printed = format!("{}{}", alone(&style, &sources), together(&style));
        for line in printed.lines() {
            for wrong in [",)", ",,", "..", "?.", "!.", " ,", " .", "( ", "()", ": :", ". ,", ".’.", "?’."] {
                assert!(!line.contains(wrong), "{name}: `{wrong}` in {line}");
            }
        }
    }
}

/// What is handed to other tools says of each record who, what and when.
#[test]
fn what_is_exported_is_read_again() {
    let sources = records(&read("records.yaml"));
    let essence = |source: &Source| (source.id.clone(), source.title.clone(), source.published, source.doi.clone());
    let expected: Vec<_> = sources.iter().map(|source| essence(source)).collect();
    let (entries, wrong) = from_bibtex(&bibtex(sources.iter().map(AsRef::as_ref)));
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(entries.iter().map(|one| essence(&one.source)).collect::<Vec<_>>(), expected);
    let items = from_csl_json(&csl_json(sources.iter().map(AsRef::as_ref))).expect("CSL-JSON");
    // CSL-JSON takes these for a look.
    let plain = |text: Option<String>| {
        text.map(|text| ["<i>", "</i>", "<b>", "</b>"].iter().fold(text, |text, tag| text.replace(tag, "")))
    };
    for (item, source) in items.iter().zip(&sources) {
        assert_eq!(plain(item.source.title.clone()), plain(source.title.clone()));
        assert_eq!((plain(item.source.by()), item.source.published), (plain(source.by()), source.published));
    }
}

#[test]
fn no_text_breaks_an_export() {
    let braces = ["a { b", "} {", "{x}", "\\", "%", "$x$", "#", "a_b^c~d", "\"quoted\"", "@book{x,", "line\nbreak"];
    let source = |(at, text): (usize, &&str)| Source {
        id: Some(format!("s{at}")),
        title: Some((*text).to_owned()),
        publisher: Some((*text).to_owned()),
        url: Some(format!("https://example.org/{{{at}")),
        ..Source::default()
    };
    let sources: Vec<Source> = braces.iter().enumerate().map(source).collect();
    let (entries, wrong) = from_bibtex(&bibtex(&sources));
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(entries.len(), sources.len());
    assert!(entries.iter().zip(&sources).all(|(entry, source)| entry.source.id == source.id));
}
