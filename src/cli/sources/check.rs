//! `weeknotes sources check`

use std::collections::BTreeMap;

use clap::Args;

use super::super::build::plural;
use super::super::terminal::Terminal;
use super::super::{Failure, Outcome};
use super::Root;
use super::catalogue::{Catalogue, Entry};
use super::near::near_pairs;
use crate::content::{Name, WorkKind, turned_name};
use crate::diagnostics::{Diagnostic, Span};

/// Find what is missing or doubtful in the records.
///
/// A missing author, organisation or date; an address without https; a page on the web
/// that has neither a date nor the day it was read; a source that is recorded twice, by
/// its DOI or address, and titles that are nearly the same; a person's name that is not
/// written "Family, Given". Nothing is asked of the network.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes sources check
  weeknotes sources check --strict         in a workflow: fails for a warning too

Exits with 0 when there is nothing but warnings (with --strict: nothing at all), with 1 when
a record cannot be read, with 2 when the machine or the command line has errors.")]
pub(super) struct Arguments {
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    root: Root,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = super::super::read(&arguments.root.path)?;
    let mut catalogue = Catalogue::read(&folder);
    let mut found = std::mem::take(&mut catalogue.diagnostics);
    found.extend(offline(&catalogue));
    found.sort();
    found.dedup();
    Terminal::diagnostics(&found, terminal.human());
    let count = plural(catalogue.entries.len(), "source");
    let errors = found.iter().filter(|one| one.is_error()).count();
    let told = match (errors, found.len() - errors) {
        (0, 0) => "nothing to mend".to_owned(),
        (0, warnings) => plural(warnings, "warning"),
        (errors, 0) => plural(errors, "error"),
        (errors, warnings) => format!("{} and {}", plural(errors, "error"), plural(warnings, "warning")),
    };
    Terminal::result(&format!("{count}, {told}.\n"))?;
    let too_bad = errors > 0 || (arguments.strict && !found.is_empty());
    Ok(if too_bad { Outcome::ContentErrors } else { Outcome::Good })
}

/// What can be told of the records without asking anybody.
fn offline(catalogue: &Catalogue) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = catalogue.entries.iter().flat_map(alone).collect();
    found.extend(twice(&catalogue.entries));
    found.extend(nearly_twice(&catalogue.entries));
    found
}

/// What one record tells of itself.
fn alone(entry: &Entry) -> Vec<Diagnostic> {
    let checks = [who(entry), when(entry), plain_http(entry)];
    checks.into_iter().flatten().chain(names(entry)).collect()
}

fn who(entry: &Entry) -> Option<Diagnostic> {
    let is_nameless = entry.source.authors.is_empty() && entry.source.organisation.is_none();
    is_nameless.then(|| {
        Diagnostic::warning("source-author", "this source names neither an author nor an organisation")
            .at(entry.place())
            .help("write `author: \"Family, Given\"`, or `organisation: …` for a body that answers for it")
    })
}

fn when(entry: &Entry) -> Option<Diagnostic> {
    let source = &entry.source;
    if source.published.or(source.updated).is_some() {
        return None;
    }
    if source.kind() != WorkKind::WebPage {
        let diagnostic = Diagnostic::warning("source-date", "this source has no date").at(entry.place());
        return Some(diagnostic.help("write when it came out: `published: 2019`, `2019-07` or `2019-07-01`"));
    }
    source.accessed.is_none().then(|| {
        Diagnostic::warning("source-accessed", "this page has no date, and it is not said when it was read")
            .at(entry.place())
            .help("write `published: 2019`; where the page tells no date, `accessed: 2026-01-06`, the day you read it")
    })
}

fn plain_http(entry: &Entry) -> Option<Diagnostic> {
    let url = entry.source.url.as_ref().filter(|url| url.to_ascii_lowercase().starts_with("http:"))?;
    let diagnostic = Diagnostic::warning("source-http", format!("`{url}` is not an https address"));
    let help = format!("most sites have both: see whether `https:{}` is the same page, and write that", &url[5..]);
    Some(diagnostic.at(entry.place_of(url)).help(help))
}

/// A body of the field may be the author of a guideline or report, whatever its name is like.
fn names(entry: &Entry) -> Vec<Diagnostic> {
    let source = &entry.source;
    if matches!(source.kind(), WorkKind::Guideline | WorkKind::Report) {
        return Vec::new();
    }
    let people =
        source.authors.iter().map(|name| ("author", name)).chain(source.editors.iter().map(|name| ("editor", name)));
    people
        .filter_map(|(field, name)| {
            let Name::Literal(written) = name else { return None };
            let turned = turned_name(written)?.family_first();
            let message = format!("the {field} `{written}` looks like a person's name, and is set as a body's");
            let diagnostic = Diagnostic::warning("source-name", message).at(entry.place_of(written));
            Some(
                diagnostic
                    .help(format!("write \"Family, Given\": `{field}: {turned}`; for a body, use `organisation`")),
            )
        })
        .collect()
}

/// Records of the same work, told at each but the first.
fn twice(entries: &[Entry]) -> Vec<Diagnostic> {
    let mut first: BTreeMap<String, &Entry> = BTreeMap::new();
    let mut found = Vec::new();
    for entry in entries {
        let identity = entry.source.identity();
        let what = match identity.split(':').next() {
            Some("doi") => "with this DOI",
            Some("url") => "at this address",
            _ => "by this name",
        };
        let Some(known) = first.get(&identity) else {
            first.insert(identity, entry);
            continue;
        };
        let diagnostic = Diagnostic::warning("source-twice", format!("the source {what} is recorded already"));
        let diagnostic = diagnostic.at(entry.place()).note(format!("the first is at {}", place(&known.place())));
        found.push(diagnostic.help(help_for_two(known, entry)));
    }
    found
}

fn help_for_two(first: &Entry, second: &Entry) -> String {
    match (&first.source.id, first.is_shared(), second.is_shared()) {
        (Some(id), true, false) => format!("name the record of the library in its place: `sources: [{id}]`"),
        (_, true, true) => "keep one of the two records, and let posts name its id".to_owned(),
        _ => "put it into content/sources.yaml once, and let both posts name its id".to_owned(),
    }
}

fn nearly_twice(entries: &[Entry]) -> Vec<Diagnostic> {
    let titled: Vec<&Entry> = entries.iter().filter(|entry| entry.source.title.is_some()).collect();
    let titles: Vec<(WorkKind, &str)> =
        titled.iter().map(|entry| (entry.source.kind(), entry.source.title.as_deref().unwrap_or_default())).collect();
    let pairs = near_pairs(&titles).into_iter().map(|(later, first)| (titled[later], titled[first]));
    pairs
        .filter(|(later, first)| later.source.identity() != first.source.identity())
        .map(|(later, first)| {
            let title = later.source.title.as_deref().unwrap_or_default();
            Diagnostic::warning("source-title", format!("the title `{title}` is nearly that of another source"))
                .at(later.place_of(title))
                .note(format!("the other is at {}", place(&first.place())))
                .help("when both are the same work, keep one of the records")
        })
        .collect()
}

fn place(span: &Span) -> String {
    format!("{}:{}", span.path, span.line)
}
