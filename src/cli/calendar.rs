//! `weeknotes calendar`

mod page;

use clap::{Args, ValueEnum};
use jiff::ToSpan as _;
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::build::plural;
use super::known::{Known, SiteArguments, series};
use super::terminal::Terminal;
use super::{Failure, Outcome, table};
use crate::output::calendar;
use crate::site::{Entry, Remark, Series, Site, State, distance};

/// Show what came out and what is to come, slot by slot.
///
/// Every slot of a series' cadence is there with what is in it: published, scheduled,
/// draft, planned, empty, missed or paused. What is out of step is said behind it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes calendar                           six weeks back and six ahead
  weeknotes calendar --series tuesday-notes --weeks 26
  weeknotes calendar --format ics > plan.ics   for your own calendar, plans and drafts too
  weeknotes calendar --format json             for other programs")]
pub(super) struct Arguments {
    /// Only this series, by title or slug
    #[arg(long, value_name = "SERIES")]
    series: Option<String>,
    /// How many weeks back and ahead
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=1000))]
    weeks: u16,
    /// How it is shown
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    site: SiteArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// In columns, for a terminal
    Table,
    /// For other programs
    Json,
    /// A calendar file (iCalendar), with plans and drafts
    Ics,
    /// A page of its own
    Html,
}

/// What is known of an instalment's text.
#[derive(Debug, Clone, Copy, Default)]
struct Text {
    words: usize,
    sources: usize,
}

/// A series with its slots.
struct Rows<'s> {
    series: &'s Series,
    entries: Vec<Entry<'s>>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let known = Known::read(&arguments.site, terminal)?;
    let site = known.site();
    let span = i64::from(arguments.weeks).weeks();
    let today = site.today();
    let (from, to) = (today.saturating_sub(span), today.saturating_add(span));
    let wanted = series(&site, arguments.series.as_deref())?;
    let rows = wanted.into_iter().map(|series| Rows { series, entries: site.schedule(series, from, to) });
    let rows: Vec<Rows<'_>> = rows.collect();
    let texts = texts(&known);
    let shown = match arguments.format {
        Format::Table => rows.iter().map(|rows| in_columns(&site, rows, &texts)).collect::<Vec<_>>().join("\n"),
        Format::Json => json(&rows, &texts),
        Format::Ics => ics(&site, &rows),
        Format::Html => page::render(&site, &rows, &texts),
    };
    let none = "There is no series yet: name one in a post, `series: Tuesday Notes`.\n";
    Terminal::result(if rows.is_empty() && arguments.format == Format::Table { none } else { &shown })?;
    Ok(Outcome::Good)
}

/// How long each text is and how many sources it has, by its file.
fn texts(known: &Known) -> FxHashMap<String, Text> {
    let report = known.everything();
    let text = |words, sources| Text { words, sources };
    report.bodies().map(|(page, body)| (page.path().to_string(), text(body.words, body.references.len()))).collect()
}

fn text_of(entry: &Entry<'_>, texts: &FxHashMap<String, Text>) -> Option<Text> {
    texts.get(entry.instalment?.path()?).copied()
}

fn head(site: &Site, series: &Series) -> String {
    let zone = site.config.timezone.iana_name().unwrap_or("UTC");
    match series.front().and_then(|front| front.cadence.as_ref()) {
        Some(cadence) => format!("{}: {cadence} ({zone})", series.title),
        None => format!("{}: no cadence", series.title),
    }
}

fn in_columns(site: &Site, rows: &Rows<'_>, texts: &FxHashMap<String, Text>) -> String {
    let next =
        rows.entries.iter().position(|entry| entry.at.as_ref().is_some_and(|at| at.timestamp() > site.instant.now));
    let row = |(at, entry): (usize, &Entry<'_>)| {
        let mark = if Some(at) == next { ">" } else { " " };
        vec![mark.to_owned(), day(entry), entry.state.name().to_owned(), what(rows.series, entry), notes(entry, texts)]
    };
    let lines: Vec<Vec<String>> = rows.entries.iter().enumerate().map(row).collect();
    let help = match rows.series.front() {
        None | Some(_) if rows.entries.is_empty() => "  nothing in these weeks\n",
        _ => "",
    };
    let no_cadence = rows.series.front().is_none_or(|front| front.cadence.is_none());
    let hint = if no_cadence {
        format!(
            "  Write `cadence: weekly on tuesday at 09:00` into content/series/{}.md to plan by it.\n",
            rows.series.slug
        )
    } else {
        String::new()
    };
    format!("{}\n{}{help}{hint}", head(site, rows.series), table::columns(&lines, 64))
}

