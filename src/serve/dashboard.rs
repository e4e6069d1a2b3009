//! The page at `/_weeknotes/`: what waits, what is wrong, and why a page was rendered.

use std::sync::LazyLock;

use serde::Serialize;
use tera::{Context, Tera};

use super::preview::{Built, Snapshot};
use super::problem::{Problem, link};
use crate::memo::Outcome;
use crate::output::Key;
use crate::site::{Page, distance};
use crate::template::Read;

/// How many lines its longest lists have.
const LIST: usize = 200;
const ADDRESSES: usize = 500;

static TEMPLATE: LazyLock<Tera> = LazyLock::new(|| {
    let mut tera = Tera::default();
    tera.add_raw_template("dashboard.html", include_str!("assets/dashboard.html")).expect("the template is tested");
    tera
});

#[derive(Serialize)]
struct Dashboard<'a> {
    title: &'a str,
    base: &'a str,
    built: Line<'a>,
    problems: &'a [Problem],
    drafts: Vec<Waiting<'a>>,
    scheduled: Vec<Waiting<'a>>,
    page: Option<Asked>,
    rendered: Vec<Rendered>,
    rendered_more: usize,
    history: Vec<Line<'a>>,
    addresses: Vec<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    revision: u64,
    changed: Vec<&'a str>,
    rendered: usize,
    total: usize,
    milliseconds: String,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct Waiting<'a> {
    title: &'a str,
    url: String,
    path: &'a str,
    editor: Option<String>,
    date: Option<String>,
    due: Option<String>,
}

#[derive(Serialize)]
struct Rendered {
    name: String,
    url: Option<String>,
    why: String,
}

/// The answer to why a page was rendered again.
#[derive(Serialize)]
struct Asked {
    path: String,
    name: String,
    url: Option<String>,
    outcome: String,
    revision: Option<u64>,
    reads: Vec<String>,
}

/// The dashboard; `asked` is the address that is asked about.
pub(super) fn render(snapshot: &Snapshot, asked: Option<&str>) -> tera::TeraResult<String> {
    let output = &snapshot.output;
    let latest = snapshot.latest();
    let waiting = |page: &&Page| page.scheduled && !page.draft;
    let dashboard = Dashboard {
        title: &snapshot.site.config.title,
        base: output.base_path(),
        built: line(latest),
        problems: &snapshot.problems.diagnostics,
        drafts: snapshot.site.all_pages().filter(|page| page.draft).map(|page| entry(snapshot, page)).collect(),
        scheduled: snapshot.site.all_pages().filter(waiting).map(|page| entry(snapshot, page)).collect(),
        page: asked.map(|asked| why(snapshot, asked)),
        rendered: latest.made.iter().take(LIST).map(|made| rendered(snapshot, made)).collect(),
        rendered_more: latest.made.len().saturating_sub(LIST),
        history: snapshot.history.iter().map(|built| line(built)).collect(),
        addresses: output.pages().map(|(_, address)| address).take(ADDRESSES).collect(),
    };
    TEMPLATE.render("dashboard.html", &Context::from_serialize(&dashboard)?)
}

fn line(built: &Built) -> Line<'_> {
    Line {
        revision: built.revision,
        changed: built.changed.iter().take(LIST).map(AsRef::as_ref).collect(),
        rendered: built.rendered,
        total: built.total,
        milliseconds: format!("{:.0}", built.milliseconds),
        errors: built.errors(),
        warnings: built.warnings(),
    }
}

fn entry<'a>(snapshot: &'a Snapshot, page: &'a Page) -> Waiting<'a> {
    let path = page.path();
    Waiting {
        title: &page.full_title,
        url: snapshot.site.href(&page.permalink),
        path,
        editor: snapshot.editor.as_ref().map(|editor| link(editor, &snapshot.root, path, 1, 1)),
        date: page.date.as_ref().map(|date| date.strftime(&snapshot.site.config.date_format).to_string()),
        due: page.date.as_ref().filter(|_| page.scheduled).map(|date| distance(snapshot.now, date)),
    }
}

fn rendered(snapshot: &Snapshot, (key, outcome): &(Key, Outcome<Read>)) -> Rendered {
    Rendered { name: key.to_string(), url: snapshot.output.address(key), why: reason(outcome) }
}

fn reason(outcome: &Outcome<Read>) -> String {
    match outcome {
        Outcome::New => "it is new".to_owned(),
        Outcome::Stale(read) => format!("{read} changed"),
    }
}

fn why(snapshot: &Snapshot, asked: &str) -> Asked {
    let Some(key) = snapshot.output.key(asked) else {
        let outcome = "Nothing is rendered at this address.".to_owned();
        return Asked {
            path: asked.to_owned(),
            name: asked.to_owned(),
            url: None,
            outcome,
            revision: None,
            reads: Vec::new(),
        };
    };
    let made = snapshot.history.iter().find_map(|built| {
        let (_, outcome) = built.made.iter().find(|(made, _)| made == key)?;
        Some((built.revision, format!("Rendered again, because {}.", reason(outcome))))
    });
    let (revision, outcome) = match made {
        Some((revision, outcome)) => (Some(revision), outcome),
        None => (None, "Not rendered again in any build that is remembered here.".to_owned()),
    };
    let builder = snapshot.builder.lock().expect("no build panicked");
    Asked {
        path: asked.to_owned(),
        name: key.to_string(),
        url: snapshot.output.address(key),
        outcome,
        revision,
        reads: builder.reads(key).into_iter().map(ToString::to_string).collect(),
    }
}
