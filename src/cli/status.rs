//! `weeknotes status`

use clap::Args;
use serde_json::{Value, json};

use super::build::plural;
use super::due::moment;
use super::known::{Asked, Format, Known, series};
use super::terminal::Terminal;
use super::{Failure, Outcome};
use crate::build::Report;
use crate::content::Document;
use crate::markdown::Body;
use crate::site::{Entry, Series, Site, distance};

/// Say what is ready for the next instalment, and what is missing.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes status
  weeknotes status --series tuesday-notes --format json")]
pub(super) struct Arguments {
    /// Only this series, by title or slug
    #[arg(long, value_name = "SERIES")]
    series: Option<String>,
    #[command(flatten)]
    asked: Asked,
}

/// Something that an instalment needs.
struct Check {
    name: &'static str,
    is_good: bool,
    told: String,
}

/// An instalment that is next, or late.
struct Waiting<'s> {
    series: &'s Series,
    entry: Entry<'s>,
    checks: Vec<Check>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let known = Known::read(&arguments.asked.site, terminal)?;
    let site = known.site();
    let report = known.everything();
    let wanted = series(&site, arguments.series.as_deref())?.into_iter().filter(|series| !series.is_finished);
    let all: Vec<Waiting<'_>> = wanted.flat_map(|series| waiting(&site, series, &report)).collect();
    let shown = match arguments.asked.format {
        Format::Text => in_words(&site, &all),
        Format::Json => {
            let all: Vec<Value> = all.iter().map(object).collect();
            Terminal::json(&all)
        }
    };
    Terminal::result(&shown)?;
    Ok(Outcome::Good)
}

/// What is late, and the next slot.
fn waiting<'s>(site: &'s Site, series: &'s Series, report: &Report) -> Vec<Waiting<'s>> {
    let (next, late) = site.ahead(series);
    let all = late.into_iter().chain(next);
    all.map(|entry| Waiting { series, checks: checks(&entry, report), entry }).collect()
}

fn checks(entry: &Entry<'_>, report: &Report) -> Vec<Check> {
    let check = |name, is_good, good: String, bad: &str| Check {
        name,
        is_good,
        told: if is_good { good } else { bad.to_owned() },
    };
    let written = entry.instalment.as_ref().and_then(|instalment| instalment.path());
    let Some((page, body)) = written.and_then(|path| report.site.page(path).zip(report.body(path))) else {
        return vec![check("text", false, String::new(), "nothing is written yet")];
    };
    let front = &page.document.front;
    let image = front.image.as_ref();
    vec![
        check("text", body.words > 0, format!("written: {}", plural(body.words, "word")), "there is no text yet"),
        check("draft", !front.draft, "no draft any more".to_owned(), "still a draft: take `draft: true` out"),
        check("sources", !body.references.is_empty(), plural(body.references.len(), "source"), "no source"),
        check("summary", front.summary.is_some(), "a summary".to_owned(), "no summary: lists show the first paragraph"),
        check(
            "image",
            image.is_none_or(|image| !image.alt.is_empty()),
            picture(&page.document),
            "the picture has no `alt`: say what it shows",
        ),
        check(
            "next",
            points_on(&page.document, body, report),
            "says what comes next".to_owned(),
            "does not say what comes next: `next_week:`, or a link to it",
        ),
        problems(&page.document, report),
    ]
}

fn picture(document: &Document) -> String {
    if document.front.image.is_some() { "a picture with its words" } else { "no picture, which is fine" }.to_owned()
}

/// Whether a post names what comes after it. Here what is not out is shown, so a link forward
/// is a link to a later post.
fn points_on(document: &Document, body: &Body, report: &Report) -> bool {
    let own = report.site.page(document.path()).and_then(|page| page.date.as_ref());
    let is_later = |path: &crate::source::SourcePath| {
        let other = report.site.page(path).and_then(|page| page.date.as_ref());
        own.zip(other).is_some_and(|(own, other)| own.timestamp() < other.timestamp())
    };
    document.front.next_week.is_some() || !body.forward.is_empty() || body.mentions.iter().any(is_later)
}

/// What a build says of the file.
fn problems(document: &Document, report: &Report) -> Check {
    let own =
        report.diagnostics.iter().filter(|found| found.span.as_ref().is_some_and(|at| at.path == *document.path()));
    let told: Vec<String> =
        own.map(|found| format!("line {}: {}", found.span.as_ref().map_or(1, |at| at.line), found.message)).collect();
    let is_good = told.is_empty();
    Check { name: "problems", is_good, told: if is_good { "nothing wrong in it".to_owned() } else { told.join("; ") } }
}

fn in_words(site: &Site, all: &[Waiting<'_>]) -> String {
    if all.is_empty() {
        return "Nothing is planned in any series.\n".to_owned();
    }
    let one = |waiting: &Waiting<'_>| {
        let at = waiting.entry.at.as_ref();
        let when = at.map(|at| format!("{}, {}", moment(at), distance(site.instant.now, at))).unwrap_or_default();
        let title = waiting.entry.instalment.map(|one| format!("\"{}\"", one.title())).unwrap_or_default();
        let path =
            waiting.entry.instalment.and_then(|one| one.path().map(|path| format!(" ({path})"))).unwrap_or_default();
        let checks = waiting
            .checks
            .iter()
            .map(|check| format!("  [{}] {}\n", if check.is_good { "x" } else { " " }, check.told));
        let checks: Vec<String> = checks.collect();
        let missing = waiting.checks.iter().filter(|check| !check.is_good).count();
        let verdict = if missing == 0 { "Ready.".to_owned() } else { format!("{missing} to do.") };
        let name = if title.is_empty() { String::new() } else { format!("{title}{path}\n") };
        format!("{}: {when}\n{name}{}{verdict}\n", waiting.series.title, checks.concat())
    };
    all.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn object(waiting: &Waiting<'_>) -> Value {
    let check = |check: &Check| json!({ "name": check.name, "good": check.is_good, "told": check.told });
    json!({
        "series": waiting.series.slug,
        "at": waiting.entry.at.as_ref().map(crate::template::context::iso),
        "state": waiting.entry.state.name(),
        "title": waiting.entry.instalment.map(|one| one.title().to_owned()),
        "file": waiting.entry.instalment.and_then(|one| one.path().map(str::to_owned)),
        "ready": waiting.checks.iter().all(|check| check.is_good),
        "checks": waiting.checks.iter().map(check).collect::<Vec<_>>(),
    })
}
