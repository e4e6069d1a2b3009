//! Reads a site's folder into a [`SourceTree`], and again what changed in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{SourceAsset, SourcePath, SourceText, SourceTree};
use crate::config::FILE;
use crate::diagnostics::{Diagnostic, Span};
use crate::memo::Fingerprint;

/// The folders of a site, below its root.
pub const FOLDERS: [&str; 6] = ["archetypes", "content", "data", "static", "templates", "themes"];

/// A text file larger than this is refused: no post is, and a mistake often is.
const TEXT_LIMIT: u64 = 32 * 1024 * 1024;

enum Found {
    Text(SourceText),
    Asset(SourceAsset),
    Trouble(Diagnostic),
}

/// A site's folder on disk, kept up to date by looking again at what may have changed.
///
/// It holds `weeknotes.yaml`, `content/`, `data/`, `static/`, `templates/` and `themes/`.
/// In a folder without `content/` the Markdown files at its top are the content, so that
/// one file alone is a site.
///
/// Symbolic links are followed; a link that leads back to one of its own folders, a
/// file that cannot be read and a text that is not UTF-8 are diagnostics. Files and
/// folders whose name begins with a dot, and editors' backup files, are passed over.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    tree: SourceTree,
    troubles: Troubles,
    has_content: bool,
}

impl Folder {
    /// Reads a folder.
    pub fn open(root: &Path) -> Self {
        let mut folder = Self {
            root: root.to_path_buf(),
            tree: SourceTree::new(),
            troubles: BTreeMap::new(),
            has_content: root.join("content").is_dir(),
        };
        folder.load(&[FILE].into_iter().chain(FOLDERS).map(str::to_owned).collect::<Vec<_>>());
        if !folder.has_content {
            let mut entries = Vec::new();
            walk_top(root, &mut entries, &mut folder.troubles);
            folder.take(entries);
        }
        folder
    }

    /// Whether there is nothing of a site in it.
    pub fn is_empty(&self) -> bool {
        self.tree.is_empty() && self.troubles.is_empty()
    }

    /// Its files, as they were when they were last looked at.
    pub fn tree(&self) -> &SourceTree {
        &self.tree
    }

    /// What could not be read.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.troubles.values().cloned().collect()
    }

    /// Looks again at these paths and at all below them. Tells what is not as it was:
    /// of a file that is not text, that it was looked at.
    pub fn look_again<'p>(&mut self, paths: impl IntoIterator<Item = &'p Path>) -> BTreeSet<SourcePath> {
        let parts: BTreeSet<String> = paths.into_iter().filter_map(|path| self.part(path)).collect();
        let other_shape = !self.has_content || !self.root.join("content").is_dir();
        if parts.contains("") || (other_shape && !parts.is_empty()) {
            return self.open_again();
        }
        let inside = |part: &str| part.match_indices('/').any(|(end, _)| parts.contains(&part[..end]));
        let parts: Vec<String> = parts.iter().filter(|part| !inside(part)).cloned().collect();
        let mut old = Vec::new();
        for part in &parts {
            old.extend(self.forget(part));
        }
        self.load(&parts);
        let mut new = Vec::new();
        for part in &parts {
            new.extend(self.found(part));
        }
        differing(old, new)
    }

    fn open_again(&mut self) -> BTreeSet<SourcePath> {
        let old = self.found("");
        *self = Self::open(&self.root);
        differing(old, self.found(""))
    }

    /// A path from the root, when it can be part of the site.
    fn part(&self, path: &Path) -> Option<String> {
        let part = part_of_site(&self.root, path)?;
        let is_part = part.is_empty()
            || part.contains('/')
            || part == FILE
            || FOLDERS.contains(&part.as_str())
            || !self.has_content;
        is_part.then_some(part)
    }

    fn load(&mut self, parts: &[String]) {
        let mut entries = Vec::new();
        for start in parts.iter().map(|part| self.root.join(part)).filter(|start| start.symlink_metadata().is_ok()) {
            walk(&start, &self.root, &mut entries, &mut self.troubles);
        }
        self.take(entries);
    }

    fn take(&mut self, entries: Entries) {
        let found: Vec<Found> = entries.into_par_iter().map(|(path, file)| load(path, &file)).collect();
        for item in found {
            match item {
                Found::Text(text) => self.tree.insert_text(text),
                Found::Asset(asset) => self.tree.insert_asset(asset),
                Found::Trouble(diagnostic) => note(&mut self.troubles, diagnostic),
            }
        }
    }

    /// The files at a path and below it, with the digest of a text or the number of a trouble.
    fn found(&self, part: &str) -> Vec<(SourcePath, Option<Fingerprint>)> {
        let texts = self.tree.text(part).into_iter().chain(self.tree.texts_under(part));
        let assets = self.tree.asset(part).into_iter().chain(self.tree.assets_under(part));
        let mut found: Vec<_> = texts.map(|text| (Arc::clone(&text.path), Some(text.fingerprint))).collect();
        found.extend(assets.map(|asset| (Arc::clone(&asset.path), None)));
        found.extend(self.troubled(part).map(|path| (path, None)));
        found
    }

    fn troubled<'a>(&'a self, part: &'a str) -> impl Iterator<Item = SourcePath> + 'a {
        let is_below = move |path: &str| {
            part.is_empty() || path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.troubles.keys().filter(move |path| is_below(path)).cloned()
    }

    fn forget(&mut self, part: &str) -> Vec<(SourcePath, Option<Fingerprint>)> {
        let found = self.found(part);
        for (path, _) in &found {
            self.tree.remove(path);
            self.troubles.remove(path);
        }
        found
    }
}

