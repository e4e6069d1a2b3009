//! The output folder: what is written, what is left alone, what is refused.

use std::fs;

use crate::fixture::{NOW, Site, golden};

fn site() -> Site {
    Site::new().post("2026-03-03", "one", "---\ntitle: One\n---\nText.\n")
}

#[test]
fn a_build_with_errors_leaves_the_old_site_whole() {
    let site = site().built();
    let before = site.tree("public");
    site.write("content/posts/2026-03-04-two.md", "---\ntitle: Two\n---\n[x](gone.md)\n");
    site.write("content/posts/2026-03-03-one.md", "---\ntitle: Changed\n---\nText.\n");
    assert_eq!(site.build().code, 1);
    assert!(site.tree("public") == before);
}

#[test]
fn anothers_files_are_never_touched() {
    let site = site().file("public/CNAME", "example.org").file("public/own/keep.txt", "mine").built();
    site.remove("content/posts/2026-03-03-one.md");
    site.write("content/posts/2026-03-03-two.md", "---\ntitle: Two\n---\nText.\n");
    assert_eq!(site.build().code, 0);
    assert!(!site.has("public/posts/one") && site.has("public/posts/two/index.html"));
    assert_eq!(
        (site.read("public/CNAME").as_str(), site.read("public/own/keep.txt").as_str()),
        ("example.org", "mine")
    );
}

#[test]
fn anothers_file_in_the_way_stops_the_build() {
    let site = site().file("public/index.html", "mine").file("public/robots.txt", "mine too");
    let run = site.build();
    assert_eq!((run.code, site.read("public/index.html").as_str()), (2, "mine"));
    assert!(!site.has("public/posts"), "nothing was written");
    let folder = fs::canonicalize(site.path()).expect("a path");
    golden("in-the-way.txt", &run.stderr.replace(&folder.display().to_string(), "[site]"));
}

#[test]
fn an_orphan_that_somebody_changed_is_left_and_told() {
    let site = site().built();
    site.write("public/posts/one/index.html", "edited by hand");
    site.remove("content/posts/2026-03-03-one.md");
    let run = site.build();
    assert_eq!(run.stderr, "note: left posts/one/index.html, which was changed since weeknotes wrote it\n");
    assert_eq!(site.read("public/posts/one/index.html"), "edited by hand");
}

#[test]
fn a_changed_output_is_mended() {
    let site = site().built();
    let before = site.tree("public");
    site.write("public/posts/one/index.html", "x".repeat(before["posts/one/index.html"].len()));
    site.remove("public/rss.xml");
    assert_eq!(site.build().code, 0);
    assert!(site.tree("public") == before);
}

#[test]
fn a_build_that_was_cut_off_is_repaired() {
    let site = site().built();
    let whole = site.tree("public");
    let manifest = site.read("public/.weeknotes-manifest");
    site.write("public/.weeknotes-manifest", manifest.replace(" complete\n", " writing\n"));
    site.write("public/posts/one/index.html", &whole["posts/one/index.html"][..10]);
    site.write("public/index.html", [&whole["index.html"][..], b"a longer tail of an older file"].concat());
    assert_eq!(site.build().code, 0);
    assert!(site.tree("public") == whole);
}

#[test]
fn a_lost_manifest_is_no_reason_to_lose_files() {
    let site = site().built();
    let whole = site.tree("public");
    site.remove("public/.weeknotes-manifest");
    assert_eq!(site.build().code, 0, "files with the same bytes are taken over");
    assert!(site.tree("public") == whole);
}

