//! Which files and folders get another name, and where everything is then.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::content::Document;
use crate::diagnostics::{Diagnostic, Span};
use crate::source::{SourceAsset, SourceText, SourceTree, parent};

/// Another name for a file or a folder, in the same folder as before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// Its path from the site's root.
    pub from: String,
    /// Its path afterwards. A folder that it lies in has its former name still.
    pub to: String,
}

/// New names, by the path of what has them. All are given at once.
#[derive(Debug, Default)]
pub(super) struct Moves {
    names: BTreeMap<String, String>,
}

impl Moves {
    /// Gives a post the name of another date or with another slug: its file, or its whole
    /// folder when it is a bundle.
    pub(super) fn add(&mut self, document: &Document, date: Option<Date>, slug: Option<&str>) {
        let new = name(document, date, slug);
        let (path, new) = match &document.bundle {
            Some(folder) => (folder.as_str(), new),
            None => (document.path().as_ref(), format!("{new}.md")),
        };
        if path.rsplit('/').next() != Some(new.as_str()) {
            self.names.insert(path.to_owned(), new);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The files and folders that get another name.
    pub(super) fn sources(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Where a file is when all have their new names.
    pub(super) fn of(&self, path: &str) -> String {
        if self.names.is_empty() {
            return path.to_owned();
        }
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let mut out = String::with_capacity(path.len() + 16);
        let mut start = 0;
        for end in ends {
            out.push_str(self.names.get(&path[..end]).map_or(&path[start..end], String::as_str));
            out.push_str(&path[end..(end + 1).min(path.len())]);
            start = end + 1;
        }
        out
    }

    /// The files with their new names.
    pub(super) fn applied_to(&self, tree: &SourceTree) -> SourceTree {
        let mut after = tree.clone();
        let parts = || self.sources();
        let texts: Vec<&SourceText> =
            parts().flat_map(|part| tree.text(part).into_iter().chain(tree.texts_under(part))).collect();
        let assets: Vec<&SourceAsset> =
            parts().flat_map(|part| tree.asset(part).into_iter().chain(tree.assets_under(part))).collect();
        for path in texts.iter().map(|text| &text.path).chain(assets.iter().map(|asset| &asset.path)) {
            after.remove(path);
        }
        for text in texts {
            after.insert_text(SourceText::new(self.of(&text.path), Arc::clone(&text.text)));
        }
        for asset in assets {
            after.insert_asset(asset.renamed(self.of(&asset.path)));
        }
        after
    }

    /// The new names, each free when those before it are given.
    ///
    /// # Errors
    /// When a name is taken.
    pub(super) fn in_order(&self, tree: &SourceTree) -> Result<Vec<Rename>, Vec<Diagnostic>> {
        let renames = self.names.iter().map(|(from, name)| Rename { from: from.clone(), to: beside(from, name) });
        // A folder's own name is the last that changes, so that the paths in it hold until then.
        let (mut left, mut ordered): (Vec<Rename>, Vec<Rename>) = (renames.collect(), Vec::new());
        left.sort_by_key(|rename| (Reverse(rename.from.matches('/').count()), rename.from.clone()));
        let is_free = |rename: &Rename, ordered: &[Rename]| {
            let was_there = tree.contains(&rename.to) || tree.paths_under(&rename.to).next().is_some();
            let is_given_up = ordered.iter().any(|done| done.from == rename.to);
            !self.is_wanted_twice(rename) && (!was_there || is_given_up)
        };
        while let Some(at) = left.iter().position(|rename| is_free(rename, &ordered)) {
            ordered.push(left.remove(at));
        }
        if left.is_empty() { Ok(ordered) } else { Err(left.iter().map(|rename| self.taken(rename)).collect()) }
    }

    fn is_wanted_twice(&self, rename: &Rename) -> bool {
        self.names.iter().filter(|(from, name)| beside(from, name) == rename.to).count() > 1
    }

    fn taken(&self, rename: &Rename) -> Diagnostic {
        let Rename { from, to } = rename;
        let why = if self.is_wanted_twice(rename) { "as another file would" } else { "which is there already" };
        Diagnostic::error("in-the-way", format!("{from} would become {to}, {why}"))
            .at(Span::file(from.as_str()))
            .help("choose another date or slug, or give the other file another name")
    }
}

/// The name of a post's file or folder, without an ending.
fn name(document: &Document, date: Option<Date>, slug: Option<&str>) -> String {
    let named = document.name_date.map(|named| date.unwrap_or(named));
    let is_date_alone = document.name_date.is_some_and(|named| named.to_string() == document.stem);
    let stem = slug.or((!is_date_alone).then_some(document.stem.as_str()));
    match (named, stem) {
        (Some(date), Some(stem)) => format!("{date}-{stem}"),
        (Some(date), None) => date.to_string(),
        (None, stem) => stem.unwrap_or(&document.stem).to_owned(),
    }
}

fn beside(path: &str, name: &str) -> String {
    let folder = parent(path);
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves(names: &[(&str, &str)]) -> Moves {
        Moves { names: names.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect() }
    }

    #[test]
    fn a_name_changes_where_its_date_and_its_slug_stand() {
        let date = Some(jiff::civil::date(2026, 1, 13));
        for (path, date, slug, expected) in [
            ("content/posts/2026-01-06-cbt.md", date, None, "2026-01-13-cbt"),
            ("content/posts/2026-01-06-cbt.md", None, Some("dbt"), "2026-01-06-dbt"),
            ("content/posts/2026-01-06.md", date, None, "2026-01-13"),
            ("content/posts/2026-01-06.md", None, Some("dbt"), "2026-01-06-dbt"),
            ("content/posts/cbt.md", date, Some("dbt"), "dbt"),
            ("content/posts/2026-01-06-cbt/index.md", date, Some("dbt"), "2026-01-13-dbt"),
        ] {
            let document = Document::read(&SourceText::new(path, "")).value;
            assert_eq!(name(&document, date, slug), expected);
        }
    }

    #[test]
    fn what_lies_in_a_folder_goes_with_it() {
        let moves = moves(&[("c/a", "b"), ("c/a/x.md", "y.md"), ("c/b", "d")]);
        for (path, expected) in [
            ("c/a/x.md", "c/b/y.md"),
            ("c/a/p/q.png", "c/b/p/q.png"),
            ("c/b/x.md", "c/d/x.md"),
            ("c/ab", "c/ab"),
            ("a", "a"),
        ] {
            assert_eq!(moves.of(path), expected);
        }
    }

    #[test]
    fn each_name_is_free_when_it_is_given() {
        let tree = SourceTree::from_texts([("c/1/index.md", ""), ("c/1/x.md", ""), ("c/2.md", ""), ("c/3.md", "")]);
        let order = |names: &[(&str, &str)]| {
            let shown =
                |renames: Vec<Rename>| renames.into_iter().map(|one| format!("{} {}", one.from, one.to)).collect();
            moves(names).in_order(&tree).map(shown).map_err(|taken| taken.len())
        };
        let ordered: Result<Vec<String>, usize> =
            order(&[("c/1", "0"), ("c/1/x.md", "y.md"), ("c/2.md", "3.md"), ("c/3.md", "4.md")]);
        assert_eq!(
            ordered,
            Ok(vec!["c/1/x.md c/1/y.md".into(), "c/1 c/0".into(), "c/3.md c/4.md".into(), "c/2.md c/3.md".into()])
        );
        assert_eq!(order(&[("c/2.md", "3.md")]), Err(1), "a file is there");
        assert_eq!(order(&[("c/2.md", "1")]), Err(1), "a folder is there");
        assert_eq!(order(&[("c/2.md", "4.md"), ("c/3.md", "4.md")]), Err(2), "both want it");
    }
}
