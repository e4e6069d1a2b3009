//! The same input gives the same bytes.

use crate::fixture::{Site, run};

fn site() -> Site {
    let mut site = Site::new().file("content/series/notes.md", "---\ntitle: Notes\nprefix: true\n---\nHello.\n");
    for week in 1..=30 {
        let text = format!(
            "---\ntitle: Post {week}\nseries: Notes\ntags: [tag {}, tag {}]\nextra: {{z: 1, a: {week}, m: 2}}\n---\nText {week}[^1].\n\n```python\nx = {week}\n```\n\n[^1]: Note.\n",
            week % 7,
            week % 3
        );
        site = site.file(&format!("content/posts/2025-{:02}-{:02}-post-{week}.md", 1 + week % 12, 1 + week % 28), text);
    }
    site
}

#[test]
fn threads_and_folder_do_not_show() {
    let (one, two) = (site(), site());
    for (site, threads) in [(&one, "1"), (&two, "4")] {
        let built = run(site
            .command(&["build", "--now", crate::fixture::NOW])
            .env("RAYON_NUM_THREADS", threads)
            .env("LC_ALL", "de_DE.UTF-8")
            .env("TZ", "Asia/Tokyo"));
        assert_eq!((built.code, built.stderr.as_str()), (0, ""));
    }
    assert!(one.tree("public") == two.tree("public"));
}

#[test]
fn a_rebuild_over_an_old_output_is_a_clean_build() {
    let (old, clean) = (site().built(), site());
    for site in [&old, &clean] {
        site.write("content/posts/2025-02-02-post-1.md", "---\ntitle: Renamed\nslug: moved\n---\nOther.\n");
        site.remove("content/posts/2025-03-03-post-2.md");
        assert_eq!(site.build().code, 0);
    }
    assert_eq!(old.tree("public").keys().collect::<Vec<_>>(), clean.tree("public").keys().collect::<Vec<_>>());
    assert!(old.tree("public") == clean.tree("public"));
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let site = site().built();
    let before = std::fs::metadata(site.path().join("public/.weeknotes-manifest"))
        .expect("a manifest")
        .modified()
        .expect("a time");
    let again = site.build();
    assert!(again.stdout.contains(" 0 files written"), "{}", again.stdout);
    let after = std::fs::metadata(site.path().join("public/.weeknotes-manifest"))
        .expect("a manifest")
        .modified()
        .expect("a time");
    assert_eq!(before, after);
}

#[test]
fn reproducible_builds_name_their_time() {
    let site = Site::new().post("2026-03-03", "one", "---\ntitle: One\n---\nText.\n");
    let early = run(site.command(&["build"]).env("SOURCE_DATE_EPOCH", "0"));
    assert!(early.code == 0 && !site.has("public/posts/one"), "{}", early.stderr);
    let late = run(site.command(&["build"]).env("SOURCE_DATE_EPOCH", "1800000000"));
    assert!(late.code == 0 && site.has("public/posts/one"));
}
