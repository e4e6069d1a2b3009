//! Where things stand in front matter: the parser tells no places.

use std::ops::Range;

/// The name of a top-level field.
pub(super) fn find_field(text: &str, head: &Range<usize>, field: &str) -> Option<Range<usize>> {
    let key = format!("{field}:");
    let within = &text[head.clone()];
    let begins_line = |at: usize| head.start + at == 0 || text[..head.start + at].ends_with('\n');
    let at = within.match_indices(&key).map(|(at, _)| at).find(|at| begins_line(*at))?;
    Some(head.start + at..head.start + at + field.len())
}

/// A value within a top-level field, as it is written.
pub(super) fn find_value(text: &str, head: &Range<usize>, field: &str, value: &str) -> Option<Range<usize>> {
    let after = find_field(text, head, field)?.end + 1;
    let at = after + text[after..head.end].find(value).filter(|_| !value.is_empty())?;
    Some(at..at + value.len())
}