/// Whether a file holds records of sources for the whole site, and is no page's file.
pub fn is_library(path: &str) -> bool {
    let is_named = matches!(path, "content/sources.yaml" | "content/sources.json");
    path.starts_with("content/") && (is_named || path.ends_with(".bib") || path.ends_with(".csl.json"))
}

/// A path from the root, when it can be part of a site.
pub(crate) fn part_of_site(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root).ok()?;
    let names: Vec<&str> = below.iter().map(OsStr::to_str).collect::<Option<_>>()?;
    if names.iter().any(|name| is_hidden(name)) {
        return None;
    }
    let is_part = match names.as_slice() {
        [] => true,
        [one] => *one == FILE || FOLDERS.contains(one) || one.ends_with(".md"),
        [first, ..] => FOLDERS.contains(first),
    };
    is_part.then(|| names.join("/"))
}

type Seen = Vec<(SourcePath, Option<Fingerprint>)>;

/// The paths that are in one only, and those of which it is not known that they are alike.
fn differing(old: Seen, new: Seen) -> BTreeSet<SourcePath> {
    let known: BTreeSet<&(SourcePath, Option<Fingerprint>)> =
        old.iter().filter(|(_, digest)| digest.is_some()).collect();
    let same: BTreeSet<SourcePath> =
        new.iter().filter(|seen| known.contains(seen)).map(|(path, _)| Arc::clone(path)).collect();
    old.into_iter().chain(new).map(|(path, _)| path).filter(|path| !same.contains(path)).collect()
}

fn note(troubles: &mut Troubles, diagnostic: Diagnostic) {
    if let Some(span) = &diagnostic.span {
        troubles.insert(Arc::clone(&span.path), diagnostic);
    }
}

type Entries = Vec<(SourcePath, PathBuf)>;
type Troubles = BTreeMap<SourcePath, Diagnostic>;

fn walk(start: &Path, root: &Path, entries: &mut Entries, troubles: &mut Troubles) {
    let walker = WalkDir::new(start).follow_links(true).sort_by_file_name();
    for entry in
        walker.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy()))
    {
        match entry {
            Ok(entry) if entry.file_type().is_file() => match relative(root, entry.path()) {
                Ok(path) => entries.push((path, entry.into_path())),
                Err(diagnostic) => note(troubles, *diagnostic),
            },
            Ok(_) => {}
            Err(error) => note(troubles, walk_trouble(root, &error)),
        }
    }
}

