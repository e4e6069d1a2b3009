//! What is in a site's folder: walks, reads and hashes, on disk and in memory.
//!
//! *Architecture Invariant:* this is the only module that reads files. Later stages
//! see a [`SourceTree`], an immutable picture of the folder, and cannot tell whether
//! it came from a disk.

mod folder;
mod picture;
pub mod yaml;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::memo::Fingerprint;

pub(crate) use folder::part_of_site;
pub use folder::{FOLDERS, Folder, is_library};

/// A path from the site's root, with `/` between folders: `content/posts/cbt.md`.
pub type SourcePath = Arc<str>;

/// A text file: read once, shared by every stage.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Where it is.
    pub path: SourcePath,
    /// What it says, without a byte order mark.
    pub text: Arc<str>,
    /// The digest of the text.
    pub fingerprint: Fingerprint,
    last: LastPlace,
}

impl SourceText {
    /// A text at a path.
    pub fn new(path: impl Into<SourcePath>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self { path: path.into(), fingerprint: Fingerprint::of(text.as_bytes()), last: LastPlace::default(), text }
    }

    /// The place of a byte range of this text.
    pub fn span(&self, range: std::ops::Range<usize>) -> crate::diagnostics::Span {
        let line = self.last.line_at(&self.text, range.start.min(self.text.len()));
        crate::diagnostics::Span::on_line(Arc::clone(&self.path), &self.text, range, line)
    }
}

/// The byte where a line was last asked for, and how many lines end before it. Places are
/// asked for one after the other, and to count the lines of a large library from its
/// beginning for each of its records takes long.
#[derive(Debug, Default)]
struct LastPlace(Mutex<(usize, usize)>);

impl LastPlace {
    /// The line of a byte, from 1.
    fn line_at(&self, text: &str, at: usize) -> usize {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (from, before) = if last.0 <= at { *last } else { (0, 0) };
        let lines = before + memchr::memchr_iter(b'\n', &text.as_bytes()[from..at]).count();
        *last = (at, lines);
        lines + 1
    }
}

impl Clone for LastPlace {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// A file that is copied, not read as text: a picture, a style sheet, a recording. A
/// copy shares what was found in it; a file that changed is another asset.
#[derive(Debug, Clone)]
pub struct SourceAsset {
    /// Where it is.
    pub path: SourcePath,
    file: Arc<AssetFile>,
}

#[derive(Debug)]
struct AssetFile {
    bytes: AssetBytes,
    fingerprint: OnceLock<Fingerprint>,
    picture_size: OnceLock<Option<(u32, u32)>>,
}

#[derive(Debug)]
enum AssetBytes {
    Memory(Arc<[u8]>),
    Disk(PathBuf),
}

impl SourceAsset {
    /// An asset whose bytes are at hand.
    pub fn in_memory(path: impl Into<SourcePath>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::of(path.into(), AssetBytes::Memory(bytes.into()))
    }

    /// The same file under another path.
    #[must_use]
    pub fn renamed(&self, path: impl Into<SourcePath>) -> Self {
        Self { path: path.into(), file: Arc::clone(&self.file) }
    }

    fn on_disk(path: SourcePath, file: PathBuf) -> Self {
        Self::of(path, AssetBytes::Disk(file))
    }

    fn of(path: SourcePath, bytes: AssetBytes) -> Self {
        Self { path, file: Arc::new(AssetFile { bytes, fingerprint: OnceLock::new(), picture_size: OnceLock::new() }) }
    }

    /// The digest of its bytes, from when it was first asked for; absent for a file that
    /// cannot be read.
    pub fn fingerprint(&self) -> Fingerprint {
        let look = || self.read().map_or(Fingerprint::ABSENT, |bytes| Fingerprint::of(&bytes));
        *self.file.fingerprint.get_or_init(look)
    }

    /// In pixels; `None` for a file that is no picture or cannot be read.
    pub fn picture_size(&self) -> Option<(u32, u32)> {
        *self.file.picture_size.get_or_init(|| picture::size(self))
    }

