//! `weeknotes schema`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::terminal::Terminal;
use super::{Failure, Outcome};
use crate::build::Builder;
use crate::config::Config;
use crate::content::{Document, Kind};
use crate::diagnostics::{Diagnostic, nearest};
use crate::output::Error;
use crate::schema::{Of, of_instalments};
use crate::source::SourceTree;

/// Print a JSON Schema, by which editors complete and check what you write.
///
/// Editors look into weeknotes.yaml and content/sources.yaml by it: their first line says
/// where it is, `# yaml-language-server: $schema=schema/config.json`. `weeknotes init`
/// writes both; after an update of weeknotes, write them anew as below.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes schema --of config > schema/config.json
  weeknotes schema --of sources > schema/sources.json
  weeknotes schema > front-matter.json                     posts and pages
  weeknotes schema --series tuesday-notes > tuesday.json   with what the series asks of them")]
pub(super) struct Arguments {
    /// What the schema is of
    #[arg(long, value_name = "WHAT", value_enum, default_value = "front-matter")]
    of: What,
    /// Of the posts of this series, by title or by the name of its file, with its contract
    #[arg(long, value_name = "SERIES", conflicts_with = "of")]
    series: Option<String>,
    /// The site's folder, for --series
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The front matter of posts and pages
    FrontMatter,
    /// The front matter of a file in content/series/
    Series,
    /// weeknotes.yaml
    Config,
    /// content/sources.yaml
    Sources,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    if let Some(series) = &arguments.series {
        return print_narrowed(arguments, series, terminal);
    }
    let of = match arguments.of {
        What::FrontMatter => Of::FrontMatter,
        What::Series => Of::Series,
        What::Config => Of::Config,
        What::Sources => Of::Sources,
    };
    Terminal::result(&text(&of.schema()))?;
    Ok(Outcome::Good)
}

/// A schema as it is printed and kept in a file.
pub(super) fn text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// With a contract that cannot be read there is nothing to print.
fn print_narrowed(arguments: &Arguments, wanted: &str, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = super::read(&arguments.root)?;
    let tree = folder.tree();
    let document = find(tree, wanted)?;
    let errors: Vec<Diagnostic> = document.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
    if !errors.is_empty() {
        Terminal::diagnostics(&errors, terminal.human());
        return Ok(Outcome::ContentErrors);
    }
    let document = &document.value;
    let Some(contract) = &document.front.contract else {
        let help = format!("write `contract:` into {}, or leave --series out", document.path());
        return Err(Error::new(format!("the series `{}` has no contract", document.title())).help(help).into());
    };
    let slugs = Config::read(tree, None).value.slugs;
    Terminal::result(&text(&of_instalments(&document.title(), contract, slugs)))?;
    Ok(Outcome::Good)
}

type Found = std::sync::Arc<crate::diagnostics::Warned<std::sync::Arc<Document>>>;

/// The file of a series.
fn find(tree: &SourceTree, wanted: &str) -> Result<Found, Error> {
    let documents = Builder::new().read_documents(tree);
    let mut series = documents.into_iter().filter(|document| document.value.kind == Kind::Series).collect::<Vec<_>>();
    let slug = |document: &Document| document.front.slug.clone().unwrap_or_else(|| document.stem.clone());
    let is_meant = |document: &Document| slug(document) == wanted || document.title().eq_ignore_ascii_case(wanted);
    if let Some(at) = series.iter().position(|document| is_meant(&document.value)) {
        return Ok(series.swap_remove(at));
    }
    let names: Vec<String> =
        series.iter().flat_map(|document| [document.value.title(), slug(&document.value)]).collect();
    let error = Error::new(format!("no file in content/series/ describes a series `{wanted}`"));
    Err(match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help("what a series asks of its posts stands in its file, content/series/<name>.md"),
    })
}
