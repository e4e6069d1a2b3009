//! `weeknotes sources add`

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::terminal::Terminal;
use super::super::{Failure, Outcome, now};
use super::Root;
use super::catalogue::{Catalogue, free_key};
use crate::citation::syntax;
use crate::config::Config;
use crate::content::{LIBRARY, Library, PartialDate, Source, When, bare_doi, check_url, read_any, to_yaml};
use crate::diagnostics::Diagnostic;
use crate::output::{Error, create, replace};
use crate::source::{Folder, SourceText};

/// Add a record to content/sources.yaml.
///
/// The file is a web page as the browser saves it, or BibTeX, RIS, CSL-JSON or YAML, told
/// apart by what is in it. Of a page its own citation data are read: the citation_* tags,
/// JSON-LD, Dublin Core and Open Graph. The record is printed: look it over, since pages
/// are often wrong about their author and date.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes sources add page.html                       a page saved with the browser
  weeknotes sources add page.html --now 2026-01-06      and the day you read it
  weeknotes sources add cited.ris --id yalom-2020
  curl -L https://example.org/page | weeknotes sources add
  weeknotes sources add 10.1037/a0018378 --id shedler    the DOI alone, to fill in by hand

Nothing is written when a source of that id, DOI or address is there already.")]
pub(super) struct Arguments {
    /// What to read [default: standard input]; or a DOI or an address, with --id
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The record's id [default: the file's own, else made of author, year and title]
    #[arg(long, value_parser = id)]
    id: Option<String>,
    /// Print the record and write nothing
    #[arg(long)]
    print: bool,
    /// The day the page was read, in the site's time zone: 2026-01-06
    #[arg(long, value_name = "TIME", value_parser = now::parse)]
    now: Option<When>,
    #[command(flatten)]
    root: Root,
}

/// No source's page or export is longer.
const LIMIT: u64 = 32 * 1024 * 1024;

fn id(text: &str) -> Result<String, String> {
    if is_citable(text) {
        Ok(text.to_owned())
    } else {
        Err("write letters, digits and hyphens: apa-group-therapy".to_owned())
    }
}

/// Whether a text can name it: `@id`.
fn is_citable(id: &str) -> bool {
    syntax::key(&format!("@{id}")).is_some_and(|(key, _)| key == id)
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = super::super::read(&arguments.root.path)?;
    let read = match given(arguments)? {
        Given::Alone(source) => crate::diagnostics::Warned::clean(vec![*source]),
        Given::Text(text) => read_any(&text),
    };
    Terminal::diagnostics(&read.diagnostics, terminal.human());
    if read.value.is_empty() || read.diagnostics.iter().any(Diagnostic::is_error) {
        Terminal::message("Nothing was added.\n");
        return Ok(Outcome::ContentErrors);
    }
    let sources = named(arguments, read.value, &Catalogue::read(&folder))?;
    let sources = accessed(arguments, sources, &folder);
    let entry = sources.iter().map(to_yaml).collect::<Vec<_>>().join("\n");
    if arguments.print {
        Terminal::result(&entry)?;
        return Ok(Outcome::Good);
    }
    append(&arguments.root.path, &folder, &sources)?;
    Terminal::result(&entry)?;
    Terminal::message(&format!("Added to {LIBRARY}.\n"));
    Ok(Outcome::Good)
}

enum Given {
    /// A DOI or an address and nothing else.
    Alone(Box<Source>),
    Text(SourceText),
}

fn given(arguments: &Arguments) -> Result<Given, Error> {
    let Some(file) = &arguments.file else {
        if io::stdin().is_terminal() {
            Terminal::message("Paste a page, or BibTeX, RIS, CSL-JSON or YAML, and end with Ctrl-D.\n");
        }
        return text("standard input", io::stdin().lock()).map(Given::Text);
    };
    let name = file.to_string_lossy();
    match std::fs::File::open(file) {
        Ok(opened) => text(&name, opened).map(Given::Text),
        Err(error) => address(arguments, &name)
            .unwrap_or_else(|| {
                let help = "name a saved page or an export; without a name, standard input is read";
                Err(Error::io("read", file, &error).help(help))
            })
            .map(|source| Given::Alone(Box::new(source))),
    }
}

fn text(name: &str, from: impl io::Read) -> Result<SourceText, Error> {
    let mut bytes = Vec::new();
    let read = from.take(LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::io("read", Path::new(name), &error))?;
    if bytes.len() as u64 > LIMIT {
        return Err(Error::new(format!("{name} is larger than 32 MB")));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::new(format!("{name} is not UTF-8 text"))
            .help("save the page as HTML (not as PDF or web archive), with the encoding UTF-8")
    })?;
    Ok(SourceText::new(name, text.strip_prefix('\u{feff}').unwrap_or(&text)))
}

/// What was given is no file: perhaps it says where the source is.
fn address(arguments: &Arguments, name: &str) -> Option<Result<Source, Error>> {
    let doi = bare_doi(name);
    let url = check_url(name).is_ok().then(|| name.to_owned()).filter(|_| doi.is_none());
    if doi.is_none() && url.is_none() {
        return None;
    }
    if arguments.id.is_none() {
        let what = if doi.is_some() { "DOI" } else { "address" };
        let link = doi.as_deref().map_or_else(|| name.to_owned(), crate::content::doi_url);
        let help = format!(
            "open {link} in a browser, save the page, and run `weeknotes sources add page.html`; \
             or give --id NAME for a record with the {what} alone, to fill in by hand"
        );
        return Some(Err(Error::new(
            format!("`{name}` is a {what}, and this command asks the network for nothing")
                .replace(" a address", " an address"),
        )
        .help(help)));
    }
    Some(Ok(Source { url, doi, ..Source::default() }))
}

