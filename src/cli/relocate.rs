//! `weeknotes move`

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};

use super::build::plural;
use super::terminal::Terminal;
use super::{Failure, Outcome, now};
use crate::config::Config;
use crate::content::When;
use crate::diagnostics::Diagnostic;
use crate::relocate::{Address, Edit, Fate, NewDate, NewSeries, Plan, Refused, Request, find_post, plan};
use crate::source::Folder;

/// Give a post another date, slug or series, and keep everything right that names it.
///
/// Its file or folder gets the new name, its front matter the new values; every link to it
/// from another file follows. When it is out and gets another address, the old one becomes
/// an alias, so that it still leads to the post. The site is built in memory first: when
/// something would be wrong then, it is told, and nothing is changed. When something fails
/// half way, all files are as they were.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("change").required(true).multiple(true).args(["date", "slug", "series", "no_series"])),
    after_help = "\
Examples:
  weeknotes move group-therapy --slug groups --dry-run     what would change
  weeknotes move group-therapy --date 2026-09-22
  weeknotes move group-therapy --date 2026-09-22 --shift   and each note after it a week later
  weeknotes move content/posts/2026-09-15-group-therapy.md --series \"Evening Notes\"

Exits with 0 when all is well, with 1 when the content is in the way, with 2 when the
machine or the command line is."
)]
pub(super) struct Arguments {
    /// The post: its slug, the name of its file, or its path
    #[arg(value_name = "POST")]
    post: String,
    /// Its new date; its time of day stays unless this has one: 2026-01-13, "2026-01-13 09:00"
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<NewDate>,
    /// Its new slug: the last part of its address
    #[arg(long, value_name = "SLUG")]
    slug: Option<String>,
    /// Its new series, by title or by the name of its file
    #[arg(long, value_name = "SERIES")]
    series: Option<String>,
    /// Take it out of its series
    #[arg(long, conflicts_with = "series")]
    no_series: bool,
    /// Move the instalments of the series that come after it and are not out by as many days
    #[arg(long, requires = "date")]
    shift: bool,
    /// Tell what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// Take this for the present time, in the site's time zone: 2026-01-06, "2026-01-06 09:00"
    #[arg(long, value_name = "TIME", value_parser = now::parse)]
    now: Option<When>,
}

fn date(text: &str) -> Result<NewDate, String> {
    NewDate::parse(text)
        .ok_or_else(|| "write it as 2026-01-13, \"2026-01-13 09:00\" or 2026-01-13T09:00:00-05:00".to_owned())
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = super::read(&arguments.root)?;
    let unread = unread(&folder);
    if !unread.is_empty() {
        Terminal::diagnostics(&unread, terminal.human());
        Terminal::message("Nothing was changed: there may be a link to the post in what cannot be read.\n");
        return Ok(Outcome::ContentErrors);
    }
    let plan = match plan(folder.tree(), &arguments.request(&folder)?) {
        Ok(plan) => plan,
        Err(refused) => return tell(refused, terminal),
    };
    if plan.is_empty() {
        Terminal::message("Nothing to do: it is so already.\n");
        return Ok(Outcome::Good);
    }
    if !arguments.dry_run {
        plan.transaction(&arguments.root).commit()?;
    }
    Terminal::diagnostics(&plan.warnings, terminal.human());
    for note in &plan.notes {
        Terminal::message(&format!("note: {note}\n"));
    }
    if arguments.dry_run {
        Terminal::result(&in_full(&plan))?;
        Terminal::message("Nothing was changed: this is what would be without --dry-run.\n");
    } else {
        Terminal::result(&in_short(&plan))?;
    }
    Ok(Outcome::Good)
}

