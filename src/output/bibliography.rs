//! Every source of a site, once, with the posts that cite it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use tera::Value;

use crate::content::Source;
use crate::site::{Page, Site};
use crate::template::context::{self, map};

/// The sources by label, each with the pages that cite it, newest first.
pub(super) fn collect(site: &Site) -> Vec<Value> {
    let pages: Vec<&Page> = site.all_pages().filter(|page| !page.document.front.sources.is_empty()).collect();
    let name = |page: &&'_ Page| page.document.front.sources.iter().map(identity).collect::<Vec<_>>();
    let names: Vec<Vec<Identity>> = pages.par_iter().with_min_len(64).map(name).collect();
    let mut all: BTreeMap<Identity, (&Source, Vec<&Page>)> = BTreeMap::new();
    for (page, names) in pages.into_iter().zip(names) {
        for (source, name) in page.document.front.sources.iter().zip(names) {
            let (_, pages) = all.entry(name).or_insert_with(|| (source, Vec::new()));
            if !pages.last().is_some_and(|last| std::ptr::eq(*last, page)) {
                pages.push(page);
            }
        }
    }
    let all: Vec<(&Source, Vec<&Page>)> = all.into_values().collect();
    all.into_par_iter().with_min_len(64).map(|(source, pages)| entry(site, source, &pages)).collect()
}

fn entry(site: &Site, source: &Source, pages: &[&Page]) -> Value {
    let cited_by = pages
        .iter()
        .map(|page| Value::from(map! { "title" => page.full_title.as_str(), "url" => site.href(&page.permalink) }));
    let mut record = context::source(source);
    record.extend(map! { "cited_by" => cited_by.collect::<Vec<_>>() });
    Value::from(record)
}

type Identity = (String, String);

/// Two records are one source when they are named alike and lead to the same place.
fn identity(source: &Source) -> Identity {
    (source.label().to_lowercase(), source.link().unwrap_or_default())
}
