//! `weeknotes init`

mod ci;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use self::ci::Ci;
use super::terminal::Terminal;
use super::{Failure, Outcome, now, schema};
use crate::build::Content;
use crate::config::Config;
use crate::content::{LIBRARY as LIBRARY_FILE, When};
use crate::output::{Error, create};
use crate::schema::Of;
use crate::site::Instant;
use crate::source::{Folder, SourceTree};

/// Begin a site: a small one that works.
///
/// With --ci it is published by itself, on every push and when an instalment is due; in a
/// folder that has a site already only what publishes it is written.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes init my-blog
  weeknotes init                   in this folder, which must be empty
  weeknotes init my-blog --ci github
  weeknotes init --ci none         lines for the crontab of your own machine")]
pub(super) struct Arguments {
    /// The folder, which must be empty or not exist yet
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Write what builds and publishes the site
    #[arg(long, value_name = "WHERE", value_enum)]
    ci: Option<Ci>,
    /// Write that anew when it is there already
    #[arg(long, requires = "ci")]
    force: bool,
    /// Take this for the present time
    #[arg(long, value_name = "TIME", value_parser = now::parse)]
    now: Option<When>,
}

const CONFIG: &str = "\
# yaml-language-server: $schema=schema/config.json
# Every key is described in the README of weeknotes.
title: My Weeknotes
description: One small thing a week.
url: https://example.org
author: Your Name
language: en
# The zone that dates without an offset are in.
timezone: UTC
menu:
  - {title: All posts, url: /archive/}
  - {title: Series, url: /series/}
  - {title: About, url: /about/}
";

const SERIES: &str = "\
---
title: Tuesday Notes
description: One short note every Tuesday.
# When its parts come out: weeknotes next, weeknotes calendar.
cadence: weekly on tuesday
# Full titles read \"Tuesday Notes: The First Note\".
prefix: true
---

What this series is about, and for whom. This text stands on the series' own page.
";

const LIBRARY: &str = "\
# yaml-language-server: $schema=../schema/sources.json
# What posts cite by its id, [@id]; `weeknotes sources add` adds to it.
";

const ABOUT: &str = "\
---
title: About
---

Who writes here, and why.
";

const POST: &str = "\
---
title: The First Note
date: {date}
series: Tuesday Notes
tags: [beginnings]
sources:
  - organisation: CommonMark
    title: A tutorial for Markdown
    url: https://commonmark.org/help/tutorial/
---

The first paragraph is the summary that lists show.

## How to go on

Change this file, then look again. Links between files name the file itself, such as
[the page about this site](../about.md), and are checked at each build.

> [!TIP]
> `weeknotes new \"The Second Note\"` makes the next file.

Next week: the second note.
";

const IGNORE: &str = "/public\n/.weeknotes\n";

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let folder = &arguments.folder;
    if let Some(ci) = arguments.ci.filter(|_| folder.join(crate::config::FILE).is_file()) {
        Terminal::result(&publish(ci, arguments)?)?;
        return Ok(Outcome::Good);
    }
    refuse_if_not_empty(folder)?;
    let config = Config::read(&SourceTree::new(), None).value;
    let today =
        now::resolve(arguments.now.as_ref(), &config, &SourceTree::new())?.to_zoned_datetime(config.timezone).date();
    let post = format!("content/posts/{today}-the-first-note.md");
    create(&folder.join(crate::config::FILE), CONFIG)?;
    create(&folder.join("content/series/tuesday-notes.md"), SERIES)?;
    create(&folder.join("content/about.md"), ABOUT)?;
    create(&folder.join(LIBRARY_FILE), LIBRARY)?;
    create(&folder.join("schema/config.json"), &schema::text(&Of::Config.schema()))?;
    create(&folder.join("schema/sources.json"), &schema::text(&Of::Sources.schema()))?;
    create(&folder.join(&post), &POST.replace("{date}", &today.to_string()))?;
    create(&folder.join(".gitignore"), IGNORE)?;
    let here = folder == Path::new(".");
    let go = if here { String::new() } else { format!("  cd {}\n", folder.display()) };
    Terminal::result(&format!(
        "Your site is in {}. Next:\n\n{go}  weeknotes serve --open\n\n\
         which shows it in the browser and follows every edit; `weeknotes build` writes it to public/.\n\n\
         Your first post is {post}; the title, address and\ntime zone of the site are in {}.\n",
        if here { "this folder".to_owned() } else { folder.display().to_string() },
        crate::config::FILE,
    ))?;
    if let Some(ci) = arguments.ci {
        Terminal::result(&format!("\n{}", publish(ci, arguments)?))?;
    }
    Ok(Outcome::Good)
}

/// Writes what publishes the site of the folder.
fn publish(ci: Ci, arguments: &Arguments) -> Result<String, Error> {
    let folder = Folder::open(&arguments.folder);
    let content = Content::read(folder.tree());
    let now = now::resolve(arguments.now.as_ref(), &content.config, folder.tree())?;
    let site = content.site_at(Instant::readers(now)).value;
    ci.write(&arguments.folder, &site, arguments.force)
}

/// A repository without files is empty.
fn refuse_if_not_empty(folder: &Path) -> Result<(), Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("look into", folder, &error)),
        Ok(entries) => entries,
    };
    let found = entries.filter_map(Result::ok).find(|entry| entry.file_name() != ".git");
    match found {
        None => Ok(()),
        Some(entry) => Err(Error::new(format!(
            "{} is not empty: it has {}",
            folder.display(),
            entry.file_name().to_string_lossy()
        ))
        .help("name a new folder: weeknotes init my-blog")),
    }
}
