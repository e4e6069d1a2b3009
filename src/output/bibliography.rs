//! Every source of a site, once, with the posts that cite it.

use std::collections::BTreeMap;

use tera::Value;

use crate::content::Source;
use crate::site::{Page, Site};
use crate::template::context::{self, map};

/// The sources by label, each with the pages that cite it, newest first.
pub(super) fn collect(site: &Site) -> Vec<Value> {
    let mut all: BTreeMap<(String, String), (&Source, Vec<&Page>)> = BTreeMap::new();
    for page in site.all_pages() {
        for source in &page.document.front.sources {
            let (_, pages) = all.entry(identity(source)).or_insert_with(|| (source, Vec::new()));
            if !pages.last().is_some_and(|last| std::ptr::eq(*last, page)) {
                pages.push(page);
            }
        }
    }
    let value = |(source, pages): (&Source, Vec<&Page>)| {
        let cited_by = pages
            .into_iter()
            .map(|page| Value::from(map! { "title" => page.full_title.as_str(), "url" => site.href(&page.permalink) }));
        let mut record = context::source(source);
        record.extend(map! { "cited_by" => cited_by.collect::<Vec<_>>() });
        Value::from(record)
    };
    all.into_values().map(value).collect()
}

/// Two records are one source when they are named alike and lead to the same place.
fn identity(source: &Source) -> (String, String) {
    (source.label().to_lowercase(), source.link().unwrap_or_default())
}
