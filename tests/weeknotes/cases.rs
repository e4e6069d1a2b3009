//! Each file in `tests/cases` is a small site and what the program says of it.
//!
//! A line `==> path` begins a file, `==> arguments` the arguments of `build`, and
//! `==> messages` what stands on standard error, after the exit code.

use std::collections::BTreeSet;
use std::fs;

use crate::fixture::{Site, repository, stable, updating};

struct Case {
    files: Vec<(String, String)>,
    arguments: Vec<String>,
    messages: String,
}

fn parse(text: &str) -> Case {
    let mut case = Case { files: Vec::new(), arguments: Vec::new(), messages: String::new() };
    for section in text.split("==> ").skip(1) {
        let (name, content) = section.split_once('\n').expect("a section has a line");
        match name {
            "arguments" => case.arguments = content.split_whitespace().map(str::to_owned).collect(),
            "messages" => content.clone_into(&mut case.messages),
            path => case.files.push((path.to_owned(), content.to_owned())),
        }
    }
    case
}

fn run(case: &Case) -> String {
    let mut site =
        if case.files.iter().any(|(path, _)| path == "weeknotes.yaml") { Site::empty() } else { Site::new() };
    for (path, content) in &case.files {
        site = site.file(path, content);
    }
    let arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
    let run = site.build_with(&arguments);
    let built = !site.path().join("public").exists() || run.code == 0;
    assert!(built, "something was written although there were errors");
    stable(&format!("exit {}\n{}", run.code, run.stderr))
}

#[test]
fn every_case_says_what_it_says() {
    let mut wrong = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(repository().join("tests/cases"))
        .expect("cases")
        .map(|entry| entry.expect("a case").path())
        .collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a case");
        let case = parse(&text);
        let found = run(&case);
        if updating() {
            let inputs = text.split("==> messages\n").next().expect("inputs");
            fs::write(&path, format!("{inputs}==> messages\n{found}")).expect("a case");
        } else if found != case.messages {
            wrong.push(format!("{}\nexpected:\n{}\nfound:\n{found}", path.display(), case.messages));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What needs a file that text cannot hold is in `hostile`.
#[test]
fn every_diagnostic_has_a_golden_test() {
    let mut codes = BTreeSet::new();
    for entry in walkdir::WalkDir::new(repository().join("src")).into_iter().filter_map(Result::ok) {
        if entry.path().extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(entry.path()).expect("a source file");
            let shipped = text.split("#[cfg(test)]").next().expect("a part");
            let lines = shipped.lines().filter(|line| !line.trim_start().starts_with("///"));
            let joined: String = lines.map(str::trim_start).collect();
            for kind in ["Diagnostic::error(\"", "Diagnostic::warning(\""] {
                codes.extend(joined.split(kind).skip(1).map(|rest| rest.split('"').next().expect("a code").to_owned()));
            }
        }
    }
    let golden = ["tests/cases", "tests/golden"].map(|folder| {
        let files = walkdir::WalkDir::new(repository().join(folder)).into_iter().filter_map(Result::ok);
        files.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect::<String>()
    });
    let golden = golden.concat();
    let untold: Vec<&String> = codes.iter().filter(|code| !golden.contains(&format!("[{code}]"))).collect();
    assert!(codes.len() > 20 && untold.is_empty(), "no golden test for {untold:?}");
}
