//! Citations and records in whole small sites: where a citation is one, and records that
//! mean harm.

use std::fmt::Write as _;
use std::time::{Duration, Instant as Clock};

use proptest::prelude::*;
use weeknotes::build::{Builder, Report, Request};
use weeknotes::citation::syntax;
use weeknotes::site::Instant;
use weeknotes::source::SourceTree;

use crate::incremental::cases_or;

const CONFIG: &str = "title: T\nurl: https://example.org\nmarkdown: {raw_html: false}\ncitations: {narrative: true}\n";

fn build(files: &[(&str, &str)]) -> Report {
    let tree = SourceTree::from_texts(files.iter().copied());
    let instant = Instant { now: "2026-03-15T00:00:00Z".parse().expect("a time"), drafts: false, future: false };
    Builder::new().build(&tree, &Request { url: None, instant })
}

fn written(report: &Report) -> Vec<(String, String)> {
    let text = |artifact: weeknotes::output::Artifact| {
        let mut buffer = Vec::new();
        let bytes = artifact.content.bytes(&mut buffer).expect("in memory");
        (artifact.path.to_string(), String::from_utf8_lossy(bytes).into_owned())
    };
    report.artifacts().into_iter().map(text).collect()
}

/// Nothing in the pages runs, and every link leads to the web or to the site.
#[track_caller]
fn assert_harmless(report: &Report) {
    for (path, text) in written(report) {
        if !path.ends_with(".html") {
            continue;
        }
        let lower = text.to_lowercase();
        assert!(!lower.contains("<script>alert") && !lower.contains("<img src=x"), "{path}: {text}");
        for attribute in ["href=\"", "src=\""] {
            for link in lower.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                let scheme = link.split(['/', '?', '#']).next().unwrap_or_default();
                let is_safe = !scheme.contains(':') || matches!(scheme, "https:" | "http:" | "mailto:");
                assert!(is_safe, "{path}: {link}");
            }
        }
    }
}

#[track_caller]
fn assert_nothing_hidden(report: &Report) {
    let is_hidden = |c: char| {
        matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') || (c.is_control() && !c.is_whitespace())
    };
    for (path, text) in written(report) {
        assert!(!path.ends_with(".html") || !text.contains(is_hidden), "{path}");
    }
}

/// The page of a post with this body.
fn page(body: &str) -> String {
    let report = build(&[
        ("weeknotes.yaml", CONFIG),
        ("templates/components.html", "{% component note() %}<aside>{{ body | safe }}</aside>{% endcomponent note %}"),
        ("content/sources.yaml", "- {id: key, author: \"Poe, Ann\", published: 2020, title: A}\n- {id: k, title: B}\n"),
        ("content/posts/2026-03-01-a.md", &format!("---\ntitle: A\n---\n{body}\n")),
    ]);
    let page = written(&report).into_iter().find(|(path, _)| path.ends_with("posts/a/index.html"));
    page.unwrap_or_else(|| panic!("{body}: {:?}", report.diagnostics)).1
}

fn citations(body: &str) -> usize {
    page(body).matches("class=\"cite\"").count()
}

#[test]
fn what_is_no_citation() {
    for body in [
        "`[@key]`",
        "`@key`",
        "```\n[@key]\n```",
        "    [@key]",
        r"\[@key\]",
        r"[\@key]",
        r"\@key",
        "[[@key]](https://example.org)",
        "[see [@key] here](https://example.org)",
        "[@key](https://example.org)",
        "[text][@key]",
        "[@key]: https://example.org\n\n[@key]",
        "![[@key]](/a.png)",
        "![see @key](/a.png)",
        "[see @key](https://example.org)",
        "ann@key.org",
        "mail [ann@key.org] now",
        "<ann@key.org>",
        "<https://example.org/@key>",
        "https://example.org/@key",
        "[^1]\n\n[^1]: Note.",
        "<!-- [@key] -->",
        "[@ key]",
        "[key]",
        "[@]",
        "[ ] @ [x]",
    ] {
        assert_eq!(citations(body), 0, "{body}");
    }
}

