//! Links between files, kept right when files get other names.

use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::edit::TextEdit;
use super::moves::Moves;
use crate::config::MarkdownConfig;
use crate::content::Document;
use crate::diagnostics::Diagnostic;
use crate::markdown::{WrittenLink, relative_to, written_links};
use crate::source::{SourceText, SourceTree, join, parent};

/// The links and pictures of a document that would lead elsewhere when all files have
/// their new names.
///
/// # Errors
/// At a link that is written in a way that cannot be changed safely.
pub(super) fn edits(
    document: &Document,
    source: &SourceText,
    tree: &SourceTree,
    moves: &Moves,
    config: &MarkdownConfig,
) -> Result<Vec<TextEdit>, Box<Diagnostic>> {
    let links = written_links(&source.text, document.body_start..source.text.len(), config);
    let changed = links.iter().filter_map(|link| {
        let target = Target::of(&source.path, &link.path()?, tree, moves)?;
        Some((link, target))
    });
    changed.map(|(link, target)| edit(link, &target, source)).collect()
}

fn edit(link: &WrittenLink, target: &Target, source: &SourceText) -> Result<TextEdit, Box<Diagnostic>> {
    let Some(range) = link.place.clone() else {
        let message = format!("this link to `{}` cannot be changed as it is written", link.destination);
        let help = "write it as [text](path), and run the command again";
        return Err(Box::new(Diagnostic::error("link-form", message).at(source.span(link.whole.clone())).help(help)));
    };
    let new = link.rewritten(|path| {
        let has_codes = path.contains('%');
        target.path_in_place_of(path, |name| encode(name, has_codes, link.in_brackets))
    });
    Ok(TextEdit { range, new })
}

/// A file that a relative path does not lead to any more when all have their new names.
#[derive(Debug)]
pub(super) struct Target {
    /// The folder in which the path is written, afterwards.
    from: String,
    old: String,
    new: String,
}

impl Target {
    /// What a relative path in a file leads to; nothing when it stays right or leads nowhere.
    pub(super) fn of(file: &Arc<str>, path: &str, tree: &SourceTree, moves: &Moves) -> Option<Self> {
        let old = join(parent(file), path).filter(|old| tree.contains(old))?;
        let (new, from) = (moves.of(&old), parent(&moves.of(file)).to_owned());
        (join(&from, path).as_ref() != Some(&new)).then_some(Self { from, old, new })
    }

    /// The path with as much of it as possible as it was; `encode` writes a name.
    pub(super) fn path_in_place_of(&self, written: &str, encode: impl Fn(&str) -> String) -> String {
        let mut segments: Vec<String> = written.split('/').map(str::to_owned).collect();
        let names = self.old.rsplit('/').zip(self.new.rsplit('/'));
        for (segment, (old, new)) in segments.iter_mut().rev().zip(names) {
            if old != new && decode(segment) == old {
                *segment = encode(new);
            }
        }
        let kept = segments.join("/");
        if join(&self.from, &decode(&kept)).as_ref() == Some(&self.new) {
            return kept;
        }
        let whole = relative_to(&self.from, &self.new);
        whole.split('/').map(encode).collect::<Vec<_>>().join("/")
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A name as it stands in a destination: what would end the path or begin a scheme is
/// percent-encoded, and every letter beyond ASCII where the path had such codes.
fn encode(name: &str, has_codes: bool, in_brackets: bool) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let is_plain = match c {
            '%' | '#' | '?' | ':' => false,
            ' ' => in_brackets,
            c => !c.is_ascii_control() && (c.is_ascii() || !has_codes),
        };
        if is_plain {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            out.extend(c.encode_utf8(&mut bytes).bytes().map(percent_encoding::percent_encode_byte));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const OLD: &str = "content/posts/2026-01-06-cbt.md";

    /// The text of a file when a post has another date or another slug.
    fn rewritten(path: &str, text: &str, moved: &str, slug: &str) -> String {
        let others = [("content/posts/pic.png", ""), ("content/posts/2026-01-06-a b/ü.png", "")];
        let tree = SourceTree::from_texts([(OLD, ""), (moved, ""), (path, text)].into_iter().chain(others));
        let mut moves = Moves::default();
        let document = |path: &str| Document::read(tree.text(path).expect("there")).value;
        moves.add(&document(moved), Some(date(2026, 1, 13)), Some(slug));
        let source = tree.text(path).expect("there");
        let edits = edits(&document(path), source, &tree, &moves, &MarkdownConfig::default()).expect("plain links");
        super::super::edit::applied(&source.text, &edits)
    }

    #[test]
    fn a_link_keeps_its_form() {
        let links = [
            ("[a](2026-01-06-cbt.md)", "[a](2026-01-13-dbt.md)"),
            (
                "[a](./2026-01-06-cbt.md?x#y \"2026-01-06-cbt.md\")",
                "[a](./2026-01-13-dbt.md?x#y \"2026-01-06-cbt.md\")",
            ),
            ("[a](<../posts/2026-01-06-cbt.md>)", "[a](<../posts/2026-01-13-dbt.md>)"),
            ("[a](2026%2D01-06-cbt.md)", "[a](2026-01-13-dbt.md)"),
            ("[a]\n\n[a]: 2026-01-06-cbt.md#x", "[a]\n\n[a]: 2026-01-13-dbt.md#x"),
            ("![p](pic.png) `[a](2026-01-06-cbt.md)`", "![p](pic.png) `[a](2026-01-06-cbt.md)`"),
            ("[a](/posts/2026-01-06-cbt.md) [b](nowhere.md)", "[a](/posts/2026-01-06-cbt.md) [b](nowhere.md)"),
        ];
        for (old, new) in links {
            assert_eq!(rewritten("content/posts/b.md", old, OLD, "dbt"), new);
        }
        assert_eq!(rewritten(OLD, "[self](2026-01-06-cbt.md#a)", OLD, "dbt"), "[self](2026-01-13-dbt.md#a)");
        assert_eq!(
            rewritten("content/series/s.md", "[a](../posts/2026-01-06-cbt.md)", OLD, "dbt"),
            "[a](../posts/2026-01-13-dbt.md)"
        );
    }

    #[test]
    fn what_lies_in_a_bundle_is_linked_by_its_folder() {
        let bundle = "content/posts/2026-01-06-a b/index.md";
        let other = |text: &str, slug: &str| rewritten("content/posts/b.md", text, bundle, slug);
        assert_eq!(other("[a](2026-01-06-a%20b/index.md#x)", "c d"), "[a](2026-01-13-c%20d/index.md#x)");
        assert_eq!(other("![a](<2026-01-06-a b/%C3%BC.png>)", "c: d"), "![a](<2026-01-13-c%3A d/%C3%BC.png>)");
        assert_eq!(other("![a](<2026-01-06-a b/%C3%BC.png>)", "é"), "![a](<2026-01-13-%C3%A9/%C3%BC.png>)");
        let inside = "[b](../2026-01-06-cbt.md) ![p](ü.png) [me](../2026-01-06-a%20b/index.md)";
        assert_eq!(
            rewritten(bundle, inside, bundle, "c"),
            "[b](../2026-01-06-cbt.md) ![p](ü.png) [me](../2026-01-13-c/index.md)"
        );
    }
}
