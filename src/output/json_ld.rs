//! Structured data for search engines: JSON-LD in the vocabulary of <https://schema.org>.

use std::borrow::Cow;

use serde::Serialize;

use crate::config::Config;
use crate::content::{Name, Source, WorkKind};
use crate::markdown::Reference;
use crate::site::{Page, Permalink, Series};
use crate::template::context::{field, iso};
use crate::template::script_safe;

/// The front page: `WebSite`.
pub(super) fn site(config: &Config) -> String {
    script(Thing {
        kind: "WebSite",
        name: text(&config.title),
        description: text(&config.description),
        url: home(config).into(),
        language: text(&config.language),
        ..Thing::default()
    })
}

/// A list's way from the front page: `BreadcrumbList`.
pub(super) fn list(config: &Config, title: &str, permalink: &Permalink) -> String {
    script(breadcrumbs(config, [(title, permalink.absolute(config))]))
}

/// A series: `CreativeWorkSeries`.
pub(super) fn series(config: &Config, series: &Series, description: Option<&str>) -> String {
    let address = series.permalink.absolute(config);
    let work = Thing {
        kind: "CreativeWorkSeries",
        id: address.clone().into(),
        name: text(&series.title),
        description: maybe(description),
        url: address.clone().into(),
        language: text(&config.language),
        ..Thing::default()
    };
    graph(work, breadcrumbs(config, [("Series", format!("{}series/", home(config))), (&series.title, address)]))
}

/// A post (`BlogPosting`) or page (`WebPage`), with its way from the front page.
pub(super) fn document(config: &Config, page: &Page, card: &tera::Value, references: &[Reference]) -> String {
    let address = page.permalink.absolute(config);
    let is_post = page.document.kind == crate::content::Kind::Post;
    let [summary, part_of, image] = ["summary_text", "series", "image"].map(|name| field(card, name));
    let [series, series_url, image] =
        [(&part_of, "title"), (&part_of, "url"), (&image, "permalink")].map(|(value, name)| field(value, name));
    let series = series.as_str().zip(series_url.as_str()).map(|(title, url)| (title, config.absolute(url)));
    let work = Thing {
        kind: if is_post { "BlogPosting" } else { "WebPage" },
        id: address.clone().into(),
        main_entity_of_page: address.clone().into(),
        url: address.clone().into(),
        headline: text(&page.full_title),
        description: maybe(summary.as_str()),
        image: maybe(image.as_str()),
        published: page.date.as_ref().map(iso).unwrap_or_default().into(),
        modified: page.updated.as_ref().or(page.date.as_ref()).map(iso).unwrap_or_default().into(),
        language: text(&config.language),
        author: page.authors.iter().map(|name| Thing::named("Person", name)).collect(),
        keywords: &page.document.front.tags,
        is_part_of: series.as_ref().map(|(title, url)| {
            let named = Thing::named("CreativeWorkSeries", *title);
            Box::new(Thing { id: url.into(), url: url.into(), ..named })
        }),
        position: page.place().map(|place| place.part),
        citation: references.iter().map(|reference| citation(&reference.source)).collect(),
        ..Thing::default()
    };
    let way = series.iter().map(|(title, url)| (*title, url.clone()));
    graph(work, breadcrumbs(config, way.chain([(page.title.as_str(), address)])))
}

/// A source's own page: the work, with its way from the front page.
pub(super) fn source(config: &Config, source: &Source, title: &str, permalink: &Permalink) -> String {
    let way = [("Sources", format!("{}sources/", home(config))), (title, permalink.absolute(config))];
    graph(citation(source), breadcrumbs(config, way))
}

/// A node of any type; what is empty is left out.
#[derive(Debug, Default, Serialize)]
struct Thing<'a> {
    #[serde(rename = "@context", skip_serializing_if = "str::is_empty")]
    context: &'static str,
    #[serde(rename = "@type", skip_serializing_if = "str::is_empty")]
    kind: &'static str,
    #[serde(rename = "@id", skip_serializing_if = "str::is_empty")]
    id: Cow<'a, str>,
    #[serde(rename = "@graph", skip_serializing_if = "Vec::is_empty")]
    graph: Vec<Thing<'a>>,
    #[serde(rename = "mainEntityOfPage", skip_serializing_if = "str::is_empty")]
    main_entity_of_page: Cow<'a, str>,
    #[serde(rename = "propertyID", skip_serializing_if = "str::is_empty")]
    property_id: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    value: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    headline: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    image: Cow<'a, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Thing<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    editor: Vec<Thing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Box<Thing<'a>>>,
    #[serde(rename = "isPartOf", skip_serializing_if = "Option::is_none")]
    is_part_of: Option<Box<Thing<'a>>>,
    #[serde(rename = "volumeNumber", skip_serializing_if = "str::is_empty")]
    volume: Cow<'a, str>,
    #[serde(rename = "issueNumber", skip_serializing_if = "str::is_empty")]
    issue: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pagination: Cow<'a, str>,
    #[serde(rename = "bookEdition", skip_serializing_if = "str::is_empty")]
    edition: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    isbn: Cow<'a, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    identifier: Vec<Thing<'a>>,
    #[serde(rename = "datePublished", skip_serializing_if = "str::is_empty")]
    published: Cow<'a, str>,
    #[serde(rename = "dateModified", skip_serializing_if = "str::is_empty")]
    modified: Cow<'a, str>,
    #[serde(rename = "inLanguage", skip_serializing_if = "str::is_empty")]
    language: Cow<'a, str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citation: Vec<Thing<'a>>,
    #[serde(rename = "archivedAt", skip_serializing_if = "str::is_empty")]
    archived_at: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    item: Cow<'a, str>,
    #[serde(rename = "itemListElement", skip_serializing_if = "Vec::is_empty")]
    items: Vec<Thing<'a>>,
}

