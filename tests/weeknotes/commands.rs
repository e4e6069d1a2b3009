//! `init`, `new`, `completions`, `man`, and how the program ends.

use crate::fixture::{Site, golden, stable};

#[test]
fn a_begun_site_builds_without_a_warning() {
    let site = Site::empty();
    let begun = site.run(&["init", "blog", "--now", "2026-03-03"]);
    assert_eq!((begun.code, begun.stderr.as_str()), (0, ""));
    golden("init.txt", &begun.stdout);
    let built = site.run(&["build", "--root", "blog", "--strict"]);
    assert_eq!((built.code, built.stderr.as_str()), (0, ""), "{}", built.stdout);
    assert!(site.read("blog/public/posts/the-first-note/index.html").contains("Tuesday Notes: </span>The First Note"));
}

#[test]
fn init_refuses_a_folder_with_something_in_it() {
    let site = Site::empty().file("notes.txt", "mine").file(".git/HEAD", "");
    let run = site.run(&["init"]);
    assert_eq!(run.code, 2);
    golden("init-refused.txt", &run.stderr);
    site.remove("notes.txt");
    assert_eq!(site.run(&["init"]).code, 0, "a repository without files is empty");
}

#[test]
fn new_makes_a_draft_in_the_only_series() {
    let site = Site::new().post("2026-03-03", "one", "---\ntitle: One\nseries: Tuesday Notes\n---\nText.\n");
    let run = site.run(&["new", "Group: \"Therapy\"", "--date", "2026-03-10"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "./content/posts/2026-03-10-group-therapy.md\n"), "{}", run.stderr);
    golden("new.md", &site.read("content/posts/2026-03-10-group-therapy.md"));
    let again = site.run(&["new", "Group: \"Therapy\"", "--date", "2026-03-10"]);
    assert_eq!(again.code, 2, "a file that is there is not written over");
    let built = site.build_with(&["--drafts", "--strict"]);
    assert_eq!((built.code, built.stderr.as_str()), (0, ""));
    assert!(site.read("public/posts/group-therapy/index.html").contains("Part 2 of 2"));
}

#[test]
fn new_says_when_a_series_is_new() {
    let site = Site::new().post("2026-03-03", "one", "---\ntitle: One\nseries: Tuesday Notes\n---\nText.\n");
    let run = site.run(&["new", "Two", "--series", "Tuesday Note", "--date", "2026-03-10"]);
    assert_eq!(run.code, 0);
    golden("new-series.txt", &run.stderr);
    let alone = site.run(&["new", "Three", "--no-series", "--date", "2026-03-10"]);
    assert!(alone.code == 0 && !site.read("content/posts/2026-03-10-three.md").contains("series:"));
}

#[test]
fn the_help_has_examples() {
    let site = Site::empty();
    let help = |name: &str, arguments: &[&str]| {
        let run = site.run(arguments);
        assert_eq!(run.code, 0);
        golden(&format!("{name}.txt"), &run.stdout);
    };
    help("help", &["--help"]);
    for command in ["build", "move", "new", "schema", "serve", "verify"] {
        help(&format!("help-{command}"), &[command, "--help"]);
    }
}

#[test]
fn completions_and_manual_are_printed() {
    let site = Site::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = site.run(&["completions", shell]);
        assert!(run.code == 0 && run.stdout.contains("weeknotes"), "{shell}");
    }
    assert!(site.run(&["man"]).stdout.contains(".TH weeknotes"));
    assert!(site.run(&["man", "build"]).stdout.contains("message\\-format"));
    assert_eq!(site.run(&["man", "nothing"]).code, 2);
}

#[test]
fn wrong_usage_ends_with_two() {
    let site = Site::empty();
    for arguments in
        [vec!["biuld"], vec!["build", "--now", "soon"], vec!["build", "--root", "nowhere"], vec!["build"], vec![]]
    {
        let run = site.run(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!run.stderr.is_empty());
    }
}

#[test]
fn the_summary_is_on_standard_output_and_quiet_is_quiet() {
    let site = Site::new().post("2026-03-03", "one", "---\ntitle: One\n---\nText.\n");
    let first = site.build();
    golden("summary.txt", &stable(&first.stdout));
    assert_eq!(first.stderr, "");
    let second = site.build_with(&["--quiet"]);
    assert_eq!((second.code, second.stdout.as_str(), second.stderr.as_str()), (0, "", ""));
    let verbose = site.build_with(&["--verbose"]);
    assert!(["Reading: ", "Rendering: ", "Writing: "].iter().all(|step| verbose.stderr.contains(step)));
}

#[test]
fn strict_fails_for_a_warning_and_writes_nothing() {
    let site = Site::new().post("2026-03-03", "one", "---\ntitle: One\ntgas: [a]\n---\nText.\n");
    let strict = site.build_with(&["--strict"]);
    assert_eq!((strict.code, site.has("public")), (1, false));
    assert_eq!(site.build().code, 0);
}

#[test]
fn machines_get_json_and_annotations() {
    let site = Site::new().post("2026-03-03", "one", "---\ntitle: One\ntgas: [a]\n---\nText.\n");
    let json = site.build_with(&["--message-format", "json"]);
    golden("message.json", &json.stderr);
    let summary: serde_json::Value = serde_json::from_str(&json.stdout).expect("one line of JSON");
    assert_eq!((summary["reason"].as_str(), summary["warnings"].as_u64()), (Some("build-finished"), Some(1)));
    golden("message.github", &site.build_with(&["--message-format", "github"]).stderr);
}

#[test]
fn colour_is_for_terminals() {
    let site = Site::new().post("2026-03-03", "one", "---\ntitle: One\ntgas: [a]\n---\nText.\n");
    assert!(!site.build().stderr.contains('\u{1b}'));
}
