//! `weeknotes new`

mod editor;
mod text;

use std::path::PathBuf;

use clap::Args;
use jiff::ZonedDateTime;
use jiff::civil::Date;

use super::due::moment;
use super::known::same_series;
use super::terminal::Terminal;
use super::{Failure, Outcome, now};
use crate::build::Content;
use crate::content::When;
use crate::diagnostics::nearest;
use crate::output::{Error, create};
use crate::site::{Coming, ComingState, Instant, Series, Site, slugify};

/// Make a new post, with its front matter filled in.
///
/// In a series with a cadence it takes the next free slot, and without a title the next
/// planned instalment. The post begins as a draft: take the line `draft: true` out when it is
/// ready. What it begins with is in archetypes/<series>.md or archetypes/default.md, if
/// there is one: a Tera template with `title`, `date`, `series`, `series_slug`, `part`,
/// `slug` and `planned`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes new \"Group Therapy\"
  weeknotes new                                what is planned next
  weeknotes new --edit                         and open it in your editor ($VISUAL or $EDITOR)
  weeknotes new \"Group Therapy\" --series \"Tuesday Therapy Notes\" --date 2026-09-15")]
pub(super) struct Arguments {
    /// The post's title [default: that of what is planned next]
    title: Option<String>,
    /// Its series, by title or by the name of its file [default: the site's series, when it has just one]
    #[arg(long, value_name = "SERIES")]
    series: Option<String>,
    /// In no series
    #[arg(long, conflicts_with = "series")]
    no_series: bool,
    /// When it comes out [default: in the next free slot of its series, else today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<Date>,
    /// Open it in the editor that $VISUAL or $EDITOR names
    #[arg(long)]
    edit: bool,
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// Take this for the present time
    #[arg(long, value_name = "TIME", value_parser = now::parse)]
    now: Option<When>,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write it as 2026-01-06".to_owned())
}

/// Which series is meant, there already or not.
enum Meant<'s> {
    None,
    Known(&'s Series),
    New(String),
}

impl<'s> Meant<'s> {
    fn known(&self) -> Option<&'s Series> {
        match self {
            Self::Known(series) => Some(series),
            Self::None | Self::New(_) => None,
        }
    }

    fn title(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Known(series) => Some(&series.title),
            Self::New(title) => Some(title),
        }
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = super::read(&arguments.root)?;
    let content = Content::read(folder.tree());
    let now = now::resolve(arguments.now.as_ref(), &content.config, folder.tree())?;
    let site = content.site_at(Instant::everything(now)).value;
    let meant = meant(arguments, &site);
    let plan = plan(arguments, &meant)?;
    let title = arguments.title.as_deref().or(plan.map(|plan| plan.title.as_str())).unwrap_or_default();
    let slug = plan.and_then(|plan| plan.slug.clone()).unwrap_or_else(|| slugify(title, content.config.slugs));
    let title = &meant.known().map_or_else(|| title.to_owned(), |series| agreed_title(series, title));
    if slug.is_empty() {
        return Err(Error::new(format!("`{title}` has no letter or digit to make a file name of")).into());
    }
    let when = when(arguments, &site, &meant, plan);
    let begun =
        text::Begun { title, slug: &slug, when: &when, series: meant.known(), name: meant.title(), planned: plan };
    let text = match text::fill(&begun, &site, folder.tree()) {
        Ok(text) => text,
        Err(wrong) => {
            Terminal::diagnostics(&wrong, terminal.human());
            return Ok(Outcome::ContentErrors);
        }
    };
    let path = arguments.root.join(format!("content/posts/{}-{slug}.md", when.date()));
    create(&path, &text)?;
    Terminal::result(&format!("{}\n", path.display()))?;
    Terminal::message(&told(&site, &meant, &when, plan));
    if arguments.edit {
        editor::open(&path)?;
    }
    Ok(Outcome::Good)
}

fn meant<'s>(arguments: &Arguments, site: &'s Site) -> Meant<'s> {
    if arguments.no_series {
        return Meant::None;
    }
    let Some(wanted) = &arguments.series else {
        return match site.series.as_slice() {
            [only] => Meant::Known(only),
            _ => Meant::None,
        };
    };
    if let Some(known) = same_series(site, wanted) {
        return Meant::Known(known);
    }
    let near = nearest(wanted, site.series.iter().map(|series| series.title.as_str()));
    let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
    Terminal::message(&format!("note: \"{wanted}\" is a new series{hint}\n"));
    Meant::New(wanted.clone())
}

/// As the series' contract wants it.
fn agreed_title(series: &Series, title: &str) -> String {
    let contract = series.front().and_then(|front| front.contract.as_ref());
    contract.map_or_else(|| title.to_owned(), |contract| contract.title_for(title, series.parts.len() + 1))
}

/// The plan that the post is written for: of its title, or the next one.
fn plan<'s>(arguments: &Arguments, meant: &Meant<'s>) -> Result<Option<&'s Coming>, Error> {
    let plans = meant.known().map(|series| series.coming.as_slice()).unwrap_or_default();
    let mut plans = plans.iter().filter(|coming| coming.state == ComingState::Planned);
    let Some(title) = &arguments.title else {
        return plans.next().map(Some).ok_or_else(|| {
            let help = "give one: weeknotes new \"Group Therapy\"; or plan titles in the series' file, `planned: [Group Therapy]`";
            Error::new("nothing is planned, so the post has no title".to_owned()).help(help)
        });
    };
    Ok(plans.find(|plan| plan.title.eq_ignore_ascii_case(title) || plan.slug.as_ref() == Some(title)))
}

fn when(arguments: &Arguments, site: &Site, meant: &Meant<'_>, plan: Option<&Coming>) -> ZonedDateTime {
    let slots = meant.known().and_then(|series| site.slots(series));
    let time = slots.map_or(site.config.publish_at, |slots| slots.time());
    let on = |day: Date| When::Date(day).resolve(&site.config.timezone, time);
    if let Some(day) = arguments.date {
        return on(day);
    }
    // A plan whose day has passed is for no day any more.
    let planned = plan.and_then(|plan| plan.date.clone()).filter(|at| at.timestamp() > site.instant.now);
    let free = || Some(site.next_free_slot(meant.known()?)?.at);
    planned.or_else(free).unwrap_or_else(|| on(site.today()))
}

fn told(site: &Site, meant: &Meant<'_>, when: &ZonedDateTime, plan: Option<&Coming>) -> String {
    let Some(title) = meant.title() else { return String::new() };
    let slots = meant.known().and_then(|series| site.slots(series));
    if slots.is_none() {
        return format!("A draft in the series {title}.\n");
    }
    let planned = if plan.is_some() { ", as planned" } else { "" };
    let slot = slots.and_then(|slots| slots.nearest(when.date()));
    let off = slot.filter(|slot| slot.day != when.date() || slot.is_paused);
    let note = off.map(|slot| {
        let why = if slot.is_paused { "the series pauses then" } else { "that is no day of its cadence" };
        let free = meant.known().and_then(|series| site.next_free_slot(series));
        let free = free.map(|slot| format!("; the next free slot is on {}", moment(&slot.at))).unwrap_or_default();
        format!("note: {why}{free}\n")
    });
    format!("A draft in the series {title} for {}{planned}.\n{}", moment(when), note.unwrap_or_default())
}
