//! Every record of a site's libraries, by id.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::content::{Library, Record, Source};
use crate::diagnostics::{Diagnostic, Warned};
use crate::memo::Fingerprint;

/// The records that any text of a site can refer to.
#[derive(Debug, Default)]
pub struct Bibliography {
    by_id: BTreeMap<String, (Record, Fingerprint)>,
    is_broken: bool,
}

impl Bibliography {
    /// The records of libraries. Two with one id are told, and the first is kept.
    pub fn of(libraries: &[Arc<Library>]) -> Warned<Self> {
        let mut diagnostics = Vec::new();
        let mut all = Self { by_id: BTreeMap::new(), is_broken: libraries.iter().any(|library| library.is_broken) };
        for record in libraries.iter().flat_map(|library| &library.records) {
            let Some(id) = &record.source.id else { continue };
            if let Some((first, _)) = all.by_id.get(id) {
                let diagnostic =
                    Diagnostic::error("duplicate-source", format!("there are two sources with the id `{id}`"));
                diagnostics.push(
                    diagnostic
                        .at(record.place.clone())
                        .note(format!("the first is at {}:{}", first.place.path, first.place.line))
                        .help("give one of them another id, or take it out"),
                );
                continue;
            }
            all.by_id.insert(id.clone(), (record.clone(), Fingerprint::of_value(&record.source)));
        }
        Warned { value: all, diagnostics }
    }

    /// The record of an id.
    pub fn get(&self, id: &str) -> Option<&Arc<Source>> {
        self.by_id.get(id).map(|(record, _)| &record.source)
    }

    /// The record of an id with its place.
    pub fn record(&self, id: &str) -> Option<&Record> {
        self.by_id.get(id).map(|(record, _)| record)
    }

    /// Equal for equal records; absent for an id that is not there.
    pub fn fingerprint(&self, id: &str) -> Fingerprint {
        self.by_id.get(id).map_or(Fingerprint::ABSENT, |(_, fingerprint)| *fingerprint)
    }

    /// Every id, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }

    /// Every record, by id.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.by_id.values().map(|(record, _)| record)
    }

    /// Whether a library could not be read in full, so that an id may be missing for that.
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }
}
