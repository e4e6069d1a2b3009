//! What weeknotes wrote into an output folder, so that it knows its own files.
//!
//! A text: a line with the format's version and the state, a line for each file with
//! hash, length and path, and a last line with their number. The state is `writing`
//! from before the first change until after the last: whatever is found in that state
//! was cut off, and none of its hashes is believed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

use super::writer::Error;
use crate::memo::Fingerprint;

/// Its name in the output folder.
pub(super) const FILE: &str = ".weeknotes-manifest";

const HEADER: &str = "weeknotes-manifest 1";

/// When an output folder was last changed by a build that came to its end; a build that
/// finds everything as it should be changes nothing.
pub fn last_written(folder: &Path) -> Option<Timestamp> {
    let manifest = Manifest::load(folder).ok().filter(|manifest| manifest.complete)?;
    Timestamp::try_from(manifest.written?).ok()
}

/// One file as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) hash: Fingerprint,
    pub(super) len: u64,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) files: BTreeMap<String, Entry>,
    /// Whether the build that wrote it came to its end.
    pub(super) complete: bool,
    /// When it was written; files changed earlier are as it says.
    pub(super) written: Option<SystemTime>,
}

impl Manifest {
    /// The manifest of a folder; an empty one when there is none or it makes no sense.
    pub(super) fn load(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {
                return Ok(Self::default());
            }
            Err(error) => return Err(Error::io("read", &path, &error)),
        };
        let mut manifest = Self::parse(&text).unwrap_or_default();
        manifest.written = std::fs::metadata(&path).ok().and_then(|found| changed(&found));
        Ok(manifest)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let state = lines.next()?.strip_prefix(HEADER)?.trim();
        let mut files = BTreeMap::new();
        for line in lines {
            if let Some(count) = line.strip_prefix("end ") {
                let whole = count.parse() == Ok(files.len());
                return whole.then_some(Self { files, complete: state == "complete", written: None });
            }
            let (hash, rest) = line.split_once(' ')?;
            let (len, path) = rest.split_once(' ')?;
            let inside = path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains('\\');
            if !inside {
                return None;
            }
            files.insert(path.to_owned(), Entry { hash: hash.parse().ok()?, len: len.parse().ok()? });
        }
        None
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{HEADER} {}\n", if self.complete { "complete" } else { "writing" });
        for (path, entry) in &self.files {
            writeln!(text, "{} {} {path}", entry.hash, entry.len).expect("writing to a string never fails");
        }
        writeln!(text, "end {}", self.files.len()).expect("writing to a string never fails");
        text
    }

    /// Puts it in its folder with one rename, so that there is always a whole one.
    pub(super) fn store(&self, folder: &Path) -> Result<(), Error> {
        let (path, beside) = (folder.join(FILE), folder.join(".weeknotes-manifest.new"));
        std::fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, &error))?;
        std::fs::write(&beside, self.text()).map_err(|error| Error::io("write", &beside, &error))?;
        std::fs::rename(&beside, &path).map_err(|error| Error::io("write", &path, &error))
    }

    /// Whether a file is as it was written, told without reading it.
    pub(super) fn vouches_for(&self, path: &str, entry: Entry, found: &std::fs::Metadata) -> bool {
        self.complete
            && self.files.get(path) == Some(&entry)
            && found.len() == entry.len
            && matches!((changed(found), self.written), (Some(file), Some(manifest)) if file < manifest)
    }
}

/// When a file's content or name last changed. On Unix that is `ctime`, which nobody
/// sets back.
#[cfg(unix)]
fn changed(found: &std::fs::Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let nanos = u64::try_from(found.ctime_nsec()).ok()?;
    let since =
        std::time::Duration::from_secs(u64::try_from(found.ctime()).ok()?) + std::time::Duration::from_nanos(nanos);
    Some(SystemTime::UNIX_EPOCH + since)
}

#[cfg(not(unix))]
fn changed(found: &std::fs::Metadata) -> Option<SystemTime> {
    found.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Manifest {
        let entry = Entry { hash: Fingerprint::of(b"x"), len: 1 };
        Manifest { files: [("a b/index.html".to_owned(), entry)].into(), complete: true, written: None }
    }

    #[test]
    fn what_is_stored_is_read_again() {
        assert_eq!(Manifest::parse(&sample().text()), Some(sample()));
    }

    #[test]
    fn a_cut_off_or_forged_manifest_is_not_believed() {
        let text = sample().text();
        assert_eq!(Manifest::parse(&text[..text.len() - 6]), None);
        assert_eq!(Manifest::parse(&text.replace("a b/", "../")), None);
        assert_eq!(Manifest::parse(&text.replace("a b/", "/etc/")), None);
        assert_eq!(Manifest::parse(&text.replace("manifest 1", "manifest 9")), None);
    }
}
