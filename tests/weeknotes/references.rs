//! What becomes of sources on the pages, in feeds and for other programs.

use crate::fixture::{Site, golden};

const LIBRARY: &str = "\
- id: yalom
  kind: book
  author: [\"Yalom, Irvin D.\", \"Leszcz, Molyn\"]
  title: Group psychotherapy
  publisher: Basic Books
  edition: 6
  published: 2020
- id: apa
  organisation: {name: American Psychological Association, short: APA}
  title: Understanding group therapy
  url: https://www.apa.org/topics/group-therapy
  published: 2019
  archived: {url: https://web.archive.org/web/2020/https://www.apa.org/, date: 2020-05-01}
- id: secret
  title: Canary of a draft
  organisation: Nobody yet
";

const POST: &str = "---
title: One
sources: [apa]
---
Groups help [see @yalom, ch. 2; @apa], they say [@apa]. Irvin Yalom is one [-@yalom].

## Not here

`[@yalom]`, \\[@yalom\\], ann@yalom.org and [a link [@yalom]](https://e.org) are text.[^1]

[^1]: Said [@yalom, p. 3].
";

fn site() -> Site {
    Site::new()
        .file("content/sources.yaml", LIBRARY)
        .post("2026-03-03", "one", POST)
        .post("2026-03-04", "two", "---\ntitle: Two\nsources:\n  - {title: Own, url: https://e.org/own, evidence: news, published: 2021}\n---\nText [@apa].\n")
        .post("2026-03-05", "three", "---\ntitle: Three\ndraft: true\n---\nHidden [@secret].\n")
}

/// From the first `start` to the end of the next `end`.
fn part<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap_or_else(|| panic!("{start} in {text}"));
    let to = text[from..].find(end).unwrap_or_else(|| panic!("{end}")) + from + end.len();
    &text[from..to]
}

#[test]
fn a_post_cites_and_lists() {
    let site = site().built();
    let page = site.read("public/posts/one/index.html");
    let text = part(&page, "<div class=\"body\">", "</section>");
    let references = part(&page, "<section class=\"references\"", "</section>");
    golden("citations.html", &format!("{text}\n{references}\n"));
    let feed = site.read("public/rss.xml");
    golden("citations-feed.html", &format!("{}\n", part(&feed, "<![CDATA[<p>Groups", "]]>")));
}

/// Every citation leads to a reference, and every way back to a citation.
#[test]
fn every_way_leads_there_and_back() {
    let site = site().built();
    let page = site.read("public/posts/one/index.html");
    let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().expect("an id")).collect();
    let links: Vec<&str> = page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().expect("an id")).collect();
    assert!(links.iter().all(|link| ids.contains(link)), "{links:?} {ids:?}");
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "{ids:?}");
    assert_eq!(
        page.matches("role=\"doc-biblioref\"").count(),
        page.matches("role=\"doc-backlink\" aria-label=\"Back to where").count()
    );
}

#[test]
fn the_sources_are_listed() {
    let site = site().built();
    let list = site.read("public/sources/index.html");
    golden("sources.html", &format!("{}\n", part(&list, "<header class=\"post-header\">", "</main>")));
    let own = site.read("public/sources/apa/index.html");
    assert!(own.contains(">One</a>") && own.contains(">Two</a>"), "{own}");
    let news = site.read("public/sources/evidence/news/index.html");
    assert!(news.contains("Own") && !news.contains("Group psychotherapy"), "{news}");
    let json: serde_json::Value = serde_json::from_str(&site.read("public/sources.json")).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(3));
}

#[test]
fn what_is_not_out_shows_no_source() {
    let site = site().built();
    for (path, bytes) in site.tree("public") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("Canary") && !text.contains("Nobody yet"), "{path}");
    }
}

#[test]
fn other_programs_are_told() {
    let site = site().built();
    golden("references.bib", &site.read("public/posts/one/references.bib"));
    golden("references.json", &site.read("public/posts/one/references.json"));
    let page = site.read("public/posts/one/index.html");
    let coins: Vec<&str> =
        page.split("class=\"Z3988\" title=\"").skip(1).map(|rest| rest.split('"').next().expect("a title")).collect();
    assert_eq!(coins.len(), 2);
    // What Zotero's reader of COinS asks for: the format, and a title in that format.
    for (pairs, format, title) in [(coins[0], "dc", "rft.title"), (coins[1], "book", "rft.btitle")] {
        let pairs: Vec<(&str, &str)> = pairs.split("&amp;").map(|pair| pair.split_once('=').expect("a pair")).collect();
        assert!(pairs.contains(&("ctx_ver", "Z39.88-2004")), "{pairs:?}");
        assert!(
            pairs.iter().any(|(name, value)| *name == "rft_val_fmt" && value.ends_with(&format!("mtx%3A{format}"))),
            "{pairs:?}"
        );
        assert!(pairs.iter().any(|(name, _)| *name == title), "{pairs:?}");
    }
    // And of the page itself: a title, authors and a date.
    for name in ["citation_title", "citation_author", "citation_publication_date"] {
        assert!(page.contains(&format!("<meta name=\"{name}\"")), "{name}");
    }
}

#[test]
fn what_is_not_wanted_is_left_out() {
    let site = site().file(
        "weeknotes.yaml",
        "title: Test\nurl: https://example.org\ncitations: {downloads: false, source_pages: false, label_evidence: false, style: plain}\n",
    );
    let site = site.built();
    assert!(!site.has("public/posts/one/references.bib") && !site.has("public/sources/apa"));
    let page = site.read("public/posts/one/index.html");
    assert!(page.contains("American Psychological Association – <a href=\"https://www.apa.org/topics/group-therapy\" class=\"titled\">Understanding group therapy</a>"), "{page}");
    assert!(!page.contains("class=\"evidence\""), "{page}");
}

#[test]
fn every_source_can_have_a_page() {
    let lone = "---\ntitle: Lone\ndate: 2026-01-06\nsources:\n  - {author: \"Poe, Ann\", title: On Tuesdays, date: 2019}\n---\nHello.\n";
    let site = |pages: &str| {
        let config = format!("title: Test\nurl: https://example.org\ncitations: {{source_pages: {pages}}}\n");
        Site::new().file("weeknotes.yaml", config).file("content/posts/lone.md", lone)
    };
    let page = "public/sources/poe-2019-on-tuesdays/index.html";
    assert!(!site("true").built().has(page) && !site("false").built().has(page));
    let all = site("all").built();
    assert!(all.has(page) && all.read("public/posts/lone/index.html").contains("/sources/poe-2019-on-tuesdays/"));
    let wrong = site("some").build();
    assert!(wrong.stderr.contains("`true`, `false` or `all`"), "{}", wrong.stderr);
}
