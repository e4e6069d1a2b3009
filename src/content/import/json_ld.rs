//! What a web page says of itself in schema.org's words, as JSON-LD.

use serde_json::{Map, Value};

use super::html::unescaped;
use super::person::{people, turned_person};
use crate::content::source::{Name, PartialDate, Source, WorkKind, bare_doi};

type Node = Map<String, Value>;

/// The types that a page's main thing may have, the ones that say most first. What the
/// page itself is comes last: it may be about one of the others.
const TYPES: [(&str, Option<WorkKind>); 21] = [
    ("ScholarlyArticle", Some(WorkKind::Article)),
    ("MedicalScholarlyArticle", Some(WorkKind::Article)),
    ("MedicalGuideline", Some(WorkKind::Guideline)),
    ("NewsArticle", Some(WorkKind::News)),
    ("ReportageNewsArticle", Some(WorkKind::News)),
    ("AnalysisNewsArticle", Some(WorkKind::News)),
    ("OpinionNewsArticle", Some(WorkKind::News)),
    ("Report", Some(WorkKind::Report)),
    ("Chapter", Some(WorkKind::Chapter)),
    ("Book", Some(WorkKind::Book)),
    ("PodcastEpisode", Some(WorkKind::Podcast)),
    ("BlogPosting", None),
    ("Article", None),
    ("TechArticle", None),
    ("MedicalWebPage", None),
    ("VideoObject", Some(WorkKind::Video)),
    ("WebPage", None),
    ("AboutPage", None),
    ("FAQPage", None),
    ("ItemPage", None),
    ("CreativeWork", None),
];

/// A chain of parts and wholes is no longer: article, issue, volume, journal.
const DEPTH: usize = 4;

/// What the scripts of a page say; nothing when they say nothing of a work.
pub(super) fn read(scripts: &[String]) -> Source {
    let values: Vec<Value> = scripts.iter().filter_map(|script| serde_json::from_str(script.trim()).ok()).collect();
    let mut graph = Graph { nodes: Vec::new() };
    for value in &values {
        graph.collect(value);
    }
    graph.main().map(|(node, kind)| graph.source(node, kind)).unwrap_or_default()
}

struct Graph<'j> {
    nodes: Vec<&'j Node>,
}

