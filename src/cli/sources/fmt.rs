//! `weeknotes sources fmt`

use clap::Args;

use super::super::build::plural;
use super::super::terminal::Terminal;
use super::super::{Failure, Outcome};
use super::Root;
use super::blocks::in_order;
use crate::content::{LIBRARY, Library};
use crate::diagnostics::{Diagnostic, Span};
use crate::output::replace;

/// Put content/sources.yaml in order.
///
/// Records by id, their fields in the order of the documentation, one empty line between
/// records; a DOI without its address, `organisation` for `organization`, `published` for
/// `date`. Values stay as they are written, and a comment stays with the record or field
/// that it stands before; one at the top with an empty line after it stays at the top. A
/// record in braces keeps the order of its fields.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes sources fmt
  weeknotes sources fmt --check        in a workflow: changes nothing, and fails where it would")]
pub(super) struct Arguments {
    /// Change nothing, and exit with 1 when something would be changed
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    root: Root,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = super::super::read(&arguments.root.path)?;
    let Some(text) = folder.tree().text(LIBRARY) else {
        let unreadable: Vec<Diagnostic> = folder.diagnostics().into_iter().filter(is_library).collect();
        Terminal::diagnostics(&unreadable, terminal.human());
        if unreadable.is_empty() {
            Terminal::message(&format!("There is no {LIBRARY}: `weeknotes sources add` makes it.\n"));
        }
        return Ok(if unreadable.is_empty() { Outcome::Good } else { Outcome::ContentErrors });
    };
    let library = Library::read(text);
    let errors: Vec<Diagnostic> = library.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    if !errors.is_empty() {
        Terminal::diagnostics(&errors, terminal.human());
        Terminal::message("Nothing was changed: mend this first.\n");
        return Ok(Outcome::ContentErrors);
    }
    let count = plural(library.value.records.len(), "record");
    let Some(new) = in_order(text, &library.value.records) else {
        Terminal::diagnostics(&[unusual()], terminal.human());
        return Ok(Outcome::ContentErrors);
    };
    if new == *text.text {
        Terminal::result(&format!("{LIBRARY} is in order: {count}.\n"))?;
        return Ok(Outcome::Good);
    }
    if arguments.check {
        Terminal::message(&format!("{LIBRARY} is not in order\nhelp: run `weeknotes sources fmt`\n"));
        return Ok(Outcome::ContentErrors);
    }
    replace(&arguments.root.path.join(LIBRARY), &text.text, &new)?;
    Terminal::result(&format!("Put {LIBRARY} in order: {count}.\n"))?;
    Ok(Outcome::Good)
}

fn is_library(found: &Diagnostic) -> bool {
    found.span.as_ref().is_some_and(|span| &*span.path == LIBRARY)
}

fn unusual() -> Diagnostic {
    Diagnostic::error("library-form", "this library cannot be put in order without changing what it says")
        .at(Span::file(LIBRARY))
        .help("write each record as `- id: …` with a field on each line below it, and no anchors (`&name`, `*name`)")
}
