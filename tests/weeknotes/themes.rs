//! Themes: overriding, extending, and what a mistake in a template looks like.

use crate::fixture::{Site, golden};

fn site() -> Site {
    Site::new().post("2026-03-03", "one", "---\ntitle: One\nextra: {mood: calm}\n---\nText.\n")
}

#[test]
fn a_site_overrides_file_by_file() {
    let site = site()
        .file("templates/post.html", "{% extends \"notebook/post.html\" %}{% block after_post %}<p>{{ page.extra.mood }}</p>{% endblock after_post %}")
        .file("static/style.css", "body { color: red }")
        .built();
    let page = site.read("public/posts/one/index.html");
    assert!(page.contains("<p>calm</p>") && page.contains("<h1>One</h1>"), "{page}");
    let sheet = site.tree("public").into_iter().find(|(path, _)| path.starts_with("assets/style.")).expect("a sheet");
    assert_eq!(sheet.1, b"body { color: red }");
    assert!(page.contains(&format!("href=\"/{}\"", sheet.0)));
}

#[test]
fn a_theme_extends_another() {
    let site = site()
        .file("weeknotes.yaml", "title: T\nurl: https://example.org\ntheme: mine\ntheme_params: {accent: blue}\n")
        .file("themes/mine/theme.yaml", "extends: notebook\nparams: {accent: red, size: 2}\n")
        .file("themes/mine/templates/page.html", "{% extends \"base.html\" %}{% block main %}mine {{ site.theme.accent }} {{ site.theme.size }} {{ site.theme.series_box_limit }}{% endblock main %}")
        .file("content/about.md", "# About\n")
        .built();
    assert!(site.read("public/about/index.html").contains("mine blue 2 30"));
    assert!(site.read("public/posts/one/index.html").contains("<h1>One</h1>"));
}

#[test]
fn functions_answer_what_is_there_and_what_is_not() {
    let template = "{% set other = get_page(path=\"posts/2026-03-04-two.md\") %}{{ other?.title or \"none\" }} \
        {% set series = get_series(slug=\"notes\") %}{{ series?.count or \"no series\" }} {{ url(path=\"/x/\") }} \
        {{ page.date | date(format=\"%d.%m.%Y\") }} {{ page.tags | json }} {{ asset(path=\"style.css\") }}";
    let site = site().file("templates/post.html", template).built();
    let first = site.read("public/posts/one/index.html");
    assert!(first.starts_with("none no series /x/ 03.03.2026 [] /assets/style."), "{first}");
    site.write("content/posts/2026-03-04-two.md", "---\ntitle: Two\nseries: Notes\n---\nText.\n");
    assert_eq!(site.build().code, 0);
    assert!(site.read("public/posts/one/index.html").starts_with("Two 1 /x/"));
}

#[test]
fn debug_shows_the_whole_context() {
    let site = site().file("templates/post.html", "<pre>{{ debug() }}</pre>").built();
    let text = site
        .read("public/posts/one/index.html")
        .replace("&quot;", "\"")
        .replace("&#x2F;", "/")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let text = text.strip_prefix("<pre>").and_then(|text| text.strip_suffix("</pre>")).expect("a pre");
    let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let names: Vec<&String> = json.as_object().expect("an object").keys().collect();
    for name in
        ["site", "kind", "path", "canonical", "title", "feeds", "stylesheets", "page", "series_box", "newer", "older"]
    {
        assert!(names.iter().any(|found| *found == name), "{name}");
    }
    assert_eq!(json["page"]["extra"]["mood"], "calm");
}

#[test]
fn a_mistake_names_template_chain_and_page() {
    let site = site()
        .file("templates/post.html", "{% extends \"notebook/post.html\" %}\n{% block after_post %}\n{% include \"mood.html\" %}\n{% endblock after_post %}")
        .file("templates/mood.html", "one\ntwo {{ page.extra.mod.deep }}\n");
    let run = site.build();
    assert_eq!(run.code, 1);
    golden("template-error.txt", &run.stderr);
}

#[test]
fn every_broken_template_is_told_at_once() {
    let site = site().file("templates/post.html", "{% if %}").file("templates/page.html", "\n\n{{ a b }}");
    let run = site.build();
    assert_eq!(run.code, 1);
    golden("template-syntax.txt", &run.stderr);
}

/// The theme's README is the contract: what it names exists, and what exists it names.
#[test]
fn the_documented_context_is_the_real_one() {
    let readme =
        std::fs::read_to_string(crate::fixture::repository().join("themes/notebook/README.md")).expect("a README");
    let site = Site::new()
        .post("2026-03-03", "one", "---\ntitle: One\nseries: Notes\ntags: [a]\nsources: [{id: s, title: S, url: https://e.org}]\nimage: https://e.org/x.png\n---\n## A\nText.\n")
        .file("content/about.md", "# About\n");
    let mut site = site;
    for kind in [
        "home",
        "post",
        "page",
        "series",
        "series-index",
        "tag",
        "tags",
        "archive",
        "sources",
        "source",
        "subscribe",
        "404",
    ] {
        site = site.file(&format!("templates/{kind}.html"), "{{ debug() | safe }}");
    }
    let site = site.built();
    let pages = [
        "index.html",
        "posts/one/index.html",
        "about/index.html",
        "series/notes/index.html",
        "series/index.html",
        "tags/a/index.html",
        "tags/index.html",
        "archive/index.html",
        "sources/index.html",
        "sources/s/index.html",
        "subscribe/index.html",
        "404.html",
    ];
    for page in pages {
        let json: serde_json::Value = serde_json::from_str(&site.read(&format!("public/{page}")))
            .unwrap_or_else(|error| panic!("{page}: {error}"));
        let mut names = Vec::new();
        collect(&json, &mut names);
        for name in names {
            assert!(readme.contains(&name), "{page}: `{name}` is not in the theme's README");
        }
    }
}

/// The keys of an object and of the objects in it, the author's own left out.
fn collect(value: &serde_json::Value, names: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                names.push(name.clone());
                if !matches!(name.as_str(), "extra" | "theme") {
                    collect(value, names);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}
