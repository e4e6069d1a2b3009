//! Writes a site's files: only what changed, never over what it did not write.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::folder::OutputFolder;
use super::manifest::{self, Entry, Manifest};
use super::reference::{Download, download};
use crate::diagnostics::Diagnostic;
use crate::memo::Fingerprint;
use crate::source::{SourceAsset, parent};
use crate::template::{RenderedBody, Rope};

/// A file to be written.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Where in the output folder, with `/` between folders.
    pub path: Arc<str>,
    /// What is in it.
    pub content: Content,
}

/// What is in an [`Artifact`].
#[derive(Debug, Clone)]
pub enum Content {
    /// A rendered text.
    Rendered(Arc<Result<Rope, Box<Diagnostic>>>),
    /// Bytes at hand.
    Bytes(Arc<[u8]>),
    /// A file of the site, read when it is written.
    Source(SourceAsset),
    /// The references of a body, for other programs.
    References(Arc<RenderedBody>, Download),
}

impl Content {
    /// The bytes to be written. `buffer` is where they are put together when they are
    /// not in one piece.
    ///
    /// # Errors
    /// When a file of the site can no longer be read.
    pub fn bytes<'a>(&'a self, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        buffer.clear();
        match self {
            Self::Rendered(rope) => {
                if let Ok(rope) = rope.as_ref() {
                    rope.write_to(buffer);
                }
            }
            Self::Bytes(bytes) => return Ok(bytes),
            Self::Source(asset) => buffer.extend_from_slice(&asset.read()?),
            Self::References(body, format) => buffer.extend_from_slice(download(body.body(), *format).as_bytes()),
        }
        Ok(buffer)
    }
}

/// What the machine did: a full disk, a missing permission, a folder in use.
#[derive(Debug)]
pub struct Error {
    message: String,
    help: Option<String>,
}

impl Error {
    pub(crate) fn new(message: String) -> Self {
        Self { message, help: None }
    }

    /// `verb` is what was tried: `write`.
    pub(crate) fn io(verb: &str, path: &Path, error: &io::Error) -> Self {
        let mut made = Self::new(format!("cannot {verb} {}: {error}", path.display()));
        if error.kind() == io::ErrorKind::StorageFull {
            made.help = Some("make room on the disk and build again".to_owned());
        }
        made
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What to do about it.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// What a writing did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Written {
    /// How many files were written.
    pub written: usize,
    /// How many were already there with these bytes.
    pub unchanged: usize,
    /// How many files of an earlier build were removed.
    pub removed: usize,
    /// Files of an earlier build that somebody changed since, and that were left.
    pub left: Vec<String>,
}

impl OutputFolder {
    /// Makes the folder hold these files. What is there already with the same bytes is
    /// not touched; what an earlier build wrote and this one does not is removed; a
    /// file that weeknotes did not write is never changed.
    ///
    /// # Errors
    /// What the operating system said, or that another's file is in the way. After a
    /// failure in the middle the next writing repairs what is there.
    pub fn write(&self, artifacts: &[Artifact]) -> Result<Written, Error> {
        let old = Manifest::load(self.path())?;
        self.check_foreign(&old, artifacts)?;
        let planned: BTreeSet<&str> = artifacts.iter().map(|artifact| artifact.path.as_ref()).collect();
        let marker = Marker { folder: self.path(), old: &old, planned: &planned, state: Mutex::new(Some(false)) };
        let (orphans, left) = self.orphans(&old, &planned);
        if !orphans.is_empty() {
            marker.mark()?;
        }
        self.remove(&orphans)?;
        let done: Vec<(Entry, bool)> = artifacts
            .par_iter()
            .map_init(Vec::new, |buffer, artifact| self.write_one(artifact, buffer, &old, &marker))
            .collect::<Result<_, Error>>()
            .map_err(|error| unfinished(error, &marker))?;
        let files: BTreeMap<String, Entry> =
            artifacts.iter().zip(&done).map(|(artifact, (entry, _))| (artifact.path.to_string(), *entry)).collect();
        let new = Manifest { files, complete: true, written: None };
        if marker.is_marked() || !old.complete || new.files != old.files {
            new.store(self.path())?;
        }
        let written = done.iter().filter(|(_, wrote)| *wrote).count();
        Ok(Written { written, unchanged: done.len() - written, removed: orphans.len(), left })
    }

    fn write_one(
        &self,
        artifact: &Artifact,
        buffer: &mut Vec<u8>,
        old: &Manifest,
        marker: &Marker<'_>,
    ) -> Result<(Entry, bool), Error> {
        let path = self.path().join(artifact.path.as_ref());
        let bytes = artifact.content.bytes(buffer).map_err(|error| Error::io("read what belongs at", &path, &error))?;
        let entry = Entry { hash: Fingerprint::of(bytes), len: bytes.len() as u64 };
        let found = fs::symlink_metadata(&path).ok();
        if let Some(found) = &found {
            let same =
                old.vouches_for(&artifact.path, entry, found) || (found.len() == entry.len && holds(&path, bytes));
            if same && found.is_file() {
                return Ok((entry, false));
            }
        }
        marker.mark()?;
        overwrite(&path, bytes, found.is_some_and(|found| found.len() != entry.len))?;
        Ok((entry, true))
    }