impl<'a> Thing<'a> {
    fn named(kind: &'static str, name: impl Into<Cow<'a, str>>) -> Self {
        Self { kind, name: name.into(), ..Self::default() }
    }
}

/// As it stands inside a script element.
fn script(thing: Thing<'_>) -> String {
    let thing = Thing { context: "https://schema.org", ..thing };
    script_safe(&serde_json::to_string(&thing).expect("texts and numbers are JSON"))
}

fn graph<'a>(work: Thing<'a>, crumbs: Thing<'a>) -> String {
    script(Thing { graph: vec![work, crumbs], ..Thing::default() })
}

fn text(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

fn maybe(text: Option<&str>) -> Cow<'_, str> {
    Cow::Borrowed(text.unwrap_or_default())
}

/// A source as a typed work.
fn citation(source: &Source) -> Thing<'_> {
    let person = |name: &Name| Thing::named("Person", name.given_first());
    let organisation = |name| Thing::named("Organization", text(name));
    let body = || source.organisation.as_ref().map(|one| organisation(&one.name));
    let authors: Vec<Thing<'_>> = source.authors.iter().map(person).collect();
    let container = source.container.as_deref().or(source.site.as_deref());
    let identifiers = [("DOI", source.doi.as_deref()), ("PMID", source.pmid.as_deref())];
    let identifier = |(property_id, value): (_, Option<_>)| {
        Some(Thing { kind: "PropertyValue", property_id, value: text(value?), ..Thing::default() })
    };
    Thing {
        kind: schema_type(source.kind()),
        name: maybe(source.title.as_deref()),
        author: if authors.is_empty() { body().into_iter().collect() } else { authors },
        editor: source.editors.iter().map(person).collect(),
        publisher: source.publisher.as_deref().map(organisation).or_else(body).map(Box::new),
        is_part_of: container.map(|name| Box::new(Thing::named(container_type(source.kind()), name))),
        volume: maybe(source.volume.as_deref()),
        issue: maybe(source.issue.as_deref()),
        pagination: maybe(source.pages.as_deref()),
        edition: maybe(source.edition.as_deref()),
        isbn: maybe(source.isbn.as_deref()),
        identifier: identifiers.into_iter().filter_map(identifier).collect(),
        published: source.published.map(|date| date.to_string()).unwrap_or_default().into(),
        modified: source.updated.map(|date| date.to_string()).unwrap_or_default().into(),
        language: maybe(source.language.as_deref()),
        archived_at: maybe(source.archived.as_ref().map(|copy| copy.url.as_str())),
        url: source.link().unwrap_or_default().into(),
        ..Thing::default()
    }
}

fn schema_type(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::WebPage => "WebPage",
        WorkKind::Article => "ScholarlyArticle",
        WorkKind::Book => "Book",
        WorkKind::Chapter => "Chapter",
        WorkKind::Report => "Report",
        WorkKind::Guideline => "MedicalGuideline",
        WorkKind::News => "NewsArticle",
        WorkKind::Podcast => "PodcastEpisode",
        WorkKind::Video => "VideoObject",
        WorkKind::PersonalCommunication => "Message",
        WorkKind::Interview | WorkKind::Document => "CreativeWork",
    }
}

fn container_type(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::WebPage => "WebSite",
        WorkKind::Article => "Periodical",
        WorkKind::Chapter => "Book",
        WorkKind::News => "Newspaper",
        WorkKind::Podcast => "PodcastSeries",
        _ => "CreativeWork",
    }
}

fn breadcrumbs<'a>(config: &'a Config, way: impl IntoIterator<Item = (&'a str, String)>) -> Thing<'a> {
    let start = (config.title.as_str(), home(config));
    let steps = (1..).zip(std::iter::once(start).chain(way));
    let step = |(position, (name, address)): (usize, (&'a str, String))| Thing {
        position: Some(position),
        item: address.into(),
        ..Thing::named("ListItem", name)
    };
    Thing { kind: "BreadcrumbList", items: steps.map(step).collect(), ..Thing::default() }
}

fn home(config: &Config) -> String {
    format!("{}/", config.url)
}
