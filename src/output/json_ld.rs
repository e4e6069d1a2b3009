//! Structured data for search engines: JSON-LD in the vocabulary of <https://schema.org>.

use serde_json::{Value, json};

use crate::config::Config;
use crate::content::Source;
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
pub(super) fn document(config: &Config, page: &Page, card: &tera::Value) -> Value {
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
        "citation": page.document.front.sources.iter().map(citation).collect::<Vec<_>>(),
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

fn citation(source: &Source) -> Value {
    let authors: Vec<Value> = source.names().iter().map(|name| json!({ "@type": "Person", "name": name })).collect();
    let kind = match source.kind.as_deref() {
        Some("article") => "ScholarlyArticle",
        Some("book") => "Book",
        Some("report") => "Report",
        _ => "CreativeWork",
    };
    prune(json!({
        "@type": kind,
        "name": source.title,
        "author": authors,
        "publisher": source.organisation.as_ref().map(|name| json!({ "@type": "Organization", "name": name })),
        "isPartOf": source.container.as_ref().map(|name| json!({ "@type": "CreativeWork", "name": name })),
        "datePublished": source.date,
        "url": source.link(),
    }))
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