    /// Stops before anything is written when another's file or a link is in the way.
    pub(super) fn check_foreign(&self, old: &Manifest, artifacts: &[Artifact]) -> Result<(), Error> {
        let empty = fs::read_dir(self.path()).map_or(true, |mut entries| entries.next().is_none());
        if empty {
            return Ok(());
        }
        let folders: BTreeSet<&str> = artifacts.iter().flat_map(|artifact| above(&artifact.path)).collect();
        let folders: Vec<&str> = folders.into_iter().collect();
        let links = folders.par_iter().filter(|folder| is_symlink(&self.path().join(folder)));
        let files = artifacts
            .par_iter()
            .filter(|artifact| self.is_foreign(artifact, old))
            .map(|artifact| artifact.path.as_ref());
        let mut in_the_way: Vec<&str> = links.map(|folder| *folder).chain(files).collect();
        if in_the_way.is_empty() {
            return Ok(());
        }
        in_the_way.sort_unstable();
        let shown: Vec<String> =
            in_the_way.iter().take(10).map(|path| format!("  {}", self.path().join(path).display())).collect();
        let more = in_the_way.len().saturating_sub(10);
        let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
        Err(Error::new(format!("these are in the way, and weeknotes did not write them:\n{}{more}", shown.join("\n")))
            .help("move them away, or give another folder with --output; a file the site needs belongs in `static/`"))
    }

    fn is_foreign(&self, artifact: &Artifact, old: &Manifest) -> bool {
        let path = self.path().join(artifact.path.as_ref());
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => true,
            Ok(found) if old.files.contains_key(artifact.path.as_ref()) => found.is_dir(),
            Ok(found) if found.is_dir() => {
                !old.files.keys().any(|ours| ours.starts_with(&format!("{}/", artifact.path)))
            }
            Ok(_) => !artifact.content.bytes(&mut Vec::new()).is_ok_and(|bytes| holds(&path, bytes)),
            Err(_) => false,
        }
    }

    /// The files of an earlier build that this one does not have, and those of them
    /// that were changed since.
    pub(super) fn orphans<'m>(&self, old: &'m Manifest, planned: &BTreeSet<&str>) -> (Vec<&'m str>, Vec<String>) {
        let gone = old.files.iter().filter(|(path, _)| !planned.contains(path.as_str()));
        let (mut orphans, mut left) = (Vec::new(), Vec::new());
        for (path, entry) in gone {
            let file = self.path().join(path);
            match fs::symlink_metadata(&file) {
                Ok(found) if found.is_file() => {}
                Ok(_) => {
                    left.push(path.clone());
                    continue;
                }
                Err(_) => continue,
            }
            let ours = !old.complete || fs::read(&file).is_ok_and(|bytes| Fingerprint::of(&bytes) == entry.hash);
            if ours {
                orphans.push(path.as_str());
            } else {
                left.push(path.clone());
            }
        }
        (orphans, left)
    }

    /// Removes files, and the folders that are empty then.
    fn remove(&self, orphans: &[&str]) -> Result<(), Error> {
        for path in orphans {
            let file = self.path().join(path);
            if let Err(error) = fs::remove_file(&file)
                && error.kind() != io::ErrorKind::NotFound
            {
                return Err(Error::io("remove", &file, &error));
            }
        }
        let folders: BTreeSet<&str> = orphans.iter().flat_map(|path| above(path)).collect();
        for folder in folders.into_iter().rev() {
            // A folder that is not empty stays, which is what its failure means.
            let _ = fs::remove_dir(self.path().join(folder));
        }
        Ok(())
    }
}

/// The folders that a path lies in, the outermost last.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(parent(path)), |folder| Some(parent(folder))).take_while(|folder| !folder.is_empty())
}

fn is_symlink(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    fs::metadata(path).is_ok_and(|found| found.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|found| found == bytes)
}

/// Writes over what is there: no truncation first, which costs a file system more than
/// the writing, and a new folder only when one is missing.
fn overwrite(path: &Path, bytes: &[u8], shorten: bool) -> Result<(), Error> {
    let open = || OpenOptions::new().write(true).create(true).truncate(false).open(path);
    let opened = match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder: PathBuf = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
            fs::create_dir_all(&folder).map_err(|error| Error::io("create", &folder, &error))?;
            open()
        }
        opened => opened,
    };
    let fill = |mut file: fs::File| {
        file.write_all(bytes)?;
        if shorten { file.set_len(bytes.len() as u64) } else { Ok(()) }
    };
    opened.and_then(fill).map_err(|error| Error::io("write", path, &error))
}

/// Marks the manifest once, before the first change.
struct Marker<'a> {
    folder: &'a Path,
    old: &'a Manifest,
    planned: &'a BTreeSet<&'a str>,
    /// Whether it is marked; nothing once marking has failed.
    state: Mutex<Option<bool>>,
}

impl Marker<'_> {
    fn mark(&self) -> Result<(), Error> {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match *state {
            Some(true) => return Ok(()),
            Some(false) => {}
            None => {
                return Err(Error::new(format!("cannot write {}", self.folder.join(manifest::FILE).display())));
            }
        }
        *state = None;
        let unknown = Entry { hash: Fingerprint::ABSENT, len: 0 };
        let paths = self.old.files.keys().map(String::as_str).chain(self.planned.iter().copied());
        let files = paths.map(|path| (path.to_owned(), unknown)).collect();
        Manifest { files, complete: false, written: None }.store(self.folder)?;
        *state = Some(true);
        Ok(())
    }

    fn is_marked(&self) -> bool {
        *self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner) == Some(true)
    }
}

fn unfinished(error: Error, marker: &Marker<'_>) -> Error {
    if !marker.is_marked() {
        return error;
    }
    let first = error.help.clone().map(|help| format!("{help}; ")).unwrap_or_default();
    error.help(format!("{first}the output is incomplete now, and the next build repairs it"))
}
