//! Front matter in the forms that authors write.

use super::*;

/// The document after a change; its body is `Body` always.
fn changed(front: &str, change: impl Fn(&mut Draft<'_>)) -> Option<String> {
    let text = if front.is_empty() { "Body".to_owned() } else { format!("---\n{front}---\nBody") };
    let [unix, windows] = [text.clone(), text.replace('\n', "\r\n")].map(|text| {
        let source = SourceText::new("content/posts/a.md", text.as_str());
        let document = Document::read(&source).value;
        let mut draft = Draft::of_document(&source, document.body_start);
        change(&mut draft);
        draft.finish().ok().map(|edits| applied(&text, &edits))
    });
    if unix.is_some() {
        assert_eq!(
            unix.as_ref().map(|text| text.replace('\n', "\r\n")),
            windows.as_ref().map(|text| {
                // A text of one line has no line ending to go by.
                if front.is_empty() { text.replace('\n', "\r\n") } else { text.clone() }
            })
        );
    }
    let new = unix?;
    Some(new.strip_prefix("---\n")?.strip_suffix("---\nBody")?.to_owned())
}

#[track_caller]
fn check(cases: &[(&str, &str)], change: impl Fn(&mut Draft<'_>)) {
    for (front, expected) in cases {
        assert_eq!(changed(front, &change).as_deref(), Some(*expected), "{front}");
    }
}

#[track_caller]
fn refused(cases: &[&str], change: impl Fn(&mut Draft<'_>)) {
    for front in cases {
        assert_eq!(changed(front, &change), None, "{front}");
    }
}

fn to_the_thirteenth(draft: &mut Draft<'_>) {
    draft.date(|old| format!("2026-01-13{}", old.get(10..).unwrap_or_default()));
}

#[test]
fn a_date_keeps_its_hour_and_its_form() {
    check(
        &[
            ("date: 2026-01-06\n", "date: 2026-01-13\n"),
            (
                "title: A\ndate:   2026-01-06 09:00   # early\ntags: []\n",
                "title: A\ndate:   2026-01-13 09:00   # early\ntags: []\n",
            ),
            ("date: '2026-01-06T09:00:00-05:00'\n", "date: '2026-01-13T09:00:00-05:00'\n"),
            ("\"date\" : \"2026-01-06\"\n", "\"date\" : \"2026-01-13\"\n"),
            (
                "updated: 2026-01-06\n# date: 2026-01-06\ndate: 2026-01-06\n",
                "updated: 2026-01-06\n# date: 2026-01-06\ndate: 2026-01-13\n",
            ),
            ("date: # when?\n", "date: 2026-01-13 # when?\n"),
            ("date:\n", "date: 2026-01-13\n"),
        ],
        to_the_thirteenth,
    );
}

#[test]
fn a_line_that_is_not_there_is_put_behind_the_first_ones() {
    check(
        &[
            ("", "date: 2026-01-13\n"),
            (
                "title: A\nsources:\n  - title: date\n    date: 2019\n",
                "title: A\ndate: 2026-01-13\nsources:\n  - title: date\n    date: 2019\n",
            ),
            ("title: >-\n  A\n\n  B\n# c\nsummary: S\n", "title: >-\n  A\n\n  B\ndate: 2026-01-13\n# c\nsummary: S\n"),
            ("summary: S\n", "summary: S\ndate: 2026-01-13\n"),
        ],
        to_the_thirteenth,
    );
}

#[test]
fn what_is_in_braces_or_behind_an_anchor_is_refused() {
    refused(
        &["{title: A, date: 2026-01-06}\n", "date: &d 2026-01-06\nupdated: *d\n", "date:\n  2026-01-06\n"],
        to_the_thirteenth,
    );
}

#[test]
fn a_series_gets_another_name_in_every_form() {
    check(
        &[
            ("title: A\n", "title: A\nseries: It's new\n"),
            ("series:\n", "series: It's new\n"),
            ("series: Old # c\n", "series: It's new # c\n"),
            ("series: 'Old'\n", "series: 'It''s new'\n"),
            ("series: {name: Old, part: 3}\n", "series: {name: It's new, part: 3}\n"),
            ("series: { part: 3, \"name\": \"Old: 1\" }\n", "series: { part: 3, \"name\": \"It's new\" }\n"),
            (
                "series:\n  # c\n  part: 3\n  name: Old # d\ntags: []\n",
                "series:\n  # c\n  part: 3\n  name: It's new # d\ntags: []\n",
            ),
            ("series: [Old, Other]\n", "series: [It's new, Other]\n"),
            ("series:\n  - Old\n  - Other\n", "series:\n  - It's new\n  - Other\n"),
            ("series:\n- {name: Old, part: 1}\n- Other\n", "series:\n- {name: It's new, part: 1}\n- Other\n"),
            (
                "series:\n  - part: 1\n    name: Old\n  - name: Other\n",
                "series:\n  - part: 1\n    name: It's new\n  - name: Other\n",
            ),
        ],
        |draft| draft.series("It's new"),
    );
    refused(&["series: &s Old\nsummary: *s\n", "series: >-\n  Old\n", "series: []\n"], |draft| {
        draft.series("It's new");
    });
}

#[test]
fn a_field_is_taken_out_with_all_its_lines() {
    check(
        &[
            ("title: A\nseries: Old\n# c\ntags: []\n", "title: A\n# c\ntags: []\n"),
            ("series:\n  name: Old\n\n  part: 3\n\ntags: []\n", "\ntags: []\n"),
            ("title: A\n", "title: A\n"),
        ],
        |draft| draft.remove("series"),
    );
}

#[test]
fn an_alias_is_added_to_those_that_are_there() {
    check(
        &[
            ("title: A\nsummary: S\n", "title: A\naliases: [/new/]\nsummary: S\n"),
            ("aliases:\n", "aliases: [/new/]\n"),
            ("aliases: []\n", "aliases: [/new/]\n"),
            ("aliases: /a/ # c\n", "aliases: [/a/, /new/] # c\n"),
            ("aliases: [/a/, '/b/' ] # c\n", "aliases: [/a/, '/b/', /new/ ] # c\n"),
            ("aliases: [\n  /a/, # c\n  /b/,\n]\n", "aliases: [\n  /a/, # c\n  /b/, /new/,\n]\n"),
            (
                "aliases:\n  - /a/\n  # c\n  - /b/\n\ntags: []\n",
                "aliases:\n  - /a/\n  # c\n  - /b/\n  - /new/\n\ntags: []\n",
            ),
            ("aliases:\n- /a/\n", "aliases:\n- /a/\n- /new/\n"),
        ],
        |draft| draft.aliases(|_| true, Some("/new/")),
    );
}

#[test]
fn an_alias_is_taken_out() {
    check(
        &[
            ("title: A\naliases: /a/\ntags: []\n", "title: A\ntags: []\n"),
            ("aliases: [/a/]\ntitle: A\n", "title: A\n"),
            ("aliases: [/b/, /a/, \"/c/\"] # c\n", "aliases: [/b/, \"/c/\"] # c\n"),
            ("aliases:\n  - /b/\n  - /a/\n", "aliases:\n  - /b/\n"),
        ],
        |draft| draft.aliases(|alias| alias != "/a/", None),
    );
    check(
        &[
            ("aliases: [/b/, /a/]\n", "aliases: [/b/, /new/]\n"),
            ("aliases:\n  - /a/\n  - /b/\n", "aliases:\n  - /b/\n  - /new/\n"),
        ],
        |draft| draft.aliases(|alias| alias != "/a/", Some("/new/")),
    );
}

#[test]
fn several_changes_are_one() {
    check(
        &[
            (
                "title: A # a\ndate: 2026-01-06\nslug: \"old\"\naliases: [/a/]\n",
                "title: A # a\ndate: 2026-01-13\nslug: \"new\"\nseries: S\naliases: [/a/, /new/]\n",
            ),
            ("aliases:\n  - /a/\n", "aliases:\n  - /a/\n  - /new/\ndate: 2026-01-13\nslug: new\nseries: S\n"),
            ("", "date: 2026-01-13\nslug: new\nseries: S\naliases: [/new/]\n"),
        ],
        |draft| {
            to_the_thirteenth(draft);
            draft.text("slug", "new");
            draft.series("S");
            draft.aliases(|_| true, Some("/new/"));
        },
    );
}

#[test]
fn a_picture_is_named_anew() {
    check(
        &[
            ("image: ../old/a.png\n", "image: ../new/a.png\n"),
            ("image:\n  src: \"../old/a.png\"\n  alt: Old\n", "image:\n  src: \"../new/a.png\"\n  alt: Old\n"),
        ],
        |draft| draft.picture("../old/a.png", "../new/a.png"),
    );
}
