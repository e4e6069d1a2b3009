//! `sources`: records listed, added, checked, put in order, exported, and taken from prose.

use std::io::Write as _;
use std::process::Stdio;

use crate::fixture::{Run, Site, golden, run};

/// Standard output, standard error and the exit code, for golden files.
fn told(run: &Run) -> String {
    format!("exit {}\n--- stdout\n{}--- stderr\n{}", run.code, run.stdout, run.stderr)
}

const LIBRARY: &str = "\
# What we lean on.

- id: yalom-2020
  author: [\"Yalom, Irvin D.\", \"Leszcz, Molyn\"]
  title: The theory and practice of group psychotherapy
  edition: 6th
  publisher: Basic Books
  published: 2020
- id: apa-group-therapy
  organisation: {name: American Psychological Association, short: APA}
  section: Psychotherapy
  title: Understanding group therapy
  url: https://www.apa.org/topics/psychotherapy/group-therapy
  published: 2019
- id: unused
  organisation: Mayo Clinic
  title: 精神療法とは何か、そしてどのように役立つのか、どこで助けを求めることができるのかについて詳しく説明します
  url: https://www.mayoclinic.org/psychotherapy
  published: 2021-03
";

fn library() -> Site {
    Site::new()
        .file("content/sources.yaml", LIBRARY)
        .file("content/more.bib", "@article{norcross2018,\n  author = {Norcross, John C. and Lambert, Michael J.},\n  title = {Psychotherapy relationships that work {III}},\n  journal = {Psychotherapy},\n  year = 2018,\n  doi = {10.1037/pst0000193},\n}\n")
        .post("2026-03-03", "one", "---\ntitle: One\nsources: [apa-group-therapy]\n---\nAs found [@norcross2018].\n")
        .post("2026-04-03", "two", "---\ntitle: Two\nsources:\n  - organisation: World Health Organization\n    title: Depression and how the people around somebody can help\n    url: https://who.int/depression\n    kind: guideline\n    date: 2023\n---\nAs found [@apa-group-therapy].\n")
        .post("2026-03-05", "three", "---\ntitle: Three\ndraft: true\n---\nNothing.\n")
        .file("content/about.md", "---\ntitle: About\n---\nRead [@yalom-2020].\n")
}

#[test]
fn the_list_counts_who_cites() {
    let site = library();
    for (name, arguments) in [
        ("table", &[][..]),
        ("unused", &["--unused"]),
        ("uncited-posts", &["--uncited-posts"]),
        ("by-evidence", &["--by-evidence"]),
        ("json", &["--format", "json"]),
    ] {
        let run = site.run(&[&["sources", "list"], arguments].concat());
        golden(&format!("sources-list-{name}.txt"), &told(&run));
        let widest = run.stdout.lines().map(unicode_width).max();
        assert!(name == "json" || widest <= Some(80), "{name}: {widest:?}");
    }
    for (arguments, count) in [(&["--unused"][..], 1), (&["--uncited-posts"], 1), (&["--by-evidence"], 4)] {
        let run = site.run(&[&["sources", "list", "--format", "json"], arguments].concat());
        let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(json.as_array().map(Vec::len), Some(count), "{arguments:?}");
    }
}

/// East Asian letters take two columns.
fn unicode_width(line: &str) -> usize {
    line.chars().map(|c| if ('\u{2e80}'..'\u{ffa0}').contains(&c) { 2 } else { 1 }).sum()
}

#[test]
fn an_empty_site_has_nothing_to_list() {
    let site = Site::new().post("2026-03-03", "one", "---\ntitle: One\nsources: [a]\n---\nText.\n");
    golden("sources-list-none.txt", &told(&site.run(&["sources", "list"])));
    site.write("content/sources.yaml", "- title: A\n- id: b\n  titel: B\n  organisation: B\n");
    golden("sources-list-broken.txt", &told(&site.run(&["sources", "list"])));
}

#[test]
fn records_go_out_in_every_format() {
    let site = library();
    for format in ["bibtex", "csl-json", "yaml"] {
        let all = site.run(&["sources", "export", "--format", format]);
        golden(&format!("sources-export-{format}.txt"), &told(&all));
    }
    let cited = site.run(&["sources", "export", "--format", "yaml", "--cited"]);
    assert!(cited.stdout.contains("yalom-2020") && !cited.stdout.contains("unused"), "{}", cited.stdout);
    let other = Site::new().file("content/sources.yaml", &cited.stdout);
    assert_eq!(other.run(&["sources", "export", "--format", "yaml"]).stdout, cited.stdout);
    assert_eq!(other.run(&["sources", "fmt", "--check"]).code, 0, "{}", cited.stdout);
}

const ARTICLE: &str = "<!doctype html><html lang=en><head>
<title>Psychotherapy relationships that work III. - PsycNet</title>
<link rel=canonical href=https://psycnet.apa.org/record/2018-51673-001>
<meta name=citation_title content='Psychotherapy relationships that work III.'>
<meta name=citation_author content='Norcross, John C.'><meta name=citation_author content='Michael J. Lambert'>
<meta name=citation_journal_title content=Psychotherapy><meta name=citation_volume content=55>
<meta name=citation_issue content=4><meta name=citation_firstpage content=303><meta name=citation_lastpage content=315>
<meta name=citation_publication_date content=2018/12><meta name=citation_doi content='doi:10.1037/pst0000193'>
<meta name=citation_publisher content='American Psychological Association'>
<meta property=og:title content='Something else'><meta property=og:site_name content=PsycNet>
<script type=application/ld+json>{\"@type\": \"ScholarlyArticle\", \"headline\": \"No\", \"author\": \"Nobody Here\"}</script>
</head><body><title>not this</title></body></html>";

const PAGE: &str = "<!-- saved from url=(0040)https://example.org/saved -->
<html lang=de-AT><title>Gruppentherapie &amp; mehr | Psychologie heute</title>
<meta property=og:site_name content='Psychologie heute'>
<meta property=og:title content='Gruppentherapie &amp; mehr | Psychologie heute'>
<link rel=canonical href=/relative>
<script>var x = '<title>no</title>';</script>
<script type='application/ld+json'>{\"@context\": \"https://schema.org\", \"@graph\": [
  {\"@type\": \"WebSite\", \"name\": \"Psychologie heute\"},
  {\"@type\": [\"WebPage\", \"ItemPage\"], \"name\": \"no\"},
  {\"@type\": \"Article\", \"headline\": \"Gruppentherapie &amp; mehr\", \"author\": {\"@id\": \"#ann\"}, \"datePublished\": \"2021-05-04T08:00:00+02:00\", \"dateModified\": \"2022-01-01\"},
  {\"@type\": \"Person\", \"@id\": \"#ann\", \"name\": \"Ann van der Poe\"}]}</script>";

#[test]
fn a_saved_page_becomes_a_record() {
    let video = "<meta property=og:type content=video.other><meta property=og:site_name content=YouTube><title>What is CBT? - YouTube</title><link rel=canonical href='https://www.youtube.com/watch?v=abc'>\
        <script type=application/ld+json>[{\"@type\": \"VideoObject\", \"name\": \"What is CBT?\", \"uploadDate\": \"2020-01-02\", \"author\": [\"Ann Poe\", {\"@type\": \"Organization\", \"name\": \"Beck Institute\"}]}]</script>";
    let podcast = "<script type='application/ld+json'>{\"@type\": \"PodcastEpisode\", \"name\": \"On Tuesdays\", \"episodeNumber\": 12, \"url\": \"https://pod.example.org/12\", \"datePublished\": \"2024-02-03\", \"partOfSeries\": {\"@type\": \"PodcastSeries\", \"name\": \"Weekly\"}, \"creator\": {\"@type\": \"Person\", \"givenName\": \"Ann\", \"familyName\": \"Poe\"}}</script>";
    let news = "<meta property=og:url content=https://news.example.org/a><script type=application/ld+json>{\"@type\": \"NewsArticle\", \"headline\": \"Telehealth grows\", \"author\": [{\"name\": \"Ann Poe\"}], \"publisher\": {\"name\": \"The Daily\"}, \"datePublished\": \"2024-02-03\"}</script>";
    let report = "<meta name=dc.title content='Mental health at work'><meta name=DC.Creator content='World Health Organization'><meta name=dcterms.issued content=2022-09-28><meta name=citation_technical_report_institution content='World Health Organization'><meta name=citation_pdf_url content=https://who.int/x.pdf><link rel='canonical nofollow' href=https://who.int/x>";
    let hostile = "<title>&lt;script&gt;alert(1)&lt;/script&gt; \u{202e}evil</title><link rel=canonical href='javascript:alert(1)'><meta name=citation_doi content=nonsense><meta name=author content='Ann Poe, Bob Roe'>";
    let mut all = Vec::new();
    for (name, page) in [
        ("article", ARTICLE),
        ("page", PAGE),
        ("video", video),
        ("podcast", podcast),
        ("news", news),
        ("report", report),
        ("hostile", hostile),
    ] {
        let site = Site::new().file("page.html", page).post("2026-03-03", "one", "Text.\n");
        let run = site.run(&["sources", "add", "page.html"]);
        all.push(format!("== {name}\n{}", told(&run)));
        assert_eq!(site.read("content/sources.yaml"), run.stdout);
        assert_eq!(site.run(&["sources", "fmt", "--check"]).code, 0, "{name}");
        let twice = site.run(&["sources", "add", "page.html"]);
        assert_eq!((twice.code, site.read("content/sources.yaml")), (2, run.stdout), "{name}: {}", twice.stderr);
    }
    golden("sources-add-html.txt", &all.concat());
}

#[test]
fn other_formats_are_known_by_what_is_in_them() {
    let inputs = [
        (
            "ris",
            "TY  - JOUR\nAU  - Shedler, Jonathan\nTI  - The efficacy of psychodynamic psychotherapy\nJO  - American Psychologist\nVL  - 65\nIS  - 2\nSP  - 98\nEP  - 109\nPY  - 2010\nDO  - 10.1037/a0018378\nER  - \n",
        ),
        (
            "bibtex",
            "@book{yalom2020, author = {Yalom, Irvin D.}, title = {A book}, year = 2020}\n@misc{b, title = {Another}, author = {{World Health Organization}}, year = 2021}\n",
        ),
        (
            "csl-json",
            "[{\"id\": \"http://zotero.org/users/1/items/ABC\", \"type\": \"book\", \"title\": \"On Tuesdays\", \"author\": [{\"family\": \"Poe\", \"given\": \"Ann\"}], \"issued\": {\"date-parts\": [[2020]]}}]",
        ),
        (
            "yaml",
            "sources:\n  - organization: APA\n    title: Understanding group therapy\n    date: 2019\n    quote: |\n      Two\n      lines.\n",
        ),
    ];
    let mut all = Vec::new();
    for (name, text) in inputs {
        let site = Site::new().post("2026-03-03", "one", "Text.\n");
        all.push(format!("== {name}\n{}", told(&piped(&site, &["sources", "add"], text))));
        assert_eq!(site.build_with(&["--strict"]).code, 0, "{name}");
    }
    golden("sources-add-formats.txt", &all.concat());
}

fn piped(site: &Site, arguments: &[&str], text: &str) -> Run {
    let mut command = site.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

#[test]
fn what_is_there_is_not_written_over() {
    let site = library().file("a.yaml", "title: Group therapy\norganisation: APA\nurl: http://apa.org/topics/psychotherapy/group-therapy/?utm_source=x#top\n");
    let before = site.read("content/sources.yaml");
    let refused = [
        &["sources", "add", "a.yaml"][..],
        &["sources", "add", "https://example.org/new", "--id", "yalom-2020"],
        &["sources", "add", "https://doi.org/10.1037/PST0000193", "--id", "x"],
        &["sources", "add", "10.1037/pst0000172"],
        &["sources", "add", "https://example.org/page"],
        &["sources", "add", "missing.html"],
        &["sources", "add", "content/more.bib", "--id", "not an id"],
        &["sources", "add", "notes.txt"],
        &["sources", "add", "empty.html"],
        &["sources", "add", "two.ris", "--id", "two"],
        &["sources", "add", "twice.ris"],
        &["sources", "add", "broken.bib"],
        &["sources", "add", "broken.json"],
        &["sources", "add", "picture.png"],
    ];
    site.write("notes.txt", "Read this again.\n");
    site.write("empty.html", "");
    site.write("two.ris", "TY  - BOOK\nTI  - One\nER  -\nTY  - BOOK\nTI  - Two\nER  -\n");
    site.write("twice.ris", "TY  - BOOK\nTI  - One\nER  -\nTY  - BOOK\nTI  - One\nER  -\n");
    site.write("broken.bib", "@book{a, title = {A}\n@book{b, title = {B}}\n");
    site.write("broken.json", "[{\"type\": \"book\",\n  \"title\": }]");
    site.write("picture.png", b"\x89PNG\r\n\x1a\n\xff");
    let mut all = Vec::new();
    for arguments in refused {
        let run = site.run(arguments);
        assert!(run.code != 0 && run.stdout.is_empty(), "{arguments:?}");
        all.push(format!("== {}\n{}", arguments.join(" "), told(&run)));
    }
    golden("sources-add-refused.txt", &all.concat());
    assert_eq!(site.read("content/sources.yaml"), before);
}

#[test]
fn a_record_is_put_behind_the_others() {
    let site = library().file("page.html", PAGE);
    let before = site.read("content/sources.yaml");
    let printed = site.run(&["sources", "add", "page.html", "--print", "--now", "2026-01-06", "--id", "poe"]);
    assert_eq!((printed.code, site.read("content/sources.yaml")), (0, before.clone()));
    assert!(
        printed.stdout.contains("accessed: 2026-01-06\n") && printed.stdout.starts_with("- id: poe\n"),
        "{}",
        printed.stdout
    );
    let added = site.run(&["sources", "add", "page.html", "--now", "2026-01-06", "--id", "poe"]);
    assert_eq!(added.stdout, printed.stdout);
    assert_eq!(site.read("content/sources.yaml"), format!("{before}\n{}", added.stdout));
    site.run(&["sources", "add", "10.1037/pst0000172", "--id", "alone"]);
    assert!(site.read("content/sources.yaml").ends_with("\n\n- id: alone\n  doi: 10.1037/pst0000172\n"));
    let flow = Site::new().file("content/sources.yaml", "[{id: a, title: A}]\n").file("page.html", PAGE);
    golden("sources-add-flow.txt", &told(&flow.run(&["sources", "add", "page.html"])));
    let top = Site::empty().file("a.md", "# A\n").file("b.md", "# B\n").file("page.html", PAGE);
    golden("sources-add-no-content.txt", &told(&top.run(&["sources", "add", "page.html"])));
    assert!(!top.has("content"));
}

const UNTIDY: &str = "\
# Our sources.
# Keep them tidy.

# The standard book.
- title: The theory   # in its sixth edition
  doi: \"https://doi.org/10.1037/abc\"   # bare
  # it has two
  author:
  - Yalom, Irvin D.
  -   Leszcz, Molyn
  id:  yalom
  # isbn: to be looked up


-   date: '2019'
    id: apa
    organization: {name: American Psychological Association,
      short: APA}
    note: >
      A remark

      # with a mark
    unknown: kept
# Short ones.

-
  id: beta
  title: B
- {id: alpha, title: A, date: 2001}
# The end.
";

#[test]
fn a_library_is_put_in_order() {
    let site = Site::new().file("content/sources.yaml", UNTIDY);
    golden("sources-fmt-check.txt", &told(&site.run(&["sources", "fmt", "--check"])));
    assert_eq!(site.read("content/sources.yaml"), UNTIDY);
    let before = site.run(&["sources", "export", "--format", "yaml"]).stdout;
    golden("sources-fmt.txt", &told(&site.run(&["sources", "fmt"])));
    let tidy = site.read("content/sources.yaml");
    golden("sources-fmt.yaml", &tidy);
    assert_eq!(site.run(&["sources", "export", "--format", "yaml"]).stdout, before);
    golden("sources-fmt-again.txt", &told(&site.run(&["sources", "fmt"])));
    assert_eq!(site.read("content/sources.yaml"), tidy);
}

#[test]
fn what_cannot_be_put_in_order_is_left() {
    let mut all = Vec::new();
    for text in [
        "- title: A\n- id: b\n  title: B\n",
        "- &a\n  id: b\n  title: B\n- <<: *a\n  id: a\n",
        "id: a\n",
        "[{id: b}, {id: a}]\n",
    ] {
        let site = Site::new().file("content/sources.yaml", text);
        let run = site.run(&["sources", "fmt"]);
        assert_eq!((run.code, site.read("content/sources.yaml").as_str()), (1, text), "{}", run.stdout);
        all.push(told(&run));
    }
    all.push(told(&Site::new().run(&["sources", "fmt"])));
    golden("sources-fmt-refused.txt", &all.concat());
}

#[test]
fn every_check_is_told() {
    let site = Site::new()
        .file(
            "content/sources.yaml",
            "- id: nobody\n  title: A book without anybody\n  kind: book\n- id: person\n  author: Irvin D. Yalom\n  title: Existential psychotherapy\n  url: http://example.org/x\n\
             - id: clinic\n  author: [Mayo Clinic]\n  title: A page\n  url: https://example.org/page\n  accessed: 2026-01-06\n- id: again\n  organisation: Mayo Clinic\n  title: The page\n  url: https://www.example.org/page/?utm_source=x\n  published: 2020\n\
             - id: title-1\n  organisation: APA\n  title: Understanding group therapy\n  url: https://example.org/1\n  published: 2020\n",
        )
        .post("2026-03-03", "one", "---\ntitle: One\nsources:\n  - organisation: APA\n    title: Understanding group-therapie\n    url: https://example.org/2\n    date: 2020\n  - organisation: Mayo Clinic\n    title: A page\n    url: https://example.org/page\n    date: 2020\n---\nText.\n");
    let run = site.run(&["sources", "check"]);
    assert_eq!(run.code, 0);
    golden("sources-check.txt", &told(&run));
    assert_eq!(site.run(&["sources", "check", "--strict"]).code, 1);
    golden("sources-check-good.txt", &told(&library().run(&["sources", "check", "--strict"])));
    site.write("content/sources.yaml", "- id: a\n  url: x\n");
    assert_eq!(site.run(&["sources", "check"]).code, 1);
}

#[test]
fn five_thousand_records_are_checked() {
    let records: Vec<String> = (0..5000)
        .map(|at| format!("- id: r{at}\n  organisation: APA\n  title: A title like all others {at}\n  url: https://example.org/{at}\n  published: 2020\n"))
        .collect();
    let site = Site::new().file("content/sources.yaml", records.concat());
    let run = site.run(&["sources", "check"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("5000 sources, nothing to mend.\n", ""));
}

const POST: &str = "---\ntitle: Group Therapy\ntags: [a]\n---\nThe first paragraph.[^1]\n\nSource: American Psychological Association – Psychotherapy: [Understanding Group Therapy](https://www.apa.org/topics/group-therapy)\n\n[^1]: A note.\n";

#[test]
fn a_source_line_becomes_a_record() {
    let path = "content/posts/2026-03-03-one.md";
    let site = Site::new().file(path, POST);
    golden("sources-extract.txt", &told(&site.run(&["sources", "extract", path])));
    assert_eq!(site.read(path), POST);
    golden("sources-extract-write.txt", &told(&site.run(&["sources", "extract", path, "--write"])));
    golden("sources-extract.md", &site.read(path));
    assert!(site.build_with(&["--strict"]).code == 0);
    golden("sources-extract-none.txt", &told(&site.run(&["sources", "extract", path, "--write"])));
    let left: Vec<_> = std::fs::read_dir(site.path().join("content/posts")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left beside it");
}

#[test]
fn a_byte_order_mark_stays() {
    let path = "content/posts/2026-03-03-one.md";
    let site = Site::new().file(path, format!("\u{feff}{POST}"));
    assert_eq!(site.run(&["sources", "extract", path, "--write"]).code, 0);
    let text = site.read(path);
    assert!(text.starts_with("\u{feff}---\ntitle: Group Therapy\n") && text.contains("\nsources:\n"), "{text}");
}

#[test]
fn what_cannot_be_extracted_is_left() {
    let path = "content/posts/2026-03-03-one.md";
    let mut all = Vec::new();
    for text in [
        "---\nsources: [a]\n---\nText.\n\nSource: A – B\n",
        "---\nsources:\n  title: A\n---\nText.\n\nSource: A – B\n",
        "---\ntitle: A\nText.\n\nSource: A – B\n",
        "---\ntitle: A\n---\nText.\n\nSource: [A](javascript:alert(1)), B\n",
        "Text.\n",
    ] {
        let site = Site::new().file("content/sources.yaml", "- id: a\n  title: A\n").file(path, text);
        all.push(told(&site.run(&["sources", "extract", path, "--write"])));
        assert_eq!(site.read(path), text);
    }
    let site = library().file("elsewhere.md", "Source: A – B\n").file(
        path,
        "Text.\n\nSources:\n\n- APA: [Understanding](https://apa.org/topics/psychotherapy/group-therapy)\n- B – C\n",
    );
    all.push(told(&site.run(&["sources", "extract", "elsewhere.md"])));
    all.push(told(&site.run(&["sources", "extract", path])));
    let folder = site.path().join("content/posts");
    let arguments = ["sources", "extract", "2026-03-03-one.md", "--root", "../.."];
    all.push(told(&run(site.command(&arguments).current_dir(folder))));
    golden("sources-extract-refused.txt", &all.concat());
}

#[cfg(unix)]
#[test]
fn a_failure_leaves_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let path = "content/posts/2026-03-03-one.md";
    let site = Site::new().file(path, POST);
    let folder = site.path().join("content/posts");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).expect("permissions");
    let is_root = std::fs::write(folder.join("probe"), "").is_ok();
    let run = site.run(&["sources", "extract", path, "--write"]);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("permissions");
    if !is_root {
        assert_eq!((run.code, site.read(path).as_str()), (2, POST), "{}", run.stderr);
    }
}

#[test]
fn the_help_of_each_command_has_examples() {
    let site = Site::empty();
    golden("help-sources.txt", &site.run(&["sources", "--help"]).stdout);
    for command in ["list", "add", "check", "export", "fmt", "extract"] {
        golden(&format!("help-sources-{command}.txt"), &site.run(&["sources", command, "--help"]).stdout);
    }
}
