//! A series' rhythm: cadence, slots, what is to come, and links to it.

use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty};

use crate::fixture::{Site, golden};

const SERIES: &str = "---\ntitle: Notes\ncadence: weekly on tuesday at 09:00\nplanned:\n  - {title: Grief Comes in Waves, slug: grief}\n  - Sleep\n---\n";

fn config(more: &str) -> String {
    format!("title: Test\nurl: https://example.org\ntimezone: America/New_York\n{more}")
}

fn post(title: &str, more: &str, body: &str) -> String {
    format!("---\ntitle: {title}\nseries: Notes\n{more}---\n{body}\n")
}

fn site() -> Site {
    Site::empty().file("weeknotes.yaml", config("")).file("content/series/notes.md", SERIES)
}

#[test]
fn a_bare_date_is_at_the_series_time_of_day() {
    let site = site().post("2026-03-10", "one", &post("One", "", "Text."));
    // Daylight saving has begun on March 8: nine o'clock is 13:00 UTC, a week before it was 14:00.
    assert_eq!(site.build_with(&["--now", "2026-03-10T12:59:59Z"]).code, 0);
    assert!(!site.has("public/posts/one"));
    assert_eq!(site.build_with(&["--now", "2026-03-10T13:00:00Z"]).code, 0);
    assert!(site.has("public/posts/one"));
    site.write("content/posts/2026-03-03-before.md", post("Before", "", "Text."));
    assert_eq!(site.build_with(&["--now", "2026-03-03T13:59:59Z"]).code, 0);
    assert!(!site.has("public/posts/before"));
}

