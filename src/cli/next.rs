//! `weeknotes next`

use clap::Args;
use serde_json::{Value, json};

use super::due::{Due, SinceArguments, moment};
use super::known::{Format, Known, SiteArguments, series};
use super::terminal::Terminal;
use super::{Failure, Outcome};
use crate::site::{Entry, Series, Site, State, distance};
use crate::template::context::iso;

/// Say what comes out next, and whether anything is due.
///
/// A workflow that runs at the series' times asks with --exit-code first, and ends when
/// nothing is due since the site was last published.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes next
  weeknotes next --series tuesday-notes --format json
  weeknotes next --exit-code && weeknotes build          in a crontab
  weeknotes next --exit-code --since 2026-11-24T12:10Z   in a workflow that knows when it last ran

Exits with 0 when something is due, or without --exit-code; with 3 when nothing is; with 2
when the machine or the command line has errors.")]
pub(super) struct Arguments {
    /// Only this series, by title or slug
    #[arg(long, value_name = "SERIES")]
    series: Option<String>,
    /// How the answer is given
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    since: SinceArguments,
    #[command(flatten)]
    site: SiteArguments,
}

/// What there is to say of a series.
struct Ahead<'s> {
    series: &'s Series,
    next: Option<Entry<'s>>,
    late: Vec<Entry<'s>>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let known = Known::read(&arguments.site, terminal)?;
    let site = known.site();
    let wanted = series(&site, arguments.series.as_deref())?;
    let due = Due::find(&arguments.since, &arguments.site, &known, &site);
    let all: Vec<Ahead<'_>> = wanted.into_iter().filter(|one| !one.is_finished).map(|one| ahead(&site, one)).collect();
    let shown = match arguments.format {
        Format::Text => due.in_words(&site) + &all.iter().map(|ahead| in_words(&site, ahead)).collect::<String>(),
        Format::Json => json(&site, &due, &all),
    };
    Terminal::result(&shown)?;
    Ok(due.outcome(&arguments.since))
}

fn ahead<'s>(site: &'s Site, series: &'s Series) -> Ahead<'s> {
    let (next, late) = site.ahead(series);
    Ahead { series, next, late }
}

fn in_words(site: &Site, ahead: &Ahead<'_>) -> String {
    let title = &ahead.series.title;
    let next = match ahead.next.as_ref().and_then(|entry| Some((entry, entry.at.as_ref()?))) {
        None => format!("{title}: nothing is planned.\n"),
        Some((entry, at)) => {
            let when = format!("{}, {}", moment(at), distance(site.instant.now, at));
            format!("{title}: next on {when}.\n  {}\n", what(entry))
        }
    };
    let late = ahead.late.iter().filter_map(|entry| Some((entry, entry.at.as_ref()?)));
    let late = late.map(|(entry, at)| format!("  Late since {}: {}\n", moment(at), what(entry)));
    next + &late.collect::<String>()
}

/// What is in a slot, and what has to be done for it.
fn what(entry: &Entry<'_>) -> String {
    let Some(instalment) = &entry.instalment else {
        return "Nothing is written or planned for it: weeknotes new \"A Title\"".to_owned();
    };
    let title = instalment.title();
    match (entry.state, instalment.path()) {
        (State::Scheduled, Some(path)) => format!("\"{title}\" comes out by itself ({path})"),
        (State::Draft, Some(path)) => format!("\"{title}\" is a draft ({path})"),
        (State::Planned, _) => format!("\"{title}\" is planned and not written: weeknotes new \"{title}\""),
        _ => format!("\"{title}\""),
    }
}

fn json(site: &Site, due: &Due, all: &[Ahead<'_>]) -> String {
    let entry = |entry: &Entry<'_>| {
        json!({
            "at": entry.at.as_ref().map(iso),
            "state": entry.state.name(),
            "title": entry.instalment.map(|one| one.title().to_owned()),
            "file": entry.instalment.and_then(|one| one.path().map(str::to_owned)),
        })
    };
    let series = all.iter().map(|ahead| {
        json!({
            "series": ahead.series.slug,
            "title": ahead.series.title,
            "next": ahead.next.as_ref().map(entry),
            "late": ahead.late.iter().map(entry).collect::<Vec<_>>(),
        })
    });
    let value = json!({
        "now": site.instant.now.to_string(),
        "since": due.since.map(|since| since.to_string()),
        "due": due.has_changed,
        "due_posts": due.json(site),
        "next_change_at": site.next_change.map(|at| at.to_string()),
        "series": series.collect::<Vec<Value>>(),
    });
    Terminal::json(&value)
}
