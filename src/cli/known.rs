//! The site that a command about time is asked about.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::terminal::Terminal;
use super::{Failure, now};
use crate::build::{Builder, Content, Report, Request};
use crate::content::When;
use crate::diagnostics::{Diagnostic, nearest};
use crate::output::Error;
use crate::site::{Instant, Series, Site};
use crate::source::Folder;

/// Which site, and when it is.
#[derive(Debug, Args)]
pub(super) struct SiteArguments {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,
    /// Take this for the present time, in the site's time zone: 2026-01-06, "2026-01-06 09:00"
    #[arg(long, value_name = "TIME", value_parser = now::parse)]
    pub(super) now: Option<When>,
}

/// Which site, when, and how the answer is given.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// How the answer is given
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) site: SiteArguments,
}

/// How an answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// In words, for people
    Text,
    /// For machines
    Json,
}

/// A site's content and the time that it is asked about at.
pub(super) struct Known {
    pub(super) folder: Folder,
    pub(super) content: Content,
    pub(super) now: Timestamp,
}

impl Known {
    /// Reads the site. Errors in its files are told, since the answer may be wrong for them.
    pub(super) fn read(arguments: &SiteArguments, terminal: &Terminal) -> Result<Self, Failure> {
        let folder = super::read(&arguments.root)?;
        let content = Content::read(folder.tree());
        let now = now::resolve(arguments.now.as_ref(), &content.config, folder.tree())?;
        let mut wrong: Vec<Diagnostic> = content.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
        wrong.sort();
        Terminal::diagnostics(&wrong, terminal.human());
        Ok(Self { folder, content, now })
    }

    /// The site as readers see it now.
    pub(super) fn site(&self) -> Site {
        self.site_at(self.now)
    }

    /// The site as readers see it at a time.
    pub(super) fn site_at(&self, at: Timestamp) -> Site {
        self.content.site_at(Instant::readers(at)).value
    }

    /// Everything rendered that there is, out or not.
    pub(super) fn everything(&self) -> Report {
        let request = Request { url: None, instant: Instant::everything(self.now) };
        Builder::new().build(self.folder.tree(), &request)
    }
}

/// The series of this title or slug.
pub(super) fn same_series<'s>(site: &'s Site, wanted: &str) -> Option<&'s Series> {
    site.series.iter().find(|series| series.slug == wanted || series.title.eq_ignore_ascii_case(wanted))
}

/// The series that is named by its title or slug; all when none is.
pub(super) fn series<'s>(site: &'s Site, wanted: Option<&str>) -> Result<Vec<&'s Series>, Error> {
    let Some(wanted) = wanted else {
        return Ok(site.series.iter().collect());
    };
    if let Some(found) = same_series(site, wanted) {
        return Ok(vec![found]);
    }
    let known = site.series.iter().flat_map(|series| [series.title.as_str(), series.slug.as_str()]);
    let help = nearest(wanted, known).map_or_else(
        || match site.series.as_slice() {
            [] => "no post and no file in content/series/ names a series yet".to_owned(),
            all => format!("the series are {}", all.iter().map(|one| one.slug.as_str()).collect::<Vec<_>>().join(", ")),
        },
        |near| format!("did you mean \"{near}\"?"),
    );
    Err(Error::new(format!("there is no series \"{wanted}\"")).help(help))
}
