//! Whether the clock has changed the site since it was last published.

use clap::Args;
use jiff::{Timestamp, ZonedDateTime};
use serde_json::{Value, json};

use super::Outcome;
use super::known::{Known, SiteArguments};
use super::now;
use crate::content::When;
use crate::output::last_written;
use crate::site::{Page, Site};

/// Since when, and how it is told.
#[derive(Debug, Args)]
pub(super) struct SinceArguments {
    /// When the site was last published [default: when the output folder was last written; without one everything is due]
    #[arg(long, value_name = "TIME", value_parser = now::parse)]
    since: Option<When>,
    /// Exit with 3 when nothing is due
    #[arg(long)]
    exit_code: bool,
}

/// What the clock has changed.
pub(super) struct Due {
    pub(super) since: Option<Timestamp>,
    pub(super) has_changed: bool,
    /// Posts that came out by themselves since then, oldest first, by their files.
    posts: Vec<String>,
}

impl Due {
    pub(super) fn find(arguments: &SinceArguments, site_arguments: &SiteArguments, known: &Known, site: &Site) -> Self {
        let config = &known.content.config;
        let given = arguments.since.map(|when| now::moment(when, config, known.folder.tree()));
        let since = given.or_else(|| last_written(&site_arguments.root.join(&config.output)));
        let Some(since) = since else {
            return Self { since: None, has_changed: true, posts: Vec::new() };
        };
        let before = known.site_at(since);
        let has_changed = before.next_change.is_some_and(|next| next <= known.now);
        let is_new = |post: &&Page| before.page(post.path()).is_none() && post.date.is_some();
        let posts = site.posts.iter().rev().filter(is_new).map(|post| post.path().to_string()).collect();
        Self { since: Some(since), has_changed, posts }
    }

    /// How the program ends.
    pub(super) fn outcome(&self, arguments: &SinceArguments) -> Outcome {
        if arguments.exit_code && !self.has_changed { Outcome::NothingDue } else { Outcome::Good }
    }

    pub(super) fn in_words(&self, site: &Site) -> String {
        let Some(since) = self.since else { return String::new() };
        let since = moment(&since.to_zoned_datetime(site.config.timezone.clone()));
        if self.posts.is_empty() {
            let what = if self.has_changed { "what is told of what comes next has changed" } else { "nothing is due" };
            return format!("Since {since} {what}.\n");
        }
        let lines: Vec<String> =
            self.pages(site).map(|post| format!("  \"{}\", {}\n", post.title, day_of(post))).collect();
        format!("Due since {since}:\n{}", lines.concat())
    }

    pub(super) fn json(&self, site: &Site) -> Value {
        let posts = self.pages(site).map(|post| {
            json!({ "title": post.title, "file": &**post.path(), "at": post.date.as_ref().map(|at| at.timestamp().to_string()) })
        });
        json!(posts.collect::<Vec<_>>())
    }

    fn pages<'s>(&'s self, site: &'s Site) -> impl Iterator<Item = &'s Page> {
        self.posts.iter().filter_map(|path| site.page(path))
    }
}

fn day_of(post: &Page) -> String {
    post.date.as_ref().map(moment).unwrap_or_default()
}

/// "Tuesday, December 1, 2026 at 07:00".
pub(super) fn moment(at: &ZonedDateTime) -> String {
    at.strftime("%A, %B %-d, %Y at %H:%M").to_string()
}
