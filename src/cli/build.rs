//! `weeknotes build`

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::due::moment;
use super::progress::{self, Finished, Progress};
use super::terminal::Terminal;
use super::{Failure, Outcome, now};
use crate::build::{Builder, Report, Request};
use crate::cache::Cache;
use crate::config::Config;
use crate::content::When;
use crate::diagnostics::{Diagnostic, Format};
use crate::output::{Error, OutputFolder, Written};
use crate::site::Instant;
use crate::source::Folder;

/// Build the site into a folder.
///
/// Everything is rendered and checked first. When something is wrong it is told, all of
/// it at once, and nothing is written: the site that was there stays as it is.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes build                              the site, in public/
  weeknotes build --drafts --future            with what is not out yet
  weeknotes build --now 2026-03-03             the site as it is on that day
  weeknotes build --strict --message-format github   in a GitHub workflow

Exits with 0 when all is well, with 1 when the content has errors (with --strict also
for warnings), with 2 when the machine or the command line has.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
pub(super) struct Arguments {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// Where to write, relative to the site's folder [default: public, or `output` in weeknotes.yaml]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The site's address, in place of `url` in weeknotes.yaml
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Build drafts too
    #[arg(long)]
    drafts: bool,
    /// Build posts too whose date has not come
    #[arg(long)]
    future: bool,
    /// Take this for the present time, in the site's time zone: 2026-01-06, "2026-01-06 09:00"
    #[arg(long, value_name = "TIME", value_parser = now::parse)]
    now: Option<When>,
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
    /// Build beside the output folder and swap the two at once
    #[arg(long)]
    atomic: bool,
    /// How problems are told
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = MessageFormat::Human)]
    message_format: MessageFormat,
    /// Tell nothing but problems
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Tell how long each step took
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MessageFormat {
    /// With the line of the source, for people
    Human,
    /// One JSON object a line
    Json,
    /// Annotations in GitHub Actions
    Github,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut progress = Progress::start(terminal, arguments.quiet);
    progress.step("Reading");
    let folder = super::read(&arguments.root)?;
    progress.step("Rendering");
    let (cache, trouble) = Cache::open(&arguments.root);
    let cache = Arc::new(cache);
    let mut builder = Builder::with_cache(Arc::clone(&cache));
    let report = build(arguments, &mut builder, &folder)?;
    // A cache that cannot be written is no loss.
    let _ = cache.store();
    let too_bad = report.has_errors() || (arguments.strict && !report.diagnostics.is_empty());
    let written = if too_bad {
        None
    } else {
        progress.step("Writing");
        Some(write(arguments, &report))
    };
    let finished = progress.finish();
    Terminal::diagnostics(&report.diagnostics, arguments.format(terminal));
    if let Some(trouble) = trouble.filter(|_| !arguments.quiet) {
        super::cache_left(trouble);
    }
    let written = written.transpose()?;
    if !arguments.quiet {
        summarise(arguments, &report, written.as_ref(), &finished)?;
    }
    // The process ends here; taking apart what it holds, value by value, serves nobody.
    std::mem::forget((folder, builder, report));
    Ok(if too_bad { Outcome::ContentErrors } else { Outcome::Good })
}

fn build(arguments: &Arguments, builder: &mut Builder, folder: &Folder) -> Result<Report, Error> {
    let config = Config::read(folder.tree(), arguments.url.as_deref()).value;
    let instant = Instant {
        now: now::resolve(arguments.now.as_ref(), &config, folder.tree())?,
        drafts: arguments.drafts,
        future: arguments.future,
    };
    let mut report = builder.build(folder.tree(), &Request { url: arguments.url.clone(), instant });
    report.diagnostics.extend(folder.diagnostics());
    report.diagnostics.sort();
    Ok(report)
}

fn write(arguments: &Arguments, report: &Report) -> Result<Written, Error> {
    let wanted = arguments.output.clone().unwrap_or_else(|| PathBuf::from(&report.config().output));
    let folder = OutputFolder::check(&arguments.root, &wanted, std::env::home_dir().as_deref())?;
    if arguments.atomic { folder.write_atomic(&report.artifacts()) } else { folder.write(&report.artifacts()) }
}

impl Arguments {
    fn format(&self, terminal: &Terminal) -> Format {
        match self.message_format {
            MessageFormat::Human => terminal.human(),
            MessageFormat::Json => Format::Json,
            MessageFormat::Github => Format::Github,
        }
    }
}

fn summarise(
    arguments: &Arguments,
    report: &Report,
    written: Option<&Written>,
    finished: &Finished,
) -> Result<(), Failure> {
    if arguments.verbose {
        for (name, time) in &finished.steps {
            Terminal::message(&format!("{name}: {}\n", progress::duration(*time)));
        }
    }
    for path in written.iter().flat_map(|written| &written.left) {
        Terminal::message(&format!("note: left {path}, which was changed since weeknotes wrote it\n"));
    }
    let (errors, warnings) = count(&report.diagnostics);
    if arguments.message_format == MessageFormat::Json {
        let line = json!({
            "reason": "build-finished",
            "success": written.is_some(),
            "pages": report.page_count,
            "posts": report.site.posts.len(),
            "series": report.site.series.len(),
            "errors": errors,
            "warnings": warnings,
            "written": written.map(|written| written.written),
            "unchanged": written.map(|written| written.unchanged),
            "removed": written.map(|written| written.removed),
            "next_change_at": report.site.next_change.map(|at| at.to_string()),
            "milliseconds": u64::try_from(finished.total.as_millis()).unwrap_or(u64::MAX),
        });
        return Ok(Terminal::result(&format!("{line}\n"))?);
    }
    let Some(written) = written else {
        let problems = join(&[plural(errors, "error"), plural(warnings, "warning")]);
        Terminal::message(&format!("Nothing was written: {problems}.\n"));
        return Ok(());
    };
    let made = format!(
        "{}, {} and {} series",
        plural(report.page_count, "page"),
        plural(report.site.posts.len(), "post"),
        report.site.series.len()
    );
    let removed = if written.removed > 0 { format!(", {} removed", written.removed) } else { String::new() };
    let files = format!("{} written, {} unchanged{removed}", plural(written.written, "file"), written.unchanged);
    let warned = if warnings > 0 { format!(" {}.", plural(warnings, "warning")) } else { String::new() };
    let next = report.site.next_change.map(|at| at.to_zoned_datetime(report.site.config.timezone.clone()));
    let next = next.map(|at| format!("It changes next by itself on {}.\n", moment(&at))).unwrap_or_default();
    let time = progress::duration(finished.total);
    Ok(Terminal::result(&format!("Built {made} in {time}: {files}.{warned}\n{next}"))?)
}

fn count(diagnostics: &[Diagnostic]) -> (usize, usize) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    (errors, diagnostics.len() - errors)
}

pub(super) fn plural(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}

/// Leaves out what there is none of.
fn join(counts: &[String]) -> String {
    let some: Vec<&str> = counts.iter().filter(|count| !count.starts_with("0 ")).map(String::as_str).collect();
    some.join(" and ")
}
