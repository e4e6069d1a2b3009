//! Reads a site's folder into a [`SourceTree`].

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::{SourceAsset, SourcePath, SourceText, SourceTree};
use crate::diagnostics::{Diagnostic, Span, Warned};

/// The folders of a site, below its root.
pub(super) const FOLDERS: [&str; 5] = ["content", "data", "static", "templates", "themes"];

/// A text file larger than this is refused: no post is, and a mistake often is.
const TEXT_LIMIT: u64 = 32 * 1024 * 1024;

enum Found {
    Text(SourceText),
    Asset(SourceAsset),
    Trouble(Diagnostic),
}

/// Reads everything a site is made of below `root`: `weeknotes.yaml`, `content/`,
/// `data/`, `static/`, `templates/` and `themes/`. In a folder without `content/` the Markdown
/// files at its top are the content, so that one file alone is a site.
///
/// Symbolic links are followed; a link that leads back to one of its own folders, a
/// file that cannot be read and a text that is not UTF-8 are diagnostics. Files and
/// folders whose name begins with a dot, and editors' backup files, are passed over.
pub fn scan(root: &Path) -> Warned<SourceTree> {
    let mut entries = Vec::new();
    let mut diagnostics = Vec::new();
    let config = root.join(crate::config::FILE);
    if config.exists() {
        walk(&config, root, &mut entries, &mut diagnostics);
    }
    for folder in FOLDERS {
        let path = root.join(folder);
        if path.is_dir() {
            walk(&path, root, &mut entries, &mut diagnostics);
        }
    }
    if !root.join("content").is_dir() {
        walk_top(root, &mut entries, &mut diagnostics);
    }
    let found: Vec<Found> = entries.into_par_iter().map(|(path, file)| load(path, &file)).collect();
    let mut tree = SourceTree::new();
    for item in found {
        match item {
            Found::Text(text) => tree.insert_text(text),
            Found::Asset(asset) => tree.insert_asset(asset),
            Found::Trouble(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    Warned { value: tree, diagnostics }
}

type Entries = Vec<(SourcePath, std::path::PathBuf)>;

fn walk(start: &Path, root: &Path, entries: &mut Entries, diagnostics: &mut Vec<Diagnostic>) {
    let walker = WalkDir::new(start).follow_links(true).sort_by_file_name();
    for entry in walker.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => match relative(root, entry.path()) {
                Ok(path) => entries.push((path, entry.into_path())),
                Err(diagnostic) => diagnostics.push(*diagnostic),
            },
            Ok(_) => {}
            Err(error) => diagnostics.push(walk_trouble(root, &error)),
        }
    }
}

/// The Markdown files at the top of a folder that has no `content/`.
fn walk_top(root: &Path, entries: &mut Entries, diagnostics: &mut Vec<Diagnostic>) {
    let mut found = Vec::new();
    let walker = WalkDir::new(root).max_depth(1).follow_links(true).sort_by_file_name();
    for entry in walker.into_iter().filter_map(Result::ok) {
        if entry.depth() == 1
            && entry.file_type().is_file()
            && !is_hidden(&entry)
            && entry.path().extension() == Some(OsStr::new("md"))
        {
            match relative(root, entry.path()) {
                Ok(path) => found.push((path, entry.into_path())),
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
    }
    let only = found.len() == 1;
    entries.extend(found.into_iter().filter(|(path, _)| only || path.as_ref() != "README.md"));
}

fn is_hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
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
