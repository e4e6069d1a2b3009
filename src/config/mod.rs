//! The typed configuration of a site (`weeknotes.yaml`) and of a theme (`theme.yaml`).

mod editor;
mod sections;
mod source_pages;
mod theme;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::Deserialize;
use url::Url;

use crate::diagnostics::{Diagnostic, Span, Warned};
use crate::memo::Fingerprint;
use crate::source::{SourceText, SourceTree, yaml};

pub use editor::Editor;
pub use sections::{CitationsConfig, ExternalLinks, ForwardLinks, MarkdownConfig};
pub use source_pages::SourcePages;
pub use theme::{SyntaxThemes, ThemeConfig};

/// The configuration's file name, at the site's root.
pub const FILE: &str = "weeknotes.yaml";

/// The address a site is taken to have until it is configured.
pub const DEFAULT_URL: &str = "http://localhost:8000";

/// The names of fields, also of those within others, for suggestions.
pub(crate) const FIELDS: [&str; 37] = [
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
    "markdown",
    "external_links",
    "forward_links",
    "websub_hub",
    "extra",
    "output",
    "editor",
    "citations",
    "style",
    "narrative",
    "warn_uncited",
    "label_evidence",
    "downloads",
    "source_pages",
    "smart_punctuation",
    "raw_html",
    "rel",
    "new_tab",
    "hint",
    "undated",
];

/// What a site's owner wrote in `weeknotes.yaml`, every field with its default.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct RawConfig {
    title: String,
    description: String,
    url: Option<String>,
    language: String,
    author: Option<String>,
    timezone: String,
    publish_at: String,
    date_format: String,
    theme: String,
    theme_params: yaml::Mapping,
    permalink: String,
    paginate_by: usize,
    feed_limit: usize,
    slugs: Slugs,
    menu: Vec<MenuItem>,
    footer: Option<String>,
    image: Option<String>,
    markdown: MarkdownConfig,
    external_links: ExternalLinks,
    forward_links: ForwardLinks,
    websub_hub: Option<String>,
    extra: yaml::Mapping,
    output: String,
    editor: Option<String>,
    citations: CitationsConfig,
}

impl Default for RawConfig {
    fn default() -> Self {
        Self {
            title: "Weeknotes".to_owned(),
            description: String::new(),
            url: None,
            language: "en".to_owned(),
            author: None,
            timezone: "UTC".to_owned(),
            publish_at: "00:00".to_owned(),
            date_format: "%B %-d, %Y".to_owned(),
            theme: "notebook".to_owned(),
            theme_params: yaml::Mapping::new(),
            permalink: "/posts/{slug}/".to_owned(),
            paginate_by: 10,
            feed_limit: 20,
            slugs: Slugs::Ascii,
            menu: Vec::new(),
            footer: None,
            image: None,
            markdown: MarkdownConfig::default(),
            external_links: ExternalLinks::default(),
            forward_links: ForwardLinks::default(),
            websub_hub: None,
            extra: yaml::Mapping::new(),
            output: "public".to_owned(),
            editor: None,
            citations: CitationsConfig::default(),
        }
    }
}

/// How a slug is made from a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slugs {
    /// Transliterated: "Ангст" becomes `angst`.
    Ascii,
    /// Letters of every script kept.
    Unicode,
}

/// An entry of the site's menu.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MenuItem {
    /// What it says.
    pub title: String,
    /// Where it leads: a path in the site or an absolute address.
    pub url: String,
}

/// The checked configuration that every later stage works with.
#[derive(Debug, Clone)]
pub struct Config {
    /// The site's title.
    pub title: String,
    /// One or two sentences about the site, `""` for none.
    pub description: String,
    /// The absolute address without a trailing slash.
    pub url: String,
    /// The path of the address without a trailing slash: `""` or `/blog`.
    pub base_path: String,
    /// A BCP 47 language tag.
    pub language: String,
    /// The author of posts that name none.
    pub author: Option<String>,
    /// The zone that dates without an offset are in.
    pub timezone: TimeZone,
    /// When a post with a bare date is published on that day.
    pub publish_at: Time,
    /// A strftime format for dates as text.
    pub date_format: String,
    /// The theme's name.
    pub theme: String,
    /// Laid over the theme's own parameters.
    pub theme_params: yaml::Mapping,
    /// The pattern of a post's address.
    pub permalink: String,
    /// Posts on a page of a list, at least 1.
    pub paginate_by: usize,
    /// Entries in a feed, at least 1.
    pub feed_limit: usize,
    /// How slugs are made.
    pub slugs: Slugs,
    /// The menu, in order.
    pub menu: Vec<MenuItem>,
    /// Markdown for the foot of every page.
    pub footer: Option<String>,
    /// The picture for pages that have none of their own.
    pub image: Option<String>,
    /// How Markdown is read.
    pub markdown: MarkdownConfig,
    /// What links to other sites carry.
    pub external_links: ExternalLinks,
    /// How links to what is not out yet are shown.
    pub forward_links: ForwardLinks,
    /// The address of a hub that tells feed readers of what is new (W3C's `WebSub`).
    pub websub_hub: Option<String>,
    /// The site's own values, for templates.
    pub extra: yaml::Mapping,
    /// The output folder, relative to the root.
    pub output: String,
    /// What opens a file from the preview.
    pub editor: Option<Editor>,
    /// How sources are cited and shown.
    pub citations: CitationsConfig,
    /// The digest of everything above.
    pub fingerprint: Fingerprint,
}

