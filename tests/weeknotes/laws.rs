//! What holds for any input.

use proptest::prelude::*;
use weeknotes::build::{Builder, Request};
use weeknotes::config::Slugs;
use weeknotes::markdown::{escape, plain_text};
use weeknotes::site::{Instant, Permalink, slugify};
use weeknotes::source::SourceTree;

fn build(files: &[(&str, &str)]) -> weeknotes::build::Report {
    let tree = SourceTree::from_texts(files.iter().copied());
    let instant = Instant { now: "2026-03-15T00:00:00Z".parse().expect("a time"), drafts: false, future: false };
    Builder::new().build(&tree, &Request { url: None, instant })
}

/// Texts with what is special to Markdown, YAML, Tera, HTML and XML.
fn text() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "a",
        "é",
        "字",
        " ",
        "\n",
        "\n\n",
        "#",
        "## ",
        "*",
        "_",
        "`",
        "```",
        "```python\n",
        "[",
        "](",
        ")",
        "![",
        "[^1]",
        "[^1]: ",
        "> ",
        "> [!NOTE]\n",
        "- ",
        "1. ",
        "- [ ] ",
        "|",
        "|-|-|\n",
        ": ",
        "<",
        ">",
        "<b>",
        "</b>",
        "<!-- more -->",
        "<script>",
        "&",
        "&amp;",
        "]]>",
        "{{",
        "}}",
        "{% ",
        "%}",
        "{{ <callout /> }}",
        "{% <callout> %}",
        "{% </callout> %}",
        "\\",
        "\"",
        "'",
        "---\n",
        "\t",
        "\u{1}",
        "\u{e000}",
        "\u{fffe}",
        "\u{202e}",
        "{#x}",
        "about.md",
        "@a",
        "[@a, p. 3]",
        "[see @",
        "; ",
        "sources: [{id: a, title: A}]\n",
    ]);
    proptest::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::incremental::cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_post(body in text(), front in text()) {
        let report = build(&[
            ("weeknotes.yaml", "title: T\nurl: https://example.org\nmarkdown: {raw_html: false}\n"),
            ("content/posts/2026-03-01-a.md", &format!("---\ntitle: A\n---\n{body}")),
            ("content/posts/2026-03-01-b.md", &format!("---\n{front}\n---\n{body}")),
            ("content/about.md", "# About\n"),
        ]);
        for artifact in report.artifacts() {
            let mut buffer = Vec::new();
            let bytes = artifact.content.bytes(&mut buffer).expect("in memory");
            let text = std::str::from_utf8(bytes).expect("text");
            let is_page = artifact.path.ends_with(".html");
            prop_assert!(!is_page || !text.contains("<script>"), "{}: {}", artifact.path, text);
            if artifact.path.ends_with("sources.json") || artifact.path.ends_with("references.json") {
                prop_assert!(serde_json::from_slice::<Vec<serde_json::Value>>(bytes).is_ok(), "{}: {}", artifact.path, text);
            } else if [".xml", ".json"].iter().any(|ending| artifact.path.ends_with(ending)) && &*artifact.path != "sitemap.xml" {
                prop_assert!(feed_rs::parser::parse(bytes).is_ok(), "{}: {}", artifact.path, text);
            }
        }
    }

    #[test]
    fn an_address_stays_in_the_output_folder(path in "\\PC{0,40}", tricky in "[/.%2eE\\\\a-c:]{0,30}") {
        for path in [format!("/{path}"), format!("/{tricky}"), tricky] {
            if let Ok(permalink) = Permalink::parse(&path) {
                let file = permalink.file();
                prop_assert!(!file.starts_with('/') && !file.contains('\\'), "{file}");
                prop_assert!(file.split('/').all(|part| !matches!(part, "" | "." | "..")), "{file}");
            }
        }
    }

    #[test]
    fn escaped_text_is_text(text in "\\PC{0,60}") {
        let escaped = escape(&text);
        prop_assert!(!escaped.contains(['<', '>', '"']));
        prop_assert_eq!(plain_text(&escaped), text.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    #[test]
    fn a_slug_is_one_part_of_an_address(text in "\\PC{0,60}") {
        for slugs in [Slugs::Ascii, Slugs::Unicode] {
            let slug = slugify(&text, slugs);
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains(['/', '.', ' ', '\\']), "{slug}");
            prop_assert_eq!(slugify(&slug, slugs), slug);
        }
    }
}
