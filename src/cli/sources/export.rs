//! `weeknotes sources export`

use clap::{Args, ValueEnum};

use super::super::terminal::Terminal;
use super::super::{Failure, Outcome};
use super::Root;
use super::catalogue::{Catalogue, Cited};
use crate::citation::{bibtex, csl_json};
use crate::content::{Source, to_yaml};

/// Print the records for other programs.
///
/// Records that say the same are printed once, by key. A record without an id gets one
/// that is made of its author, year and title.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes sources export --format bibtex > sources.bib
  weeknotes sources export --format csl-json --cited > cited.json    for Zotero
  weeknotes sources export --format yaml                             in the form of a library")]
pub(super) struct Arguments {
    /// For which programs
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Format,
    /// Only what a post or page cites or lists, be it out or not
    #[arg(long)]
    cited: bool,
    #[command(flatten)]
    root: Root,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// LaTeX and most reference managers
    Bibtex,
    /// Zotero, Pandoc, Quarto
    CslJson,
    /// weeknotes: content/sources.yaml
    Yaml,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = super::super::read(&arguments.root.path)?;
    let catalogue = Catalogue::read(&folder);
    let is_broken = catalogue.tell_errors(terminal);
    let records = catalogue.cited(&folder).records;
    let is_wanted = |record: &&Cited| !arguments.cited || !record.is_unused();
    let wanted: Vec<Source> = records.iter().filter(is_wanted).map(keyed).collect();
    let text = match arguments.format {
        Format::Bibtex => bibtex(&wanted),
        Format::CslJson => csl_json(&wanted),
        Format::Yaml => wanted.iter().map(to_yaml).collect::<Vec<_>>().join("\n"),
    };
    Terminal::result(&text)?;
    Ok(if is_broken { Outcome::ContentErrors } else { Outcome::Good })
}

fn keyed(record: &Cited) -> Source {
    Source { id: Some(record.key.clone()), ..(*record.source).clone() }
}