impl Config {
    /// Reads the configuration of a site; without a file every field has its default.
    /// `url` takes the place of the configured address.
    pub fn read(tree: &SourceTree, url: Option<&str>) -> Warned<Self> {
        let mut diagnostics = Vec::new();
        let empty = SourceText::new(FILE, "");
        let source = tree.text(FILE).unwrap_or(&empty);
        let mut raw: RawConfig =
            yaml::read(source, 0..source.text.len(), "configuration", &FIELDS).drain(&mut diagnostics);
        if let Some(url) = url {
            raw.url = Some(url.to_owned());
        }
        let value = Check { source, diagnostics: &mut diagnostics }.config(raw);
        Warned { value, diagnostics }
    }

    /// The absolute address of a path that begins with the base path.
    pub fn absolute(&self, path: &str) -> String {
        let origin = &self.url[..self.url.len() - self.base_path.len()];
        format!("{origin}{path}")
    }
}

/// Where the value of a top-level field of the configuration stands.
pub fn place(tree: &SourceTree, field: &str) -> Span {
    tree.text(FILE).map_or_else(|| Span::file(FILE), |source| place_in(source, field))
}

/// Where a value within a top-level field stands; else as [`place`].
pub fn place_within(tree: &SourceTree, field: &str, value: &str) -> Span {
    let whole = |source: &SourceText| {
        let start = source.text.find(&format!("{field}:")).unwrap_or_default() + field.len();
        let at = start + source.text.get(start..)?.find(value).filter(|_| !value.is_empty())?;
        Some(source.span(at..at + value.len()))
    };
    tree.text(FILE).and_then(whole).unwrap_or_else(|| place(tree, field))
}

fn place_in(source: &SourceText, field: &str) -> Span {
    let text = &source.text;
    let key = format!("{field}:");
    let start =
        text.match_indices(&key).map(|(at, _)| at).find(|at| text[..*at].is_empty() || text[..*at].ends_with('\n'));
    let Some(start) = start else { return Span::file(FILE) };
    let value = start + key.len();
    let line = text[value..].lines().next().unwrap_or_default();
    let lead = line.len() - line.trim_start().len();
    source.span(value + lead..value + line.trim_end().len().max(lead))
}