/// The records with their ids; none of them may be there already.
fn named(arguments: &Arguments, sources: Vec<Source>, known: &Catalogue) -> Result<Vec<Source>, Error> {
    if let (Some(id), true) = (&arguments.id, sources.len() > 1) {
        let message = format!("there are {} sources in this, and `{id}` can name one only", sources.len());
        return Err(Error::new(message).help("leave --id out: each gets an id of its own"));
    }
    let shared = known.entries.iter().filter(|entry| entry.is_shared());
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for entry in shared {
        ids.extend(entry.source.id.clone().map(|id| (id, place(entry.place().path.as_ref(), entry.place().line))));
    }
    let mut works: BTreeMap<String, String> = BTreeMap::new();
    for entry in known.entries.iter().rev() {
        works.insert(entry.source.identity(), place(entry.place().path.as_ref(), entry.place().line));
    }
    let mut named = Vec::with_capacity(sources.len());
    for source in sources {
        let source = with_id(arguments, source, &ids)?;
        if let Some(at) = works.insert(source.identity(), "earlier in what was given".to_owned()) {
            let what = source.link().or(source.title.clone()).unwrap_or_else(|| source.key());
            let message = format!("the source {what} is recorded already, {at}");
            return Err(Error::new(message).help("nothing was written; cite that record, or correct it"));
        }
        ids.insert(source.key(), "earlier in what was given".to_owned());
        named.push(source);
    }
    Ok(named)
}

fn place(path: &str, line: usize) -> String {
    format!("at {path}:{line}")
}

fn with_id(arguments: &Arguments, source: Source, ids: &BTreeMap<String, String>) -> Result<Source, Error> {
    let own = arguments.id.clone().or_else(|| source.id.clone().filter(|id| is_citable(id)));
    let id = match own {
        Some(id) => id,
        None => {
            let mut taken: BTreeSet<String> = ids.keys().cloned().collect();
            free_key(&Source { id: None, ..source.clone() }.key(), &mut taken)
        }
    };
    if let Some(at) = ids.get(&id) {
        let message = format!("there is a source with the id `{id}` already, {at}");
        return Err(Error::new(message).help("nothing was written; give another id with --id"));
    }
    Ok(Source { id: Some(id), ..source })
}

/// Only the person who read a page knows when.
fn accessed(arguments: &Arguments, sources: Vec<Source>, folder: &Folder) -> Vec<Source> {
    let Some(when) = &arguments.now else { return sources };
    let config = Config::read(folder.tree(), None).value;
    let day = PartialDate::of(when.resolve(&config.timezone, config.publish_at).date());
    let with = |source: Source| Source { accessed: source.accessed.or(source.url.as_ref().map(|_| day)), ..source };
    sources.into_iter().map(with).collect()
}

/// Puts records behind those that are there, which stay as they are written.
fn append(root: &Path, folder: &Folder, sources: &[Source]) -> Result<(), Error> {
    if folder.tree().paths_under("content").next().is_none() && !root.join("content").is_dir() {
        let message = format!("this site has no folder `content`, where {LIBRARY} belongs");
        let help = "its Markdown files would no longer be its posts: put them into content/posts/ first, or use --print and put the record into a post's `sources:`";
        return Err(Error::new(message).help(help));
    }
    let path = root.join(LIBRARY);
    let Some(text) = folder.tree().text(LIBRARY) else {
        let entries: String = sources.iter().map(to_yaml).collect::<Vec<_>>().join("\n");
        return create(&path, &entries);
    };
    let old = Library::read(text);
    let new = appended(&text.text, sources);
    let read = Library::read(&SourceText::new(LIBRARY, new.as_str()));
    let before = old.value.records.iter().map(|record| &*record.source);
    let is_same = read.value.records.iter().map(|record| &*record.source).eq(before.chain(sources));
    if old.value.is_broken || read.value.is_broken || !is_same {
        let message = format!("a record cannot be put at the end of {LIBRARY} as the file is");
        let help = "write it as a list in which each record begins with `- id: …`, or use --print and put the record there by hand; \
                    `weeknotes sources check` tells what cannot be read";
        return Err(Error::new(message).help(help));
    }
    replace(&path, &text.text, &new)
}

fn appended(text: &str, sources: &[Source]) -> String {
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let first = text.lines().find(|line| line.trim_start().starts_with("- "));
    let indent = first.map_or(0, |line| line.len() - line.trim_start().len());
    let mut new = text.to_owned();
    for source in sources {
        if !new.is_empty() && !new.ends_with('\n') {
            new.push_str(ending);
        }
        let has_gap = new.is_empty() || new.ends_with("\n\n") || new.ends_with("\n\r\n");
        if !has_gap {
            new.push_str(ending);
        }
        for line in to_yaml(source).lines() {
            new.push_str(&" ".repeat(indent));
            new.push_str(line);
            new.push_str(ending);
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_as_it_is() {
        let source = Source { id: Some("b".into()), title: Some("B".into()), ..Source::default() };
        for (text, expected) in [
            ("", "- id: b\n  title: B\n"),
            ("# Ours\n", "# Ours\n\n- id: b\n  title: B\n"),
            ("- id: a\n  title: A", "- id: a\n  title: A\n\n- id: b\n  title: B\n"),
            ("  - id: a\n    title: A\n\n", "  - id: a\n    title: A\n\n  - id: b\n    title: B\n"),
            ("- id: a\r\n  title: A\r\n", "- id: a\r\n  title: A\r\n\r\n- id: b\r\n  title: B\r\n"),
        ] {
            assert_eq!(appended(text, std::slice::from_ref(&source)), expected);
        }
        assert_eq!(appended("", &[source.clone(), source]), "- id: b\n  title: B\n\n- id: b\n  title: B\n");
    }
}
