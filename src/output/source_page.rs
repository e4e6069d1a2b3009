//! The list of sources, by whom they are, and each source's own page.

use std::sync::Arc;

use tera::Value;

use super::page::{Builder, Head, numbered, put};
use crate::content::Evidence;
use crate::diagnostics::Diagnostic;
use crate::site::Permalink;
use crate::template::context::{html, map, maybe};
use crate::template::{CitedSource, Rope};

/// The address of the list of sources, of all or of one kind of evidence.
pub(super) fn list_address(evidence: Option<Evidence>) -> Permalink {
    let path = match evidence {
        None => "/sources/".to_owned(),
        Some(kind) => format!("/sources/evidence/{kind}/"),
    };
    Permalink::parse(&path).expect("a fixed route is valid")
}

/// The address of a source's own page.
pub(super) fn address(slug: &str) -> Permalink {
    Permalink::parse(&format!("/sources/{slug}/")).expect("a slug is a valid part")
}

impl Builder<'_> {
    pub(super) fn source_list(&self, evidence: Option<Evidence>, number: usize) -> Result<Rope, Box<Diagnostic>> {
        let base_path = &self.view.config().base_path;
        let (entries, total) = self.view.source_list(evidence, number);
        let first = list_address(evidence);
        let title = match (evidence, number) {
            (None, 1) => "Sources".to_owned(),
            (None, _) => format!("Sources, page {number}"),
            (Some(kind), _) => format!("Sources: {kind}"),
        };
        let names: Vec<&str> = entries.iter().map(|(entry, _)| entry.group.as_str()).collect();
        let items: Vec<Value> = entries.into_iter().map(|(entry, pages)| self.cited(entry, pages)).collect();
        let named: Vec<(&str, &Value)> = names.into_iter().zip(&items).collect();
        let groups = named.chunk_by(|a, b| a.0 == b.0).map(|group| {
            let sources: Vec<Value> = group.iter().map(|(_, value)| (*value).clone()).collect();
            Value::from(map! { "name" => group[0].0, "sources" => sources })
        });
        let groups: Vec<Value> = groups.collect();
        let pages = self.view.all_pages_of(evidence);
        let at = |number: usize| numbered(&first, number).href(base_path);
        let paginator = map! {
            "number" => number as u64,
            "count" => pages as u64,
            "total" => total as u64,
            "previous" => maybe((number > 1).then(|| at(number - 1))),
            "next" => maybe((number < pages).then(|| at(number + 1))),
        };
        let mut context = self.list_context("sources", &numbered(&first, number), &title);
        put(&mut context, "sources", items);
        put(&mut context, "groups", groups);
        put(&mut context, "evidence", maybe(evidence.map(Evidence::name)));
        put(&mut context, "filters", self.filters(evidence));
        put(&mut context, "paginator", Value::from(paginator));
        self.render("sources.html", &context)
    }

    /// The lists of each kind of evidence: a filter that needs no server and no script.
    fn filters(&self, current: Option<Evidence>) -> Vec<Value> {
        let base_path = &self.view.config().base_path;
        let (kinds, total) = self.view.source_counts();
        let all = std::iter::once((None, total)).chain(kinds.into_iter().map(|(kind, count)| (Some(kind), count)));
        all.map(|(kind, count)| {
            Value::from(map! {
                "name" => kind.map_or("all", Evidence::name),
                "url" => list_address(kind).href(base_path),
                "count" => count as u64,
                "current" => kind == current,
            })
        })
        .collect()
    }

    /// A source as the list and its own page show it.
    fn cited(&self, entry: &CitedSource, cited_by: Vec<Value>) -> Value {
        let config = self.view.config();
        let mut value = self.view.source_value(&entry.source);
        value.extend(map! {
            "html" => html(&entry.html),
            "address" => maybe(entry.has_page.then(|| address(&entry.slug).href(&config.base_path))),
            "slug" => entry.slug.as_ref(),
            "cited_by" => cited_by,
        });
        Value::from(value)
    }

    pub(super) fn source(&self, slug: &Arc<str>) -> Result<Rope, Box<Diagnostic>> {
        let Some((entry, pages)) = self.view.cited_source(slug) else {
            return Ok(Rope::default());
        };
        let permalink = address(slug);
        let title = entry.source.title.clone().unwrap_or_else(|| entry.source.label());
        let mut context = self.context(Head {
            kind: "source",
            permalink: &permalink,
            title: &title,
            description: Value::none(),
            image: Value::none(),
            json_ld: Some(super::json_ld::source(self.view.config(), &entry.source, &title, &permalink)),
            feeds: self.view.site_feeds(),
            has_code: false,
        });
        put(&mut context, "source", self.cited(entry, pages));
        self.render("source.html", &context)
    }
}
