//! What stands on pages, and where pages stand.

use crate::fixture::{Site, golden, without_hashes};

/// The part of a page between two marks.
#[track_caller]
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    let length = text[from..].find(end).unwrap_or_else(|| panic!("no {end} in {text}"));
    &text[from..from + length + end.len()]
}

#[test]
fn markdown_of_every_kind() {
    let site = Site::new()
        .file("content/about.md", "---\ntitle: About\n---\n## Who we are\n")
        .file(
            "content/posts/2026-03-03-all/photo.png",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0",
        )
        .file("content/posts/2026-03-03-all/index.md", include_str!("../inputs/markdown.md"))
        .built();
    let page = site.read("public/posts/all/index.html");
    golden("markdown.html", between(&page, "<div class=\"body\">", "\n</div>\n<footer"));
    assert!(site.has("public/posts/all/photo.png"));
}

#[test]
fn every_route_is_written() {
    let mut site = Site::new()
        .file("content/about.md", "---\ntitle: About\n---\nMe.\n")
        .file("static/.well-known/x", "")
        .file("static/a/b.txt", "b");
    for day in 1..=12 {
        site = site.post(&format!("2026-02-{day:02}"), &format!("p{day}"), &format!("---\ntitle: P{day}\nseries: Notes\ntags: [Grief]\naliases: [/old/{day}, /older/{day}.html]\n---\nText.\n"));
    }
    let site = site.built();
    let paths: Vec<String> = site
        .tree("public")
        .into_keys()
        .filter(|path| !path.starts_with("posts/") && !path.starts_with("old"))
        .collect();
    golden("routes.txt", &without_hashes(&(paths.join("\n") + "\n")));
    assert!(site.has("public/old/3/index.html") && site.has("public/older/3.html"));
    let redirect = site.read("public/old/3/index.html");
    assert!(redirect.contains("<link rel=\"canonical\" href=\"https://example.org/posts/p3/\">"), "{redirect}");
    assert!(site.read("public/page/2/index.html").contains("Page 2 of 2"));
}

#[test]
fn a_series_counts_what_is_out() {
    let site = Site::new()
        .file("content/series/notes.md", "---\ntitle: Notes\nprefix: true\ndescription: About.\n---\nIntro.\n")
        .post("2026-03-01", "one", "---\ntitle: One\nseries: Notes\n---\nA.\n")
        .post("2026-03-02", "draft", "---\ntitle: Draft\nseries: Notes\ndraft: true\n---\nB.\n")
        .post(
            "2026-03-03",
            "two",
            "---\ntitle: Two\nseries: notes\n---\nNext: [three](2026-03-17-three.md), [draft](2026-03-02-draft.md).\n",
        )
        .post("2026-03-17", "three", "---\ntitle: Three\nseries: {name: Notes}\n---\nC.\n")
        .built();
    let two = site.read("public/posts/two/index.html");
    assert!(two.contains("Part 2 of 2") && two.contains("<title>Notes: Two · Test</title>"));
    let hint = "<span class=\"forthcoming-hint\">(coming on Tuesday, March 17)</span>";
    assert!(two.contains(&format!("<span class=\"forthcoming\">three {hint}</span>")), "{two}");
    assert!(!site.has("public/posts/three") && !site.has("public/posts/draft"));
    let landing = site.read("public/series/notes/index.html");
    assert!(landing.contains("Tuesday, March 17, 2026</time>") && landing.contains("<p>Intro.</p>"));
    assert!(!landing.contains("Three"), "the title is not announced");
    assert_eq!(site.build_with(&["--now", "2026-03-17"]).code, 0);
    assert!(site.read("public/posts/two/index.html").contains("<a href=\"/posts/three/\">three</a>"));
    assert_eq!(site.build_with(&["--drafts", "--future"]).code, 0);
    assert!(site.read("public/posts/three/index.html").contains("Part 4 of 4"));
    assert!(site.read("public/posts/draft/index.html").contains("<strong>Draft.</strong>"));
}

#[test]
fn parts_can_order_a_series() {
    let site = Site::new()
        .file("content/series/notes.md", "---\ntitle: Notes\norder: part\n---\n")
        .post("2026-03-01", "b", "---\ntitle: B\nseries: {name: Notes, part: 2}\n---\nB.\n")
        .post("2026-03-02", "a", "---\ntitle: A\nseries: {name: Notes, part: 1}\n---\nA.\n")
        .built();
    assert!(site.read("public/posts/a/index.html").contains("Part 1 of 2"));
}