#[test]
fn where_citations_stand() {
    for (body, count) in [
        ("[@key]", 1),
        ("**[@key]** and *see [@key]*", 2),
        ("([@key])", 1),
        ("[@key] [@k]", 2),
        ("[@key; @k]", 2),
        ("- one [@key]\n- two [@key, p. 3]", 2),
        ("1. [@key]\n   more [-@key]", 2),
        ("| a | b |\n|---|---|\n| [@key] | [see @k] |", 2),
        ("> quoted [@key]", 1),
        ("> quoted [see\n> @key, p. 3]", 1),
        ("> > deep [see\n> > @key]", 1),
        ("- item [see\n  @key]", 1),
        ("text [see\n@key]", 1),
        ("Text.[^1]\n\n[^1]: Note [@key].", 1),
        ("## Heading [@key]", 1),
        ("{% <note> %}\nInside [@key].\n{% </note> %}", 1),
        ("Text [@{key}] and @{k}.", 2),
        ("@key says", 1),
        ("As @key [p. 3] says", 1),
        ("(@key)", 1),
        ("*@key* and “@k”", 2),
        ("@key, @k; @key.", 3),
        ("> @key\n> @k", 2),
        (r"\\[@key]", 1),
        ("a [@key]\\\nb", 1),
        ("[@key]'s", 1),
        ("[@key, 33--35]", 1),
        ("[@key, *emphasis* added]", 1),
        ("[see `code` @key]", 1),
    ] {
        assert_eq!(citations(body), count, "{body}");
    }
}

#[test]
fn a_citation_over_two_lines_is_whole() {
    for body in ["> quoted [see\n> @key, p. 3]", "> > [see\n> > @key,\n> > p. 3]", "- item [see\n  @key, p. 3]"] {
        assert!(page(body).contains(">see Poe, 2020, p. 3</a>"), "{body}");
    }
}

const EVIL: &str = "<script>alert(1)</script>\\u202E\\u0007\\\" onmouseover=\\\"x <img src=x onerror=alert(2)>";

#[test]
fn scripts_in_every_field() {
    let mut yaml = String::from("- id: \"ev<script>alert(0)</script>il\"\n");
    for field in weeknotes::content::SOURCE_FIELDS.iter().filter(|field| **field != "id") {
        writeln!(yaml, "  {field}: \"{EVIL}\"").expect("text");
    }
    for field in ["author", "editor"] {
        writeln!(
            yaml,
            "- {{id: {field}s, title: X, {field}: [{{family: \"{EVIL}\", given: \"{EVIL}\"}}, {{name: \"{EVIL}\"}}]}}"
        )
        .expect("text");
    }
    writeln!(
        yaml,
        "- {{id: body, organisation: {{name: \"{EVIL}\", short: \"{EVIL}\"}}, note: \"{EVIL}\", quote: \"{EVIL}\"}}"
    )
    .expect("text");
    writeln!(
        yaml,
        "- {{id: dates, kind: web page, title: \"{EVIL}\", published: 2020, number: \"{EVIL}\", pages: \"{EVIL}\"}}"
    )
    .expect("text");
    for style in ["apa", "mla", "harvard-cite-them-right", "american-medical-association", "plain"] {
        let config = CONFIG.replace("narrative: true", &format!("narrative: true, style: {style}"));
        let report = build(&[
            ("weeknotes.yaml", &config),
            ("content/sources.yaml", &yaml),
            (
                "content/posts/2026-03-01-a.md",
                "---\ntitle: A\n---\n[see <script>alert(3)</script> @{ev<script>alert(0)</script>il}; @authors, <img src=x>; @editors]\n\n@body and @dates [-@body]\n",
            ),
        ]);
        assert_harmless(&report);
        assert_nothing_hidden(&report);
        assert!(
            written(&report).iter().any(|(path, _)| path.ends_with("posts/a/index.html")),
            "{:?}",
            report.diagnostics
        );
    }
}

