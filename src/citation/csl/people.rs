//! Names in a text: short ones, those that are alike, and those in a sentence.

use std::sync::Arc;

use super::item::disguise;
use super::piece::{Piece, RawPart};
use crate::citation::Cluster;
use crate::content::{Name, Source};

/// A body's name in full where it is first mentioned, then short
/// (APA 7, section 8.21: "American Psychological Association [APA], 2019").
pub(super) struct ShortNames {
    /// By source: the name, the short name, its place among the names.
    known: Vec<Option<(String, String, usize)>>,
    /// By name: how many mentions are to come, and whether one was.
    mentions: Vec<(usize, bool)>,
}

impl ShortNames {
    pub(super) fn new(sources: &[Arc<Source>], clusters: &[Cluster]) -> Self {
        let mut all: Vec<String> = Vec::new();
        let known: Vec<_> = sources
            .iter()
            .map(|source| {
                let body = source.organisation.as_ref().filter(|_| source.authors.is_empty())?;
                let short = body.short.clone()?;
                let at = all.iter().position(|name| *name == body.name).unwrap_or_else(|| {
                    all.push(body.name.clone());
                    all.len() - 1
                });
                Some((body.name.clone(), short, at))
            })
            .collect();
        let mut mentions = vec![(0, false); all.len()];
        for item in clusters.iter().flat_map(|cluster| &cluster.items).filter(|item| !item.is_author_suppressed) {
            if let Some((_, _, at)) = &known[item.source] {
                mentions[*at].0 += 1;
            }
        }
        Self { known, mentions }
    }

    /// The short name that this mention introduces (`Err`) or is (`Ok`); `None` when the
    /// name stands as it is.
    fn next(&mut self, source: usize) -> Option<(String, Result<String, String>)> {
        let (name, short, at) = self.known[source].as_ref()?;
        let (left, seen) = &mut self.mentions[*at];
        *left = left.saturating_sub(1);
        let was_seen = std::mem::replace(seen, true);
        match (was_seen, *left) {
            (true, _) => Some((name.clone(), Ok(short.clone()))),
            (false, 0) => None,
            (false, _) => Some((name.clone(), Err(short.clone()))),
        }
    }

    pub(super) fn shorten(&mut self, source: usize, pieces: &mut [Piece]) {
        let Some((name, short)) = self.next(source) else { return };
        let shown = short.unwrap_or_else(|short| format!("{name} [{short}]"));
        replace_name(pieces, &name, &shown);
    }

    /// The short name to introduce in the brackets behind the name.
    pub(super) fn shorten_narrative(&mut self, source: usize, pieces: &mut [Piece]) -> Option<String> {
        let (name, short) = self.next(source)?;
        match short {
            Ok(short) => {
                replace_name(pieces, &name, &short);
                None
            }
            Err(short) => Some(short),
        }
    }
}

fn replace_name(pieces: &mut [Piece], name: &str, shown: &str) {
    let name = &*disguise(name, "&");
    for piece in pieces.iter_mut().filter(|piece| piece.is_name) {
        piece.run.text = piece.run.text.replace(name, shown);
    }
}

/// The names where the style's citations have none.
pub(super) fn names_in_sentence(source: &Source, and: &str) -> String {
    let families: Vec<&str> = source.authors.iter().map(Name::family).collect();
    match families.as_slice() {
        [] => {
            let body = source.organisation.as_ref().map(|one| one.name.clone());
            body.or_else(|| source.title.clone()).unwrap_or_default()
        }
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} {and} {two}"),
        [first, ..] => format!("{first} et al."),
    }
}

/// First authors of one surname who are two people are named with their initials
/// (APA 7, section 8.20). hayagriva does so only where a citation would be ambiguous.
pub(super) fn tell_people_apart(sources: &[Arc<Source>], clusters: &[Cluster], raw: &mut [Vec<RawPart>]) {
    let first = |source: &Arc<Source>| match source.authors.first() {
        Some(Name::Person { family, given }) if !given.is_empty() => Some((family.clone(), initials(given))),
        _ => None,
    };
    let all: Vec<_> = sources.iter().map(first).collect();
    for (cluster, parts) in clusters.iter().zip(raw) {
        for part in parts {
            let RawPart::Item(at, pieces) = part else { continue };
            let Some((family, own)) = &all[cluster.items[*at].source] else { continue };
            let is_shared = all.iter().flatten().any(|(other, given)| other == family && given != own);
            let named = pieces.iter_mut().find(|piece| piece.is_name);
            if let Some(piece) = named.filter(|piece| is_shared && piece.run.text.starts_with(family.as_str())) {
                piece.run.text.insert_str(0, &format!("{own} "));
            }
        }
    }
}

/// "Mary-Ann B." as "M.-A. B."
fn initials(given: &str) -> String {
    let given = given.split(", ").next().unwrap_or_default();
    let initial = |part: &str| part.chars().next().map(|c| format!("{c}."));
    let words = given.split_whitespace().map(|word| word.split('-').filter_map(initial).collect::<Vec<_>>().join("-"));
    words.collect::<Vec<_>>().join(" ")
}
