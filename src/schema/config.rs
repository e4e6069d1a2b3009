//! The configuration of a site.

use super::shape::Field;
use super::shape::Needs;
use super::shape::Shape::{self, Any, Fields, Like, List, Maybe, OneOf, Open, Switch, Text, Whole};

/// `weeknotes.yaml`.
pub(super) const CONFIG: Shape = Fields(&FIELDS, Needs::Nothing);

const MAYBE_TEXT: Shape = Maybe(&Text);

const URL: Shape = Maybe(&Like(
    "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/?#]+[^\\s?#]*$",
    "Write an address with its scheme: https://example.org.",
));

const HUB: Shape = Maybe(&Like(
    "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/]+\\S*$",
    "Write an address with its scheme: https://hub.example.org/.",
));

const TIME: Shape =
    Like("^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$", "Write hours and minutes in quotation marks: \"09:00\".");

const PERMALINK: Shape = Like(
    "^(?=.*\\{(slug|part)\\})/([^{}]|\\{(year|month|day|slug|series|part)\\})*/$",
    "A pattern begins and ends with a slash and has {slug} or {part}: /posts/{slug}/.",
);

const EDITOR: Shape = Maybe(&Any(&[
    OneOf(&["vscode", "zed", "idea"]),
    Like("^[^:]+:.*\\{path\\}", "Write vscode, zed or idea, or an address with {path}, {line} and {column}."),
]));

const MENU: Shape = Fields(
    &[
        Field::new("title", Text, "What it says."),
        Field::new("url", Text, "Where it leads: a path in the site, /archive/, or an address."),
    ],
    Needs::All(&["title", "url"]),
);

const MARKDOWN: Shape = Fields(
    &[
        Field::new("smart_punctuation", Switch, "Curly quotation marks, dashes and ellipses.").or("true"),
        Field::new("raw_html", Switch, "Whether HTML in Markdown is passed on, or shown as text.").or("true"),
    ],
    Needs::Nothing,
);

const EXTERNAL_LINKS: Shape = Fields(
    &[
        Field::new("rel", MAYBE_TEXT, "The rel of links to other sites.").or("\"noopener\""),
        Field::new("new_tab", Switch, "Whether they open in a new tab.").or("false"),
    ],
    Needs::Nothing,
);

const FORWARD_LINKS: Shape = Fields(
    &[
        Field::new(
            "hint",
            MAYBE_TEXT,
            "What stands in brackets behind a link to what is not out yet; {date} is the day.",
        )
        .or("\"coming on {date}\""),
        Field::new("date_format", MAYBE_TEXT, "The day, of the same year, in strftime's letters.").or("\"%A, %B %-d\""),
        Field::new("undated", MAYBE_TEXT, "What stands there when nobody has said for when.").or("\"coming later\""),
    ],
    Needs::Nothing,
);

const CITATIONS: Shape = Fields(
    &[
        Field::new(
            "style",
            MAYBE_TEXT,
            "apa, mla, harvard-cite-them-right, american-medical-association, plain, or the path of a .csl file.",
        )
        .or("\"apa\""),
        Field::new("language", MAYBE_TEXT, "The language of the style's own words, if not the site's."),
        Field::new("narrative", Switch, "Whether @key in a sentence cites.").or("false"),
        Field::new("warn_uncited", Switch, "Whether a source that is listed and never cited is told.").or("false"),
        Field::new("label_evidence", Switch, "Whether references say what kind of evidence they are.").or("true"),
        Field::new("downloads", Switch, "Whether each post offers its references as BibLaTeX and CSL-JSON.").or("true"),
        Field::new(
            "source_pages",
            Any(&[Switch, OneOf(&["all"])]),
            "Which sources have pages of their own: true is for those with an id and those that several pages cite.",
        )
        .or("true"),
    ],
    Needs::Nothing,
);

const FIELDS: [Field; 25] = [
    Field::new("title", MAYBE_TEXT, "The site's title.").or("\"Weeknotes\""),
    Field::new("description", MAYBE_TEXT, "One or two sentences about the site.").or("\"\""),
    Field::new("url", URL, "Where the site will be.").such_as("\"https://example.org/blog\""),
    Field::new("language", MAYBE_TEXT, "A BCP 47 tag: en, de-AT.").or("\"en\""),
    Field::new("author", MAYBE_TEXT, "The author of posts that name none."),
    Field::new("timezone", MAYBE_TEXT, "The zone of dates without an offset, by its IANA name: America/New_York.")
        .or("\"UTC\""),
    Field::new("publish_at", TIME, "When a post with a bare date comes out on its day.").or("\"00:00\""),
    Field::new("date_format", MAYBE_TEXT, "Dates on pages, in strftime's letters.").or("\"%B %-d, %Y\""),
    Field::new("permalink", PERMALINK, "The address of a post: {year} {month} {day} {slug} {series} {part}.")
        .or("\"/posts/{slug}/\""),
    Field::new("slugs", OneOf(&["ascii", "unicode"]), "Addresses in other scripts transliterated, or as they are.")
        .or("\"ascii\""),
    Field::new("paginate_by", Whole(1, None), "Posts on a page of a list.").or("10"),
    Field::new("feed_limit", Whole(1, None), "Entries in a feed.").or("20"),
    Field::new("menu", List(&MENU), "The menu, in order: {title: …, url: …}.")
        .or("[]")
        .such_as("[{\"title\": \"All posts\", \"url\": \"/archive/\"}]"),
    Field::new("footer", MAYBE_TEXT, "The foot of every page, in Markdown."),
    Field::new("image", MAYBE_TEXT, "The picture for pages that have none of their own.").such_as("\"/cover.jpg\""),
    Field::new("theme", MAYBE_TEXT, "A folder in themes/, or the theme that comes with weeknotes.").or("\"notebook\""),
    Field::new("theme_params", Open, "Values laid over the theme's own.")
        .or("{}")
        .such_as("{\"series_box_limit\": 30}"),
    Field::new("markdown", MARKDOWN, "How Markdown is read."),
    Field::new("external_links", EXTERNAL_LINKS, "What links to other sites carry."),
    Field::new("forward_links", FORWARD_LINKS, "How links to what is not out yet are shown."),
    Field::new("websub_hub", HUB, "The address of a hub that feeds name.").such_as("\"https://hub.example.org/\""),
    Field::new("output", MAYBE_TEXT, "The folder that the site is written to.").or("\"public\""),
    Field::new("citations", CITATIONS, "How sources are cited and shown."),
    Field::new("editor", EDITOR, "What opens a file from the preview: vscode, zed, idea, or an address of your own.")
        .such_as("\"vscode\""),
    Field::new("extra", Open, "Values of your own, for templates.").or("{}").such_as("{\"mood\": \"calm\"}"),
];