impl<'j> Graph<'j> {
    fn collect(&mut self, value: &'j Value) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.collect(one)),
            Value::Object(node) => {
                self.nodes.push(node);
                ["@graph", "mainEntity"]
                    .into_iter()
                    .filter_map(|key| node.get(key))
                    .for_each(|inner| self.collect(inner));
            }
            _ => {}
        }
    }

    fn main(&self) -> Option<(&'j Node, Option<WorkKind>)> {
        let ranked = self.nodes.iter().filter_map(|node| {
            let rank = TYPES.iter().position(|(name, _)| types(node).any(|found| found == *name))?;
            Some((rank, *node))
        });
        ranked.min_by_key(|(rank, _)| *rank).map(|(rank, node)| (node, TYPES[rank].1))
    }

    /// The node that a mere `@id` stands for.
    fn follow(&self, value: &'j Value) -> Option<&'j Node> {
        let node = match value {
            Value::Array(all) => all.first()?.as_object()?,
            one => one.as_object()?,
        };
        let is_told = node.contains_key("name") || node.contains_key("familyName");
        let Some(id) = node.get("@id").filter(|_| !is_told) else { return Some(node) };
        let told = self.nodes.iter().find(|other| other.get("@id") == Some(id) && other.contains_key("name"));
        Some(told.copied().unwrap_or(node))
    }

    fn source(&self, node: &'j Node, kind: Option<WorkKind>) -> Source {
        let get = |keys: &[&str]| keys.iter().find_map(|key| text(node.get(*key)?));
        let date = |key: &str| get(&[key]).and_then(|text| PartialDate::parse(&text));
        let publisher = ["publisher", "sourceOrganization"].into_iter().find_map(|key| self.name_of(node.get(key)?));
        let whole = self.whole(node);
        let mut source = Source {
            kind,
            authors: self.names(node, &["author", "creator"]),
            editors: self.names(node, &["editor"]),
            title: get(&["headline", "name"]),
            publisher,
            volume: whole.volume.or_else(|| get(&["volumeNumber"])),
            issue: whole.issue,
            number: get(&["episodeNumber", "reportNumber"]),
            pages: get(&["pagination"]).map(|pages| pages.replace('-', "–")),
            url: get(&["url"]).or_else(|| id(node.get("mainEntityOfPage")?)),
            doi: self.doi(node),
            isbn: get(&["isbn"]),
            published: date("datePublished").or_else(|| date("uploadDate")),
            updated: date("dateModified"),
            language: get(&["inLanguage"]),
            ..Source::default()
        };
        match kind {
            None | Some(WorkKind::Video) => source.site = whole.name,
            _ => source.container = whole.name,
        }
        source
    }

    fn names(&self, node: &'j Node, keys: &[&str]) -> Vec<Name> {
        let Some(value) = keys.iter().find_map(|key| node.get(*key)) else { return Vec::new() };
        let all = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        all.iter().flat_map(|one| self.name(one)).collect()
    }

    fn name(&self, value: &'j Value) -> Vec<Name> {
        if let Value::String(text) = value {
            return people(&unescaped(text));
        }
        let Some(node) = self.follow(value) else { return Vec::new() };
        let get = |key: &str| node.get(key).and_then(text);
        if let Some(family) = get("familyName") {
            return vec![Name::Person { family, given: get("givenName").unwrap_or_default() }];
        }
        let Some(name) = get("name") else { return Vec::new() };
        match types(node).next() {
            Some("Person") if name.contains(',') => people(&name),
            Some("Person") => vec![turned_person(&name)],
            Some(_) => vec![Name::Literal(name)],
            None => people(&name),
        }
    }

    fn name_of(&self, value: &'j Value) -> Option<String> {
        text(value).or_else(|| text(self.follow(value)?.get("name")?))
    }

    /// What the work is a part of.
    fn whole(&self, node: &'j Node) -> Whole {
        let mut whole = Whole::default();
        let mut at = ["isPartOf", "partOfSeries"].into_iter().find_map(|key| node.get(key));
        for _ in 0..DEPTH {
            let Some(node) = at.and_then(|value| self.follow(value)) else { break };
            whole.volume = whole.volume.or_else(|| text(node.get("volumeNumber")?));
            whole.issue = whole.issue.or_else(|| text(node.get("issueNumber")?));
            let is_numbered =
                types(node).any(|name| matches!(name, "PublicationVolume" | "PublicationIssue" | "WebPage"));
            if !is_numbered {
                whole.name = whole.name.or_else(|| text(node.get("name")?));
            }
            at = node.get("isPartOf");
        }
        whole
    }

    fn doi(&self, node: &'j Node) -> Option<String> {
        let of = |value: &'j Value| {
            let node = self.follow(value);
            let text = text(value).or_else(|| text(node?.get("value")?));
            text.and_then(|text| bare_doi(&text))
        };
        let values = ["doi", "identifier", "sameAs", "@id"].into_iter().filter_map(|key| node.get(key));
        values
            .flat_map(|value| value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice))
            .find_map(of)
    }
}

#[derive(Default)]
struct Whole {
    name: Option<String>,
    volume: Option<String>,
    issue: Option<String>,
}

fn types(node: &Node) -> impl Iterator<Item = &str> {
    let value = node.get("@type");
    let all =
        value.map_or(&[][..], |value| value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice));
    all.iter().filter_map(Value::as_str).map(|name| name.rsplit(['/', ':']).next().unwrap_or(name))
}

fn id(value: &Value) -> Option<String> {
    text(value).or_else(|| text(value.get("@id")?))
}

/// Many programs escape what they write there as if it were HTML.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => unescaped(text),
        Value::Number(number) => number.to_string(),
        Value::Array(all) => return all.first().filter(|one| !one.is_array()).and_then(text),
        Value::Object(object) => return object.get("@value").filter(|one| one.is_string()).and_then(text),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
