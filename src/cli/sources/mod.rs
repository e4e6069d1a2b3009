//! `weeknotes sources`: records of what the posts lean on.

mod add;
mod blocks;
mod catalogue;
mod check;
mod export;
mod extract;
mod fmt;
mod front;
mod list;
mod near;
mod prose;
mod told;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::terminal::Terminal;
use super::{Failure, Outcome};

/// List, add, check and export the sources that posts lean on.
///
/// Records for the whole site are in content/sources.yaml, and in *.bib and *.csl.json
/// files anywhere in content/; records of one post alone are in its front matter. None of
/// these commands asks the network for anything.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes sources list --unused              records that nothing cites
  weeknotes sources add page.html              a record from a saved web page
  weeknotes sources check --strict             in a workflow
  weeknotes sources export --format bibtex > sources.bib
  weeknotes sources extract content/posts/2026-01-06-cbt.md --write")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Arguments),
    Add(add::Arguments),
    Check(check::Arguments),
    Export(export::Arguments),
    Fmt(fmt::Arguments),
    Extract(extract::Arguments),
}

#[derive(Debug, Args)]
struct Root {
    /// The site's folder
    #[arg(long = "root", value_name = "DIR", default_value = ".")]
    path: PathBuf,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    match &arguments.command {
        Command::List(arguments) => list::run(arguments, terminal),
        Command::Add(arguments) => add::run(arguments, terminal),
        Command::Check(arguments) => check::run(arguments, terminal),
        Command::Export(arguments) => export::run(arguments, terminal),
        Command::Fmt(arguments) => fmt::run(arguments, terminal),
        Command::Extract(arguments) => extract::run(arguments, terminal),
    }
}
