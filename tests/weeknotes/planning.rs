//! What an author and a workflow ask about time: `calendar`, `next`, `status`, `schedule`,
//! `promises`, `explain`, `rehearse` and `new`.

use crate::fixture::{Site, golden, repository};

const SERIES: &str = "---
title: Tuesday Notes
cadence: weekly on tuesday at 09:00
starts: 2026-02-03
pauses:
  - {from: 2026-04-06, to: 2026-04-12, reason: spring break}
planned:
  - {title: Grief Comes in Waves, slug: grief, date: 2026-03-31}
  - Sleep
---
";

fn post(title: &str, more: &str, body: &str) -> String {
    format!("---\ntitle: {title}\nseries: Tuesday Notes\n{more}---\n{body}\n")
}

/// A series with something of everything, asked about on Monday, March 9, 2026, at 20:00.
fn site() -> Site {
    let source = "sources: [{id: who, organisation: WHO, title: Sleep, url: https://who.example, published: 2019}]\n";
    Site::empty()
        .file("weeknotes.yaml", "title: Test\nurl: https://example.org\ntimezone: America/New_York\n")
        .file("content/series/tuesday-notes.md", SERIES)
        .post(
            "2026-02-03",
            "one",
            &post("One", "next_week: Two\n", "One word [@who].").replace("series", &format!("{source}series")),
        )
        .post("2026-02-10", "two", &post("Two", "next_week: three\n", "Some words here."))
        .post("2026-02-11", "extra", &post("Extra", "", "Out of turn. [Next week](next:)."))
        .post("2026-02-24", "three", &post("Three", "next_week: Angst\n", "Words. See [grief](grief.md)."))
        .post("2026-03-03", "late", &post("Late", "draft: true\n", "Not done."))
        .post("2026-03-10", "four", &post("Four", "summary: S.\n", "On to [next week](next:). ![](a.png)"))
        .file("content/posts/a.png", "")
        .post("2026-03-24", "begun", &post("Begun", "draft: true\n", ""))
}

