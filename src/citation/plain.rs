//! The form of the founding blog: "American Psychological Association – Psychotherapy:
//! Understanding group therapy", the title a link.

use std::sync::Arc;

use super::{Cluster, Item, Part, Reference, Run, Set};
use crate::content::Source;

pub(super) fn set(sources: &[Arc<Source>], clusters: &[Cluster]) -> Set {
    let citations = clusters.iter().map(|cluster| citation(sources, cluster)).collect();
    let references = sources.iter().enumerate().map(|(at, source)| reference(at, source)).collect();
    Set { citations, references }
}

pub(super) fn reference(source: usize, record: &Source) -> Reference {
    let title = record.title.clone().unwrap_or_default();
    let link = record.link();
    let runs = if title.is_empty() {
        vec![Run { link, ..Run::plain(record.label()) }]
    } else {
        vec![Run::plain(record.lead()), Run { link, ..Run::plain(title) }]
    };
    Reference { source, number: None, runs: runs.into_iter().filter(|run| !run.text.is_empty()).collect() }
}

fn citation(sources: &[Arc<Source>], cluster: &Cluster) -> Vec<Part> {
    let between = |text: &str| Part::Between(vec![Run::plain(text)]);
    let mut parts = Vec::new();
    for (nth, item) in cluster.items.iter().enumerate() {
        let open = if cluster.is_narrative { "" } else { "(" };
        parts.push(between(if nth == 0 { open } else { "; " }));
        parts.push(Part::Item { source: item.source, runs: vec![Run::plain(name(&sources[item.source], item))] });
    }
    parts.push(between(if cluster.is_narrative { "" } else { ")" }));
    parts
}

fn name(source: &Source, item: &Item) -> String {
    let short = source.organisation.as_ref().map(|one| one.short.as_ref().unwrap_or(&one.name).clone());
    let families: Vec<&str> = source.authors.iter().map(crate::content::Name::family).collect();
    let by = match families.as_slice() {
        [] => short.or_else(|| source.title.clone()).unwrap_or_default(),
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        [first, ..] => format!("{first} and others"),
    };
    let year = source.published.or(source.updated).map(|date| date.year.to_string());
    let by = if item.is_author_suppressed { year.unwrap_or(by) } else { by };
    let lead = if item.prefix.is_empty() { String::new() } else { format!("{} ", item.prefix) };
    let place = item.locator.as_ref().map(|locator| format!(", {}", locator.shown())).unwrap_or_default();
    let gap = if item.suffix.is_empty() || item.suffix.starts_with([',', '.', ';', ':']) { "" } else { " " };
    format!("{lead}{by}{place}{gap}{}", item.suffix)
}
