//! Citations in a text, and its references.
//!
//! A style can only set citations when all of them are known, so each leaves a mark in
//! the HTML while the text is written, and the marks are filled at the end, in the order
//! in which they are read.

use std::fmt::Write as _;
use std::ops::{Deref, Range};
use std::sync::Arc;

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Parser, Tag};
use rustc_hash::{FxHashMap, FxHashSet};

use super::escape;
use super::html::{Filling, push_text};
use super::writer::{Events, Writer, matching};
use crate::citation::syntax::{self, Named};
use crate::citation::{self, Cluster, Item, Part, Set};
use crate::content::{Source, slugify};
use crate::diagnostics::Diagnostic;

/// The destination of what is a citation and no link.
const MARK: &str = "weeknotes:citation";

/// An entry of a text's references.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// What it says.
    pub source: Arc<Source>,
    /// The id of its element.
    pub id: String,
    /// As the style sets it.
    pub html: String,
    /// The words alone.
    pub text: String,
    /// Its number, in a style that counts.
    pub number: Option<usize>,
    /// The ids of the places that cite it, in the order they are read.
    pub cited_at: Vec<String>,
}

/// The citations of a text, while it is written.
#[derive(Default)]
pub(super) struct Cited {
    sources: Vec<Arc<Source>>,
    by_key: FxHashMap<String, usize>,
    clusters: Vec<Cluster>,
}

impl Cited {
    pub(super) fn new(listed: Vec<Arc<Source>>) -> Self {
        let by_key = listed.iter().enumerate().filter_map(|(at, source)| Some((source.id.clone()?, at))).collect();
        Self { sources: listed, by_key, clusters: Vec::new() }
    }
}

/// Where a shortcut reference that has no definition leads: nowhere, unless all of it is
/// a citation. Inside the brackets of another link it is text.
pub(super) fn broken_link<'t>(
    link: &BrokenLink<'_>,
    links: &impl Deref<Target = Vec<Range<usize>>>,
    text: &str,
) -> Option<(CowStr<'t>, CowStr<'t>)> {
    let is_inside = || {
        may_be_inside(&text[link.span.end..])
            && links.iter().any(|range| range.start < link.span.start && link.span.end < range.end)
    };
    let is_citation = link.link_type == LinkType::Shortcut
        && syntax::parse(&link.reference).is_some()
        && !is_inside()
        && !is_destination(&text[..link.span.start]);
    is_citation.then(|| (MARK.into(), "".into()))
}

/// Whether brackets behind this text are the second half of `[text][label]`.
fn is_destination(before: &str) -> bool {
    let Some(before) = before.strip_suffix(']') else { return false };
    before.rfind('[').is_some_and(|open| syntax::parse(&before[open + 1..]).is_none())
}

/// Whether brackets may be open before this text that are closed in it as a link's are: no
/// link goes beyond the end of its paragraph.
fn may_be_inside(after: &str) -> bool {
    let end = after.find("\n\n").unwrap_or(after.len());
    ["](", "]["].iter().any(|close| after[..end].contains(close))
}

/// The links of a text, citations aside.
pub(super) fn links(text: &str, syntax: pulldown_cmark::Options) -> Vec<Range<usize>> {
    let links = Parser::new_ext(text, syntax).into_offset_iter();
    links
        .filter(|(event, _)| matches!(event, Event::Start(Tag::Link { .. } | Tag::Image { .. })))
        .map(|(_, range)| range)
        .collect()
}