fn asked(site: &Site, arguments: &[&str]) -> String {
    let run = site.run(&[arguments, &["--now", "2026-03-09 20:00"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
    run.stdout
}

#[test]
fn the_calendar_shows_every_slot() {
    let site = site();
    golden("calendar.txt", &asked(&site, &["calendar"]));
    golden("calendar.json", &asked(&site, &["calendar", "--weeks", "1", "--format", "json"]));
    let ics = asked(&site, &["calendar", "--format", "ics"]);
    let calendar = calcard::icalendar::ICalendar::parse(&ics).expect("a calendar");
    assert_eq!(calendar.components.len(), 1 + 12, "{ics}");
    assert!(ics.contains("SUMMARY:Begun (draft)") && ics.contains("SUMMARY:spring break (paused)"), "{ics}");
    let html = asked(&site, &["calendar", "--format", "html"]);
    assert!(
        html.contains("<span class=\"state missed\">missed</span>") && html.contains("Grief Comes in Waves"),
        "{html}"
    );
}

#[test]
fn next_says_what_is_due() {
    let site = site();
    golden("next.txt", &asked(&site, &["next", "--since", "2026-02-24 08:00"]));
    golden("next.json", &asked(&site, &["next", "--since", "2026-02-24 08:00", "--format", "json"]));
    let exit = |since: &str, now: &str| site.run(&["next", "--exit-code", "--since", since, "--now", now]).code;
    assert_eq!(exit("2026-03-09", "2026-03-10 08:59"), 3);
    assert_eq!(exit("2026-03-09", "2026-03-10 09:00"), 0);
    assert_eq!(exit("2026-03-10 09:00", "2026-03-10 09:10"), 3);
    let run = site.run(&["next", "--series", "tusday-notes", "--now", "2026-03-09"]);
    assert_eq!(run.code, 2);
    golden("next-unknown.txt", &run.stderr);
}

/// The time at which the output was last written is asked of the folder.
#[test]
fn without_a_published_site_everything_is_due() {
    let site = site();
    assert_eq!(site.run(&["next", "--exit-code", "--now", "2026-03-10"]).code, 0);
    assert_eq!(site.build_with(&["--now", "2026-03-10"]).code, 0);
    // The folder was written now, long after that.
    assert_eq!(site.run(&["next", "--exit-code", "--now", "2026-03-17 09:00"]).code, 3);
}

#[test]
fn status_says_what_is_missing() {
    let site = site();
    golden("status.txt", &asked(&site, &["status"]));
    let json: serde_json::Value = serde_json::from_str(&asked(&site, &["status", "--format", "json"])).expect("JSON");
    assert_eq!((json[1]["title"].as_str(), json[1]["ready"].as_bool()), (Some("Four"), Some(false)));
}

#[test]
fn a_scheduler_is_told_when_to_look() {
    let site = site();
    golden("schedule.txt", &asked(&site, &["schedule"]));
    let json: serde_json::Value = serde_json::from_str(&asked(&site, &["schedule", "--format", "json"])).expect("JSON");
    assert_eq!(json["next_change_at"], "2026-03-10T13:00:00Z");
    assert_eq!(json["cron"], serde_json::json!(["10 13 * * 2", "10 14 * * 2"]));
    let build = site.build_with(&["--now", "2026-03-09", "--message-format", "json"]);
    let built: serde_json::Value = serde_json::from_str(&build.stdout).expect("JSON");
    assert_eq!(built["next_change_at"], "2026-03-10T13:00:00Z");
}

#[test]
fn promises_are_followed_up() {
    let site = site();
    golden("promises.txt", &asked(&site, &["promises"]));
    let json: serde_json::Value = serde_json::from_str(&asked(&site, &["promises", "--format", "json"])).expect("JSON");
    assert_eq!((json[0]["state"].as_str(), json[0]["line"].as_u64()), (Some("kept"), Some(5)));
}

#[test]
fn a_promise_can_be_changed_or_dropped() {
    let series = "---\ntitle: Notes\ncadence: weekly on tuesday\nplanned: [Sleep]\nfinished: false\n---\n";
    let post = |title: &str, next: &str| format!("---\ntitle: {title}\nseries: Notes\nnext_week: {next}\n---\nText.\n");
    let site = Site::new()
        .file("content/series/notes.md", series)
        .post("2026-02-10", "one", &post("One", "Sleep"))
        .post("2026-02-17", "two", &post("Two", "Something nobody has planned"))
        .post("2026-02-24", "three", &post("Three", "Three and a half"));
    let told = |now: &str| {
        let run = site.run(&["promises", "--now", now]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        run.stdout
    };
    golden("promises-broken.txt", &told("2026-03-03"));
    assert!(told("2026-02-25").contains("open     Three and a half"), "{}", told("2026-02-25"));
    site.write("content/series/notes.md", series.replace("finished: false", "finished: true"));
    assert!(told("2026-02-25").contains("dropped  Three and a half"), "{}", told("2026-02-25"));
}

#[test]
fn explain_answers_why() {
    let site = site();
    golden("explain-live.txt", &asked(&site, &["explain", "content/posts/2026-02-03-one.md"]));
    golden("explain-draft.txt", &asked(&site, &["explain", "late"]));
    golden("explain-due.txt", &asked(&site, &["explain", "Four"]));
    site.write("content/posts/2026-03-17-four.md", post("Other", "date: sooon\n", "Words."));
    let run = site.run(&["explain", "content/posts/2026-03-17-four.md", "--now", "2026-03-09 20:00"]);
    golden("explain-wrong.txt", &run.stdout);
    let run = site.run(&["explain", "tow", "--now", "2026-03-09 20:00"]);
    assert_eq!(run.code, 2);
}

#[test]
fn a_rehearsal_shows_what_the_clock_changes() {
    let site = site();
    golden("rehearse.txt", &asked(&site, &["rehearse", "2026-03-10"]));
    let json = asked(&site, &["rehearse", "2026-03-10 09:00", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["parts"][0], serde_json::json!({ "series": "Tuesday Notes", "before": 4, "after": 5 }));
    assert_eq!(json["posts"][0]["url"], "/posts/four/");
    assert_eq!(asked(&site, &["rehearse", "2026-03-09 21:00"]).lines().last(), Some("nothing changes."));
    let run = site.run(&["rehearse", "2026-03-10", "--output", "then", "--now", "2026-03-09 20:00"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(site.build_with(&["--now", "2026-03-10 09:00", "--output", "built"]).code, 0);
    assert!(site.tree("then") == site.tree("built"), "the rehearsed site is the one that is built then");
}

/// Each by where it leads, not by its place among others.
#[test]
fn a_rehearsal_tells_where_links_lead() {
    let body = "[Third](2026-03-17-c.md), [second](2026-03-10-b.md), [again](2026-03-10-b.md), [next](next:).";
    let post = |title: &str, body: &str| format!("---\ntitle: {title}\nseries: Notes\n---\n{body}\n");
    let site = Site::new().post("2026-03-03", "a", &post("A", body)).post("2026-03-10", "b", &post("B", "Text.")).post(
        "2026-03-17",
        "c",
        &post("C", "Text."),
    );
    let links = |then: &str| {
        let run = site.run(&["rehearse", then, "--format", "json", "--now", "2026-03-03"]);
        let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        let all =
            json["links"].as_array().expect("links").iter().map(|link| link["to"].as_str().expect("a text").to_owned());
        all.collect::<Vec<_>>()
    };
    assert_eq!(links("2026-03-10"), ["/posts/b/"; 3]);
    assert_eq!(links("2026-03-17"), ["/posts/c/", "/posts/b/", "/posts/b/", "/posts/b/"]);
}

#[test]
fn new_takes_the_next_free_slot() {
    let site = site();
    let new = |arguments: &[&str]| site.run(&[&["new"], arguments, &["--now", "2026-03-09 20:00"]].concat());
    let run = new(&["Angst"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "./content/posts/2026-03-17-angst.md\n"), "{}", run.stderr);
    golden("new-slot.txt", &run.stderr);
    let planned = new(&[]);
    assert_eq!(planned.stdout, "./content/posts/2026-03-31-grief.md\n", "{}", planned.stderr);
    assert!(site.read("content/posts/2026-03-31-grief.md").contains("title: Grief Comes in Waves\ndate: 2026-03-31\n"));
    let sleep = new(&["sleep"]);
    assert_eq!(sleep.stdout, "./content/posts/2026-04-14-sleep.md\n", "{}", sleep.stderr);
    assert_eq!(new(&[]).code, 2, "nothing more is planned");
    let off = new(&["Wednesday", "--date", "2026-04-08"]);
    golden("new-off.txt", &off.stderr);
}

#[test]
fn a_plan_whose_day_has_passed_takes_the_next_free_slot() {
    let site = site();
    let run = site.run(&["new", "grief", "--now", "2026-04-01"]);
    assert_eq!(run.stdout, "./content/posts/2026-04-14-grief.md\n", "{}", run.stderr);
}

#[test]
fn an_archetype_is_what_a_post_begins_with() {
    let archetype = "---\ntitle: {{ title | yaml }}\ndate: {{ date }}\nseries: {{ series | yaml }}\ntags: [week {{ part }}]\ndraft: true\n---\n\n## What happened\n\nBefore: [last week](previous:).\n";
    let site = site()
        .file("archetypes/tuesday-notes.md", archetype)
        .file("archetypes/default.md", "---\ntitle: {{ titel }}\n---\n");
    let new = |arguments: &[&str]| site.run(&[&["new"], arguments, &["--now", "2026-03-09 20:00"]].concat());
    assert_eq!(new(&["A: \"B\""]).code, 0);
    golden("new-archetype.md", &site.read("content/posts/2026-03-17-a-b.md"));
    let wrong = new(&["C", "--no-series"]);
    assert_eq!(wrong.code, 1);
    golden("new-archetype-wrong.txt", &wrong.stderr);
    site.write("archetypes/default.md", "---\ntitle: {{ title }}\n---\n");
    let broken = new(&["D: \"E", "--no-series"]);
    assert_eq!(broken.code, 1);
    golden("new-archetype-unreadable.txt", &broken.stderr);
    assert!(!site.has("content/posts/2026-03-09-c.md") && !site.has("content/posts/2026-03-09-d-e.md"));
}

/// What is begun keeps to what the series asks for, as far as that can be known.
#[test]
fn new_keeps_the_contract() {
    let contract = "contract:\n  title: \"Week {part}: *\"\n  next_week: true\n  tags: [grief and loss]\nplanned:";
    let site = site().file("content/series/tuesday-notes.md", SERIES.replace("planned:", contract));
    let run = site.run(&["new", "Anger", "--now", "2026-03-09 20:00"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "./content/posts/2026-03-17-anger.md\n"), "{}", run.stderr);
    golden("new-contract.md", &site.read("content/posts/2026-03-17-anger.md"));
}

#[cfg(unix)]
#[test]
fn the_editor_is_opened_on_request() {
    let site = site();
    let mut command = site.command(&["new", "Angst", "--edit", "--now", "2026-03-09 20:00"]);
    let run = crate::fixture::run(command.env_remove("VISUAL").env("EDITOR", "echo edited >> notes.txt; true"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(site.read("notes.txt"), "edited\n");
    let mut command = site.command(&["new", "Anger", "--edit", "--now", "2026-03-09 20:00"]);
    let run = crate::fixture::run(command.env_remove("VISUAL").env("EDITOR", "no-such-editor --wait"));
    assert!(run.code == 2 && run.stderr.contains("the post is made"), "{}", run.stderr);
    assert!(site.has("content/posts/2026-03-24-anger.md") || site.has("content/posts/2026-04-14-anger.md"));
}

#[test]
fn the_help_of_these_commands_has_examples() {
    let site = Site::empty();
    for command in ["calendar", "next", "status", "schedule", "promises", "explain", "rehearse"] {
        let run = site.run(&[command, "--help"]);
        assert_eq!(run.code, 0);
        golden(&format!("help-{command}.txt"), &run.stdout);
    }
}

/// What the README shows is what the commands tell of this repository's own site.
#[test]
fn the_readme_shows_what_is_told() {
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("a README");
    let shown = [
        "calendar",
        "status",
        "promises",
        "explain a-year-of-tuesdays",
        "rehearse 2026-12-08",
        "next --since 2026-11-16",
        "schedule --since 2026-11-16",
    ];
    for asked in shown {
        let arguments: Vec<&str> = asked.split(' ').chain(["--now", "2026-11-25 10:00"]).collect();
        let run = crate::fixture::run(Site::empty().command(&arguments).current_dir(repository()));
        assert_eq!(run.code, 0, "{}", run.stderr);
        let shown = format!("```text\n$ weeknotes {asked}\n{}```\n", run.stdout);
        assert!(readme.contains(&shown), "{shown}");
    }
}
