//! Bad input of each kind gives a clear message, never a panic, and loses nothing.

use std::time::Duration;

use crate::fixture::{Run, Site, golden};

#[track_caller]
fn refused(site: &Site, code: &str) -> Run {
    let run = site.build();
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains(&format!("[{code}]")), "{}", run.stderr);
    assert!(!run.stderr.contains("panicked") && !site.has("public"));
    run
}

#[test]
fn bytes_that_are_no_text() {
    let site = Site::new()
        .post("2026-03-03", "nul", "---\ntitle: A\n---\nText \0 more.\n")
        .file("content/posts/2026-03-03-latin.md", b"---\ntitle: Caf\xe9\n---\nText.\n");
    refused(&site, "nul-byte");
    golden("no-text.txt", &refused(&site, "not-utf8").stderr);
}

#[test]
fn nothing_at_all() {
    let site = Site::new()
        .post("2026-03-03", "empty", "")
        .post("2026-03-04", "mark", "\u{feff}---\ntitle: Marked\n---\n")
        .built();
    assert!(site.read("public/posts/empty/index.html").contains("<h1>Empty</h1>"));
    assert!(site.read("public/posts/mark/index.html").contains("<h1>Marked</h1>"));
}

#[test]
fn ten_megabytes() {
    let text = format!("---\ntitle: Long\n---\n{}", "All work and no play.\n\n".repeat(450_000));
    let site = Site::new().post("2026-03-03", "long", &text).built();
    assert!(site.tree("public")["posts/long/index.html"].len() > 10_000_000);
}

#[test]
fn ten_thousand_levels_deep() {
    let quotes = format!("---\ntitle: Deep\n---\n{} deep\n", ">".repeat(10_000));
    let lists: Vec<String> = (0..10_000).map(|level| format!("{}- x\n", " ".repeat(2 * (level % 500)))).collect();
    let lists = lists.concat();
    let brackets = format!("{}{}", "[".repeat(10_000), "](x)".repeat(10_000));
    let stars = "*a _b ".repeat(10_000);
    let site = Site::new().post("2026-03-03", "quotes", &quotes).post("2026-03-03", "lists", &lists).post(
        "2026-03-04",
        "stars",
        &stars,
    );
    let site = site.post("2026-03-05", "brackets", &brackets);
    let run = site.build();
    assert!(run.code == 0 || run.code == 1, "{} {}", run.code, &run.stderr[..run.stderr.len().min(2000)]);
    assert!(!run.stderr.contains("panicked"));
}

#[test]
fn deep_and_exploding_yaml() {
    let deep = format!("---\ntitle: A\nextra: {{a: {}1{}}}\n---\n", "[".repeat(10_000), "]".repeat(10_000));
    refused(&Site::new().post("2026-03-03", "deep", &deep), "yaml-syntax");
    let mut bomb = "---\ntitle: A\nextra:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.extend(["  a", &level.to_string(), ": &a", &level.to_string(), " [", &below, "]\n"]);
    }
    bomb.push_str("---\nText.\n");
    golden("alias-bomb.txt", &refused(&Site::new().post("2026-03-03", "bomb", &bomb), "yaml-syntax").stderr);
}

#[test]
fn endless_templates() {
    let site = Site::new()
        .post("2026-03-03", "a", "# A")
        .file("templates/post.html", "{% include \"a.html\" %}")
        .file("templates/a.html", "{% include \"post.html\" %}");
    refused(&site, "template");
    let site = Site::new()
        .post("2026-03-03", "a", "# A")
        .file("templates/post.html", "{% extends \"page.html\" %}")
        .file("templates/page.html", "{% extends \"post.html\" %}");
    refused(&site, "template");
    let site = Site::new()
        .post("2026-03-03", "a", "# A\n\n{{ <again /> }}\n")
        .file("templates/components.html", "{% component again() %}{{ <again /> }}{% endcomponent again %}");
    let run = site.build();
    assert!(run.code == 1 && !run.stderr.contains("panicked"), "{} {}", run.code, run.stderr);
}

/// A style of its own: macros, and what each reference shows.
fn styled(macros: &str, layout: &str) -> Site {
    let info = "<info><title>T</title><id>t</id><updated>2020-01-01T00:00:00+00:00</updated></info>";
    let layout = format!("<layout>{layout}</layout>");
    let style = format!(
        "<style xmlns=\"http://purl.org/net/xbiblio/csl\" class=\"in-text\" version=\"1.0\">{info}{macros}\
         <citation>{layout}</citation><bibliography>{layout}</bibliography></style>"
    );
    Site::new()
        .file("weeknotes.yaml", "title: T\nurl: https://example.org\ncitations: {style: data/own.csl}\n")
        .file("data/own.csl", style)
        .post("2026-03-03", "a", "---\nsources: [{title: A title, url: https://example.org/}]\n---\n# A\n")
}

