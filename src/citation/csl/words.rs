//! The words of a citation: the author's own around it, and its names in a sentence.

use std::sync::Arc;

use super::Csl;
use super::people::{ShortNames, names_in_sentence};
use super::piece::{Piece, RawPart, drop_lead, framed, runs, without_names};
use crate::citation::run::tidy;
use crate::citation::{Cluster, Item, Part, Run};
use crate::content::Source;

impl Csl {
    pub(super) fn citation(
        &self,
        cluster: &Cluster,
        made: Vec<RawPart>,
        sources: &[Arc<Source>],
        names: &mut ShortNames,
    ) -> Vec<Part> {
        if cluster.is_narrative
            && let [item] = cluster.items.as_slice()
        {
            return self.narrative(item, made, &sources[item.source], names);
        }
        let part = |part: RawPart| match part {
            RawPart::Between(pieces) => Part::Between(runs(pieces)),
            RawPart::Item(at, mut pieces) => {
                let item = &cluster.items[at];
                if item.is_author_suppressed {
                    pieces = without_names(pieces);
                } else {
                    names.shorten(item.source, &mut pieces);
                }
                Part::Item { source: item.source, runs: framed(item, pieces) }
            }
        };
        made.into_iter().map(part).collect()
    }

    /// "Yalom and Leszcz (2020, p. 3)": the names stand in the sentence, the rest in the
    /// style's own brackets.
    fn narrative(&self, item: &Item, made: Vec<RawPart>, source: &Source, names: &mut ShortNames) -> Vec<Part> {
        let pieces = made.into_iter().flat_map(|part| match part {
            RawPart::Between(pieces) | RawPart::Item(_, pieces) => pieces,
        });
        let (mut named, mut rest): (Vec<Piece>, Vec<Piece>) = pieces.partition(|piece| piece.is_name);
        let mut abbreviation = None;
        if named.is_empty() {
            named = vec![Piece { run: Run::plain(names_in_sentence(source, &self.and)), is_name: true }];
        } else {
            for piece in &mut named {
                piece.run.text = piece.run.text.replace('&', &self.and);
            }
            abbreviation = names.shorten_narrative(item.source, &mut named);
        }
        drop_lead(&mut rest);
        if let Some(last) = named.last_mut() {
            let text = last.run.text.trim_end();
            last.run.text = text
                .strip_suffix(",”")
                .map_or_else(|| text.trim_end_matches(',').to_owned(), |text| format!("{text}”"));
        }
        let mut shown = runs(named);
        if rest.iter().any(|piece| piece.run.text.contains(char::is_alphanumeric)) {
            if !rest[0].run.raised {
                shown.push(Run::plain(" "));
            }
            let open = rest.iter_mut().find(|piece| piece.run.text.ends_with('('));
            if let (Some(short), Some(open)) = (abbreviation, open) {
                open.run.text.extend([short.as_str(), ", "]);
            }
            shown.extend(runs(rest));
        }
        vec![Part::Item { source: item.source, runs: tidy(shown) }]
    }
}

/// Between works of one author stands a comma, unless the style says otherwise (CSL 1.0.2,
/// "Cite Collapsing"); hayagriva writes the delimiter of other sources there.
pub(super) fn join_years(sources: &[Arc<Source>], clusters: &[Cluster], raw: &mut [Vec<RawPart>]) {
    for (cluster, parts) in clusters.iter().zip(raw) {
        for at in 2..parts.len() {
            let (before, after) = parts.split_at_mut(at);
            let [.., RawPart::Item(first, _), RawPart::Between(between)] = before else { continue };
            let RawPart::Item(second, pieces) = &after[0] else { continue };
            let [first, second] = [first, second].map(|at| &sources[cluster.items[*at].source]);
            let is_one = (&first.authors, &first.organisation) == (&second.authors, &second.organisation);
            if is_one && !pieces.iter().any(|piece| piece.is_name) {
                for piece in between {
                    piece.run.text = piece.run.text.replace(';', ",");
                }
            }
        }
    }
}
