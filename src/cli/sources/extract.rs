//! `weeknotes sources extract`

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::super::build::plural;
use super::super::terminal::Terminal;
use super::super::{Failure, Outcome};
use super::Root;
use super::catalogue::Catalogue;
use super::front::with_entries;
use super::prose::ending;
use crate::content::{Document, Listed, Source, checked_import, to_yaml};
use crate::diagnostics::Diagnostic;
use crate::output::{Error, replace};
use crate::source::{Folder, SourceText};

/// Make records of the sources that a post names at its end.
///
/// Blogs name them in a last line, "Source: American Psychological Association –
/// Psychotherapy: Understanding Group Therapy", with or without a link, or in a list below
/// "Sources". The record is printed as it would stand in the post's front matter; look it
/// over, since a sentence does not say which part is the author and which the title. A
/// source that a library has is named by its id.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes sources extract content/posts/2026-01-06-cbt.md            what it would be
  weeknotes sources extract content/posts/2026-01-06-cbt.md --write    and put it there

With --write the line is taken out of the text and all else stays byte for byte as it is.")]
pub(super) struct Arguments {
    /// The post's file
    #[arg(value_name = "POST")]
    post: PathBuf,
    /// Put it into the front matter and take the line out of the text
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    root: Root,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let root = &arguments.root.path;
    let folder = super::super::read(root)?;
    let text = post(&arguments.post, root, &folder)?;
    let document = Document::read(text);
    let errors: Vec<Diagnostic> = document.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    if !errors.is_empty() {
        Terminal::diagnostics(&errors, terminal.human());
        Terminal::message("Nothing was changed: mend this first.\n");
        return Ok(Outcome::ContentErrors);
    }
    let document = document.value;
    let Some(found) = ending(&text.text, document.body_in(&text.text)) else {
        Terminal::message(&format!("{} does not end in a line \"Source: …\".\n", text.path));
        return Ok(Outcome::Good);
    };
    let (listed, warnings) = listed(text, found.sources, found.range.start, &Catalogue::read(&folder));
    Terminal::diagnostics(&warnings, terminal.human());
    let shown = format!("sources:\n{}", listed.iter().map(shown).collect::<String>());
    if !arguments.write {
        Terminal::result(&shown)?;
        return Ok(Outcome::Good);
    }
    if !warnings.is_empty() {
        Terminal::message("Nothing was changed: what cannot be kept would be lost.\n");
        return Ok(Outcome::ContentErrors);
    }
    let new = match changed(text, &document, &found.range, &new_entries(&listed, &document)) {
        Ok(new) => new,
        Err(refusal) => {
            Terminal::diagnostics(&[*refusal], terminal.human());
            return Ok(Outcome::ContentErrors);
        }
    };
    replace(&root.join(&*text.path), &text.text, &new)?;
    Terminal::result(&shown)?;
    let taken = plural(text.text[found.range].lines().count(), "line");
    Terminal::message(&format!("Put into {}, and {taken} taken out of the text.\n", text.path));
    Ok(Outcome::Good)
}

fn post<'t>(post: &Path, root: &Path, folder: &'t Folder) -> Result<&'t SourceText, Error> {
    let below = || post.canonicalize().ok()?.strip_prefix(root.canonicalize().ok()?).ok().map(Path::to_path_buf);
    let paths = [Some(post.to_path_buf()), below()];
    let names = paths
        .iter()
        .flatten()
        .filter_map(|path| path.to_str())
        .map(|path| path.trim_start_matches("./").replace('\\', "/"));
    let found = names.filter(|name| name.ends_with(".md")).find_map(|name| folder.tree().text(&name));
    found.ok_or_else(|| {
        Error::new(format!("{} is no Markdown file of this site", post.display()))
            .help("name it from the site's folder: content/posts/2026-01-06-cbt.md")
    })
}

/// What is to be listed: a library's record by its id, else the record, made safe.
fn listed(text: &SourceText, sources: Vec<Source>, at: usize, known: &Catalogue) -> (Vec<Listed>, Vec<Diagnostic>) {
    let mut warnings = Vec::new();
    let place = text.span(at..at);
    let of = |source: Source| {
        let source = checked_import(source, &place, &mut warnings);
        let identity = source.identity();
        let shared = known.entries.iter().find(|entry| entry.is_shared() && entry.source.identity() == identity);
        match shared.and_then(|entry| entry.source.id.clone()) {
            Some(id) => Listed::Id(id),
            None => Listed::Record(source.into()),
        }
    };
    (sources.into_iter().map(of).collect(), warnings)
}