impl Writer<'_> {
    /// A citation in brackets; `None` when the events are none.
    pub(super) fn bracketed(&mut self, tag: &Tag<'_>, range: &Range<usize>, events: &Events<'_>) -> Option<usize> {
        let Tag::Link { link_type: LinkType::ShortcutUnknown, dest_url, .. } = tag else { return None };
        if dest_url.as_ref() != MARK {
            return None;
        }
        let inside = range.start + 1..range.end - 1;
        let text = without_markers(&self.source.text[inside.clone()]);
        let named = syntax::parse(&text).unwrap_or_default();
        if !self.cite(&named, inside.start, false) {
            push_text(&mut self.html.text, &self.source.text[range.clone()]);
        }
        Some(matching(events) + 1)
    }

    /// Texts with `@key` in them, as sentences cite; returns how many events were used up.
    pub(super) fn narrative(&mut self, events: &Events<'_>, components: &[super::html::Html]) -> Option<usize> {
        let is_in_link = !self.open_links.is_empty();
        if !self.options.narrative || is_in_link {
            return None;
        }
        let is_text = |(event, _): &&(Event<'_>, Range<usize>)| matches!(event, Event::Text(_));
        let count = events.iter().take_while(is_text).count();
        let texts = &events[..count];
        if !texts.iter().any(|(event, _)| matches!(event, Event::Text(text) if text.contains('@'))) {
            return None;
        }
        let end = texts.last()?.1.end;
        let mut done = texts[0].1.start;
        for (event, range) in texts {
            let Event::Text(text) = event else { continue };
            let from = range.start.max(done);
            if from >= range.end {
                continue;
            }
            let raw = &self.source.text[range.clone()];
            if raw != text.as_ref() {
                self.text(text, components);
                continue;
            }
            done = self.narrative_in(from, range.end, end, components);
        }
        Some(count)
    }

    /// One text that stands in the source as it is; returns up to where it was used up.
    fn narrative_in(&mut self, from: usize, to: usize, limit: usize, components: &[super::html::Html]) -> usize {
        let mut done = from;
        let mut at = from;
        while let Some(found) = self.source.text[at..to].find('@').map(|found| at + found) {
            at = found + 1;
            let source = self.source;
            let before = &source.text[..found];
            if !syntax::can_begin(before) || ["\\", "\\[", "]["].iter().any(|lead| before.ends_with(lead)) {
                continue;
            }
            let Some((key, length)) = syntax::key(&source.text[found..limit]) else { continue };
            let mut end = found + length;
            let locator = source.text[end..limit].strip_prefix(" [").and_then(|rest| {
                let inside = rest.split_once(']')?.0;
                Some((syntax::locator(inside)?, inside.len()))
            });
            let locator = locator.map(|(locator, length)| {
                end += length + 3;
                locator
            });
            let named = Named {
                key,
                start: 1,
                prefix: String::new(),
                locator,
                suffix: String::new(),
                is_author_suppressed: false,
            };
            self.text(&source.text[done..found], components);
            if !self.cite(&[named], found, true) {
                self.text(&source.text[found..end], components);
            }
            done = end;
            at = end.min(to).max(at);
            if end >= to {
                return end;
            }
        }
        self.text(&self.source.text[done..to], components);
        to
    }

    /// Leaves the mark of a citation; `false` when nothing that it names is known.
    fn cite(&mut self, named: &[Named<'_>], start: usize, is_narrative: bool) -> bool {
        let items: Vec<Item> = named
            .iter()
            .filter_map(|one| {
                let source = self.cited_source(one, start)?;
                Some(Item {
                    source,
                    prefix: one.prefix.clone(),
                    locator: one.locator.clone(),
                    suffix: one.suffix.clone(),
                    is_author_suppressed: one.is_author_suppressed,
                })
            })
            .collect();
        if items.is_empty() {
            return false;
        }
        self.html.mark(self.cited.clusters.len());
        self.cited.clusters.push(Cluster { items, is_narrative });
        true
    }

    fn cited_source(&mut self, named: &Named<'_>, start: usize) -> Option<usize> {
        if let Some(at) = self.cited.by_key.get(named.key) {
            return Some(*at);
        }
        let Some(source) = self.resolver.links.source(named.key) else {
            self.unknown_source(named, start);
            return None;
        };
        let at = self.cited.sources.len();
        self.cited.sources.push(source);
        self.cited.by_key.insert(named.key.to_owned(), at);
        Some(at)
    }

    fn unknown_source(&mut self, named: &Named<'_>, start: usize) {
        let links = self.resolver.links;
        if !links.knows_all_sources() {
            return;
        }
        let place = start + named.start..start + named.start + named.key.len();
        let own = self.cited.by_key.keys().map(String::as_str);
        let near =
            crate::diagnostics::nearest(named.key, own).map(str::to_owned).or_else(|| links.nearest_source(named.key));
        let help = near.map_or_else(
            || {
                "add the record to content/sources.yaml or to the post's `sources:`; if it is no citation, write `\\@`"
                    .to_owned()
            },
            |near| format!("did you mean `@{near}`?"),
        );
        let message = format!("there is no source `{}`", named.key);
        self.resolver.report(Diagnostic::error("unknown-source", message).label("not found").help(help), &place);
    }

    /// Fills the marks, in the page as in feeds and in the `summary`, and lists the references.
    pub(super) fn end_citations(&mut self, summary: &mut Option<String>) -> Vec<Reference> {
        let Cited { sources, clusters, .. } = std::mem::take(&mut self.cited);
        if sources.is_empty() {
            return Vec::new();
        }
        let order = self.html.marks();
        let read: Vec<Cluster> = order.iter().map(|mark| clusters[*mark].clone()).collect();
        let set = self.resolver.links.set(&sources, &read);
        let mut references = self.references(&sources, &set);
        let texts: Vec<&str> = references.iter().map(|reference| reference.text.as_str()).collect();
        let texts: FxHashMap<usize, String> =
            set.references.iter().zip(texts).map(|(reference, text)| (reference.source, text.to_owned())).collect();
        let mut fillings: FxHashMap<usize, Filling> = FxHashMap::default();
        for (mark, parts) in order.into_iter().zip(&set.citations) {
            let filling = filling(parts, &set, &texts, &mut references);
            fillings.insert(mark, filling);
        }
        if let Some(summary) = summary {
            *summary =
                super::html::fill_text(summary, |mark| fillings.get(&mark).map(|filling| filling.summary.as_str()));
        }
        self.html.fill(|mark| fillings.remove(&mark));
        for reference in &references {
            self.ids.note(reference.id.clone());
        }
        references
    }

    fn references(&self, sources: &[Arc<Source>], set: &Set) -> Vec<Reference> {
        let mut taken = FxHashSet::default();
        let prefix = self.options.id_prefix;
        let entry = |reference: &citation::Reference| {
            let source = &sources[reference.source];
            let key = slugify(&source.key(), crate::config::Slugs::Ascii);
            let free = (1..)
                .map(|nth| if nth == 1 { format!("ref-{prefix}{key}") } else { format!("ref-{prefix}{key}-{nth}") });
            let id = free.into_iter().find(|id| taken.insert(id.clone())).expect("numbers do not end");
            Reference {
                source: Arc::clone(source),
                id,
                html: citation::html(&reference.runs),
                text: citation::text(&reference.runs),
                number: reference.number,
                cited_at: Vec::new(),
            }
        };
        set.references.iter().map(entry).collect()
    }
}

/// A citation that goes on over lines of a block quote, with blanks in place of their marks.
fn without_markers(text: &str) -> String {
    let line = |line: &str| {
        let rest = line.trim_start_matches(['>', ' ', '\t']);
        " ".repeat(line.len() - rest.len()) + rest
    };
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |whole, next| whole + "\n" + &line(next))
}