#[test]
fn a_link_forward_comes_alive_by_itself() {
    let body = "Next: [grief, *slowly*](grief.md), [sleep](2026-04-01-sleep.md), [two](2026-03-17-two.md#part) and [rest](2026-03-24-rest.md).";
    let site = site()
        .post("2026-03-10", "one", &post("One", "", body))
        .post("2026-03-17", "two", &post("Two", "", "## Part\n\nText. [Before](previous:), [after](next:)."))
        .post("2026-03-24", "rest", &post("Rest", "draft: true\n", "Text."));
    let at = |now: &str| {
        let run = site.build_with(&["--now", now, "--strict"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        site.read("public/posts/one/index.html")
    };
    let early = at("2026-03-10 10:00");
    assert!(early.contains("<span class=\"forthcoming\">two <span class=\"forthcoming-hint\">(coming on Tuesday, March 17)</span></span>"), "{early}");
    // The draft holds its Tuesday, so the plans take those after it.
    assert!(
        early.contains("grief, <em>slowly</em> <span class=\"forthcoming-hint\">(coming on Tuesday, March 31)"),
        "{early}"
    );
    assert!(early.contains("sleep <span class=\"forthcoming-hint\">(coming on Tuesday, April 7)"), "{early}");
    assert!(early.contains("rest <span class=\"forthcoming-hint\">(coming later)"), "{early}");
    site.write("content/posts/2026-03-31-grief.md", post("Grief Comes in Waves", "", "Text."));
    let late = at("2026-03-31 09:00");
    assert!(
        late.contains("<a href=\"/posts/two/#part\">two</a>") && late.contains("<a href=\"/posts/grief/\">grief"),
        "{late}"
    );
    let grief = site.read("public/posts/grief/index.html");
    assert!(grief.contains("First mentioned in part 1: <a href=\"/posts/one/\">One</a>"), "{grief}");
    let two = site.read("public/posts/two/index.html");
    assert!(two.contains("As promised in part 1: <a href=\"/posts/one/\">One</a>"), "{two}");
    assert!(two.contains("<a href=\"/posts/one/\">Before</a>, <a href=\"/posts/grief/\">after</a>"), "{two}");
}

#[test]
fn the_hint_is_in_the_authors_words() {
    let forward = "forward_links: {hint: \"ab {date}\", date_format: \"%d.%m.\", undated: \"\"}\n";
    let body = "[Next](next:), [grief](grief.md), [year](2027-03-16-year.md), [rest](2026-03-24-rest.md).";
    let site = Site::empty()
        .file("weeknotes.yaml", config(forward))
        .file("content/series/notes.md", SERIES.replace("cadence: weekly on tuesday at 09:00\n", ""))
        .post("2026-03-10", "one", &post("One", "", body))
        .post("2026-03-24", "rest", &post("Rest", "draft: true\n", "Text."))
        .post("2027-03-16", "year", &post("Year", "", "Text."));
    assert_eq!(site.build_with(&["--now", "2026-03-11", "--strict"]).code, 0);
    let one = site.read("public/posts/one/index.html");
    let year = "<span class=\"forthcoming-hint\">(ab March 16, 2027)</span></span>";
    assert!(one.contains(&format!("Next {year}")) && one.contains(&format!("year {year}")), "{one}");
    assert!(one.contains("<span class=\"forthcoming\">grief</span>, ") && one.contains(">rest</span>."), "{one}");
}

/// Words that stand in what is not out, and nowhere else.
const CANARIES: [&str; 11] = [
    "canarybody",
    "canarysummary",
    "canarytag",
    "canaryimage",
    "canaryslug",
    "canarysource",
    "canarytitle",
    "canaryalias",
    "canarynote",
    "canaryauthor",
    "canaryheading",
];

#[test]
fn what_is_not_out_leaks_nowhere() {
    let secret = "---\ntitle: canarytitle\nseries: Notes\nslug: canaryslug\nsummary: canarysummary\ntags: [canarytag]\n\
        image: canaryimage.png\nauthors: [canaryauthor]\naliases: [/canaryalias/]\ncontent_note: canarynote\n\
        sources: [{id: canarysource, title: canarysource, url: https://canarysource.example}]\n---\n## canaryheading\n\ncanarybody [@canarysource]\n";
    let site = site()
        .post(
            "2026-03-03",
            "out",
            &post("Out", "", "See [it](2026-03-17-secret/index.md), [next](next:) and [draft](2026-03-24-draft.md)."),
        )
        .file("content/posts/2026-03-17-secret/index.md", secret)
        .file("content/posts/2026-03-17-secret/canaryimage.png", "canarybody")
        .post(
            "2026-03-24",
            "draft",
            &secret
                .replace("draft: false", "")
                .replace("canaryslug", "canaryslug2")
                .replace("series: Notes\n", "series: Notes\ndraft: true\n")
                .replace("image: canaryimage.png\n", "")
                .replace("canaryalias", "canaryalias2"),
        )
        .built();
    for (path, bytes) in site.tree("public") {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let found: Vec<&str> = CANARIES.into_iter().filter(|word| text.contains(word) || path.contains(word)).collect();
        assert!(found.is_empty(), "{path} holds {found:?}");
    }
    let run = site.build_with(&["--now", "2026-03-17 09:00"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let all: String =
        site.tree("public").into_iter().map(|(path, bytes)| path + &String::from_utf8_lossy(&bytes)).collect();
    let missing: Vec<&str> = CANARIES.into_iter().filter(|word| !all.contains(word)).collect();
    assert!(missing.is_empty(), "the test would not see {missing:?}");
}

#[test]
fn a_title_is_announced_on_request() {
    let site = site().post("2026-03-03", "one", &post("One", "", "Text.")).post(
        "2026-03-17",
        "two",
        &post("Two Secrets", "", "Text."),
    );
    assert_eq!(site.build_with(&["--now", "2026-03-10 09:00"]).code, 0);
    let hidden = site.read("public/posts/one/index.html");
    assert!(
        hidden.contains("Next in this series, on <time datetime=\"2026-03-17\">Tuesday, March 17, 2026</time>")
            && !hidden.contains("Secrets"),
        "{hidden}"
    );
    site.write("content/series/notes.md", SERIES.replace("planned:", "announce: true\nplanned:"));
    assert_eq!(site.build_with(&["--now", "2026-03-10 09:00"]).code, 0);
    for page in ["index.html", "posts/one/index.html", "series/notes/index.html"] {
        let shown = site.read(&format!("public/{page}"));
        assert!(shown.contains("<strong>Two Secrets</strong>"), "{page}: {shown}");
    }
    assert!(site.read("public/series/notes/calendar.ics").contains("SUMMARY:Two Secrets"));
}

#[test]
fn a_pause_is_told_until_it_is_over() {
    let series = "---\ntitle: Notes\ncadence: weekly on tuesday\npauses:\n  - {from: 2026-03-15, to: 2026-04-01, reason: spring}\nplanned: [Grief]\n---\n";
    let site = site().file("content/series/notes.md", series).post("2026-03-03", "one", &post("One", "", "Text."));
    let at = |now: &str| {
        assert_eq!(site.build_with(&["--now", now]).code, 0);
        site.read("public/posts/one/index.html")
    };
    assert!(!at("2026-03-09 23:59").contains("break"));
    let on_break =
        "This series is on a break until <time datetime=\"2026-04-07\">Tuesday, April 7, 2026</time>: spring.";
    // No instalment came on the last Tuesday before the pause.
    assert!(at("2026-03-10 00:00").contains(on_break));
    assert!(at("2026-04-01 23:59").contains(on_break));
    let after = at("2026-04-02");
    assert!(
        !after.contains("break") && after.contains("Next in this series, on <time datetime=\"2026-04-07\">"),
        "{after}"
    );
}

#[test]
fn parts_keep_their_numbers() {
    let part =
        |title: &str, part: u32| format!("---\ntitle: {title}\nseries: {{name: Notes, part: {part}}}\n---\nText.\n");
    let site = site().post("2026-03-01", "one", &part("One", 1)).post("2026-03-03", "three", &part("Three", 3)).built();
    let three = site.read("public/posts/three/index.html");
    assert!(three.contains("Part 3 of 3, 2 more planned") && three.contains("<li value=\"3\">"), "{three}");
    site.write("content/posts/2026-03-02-two.md", part("Two", 2));
    assert_eq!(site.build().code, 0);
    assert!(site.read("public/posts/three/index.html").contains("Part 3 of 3"));
    site.write("content/posts/2026-03-04-four.md", post("Four", "", "Text."));
    assert_eq!(site.build().code, 0);
    assert!(site.read("public/posts/four/index.html").contains("Part 4 of 4"));
}

#[test]
fn seasons_count_for_themselves() {
    let site = Site::new()
        .file(
            "content/series/notes.md",
            "---\ntitle: Notes\nfinished: true\nstart_here: b\nseasons: {2: Second Winds}\n---\n",
        )
        .post("2026-03-01", "a", &post("A", "season: 1\n", "Text."))
        .post("2026-03-02", "b", &post("B", "season: 2\n", "Text."))
        .post("2026-03-03", "c", "---\ntitle: C\nseries: [Other, {name: Notes, season: 2}]\n---\nText.\n")
        .built();
    let landing = site.read("public/series/notes/index.html");
    golden(
        "series-seasons.html",
        landing.split_once("<main").expect("a page").1.split_once("</main>").expect("a page").0,
    );
    let c = site.read("public/posts/c/index.html");
    assert!(c.contains("Part 1 of 1") && c.contains("Season 2, part 2 of 2"), "{c}");
    assert!(c.contains("<span>Previous part</span> B</a>") && c.contains("This series is finished."), "{c}");
}

#[test]
fn a_calendar_is_one_for_other_programs() {
    let long =
        "Überlegungen, die länger sind; als eine Zeile \\ in einem Kalender sein darf, nämlich fünfundsiebzig Bytes";
    let series = SERIES.replace("  - Sleep\n", "  - {title: \"Sleep\", date: 2026-04-07 18:30}\n");
    let site = site()
        .file("content/series/notes.md", series)
        .post("2026-03-03", "one", &post(&format!("'{long}'"), "", "Text."))
        .post("2026-03-17", "two", &post("Two", "", "Text."))
        .post("2026-03-24", "draft", &post("Draft", "draft: true\n", "Text."));
    assert_eq!(site.build_with(&["--now", "2026-03-10 09:00"]).code, 0);
    let text = site.read("public/series/notes/calendar.ics");
    golden("calendar.ics", &text);
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    let calendar = ICalendar::parse(&text).expect("a calendar");
    let events: Vec<_> =
        calendar.components.iter().filter(|one| one.component_type == ICalendarComponentType::VEvent).collect();
    let summaries: Vec<_> = events.iter().map(|event| text_of(event, &ICalendarProperty::Summary)).collect();
    assert_eq!(summaries, [long, "Notes", "Grief Comes in Waves", "Sleep"]);
    let starts: Vec<_> = events.iter().map(|event| time_of(event, &ICalendarProperty::Dtstart)).collect();
    assert_eq!(starts, ["2026-3-3 14:0", "2026-3-17 13:0", "2026-3-31 13:0", "2026-4-7 22:30"]);
    for event in events {
        assert!(
            !text_of(event, &ICalendarProperty::Uid).is_empty()
                && !time_of(event, &ICalendarProperty::Dtstamp).is_empty()
        );
    }
}

fn text_of<'c>(event: &'c ICalendarComponent, name: &ICalendarProperty) -> &'c str {
    let value = event.property(name).and_then(|entry| entry.values.first()).and_then(|value| value.as_text());
    value.unwrap_or_else(|| panic!("no {name:?} in {event:?}"))
}

/// A time in UTC.
fn time_of(event: &ICalendarComponent, name: &ICalendarProperty) -> String {
    let value =
        event.property(name).and_then(|entry| entry.values.first()).and_then(|value| value.as_partial_date_time());
    let at = value.unwrap_or_else(|| panic!("no {name:?} in {event:?}"));
    assert_eq!((at.tz_hour, at.tz_minute), (Some(0), Some(0)), "{at:?}");
    let [year, month, day, hour, minute] =
        [at.year, at.month.map(Into::into), at.day.map(Into::into), at.hour.map(Into::into), at.minute.map(Into::into)]
            .map(|part| part.expect("a whole time"));
    format!("{year}-{month}-{day} {hour}:{minute}")
}

#[test]
fn readers_are_told_how_to_follow() {
    let site = site().post("2026-03-03", "one", &post("One", "", "Text.")).built();
    let page = site.read("public/subscribe/index.html");
    for part in [
        "What a feed is",
        "href=\"/rss.xml\"",
        "href=\"/series/notes/feed.json\"",
        "href=\"/series/notes/calendar.ics\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    site.write("content/subscribe.md", "# How to follow\n\nMy own words.\n");
    let run = site.build();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "the author's own page takes its place");
    assert!(site.read("public/subscribe/index.html").contains("My own words."));
}

#[test]
fn a_hub_is_named_in_every_feed() {
    let site = Site::empty()
        .file("weeknotes.yaml", config("websub_hub: https://hub.example/\n"))
        .post("2026-03-03", "one", "# One\n")
        .built();
    assert!(site.read("public/rss.xml").contains("<atom:link href=\"https://hub.example/\" rel=\"hub\"/>"));
    assert!(site.read("public/atom.xml").contains("<link rel=\"hub\" href=\"https://hub.example/\"/>"));
    let json: serde_json::Value = serde_json::from_str(&site.read("public/feed.json")).expect("JSON");
    assert_eq!(json["hubs"][0]["url"], "https://hub.example/");
    for feed in ["rss.xml", "atom.xml", "feed.json"] {
        feed_rs::parser::parse(site.read(&format!("public/{feed}")).as_bytes()).expect("a feed");
    }
}

/// Off by default: then no page has a script. On, a reader is offered to be remembered.
#[test]
fn progress_is_remembered_on_request_only() {
    let site = site().post("2026-03-03", "one", &post("One", "", "Text.")).built();
    for page in ["posts/one/index.html", "series/notes/index.html"] {
        let html = site.read(&format!("public/{page}"));
        assert!(!html.contains("<script src") && !html.contains("data-series"), "{page}: {html}");
    }
    site.write("weeknotes.yaml", config("theme_params: {series_progress: true}\n"));
    assert_eq!(site.build().code, 0);
    for page in ["posts/one/index.html", "series/notes/index.html"] {
        let html = site.read(&format!("public/{page}"));
        assert!(html.contains("/progress.") && html.contains("data-series=\"notes\""), "{page}: {html}");
    }
    assert!(!site.read("public/index.html").contains("<script src"));
}
