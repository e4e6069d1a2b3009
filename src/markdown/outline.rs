//! Headings: their ids and the table of contents.

use rustc_hash::FxHashMap;

use crate::config::Slugs;
use crate::site::slugify;

/// A heading in the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Heading {
    /// Its id.
    pub id: String,
    /// Its HTML, without links.
    pub title: String,
    /// 1 to 6.
    pub level: u8,
    /// The headings below it.
    pub children: Vec<Heading>,
}

/// Gives out ids, each only once. The same text gives the same id in every build, and
/// a second heading of the same words gets `-1`, as on GitHub.
#[derive(Debug, Default)]
pub(super) struct Ids {
    used: FxHashMap<String, usize>,
    order: Vec<String>,
}

impl Ids {
    pub(super) fn for_heading(&mut self, explicit: Option<&str>, text: &str, slugs: Slugs) -> String {
        let wanted = explicit.map_or_else(|| slugify(text, slugs), str::to_owned);
        let wanted = if wanted.is_empty() { "section".to_owned() } else { wanted };
        let mut id = wanted.clone();
        while self.used.contains_key(&id) {
            let count = self.used.entry(wanted.clone()).or_default();
            *count += 1;
            id = format!("{wanted}-{count}");
        }
        self.used.insert(id.clone(), 0);
        self.order.push(id.clone());
        id
    }

    pub(super) fn note(&mut self, id: String) {
        self.order.push(id);
    }

    pub(super) fn into_vec(self) -> Vec<String> {
        self.order
    }
}

/// Nests a flat list of headings by level. A level that is skipped is not invented.
pub(super) fn nest(flat: Vec<Heading>) -> Vec<Heading> {
    let mut open: Vec<Heading> = Vec::new();
    let mut done = Vec::new();
    for heading in flat {
        close(&mut open, &mut done, heading.level);
        open.push(heading);
    }
    close(&mut open, &mut done, 0);
    done
}

fn close(open: &mut Vec<Heading>, done: &mut Vec<Heading>, level: u8) {
    while open.last().is_some_and(|last| last.level >= level) {
        let Some(last) = open.pop() else { return };
        match open.last_mut() {
            Some(parent) => parent.children.push(last),
            None => done.push(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(level: u8) -> Heading {
        Heading { id: level.to_string(), title: String::new(), level, children: Vec::new() }
    }

    #[test]
    fn headings_nest_by_level() {
        let tree = nest([2, 3, 3, 2, 4].map(heading).to_vec());
        assert_eq!(tree.len(), 2);
        assert_eq!((tree[0].children.len(), tree[1].children.len()), (2, 1));
    }

    #[test]
    fn ids_never_repeat() {
        let mut ids = Ids::default();
        let made: Vec<String> =
            ["A", "A", "A 1", "A", "!"].iter().map(|text| ids.for_heading(None, text, Slugs::Ascii)).collect();
        assert_eq!(made, ["a", "a-1", "a-1-1", "a-2", "section"]);
    }
}
