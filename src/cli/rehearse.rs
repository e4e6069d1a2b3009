//! `weeknotes rehearse`

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::build::plural;
use super::due::moment;
use super::known::{Asked, Format, Known};
use super::terminal::Terminal;
use super::{Failure, Outcome, now, table};
use crate::build::Rehearsal;
use crate::content::When;
use crate::diagnostics::Diagnostic;
use crate::output::OutputFolder;
use crate::site::{Instant, Page, Site};

/// Show what the clock alone changes between now and another time.
///
/// The site is built at both, in memory: addresses that appear, pages that change and why,
/// feed entries, links that come alive, and the number of parts.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes rehearse 2026-12-01                      that day at the hour when posts are published
  weeknotes rehearse \"2026-12-01 07:00\" --format json
  weeknotes rehearse 2026-12-01 --output /tmp/then   the site as it is then, to look at")]
pub(super) struct Arguments {
    /// The other time, in the site's time zone: 2026-01-06, "2026-01-06 09:00"
    #[arg(value_name = "TIME", value_parser = now::parse)]
    then: When,
    /// Write the site as it is then into this folder
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    asked: Asked,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let known = Known::read(&arguments.asked.site, terminal)?;
    let config = &known.content.config;
    let then = now::moment(arguments.then, config, known.folder.tree());
    let rehearsal = Rehearsal::between(known.folder.tree(), Instant::readers(known.now), Instant::readers(then));
    let errors: Vec<Diagnostic> = rehearsal.then.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
    if !errors.is_empty() {
        Terminal::diagnostics(&errors, terminal.human());
        Terminal::message("With these errors the site cannot be built then.\n");
        return Ok(Outcome::ContentErrors);
    }
    let shown = match arguments.asked.format {
        Format::Text => in_words(&rehearsal),
        Format::Json => Terminal::json(&object(&rehearsal)),
    };
    Terminal::result(&shown)?;
    if let Some(output) = &arguments.output {
        let folder = OutputFolder::check(&arguments.asked.site.root, output, std::env::home_dir().as_deref())?;
        folder.write(&rehearsal.then.artifacts())?;
        Terminal::message(&format!("The site as it is then is in {}.\n", output.display()));
    }
    Ok(Outcome::Good)
}

fn time_of(site: &Site) -> String {
    moment(&site.instant.now.to_zoned_datetime(site.config.timezone.clone()))
}

fn in_words(rehearsal: &Rehearsal) -> String {
    let from = format!("From {} to {}:\n", time_of(&rehearsal.now.site), time_of(&rehearsal.then.site));
    let posts = rehearsal.posts();
    let addresses = rehearsal.appearing.iter().map(|address| vec![address.clone()]).collect();
    let parts = rehearsal
        .parts()
        .into_iter()
        .map(|(title, before, after)| vec![title.to_owned(), format!("{before} → {after}")]);
    let links = rehearsal.links.iter().map(|(path, to)| vec![path.to_string(), format!("→ {to}")]).collect();
    let sections = [
        section("post", "comes out", "come out", posts.iter().map(|post| row(post)).collect()),
        section("address", "appears", "appear", addresses),
        section("address", "vanishes", "vanish", rehearsal.vanishing.iter().map(|one| vec![one.clone()]).collect()),
        section(
            "file",
            "changes",
            "change",
            rehearsal.changing.iter().map(|(one, why)| vec![one.clone(), why.clone()]).collect(),
        ),
        section("new feed entry", "", "", entries(rehearsal, &posts)),
        section("link", "comes alive", "come alive", links),
        section("series", "has another number of parts", "have another number of parts", parts.collect()),
    ];
    let all = sections.concat();
    from + if all.is_empty() { "nothing changes.\n" } else { &all }
}

fn row(post: &Page) -> Vec<String> {
    let date = post.date.as_ref().map(moment).unwrap_or_default();
    vec![format!("\"{}\"", post.title), date, post.path().to_string()]
}

fn entries(rehearsal: &Rehearsal, posts: &[&Page]) -> Vec<Vec<String>> {
    let dated = posts.iter().filter(|post| post.date.is_some());
    dated
        .map(|post| vec![format!("\"{}\"", post.title), format!("in {}", rehearsal.feeds_of(post).join(", "))])
        .collect()
}

/// "2 addresses appear", and a line for each; nothing when there is none.
fn section(what: &str, one: &str, more: &str, rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let count = match (what, rows.len()) {
        ("address", count) if count != 1 => format!("{count} addresses"),
        ("new feed entry", count) if count != 1 => format!("{count} new feed entries"),
        ("series", count) => format!("{count} series"),
        (what, count) => plural(count, what),
    };
    let verb = if rows.len() == 1 { one } else { more };
    let indented: Vec<Vec<String>> = rows
        .into_iter()
        .map(|mut row| {
            row[0].insert_str(0, "  ");
            row
        })
        .collect();
    format!("\n{}\n{}", format!("{count} {verb}").trim_end(), table::columns(&indented, 160))
}

fn object(rehearsal: &Rehearsal) -> Value {
    let post = |post: &&Page| {
        json!({
            "title": post.title,
            "file": &**post.path(),
            "url": rehearsal.then.site.href(&post.permalink),
            "at": post.date.as_ref().map(|at| at.timestamp().to_string()),
            "feeds": rehearsal.feeds_of(post),
        })
    };
    let pairs = |names: [&str; 2], all: Vec<(String, String)>| {
        all.into_iter().map(|(one, other)| json!({ names[0]: one, names[1]: other })).collect::<Vec<_>>()
    };
    let parts = rehearsal
        .parts()
        .into_iter()
        .map(|(title, before, after)| json!({ "series": title, "before": before, "after": after }));
    json!({
        "now": rehearsal.now.site.instant.now.to_string(),
        "then": rehearsal.then.site.instant.now.to_string(),
        "posts": rehearsal.posts().iter().map(post).collect::<Vec<_>>(),
        "appearing": rehearsal.appearing,
        "vanishing": rehearsal.vanishing,
        "changing": pairs(["url", "why"], rehearsal.changing.clone()),
        "links": pairs(["file", "to"], rehearsal.links.iter().map(|(path, to)| (path.to_string(), to.clone())).collect()),
        "parts": parts.collect::<Vec<_>>(),
    })
}
