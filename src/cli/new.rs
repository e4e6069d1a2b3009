//! `weeknotes new`

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::terminal::Terminal;
use super::{Failure, Outcome, now};
use crate::build::Builder;
use crate::config::Config;
use crate::diagnostics::nearest;
use crate::output::{Error, create};
use crate::site::slugify;
use crate::source::SourceTree;
use crate::source::yaml::scalar;

/// Make a new post, with its front matter filled in.
///
/// The post begins as a draft: take the line `draft: true` out when it is ready.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes new \"Group Therapy\"
  weeknotes new \"Group Therapy\" --series \"Tuesday Therapy Notes\" --date 2026-09-15")]
pub(super) struct Arguments {
    /// The post's title
    title: String,
    /// Its series, by title or by the name of its file [default: the site's series, when it has just one]
    #[arg(long, value_name = "SERIES")]
    series: Option<String>,
    /// In no series
    #[arg(long, conflicts_with = "series")]
    no_series: bool,
    /// When it comes out [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<Date>,
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write it as 2026-01-06".to_owned())
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let folder = super::read(&arguments.root)?;
    let tree = folder.tree();
    let config = Config::read(tree, None).value;
    let slug = slugify(&arguments.title, config.slugs);
    if slug.is_empty() {
        return Err(Error::new(format!("`{}` has no letter or digit to make a file name of", arguments.title)).into());
    }
    let date = match arguments.date {
        Some(date) => date,
        None => now::resolve(None, &config)?.to_zoned_datetime(config.timezone.clone()).date(),
    };
    let series = series(arguments, tree);
    let path = arguments.root.join(format!("content/posts/{date}-{slug}.md"));
    create(&path, &text(&arguments.title, date, series.as_deref()))?;
    Terminal::result(&format!("{}\n", path.display()))?;
    if let Some(series) = series {
        Terminal::message(&format!("A draft in the series {series}.\n"));
    }
    Ok(Outcome::Good)
}

/// The title of the series that is meant.
fn series(arguments: &Arguments, tree: &SourceTree) -> Option<String> {
    if arguments.no_series {
        return None;
    }
    let known = Builder::new().series(tree);
    let Some(wanted) = &arguments.series else {
        return match known.as_slice() {
            [(_, only)] => Some(only.clone()),
            _ => None,
        };
    };
    if let Some((_, title)) = known.iter().find(|(slug, title)| slug == wanted || title.eq_ignore_ascii_case(wanted)) {
        return Some(title.clone());
    }
    let near = nearest(wanted, known.iter().map(|(_, title)| title.as_str()));
    let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
    Terminal::message(&format!("note: \"{wanted}\" is a new series{hint}\n"));
    Some(wanted.clone())
}

fn text(title: &str, date: Date, series: Option<&str>) -> String {
    let series = series.map(|series| format!("series: {}\n", scalar(series))).unwrap_or_default();
    format!(
        "---\ntitle: {}\ndate: {date}\n{series}tags: []\n# What lists show; left out, it is the first paragraph.\nsummary:\n\
         # What the post leans on. Take the marks away and fill it in.\n# sources:\n#   - organisation: \n#     title: \n#     url: \n\
         draft: true\n---\n\n\n",
        scalar(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_title_survives_its_front_matter() {
        for title in ["Plain", "A: \"B\" # c", "- x", "yes", "'", "2026-01-06", "{a}", "Привет: мир"] {
            let text = text(title, jiff::civil::date(2026, 1, 6), Some(title));
            let source = crate::source::SourceText::new("content/posts/a.md", text);
            let read = crate::content::Document::read(&source);
            assert_eq!(read.diagnostics, [], "{title}");
            assert_eq!(read.value.title(), title);
            assert_eq!(read.value.front.series.first().map(|series| series.name.as_str()), Some(title));
            assert!(read.value.front.draft);
        }
    }
}
