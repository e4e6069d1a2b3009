//! `weeknotes explain`

mod facts;

use clap::Args;
use jiff::ZonedDateTime;
use serde_json::json;

use super::due::moment;
use super::known::{Asked, Format, Known};
use super::terminal::Terminal;
use super::{Failure, Outcome, table};
use crate::build::{Builder, Report, Request};
use crate::content::{Document, Kind};
use crate::diagnostics::{Diagnostic, nearest_path};
use crate::output::Error;
use crate::site::{Instant, distance, is_called};
use facts::{Fact, facts};

/// Say why a post is live or not, and why it looks as it does.
///
/// Each fact stands with the file and line that it comes from.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes explain content/posts/2026-12-01-grief.md
  weeknotes explain grief                     by its slug, or by its title
  weeknotes explain grief --format json")]
pub(super) struct Arguments {
    /// The post or page: its file, slug or title
    #[arg(value_name = "POST")]
    post: String,
    #[command(flatten)]
    asked: Asked,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let known = Known::read(&arguments.asked.site, terminal)?;
    let document = find(&known, &arguments.post)?;
    let mut builder = Builder::new();
    let tree = known.folder.tree();
    // As it will be: drafts are shown only to explain one.
    let shown = Instant { drafts: document.front.draft, ..Instant::everything(known.now) };
    let everything = builder.build(tree, &Request { url: None, instant: shown });
    let now = builder.build(tree, &Request { url: None, instant: Instant::readers(known.now) });
    let reasons = reasons(document, &known, &now, &everything);
    let is_out = now.site.page(document.path()).is_some();
    let facts = facts(document, &known, if is_out { &now } else { &everything });
    let is_live = is_out && !now.has_errors();
    let shown = match arguments.asked.format {
        Format::Text => in_words(document, is_live, &reasons, &facts),
        Format::Json => {
            let value = json!({
                "file": &**document.path(),
                "live": is_live,
                "reasons": reasons,
                "facts": facts.iter().map(Fact::json).collect::<Vec<_>>(),
            });
            Terminal::json(&value)
        }
    };
    Terminal::result(&shown)?;
    Ok(Outcome::Good)
}

fn find<'k>(known: &'k Known, wanted: &str) -> Result<&'k Document, Error> {
    let documents = || known.content.documents.iter().filter(|document| document.kind != Kind::Series);
    let path = wanted.trim_start_matches("./");
    let exact = documents().find(|document| document.path().as_ref() == path);
    let matching: Vec<_> = documents().filter(|document| is_called(document, wanted)).collect();
    match (exact, matching.as_slice()) {
        (Some(found), _) => Ok(found),
        (None, [one]) => Ok(one),
        (None, []) => {
            let near = nearest_path(wanted, documents().map(|document| document.path().as_ref()));
            let error = Error::new(format!("there is no post or page `{wanted}`"));
            Err(match near {
                Some(near) => error.help(format!("did you mean {near}?")),
                None => error.help("name its file, slug or title"),
            })
        }
        (None, several) => {
            let paths: Vec<&str> = several.iter().map(|document| document.path().as_ref()).collect();
            Err(Error::new(format!("`{wanted}` is several: {}", paths.join(", "))).help("name the file"))
        }
    }
}

/// Why it is live, or all that keeps it from being.
fn reasons(document: &Document, known: &Known, now: &Report, everything: &Report) -> Vec<String> {
    let page = everything.site.page(document.path());
    let date = page.and_then(|page| page.date.as_ref());
    let mut found = Vec::new();
    if document.front.draft {
        let at = document.place_of("draft", "true");
        found.push(format!("it is a draft: take `draft: true` out ({}:{})", at.path, at.line));
    }
    found.extend(date.and_then(|date| not_yet(date, known)));
    found.extend(everything.diagnostics.iter().filter(|one| concerns(one, document)).map(told));
    let stops = now.diagnostics.iter().filter(|one| one.is_error() && !concerns(one, document));
    let elsewhere: Vec<String> = stops.map(told).collect();
    if !elsewhere.is_empty() {
        found.push(format!("errors elsewhere keep the whole site from being built: {}", elsewhere.join("; ")));
    }
    if found.is_empty() {
        found.extend(date.map(|date| format!("its time came on {}, {}", moment(date), distance(known.now, date))));
    }
    if found.is_empty() {
        found.push("nothing keeps it back: it has no date, and is no draft".to_owned());
    }
    found
}

fn not_yet(date: &ZonedDateTime, known: &Known) -> Option<String> {
    let zone = date.time_zone().iana_name().unwrap_or("UTC");
    let is_ahead = date.timestamp() > known.now;
    is_ahead.then(|| format!("it is due {}, on {} ({zone})", distance(known.now, date), moment(date)))
}

/// An error that stands in the file, or names it.
fn concerns(found: &Diagnostic, document: &Document) -> bool {
    let is_there = found.span.as_ref().is_some_and(|at| at.path == *document.path());
    found.is_error() && (is_there || found.message.contains(document.path().as_ref()))
}

fn told(found: &Diagnostic) -> String {
    let place = found.span.as_ref().map(|at| format!(" ({}:{})", at.path, at.line)).unwrap_or_default();
    format!("{}{place}", found.message)
}

fn in_words(document: &Document, is_live: bool, reasons: &[String], facts: &[Fact]) -> String {
    let head = if is_live { "It is live" } else { "It is not live" };
    let reasons: Vec<String> = reasons.iter().map(|reason| format!("  {reason}\n")).collect();
    let rows: Vec<Vec<String>> = facts.iter().map(Fact::row).collect();
    let title = document.title();
    format!(
        "\"{title}\", {}\n\n{head}:\n{}\nWhy it looks as it does:\n{}",
        document.path(),
        reasons.concat(),
        table::columns(&rows, 160)
    )
}
