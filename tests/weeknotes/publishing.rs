//! `init --ci`: what publishes a site by itself is valid where it is to run.

use serde_json::Value;

use crate::fixture::{Site, golden, repository};

fn yaml(text: &str) -> Value {
    let value: serde_yaml::Value = serde_yaml::from_str(text).expect("YAML");
    serde_json::to_value(value).expect("no keys but texts")
}

#[track_caller]
fn is_valid(workflow: &str, schema: &str) {
    let schema = std::fs::read_to_string(repository().join("tests/schemas").join(schema)).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let value = yaml(workflow);
    let wrong: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{workflow}");
    let mut broken = value;
    broken["jobs"] = Value::from("none");
    broken["pages"] = Value::from(3);
    assert!(!validator.is_valid(&broken), "the schema would take anything");
}

fn begun(ci: &str) -> (Site, String) {
    let site = Site::empty();
    let run = site.run(&["init", "blog", "--ci", ci, "--now", "2026-03-03"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    (site, run.stdout)
}

#[test]
fn workflows_are_valid() {
    let (site, _) = begun("github");
    is_valid(&site.read("blog/.github/workflows/publish.yml"), "github-workflows.json");
    let (site, _) = begun("forgejo");
    is_valid(&site.read("blog/.forgejo/workflows/publish.yml"), "github-workflows.json");
    let (site, _) = begun("gitlab");
    is_valid(&site.read("blog/.gitlab-ci.yml"), "gitlab-ci.json");
    let own = std::fs::read_to_string(repository().join(".github/workflows/publish.yml")).expect("a workflow");
    is_valid(&own, "github-workflows.json");
}

#[test]
fn a_crontab_asks_whether_anything_is_due() {
    let (site, told) = begun("none");
    let folder = site.path().canonicalize().expect("a folder");
    golden("init-ci-none.txt", &told.replace(&folder.display().to_string(), "[folder]"));
}

/// The times are those of the site's own cadences, in summer and in winter.
#[test]
fn a_site_that_is_there_gets_only_what_publishes_it() {
    let site = Site::empty()
        .file("weeknotes.yaml", "title: T\nurl: https://example.org\ntimezone: America/New_York\n")
        .file("content/series/s.md", "---\ntitle: S\ncadence: weekly on tuesday and friday at 23:55\n---\n")
        .post("2026-03-03", "one", "# One\n");
    let write = |more: &[&str]| site.run(&[&["init", "--ci", "github", "--now", "2026-03-03"], more].concat());
    let run = write(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let workflow = site.read(".github/workflows/publish.yml");
    // Five to midnight in New York is the next day in UTC.
    assert!(workflow.contains("    - cron: \"5 4 * * 3,6\"\n    - cron: \"5 5 * * 3,6\"\n"), "{workflow}");
    assert!(!site.has("content/about.md"));
    assert!(write(&[]).stdout.contains("is as it should be"));
    site.write(".github/workflows/publish.yml", "mine");
    let refused = write(&[]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--force") && site.read(".github/workflows/publish.yml") == "mine");
    assert_eq!(write(&["--force"]).code, 0);
    assert_eq!(site.read(".github/workflows/publish.yml"), workflow);
}

/// The repository's own series comes out at the times of its own workflow.
#[test]
fn the_repositorys_workflow_follows_its_cadence() {
    let run = crate::fixture::run(
        Site::empty().command(&["schedule", "--format", "json", "--now", "2026-11-25"]).current_dir(repository()),
    );
    let told: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let own = std::fs::read_to_string(repository().join(".github/workflows/publish.yml")).expect("a workflow");
    for line in told["cron"].as_array().expect("lines") {
        assert!(own.contains(&format!("cron: {line}")), "{line}");
    }
}
