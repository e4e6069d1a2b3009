//! What random sites are made of.

/// Names, each with what can stand under it.
pub(super) type Table = &'static [(&'static str, &'static [&'static str])];

pub(super) const DOCUMENTS: &[&str] = &[
    "content/posts/p1.md",
    "content/posts/p2.md",
    "content/posts/p3.md",
    "content/posts/2026-03-04-p4.md",
    "content/posts/trip/index.md",
    "content/about.md",
];

/// Where documents are moved to.
pub(super) const PLACES: &[&str] = &[
    "content/posts/p2.md",
    "content/posts/p5.md",
    "content/posts/2026-03-11-p1.md",
    "content/posts/tour/index.md",
    "content/p1.md",
    "content/series/p1.md",
];

pub(super) const PICTURES: &[&str] =
    &["content/posts/trip/photo.png", "content/posts/photo.png", "content/photo.png", "static/banner.png"];

pub(super) const COPIED: &[&str] = &[
    "static/style.css",
    "static/robots.txt",
    "static/about/index.html",
    "content/posts/trip/notes.pdf",
    "themes/plain/static/style.css",
    "themes/plain/static/more.css",
];

/// Around the dates below: the second in which each comes, and the one before.
pub(super) const TIMES: &[&str] = &[
    "2026-03-15T00:00:00Z",
    "2026-03-14T23:59:59Z",
    "2026-03-01T00:00:00Z",
    "2026-02-28T23:59:59Z",
    "2026-03-10T07:00:00Z",
    "2026-03-10T06:59:59Z",
    "2026-03-10T09:00:00Z",
    "2026-03-20T00:00:00Z",
    "2026-03-19T23:00:00Z",
    "2026-03-20T13:30:00Z",
    "2026-03-20T13:29:59Z",
    "2026-03-31T00:00:00Z",
];

pub(super) const FRONT_MATTER: Table = &[
    ("title", &["One", "Two", "Three & <four>", "Alpha"]),
    (
        "date",
        &[
            "2026-03-01",
            "2026-03-02",
            "2026-03-10",
            "2026-03-10 09:00",
            "2026-03-10T07:00:00Z",
            "2026-03-10T09:00:00+02:00",
            "2026-03-15",
            "2026-03-20",
            "2026-03-20T08:30:00-05:00",
            "2026-03-29 02:30",
            "soon",
        ],
    ),
    ("updated", &["2026-03-12", "2026-03-12T10:00:00+01:00"]),
    (
        "series",
        &[
            "Alpha",
            "Beta",
            "alpha",
            "{name: Alpha, part: 1}",
            "{name: Alpha, part: 2}",
            "'!'",
            "[Beta, Alpha]",
            "[{name: alpha, season: 2}, Beta, Beta]",
        ],
    ),
    ("season", &["1", "2"]),
    ("next_week", &["Two", "p3", "Something else"]),
    ("tags", &["[one]", "[one, two]", "[two, One]", "three", "['!']"]),
    ("slug", &["same", "other", "p1", "a/b"]),
    ("aliases", &["[/old/]", "[/old/, /older.html]", "/posts/p1/", "['/a/../b']"]),
    ("image", &["photo.png", "{src: photo.png, alt: A photo}", "/banner.png", "https://e.org/x.png"]),
    (
        "sources",
        &[
            "[{title: S, url: https://e.org}]",
            "[{title: S, url: https://e.org, author: 'Poe, Ann'}]",
            "[{organisation: O, section: P}, {title: S, note: Read it}]",
            "[known]",
            "[known, other, gone]",
            "[{id: own, title: Own, author: 'Poe, Ann', date: 2019}, known]",
            "[{id: own, title: Another, author: 'Poe, Ann', date: 2019, evidence: book}]",
            "[{title: Bad, url: 'javascript:x'}]",
        ],
    ),
    ("authors", &["[Ann, Bo]", "Cy"]),
    ("summary", &["A *short* one.", "Another."]),
    ("content_note", &["Loss.", "<Grief>"]),
    ("template", &["page", "card", "gone"]),
    ("extra", &["{mood: calm}", "{mood: wild}"]),
    ("id", &["tag:a.example,2026:1"]),
    ("draft", &["true", "false"]),
    ("titel", &["One"]),
];

