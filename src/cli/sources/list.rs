//! `weeknotes sources list`

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::super::build::plural;
use super::super::table::cut;
use super::super::terminal::Terminal;
use super::super::{Failure, Outcome};
use super::Root;
use super::catalogue::{Catalogue, Cited};
use crate::content::Evidence;
use crate::source::SourcePath;

/// List the records, with how many posts cite them.
///
/// Posts count whether they are out or not, drafts too. A record that says the same in
/// several posts is listed once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes sources list
  weeknotes sources list --unused              library records that nothing cites or lists
  weeknotes sources list --uncited-posts       posts without any source
  weeknotes sources list --format json | jq -r '.[].key'

With --format json it is a list of objects, by key: `key`, `id` (null where the record has
none), `kind`, `by`, `year`, `title`, `evidence`, `url`, `doi` (null where unknown), `shared`
(whether it is in a library), `file`, `line`, and the paths of what cites it in `posts` and
`pages`. With --by-evidence it is a list of `{evidence, sources}`, with --uncited-posts one of
`{path, title}`.")]
pub(super) struct Arguments {
    /// Only library records that no post or page lists or cites
    #[arg(long, conflicts_with = "uncited_posts")]
    unused: bool,
    /// Posts with no source at all, instead of records
    #[arg(long, conflicts_with = "by_evidence")]
    uncited_posts: bool,
    /// Grouped by kind of evidence
    #[arg(long)]
    by_evidence: bool,
    /// How they are listed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    root: Root,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, at most 80 columns wide
    Table,
    /// For programs
    Json,
}

/// Display columns of a line.
const WIDTH: usize = 80;

/// Where the keys begin.
const KEY: usize = 28;

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = super::super::read(&arguments.root.path)?;
    let catalogue = Catalogue::read(&folder);
    let is_broken = catalogue.tell_errors(terminal);
    let mut found = catalogue.cited(&folder);
    found.records.retain(|record| !arguments.unused || (record.is_shared && record.is_unused()));
    let is_json = arguments.format == Format::Json;
    let text = match (arguments.uncited_posts, arguments.by_evidence) {
        (true, _) if is_json => {
            pretty(&found.bare_posts.iter().map(|(path, title)| json!({"path": &**path, "title": title})).collect())
        }
        (true, _) => posts(&found.bare_posts),
        (_, true) if is_json => pretty(&groups(&found.records).iter().map(|(kind, all)| group(*kind, all)).collect()),
        (_, true) => grouped(&found.records),
        _ if is_json => pretty(&found.records.iter().map(object).collect()),
        _ => table(&found.records.iter().collect::<Vec<_>>()) + &summary(&found.records, arguments.unused),
    };
    Terminal::result(&text)?;
    Ok(if is_broken { Outcome::ContentErrors } else { Outcome::Good })
}

fn summary(records: &[Cited], is_unused: bool) -> String {
    let count = plural(records.len(), "source");
    match (is_unused, records.len()) {
        (true, 0) => "Every record of the libraries is cited.\n".to_owned(),
        (true, _) => format!("\n{count} that no post or page cites or lists.\n"),
        (false, 0) => "There are no sources yet: `weeknotes sources add` makes a record.\n".to_owned(),
        (false, _) => format!("\n{count}. Posts count whether they are out or not.\n"),
    }
}

fn table(records: &[&Cited]) -> String {
    if records.is_empty() {
        return String::new();
    }
    let row =
        |year: &str, evidence: &str, posts: &str, key: &str| format!("{year:<4}  {evidence:<13}  {posts:>5}  {key}\n");
    let mut text = row("YEAR", "EVIDENCE", "POSTS", "KEY");
    for record in records {
        let source = &record.source;
        let year = source.published.or(source.updated).map(|date| date.year.to_string()).unwrap_or_default();
        let evidence = source.evidence().map(Evidence::name).unwrap_or_default();
        // An id is there to be copied; a key that was made of other fields is not.
        let key = if source.id.is_some() { record.key.clone() } else { cut(&record.key, WIDTH - KEY) };
        text += &row(&year, evidence, &record.posts.len().to_string(), &key);
        text += &below(&said(record));
    }
    text
}

/// The line below an entry's first.
fn below(text: &str) -> String {
    format!("  {}\n", cut(text, WIDTH - 2))
}

/// Whom it is by and what it is called, else where it is.
fn said(record: &Cited) -> String {
    let label = record.source.label();
    if label.is_empty() { record.source.link().unwrap_or_default() } else { label }
}

type Group<'a> = (Option<Evidence>, Vec<&'a Cited>);

/// What is of no known kind comes last.
fn groups(records: &[Cited]) -> Vec<Group<'_>> {
    let kinds = Evidence::ALL.iter().copied().map(Some).chain([None]);
    let of = |kind| records.iter().filter(|record| record.source.evidence() == kind).collect::<Vec<_>>();
    kinds.map(|kind| (kind, of(kind))).filter(|(_, all)| !all.is_empty()).collect()
}

fn grouped(records: &[Cited]) -> String {
    let groups = groups(records);
    let parts: Vec<String> = groups
        .iter()
        .map(|(kind, all)| {
            let name = kind.map_or("no kind of evidence known", Evidence::name);
            format!("{name}: {}\n{}", plural(all.len(), "source"), table(all))
        })
        .collect();
    parts.join("\n") + &summary(records, false)
}

fn posts(posts: &[(SourcePath, String)]) -> String {
    if posts.is_empty() {
        return "Every post has a source.\n".to_owned();
    }
    let lines: String =
        posts.iter().flat_map(|(path, title)| [&**path, "\n", &below(title)].map(str::to_owned)).collect();
    format!("{lines}\n{} without a source.\n", plural(posts.len(), "post"))
}

fn group(kind: Option<Evidence>, records: &[&Cited]) -> Value {
    json!({
        "evidence": kind.map(Evidence::name),
        "sources": records.iter().map(|record| object(record)).collect::<Vec<_>>(),
    })
}

fn object(record: &Cited) -> Value {
    let source = &record.source;
    let paths = |all: &[SourcePath]| all.iter().map(|path| Value::from(&**path)).collect::<Vec<_>>();
    json!({
        "key": record.key,
        "id": source.id,
        "kind": source.kind().name(),
        "by": source.by(),
        "year": source.published.or(source.updated).map(|date| date.year),
        "title": source.title,
        "evidence": source.evidence().map(Evidence::name),
        "url": source.url,
        "doi": source.doi,
        "shared": record.is_shared,
        "file": &*record.place.path,
        "line": record.place.line,
        "posts": paths(&record.posts),
        "pages": paths(&record.pages),
    })
}

fn pretty(all: &Vec<Value>) -> String {
    Terminal::json(all)
}