#[test]
fn publication_follows_the_sites_time() {
    let site = Site::empty()
        .file(
            "weeknotes.yaml",
            "title: T\nurl: https://example.org\ntimezone: America/New_York\npublish_at: \"09:00\"\n",
        )
        .post("2026-03-10", "bare", "---\ntitle: Bare\n---\nA.\n")
        .file("content/posts/local.md", "---\ntitle: Local\ndate: 2026-03-10 08:00\n---\nA.\n")
        .file("content/posts/offset.md", "---\ntitle: Offset\ndate: 2026-03-10T14:00:00+02:00\n---\nA.\n");
    let out = |now: &str| {
        assert_eq!(site.build_with(&["--now", now]).code, 0);
        ["bare", "local", "offset"].map(|slug| site.has(&format!("public/posts/{slug}/index.html")))
    };
    assert_eq!(out("2026-03-10T11:59:59Z"), [false, false, false]);
    assert_eq!(out("2026-03-10T12:00:00Z"), [false, true, true]);
    assert_eq!(out("2026-03-10T13:00:00Z"), [true, true, true]);
    assert_eq!(out("2026-03-10 07:59"), [false, false, false]);
    assert_eq!(out("2026-03-10"), [true, true, true]);
}

#[test]
fn addresses_follow_the_pattern() {
    let config = "title: T\nurl: https://example.org\npermalink: /{year}/{month}/{series}/{part}-{slug}/\n";
    let site = Site::empty()
        .file("weeknotes.yaml", config)
        .post("2026-03-01", "one", "---\ntitle: One\nseries: My Notes\n---\nA.\n")
        .file("content/posts/2026-03-02.md", "---\ntitle: Терапия и сон\n---\nA.\n")
        .file("content/deep/er/page.md", "# Page\n")
        .file("content/deep/index.md", "# Deep\n")
        .built();
    for page in ["2026/03/my-notes/1-one", "2026/03/posts/terapiia-i-son-terapiia-i-son", "deep/er/page", "deep"] {
        assert!(site.has(&format!("public/{page}/index.html")), "{page}: {:?}", site.tree("public").keys());
    }
}

#[test]
fn machines_can_read_a_post() {
    let site = Site::new()
        .file("static/card.png", "")
        .post("2026-03-03", "one", "---\ntitle: One\nseries: Notes\ntags: [grief]\nimage: {src: /card.png, alt: A card}\nsources:\n  - {organisation: APA, title: On Grief, url: https://apa.org/x, date: 2019}\n  - {author: \"Yalom, Irvin\", title: Staring, kind: book, date: 2008}\n---\nText & more.\n")
        .built();
    let page = site.read("public/posts/one/index.html");
    golden("head.html", &without_hashes(between(&page, "<head>", "</head>")));
    let text = between(&page, "<script type=\"application/ld+json\">", "</script>");
    let json: serde_json::Value =
        serde_json::from_str(&text["<script type=\"application/ld+json\">".len()..text.len() - "</script>".len()])
            .expect("JSON");
    let post = &json["@graph"][0];
    assert_eq!(
        (post["@type"].as_str(), post["isPartOf"]["@type"].as_str()),
        (Some("BlogPosting"), Some("CreativeWorkSeries"))
    );
    assert_eq!(post["citation"][1]["@type"].as_str(), Some("Book"));
    assert_eq!(json["@graph"][1]["itemListElement"].as_array().map(Vec::len), Some(3));
    assert!(page.contains("APA. (2019). <i>On Grief</i>. <a href=\"https://apa.org/x\">https://apa.org/x</a>"));
    assert!(site.read("public/sources/index.html").contains("Cited in <a href=\"/posts/one/\">One</a>"));
}

#[test]
fn one_file_is_a_site() {
    let site = Site::empty().file("note.md", "# Hello\n\nWorld.\n");
    let run = site.build();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(site.read("public/posts/note/index.html").contains("<h1>Hello</h1>"));
    assert!(site.read("public/index.html").contains("World."));
}
