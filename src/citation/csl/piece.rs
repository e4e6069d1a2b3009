//! What hayagriva made, in pieces that know where they came from.

use hayagriva::citationberg::{FontStyle, FontVariant, FontWeight, VerticalAlign};
use hayagriva::{ElemChild, ElemChildren, ElemMeta, Formatted};
use serde::{Deserialize, Serialize};

use crate::citation::run::tidy;
use crate::citation::{Item, Run};

/// A piece of what hayagriva made, with where it came from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Piece {
    pub(super) run: Run,
    /// Names of a source's authors.
    pub(super) is_name: bool,
}

/// A part of a citation before the author's own words are put around it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum RawPart {
    Between(Vec<Piece>),
    /// What names the item at this place of its cluster.
    Item(usize, Vec<Piece>),
}

/// What hayagriva made of a text: its citations and references.
pub(super) type Raw = (Vec<Vec<RawPart>>, Vec<(usize, Vec<Run>)>);

pub(super) fn raw_parts(made: &ElemChildren, count: usize) -> Vec<RawPart> {
    let part = |child: &ElemChild| {
        let mut pieces = Vec::new();
        match child {
            ElemChild::Elem(elem) => {
                flatten(&elem.children, false, &mut pieces);
                match elem.meta {
                    Some(ElemMeta::Entry(at)) if at < count => RawPart::Item(at, pieces),
                    _ => RawPart::Between(pieces),
                }
            }
            other => {
                flatten(&ElemChildren(vec![other.clone()]), false, &mut pieces);
                RawPart::Between(pieces)
            }
        }
    };
    made.0.iter().map(part).collect()
}

pub(super) fn runs(pieces: Vec<Piece>) -> Vec<Run> {
    pieces.into_iter().map(|piece| piece.run).collect()
}

pub(super) fn flatten(children: &ElemChildren, in_names: bool, out: &mut Vec<Piece>) {
    for child in &children.0 {
        match child {
            ElemChild::Text(text) => out.push(piece(text, None, in_names)),
            ElemChild::Link { text, url } => out.push(piece(text, safe(url), in_names)),
            ElemChild::Markup(text) => out.push(Piece { run: Run::plain(text.clone()), is_name: in_names }),
            ElemChild::Elem(elem) => {
                let is_names = in_names || matches!(elem.meta, Some(ElemMeta::Names(_)));
                let mut children = elem.children.clone();
                if is_names
                    && matches!(children.0.first(), Some(ElemChild::Text(label)) if label.text.starts_with(", "))
                {
                    children.0.rotate_left(1);
                }
                flatten(&children, is_names, out);
            }
            ElemChild::Transparent { .. } => {}
        }
    }
}

pub(super) fn piece(text: &Formatted, link: Option<String>, is_name: bool) -> Piece {
    let look = &text.formatting;
    let run = Run {
        text: text.text.clone(),
        italic: look.font_style == FontStyle::Italic,
        bold: look.font_weight == FontWeight::Bold,
        small_caps: look.font_variant == FontVariant::SmallCaps,
        raised: look.vertical_align == VerticalAlign::Sup,
        link,
    };
    Piece { run, is_name }
}

/// An address as a link may have it.
pub(super) fn safe(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// The names stay where the style prints nothing else: a citation must be seen.
pub(super) fn without_names(pieces: Vec<Piece>) -> Vec<Piece> {
    let has_names = pieces.iter().any(|piece| piece.is_name);
    let mut rest: Vec<Piece> = pieces.iter().filter(|piece| !piece.is_name).cloned().collect();
    if !rest.iter().any(|piece| piece.run.text.contains(char::is_alphanumeric)) {
        return pieces;
    }
    if has_names {
        drop_lead(&mut rest);
    }
    rest
}

/// Takes away the comma and the space that stood behind the names.
pub(super) fn drop_lead(pieces: &mut Vec<Piece>) {
    for piece in pieces.iter_mut() {
        let bracket = piece.run.text.starts_with(['(', '[']);
        if bracket {
            let (open, rest) = piece.run.text.split_at(1);
            piece.run.text = format!("{open}{}", rest.trim_start_matches([',', ' ']));
            if piece.run.text.len() > 1 {
                break;
            }
            continue;
        }
        piece.run.text = piece.run.text.trim_start_matches([',', ' ', ';', ':']).to_owned();
        if !piece.run.text.is_empty() {
            break;
        }
    }
    pieces.retain(|piece| !piece.run.text.is_empty());
}

/// With the words that the author wrote before and after it.
pub(super) fn framed(item: &Item, pieces: Vec<Piece>) -> Vec<Run> {
    let mut shown: Vec<Run> = Vec::new();
    if !item.prefix.is_empty() {
        shown.push(Run::plain(format!("{} ", item.prefix)));
    }
    shown.extend(runs(pieces));
    if !item.suffix.is_empty() {
        let gap = if item.suffix.starts_with([',', '.', ';', ':']) { "" } else { " " };
        shown.push(Run::plain(format!("{gap}{}", item.suffix)));
    }
    tidy(shown)
}

pub(super) fn trimmed(mut runs: Vec<Run>) -> Vec<Run> {
    if let Some(first) = runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = runs.last_mut() {
        last.text = last.text.trim_end().to_owned();
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}
