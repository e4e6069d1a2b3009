//! Fields that mean something in another kind of file only.

use std::ops::Range;

use super::Kind;
use super::front_matter::FrontMatter;
use super::place::find_field;
use super::series_ref::SeriesOrder;
use crate::diagnostics::Diagnostic;
use crate::source::SourceText;

const OF_SERIES: [&str; 13] = [
    "description",
    "prefix",
    "order",
    "cadence",
    "starts",
    "ends",
    "pauses",
    "planned",
    "announce",
    "finished",
    "start_here",
    "seasons",
    "contract",
];

const OF_POSTS: [&str; 16] = [
    "id",
    "date",
    "updated",
    "series",
    "season",
    "next_week",
    "tags",
    "authors",
    "author",
    "summary",
    "sources",
    "draft",
    "aliases",
    "content_note",
    "template",
    "extra",
];

/// Tells of the fields that have no effect in this file. Whether a post has one of a series
/// is told by their values, since posts are many.
pub(super) fn tell(
    source: &SourceText,
    range: &Range<usize>,
    kind: Kind,
    front: &FrontMatter,
    has_more: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let (fields, of_what): (&[&str], _) = match kind {
        Kind::Series => (&OF_POSTS, "an instalment"),
        Kind::Post | Kind::Page if has_more || is_of_series(front) => (&OF_SERIES, "a whole series"),
        Kind::Post | Kind::Page => return,
    };
    for field in fields {
        let Some(place) = find_field(&source.text, range, field) else { continue };
        let message = format!("`{field}` says something of {of_what}, so it has no effect here");
        let help = match (kind, *field) {
            (Kind::Series, _) => "put it into the instalments, or take it out",
            (_, "description") => "what lists show of a post or page is its `summary`",
            _ => "put it into the series' file, content/series/<name>.md",
        };
        diagnostics.push(Diagnostic::warning("misplaced-field", message).at(source.span(place)).help(help));
    }
}

fn is_of_series(front: &FrontMatter) -> bool {
    let text = [&front.description, &front.start_here].iter().any(|field| field.is_some());
    let date = front.starts.is_some() || front.ends.is_some();
    let list = !front.pauses.is_empty() || !front.planned.is_empty() || !front.seasons.is_empty();
    let switch = front.prefix || front.announce || front.finished || front.order != SeriesOrder::default();
    text || date || list || switch
}