#[test]
fn atomic_swaps_the_whole_and_takes_along_what_is_not_ours() {
    let site = site().file("public/CNAME", "example.org");
    assert_eq!(site.build_with(&["--atomic"]).code, 0);
    site.remove("content/posts/2026-03-03-one.md");
    site.write("content/posts/2026-03-03-two.md", "---\ntitle: Two\n---\nText.\n");
    let run = site.build_with(&["--atomic"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("1 removed"), "{}", run.stdout);
    assert!(!site.has("public/posts/one") && site.has("public/posts/two/index.html"));
    assert_eq!(site.read("public/CNAME"), "example.org");
    let beside: Vec<_> =
        fs::read_dir(site.path()).expect("a folder").filter_map(Result::ok).map(|entry| entry.file_name()).collect();
    assert!(!beside.iter().any(|name| name.to_string_lossy().starts_with(".public")), "{beside:?}");
    let plain = self::site();
    plain.remove("content/posts/2026-03-03-one.md");
    plain.write("content/posts/2026-03-03-two.md", "---\ntitle: Two\n---\nText.\n");
    plain.write("public/CNAME", "example.org");
    assert_eq!(plain.build().code, 0);
    assert!(plain.tree("public") == site.tree("public"));
}

#[test]
fn dangerous_folders_are_refused() {
    let site = site()
        .file("home/user/site/weeknotes.yaml", "title: T\nurl: https://example.org\n")
        .file("home/user/site/content/a.md", "# A");
    let root = site.path().join("home/user/site");
    let root = root.to_str().expect("a path");
    for output in [".", "..", "/", "content", "content/posts", "themes", "templates/x", "static", "../../user"] {
        let mut command = site.command(&["build", "--now", NOW, "--root", root, "--output", output]);
        let run = crate::fixture::run(command.env("HOME", site.path().join("home/user")));
        assert_eq!(run.code, 2, "{output}: {}", run.stdout);
        assert!(run.stderr.contains("cannot write to"), "{}", run.stderr);
    }
    assert_eq!(site.tree("home").len(), 2, "nothing was written");
}

#[cfg(unix)]
#[test]
fn links_in_the_output_are_not_followed() {
    let site = site().file("elsewhere/precious.txt", "precious").file("public/keep", "");
    std::os::unix::fs::symlink(site.path().join("elsewhere"), site.path().join("public/posts")).expect("a link");
    std::os::unix::fs::symlink(site.path().join("elsewhere/precious.txt"), site.path().join("public/index.html"))
        .expect("a link");
    let run = site.build();
    assert_eq!(run.code, 2);
    assert_eq!(site.tree("elsewhere").len(), 1);
    assert_eq!(site.read("elsewhere/precious.txt"), "precious");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_repaired() {
    let site = site().built();
    site.write("content/posts/2026-03-04-two.md", "---\ntitle: Two\n---\nText.\n");
    // A limit on the size of files stands for a full disk: writing fails in the middle.
    let limited = format!("ulimit -f 1; trap '' XFSZ; exec '{}' build --now {NOW}", env!("CARGO_BIN_EXE_weeknotes"));
    let mut shell = std::process::Command::new("sh");
    let run = crate::fixture::run(shell.args(["-c", &limited]).current_dir(site.path()));
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("cannot write") && !run.stderr.contains("panicked"), "{}", run.stderr);
    assert_eq!(site.build().code, 0);
    let clean = self::site().post("2026-03-04", "two", "---\ntitle: Two\n---\nText.\n").built();
    assert!(site.tree("public") == clean.tree("public"));
}

#[test]
fn a_page_may_become_a_folder_and_back() {
    let site = site().file("static/thing", "a file").built();
    site.remove("static/thing");
    site.write("content/thing.md", "---\ntitle: Thing\n---\nText.\n");
    let run = site.build();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(site.has("public/thing/index.html"));
    site.remove("content/thing.md");
    site.write("static/thing", "a file");
    let run = site.build();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(site.read("public/thing"), "a file");
}

#[test]
fn output_and_address_can_be_given() {
    let site = site().file("static/robots.txt", "mine");
    assert_eq!(site.build_with(&["--output", "out/site", "--url", "https://a.example/blog/"]).code, 0);
    let page = site.read("out/site/posts/one/index.html");
    assert!(
        page.contains("href=\"https://a.example/blog/posts/one/\"") && page.contains("href=\"/blog/rss.xml\""),
        "{page}"
    );
    assert_eq!(site.read("out/site/robots.txt"), "mine");
}