#[test]
fn addresses_that_run() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "java\\tscript:alert(1)",
        "//evil.example",
        "https:",
        "blob:x",
    ] {
        let yaml = format!(
            "- {{id: a, title: X, url: \"{address}\", doi: \"{address}\", archived: {{url: \"{address}\"}}}}\n- {{id: b, title: X, archived: \"{address}\"}}\n"
        );
        let bib = format!(
            "@online{{c, title = {{X}}, url = {{{address}}}, doi = {{{address}}}, archiveurl = {{{address}}}, howpublished = {{{address}}}}}\n"
        );
        let csl = format!(
            "[{{\"id\": \"d\", \"type\": \"webpage\", \"title\": \"X\", \"URL\": \"{address}\", \"DOI\": \"{address}\", \"archive_location\": \"{address}\"}}]"
        );
        let report = build(&[
            ("weeknotes.yaml", CONFIG),
            ("content/sources.yaml", &yaml),
            ("content/a.bib", &bib),
            ("content/b.csl.json", &csl),
            ("content/posts/2026-03-01-a.md", "---\ntitle: A\n---\n[@a; @b; @c; @d]\n"),
        ]);
        assert_harmless(&report);
        assert!(!report.diagnostics.is_empty(), "{address}");
    }
}

#[test]
fn archives_that_run() {
    let report = build(&[
        ("weeknotes.yaml", CONFIG),
        (
            "content/a.bib",
            "@online{c, title = {X}, archiveurl = {httpx:alert(1)}}\n@online{e, title = {X}, archiveurl = {javascript:alert(1)}}\n",
        ),
        ("content/b.csl.json", "[{\"id\": \"d\", \"title\": \"X\", \"archive_location\": \"http-equiv:alert(1)\"}]"),
        ("content/posts/2026-03-01-a.md", "---\ntitle: A\n---\n[@c; @d; @e]\n"),
    ]);
    assert_harmless(&report);
}

#[test]
fn huge_titles_and_libraries() {
    let began = Clock::now();
    let long = "All work and no play. ".repeat(50_000);
    let mut yaml = format!("- {{id: long, url: \"https://example.org\", title: \"{long}\"}}\n");
    for at in 0..5_000 {
        writeln!(
            yaml,
            "- {{id: s{at}, author: \"Poe{}, Ann\", published: {}, title: Title {at}}}",
            at % 50,
            1900 + at % 100
        )
        .expect("text");
    }
    let bib = format!("@book{{big, title = {{{long}}}}}\n");
    let listed: Vec<String> = (0..300).map(|at| format!("s{at}")).collect();
    let cited: String = (0..300).map(|at| ["Text [@s", &at.to_string(), ", p. 3].\n"].concat()).collect();
    let post = format!("---\ntitle: A\nsources: [{}]\n---\n{cited}[@big]\n", listed.join(", "));
    let report = build(&[
        ("weeknotes.yaml", CONFIG),
        ("content/sources.yaml", &yaml),
        ("content/big.bib", &bib),
        ("content/posts/2026-03-01-a.md", &post),
    ]);
    assert_harmless(&report);
    let long_ones: Vec<_> = report.diagnostics.iter().filter(|found| found.is_error()).collect();
    assert_eq!(long_ones.len(), 1, "{long_ones:?}");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn records_without_end() {
    let deep = format!("- {{id: a, title: {}x{}}}\n", "[".repeat(5_000), "]".repeat(5_000));
    let mut bomb = String::from("- id: a\n  title: A\n  author: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        writeln!(
            bomb,
            "- {{id: b{level}, title: B, author: &a{level} [{}]}}",
            vec![format!("*a{}", level - 1); 10].join(", ")
        )
        .expect("text");
    }
    let around = "- &x {id: a, title: A, author: *x}\n";
    for yaml in [deep.as_str(), &bomb, around] {
        let indented: String = yaml.lines().map(|line| ["  ", line, "\n"].concat()).collect();
        let post = format!("---\ntitle: A\nsources:\n{indented}---\n[@a]\n");
        let report = build(&[
            ("weeknotes.yaml", CONFIG),
            ("content/sources.yaml", yaml),
            ("content/posts/2026-03-01-a.md", &post),
        ]);
        assert_harmless(&report);
        assert!(report.has_errors());
    }
}