fn tell(refused: Refused, terminal: &Terminal) -> Result<Outcome, Failure> {
    let (found, why) = match refused {
        Refused::Usage(error) => return Err(error.into()),
        Refused::Content(found) => (found, "this is in the way"),
        Refused::Broken(found) => (found, "this would be wrong after the move"),
    };
    Terminal::diagnostics(&found, terminal.human());
    Terminal::message(&format!("Nothing was changed: {why}.\n"));
    Ok(Outcome::ContentErrors)
}

/// The texts in which a link cannot be looked for.
fn unread(folder: &Folder) -> Vec<Diagnostic> {
    let is_text = |found: &Diagnostic| found.span.as_ref().is_some_and(|span| span.path.ends_with(".md"));
    folder.diagnostics().into_iter().filter(is_text).collect()
}

impl Arguments {
    fn request(&self, folder: &Folder) -> Result<Request, Failure> {
        let named = self.series.clone().map(NewSeries::Named);
        Ok(Request {
            post: find_post(folder.tree(), &self.post, below(&self.post, &self.root).as_deref())?,
            date: self.date.clone(),
            slug: self.slug.clone(),
            series: named.or(self.no_series.then_some(NewSeries::None)),
            shift: self.shift,
            now: now::resolve(self.now.as_ref(), &Config::read(folder.tree(), None).value, folder.tree())?,
        })
    }
}

/// A path from the present folder as one from the site's. A file that is a symbolic link
/// is the one of the link's name.
fn below(path: &str, root: &Path) -> Option<String> {
    let path = Path::new(path);
    let whole = match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            folder.canonicalize().ok()?.join(name)
        }
        _ => path.canonicalize().ok()?,
    };
    let below = whole.strip_prefix(root.canonicalize().ok()?).ok()?;
    let parts: Vec<&str> = below.iter().map(|part| part.to_str()).collect::<Option<_>>()?;
    Some(parts.join("/"))
}

/// Every name and every line, one below the other.
fn in_full(plan: &Plan) -> String {
    let mut lines: Vec<String> =
        plan.renames.iter().map(|rename| format!("rename   {} → {}\n", rename.from, rename.to)).collect();
    lines.extend(plan.edits.iter().map(edit));
    lines.extend(plan.addresses.iter().map(address));
    lines.concat()
}

fn edit(edit: &Edit) -> String {
    let [old, new] = [&edit.old, &edit.new].map(|text| text.lines().map(str::trim).collect::<Vec<_>>().join(" "));
    let change = match (old.as_str(), new.as_str()) {
        ("", new) => format!("+ {new}"),
        (old, "") => format!("- {old}"),
        (old, new) => format!("{old} → {new}"),
    };
    format!("edit     {}:{}: {change}\n", edit.path, edit.line)
}

fn address(address: &Address) -> String {
    let fate = match &address.fate {
        Fate::Kept => ", and the old one leads there",
        Fate::Taken(_) | Fate::Unknown => "",
    };
    format!("address  {} → {}{fate}\n", address.old, address.new)
}

fn in_short(plan: &Plan) -> String {
    let names: Vec<String> = plan.renames.iter().map(|rename| format!("{} → {}\n", rename.from, rename.to)).collect();
    let kept: Vec<&Address> = plan.addresses.iter().filter(|address| address.fate == Fate::Kept).collect();
    let kept = match kept.as_slice() {
        [] => String::new(),
        [only] => format!(" {} leads to {}.", only.old, only.new),
        several => format!(" {} old addresses lead to the new ones.", several.len()),
    };
    let links = match plan.link_count {
        0 => String::new(),
        count => format!(", {} among them", plural(count, "link")),
    };
    let lines =
        format!("{} changed in {}{links}", plural(plan.edits.len(), "place"), plural(plan.file_count(), "file"));
    let renamed = format!("{} renamed", plural(plan.renames.len(), "post"));
    let parts: Vec<String> = [(plan.renames.len(), renamed), (plan.edits.len(), lines)]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, part)| part)
        .collect();
    format!("{}Moved: {}.{kept}\n", names.concat(), parts.join(", "))
}
