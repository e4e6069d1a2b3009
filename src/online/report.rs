//! The links of records: which are asked, and what is told of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::Options;
use super::ask::{Asker, host, parsed};
use super::check::check_with;
use super::clock::Clock;
use super::fetch::Fetch;
use super::finding::{Finding, Looked};
use super::known::Known;
use super::wayback;
use crate::content::{Archived, LIBRARY, PartialDate, Source, doi_url};
use crate::diagnostics::{Diagnostic, Span};

/// What a look at all links came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What to tell, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// How many of what.
    pub counts: Counts,
    /// Copies that were found for records that have none; see
    /// [`write_archived`](super::write_archived).
    pub archived: Vec<Addition>,
    /// Why what was found could not be kept for the next time.
    pub not_kept: Option<String>,
}

/// How many addresses, each counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub links: usize,
    /// Those of which enough was known.
    pub known: usize,
    /// Those where all is well.
    pub fine: usize,
    /// Those that should be written otherwise: moved, or to be had over https.
    pub moved: usize,
    /// Those that seem lost: gone, or without a host or a safe connection.
    pub dead: usize,
    /// Those of which nothing can be said.
    pub unchecked: usize,
}

/// A copy for a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The record's id, when it has one.
    pub id: Option<String>,
    /// Where the record stands.
    pub place: Span,
    /// The copy.
    pub archived: Archived,
}

impl Addition {
    /// Whether the record is one of the site's own library, which can be written to.
    pub fn is_in_library(&self) -> bool {
        self.id.is_some() && &*self.place.path == LIBRARY
    }
}

/// Looks at the links of records, each address once, and asks for nothing that is known
/// well enough in the site's folder. With [`Options::archive`] it looks for copies too.
///
/// To show progress, hand in a [`Fetch`] that counts and passes on.
pub fn check_sources(
    records: &[(Arc<Source>, Span)],
    options: &Options,
    fetch: &dyn Fetch,
    clock: &dyn Clock,
    root: &Path,
) -> Report {
    let asker = Asker::new(options, fetch, clock);
    let mut known = Known::open(root);
    let wanted = records.iter().flat_map(|(source, _)| links(source)).collect();
    let (findings, asked) = findings(&asker, wanted, &mut known);
    let mut report = Report { counts: counts(&findings), ..Report::default() };
    report.counts.known = report.counts.links - asked;
    if let Some(diagnostic) = nothing_heard(&findings) {
        report.diagnostics.push(diagnostic);
        return report;
    }
    if options.archive {
        report.archived = copies(&asker, records, &findings, &mut known, &mut report.diagnostics);
    }
    report.not_kept = known.store(clock.now(), options).err().map(|error| error.to_string());
    for (source, place) in records {
        let copy = match report.archived.iter().find(|addition| addition.place == *place && addition.id == source.id) {
            Some(addition) => Looked::Found(&addition.archived),
            None if options.archive => Looked::InVain,
            None => Looked::Not,
        };
        let told = links(source).into_iter().filter_map(|link| findings[&link].diagnostic(&link, source, place, copy));
        report.diagnostics.extend(told);
    }
    report.diagnostics.sort();
    report.diagnostics.dedup();
    report
}

/// The addresses of a record: its page, and what its DOI stands for.
fn links(source: &Source) -> Vec<String> {
    let doi = source.doi.as_ref().map(|doi| doi_url(doi));
    let mut links: Vec<String> = source.url.clone().into_iter().chain(doi).collect();
    links.dedup();
    links
}

/// What is found at each address, and how many were asked.
fn findings(asker: &Asker<'_>, links: BTreeSet<String>, known: &mut Known) -> (BTreeMap<String, Finding>, usize) {
    let now = asker.clock.now();
    let (mut findings, mut unknown) = (BTreeMap::new(), Vec::new());
    for link in links {
        match known.finding(&link, now, asker.options) {
            Some(finding) => drop(findings.insert(link, finding.clone())),
            None => unknown.push(link),
        }
    }
    let asked = unknown.len();
    let found = check_with(asker, &unknown);
    for (link, finding) in unknown.into_iter().zip(found) {
        known.learn(&link, &finding, asker.clock.now());
        findings.insert(link, finding);
    }
    (findings, asked)
}

fn counts(findings: &BTreeMap<String, Finding>) -> Counts {
    let mut counts = Counts { links: findings.len(), ..Counts::default() };
    for finding in findings.values() {
        *match finding {
            Finding::Fine => &mut counts.fine,
            moved if moved.is_readable() => &mut counts.moved,
            unchecked if unchecked.is_unchecked() => &mut counts.unchecked,
            _ => &mut counts.dead,
        } += 1;
    }
    counts
}

/// When not one of several hosts answers, it is hardly their fault.
fn nothing_heard(findings: &BTreeMap<String, Finding>) -> Option<Diagnostic> {
    let hosts: BTreeSet<String> = findings.keys().filter_map(|link| Some(host(&parsed(link)?).to_owned())).collect();
    if hosts.len() < 2 || !findings.values().all(Finding::is_silence) {
        return None;
    }
    let message = format!("none of the {} hosts that sources link to can be reached", hosts.len());
    let help = "is this machine connected? nothing of it was kept, so just run it again";
    Some(Diagnostic::warning("link-unchecked", message).help(help))
}

/// The copies of those records that have none. What leads into a private network is nothing
/// to tell the archive of. Where the archive stays silent, the rest
/// is not asked for.
fn copies(
    asker: &Asker<'_>,
    records: &[(Arc<Source>, Span)],
    findings: &BTreeMap<String, Finding>,
    known: &mut Known,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Addition> {
    let mut found = Vec::new();
    let without = records.iter().filter(|(source, _)| source.archived.is_none());
    for (source, place) in without {
        let Some(url) = source.url.as_ref().filter(|url| findings[*url] != Finding::Private) else { continue };
        let Ok(copy) = copy(asker, source, url, known) else {
            let message = "the Wayback Machine could not be asked for copies of all sources";
            diagnostics.push(
                Diagnostic::warning("link-unchecked", message).help("what it answered is kept; run it again later"),
            );
            break;
        };
        if let Some(archived) = copy {
            found.push(Addition { id: source.id.clone(), place: place.clone(), archived });
        }
    }
    found
}

fn copy(asker: &Asker<'_>, source: &Source, url: &str, known: &mut Known) -> Result<Option<Archived>, ()> {
    let now = asker.clock.now();
    let archived = |(url, date): (String, String)| Archived { url, date: PartialDate::parse(&date) };
    if let Some(copy) = known.copy(url, now, asker.options) {
        return Ok(copy.clone().map(archived));
    }
    let copy = wayback::look_up(asker, source, url)?.map(|(url, date)| (url, date.to_string()));
    known.learn_copy(url, copy.clone(), now);
    Ok(copy.map(archived))
}
