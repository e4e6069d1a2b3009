//! `weeknotes promises`

use clap::Args;
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::build::plural;
use super::known::{Asked, Format, Known, series};
use super::terminal::Terminal;
use super::{Failure, Outcome, table};
use crate::build::{Builder, Promise, PromiseState, Request, promises};
use crate::site::{Instant, Page};

/// List what posts said would come, and what became of it.
///
/// A post promises with `next_week:` in its front matter, with a link to what is not out yet,
/// or with `[next week](next:)`. A promise is kept, open, late (its day has passed), changed
/// (something else came instead) or dropped (it is neither written nor planned any more).
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes promises
  weeknotes promises --series tuesday-notes --format json")]
pub(super) struct Arguments {
    /// Only this series, by title or slug
    #[arg(long, value_name = "SERIES")]
    series: Option<String>,
    #[command(flatten)]
    asked: Asked,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let known = Known::read(&arguments.asked.site, terminal)?;
    let request = Request { url: None, instant: Instant::readers(known.now) };
    let report = Builder::new().build(known.folder.tree(), &request);
    let wanted: Vec<&str> =
        series(&report.site, arguments.series.as_deref())?.iter().map(|series| series.slug.as_str()).collect();
    let mut all = promises(&report, known.folder.tree());
    all.retain(|promise| wanted.contains(&promise.series.slug.as_str()));
    let shown = match arguments.asked.format {
        Format::Text => in_words(&all),
        Format::Json => {
            let all: Vec<Value> = all.iter().map(object).collect();
            Terminal::json(&all)
        }
    };
    Terminal::result(&shown)?;
    Ok(Outcome::Good)
}

fn in_words(all: &[Promise<'_>]) -> String {
    let mut by_series: IndexMap<&str, Vec<Vec<String>>> = IndexMap::new();
    let mut counts: IndexMap<&str, usize> =
        ["kept", "open", "late", "changed", "dropped"].into_iter().map(|state| (state, 0)).collect();
    for promise in all {
        *counts.entry(promise.state.name()).or_default() += 1;
        let by = format!("  part {}", promise.place.part);
        let row =
            vec![by, promise.by.title.clone(), promise.state.name().to_owned(), promise.what.clone(), why(promise)];
        by_series.entry(&promise.series.title).or_default().push(row);
    }
    let tables = by_series.iter().map(|(title, rows)| format!("{title}\n{}", table::columns(rows, 48)));
    let tables: Vec<String> = tables.collect();
    let counted = counts.iter().filter(|(_, count)| **count > 0).map(|(state, count)| format!("{count} {state}"));
    let counted: Vec<String> = counted.collect();
    match all.len() {
        0 => "No post promises anything: say what comes next with `next_week:` or a link to it.\n".to_owned(),
        count => format!("{}{}: {}.\n", tables.concat(), plural(count, "promise"), counted.join(", ")),
    }
}

fn why(promise: &Promise<'_>) -> String {
    let day = || promise.due.as_ref().map(|due| due.strftime("%a %Y-%m-%d").to_string()).unwrap_or_default();
    match promise.state {
        PromiseState::Kept(page) => part(page),
        PromiseState::KeptLate(page) => format!("{}, after others", part(page)),
        PromiseState::Open => {
            if promise.due.is_some() {
                format!("due {}", day())
            } else {
                String::new()
            }
        }
        PromiseState::Late => format!("was due {}", day()),
        PromiseState::Changed(other) => format!("\"{}\" came instead", other.title),
        PromiseState::Dropped => "neither written nor planned".to_owned(),
    }
}

fn part(page: &Page) -> String {
    page.place().map(|place| format!("part {}", place.part)).unwrap_or_default()
}

fn object(promise: &Promise<'_>) -> Value {
    let by = match promise.state {
        PromiseState::Kept(page) | PromiseState::KeptLate(page) | PromiseState::Changed(page) => Some(page.path()),
        PromiseState::Open | PromiseState::Late | PromiseState::Dropped => None,
    };
    json!({
        "series": promise.series.slug,
        "file": &**promise.path(),
        "line": promise.at.line,
        "part": promise.place.part,
        "promised": promise.what,
        "state": promise.state.name(),
        "due": promise.due.as_ref().map(|due| due.timestamp().to_string()),
        "came": by.map(ToString::to_string),
    })
}
