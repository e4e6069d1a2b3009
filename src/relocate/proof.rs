//! A move is tried in memory: what would be wrong after it and is not before.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::moves::Moves;
use crate::build::{Builder, Request};
use crate::diagnostics::Diagnostic;
use crate::site::Instant;
use crate::source::SourceTree;

/// The diagnostics that a move brings, of the site as readers have it and of the one with
/// all that is not out yet, sorted by place.
pub(super) fn new_diagnostics(
    before: &SourceTree,
    after: &SourceTree,
    moves: &Moves,
    builder: &mut Builder,
    now: Timestamp,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for shown in [true, false] {
        let request = Request { url: None, instant: Instant { now, drafts: shown, future: shown } };
        let old = builder.build(before, &request).diagnostics;
        let new = builder.build(after, &request).diagnostics;
        found.extend(unlike(old, new, moves));
    }
    found.sort();
    found.dedup();
    found
}

/// Those of the new ones that are none of the old ones at another line or in other words.
fn unlike(old: Vec<Diagnostic>, new: Vec<Diagnostic>, moves: &Moves) -> Vec<Diagnostic> {
    let mut known: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
    for one in old {
        let path = one.span.map(|span| moves.of(&span.path)).unwrap_or_default();
        known.entry((path, one.code)).or_default().push(one.message);
    }
    let path = |one: &Diagnostic| one.span.as_ref().map(|span| span.path.to_string()).unwrap_or_default();
    let mut told = |one: &Diagnostic, is_same: &dyn Fn(&String) -> bool| {
        let messages = known.get_mut(&(path(one), one.code))?;
        Some(messages.remove(messages.iter().position(is_same)?))
    };
    let rest: Vec<Diagnostic> =
        new.into_iter().filter(|one| told(one, &|message| *message == one.message).is_none()).collect();
    rest.into_iter().filter(|one| told(one, &|_| true).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Span;

    #[test]
    fn what_is_told_before_is_not_new() {
        let at = |path: &str, line, code, message: &str| {
            Diagnostic::error(code, message).at(Span { line, ..Span::file(path) })
        };
        let old = vec![at("a", 1, "x", "m"), at("a", 2, "x", "names a"), at("b", 1, "y", "m")];
        let new = vec![at("a", 4, "x", "names c"), at("a", 3, "x", "m"), at("a", 9, "x", "more"), at("b", 1, "z", "m")];
        let found = unlike(old, new.clone(), &Moves::default());
        assert_eq!(found, [new[2].clone(), new[3].clone()]);
    }
}
