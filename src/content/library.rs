//! A library: records for the whole site, in a file of their own.

use std::sync::Arc;

use super::import::{Imported, bibtex, checked, csl_json};
use super::source::{FIELDS, Source, read_record};
use crate::diagnostics::{Diagnostic, Span, Warned};
use crate::memo::Fingerprint;
use crate::source::{SourcePath, SourceText, yaml};

/// The site's own library, the one that commands write to.
pub const LIBRARY: &str = "content/sources.yaml";

/// The records of one file: `content/sources.yaml`, `*.bib`, `*.csl.json`.
#[derive(Debug, Clone)]
pub struct Library {
    /// Its file.
    pub path: SourcePath,
    /// Its records, in the file's order, each with an id.
    pub records: Vec<Record>,
    /// Whether something in it could not be read, so that an id may be missing for that.
    pub is_broken: bool,
    /// Equal for equal libraries.
    pub fingerprint: Fingerprint,
}

/// A record of a library.
#[derive(Debug, Clone)]
pub struct Record {
    /// What it says; its id is there.
    pub source: Arc<Source>,
    /// Where its id stands.
    pub place: Span,
}

impl Library {
    /// Reads a library by the ending of its name. What cannot be read is told and left out.
    pub fn read(text: &SourceText) -> Warned<Arc<Self>> {
        let mut diagnostics = Vec::new();
        let records = match text.path.rsplit('.').next() {
            Some("bib") => imported(text, bibtex(text, &mut diagnostics), &mut diagnostics),
            Some("json") => imported(text, csl_json(text, &mut diagnostics), &mut diagnostics),
            _ => records(text, &mut diagnostics),
        };
        let is_broken = diagnostics.iter().any(Diagnostic::is_error);
        let value = Self { path: Arc::clone(&text.path), records, is_broken, fingerprint: text.fingerprint };
        Warned { value: Arc::new(value), diagnostics }
    }
}

fn records(text: &SourceText, diagnostics: &mut Vec<Diagnostic>) -> Vec<Record> {
    let whole = 0..text.text.len();
    let value: yaml::Value = yaml::read(text, whole.clone(), "library", &FIELDS).drain(diagnostics);
    let entries = match value {
        yaml::Value::Null => return Vec::new(),
        yaml::Value::Sequence(entries) => entries,
        _ => {
            let diagnostic = Diagnostic::error("wrong-type", "a library is a list of records").at(text.span(0..0));
            diagnostics.push(diagnostic.help("begin each record with a hyphen: `- id: apa-group-therapy`"));
            return Vec::new();
        }
    };
    let mut places = yaml::Places::new(text, whole);
    let mut found = Vec::new();
    for entry in &entries {
        let place = places.ahead(entry);
        let Some(source) = read_record(entry, &mut places, diagnostics) else { continue };
        match source.id {
            Some(_) => found.push(Record { source: Arc::new(source), place }),
            None => diagnostics.push(no_id(place)),
        }
    }
    found
}

fn no_id(place: Span) -> Diagnostic {
    Diagnostic::error("source", "a record of a library needs an `id`, for posts to refer to it")
        .at(place)
        .help("give it a short name: `id: apa-group-therapy`")
}

fn imported(text: &SourceText, found: Vec<Imported>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Record> {
    let mut records = Vec::with_capacity(found.len());
    for one in found {
        let place = text.span(one.range);
        let source = checked(one.source, &place, diagnostics);
        match source.id {
            Some(_) => records.push(Record { source: Arc::new(source), place }),
            None => diagnostics.push(no_id(place)),
        }
    }
    records
}
