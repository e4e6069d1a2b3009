//! Records from the formats of other tools.
//!
//! What cannot be a value of ours (an address that runs a script, a DOI that is none) is
//! left out and told; the rest of the record is kept.

mod any;
mod bibtex;
mod bounded;
mod csl_json;
mod html;
mod json_ld;
mod page;
mod person;
mod ris;

use super::source::{Source, bare_doi, check_url, is_hidden, is_pmid, shortened};
use crate::diagnostics::{Diagnostic, Span};

pub use any::read_any;
pub(super) use any::{bibtex, csl_json};
pub use bibtex::from_bibtex;
pub use csl_json::from_csl_json;
pub use html::from_html;
pub use person::turned_name;
pub use ris::from_ris;

/// A record with the bytes of the text that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The record.
    pub source: Source,
    /// Where it begins: its key, where it has one.
    pub range: std::ops::Range<usize>,
}

/// Longer texts are cut off: no title or remark is.
const LIMIT: usize = 4000;

/// A record as it may be kept: without hidden characters, unsafe addresses and endless
/// texts. What was changed is told at `place`.
pub fn checked(source: Source, place: &Span, found: &mut Vec<Diagnostic>) -> Source {
    let mut source = source;
    let mut wrong = |message: String, help: &str| {
        found.push(Diagnostic::warning("source", message).at(place.clone()).help(help));
    };
    for address in [&mut source.url, &mut source.doi].into_iter().flatten() {
        address.retain(|c| !is_hidden(c));
    }
    let archived = source.archived.as_ref().map(|copy| copy.url.clone());
    for (address, is_archive) in [(source.url.clone(), false), (archived, true)] {
        let Some(Err((message, help))) = address.as_deref().map(check_url) else { continue };
        wrong(message, help);
        if is_archive {
            source.archived = None;
        } else {
            source.url = None;
        }
    }
    if let Some(pmid) = source.pmid.take_if(|pmid| !is_pmid(pmid)) {
        wrong(format!("`{pmid}` is no number of PubMed"), "write the digits alone: 30335462");
    }
    if let Some(doi) = source.doi.take() {
        source.doi = bare_doi(&doi);
        if source.doi.is_none() {
            wrong(
                format!("`{}` is no DOI", shortened(&doi)),
                "a DOI begins with 10. and has a slash: 10.1037/pst0000172",
            );
        }
    }
    if let Some(pmid) = source.pmid.take_if(|pmid| !is_pmid(pmid)) {
        wrong(format!("`{}` is no number of PubMed", shortened(&pmid)), "write the digits alone: 30335462");
    }
    let (mut hidden, mut longest) = (false, 0);
    source.each_text(|text| {
        hidden |= text.contains(is_hidden);
        longest = longest.max(text.chars().count());
        let clean: String = text.chars().filter(|c| !is_hidden(*c)).take(LIMIT).collect();
        *text = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    });
    if longest > LIMIT {
        let message =
            format!("this record holds a text of {longest} characters, and all behind the first {LIMIT} are left out");
        wrong(message, "look for a brace or a quotation mark that is not closed");
    }
    if hidden {
        let message = "this record holds characters that nobody sees, and they are left out".to_owned();
        found.push(
            Diagnostic::warning("hidden-characters", message)
                .at(place.clone())
                .help("write the text anew: it was copied with control characters in it"),
        );
    }
    source.without_empty()
}
