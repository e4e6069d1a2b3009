//! `weeknotes schedule`

use clap::Args;
use serde_json::json;

use super::due::{Due, SinceArguments, moment};
use super::known::{Format, Known, SiteArguments};
use super::terminal::Terminal;
use super::{Failure, Outcome};
use crate::site::{Page, Site, distance};

/// Say when the site changes next by itself, and when a scheduler should look.
///
/// The cron lines are in UTC and cover the time before and after the clocks are changed, so
/// one of them may come too early: ask `weeknotes next --exit-code` first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes schedule
  weeknotes schedule --format json                       next_change_at, cron, due
  weeknotes schedule --exit-code && weeknotes build      as `next --exit-code`

Exits with 0, with 3 when nothing is due and --exit-code is given, with 2 when the machine
or the command line has errors.")]
pub(super) struct Arguments {
    /// How the answer is given
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    since: SinceArguments,
    #[command(flatten)]
    site: SiteArguments,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let known = Known::read(&arguments.site, terminal)?;
    let site = known.site();
    let due = Due::find(&arguments.since, &arguments.site, &known, &site);
    let then = site.next_change.map(|next| known.site_at(next));
    let appearing = then.as_ref().map(|then| appearing(&site, then)).unwrap_or_default();
    let lines = site.cron_lines();
    let shown = match arguments.format {
        Format::Text => due.in_words(&site) + &in_words(&site, &appearing, &lines),
        Format::Json => {
            let value = json!({
                "now": site.instant.now.to_string(),
                "next_change_at": site.next_change.map(|at| at.to_string()),
                "appearing": appearing.iter().map(|post| post.path().to_string()).collect::<Vec<_>>(),
                "since": due.since.map(|since| since.to_string()),
                "due": due.has_changed,
                "cron": lines,
                "cron_timezone": "UTC",
            });
            Terminal::json(&value)
        }
    };
    Terminal::result(&shown)?;
    Ok(due.outcome(&arguments.since))
}

/// The posts that are out then and not now.
fn appearing<'s>(now: &Site, then: &'s Site) -> Vec<&'s Page> {
    then.posts.iter().filter(|post| now.page(post.path()).is_none()).collect()
}

fn in_words(site: &Site, appearing: &[&Page], lines: &[String]) -> String {
    let next = site.next_change.map(|at| at.to_zoned_datetime(site.config.timezone.clone()));
    let next = match &next {
        None => "The site does not change by itself: nothing is scheduled.\n".to_owned(),
        Some(at) => {
            let posts: Vec<String> = appearing.iter().map(|post| format!("  \"{}\" comes out\n", post.title)).collect();
            let posts = posts.concat();
            let what = if posts.is_empty() { "  what is told of what comes next\n" } else { &posts };
            format!("The site changes next on {}, {}:\n{what}", moment(at), distance(site.instant.now, at))
        }
    };
    let lines: Vec<String> = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!("{next}For cron, in UTC:\n{}", lines.concat())
}