fn entry(listed: &Listed) -> String {
    match listed {
        Listed::Id(id) => format!("- {}\n", crate::source::yaml::scalar(id)),
        Listed::Record(source) => to_yaml(source),
    }
}

fn shown(listed: &Listed) -> String {
    entry(listed).lines().flat_map(|line| ["  ", line, "\n"]).collect()
}

/// Those that the front matter has not got.
fn new_entries(all: &[Listed], document: &Document) -> Vec<String> {
    let same = |one: &Listed, other: &Listed| match (one, other) {
        (Listed::Record(one), Listed::Record(other)) => one.identity() == other.identity(),
        (one, other) => one == other,
    };
    let is_new = |one: &&Listed| !document.front.sources.iter().any(|known| same(one, known));
    all.iter().filter(is_new).map(entry).collect()
}

/// The post with the entries in its front matter and without the lines, when it reads as
/// before but for them.
fn changed(
    text: &SourceText,
    document: &Document,
    lines: &Range<usize>,
    entries: &[String],
) -> Result<String, Box<Diagnostic>> {
    let mut new = if entries.is_empty() {
        text.text.to_string()
    } else {
        with_entries(&text.text, document.body_start, entries).map_err(|flow| {
            let message = "a record cannot be added to `sources` as it is written here";
            let help =
                "write `sources:` as a list with a line for each, `- id` or `- title: …`, and run the command again";
            Box::new(Diagnostic::error("sources-form", message).at(text.span(flow.range)).help(help))
        })?
    };
    let longer = new.len() - text.text.len();
    new.replace_range(lines.start + longer..lines.end + longer, "");
    let again = Document::read(&SourceText::new(Arc::clone(&text.path), new.as_str()));
    let is_same = again.value.body_start == document.body_start + longer
        && again.value.front.sources.len() == document.front.sources.len() + entries.len()
        && !again.diagnostics.iter().any(Diagnostic::is_error);
    if is_same {
        return Ok(new);
    }
    let message = "a record cannot be added here without changing what the front matter says";
    let help = "put what the command prints without --write there by hand";
    Err(Box::new(Diagnostic::error("sources-form", message).at(document.place_of("sources", "")).help(help)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "Source: APA – Psychotherapy: Understanding Group Therapy\n";
    const ENTRY: &str = "- organisation: APA\n  title: Understanding Group Therapy\n";

    /// The post afterwards, and what its body must be.
    fn extracted(text: &str) -> (String, String) {
        let source = SourceText::new("content/posts/a.md", text);
        let document = Document::read(&source).value;
        let found = ending(text, document.body_in(text)).expect("a line that names a source");
        let (before, after) = (&text[document.body_start..found.range.start], &text[found.range.end..]);
        let new = changed(&source, &document, &found.range, &[ENTRY.to_owned()]).expect("a list");
        (new, format!("{before}{after}"))
    }

    #[test]
    fn the_body_stays_but_for_the_line() {
        let fronts = [
            "",
            "---\ntitle: A\n---\n",
            "---\nsources:\n---\n",
            "---\nsources:\n- title: B\n# c\ntags: []\n---\n",
            "---\nsources:\n    - title: B # b\n    # c\n\ntitle: A\n---\n",
        ];
        for front in fronts {
            for before in ["", "# Heading\n\n", "Text  \nmore.\n\n\n", "A list\n\n- one\n\n"] {
                for after in ["", "\n\n", "\n[^1]: A note\n    and more\n", "\n[a]: https://example.org"] {
                    for ending in ["\n", "\r\n"] {
                        let text = format!("{front}{before}{LINE}{after}").replace('\n', ending);
                        let (new, body) = extracted(&text);
                        let head = new.strip_suffix(&body).expect("the body");
                        let kept: Vec<&str> = front.lines().filter(|line| !line.starts_with("sources:")).collect();
                        let left: Vec<&str> = head.lines().filter(|line| kept.contains(line)).collect();
                        assert_eq!(left, if front.is_empty() { vec![] } else { kept }, "{text:?}");
                        assert!(head.contains(&format!("APA{ending}")) && head.ends_with(&format!("---{ending}")));
                        assert_eq!(head.contains('\r'), ending == "\r\n");
                    }
                }
            }
        }
    }
}