pub(super) const SETTINGS: Table = &[
    ("title", &["B", "Alpha"]),
    ("description", &["Notes."]),
    ("url", &["https://a.example/blog", "http://b.example", "nonsense"]),
    ("author", &["Dee"]),
    ("language", &["de"]),
    ("theme", &["plain", "notebook", "gone"]),
    ("theme_params", &["{series_box_limit: 1}", "{accent: red}"]),
    ("permalink", &["/{series}/{part}/", "/{year}/{month}/{day}/{slug}/", "/x/"]),
    ("paginate_by", &["1", "2", "0"]),
    ("feed_limit", &["1", "2"]),
    ("timezone", &["Europe/Berlin", "America/New_York", "Nowhere"]),
    ("publish_at", &["\"09:00\"", "\"23:59\""]),
    ("date_format", &["\"%Y\"", "\"%d.%m.%Y\""]),
    ("slugs", &["unicode"]),
    ("menu", &["[{title: About, url: /about/}]", "[{title: Gone, url: /gone/}, {title: E, url: https://e.org}]"]),
    ("footer", &["\"*Foot* [about](/about/)\""]),
    ("image", &["content/photo.png", "content/posts/trip/photo.png", "/banner.png"]),
    ("markdown", &["{smart_punctuation: false}", "{raw_html: false}"]),
    ("external_links", &["{rel: nofollow, new_tab: true}"]),
    ("extra", &["{x: 1}"]),
    ("forward_links", &["{hint: 'ab {date}', undated: ''}", "{date_format: '%d.%m.'}", "{date_format: '%Q'}"]),
    ("websub_hub", &["https://hub.example/", "hub"]),
    (
        "citations",
        &[
            "{style: american-medical-association}",
            "{style: plain, narrative: true}",
            "{narrative: true, warn_uncited: true}",
            "{style: gone}",
            "{style: data/own.csl}",
            "{downloads: false, source_pages: false, label_evidence: false}",
        ],
    ),
];

pub(super) const PIECES: &[&str] = &[
    "Text.",
    "Other *text*, \"quoted\" -- with a few <b>more</b> words.",
    "## Part\n\nText.",
    "## Part\n\n### Deep\n\n## More\n\n## Last",
    "# Heading",
    "See [one](p1.md#part) and [two](p2.md).",
    "See [one](../p1.md) and [four](2026-03-04-p4.md#gone).",
    "On to [the next](next:), or back to [the last](previous:#part).",
    "See [beta](next:beta), [two](two.md), [later](2026-01-01-p5.md#part) and [next](../posts/p3.md).",
    "See [about](../about.md#part), [the trip](trip/index.md) and [all](../series/alpha.md).",
    "See [one](posts/p1.md#part) and [nothing](nowhere.md).",
    "See [a page](/about/), [none](/nowhere/), [a file](notes.pdf) and [another site](https://e.org).",
    "![A photo](photo.png)",
    "![A photo](trip/photo.png) ![Fixed](/banner.png)",
    "Text[^1].\n\n[^1]: A note.",
    "```rust hl_lines=\"1\"\nlet x = 1;\n```",
    "```nolang\nx\n```",
    "{{ <callout text=\"x\" /> }}",
    "{% <callout> %}\nIn [one](p1.md).\n{% </callout> %}",
    "{% <box> %}\nIn *it*.\n{% </box> %}",
    "{{ <box /> }} {{ <boxed /> }}",
    "{{ <mood /> }}",
    "{{ <helpline /> }}",
    "{% <box> %} not closed",
    "First.\n\n<!-- more -->\n\nRest.",
    "It helps [@known, p. 3] and more [see @other; @known].",
    "As @own and @known [p. 2] say, and [@own] too.",
    "Gone [@gone] and `[@known]`.",
    "Text[^c].\n\n[^c]: Said [@other, ch. 2].",
    "{% <callout> %}\nIn [@known].\n{% </callout> %}",
];

