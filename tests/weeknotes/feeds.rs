//! Feeds, read back by a parser that is not ours.

use feed_rs::model::Feed;

use crate::fixture::{Site, golden};

fn site() -> Site {
    Site::new()
        .file("content/series/notes.md", "---\ntitle: Notes\nprefix: true\ndescription: What this is.\n---\nHello.\n")
        .file("content/posts/2026-03-03-one/photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0")
        .file(
            "content/posts/2026-03-03-one/index.md",
            "---\ntitle: One & <two>\nseries: Notes\ntags: [grief]\naliases: [/first/]\ncontent_note: About loss.\nsources: [{organisation: APA, title: On Grief, url: https://apa.org/x}]\n---\nFirst ]]> words, [about](../../about.md#who)[^1].\n\n## Part\n\n![A photo](photo.png)\n\n```python title=\"a.py\"\nx = \"<1>\"\n```\n\n<p onclick=\"evil()\">Raw <script>evil()</script><a href=\"rel.html\">r</a></p>\n\n[^1]: A note.\n",
        )
        .post("2026-03-04", "two", "---\ntitle: Two\nid: urn:uuid:1234\nupdated: 2026-03-05 10:00\n---\nSecond.\n")
        .file("content/posts/undated.md", "---\ntitle: Undated\n---\nThird.\n")
        .file("content/about.md", "---\ntitle: About\n---\n## Who\n\nMe.\n")
}

fn parse(site: &Site, path: &str) -> Feed {
    feed_rs::parser::parse(site.read(path).as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_feed_tells_the_same() {
    let site = site();
    assert_eq!(site.build().code, 0);
    for folder in ["", "series/notes/", "tags/grief/"] {
        let feeds = ["rss.xml", "atom.xml", "feed.json"].map(|file| parse(&site, &format!("public/{folder}{file}")));
        let [rss, ..] = &feeds;
        for feed in &feeds {
            let entry = feed.entries.last().expect("an entry");
            assert_eq!(entry.id, "https://example.org/first/", "the first address stays the identity");
            assert_eq!(entry.links[0].href, "https://example.org/posts/one/");
            assert_eq!(entry.title.as_ref().map(|title| title.content.as_str()), Some("Notes: One & <two>"));
            assert_eq!(entry.published.map(|at| at.to_rfc3339()).as_deref(), Some("2026-03-03T00:00:00+00:00"));
            assert!(
                !feed.entries.iter().any(|entry| entry.title.as_ref().is_some_and(|title| title.content == "Undated"))
            );
            let content = |feed: &Feed| {
                feed.entries.last().and_then(|entry| entry.content.clone()?.body).expect("content").trim().to_owned()
            };
            assert_eq!(content(feed), content(rss));
        }
    }
    let html = parse(&site, "public/series/notes/atom.xml").entries[0].content.clone().and_then(|content| content.body);
    golden("feed-content.html", &html.expect("content"));
}

#[test]
fn the_date_of_a_feed_is_its_newest_entrys() {
    let site = site();
    for now in ["2026-03-10", "2027-01-01"] {
        assert_eq!(site.build_with(&["--now", now]).code, 0);
        assert!(site.read("public/atom.xml").contains("<id>https://example.org/</id>"));
        assert!(site.read("public/atom.xml").contains("<updated>2026-03-05T10:00:00+00:00</updated>"));
        assert!(site.read("public/rss.xml").contains("<lastBuildDate>Thu, 05 Mar 2026 10:00:00 +0000</lastBuildDate>"));
        assert!(site.read("public/series/notes/atom.xml").contains("<updated>2026-03-03T00:00:00+00:00</updated>"));
    }
}

#[test]
fn an_entry_keeps_its_identity_when_it_moves() {
    let site = site();
    assert_eq!(site.build().code, 0);
    let ids = |site: &Site| -> Vec<String> {
        parse(site, "public/atom.xml").entries.into_iter().map(|entry| entry.id).collect()
    };
    let before = ids(&site);
    assert_eq!(before, ["urn:uuid:1234", "https://example.org/first/"]);
    site.write(
        "content/posts/2026-03-04-two.md",
        "---\ntitle: Two\nid: urn:uuid:1234\nslug: elsewhere\nupdated: 2026-03-05 10:00\n---\nSecond.\n",
    );
    assert_eq!(site.build().code, 0);
    assert_eq!(ids(&site), before);
}

#[test]
fn the_sitemap_has_every_page_with_its_last_change() {
    let site = site();
    assert_eq!(site.build().code, 0);
    let text = site.read("public/sitemap.xml");
    assert!(
        text.contains(
            "<url><loc>https://example.org/posts/two/</loc><lastmod>2026-03-05T10:00:00+00:00</lastmod></url>"
        ),
        "{text}"
    );
    for page in ["/", "/posts/one/", "/about/", "/series/notes/", "/tags/grief/", "/archive/"] {
        assert!(text.contains(&format!("<loc>https://example.org{page}</loc>")), "{page}");
    }
    assert_eq!(site.read("public/robots.txt"), "User-agent: *\nAllow: /\n\nSitemap: https://example.org/sitemap.xml\n");
}
