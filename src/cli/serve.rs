//! `weeknotes serve`

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;

use super::build::plural;
use super::terminal::Terminal;
use super::{Failure, Outcome, now};
use crate::config::Config;
use crate::content::When;
use crate::output::Error;
use crate::serve::{Built, Options, Told, serve};
use crate::source::SourceTree;

/// How many changed files a line names.
const NAMED: usize = 2;

/// Preview the site while you write.
///
/// Every change is on the page a moment after it was saved: the page stays where it is
/// and is patched in place. A mistake is shown over the last good page and goes when it
/// is mended. Drafts and posts to come are shown with a mark. Nothing is written to the
/// output folder.
///
/// What waits, what is wrong, and why a page was rendered again stands at /_weeknotes/.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes serve                    drafts and posts to come included
  weeknotes serve --open             and open the browser
  weeknotes serve --no-drafts        as readers see it today
  weeknotes serve --now 2026-03-03   as it is on that day
  weeknotes serve --bind 0.0.0.0     for the phone in the same network
  weeknotes serve --poll             for a folder on a network drive

With `editor: vscode` (or zed, idea) in weeknotes.yaml the places of mistakes are links
that open the file. Ctrl+C ends the preview.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
pub(super) struct Arguments {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The port; when it is taken, the next free one
    #[arg(long, value_name = "N", default_value_t = 4000)]
    port: u16,
    /// The address to listen at; other machines can only look in when it is not this one's own
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// Show drafts, and posts to come only with --future
    #[arg(long)]
    drafts: bool,
    /// Show posts to come, and drafts only with --drafts
    #[arg(long)]
    future: bool,
    /// Show neither drafts nor posts to come
    #[arg(long, conflicts_with_all = ["drafts", "future"])]
    no_drafts: bool,
    /// Open the browser
    #[arg(long)]
    open: bool,
    /// Compare every rebuild with a clean build, and tell what differs
    #[arg(long)]
    verify: bool,
    /// Begin at this time, in the site's time zone: 2026-01-06, "2026-01-06 09:00"
    #[arg(long, value_name = "TIME", value_parser = now::parse)]
    now: Option<When>,
    /// Look at the files' times every so many seconds, where the file system tells nothing
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "1", value_parser = seconds)]
    poll: Option<Duration>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "write a number of seconds: 0.5".to_owned();
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|seconds| !seconds.is_zero()).ok_or_else(wrong)
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = super::read(&arguments.root)?;
    let config = Config::read(folder.tree(), None).value;
    let clock = clock(arguments.now.as_ref(), &config, folder.tree())?;
    let both = !arguments.drafts && !arguments.future && !arguments.no_drafts;
    let options = Options {
        root: arguments.root.clone(),
        bind: arguments.bind,
        port: arguments.port,
        drafts: both || arguments.drafts,
        future: both || arguments.future,
        verify: arguments.verify,
        poll: arguments.poll,
    };
    serve(&options, clock, |told| match told {
        Told::Built(built) => tell(built, terminal),
        Told::CacheLeft(trouble) => super::cache_left(trouble),
        Told::Listening(address, base_path) => {
            let address = format!("http://{address}{base_path}/");
            // That nobody reads it does not stop the preview.
            let _ = Terminal::result(&format!("Preview at {address} (Ctrl+C ends it)\n"));
            if arguments.open && open::that_detached(&address).is_err() {
                Terminal::message("note: the browser could not be opened\n");
            }
        }
    })?;
    Ok(Outcome::Good)
}

/// The clock's time, or a time that was given and goes on from there.
fn clock(given: Option<&When>, config: &Config, tree: &SourceTree) -> Result<impl Fn() -> Timestamp + use<>, Error> {
    let start = now::resolve(given, config, tree)?;
    let started = Instant::now();
    let is_given = given.is_some();
    Ok(move || if is_given { start.saturating_add(started.elapsed()).unwrap_or(start) } else { Timestamp::now() })
}

fn tell(built: &Built, terminal: &Terminal) {
    if !built.diagnostics.is_empty() {
        Terminal::message("\n");
    }
    Terminal::diagnostics(&built.diagnostics, terminal.human());
    let what = match built.changed.as_slice() {
        _ if built.revision == 1 => "Built".to_owned(),
        [] => "A date has come".to_owned(),
        few if few.len() <= NAMED => few.join(", "),
        many => format!("{} and {} more", many[..NAMED].join(", "), plural(many.len() - NAMED, "file")),
    };
    let rendered = format!("{} of {} rendered", built.rendered, plural(built.total, "artifact"));
    let wrong = [plural(built.errors(), "error"), plural(built.warnings(), "warning")];
    let wrong: Vec<&str> = wrong.iter().map(String::as_str).filter(|count| !count.starts_with("0 ")).collect();
    let wrong = if wrong.is_empty() { String::new() } else { format!(", {}", wrong.join(" and ")) };
    Terminal::message(&format!("{what}: {rendered} in {:.0} ms{wrong}\n", built.milliseconds));
    if !built.mismatches.is_empty() {
        Terminal::message(&format!(
            "error: this differs from a clean build: {}\nhelp: please report it; until then end the preview and begin it again\n",
            built.mismatches.join(", ")
        ));
    }
}
