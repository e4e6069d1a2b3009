//! `move`: what it changes, what it tells, and what it refuses.

mod property;
mod sites;

use crate::fixture::{NOW, Site, golden, repository, tree};

/// Three parts that are out, two that are not and a draft, with links among them in every form.
fn weekly() -> Site {
    let front = |title: &str, more: &str| format!("---\ntitle: {title}\nseries: Notes\n{more}---\n");
    let text = |title: &str, more: &str, body: &str| front(title, more) + body;
    Site::new()
        .post("2026-02-17", "one", &text("One", "", "## Part\n\nNext: [two](2026-02-24-two/index.md#part \"Two\").\n"))
        .file(
            "content/posts/2026-02-24-two/index.md",
            text("Two", "date: 2026-02-24 09:00 # early\n", "## Part\n\n[one](../2026-02-17-one.md) ![A dot](dot.svg)\n"),
        )
        .file("content/posts/2026-02-24-two/dot.svg", "<svg width=\"1\" height=\"1\"></svg>")
        .post("2026-03-03", "three", &text("Three", "", "See [two][2], `[two](2026-02-24-two/index.md)`.\n\n[2]: <2026-02-24-two/index.md>\n"))
        .post("2026-03-17", "four", &text("Four", "", "After [three](2026-03-03-three.md).\n"))
        .post("2026-03-24", "five", &text("Five", "date: 2026-03-24\n", "After [four](2026-03-17-four.md).\n"))
        .post("2026-03-31", "six", &text("Six", "draft: true\n", "Soon.\n"))
        .file(
            "content/about.md",
            "---\ntitle: About\nimage: posts/2026-02-24-two/dot.svg\n---\n[two](posts/2026-02-24-two/index.md?a#part) [four](posts/2026%2D03-17-four.md)\n",
        )
}

fn moved(site: &Site, arguments: &[&str]) -> crate::fixture::Run {
    let now: &[&str] = if arguments.contains(&"--now") { &[] } else { &["--now", NOW] };
    site.run(&[&["move"], arguments, now].concat())
}

