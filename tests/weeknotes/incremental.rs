//! A rebuild after any sequence of edits equals a clean build, diagnostics included.

use std::collections::BTreeMap;

use proptest::prelude::*;
use weeknotes::build::{Builder, Report, Request};
use weeknotes::diagnostics::Diagnostic;
use weeknotes::output::Key;
use weeknotes::site::Instant;
use weeknotes::source::{SourceText, SourceTree};

#[derive(Debug, Clone)]
enum Edit {
    Put(String, String),
    Remove(usize),
    Now(u8),
    Drafts(bool),
}

fn post() -> impl Strategy<Value = Edit> {
    let front = (0u8..6, 0u8..4, 0u8..4, 0u8..28, any::<bool>(), 0u8..8);
    (0u8..6, front, 0u8..8).prop_map(|(file, (title, series, tag, day, draft, extra), body)| {
        let series = if series == 0 { String::new() } else { format!("series: Series {series}\n") };
        let extra = match extra {
            0 => "aliases: [/old/]\n".to_owned(),
            1 => "slug: same\n".to_owned(),
            2 => "sources: [{title: S, url: https://e.org}]\n".to_owned(),
            3 => "template: page\n".to_owned(),
            _ => String::new(),
        };
        let body = match body {
            0 => "See [two](p2.md#part).\n\n## Part\n".to_owned(),
            1 => "{{ <callout text=\"hello\" /> }}\n".to_owned(),
            2 => "{{ <gone /> }} [x](nowhere.md)\n".to_owned(),
            3 => "## Part\n\nText[^1].\n\n[^1]: Note.\n".to_owned(),
            n => format!("Text {n}. [one](p1.md) ![p](../about.md)\n"),
        };
        let text = format!("---\ntitle: Title {title}\ndate: 2026-03-{:02}\ntags: [tag {tag}]\n{series}{extra}draft: {draft}\n---\n{body}", day + 1);
        Edit::Put(format!("content/posts/p{file}.md"), text)
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    let put = |path: &'static str, texts: &'static [&'static str]| {
        proptest::sample::select(texts).prop_map(move |text| Edit::Put(path.to_owned(), text.to_owned()))
    };
    prop_oneof![
        8 => post(),
        2 => (0usize..20).prop_map(Edit::Remove),
        1 => (1u8..29).prop_map(Edit::Now),
        1 => any::<bool>().prop_map(Edit::Drafts),
        1 => put("content/about.md", &["# About\n", "# About\n\n## Part\n\n[p](posts/p1.md#part)\n", "---\ntitel: x\n---\n"]),
        1 => put("content/series/series-1.md", &["---\ntitle: Series 1\nprefix: true\n---\nHi.\n", "---\ntitle: Series 1\norder: part\n---\n[p](../posts/p3.md)\n"]),
        1 => put("templates/post.html", &["{{ page.title }} {% set p = get_page(path=\"posts/p1.md\") %}{{ p?.title or \"none\" }}", "{{ page.content }}{% if newer %}{{ newer.title }}{% endif %}", "{{ page.gone.deep }}"]),
        1 => put("templates/components.html", &["{% component callout(text: string = \"\") %}<b>{{ text }}</b>{% endcomponent callout %}", "{% component gone() %}{% set s = get_series(slug=\"series-2\") %}{{ s?.count or 0 }}{% endcomponent gone %}"]),
        1 => put("weeknotes.yaml", &["title: A\nurl: https://a.example\n", "title: B\nurl: https://a.example/blog\npaginate_by: 2\nfeed_limit: 1\n", "title: C\nurl: https://a.example\npermalink: /{series}/{part}/\n"]),
        1 => put("static/style.css", &["a{}", "b{}"]),
    ]
}

struct State {
    tree: SourceTree,
    request: Request,
}

impl State {
    fn new() -> Self {
        let now = "2026-03-15T00:00:00Z".parse().expect("a time");
        let tree = SourceTree::from_texts([
            ("weeknotes.yaml", "title: A\nurl: https://a.example\n"),
            ("content/posts/p1.md", "---\ntitle: One\ndate: 2026-03-01\n---\nText.\n"),
        ]);
        Self { tree, request: Request { url: None, instant: Instant { now, drafts: false, future: false } } }
    }

    fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Put(path, text) if path.ends_with(".css") => {
                self.tree.insert_asset(weeknotes::source::SourceAsset::in_memory(path.as_str(), text.as_bytes()));
            }
            Edit::Put(path, text) => self.tree.insert_text(SourceText::new(path.as_str(), text.as_str())),
            Edit::Remove(at) => {
                let paths: Vec<String> = ["content", "templates", "static"]
                    .iter()
                    .flat_map(|folder| self.tree.paths_under(folder))
                    .map(str::to_owned)
                    .collect();
                if let Some(path) = paths.get(*at) {
                    self.tree.remove(path);
                }
            }
            Edit::Now(day) => self.request.instant.now = format!("2026-03-{day:02}T00:00:00Z").parse().expect("a time"),
            Edit::Drafts(drafts) => self.request.instant.drafts = *drafts,
        }
    }
}