#[test]
fn libraries_that_refer_in_circles() {
    let bib = "@book{a, title = {A}, crossref = {b}}\n@book{b, title = {B}, crossref = {a}}\n\
        @book{c, title = {C}, crossref = {c}}\n@book{d, title = {D}, xdata = {e}}\n@xdata{e, xdata = {d}}\n\
        @book{f, title = {F}, xdata = {f}}\n@book{h, title = {H}, crossref = {nobody}, xdata = {nobody}}\n";
    let strings = "@string{x = y # {a}}\n@string{y = x # {b}}\n@book{i, title = x}\n";
    let link = |at: usize| format!("@book{{n{at}, crossref = {{n{}}}}}\n", at + 1);
    let chain = (0..3_000).map(link).collect::<Vec<_>>().concat();
    let deep = format!("@book{{j, title = {}x{}}}\n", "{".repeat(20_000), "}".repeat(20_000));
    let csl = format!("[{}1{}]", "[".repeat(5_000), "]".repeat(5_000));
    for (path, text) in [
        ("content/a.bib", bib),
        ("content/b.bib", strings),
        ("content/c.bib", &chain),
        ("content/d.bib", &deep),
        ("content/e.csl.json", &csl),
    ] {
        let report = build(&[
            ("weeknotes.yaml", CONFIG),
            (path, text),
            ("content/posts/2026-03-01-a.md", "---\ntitle: A\n---\nText.\n"),
        ]);
        assert_harmless(&report);
    }
}

/// biblatex takes some numbers apart without a look at how long they are.
#[test]
fn dates_of_other_worlds() {
    for date in [
        "99999999999999999999",
        "20192-00-1/2020",
        "2019-00",
        "2019-13-99",
        "6342-0",
        "2019-00-XX",
        "1XXX",
        "X",
        "999999XX",
        "-99999999999",
        "2019-999",
        "2019-01-01T99:99:99",
        "2019-01-01T123456789012:00",
        "/",
        "../..",
        "2019/99999999999",
        "٢٠١٩",
    ] {
        let mut bib = String::new();
        for (at, field) in ["date", "year", "month", "day", "urldate", "origdate", "eventdate", "eventyear", "endmonth"]
            .iter()
            .enumerate()
        {
            writeln!(bib, "@book{{b{at}, title = {{B}}, {field} = {{{date}}}}}").expect("text");
            writeln!(bib, "@book{{c{at}, title = {{B}}, year = 2019, {field} = {{{date}}}}}").expect("text");
            writeln!(bib, "@inbook{{d{at}, title = {{B}}, crossref = {{b{at}}}}}").expect("text");
        }
        writeln!(bib, "@string{{y = \"{date}\"}}\n@book{{e, title = {{E}}, year = y, month = y}}").expect("text");
        let report = build(&[
            ("weeknotes.yaml", CONFIG),
            ("content/a.bib", &bib),
            ("content/posts/2026-03-01-a.md", "---\ntitle: A\n---\n[@b0; @c0; @d0; @e]\n"),
        ]);
        assert_harmless(&report);
        assert!(!report.diagnostics.iter().any(|found| found.code == "unknown-source"), "{date}");
    }
    let good = "@book{a, title = {A}, date = {2019-07/2020}}\n@book{b, title = {B}, year = 2019, month = jul}\n@book{c, title = {C}, date = {199X}}\n@book{d, title = {D}, urldate = {2020-04-04T18:30:31Z}}\n";
    let report = build(&[
        ("weeknotes.yaml", CONFIG),
        ("content/a.bib", good),
        ("content/posts/2026-03-01-a.md", "---\ntitle: A\n---\n[@a; @b; @c; @d]\n"),
    ]);
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
}

/// A record in a circle is still a record.
#[test]
fn a_circle_hides_nothing() {
    let report = build(&[
        ("weeknotes.yaml", CONFIG),
        ("content/a.bib", "@book{a, title = {A}, crossref = {a}}\n@book{b, title = {B}}\n"),
        ("content/posts/2026-03-01-a.md", "---\ntitle: A\n---\nText [@b].\n"),
    ]);
    let unknown = report.diagnostics.iter().any(|found| found.code == "unknown-source");
    assert!(!unknown, "{:?}", report.diagnostics);
}

