//! `weeknotes verify`

mod chosen;
mod told;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use url::Url;

use super::progress::Progress;
use super::terminal::Terminal;
use super::{Failure, Outcome, now};
use crate::build::{Builder, Report, Request};
use crate::cache::Cache;
use crate::config::Config;
use crate::content::When;
use crate::diagnostics::Diagnostic;
use crate::online::{Client, Networks, Options, SteadyClock, live};
use crate::output::Error;
use crate::site::Instant;
use crate::source::Folder;
use told::Findings;

/// Compare what a server has with what should be live now.
///
/// The site is built in memory as it should be at this moment, and the server is asked for
/// it: so a publishing job that did not run is found, and what can be read too early. Asked
/// for are the front page, the series, the feeds of both, the sitemap and the newest 20
/// posts, and the address of each draft and post to come, where nothing may be.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes verify --live https://example.org
  weeknotes verify --live https://example.org --all      every page and file
  weeknotes verify --live https://example.org --now 2026-03-03
  weeknotes verify --live http://localhost:8080 --url https://example.org
  weeknotes verify --live https://example.org --format json | jq '.counts'

What an address can be: `up to date`, the bytes that should be there; `waiting`, nothing,
and it is not out yet; `missing`, nothing, though it is due; `early`, something that is not
out yet; `outdated`, something else than should be there; `unreachable`, with the reason.
Pages that another version of weeknotes or of the theme has built are outdated too: use
here the version that publishes. Files that hosts read and do not serve, such as CNAME and
_redirects, are not asked for.

With --format json it is an object: `url`, `now`, `ok` (whether all is well), `counts` by
state, and `findings`, a list of `{state, url, what, file, title, due, draft, leads_to,
reason}`: `state` is `up_to_date`, `waiting`, `missing`, `early`, `outdated` or
`unreachable`; `file`, `title` and `due` (when a post comes out) are null where it is no
post or page, `leads_to` where it leads nowhere else, `reason` where it was reached.

Exits with 0 when all is well, with 1 when something is missing, early, outdated or did not
answer, with 2 when nothing can be reached, the content has errors, or the command line has.")]
pub(super) struct Arguments {
    /// Where the site is served
    #[arg(long, value_name = "URL", value_parser = address)]
    live: Url,
    /// The address that the served site was built for [default: that of --live]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Ask for every page and file
    #[arg(long)]
    all: bool,
    /// Take this for the present time, in the site's time zone: 2026-01-06, "2026-01-06 09:00"
    #[arg(long, value_name = "TIME", value_parser = now::parse)]
    now: Option<When>,
    /// How many requests are under way at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    concurrency: u16,
    /// How often an address is asked again that does not answer
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=9))]
    retries: u32,
    /// How it is told
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: what is wrong, or one line
    Table,
    /// For programs
    Json,
}

/// How many redirects are followed: from http to https, and to a slash or without one.
const REDIRECTS: usize = 5;

fn address(text: &str) -> Result<Url, String> {
    let is_plain = |url: &Url| {
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        is_web && url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
    };
    let wrong = || "write the address of the front page with its scheme: https://example.org".to_owned();
    Url::parse(text).ok().filter(is_plain).ok_or_else(wrong)
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut progress = Progress::start(terminal, false);
    progress.step("Reading");
    let folder = super::read(&arguments.root)?;
    let config = Config::read(folder.tree(), None).value;
    let now = now::resolve(arguments.now.as_ref(), &config, folder.tree())?;
    progress.step("Rendering");
    let mut builder = Builder::with_cache(Arc::new(Cache::open(&arguments.root).0));
    let report = build(arguments, &mut builder, &folder, now);
    if report.has_errors() {
        progress.finish();
        let errors: Vec<Diagnostic> = report.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
        Terminal::diagnostics(&errors, terminal.human());
        let error = Error::new("the site has errors, so nobody can say what should be live".to_owned());
        return Err(error.help("mend them; `weeknotes build` tells them too").into());
    }
    progress.step("Asking");
    let all = look(arguments, &mut builder, &folder, &report, now);
    progress.finish();
    let configured = (arguments.url.is_none() && config.url != report.config().url).then_some(config.url.as_str());
    tell(arguments, &Findings { live: &arguments.live, now, configured, all })
}

fn build(arguments: &Arguments, builder: &mut Builder, folder: &Folder, now: Timestamp) -> Report {
    let url = arguments.url.clone().unwrap_or_else(|| arguments.live.to_string());
    let instant = Instant::readers(now);
    let mut report = builder.build(folder.tree(), &Request { url: Some(url), instant });
    report.diagnostics.extend(folder.diagnostics());
    report.diagnostics.sort();
    report
}

fn look(
    arguments: &Arguments,
    builder: &mut Builder,
    folder: &Folder,
    report: &Report,
    now: Timestamp,
) -> Vec<(chosen::Asked, live::State)> {
    let mut asked = chosen::live(report, &arguments.live, arguments.all);
    asked.extend(chosen::waiting(builder, folder.tree(), report, &arguments.live));
    let options = Options {
        concurrency: usize::from(arguments.concurrency),
        retries: arguments.retries,
        redirects: REDIRECTS,
        timeout: Duration::from_secs(20),
        ..Options::default()
    };
    let not_found = report.plan.find("404.html").and_then(|at| report.content(at));
    let probes: Vec<live::Probe> = asked.iter().map(|asked| asked.probe.clone()).collect();
    let client = Client::keeping(Networks::All, options.concurrency);
    let states = live::compare(&probes, not_found.as_ref(), &options, &client, &SteadyClock::starting(now));
    asked.into_iter().zip(states).collect()
}

fn tell(arguments: &Arguments, findings: &Findings<'_>) -> Result<Outcome, Failure> {
    let silence = findings.silence();
    match arguments.format {
        Format::Json => Terminal::result(&findings.json())?,
        Format::Table if silence.is_some() => {}
        Format::Table => Terminal::result(&findings.table())?,
    }
    if let Some(reason) = silence {
        let error = Error::new(format!("nothing can be reached at {}: {reason}", arguments.live));
        return Err(error.help("is this machine connected, and is the address right?").into());
    }
    Ok(if findings.is_well() { Outcome::Good } else { Outcome::ContentErrors })
}