fn day(entry: &Entry<'_>) -> String {
    entry.at.as_ref().map_or_else(|| "no date".to_owned(), |at| at.strftime("%a %Y-%m-%d %H:%M").to_string())
}

/// The title, or why there is none.
fn what(series: &Series, entry: &Entry<'_>) -> String {
    if let Some(instalment) = &entry.instalment {
        return instalment.title().to_owned();
    }
    let day = entry.at.as_ref().map(jiff::ZonedDateTime::date);
    let pauses = series.front().map(|front| front.pauses.as_slice()).unwrap_or_default().iter();
    let pause = pauses.filter(|pause| day.is_some_and(|day| pause.covers(day))).find_map(|pause| pause.reason.clone());
    if entry.state == State::Paused { pause.unwrap_or_default() } else { String::new() }
}

/// How long it is, what it lacks, and what is out of step.
fn notes(entry: &Entry<'_>, texts: &FxHashMap<String, Text>) -> String {
    let text = text_of(entry, texts).map(|text| {
        let sources = if text.sources == 0 { "no source".to_owned() } else { plural(text.sources, "source") };
        format!("{}, {sources}", plural(text.words, "word"))
    });
    text.into_iter().chain(entry.remarks.iter().map(remark)).collect::<Vec<_>>().join(", ")
}

fn remark(remark: &Remark) -> String {
    match remark {
        Remark::OffSchedule(day) => format!("off schedule: meant for {}", day.strftime("%a %Y-%m-%d")),
        Remark::Doubled => "two in one slot".to_owned(),
        Remark::Overdue => "its time has passed".to_owned(),
        Remark::DuringPause => "during a pause".to_owned(),
    }
}

fn json(rows: &[Rows<'_>], texts: &FxHashMap<String, Text>) -> String {
    let all: Vec<Value> = rows.iter().map(|rows| object(rows, texts)).collect();
    Terminal::json(&all)
}

fn object(rows: &Rows<'_>, texts: &FxHashMap<String, Text>) -> Value {
    let slot = |entry: &Entry<'_>| {
        let text = text_of(entry, texts);
        json!({
            "at": entry.at.as_ref().map(crate::template::context::iso),
            "date": entry.at.as_ref().map(|at| at.date().to_string()),
            "state": entry.state.name(),
            "title": entry.instalment.map(|instalment| instalment.title().to_owned()),
            "file": entry.instalment.and_then(|instalment| instalment.path().map(str::to_owned)),
            "words": text.map(|text| text.words),
            "sources": text.map(|text| text.sources),
            "remarks": entry.remarks.iter().map(remark).collect::<Vec<_>>(),
        })
    };
    let cadence = rows.series.front().and_then(|front| front.cadence.as_ref());
    json!({
        "series": rows.series.slug,
        "title": rows.series.title,
        "cadence": cadence.map(ToString::to_string),
        "slots": rows.entries.iter().map(slot).collect::<Vec<_>>(),
    })
}

/// What an author sees in a calendar of their own: drafts, plans and what is still free.
fn ics(site: &Site, rows: &[Rows<'_>]) -> String {
    let event = |rows: &Rows<'_>, entry: &Entry<'_>| {
        let at = entry.at.as_ref()?;
        let what = what(rows.series, entry);
        let what = if what.is_empty() { rows.series.title.clone() } else { what };
        let title = match entry.state {
            State::Published => what,
            state => format!("{what} ({})", state.name()),
        };
        Some(calendar::Entry {
            at: at.timestamp(),
            id: format!("plan-{}-{}", rows.series.slug, at.strftime("%Y%m%dT%H%M")),
            title,
        })
    };
    let all = rows.iter().flat_map(|rows| rows.entries.iter().filter_map(|entry| event(rows, entry)));
    calendar::of_entries(
        &format!("{}: plan", site.config.title),
        &all.collect::<Vec<_>>(),
        site.instant.now,
        &site.config,
    )
}

/// How long until an entry.
fn away(site: &Site, entry: &Entry<'_>) -> String {
    entry.at.as_ref().map(|at| distance(site.instant.now, at)).unwrap_or_default()
}