/// A citation as a page, a feed and a summary show it.
fn filling(parts: &[Part], set: &Set, texts: &FxHashMap<usize, String>, references: &mut [Reference]) -> Filling {
    let (mut page, mut feed, mut summary) = (String::from("<span class=\"citation\">"), String::new(), String::new());
    for part in parts {
        match part {
            Part::Between(runs) => {
                let html = citation::html(runs);
                page.push_str(&html);
                feed.push_str(&html);
                summary.push_str(&html);
            }
            Part::Item { source, runs } => {
                let html = citation::html(&unlinked(runs));
                summary.push_str(&html);
                let at = set.references.iter().position(|reference| reference.source == *source);
                let Some(reference) = at.and_then(|at| references.get_mut(at)) else {
                    page.push_str(&html);
                    feed.push_str(&html);
                    continue;
                };
                let nth = reference.cited_at.len() + 1;
                let id = format!("cite-{}-{nth}", reference.id.strip_prefix("ref-").unwrap_or(&reference.id));
                let target = escape(&reference.id);
                let (id_shown, text) = (escape(&id), escape(texts.get(source).map_or("", String::as_str)));
                write!(
                    page,
                    "<a class=\"cite\" id=\"{id_shown}\" href=\"#{target}\" role=\"doc-biblioref\" data-reference=\"{text}\">{html}</a>"
                )
                .expect("writing to a string never fails");
                write!(feed, "<a href=\"#{target}\">{html}</a>").expect("writing to a string never fails");
                reference.cited_at.push(id);
            }
        }
    }
    page.push_str("</span>");
    Filling { page, feed, summary }
}

/// A citation is a link already.
fn unlinked(runs: &[citation::Run]) -> Vec<citation::Run> {
    runs.iter().map(|run| citation::Run { link: None, ..run.clone() }).collect()
}