pub(super) const TEXTS: Table = &[
    (
        "content/posts/p1.md",
        &["", "Text only.\n", "# Heading\n\nText.\n", "---\ntitle: [\n---\nText.\n", "---\ntitle: One\nText.\n"],
    ),
    (
        "content/series/alpha.md",
        &[
            "---\ntitle: Alpha\nprefix: true\n---\nHi.\n",
            "---\ntitle: Alpha\norder: part\ndescription: D.\n---\n[one](../posts/p1.md#part) {{ <mood /> }}\n",
            "---\ntitle: Alpha\nslug: first\nimage: ../photo.png\n---\n",
            "---\ntitle: Beta\n---\n## Part\n",
            "---\ntitle: Alpha\ncadence: weekly on tuesday at 09:00\nplanned: [Two, {title: Later, slug: p5}]\n---\n",
            "---\ntitle: Alpha\ncadence: every 2 weeks on sunday\nannounce: true\nplanned: [{title: Next, slug: p3, date: 2026-03-20}, Four]\npauses: [{from: 2026-03-11, to: 2026-03-19, reason: rest}]\nseasons: {2: Late}\n---\n",
            "---\ntitle: Alpha\ncadence: monthly on the last day\nends: 2026-03-14\nstart_here: p2\n---\n",
            "---\ntitle: Alpha\nfinished: true\ncadence: weekly on nowhere\n---\n",
            "---\ntitle: Alpha\ncontract: {title: '* {part}', sources: 1, next_week: true, words: 3-, tags: [one]}\n---\n",
        ],
    ),
    (
        "templates/post.html",
        &[
            "{{ page.title }} {% set p = get_page(path=\"posts/p1.md\") %}{{ p?.title or \"none\" }}",
            "{{ page.content }}{% if newer %}{{ newer.title }}{% endif %}",
            "{% extends \"notebook/post.html\" %}\
             {% block after_post %}{% include \"part.html\" %}{% endblock after_post %}",
            "{% set s = get_series(slug=\"beta\") %}{{ s?.count or 0 }} {{ series_box?.part or \"-\" }}",
            "{% set team = get_data(path=\"team.yaml\") %}{{ team?.lead or \"nobody\" }}",
            "{{ page.gone.deep }}",
            "{% if %}",
        ],
    ),
    (
        "templates/page.html",
        &[
            "{% extends \"notebook/page.html\" %}{% block main %}{% include \"part.html\" %}{% endblock main %}",
            "{{ page.content }} {% set a = get_page(path=\"about.md\") %}{{ a?.words or 0 }}",
        ],
    ),
    (
        "templates/part.html",
        &[
            "<i>{{ site.title }}</i>",
            "{{ <callout text=\"part\" /> }}",
            "{% set s = get_series(slug=\"alpha\") %}{{ s?.title or \"no alpha\" }}",
        ],
    ),
    (
        "templates/base.html",
        &[
            "{% extends \"notebook/base.html\" %}{% block footer %}<p>{{ kind }}</p>{% endblock footer %}",
            "{% block title %}{{ title }}{% endblock title %}{% block robots %}{% endblock robots %}\
             {% block og_type %}{% endblock og_type %}{% block head %}{% endblock head %}\
             {% block brand %}{% endblock brand %}{% block main %}{% endblock main %}\
             {% block follow %}{% endblock follow %}{% block footer %}{% endblock footer %}",
        ],
    ),
    (
        "templates/home.html",
        &["{% for post in paginator.items %}{{ post.title }} {{ post.image?.width or \"-\" }} {% endfor %}"],
    ),
    (
        "templates/series.html",
        &["{{ series.title }} {{ series.next?.title or \"-\" }} {{ series.latest?.title or \"-\" }}"],
    ),
    ("templates/card.html", &["{{ page.title }} {{ page.words }}", "{{ debug() }}"]),
    (
        "templates/components.html",
        &[
            "{% component box() %}<div>{% if body %}{{ body | safe }}{% endif %}</div>{% endcomponent box %}",
            "{% component box() %}<section>{% if body %}{{ body | safe }}{% endif %}</section>{% endcomponent box %}",
            "{% component mood() %}{% set p = get_page(path=\"posts/p1.md\") %}\
             {{ p?.title or \"none\" }}{% endcomponent mood %}",
        ],
    ),
    (
        "templates/boxes.html",
        &[
            "{% component boxed() %}boxed{% endcomponent boxed %}",
            "{% component boxed() %}{{ <box /> }}{% endcomponent boxed %}",
        ],
    ),
    (
        "templates/shortcodes.html",
        &[
            "{% component callout(text: string = \"\") %}<b>{{ text }}</b>{% endcomponent callout %}",
            "{% component callout(text: string = \"\") %}<i>{{ text }}</i>{% endcomponent callout %}",
        ],
    ),
    (
        "themes/plain/theme.yaml",
        &[
            "name: plain\nextends: notebook\n",
            "name: plain\nextends: notebook\nparams: {series_box_limit: 1}\n",
            "name: plain\nextends: notebook\nsyntax: {light: Nord, dark: Gone}\n",
            "extends: plain\n",
        ],
    ),
    (
        "themes/plain/templates/page.html",
        &[
            "{% extends \"base.html\" %}{% block main %}plain {{ page.title }}{% endblock main %}",
            "{% extends \"notebook/page.html\" %}{% block head %}{{ asset(path=\"more.css\") }}{% endblock head %}",
        ],
    ),
    (
        "themes/plain/templates/components.html",
        &[
            "{% component callout(text: string = \"\") %}<b>{{ text }}</b>{% endcomponent callout %}",
            "{% component callout(text: string = \"\") %}<i>{{ text }}</i>{% endcomponent callout %}",
        ],
    ),
    (
        "content/sources.yaml",
        &[
            "- {id: known, author: 'Poe, Ann', title: Known, published: 2019}\n- {id: other, organisation: {name: Org, short: O}, title: Other, url: 'https://e.org'}\n",
            "- {id: known, author: 'Poe, Bo', title: Known, published: 2019, evidence: guideline}\n",
            "- {id: known, title: New}\n- {id: other, title: Other}\n- {id: known, title: Twice}\n",
            "- id: [\n",
            "",
        ],
    ),
    (
        "content/more.bib",
        &[
            "@book{other, title = {Other}, author = {Roe, Cy}, date = {2001}}\n",
            "@book{other, title = {O}}\n@book{",
            "",
        ],
    ),
    ("data/own.csl", &["<style>", include_str!("own.csl")]),
    ("data/team.yaml", &["lead: Ann\n", "lead: Bo\n", "lead: [\n"]),
    ("weeknotes.yaml", &["title: A\nurl: https://a.example\n", "title: A\ntheme: plain\n", "title: [\n"]),
];
