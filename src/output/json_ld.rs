//! Structured data for search engines: JSON-LD in the vocabulary of <https://schema.org>.

use serde_json::{Value, json};

use crate::config::Config;
use crate::content::{Name, Source, WorkKind};
use crate::markdown::Reference;
use crate::site::{Page, Permalink, Series};
use crate::template::context::{field, iso};
use crate::template::script_safe;

const CONTEXT: &str = "https://schema.org";

/// As it stands inside a script element.
pub(super) fn text(value: &Value) -> String {
    script_safe(&value.to_string())
}

/// The front page: `WebSite`.
pub(super) fn site(config: &Config) -> Value {
    prune(json!({
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": config.title,
        "description": config.description,
        "url": home(config),
        "inLanguage": config.language,
    }))
}

/// A list's way from the front page: `BreadcrumbList`.
pub(super) fn list(config: &Config, title: &str, permalink: &Permalink) -> Value {
    let mut crumbs = breadcrumbs(config, &[(title, permalink.absolute(config))]);
    crumbs["@context"] = json!(CONTEXT);
    crumbs
}

/// A series: `CreativeWorkSeries`.
pub(super) fn series(config: &Config, series: &Series, description: Option<&str>) -> Value {
    let address = series.permalink.absolute(config);
    let work = prune(json!({
        "@type": "CreativeWorkSeries",
        "@id": address,
        "name": series.title,
        "description": description,
        "url": address,
        "inLanguage": config.language,
    }));
    let crumbs = breadcrumbs(config, &[("Series", format!("{}series/", home(config))), (&series.title, address)]);
    json!({ "@context": CONTEXT, "@graph": [work, crumbs] })
}

/// A post (`BlogPosting`) or page (`WebPage`), with its way from the front page.
pub(super) fn document(config: &Config, page: &Page, card: &tera::Value, references: &[Reference]) -> Value {
    let address = page.permalink.absolute(config);
    let is_post = page.document.kind == crate::content::Kind::Post;
    let people: Vec<Value> = page.authors.iter().map(|name| json!({ "@type": "Person", "name": name })).collect();
    let part_of = series_of(config, card);
    let work = prune(json!({
        "@type": if is_post { "BlogPosting" } else { "WebPage" },
        "@id": address,
        "mainEntityOfPage": address,
        "url": address,
        "headline": page.full_title,
        "description": text_of(card, "summary_text"),
        "image": text_of(&field(card, "image"), "permalink"),
        "datePublished": page.date.as_ref().map(iso),
        "dateModified": page.updated.as_ref().or(page.date.as_ref()).map(iso),
        "inLanguage": config.language,
        "author": people,
        "keywords": page.document.front.tags,
        "isPartOf": part_of.as_ref().map(|(_, series)| series),
        "position": page.place.map(|place| place.part),
        "citation": references.iter().map(|reference| citation(&reference.source)).collect::<Vec<_>>(),
    }));
    let mut way = Vec::new();
    if let Some((title, series)) = &part_of {
        way.push((title.as_str(), series["url"].as_str().unwrap_or_default().to_owned()));
    }
    way.push((&page.title, address));
    json!({ "@context": CONTEXT, "@graph": [work, breadcrumbs(config, &way)] })
}

fn series_of(config: &Config, card: &tera::Value) -> Option<(String, Value)> {
    let series = &field(card, "series");
    let title = text_of(series, "title")?;
    let address = config.absolute(&text_of(series, "url")?);
    let value = json!({ "@type": "CreativeWorkSeries", "@id": address, "name": title, "url": address });
    Some((title, value))
}

/// A source's own page: the work, with its way from the front page.
pub(super) fn source(config: &Config, source: &Source, title: &str, permalink: &Permalink) -> Value {
    let way = [("Sources", format!("{}sources/", home(config))), (title, permalink.absolute(config))];
    json!({ "@context": CONTEXT, "@graph": [citation(source), breadcrumbs(config, &way)] })
}

/// A source as a typed work.
fn citation(source: &Source) -> Value {
    let person = |name: &Name| json!({ "@type": "Person", "name": name.given_first() });
    let organisation = |name: &str| json!({ "@type": "Organization", "name": name });
    let authors: Vec<Value> = source.authors.iter().map(person).collect();
    let body = source.organisation.as_ref().map(|one| organisation(&one.name));
    let publisher = source.publisher.as_deref().map(organisation);
    let container = source.container.as_ref().or(source.site.as_ref());
    let identifiers: Vec<Value> = [("DOI", &source.doi), ("PMID", &source.pmid)]
        .into_iter()
        .filter_map(|(kind, id)| Some(json!({ "@type": "PropertyValue", "propertyID": kind, "value": id.as_ref()? })))
        .collect();
    prune(json!({
        "@type": schema_type(source.kind()),
        "name": source.title,
        "author": if authors.is_empty() { body.clone().into_iter().collect() } else { authors },
        "editor": source.editors.iter().map(person).collect::<Vec<_>>(),
        "publisher": publisher.or(body),
        "isPartOf": container.map(|name| json!({ "@type": container_type(source.kind()), "name": name })),
        "volumeNumber": source.volume,
        "issueNumber": source.issue,
        "pagination": source.pages,
        "bookEdition": source.edition,
        "isbn": source.isbn,
        "identifier": identifiers,
        "datePublished": source.published.map(|date| date.to_string()),
        "dateModified": source.updated.map(|date| date.to_string()),
        "inLanguage": source.language,
        "archivedAt": source.archived.as_ref().map(|copy| copy.url.as_str()),
        "url": source.link(),
    }))
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

fn breadcrumbs(config: &Config, way: &[(&str, String)]) -> Value {
    let start = (config.title.as_str(), home(config));
    let steps = std::iter::once(&start).chain(way).enumerate();
    let items =
        steps.map(|(at, (name, item))| json!({ "@type": "ListItem", "position": at + 1, "name": name, "item": item }));
    json!({ "@type": "BreadcrumbList", "itemListElement": items.collect::<Vec<_>>() })
}

fn home(config: &Config) -> String {
    format!("{}/", config.url)
}

fn text_of(value: &tera::Value, name: &'static str) -> Option<String> {
    field(value, name).as_str().map(str::to_owned)
}

/// Leaves out what is not known.
fn prune(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, value| !(value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty)));
    }
    value
}