/// Turns what was written into what is meant, pointing at the fields that cannot be.
struct Check<'a> {
    source: &'a SourceText,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn config(&mut self, raw: RawConfig) -> Config {
        let fingerprint = Fingerprint::of(format!("{raw:?}").as_bytes());
        let (url, base_path) = self.url(raw.url.as_deref());
        Config {
            timezone: self.timezone(&raw.timezone),
            publish_at: self.time(&raw.publish_at),
            forward_links: self.forward_links(raw.forward_links),
            websub_hub: raw.websub_hub.and_then(|hub| self.hub(hub)),
            date_format: self.date_format("date_format", raw.date_format, RawConfig::default().date_format),
            permalink: self.permalink(raw.permalink),
            paginate_by: self.positive("paginate_by", raw.paginate_by, 10),
            feed_limit: self.positive("feed_limit", raw.feed_limit, 20),
            title: raw.title,
            description: raw.description,
            url,
            base_path,
            language: raw.language,
            author: raw.author,
            theme: raw.theme,
            theme_params: raw.theme_params,
            slugs: raw.slugs,
            menu: raw.menu,
            footer: raw.footer,
            image: raw.image,
            markdown: raw.markdown,
            external_links: raw.external_links,
            extra: raw.extra,
            output: raw.output,
            editor: raw.editor.and_then(|editor| self.editor(&editor)),
            citations: raw.citations,
            fingerprint,
        }
    }

    fn editor(&mut self, name: &str) -> Option<Editor> {
        let editor = Editor::parse(name);
        if editor.is_none() {
            let message = format!("`{name}` is no editor that is known here");
            self.wrong("editor", message, "write vscode, zed or idea, or an address with {path}, {line} and {column}");
        }
        editor
    }

    fn wrong(&mut self, field: &str, message: String, help: &str) {
        let diagnostic = Diagnostic::error("configuration", message).at(self.place(field)).help(help);
        self.diagnostics.push(diagnostic);
    }

    fn place(&self, field: &str) -> Span {
        place_in(self.source, field)
    }

    fn url(&mut self, url: Option<&str>) -> (String, String) {
        let Some(text) = url else {
            let place = self.source.span(0..0);
            self.diagnostics.push(
                Diagnostic::warning(
                    "no-url",
                    "`url` is not set, so feeds, the sitemap and canonical links cannot be right",
                )
                .at(place)
                .help(format!("set `url: https://…` in {FILE}, or build with --url; until then it is {DEFAULT_URL}")),
            );
            return (DEFAULT_URL.to_owned(), String::new());
        };
        match Url::parse(text) {
            Ok(url)
                if matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.query().is_none()
                    && url.fragment().is_none() =>
            {
                let base_path = url.path().trim_end_matches('/').to_owned();
                (format!("{}{base_path}", url.origin().ascii_serialization()), base_path)
            }
            _ => {
                self.wrong(
                    "url",
                    format!("`{text}` is not an absolute web address"),
                    "write it with the scheme: https://example.org",
                );
                (DEFAULT_URL.to_owned(), String::new())
            }
        }
    }

    fn timezone(&mut self, name: &str) -> TimeZone {
        TimeZone::get(name).unwrap_or_else(|_| {
            self.wrong(
                "timezone",
                format!("`{name}` is not a time zone"),
                "use a name of the IANA database, such as America/New_York or Europe/Berlin",
            );
            TimeZone::UTC
        })
    }

    fn time(&mut self, text: &str) -> Time {
        text.parse().unwrap_or_else(|_| {
            self.wrong(
                "publish_at",
                format!("`{text}` is not a time of day"),
                "write hours and minutes in quotation marks: \"09:00\"",
            );
            Time::midnight()
        })
    }

    fn forward_links(&mut self, raw: ForwardLinks) -> ForwardLinks {
        let default = ForwardLinks::default().date_format;
        ForwardLinks { date_format: self.date_format("forward_links", raw.date_format, default), ..raw }
    }

    fn hub(&mut self, hub: String) -> Option<String> {
        if Url::parse(&hub).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Some(hub);
        }
        let message = format!("`{hub}` is not an absolute web address");
        self.wrong("websub_hub", message, "write the hub's address with the scheme: https://pubsubhubbub.appspot.com/");
        None
    }

    fn date_format(&mut self, field: &str, format: String, default: String) -> String {
        let sample = jiff::civil::date(2000, 1, 1).at(0, 0, 0, 0).in_tz("UTC").expect("UTC is always known");
        match jiff::fmt::strtime::format(format.as_bytes(), &sample) {
            Ok(_) => format,
            Err(error) => {
                self.wrong(
                    field,
                    format!("`{format}` is not a date format: {error}"),
                    "use strftime's letters: \"%B %-d, %Y\" gives November 3, 2026",
                );
                default
            }
        }
    }

    fn permalink(&mut self, pattern: String) -> String {
        const KNOWN: [&str; 6] = ["year", "month", "day", "slug", "series", "part"];
        let names = pattern.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
        let unknown: Vec<&str> = names.filter(|name| !KNOWN.contains(name)).collect();
        let help = "a pattern begins and ends with a slash and may hold {year} {month} {day} {slug} {series} {part}";
        let message = if let Some(name) = unknown.first() {
            format!("`{{{name}}}` is not known in a permalink")
        } else if !pattern.starts_with('/')
            || !pattern.ends_with('/')
            || pattern.split('/').any(|part| part == ".." || part == ".")
        {
            format!("`{pattern}` is not a permalink pattern")
        } else if !pattern.contains("{slug}") && !pattern.contains("{part}") {
            format!("`{pattern}` gives every post the same address")
        } else {
            return pattern;
        };
        self.wrong("permalink", message, help);
        RawConfig::default().permalink
    }

    fn positive(&mut self, field: &str, value: usize, default: usize) -> usize {
        if value == 0 {
            self.wrong(field, format!("`{field}` must be at least 1"), "leave the line out for the default");
            return default;
        }
        value
    }
}
