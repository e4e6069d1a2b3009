//! A rebuild after any sequence of edits equals a clean build, diagnostics included.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use weeknotes::build::{Builder, Report};
use weeknotes::output::Key;
use weeknotes::template::Scope;

use crate::edits::{Edit, Script, State, scripts};
use crate::fixture::repository;

/// How many cases a property is tried with; `WEEKNOTES_CASES=100000 cargo test` is the longer run.
pub(crate) fn cases() -> u32 {
    cases_or(200)
}

pub(crate) fn cases_or(default: u32) -> u32 {
    std::env::var("WEEKNOTES_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}

/// Every file with its bytes, by path. Two of one path are two.
fn files(report: &Report) -> Vec<(String, Vec<u8>)> {
    let file = |artifact: weeknotes::output::Artifact| {
        let bytes = artifact.content.bytes(&mut Vec::new()).expect("in memory").to_vec();
        (artifact.path.to_string(), bytes)
    };
    let mut files: Vec<_> = report.artifacts().into_iter().map(file).collect();
    files.sort();
    files
}

/// After which edit a rebuild is not as a clean build, and in what.
fn difference(script: &Script) -> Option<String> {
    let mut state = State::after(&script.site);
    let mut builder = Builder::new();
    builder.build(&state.tree, &state.request);
    script.edits.iter().find_map(|edit| {
        state.apply(edit);
        let again = builder.build(&state.tree, &state.request);
        let clean = Builder::new().build(&state.tree, &state.request);
        let found = compare(&again, &clean)?;
        Some(format!("after {edit:?} {found}"))
    })
}

fn compare(again: &Report, clean: &Report) -> Option<String> {
    let (told, known) = (&again.diagnostics, &clean.diagnostics);
    if told != known {
        return Some(format!("the diagnostics are {told:#?}\nand of a clean build {known:#?}"));
    }
    let (again, clean) = (files(again), files(clean));
    if again == clean {
        return None;
    }
    let (again, clean) = (again.iter().collect::<BTreeSet<_>>(), clean.iter().collect::<BTreeSet<_>>());
    let differing: BTreeSet<&String> = again.symmetric_difference(&clean).map(|(path, _)| path).collect();
    Some(format!("these files differ: {differing:?}"))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases_or(1_000),
        failure_persistence: None,
        max_shrink_iters: 1_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_rebuild_equals_a_clean_build(script in scripts()) {
        let difference = difference(&script);
        let found = difference.as_deref().unwrap_or_default();
        prop_assert!(difference.is_none(), "{found}\nsave the script below as tests/regressions/<name>.json\n");
    }
}

fn read(path: &Path) -> Script {
    let text = fs::read_to_string(path).expect("a script");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Scripts that once failed.
#[test]
fn regressions_stay_mended() {
    let folder = fs::read_dir(repository().join("tests/regressions")).expect("a folder of scripts");
    let mut paths: Vec<_> = folder.map(|entry| entry.expect("a script").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "there is no script in tests/regressions");
    let found = paths.iter().filter_map(|path| Some(format!("{}: {}", path.display(), difference(&read(path))?)));
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A script says that the redirect is as in a clean build; this, that it is right.
#[test]
fn a_redirect_follows_its_page() {
    let script = read(&repository().join("tests/regressions/a-redirect-follows-its-page.json"));
    let state = State::after(script.site.iter().chain(&script.edits));
    let files = files(&Builder::new().build(&state.tree, &state.request));
    let (_, redirect) = files.iter().find(|(path, _)| path == "old/index.html").expect("a redirect");
    assert!(String::from_utf8_lossy(redirect).contains("https://a.example/s/2/"));
}

/// Twenty posts, by turns of the series and tag 1 and 0.
fn weekly() -> State {
    let post = |week: u8| {
        let turn = week % 2;
        let front = format!("title: T{week}\ndate: 2026-02-{week:02}\nsummary: S.\nseries: S{turn}\ntags: [t{turn}]");
        Edit::Put(format!("content/posts/w{week:02}.md"), format!("---\n{front}\n---\nText.\n"))
    };
    State::after(&(1..=20).map(post).collect::<Vec<_>>())
}

/// The build after an edit of a site that was built twice.
fn rebuilt(mut state: State, edit: &Edit) -> Report {
    let mut builder = Builder::new();
    builder.build(&state.tree, &state.request);
    assert_eq!(builder.build(&state.tree, &state.request).made().count(), 0);
    state.apply(edit);
    builder.build(&state.tree, &state.request)
}

fn made(report: &Report) -> Vec<&Key> {
    report.made().map(|(key, _)| key).collect()
}

/// Only what an edit touches is rendered again.
#[test]
fn a_body_edit_renders_little() {
    let edited = rebuilt(weekly(), &Edit::Body("content/posts/w05.md".into(), "Other.\n".into()));
    let again = made(&edited);
    let is_touched = |key: &&Key| match key {
        Key::Post(path) => &**path == "content/posts/w05.md",
        key => matches!(key, Key::Feed(..)),
    };
    assert!(!again.is_empty() && again.iter().all(is_touched), "{again:?}");
}

/// Each part of a series lists the titles of all; of the other posts only the neighbours name this one.
#[test]
fn a_title_edit_stays_in_its_series() {
    let edited = rebuilt(weekly(), &Edit::Field("content/posts/w05.md".into(), "title".into(), "Other".into()));
    let is_touched = |key: &&Key| match key {
        Key::Post(path) => {
            let week: u8 = path["content/posts/w".len()..].trim_end_matches(".md").parse().expect("a week");
            week % 2 == 1 || week.abs_diff(5) == 1
        }
        Key::Series(slug) | Key::Calendar(slug) | Key::Feed(Scope::Series(slug), _) => &**slug == "s1",
        Key::Tag(slug, _) | Key::Feed(Scope::Tag(slug), _) => &**slug == "t1",
        key => matches!(key, Key::Home(2) | Key::Archive | Key::Feed(Scope::Site, _)),
    };
    let expected: Vec<&Key> = edited.plan.keys.iter().filter(is_touched).collect();
    assert_eq!(made(&edited), expected);
}

#[test]
fn an_edit_of_an_unused_component_renders_nothing() {
    let component = |text: &str| {
        let text = format!("{{% component unused() %}}{text}{{% endcomponent unused %}}");
        Edit::Put("templates/components.html".into(), text)
    };
    let mut state = weekly();
    state.apply(&component("a"));
    assert_eq!(made(&rebuilt(state, &component("b"))), Vec::<&Key>::new());
}