/// The Markdown files at the top of a folder that has no `content/`.
fn walk_top(root: &Path, entries: &mut Entries, troubles: &mut Troubles) {
    let mut found = Vec::new();
    let walker = WalkDir::new(root).max_depth(1).follow_links(true).sort_by_file_name();
    for entry in walker.into_iter().filter_map(Result::ok) {
        if entry.depth() == 1
            && entry.file_type().is_file()
            && !is_hidden(&entry.file_name().to_string_lossy())
            && entry.path().extension() == Some(OsStr::new("md"))
        {
            match relative(root, entry.path()) {
                Ok(path) => found.push((path, entry.into_path())),
                Err(diagnostic) => note(troubles, *diagnostic),
            }
        }
    }
    let only = found.len() == 1;
    entries.extend(found.into_iter().filter(|(path, _)| only || path.as_ref() != "README.md"));
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

fn relative(root: &Path, path: &Path) -> Result<SourcePath, Box<Diagnostic>> {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Option<Vec<&str>> = below.iter().map(OsStr::to_str).collect();
    let Some(parts) = parts else {
        let shown = below.to_string_lossy().into_owned();
        return Err(Box::new(
            Diagnostic::error("file-name", "the name of this file is not valid UTF-8")
                .at(Span::file(shown))
                .help("rename the file with letters, digits and hyphens"),
        ));
    };
    Ok(parts.join("/").into())
}

fn walk_trouble(root: &Path, error: &walkdir::Error) -> Diagnostic {
    let path = error.path().unwrap_or(root);
    let shown = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    if let Some(ancestor) = error.loop_ancestor() {
        let ancestor = ancestor.strip_prefix(root).unwrap_or(ancestor).display().to_string();
        return Diagnostic::error(
            "symlink-cycle",
            format!("this symbolic link leads back to `{ancestor}`, which it lies in"),
        )
        .at(Span::file(shown))
        .help("remove the link, or let it point to another folder");
    }
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Diagnostic::error("unreadable", format!("cannot read this: {reason}")).at(Span::file(shown))
}

fn is_text(path: &str) -> bool {
    let in_static = path.starts_with("static/") || (path.starts_with("themes/") && path.contains("/static/"));
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let in_data = path.starts_with("data/");
    if is_library(path) || (path.ends_with(".csl") && !in_static) {
        return true;
    }
    !in_static
        && matches!(extension, "md" | "html" | "xml" | "yaml" | "yml" | "txt" | "json")
        && (extension == "md" || !path.starts_with("content/"))
        && (extension != "json" || in_data)
}

fn load(path: SourcePath, file: &Path) -> Found {
    if !is_text(&path) {
        return Found::Asset(SourceAsset::on_disk(path, file.to_path_buf()));
    }
    let trouble = |reason: &str| {
        Found::Trouble(
            Diagnostic::error("unreadable", format!("cannot read this file: {reason}"))
                .at(Span::file(Arc::clone(&path))),
        )
    };
    match std::fs::metadata(file) {
        Ok(found) if found.len() > TEXT_LIMIT => return trouble("it is larger than 32 MB"),
        Ok(_) => {}
        Err(error) => return trouble(&error.to_string()),
    }
    match std::fs::read(file) {
        Ok(bytes) => decode(path, bytes),
        Err(error) => trouble(&error.to_string()),
    }
}

fn decode(path: SourcePath, bytes: Vec<u8>) -> Found {
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            match memchr::memchr(0, text.as_bytes()) {
                None => Found::Text(SourceText::new(path, text)),
                Some(at) => Found::Trouble(
                    Diagnostic::error("nul-byte", "this file contains a NUL byte, so it is probably not text")
                        .at(Span::locate(path, text, at..at + 1))
                        .help("open the file in a text editor and save it again as UTF-8, or move it out of the site"),
                ),
            }
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            Found::Trouble(
                Diagnostic::error("not-utf8", "this file is not valid UTF-8 text")
                    .at(Span::locate(path, &text, at..at + '\u{fffd}'.len_utf8()))
                    .label("the first byte that cannot be read")
                    .help("save the file with the encoding UTF-8"),
            )
        }
    }
}