    /// All its bytes.
    ///
    /// # Errors
    /// What the operating system said, when the file cannot be read.
    pub fn read(&self) -> io::Result<Arc<[u8]>> {
        match &self.file.bytes {
            AssetBytes::Memory(bytes) => Ok(Arc::clone(bytes)),
            AssetBytes::Disk(file) => Ok(std::fs::read(file)?.into()),
        }
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// What the operating system said, when the file cannot be looked at.
    pub fn len(&self) -> io::Result<u64> {
        match &self.file.bytes {
            AssetBytes::Memory(bytes) => Ok(bytes.len() as u64),
            AssetBytes::Disk(file) => Ok(std::fs::metadata(file)?.len()),
        }
    }

    /// Whether it has no bytes.
    ///
    /// # Errors
    /// As [`len`](Self::len).
    pub fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Its bytes from `start` up to `end`: a part of a recording.
    ///
    /// # Errors
    /// What the operating system said, when the file cannot be read.
    pub fn read_range(&self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        match &self.file.bytes {
            AssetBytes::Memory(bytes) => {
                let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
                Ok(bytes[at(start)..at(end)].to_vec())
            }
            AssetBytes::Disk(file) => {
                let mut file = std::fs::File::open(file)?;
                io::Seek::seek(&mut file, io::SeekFrom::Start(start))?;
                let mut part = Vec::new();
                io::Read::read_to_end(&mut io::Read::take(file, end - start), &mut part)?;
                Ok(part)
            }
        }
    }

    /// Its first `limit` bytes: enough for a picture's size.
    ///
    /// # Errors
    /// What the operating system said, when the file cannot be read.
    pub fn read_head(&self, limit: u64) -> io::Result<Vec<u8>> {
        self.read_range(0, limit)
    }
}

/// A picture of a site's folder. A copy costs nothing and stays as it is when the other
/// is changed.
#[derive(Debug, Clone, Default)]
pub struct SourceTree {
    texts: Arc<Files<SourceText>>,
    assets: Arc<Files<SourceAsset>>,
}

/// Files by path, kept in the order of their paths.
type Files<T> = IndexMap<SourcePath, T, FxBuildHasher>;

impl SourceTree {
    /// An empty picture.
    pub fn new() -> Self {
        Self::default()
    }

    /// A picture of texts that are nowhere on disk.
    ///
    /// ```
    /// use weeknotes::source::SourceTree;
    /// let tree = SourceTree::from_texts([("content/posts/a.md", "# Hello")]);
    /// assert_eq!(tree.text("content/posts/a.md").unwrap().text.as_ref(), "# Hello");
    /// ```
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut tree = Self::new();
        for (path, text) in texts {
            tree.insert_text(SourceText::new(path, text));
        }
        tree
    }

    /// The files that are not text, alone.
    #[must_use]
    pub fn only_assets(&self) -> Self {
        Self { texts: Arc::default(), assets: Arc::clone(&self.assets) }
    }

    /// Whether there is no file at all.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.assets.is_empty()
    }

    /// Adds or replaces a text.
    pub fn insert_text(&mut self, text: SourceText) {
        Arc::make_mut(&mut self.texts).insert_sorted(Arc::clone(&text.path), text);
    }

    /// Adds or replaces an asset.
    pub fn insert_asset(&mut self, asset: SourceAsset) {
        Arc::make_mut(&mut self.assets).insert_sorted(Arc::clone(&asset.path), asset);
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        if self.texts.contains_key(path) {
            Arc::make_mut(&mut self.texts).shift_remove(path);
        }
        if self.assets.contains_key(path) {
            Arc::make_mut(&mut self.assets).shift_remove(path);
        }
    }

    /// The text at a path.
    pub fn text(&self, path: &str) -> Option<&SourceText> {
        self.texts.get(path)
    }

    /// The asset at a path.
    pub fn asset(&self, path: &str) -> Option<&SourceAsset> {
        self.assets.get(path)
    }

    /// Whether there is a file at a path.
    pub fn contains(&self, path: &str) -> bool {
        self.texts.contains_key(path) || self.assets.contains_key(path)
    }

    /// The texts in a folder and below it, by path.
    pub fn texts_under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a SourceText> {
        under(&self.texts, folder)
    }

    /// The assets in a folder and below it, by path.
    pub fn assets_under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a SourceAsset> {
        under(&self.assets, folder)
    }

    /// Every path below a folder, texts and assets.
    pub fn paths_under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts_under(folder).map(|t| t.path.as_ref()).chain(self.assets_under(folder).map(|a| a.path.as_ref()))
    }
}

fn under<'a, T>(files: &'a Files<T>, folder: &'a str) -> impl Iterator<Item = &'a T> {
    let first = files.partition_point(|path, _| path.as_ref() < folder);
    let rest = files.get_range(first..).into_iter().flat_map(|rest| rest.iter());
    rest.take_while(move |(path, _)| path.starts_with(folder))
        .filter(move |(path, _)| folder.is_empty() || path.as_bytes().get(folder.len()) == Some(&b'/'))
        .map(|(_, file)| file)
}

/// The folder a path lies in, `""` at the top.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Resolves `relative` against the folder `base`, without leaving the root.
///
/// ```
/// use weeknotes::source::join;
/// assert_eq!(join("content/posts", "../about.md").as_deref(), Some("content/about.md"));
/// assert_eq!(join("content", "../../etc/passwd"), None);
/// ```
pub fn join(base: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_not_its_longer_named_neighbour() {
        let tree = SourceTree::from_texts([("content/a.md", ""), ("content-old/b.md", ""), ("content/c/d.md", "")]);
        let under: Vec<&str> = tree.paths_under("content").collect();
        assert_eq!(under, ["content/a.md", "content/c/d.md"]);
    }
}