/// Each macro calls the next so many times; the last shows the title.
fn chain(length: usize, calls: usize) -> Site {
    let link = |at: usize| {
        let calls = format!("<text macro=\"m{}\"/>", at + 1).repeat(calls);
        format!("<macro name=\"m{at}\">{calls}</macro>")
    };
    let last = format!("<macro name=\"m{length}\"><text variable=\"title\"/></macro>");
    styled(&((0..length).map(link).collect::<String>() + &last), "<text macro=\"m0\"/>")
}

#[test]
fn endless_styles() {
    let nested = |depth: usize| {
        let (open, close) = ("<names variable=\"author\"><substitute>", "</substitute></names>");
        styled("", &format!("{}<text variable=\"title\"/>{}", open.repeat(depth), close.repeat(depth)))
    };
    let circle = (0..100).map(|at| format!("<macro name=\"m{at}\"><text macro=\"m{}\"/></macro>", (at + 1) % 100));
    let circle = styled(&circle.collect::<String>(), "<text macro=\"m0\"/>");
    let told = [nested(90_000), chain(40, 2), chain(9, 10), chain(90_000, 1), circle];
    let told: Vec<String> = told.iter().map(|site| refused(site, "citation-style").stderr).collect();
    golden("endless-styles.txt", &told.concat());
    for site in [nested(90), chain(140, 1), chain(14, 2)] {
        assert!(site.built().read("public/posts/a/index.html").contains("A title"));
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles() {
    let site = Site::new().post("2026-03-03", "a", "# A");
    std::os::unix::fs::symlink("..", site.path().join("content/posts/around")).expect("a link");
    golden("symlink-cycle.txt", &refused(&site, "symlink-cycle").stderr);
    let site = Site::new().post("2026-03-03", "a", "# A");
    std::os::unix::fs::symlink("nowhere.md", site.path().join("content/posts/2026-03-04-dangling.md")).expect("a link");
    golden("unreadable.txt", &refused(&site, "unreadable").stderr);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let site = Site::new().post("2026-03-03", "a", "# A");
    let name = std::ffi::OsStr::from_bytes(b"content/posts/caf\xe9.md");
    std::fs::write(site.path().join(name), "# Caf").expect("a file");
    golden("file-name.txt", &refused(&site, "file-name").stderr);
}

#[test]
fn nothing_leaves_the_output_folder() {
    for (field, value) in [
        ("slug", "../../escape"),
        ("slug", "/etc/passwd"),
        ("slug", ".."),
        ("slug", "a/b"),
        ("slug", "%2e%2e"),
        ("aliases", "[/../escape/]"),
        ("aliases", "[../escape/]"),
        ("aliases", "[\"/a/%2e%2e/%2e%2e/escape\"]"),
        ("aliases", "[\"/a\\\\..\\\\escape\"]"),
        ("aliases", "[\"/nul\\0\"]"),
    ] {
        let site = Site::new().post("2026-03-03", "a", &format!("---\ntitle: A\n{field}: {value}\n---\nText.\n"));
        let run = site.build();
        assert_eq!(run.code, 1, "{field}: {value}: {}", run.stderr);
        assert!(!site.has("public") && !site.has("escape"), "{field}: {value}");
    }
    for (name, series) in [("series", ".."), ("tags", "[.., /]")] {
        let site = Site::new().post("2026-03-03", "a", &format!("---\ntitle: A\n{name}: {series}\n---\nText.\n"));
        assert_eq!(site.build().code, 1, "{name}: {series}");
    }
}

/// A reader that goes away early is no failure.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_quiet() {
    use std::process::{Command, Stdio};
    let site = Site::empty();
    let mut child = Command::new(env!("CARGO_BIN_EXE_weeknotes"))
        .args(["completions", "zsh"])
        .current_dir(site.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success(), "{:?} within {:?}", output.status, Duration::ZERO);
}

#[test]
fn scripts_do_not_slip_in() {
    let site = Site::new()
        .file("weeknotes.yaml", "title: \"</script><script>alert(1)</script>\"\nurl: https://example.org\nmarkdown: {raw_html: false}\n")
        .post("2026-03-03", "a", "---\ntitle: \"A </title><script>alert(2)</script>\"\nsummary: \"<script>alert(3)</script>\"\ntags: [\"<b>\"]\nsources: [{title: \"<script>alert(4)</script>\", url: \"https://e.org/?'><script>alert(5)</script>\"}]\n---\n<script>alert(6)</script>\n\n![\"><script>alert(7)</script>](https://e.org/a.png)\n");
    let run = site.build();
    assert_eq!(run.code, 0, "{}", run.stderr);
    for (path, bytes) in site.tree("public") {
        let text = String::from_utf8_lossy(&bytes);
        if path.ends_with(".html") {
            assert!(!text.contains("<script>alert"), "{path}:\n{text}");
            assert!(!text.contains("href=\"javascript:"), "{path}");
        }
    }
}
