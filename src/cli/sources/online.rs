//! `weeknotes sources check --online`

use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::super::build::plural;
use super::super::terminal::Terminal;
use super::super::{Failure, now};
use super::Root;
use super::catalogue::Catalogue;
use crate::config::Config;
use crate::content::{Source, When};
use crate::diagnostics::{Diagnostic, Span};
use crate::online::{self, Client, Networks, Options, Report, SteadyClock};
use crate::source::SourceTree;

const DAY: u64 = 24 * 60 * 60;

/// What is asked of the network.
#[derive(Debug, Args)]
pub(super) struct NetworkArguments {
    /// Ask every link whether it is still there, politely; answers are kept for a week
    #[arg(long)]
    pub(super) online: bool,
    /// Look for a copy in the Wayback Machine for records that have none, and write it into content/sources.yaml
    #[arg(long, requires = "online")]
    archive: bool,
    /// How many hosts are asked at once
    #[arg(long, value_name = "N", default_value_t = 8, requires = "online", value_parser = clap::value_parser!(u16).range(1..=64))]
    concurrency: u16,
    /// How old a good answer may be that is not asked for again, in days
    #[arg(long, value_name = "DAYS", default_value_t = 7, requires = "online")]
    max_age: u16,
    /// Follow links into private networks too, this machine's own included
    #[arg(long, requires = "online")]
    private: bool,
    /// The time to take for the present [default: the clock's]
    #[arg(long, value_name = "TIME", requires = "online", value_parser = now::parse)]
    now: Option<When>,
}

/// Looks at all links, and writes the copies that were found.
pub(super) fn look(
    arguments: &NetworkArguments,
    root: &Root,
    tree: &SourceTree,
    catalogue: &Catalogue,
) -> Result<Vec<Diagnostic>, Failure> {
    let now = now::resolve(arguments.now.as_ref(), &Config::read(tree, None).value, tree)?;
    let options = Options {
        concurrency: usize::from(arguments.concurrency),
        fresh: Duration::from_secs(u64::from(arguments.max_age) * DAY),
        archive: arguments.archive,
        ..Options::default()
    };
    let networks = if arguments.private { Networks::All } else { Networks::Public };
    let records: Vec<(Arc<Source>, Span)> =
        catalogue.entries.iter().map(|entry| (Arc::clone(&entry.source), entry.place())).collect();
    let client = Client::new(networks);
    let report = online::check_sources(&records, &options, &client, &SteadyClock::starting(now), &root.path);
    Terminal::message(&told(&report));
    if arguments.archive {
        let added = online::write_archived(&root.path, &report.archived)?;
        Terminal::message(&copies(&report, added));
    }
    Ok(report.diagnostics)
}

/// "12 links: 10 fine, 1 moved, 1 dead (4 known from before)."
fn told(report: &Report) -> String {
    let counts = report.counts;
    let is_cut_off = report.diagnostics.iter().any(|one| one.span.is_none());
    if is_cut_off {
        return String::new();
    }
    let parts =
        [("fine", counts.fine), ("moved", counts.moved), ("dead", counts.dead), ("unanswered", counts.unchecked)];
    let parts: Vec<String> =
        parts.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!("{count} {name}")).collect();
    let known = if counts.known > 0 { format!(" ({} known from before)", counts.known) } else { String::new() };
    let all = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    let kept = report.not_kept.as_ref().map(|why| format!("note: the answers could not be kept: {why}\n"));
    format!("{}{all}{known}.\n{}", plural(counts.links, "link"), kept.unwrap_or_default())
}

/// What was written, and what the author has to write, where records are not ours to change.
fn copies(report: &Report, added: usize) -> String {
    let elsewhere = report.archived.iter().filter(|addition| !addition.is_in_library());
    let lines: Vec<String> = elsewhere
        .map(|addition| format!("  {}:{}  {}\n", addition.place.path, addition.place.line, addition.archived.url))
        .collect();
    let lines = lines.concat();
    let rest =
        if lines.is_empty() { lines } else { format!("Copies of records elsewhere, to be added by hand:\n{lines}") };
    format!("{} added to content/sources.yaml.\n{rest}", plural(added, "archived copy").replace("copys", "copies"))
}