fn outcome(report: &Report) -> (BTreeMap<String, Vec<u8>>, Vec<Diagnostic>) {
    let files = report.artifacts().into_iter().map(|artifact| {
        (artifact.path.to_string(), artifact.content.bytes(&mut Vec::new()).expect("in memory").to_vec())
    });
    (files.collect(), report.diagnostics.clone())
}

pub(crate) fn cases() -> u32 {
    std::env::var("WEEKNOTES_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_rebuild_equals_a_clean_build(edits in proptest::collection::vec(edit(), 1..10)) {
        let mut state = State::new();
        let mut builder = Builder::new();
        builder.build(&state.tree, &state.request);
        for edit in &edits {
            state.apply(edit);
            let again = outcome(&builder.build(&state.tree, &state.request));
            let clean = outcome(&Builder::new().build(&state.tree, &state.request));
            prop_assert!(again.1 == clean.1, "diagnostics after {edit:?}: {:#?} and clean {:#?}", again.1, clean.1);
            let differing: Vec<&String> = clean.0.iter().filter(|(path, bytes)| again.0.get(*path) != Some(bytes)).map(|(path, _)| path).collect();
            prop_assert!(differing.is_empty() && again.0.len() == clean.0.len(), "files after {edit:?}: {differing:?}");
        }
    }
}

/// An alias leads to an address that moves when another post joins the series.
#[test]
fn a_redirect_follows_its_page() {
    let mut state = State::new();
    state.apply(&Edit::Put(
        "weeknotes.yaml".into(),
        "title: C\nurl: https://a.example\npermalink: /{series}/{part}/\n".into(),
    ));
    let post = |aliases: &str| format!("---\ntitle: T\ndate: 2026-03-02\nseries: S\n{aliases}---\nText.\n");
    state.apply(&Edit::Put("content/posts/p3.md".into(), post("aliases: [/old/]\n")));
    let mut builder = Builder::new();
    builder.build(&state.tree, &state.request);
    state.apply(&Edit::Put("content/posts/p0.md".into(), post("")));
    let (files, _) = outcome(&builder.build(&state.tree, &state.request));
    let (clean, _) = outcome(&Builder::new().build(&state.tree, &state.request));
    assert!(files["old/index.html"] == clean["old/index.html"]);
    assert!(String::from_utf8_lossy(&files["old/index.html"]).contains("https://a.example/s/2/"));
}

/// Only what an edit touches is rendered again.
#[test]
fn a_body_edit_renders_little() {
    let mut state = State::new();
    for week in 1..=20 {
        let text =
            format!("---\ntitle: T{week}\ndate: 2026-02-{week:02}\nsummary: S.\nseries: S{}\n---\nText.\n", week % 2);
        state.apply(&Edit::Put(format!("content/posts/w{week:02}.md"), text));
    }
    let mut builder = Builder::new();
    builder.build(&state.tree, &state.request);
    let unchanged = builder.build(&state.tree, &state.request);
    assert_eq!(unchanged.made().count(), 0);
    state.apply(&Edit::Put(
        "content/posts/w05.md".into(),
        "---\ntitle: T5\ndate: 2026-02-05\nsummary: S.\nseries: S1\n---\nOther.\n".into(),
    ));
    let edited = builder.build(&state.tree, &state.request);
    let again: Vec<&Key> = edited.made().map(|(key, _)| key).collect();
    assert!(
        again
            .iter()
            .all(|key| matches!(key, Key::Post(path) if &**path == "content/posts/w05.md")
                || matches!(key, Key::Feed(..))),
        "{again:?}"
    );
    assert!(!again.is_empty());
}