#[test]
fn json_of_every_wrong_type() {
    let values = [
        "null",
        "true",
        "1",
        "-1.5e300",
        "\"x\"",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{\"date-parts\": 1}",
        "{\"date-parts\": [[\"x\", null, {}]]}",
        "{\"date-parts\": [[99999999999, 13, 40]]}",
        "[{\"family\": [], \"given\": {}}, 1, null]",
        "[{\"literal\": null}]",
        "{\"raw\": 1}",
    ];
    let fields = [
        "id",
        "type",
        "title",
        "author",
        "editor",
        "issued",
        "accessed",
        "URL",
        "DOI",
        "page",
        "volume",
        "ISBN",
        "language",
        "note",
        "container-title",
    ];
    for value in values {
        let items: Vec<String> = fields
            .iter()
            .map(|field| {
                let id =
                    if *field == "id" { String::new() } else { format!("\"id\": \"of-{}\", ", field.to_lowercase()) };
                format!("{{{id}\"{field}\": {value}}}")
            })
            .collect();
        let report = build(&[
            ("weeknotes.yaml", CONFIG),
            ("content/a.csl.json", &format!("[{}, {value}]", items.join(", "))),
            ("content/b.csl.json", value),
            ("content/posts/2026-03-01-a.md", "---\ntitle: A\n---\n[@of-title; @of-author; @of-issued]\n"),
        ]);
        assert_harmless(&report);
    }
}

/// Pieces of YAML, BibTeX, JSON and citations.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "- id: a\n",
        "- id: b\n  ",
        "title: ",
        "author: ",
        "organisation: {name: ",
        "url: ",
        "doi: 10.1000/",
        "published: ",
        "2019",
        "2019-02-30",
        "- ",
        "  ",
        "\n",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        ",",
        "|\n",
        "&x ",
        "*x",
        "!!str ",
        "#",
        "@book{a,\n",
        "@article{b, ",
        "title = {",
        "author = {",
        "crossref = {a}",
        "xdata = {a}",
        "@string{s = ",
        "date = {",
        "2019-01/",
        "year = ",
        " = ",
        "},\n",
        "}\n",
        "\\",
        "\\\"{o}",
        "$x$",
        " and ",
        "\"id\": \"a\"",
        "\"title\": ",
        "\"issued\": {\"date-parts\": [[",
        "]]}",
        "null",
        "1e9",
        "javascript:alert(1)",
        "<script>alert(1)</script>",
        "https://example.org/",
        "\u{202e}",
        "\u{7}",
        "é",
        "字",
        "@a",
        "-@b",
        "[@a]",
        "[see @a, p. 3; -@b]",
        "@{a}",
        ";",
        "p. ",
        "xiv",
        "é@a",
        "\\@a",
        "*",
        "_",
        "`",
        "> ",
        "(",
        ")",
    ]);
    proptest::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases_or(100), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_library(text in pieces(), body in pieces(), front in pieces()) {
        let report = build(&[
            ("weeknotes.yaml", CONFIG),
            ("content/sources.yaml", &text),
            ("content/a.bib", &text),
            ("content/b.csl.json", &text),
            ("content/posts/2026-03-01-a.md", &format!("---\ntitle: A\nsources:\n{front}\n---\n{body}")),
            ("content/posts/2026-03-01-b.md", &format!("---\ntitle: A\nsources: [{{id: a, title: T}}, {{id: b, author: \"P, A\"}}]\n---\n{body}")),
        ]);
        assert_harmless(&report);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases_or(2_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_cited_stands_in_the_text(text in prop_oneof![pieces(), "\\PC{0,60}", "[@\\[\\]{};,. p0-9a-e\\-–é]{0,40}"]) {
        for one in syntax::parse(&text).unwrap_or_default() {
            prop_assert_eq!(text.get(one.start..one.start + one.key.len()), Some(one.key));
            prop_assert!(!one.key.is_empty());
        }
        for (at, _) in text.match_indices('@') {
            if let Some((key, length)) = syntax::key(&text[at..]) {
                prop_assert!(text.get(at..at + length).is_some_and(|whole| whole.contains(key)));
            }
            syntax::can_begin(&text[..at]);
        }
        syntax::locator(&text);
    }
}