#[test]
fn a_dry_run_tells_everything_and_changes_nothing() {
    let site = weekly();
    let before = site.tree(".");
    let run = moved(&site, &["two", "--date", "2026-02-25", "--slug", "second", "--dry-run"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    golden("move-dry-run.txt", &format!("{}\n{}", run.stdout, run.stderr));
    assert_eq!(site.tree("."), before);
}

#[test]
fn a_bundle_is_moved_with_all_that_names_it() {
    let site = weekly().built();
    let run = moved(&site, &["two", "--date", "2026-02-25", "--slug", "second"]);
    golden("move.txt", &format!("{}\n{}", run.stdout, run.stderr));
    assert_eq!(run.code, 0);
    assert!(
        site.read("content/posts/2026-02-25-second/index.md")
            .contains("date: 2026-02-25 09:00 # early\naliases: [/posts/two/]\n")
    );
    assert!(!site.has("content/posts/2026-02-24-two"));
    assert!(site.read("content/posts/2026-02-17-one.md").contains("(2026-02-25-second/index.md#part \"Two\")"));
    let three = site.read("content/posts/2026-03-03-three.md");
    assert!(
        three.contains("[2]: <2026-02-25-second/index.md>") && three.contains("`[two](2026-02-24-two/index.md)`"),
        "{three}"
    );
    let about = site.read("content/about.md");
    assert!(
        about.contains("image: posts/2026-02-25-second/dot.svg\n") && about.contains("second/index.md?a#part"),
        "{about}"
    );
    let site = site.built();
    assert!(site.read("public/posts/two/index.html").contains("https://example.org/posts/second/"));
}

#[test]
fn what_follows_and_is_not_out_moves_along() {
    let site = weekly();
    let run = moved(&site, &["three", "--date", "2026-03-10", "--shift", "--dry-run"]);
    golden("move-shift.txt", &format!("{}\n{}", run.stdout, run.stderr));
    let run = moved(&site, &["three", "--date", "2026-03-10", "--shift"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let posts: Vec<String> = site.tree("content/posts").into_keys().filter(|path| path.ends_with(".md")).collect();
    let expected = [
        "2026-02-17-one.md",
        "2026-02-24-two/index.md",
        "2026-03-10-three.md",
        "2026-03-24-four.md",
        "2026-03-31-five.md",
        "2026-04-07-six.md",
    ];
    assert_eq!(posts, expected);
    let five = site.read("content/posts/2026-03-31-five.md");
    assert!(five.contains("date: 2026-03-31\n") && five.contains("(2026-03-24-four.md)"), "{five}");
    assert!(site.read("content/about.md").contains("(posts/2026-03-24-four.md)"));
    site.built();
}

#[test]
fn a_post_in_the_folder_of_another_moves_with_it_and_by_itself() {
    let front = "---\nseries: Notes\n---\n";
    let site = Site::new()
        .file("content/posts/2026-03-17-a/index.md", format!("{front}[b](2026-03-24-b.md) ![A dot](dot.svg)\n"))
        .file(
            "content/posts/2026-03-17-a/2026-03-24-b.md",
            format!("{front}[a](index.md) [me](../2026-03-17-a/2026-03-24-b.md)\n"),
        )
        .file("content/posts/2026-03-17-a/dot.svg", "<svg width=\"1\" height=\"1\"></svg>")
        .post("2026-03-24", "c", &format!("{front}[b](2026-03-17-a/2026-03-24-b.md)\n"));
    let run = moved(&site, &["a", "--date", "2026-03-24", "--shift"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        site.read("content/posts/2026-03-24-a/index.md"),
        format!("{front}[b](2026-03-31-b.md) ![A dot](dot.svg)\n")
    );
    let inner = site.read("content/posts/2026-03-24-a/2026-03-31-b.md");
    assert_eq!(inner, format!("{front}[a](index.md) [me](../2026-03-24-a/2026-03-31-b.md)\n"));
    assert_eq!(site.read("content/posts/2026-03-31-c.md"), format!("{front}[b](2026-03-24-a/2026-03-31-b.md)\n"));
    assert_eq!(site.tree("content").len(), 4, "nothing is left of the old names");
}

#[test]
fn what_is_not_out_needs_no_alias() {
    let site = weekly();
    let run = moved(&site, &["four", "--slug", "fourth", "--date", "2026-03-04"]);
    golden("move-not-out.txt", &format!("{}\n{}", run.stdout, run.stderr));
    assert!(!site.read("content/posts/2026-03-04-fourth.md").contains("aliases"));
    let site = site.built();
    assert!(site.has("public/posts/fourth/index.html") && !site.has("public/posts/four/index.html"));
}

#[test]
fn parts_of_a_series_keep_their_old_addresses() {
    let site = weekly()
        .file("weeknotes.yaml", "title: Test\nurl: https://example.org\npermalink: /{series}/{part}/\n")
        .built();
    let awaited = moved(&site, &["two", "--no-series", "--dry-run"]);
    golden("move-parts-awaited.txt", &format!("{}\n{}", awaited.stdout, awaited.stderr));
    for path in ["about.md", "posts/2026-03-17-four.md", "posts/2026-03-24-five.md", "posts/2026-03-31-six.md"] {
        site.remove(&format!("content/{path}"));
    }
    let run = moved(&site, &["two", "--no-series"]);
    golden("move-parts.txt", &format!("{}\n{}", run.stdout, run.stderr));
    let site = site.built();
    assert!(site.read("public/notes/2/index.html").contains("Three"), "it is another part's now");
    assert!(site.read("public/notes/3/index.html").contains("https://example.org/notes/2/"), "it leads there");
    let run = moved(&site, &["two", "--series", "nots", "--dry-run"]);
    golden("move-new-series.txt", &format!("{}\n{}", run.stdout, run.stderr));
}

#[test]
fn moving_again_and_back_keeps_what_feeds_know_a_post_by() {
    let site = weekly();
    for (slug, aliases) in [
        ("second", "aliases: [/posts/two/]\n"),
        ("again", "aliases: [/posts/two/, /posts/second/]\n"),
        ("second", "aliases: [/posts/two/, /posts/again/]\n"),
        ("two", "aliases: [/posts/two/, /posts/again/, /posts/second/]\n"),
    ] {
        let post = site.tree("content/posts").into_keys().find(|path| path.ends_with("index.md")).expect("the bundle");
        let run = moved(&site, &[&format!("content/posts/{post}"), "--slug", slug]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let text = site.read(&format!("content/posts/2026-02-24-{slug}/index.md"));
        assert!(text.contains(aliases), "{text}");
    }
    let atom = site.built().read("public/atom.xml");
    assert!(atom.contains("<id>https://example.org/posts/two/</id>"), "{atom}");
}

#[test]
fn what_cannot_be_done_is_told_and_nothing_changes() {
    let site = weekly()
        .post("2026-03-05", "braces", "---\n{title: Braces, date: 2026-03-05}\n---\nText.\n")
        .post("2026-03-07", "basic", "---\ntitle: Basic\ndate: 20260307T0900\n---\nText.\n")
        .post("2026-03-06", "wrong", "---\ntitle: [Wrong\n---\nText.\n")
        .post("2026-02-24", "three", "---\ntitle: Other\nslug: other\n---\n");
    let before = site.tree(".");
    let mut told = String::new();
    for (code, arguments) in [
        (1, vec!["one", "--slug", "three"]),
        (1, vec!["2026-03-03-three", "--date", "2026-02-24"]),
        (1, vec!["braces", "--date", "2026-03-06"]),
        (1, vec!["wrong", "--slug", "right"]),
        (1, vec!["basic", "--date", "2026-03-06"]),
        (2, vec!["one", "--slug", "Not a Slug"]),
        (2, vec!["one", "--slug", ""]),
        (2, vec!["one", "--series", " "]),
        (2, vec!["one", "--date", "tomorrow"]),
        (2, vec!["one", "--slug", "x", "--shift"]),
        (2, vec!["one", "--series", "A", "--no-series"]),
        (2, vec!["one"]),
        (2, vec!["about", "--slug", "x"]),
        (2, vec!["three", "--slug", "x"]),
        (2, vec!["ones", "--slug", "x"]),
    ] {
        let run = moved(&site, &arguments);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{arguments:?}: {}", run.stderr);
        told.extend(["$ weeknotes move ", &arguments.join(" "), "\n", &run.stderr, "\n"]);
        assert_eq!(site.tree("."), before, "{arguments:?}");
    }
    golden("move-refused.txt", &told);
}

#[test]
fn what_is_out_and_will_not_be_is_told() {
    let site = weekly();
    let run = moved(&site, &["three", "--date", "2026-03-12 08:00"]);
    golden("move-unpublished.txt", &format!("{}\n{}", run.stdout, run.stderr));
    assert!(site.read("content/posts/2026-03-12-three.md").contains("date: 2026-03-12 08:00\n"));
}

#[test]
fn a_failure_on_the_disk_leaves_all_as_it_was() {
    let site = weekly();
    std::fs::create_dir(site.path().join("content/posts/2026-03-24-five-b.md")).expect("a folder of that name");
    let before = site.tree(".");
    let run = moved(&site, &["five", "--slug", "five-b"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("2026-03-24-five-b.md is there already"), "{}", run.stderr);
    assert_eq!(site.tree("."), before);
}

/// On a new line the name of the folder is taken for the mark of a block quote.
#[cfg(unix)]
#[test]
fn a_link_that_cannot_be_changed_is_told() {
    let site = Site::new().file("content/posts/>/2026-02-17-one.md", "Text.\n").post(
        "2026-02-24",
        "two",
        "[one]\n\n[one]:\n\t>/2026-02-17-one.md\n",
    );
    let before = site.tree(".");
    let run = moved(&site, &["one", "--slug", "first"]);
    golden("move-link-form.txt", &run.stderr);
    assert_eq!((run.code, site.tree(".")), (1, before));
}

#[test]
fn what_may_hold_a_link_must_be_readable() {
    let site = weekly().file("content/posts/2026-03-01-old.md", b"\xff[one](2026-02-17-one.md)\n");
    let run = moved(&site, &["one", "--slug", "first"]);
    assert_eq!((run.code, site.has("content/posts/2026-02-17-one.md")), (1, true));
    assert!(run.stderr.contains("not-utf8") && run.stderr.contains("Nothing was changed: there may be a link"));
}

#[test]
fn what_names_a_file_in_another_way_is_told() {
    let site = weekly().file("templates/card.html", "\n{% set two = get_page(path=\"posts/2026-02-17-one.md\") %}");
    let run = moved(&site, &["one", "--slug", "first"]);
    let note = "note: templates/card.html:2 still names posts/2026-02-17-one.md: look whether it should\n";
    assert_eq!((run.code, run.stderr.as_str()), (0, note));
}

/// What the README shows is what this repository's own site would come to.
#[test]
fn the_readme_shows_what_is_told() {
    let site = Site::empty();
    for (path, bytes) in tree(&repository().join("content")) {
        site.write(&format!("content/{path}"), bytes);
    }
    let read = |name: &str| std::fs::read_to_string(repository().join(name)).expect("a file");
    site.write("weeknotes.yaml", read("weeknotes.yaml"));
    let asked = "move group-therapy --slug groups --dry-run";
    let run = moved(&site, &asked.split(' ').skip(1).chain(["--now", "2026-11-24"]).collect::<Vec<_>>());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let shown = format!("```text\n$ weeknotes {asked}\n{}```\n", run.stdout);
    assert!(read("README.md").contains(&shown), "{shown}");
}

#[test]
fn a_post_is_named_from_where_one_is() {
    let site = weekly();
    let posts = site.path().join("content/posts");
    let mut command = site.command(&["move", "2026-02-17-one.md", "--slug", "first", "--root", "../..", "--now", NOW]);
    let run = crate::fixture::run(command.current_dir(&posts));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(site.has("content/posts/2026-02-17-first.md"));
    let again = moved(&site, &["first", "--slug", "first"]);
    assert_eq!((again.code, again.stderr.as_str()), (0, "Nothing to do: it is so already.\n"));
}

#[cfg(unix)]
#[test]
fn links_on_the_disk_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Site::new().file("drafts/far.md", "\u{feff}---\ntitle: Far\ndate: 2026-02-17\n---\nText.\n").post(
        "2026-02-24",
        "near",
        "[far](2026-02-17-far.md)\n",
    );
    std::os::unix::fs::symlink("../../drafts/far.md", site.path().join("content/posts/2026-02-17-far.md"))
        .expect("a link");
    let mode = || site.path().join("drafts/far.md").metadata().expect("there").permissions().mode() & 0o777;
    std::fs::set_permissions(site.path().join("drafts/far.md"), std::fs::Permissions::from_mode(0o600))
        .expect("permissions");
    let run = moved(&site, &["content/posts/2026-02-17-far.md", "--date", "2026-02-18"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let link = std::fs::read_link(site.path().join("content/posts/2026-02-18-far.md")).expect("it is a link still");
    assert_eq!((link.to_str(), mode()), (Some("../../drafts/far.md"), 0o600));
    assert_eq!(site.read("drafts/far.md"), "\u{feff}---\ntitle: Far\ndate: 2026-02-18\n---\nText.\n");
    assert_eq!(site.read("content/posts/2026-02-24-near.md"), "[far](2026-02-18-far.md)\n");
}

#[test]
fn a_folder_without_content_has_posts_too() {
    let site = Site::new()
        .file("2026-02-17-one.md", "[two](2026-02-24-two.md)\n")
        .file("2026-02-24-two.md", "# Two\n\nText.\n");
    let run = moved(&site, &["two", "--slug", "second"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(site.read("2026-02-24-second.md"), "---\naliases: [/posts/two/]\n---\n# Two\n\nText.\n");
    assert_eq!(site.read("2026-02-17-one.md"), "[two](2026-02-24-second.md)\n");
}
