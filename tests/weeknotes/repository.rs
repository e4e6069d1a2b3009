//! This repository is a site, and its own example.

use crate::fixture::{Site, repository, tree};
use std::collections::BTreeSet;
use std::path::PathBuf;

const NOW: &str = "2026-11-24T12:00:00Z";

/// A copy of the site, built: the repository itself may have a cache of another version.
fn built(extra: &[&str]) -> (Site, PathBuf) {
    let site = Site::empty();
    for name in ["weeknotes.yaml", "content", "themes"] {
        for (path, bytes) in tree(&repository().join(name)) {
            site.write(if path.is_empty() { name.to_owned() } else { format!("{name}/{path}") }.as_str(), bytes);
        }
    }
    let run = site.run(&[&["build", "--strict", "--now", NOW], extra].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let output = site.path().join("public");
    (site, output)
}

#[test]
fn the_series_is_published() {
    let (_folder, output) = built(&[]);
    let files = tree(&output);
    let text =
        |path: &str| String::from_utf8(files.get(path).unwrap_or_else(|| panic!("no {path}")).clone()).expect("text");
    let posts: Vec<&String> =
        files.keys().filter(|path| path.starts_with("posts/") && path.ends_with(".html")).collect();
    assert!(posts.len() >= 10, "{posts:?}");
    for post in posts {
        let page = text(post);
        assert!(
            page.contains("class=\"series-box\"")
                && page.contains(&format!(
                    "of {}",
                    tree(&output).keys().filter(|path| path.starts_with("posts/") && path.ends_with(".html")).count()
                )),
            "{post}"
        );
        assert!(page.contains("role=\"doc-bibliography\"") && page.contains("role=\"doc-biblioref\""), "{post}");
        assert!(page.contains("Tuesday Therapy Notes: "), "{post}");
    }
    assert!(!files.contains_key("posts/when-therapy-is-not-working/index.html"), "a draft");
    assert!(!files.contains_key("posts/a-year-of-tuesdays/index.html"), "not yet");
    assert!(text("posts/cognitive-behavioural-therapy/index.html").contains("<figure"));
    assert!(text("posts/therapy-and-medication/index.html").contains("role=\"doc-endnotes\""));
    assert!(
        text("about/index.html").contains("not medical advice")
            || text("about/index.html").contains("This is not medical advice")
    );
    assert!(text("series/tuesday-therapy-notes/rss.xml").matches("<item>").count() >= 10);
}

#[test]
fn every_internal_link_resolves() {
    for extra in [&[][..], &["--drafts", "--future"], &["--url", "https://example.org/blog"]] {
        let (_folder, output) = built(extra);
        let base = if extra.contains(&"--url") { "/blog" } else { "" };
        let files = tree(&output);
        let mut broken = BTreeSet::new();
        let mut seen = 0;
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
            let text = String::from_utf8_lossy(bytes);
            for attribute in [" href=\"", " src=\""] {
                for rest in text.split(attribute).skip(1) {
                    let link = rest.split('"').next().expect("an attribute");
                    seen += 1;
                    if !resolves(link, path, base, &files) {
                        broken.insert(format!("{path}: {link}"));
                    }
                }
            }
        }
        assert!(seen > 500 && broken.is_empty(), "{seen} {broken:?}");
    }
}

fn resolves(link: &str, page: &str, base: &str, files: &std::collections::BTreeMap<String, Vec<u8>>) -> bool {
    if ["https://", "http://", "mailto:", "tel:", "sms:"].iter().any(|scheme| link.starts_with(scheme)) {
        return true;
    }
    let (path, id) = link.split_once('#').map_or((link, None), |(path, id)| (path, Some(id)));
    let file = match path.strip_prefix(base).and_then(|path| path.strip_prefix('/')) {
        _ if path.is_empty() => page.to_owned(),
        Some(path) if path.is_empty() || path.ends_with('/') => format!("{path}index.html"),
        Some(path) => path.to_owned(),
        None => return false,
    };
    let Some(bytes) = files.get(&file) else { return false };
    id.is_none_or(|id| String::from_utf8_lossy(bytes).contains(&format!("id=\"{id}\"")))
}

/// The README's table of keys and the configuration name the same keys.
#[test]
fn the_configuration_reference_is_complete() {
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("a README");
    for key in [
        "title",
        "description",
        "url",
        "language",
        "author",
        "timezone",
        "publish_at",
        "date_format",
        "theme",
        "theme_params",
        "permalink",
        "paginate_by",
        "feed_limit",
        "slugs",
        "menu",
        "footer",
        "image",
        "markdown.smart_punctuation",
        "markdown.raw_html",
        "external_links.rel",
        "external_links.new_tab",
        "forward_links.hint",
        "forward_links.date_format",
        "forward_links.undated",
        "websub_hub",
        "extra",
        "output",
        "citations.style",
        "citations.language",
        "citations.narrative",
        "citations.warn_uncited",
        "citations.label_evidence",
        "citations.downloads",
        "citations.source_pages",
    ] {
        assert!(readme.contains(&format!("| `{key}` |")), "{key}");
    }
}

#[test]
fn instalments_are_between_300_and_700_words() {
    for entry in walkdir::WalkDir::new(repository().join("content/posts")).into_iter().filter_map(Result::ok) {
        if entry.path().extension().is_some_and(|extension| extension == "md") {
            let text = std::fs::read_to_string(entry.path()).expect("a post");
            let body = text.splitn(3, "---\n").nth(2).expect("front matter");
            let words = body.split_whitespace().count();
            assert!((300..=700).contains(&words), "{}: {words}", entry.path().display());
        }
    }
}
