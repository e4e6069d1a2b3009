//! Pure results that are dear to make, kept between runs: highlighted code, citations and
//! references.
//!
//! An entry's key is the digest of all that it is made of, so an entry is never wrong,
//! only unused. The file names the program that wrote it and holds a digest of itself; a
//! file of another program, cut off or changed is passed over and written anew.
//!
//! *Architecture Invariant:* nothing is right because of the cache. Without it a build
//! writes the same bytes.

mod file;
mod seal;

use std::fs;
use std::hash::Hash;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use seal::Seal;

use crate::memo::Fingerprint;

/// The folder below a site's root that holds what can be made again.
pub const FOLDER: &str = ".weeknotes";
const FILE: &str = "cache";

/// Beyond this nothing is added, in bytes of entries.
const LIMIT: usize = 64 * 1024 * 1024;

/// Results by the digest of what they are made of.
#[derive(Debug, Default)]
pub struct Cache {
    entries: Mutex<Entries>,
    /// The file it came from and goes to; a cache without one lives as long as the process.
    file: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: FxHashMap<Fingerprint, Entry>,
    bytes: usize,
    /// Whether there is something to store.
    changed: bool,
}

#[derive(Debug)]
struct Entry {
    /// The value as postcard writes it.
    value: Arc<[u8]>,
    /// Whether this run asked for it.
    used: bool,
}

impl Cache {
    /// The cache of the site in a folder, empty when there is none, and what is wrong
    /// with the file that was passed over.
    pub fn open(root: &Path) -> (Self, Option<&'static str>) {
        let file = root.join(FOLDER).join(FILE);
        let read = fs::read(&file);
        let (found, trouble) = match read.as_deref().map(file::decode) {
            Ok(Ok(found)) => (found, None),
            Ok(Err(trouble)) => (Vec::new(), Some(trouble)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Vec::new(), None),
            Err(_) => (Vec::new(), Some("it cannot be read")),
        };
        let mut entries = Entries { changed: trouble.is_some(), ..Entries::default() };
        for (key, value) in found {
            entries.bytes += value.len();
            entries.by_key.insert(key, Entry { value: value.into(), used: false });
        }
        (Self { entries: Mutex::new(entries), file: Some(file) }, trouble)
    }

    /// The result of a `kind` for these inputs, made when it is not known. What is not
    /// made (`None`) is not kept. How the standard library hashes the inputs may differ from
    /// machine to machine: another machine's cache is at worst of no use.
    ///
    /// ```
    /// use weeknotes::cache::Cache;
    /// let cache = Cache::default();
    /// assert_eq!(cache.get("upper", "a", || Some("A".to_owned())).as_deref(), Some("A"));
    /// assert_eq!(cache.get::<String>("upper", "a", || None).as_deref(), Some("A"));
    /// ```
    pub fn get<T: Serialize + DeserializeOwned>(
        &self,
        kind: &str,
        inputs: impl Hash,
        make: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let key = Fingerprint::of_value(&(kind, inputs));
        let known = self.lock().known(key);
        if let Some(known) = known.and_then(|value| postcard::from_bytes(&value).ok()) {
            return Some(known);
        }
        let made = make()?;
        if let Ok(value) = postcard::to_stdvec(&made) {
            self.lock().add(key, value.into());
        }
        Some(made)
    }

    /// Writes what is not in the file yet, whole or not at all. What no run since the
    /// last writing asked for is left out.
    ///
    /// # Errors
    /// What the operating system said. A cache that cannot be written is no loss.
    pub fn store(&self) -> io::Result<()> {
        let mut entries = self.lock();
        let Some(file) = self.file.as_deref().filter(|_| std::mem::take(&mut entries.changed)) else {
            return Ok(());
        };
        entries.drop_unused();
        let bytes = file::encode(entries.by_key.iter().map(|(key, entry)| (*key, entry.value.as_ref())).collect());
        drop(entries);
        put(file, &bytes)
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a file of the cache's folder, whole or not at all, and keeps it out of Git.
pub(crate) fn put(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    // Of its own name, for another build may run.
    let fresh = file.with_extension(format!("{}.new", std::process::id()));
    fs::write(&fresh, bytes)?;
    fs::rename(fresh, file)
}

impl Entries {
    fn known(&mut self, key: Fingerprint) -> Option<Arc<[u8]>> {
        let entry = self.by_key.get_mut(&key)?;
        entry.used = true;
        Some(Arc::clone(&entry.value))
    }

    /// Adds an entry, in place of those that nobody asked for when there is no room.
    fn add(&mut self, key: Fingerprint, value: Arc<[u8]>) {
        if self.bytes + value.len() > LIMIT {
            self.drop_unused();
        }
        if self.bytes + value.len() <= LIMIT {
            self.bytes += value.len();
            self.changed = true;
            self.by_key.insert(key, Entry { value, used: true });
        }
    }

    fn drop_unused(&mut self) {
        self.by_key.retain(|_, entry| entry.used);
        self.bytes = self.by_key.values().map(|entry| entry.value.len()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(cache: &Cache, input: &str) -> bool {
        let mut made = false;
        cache.get("test", input, || {
            made = true;
            Some(input.repeat(3))
        });
        made
    }

    #[test]
    fn what_was_stored_is_not_made_again() {
        let root = tempfile::tempdir().expect("a folder");
        let (cache, trouble) = Cache::open(root.path());
        assert!(trouble.is_none() && ask(&cache, "a") && ask(&cache, "b") && !ask(&cache, "a"));
        cache.store().expect("room");
        let (cache, trouble) = Cache::open(root.path());
        assert!(trouble.is_none() && !ask(&cache, "a") && ask(&cache, "c"));
        cache.store().expect("room");
        let (cache, _) = Cache::open(root.path());
        assert!(!ask(&cache, "a") && !ask(&cache, "c") && ask(&cache, "b"), "what nobody asked for is left out");
    }

    #[test]
    fn a_file_that_is_not_ours_is_passed_over() {
        let root = tempfile::tempdir().expect("a folder");
        let file = root.path().join(FOLDER).join(FILE);
        let (cache, _) = Cache::open(root.path());
        ask(&cache, "a");
        cache.store().expect("room");
        let good = fs::read(&file).expect("stored");
        let flipped = |at: usize| {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            bytes
        };
        let damaged = [Vec::new(), b"other".to_vec(), good[..good.len() - 1].to_vec(), good[..30].to_vec()];
        for bytes in damaged.into_iter().chain((0..good.len()).map(flipped)) {
            fs::write(&file, bytes).expect("room");
            let (cache, trouble) = Cache::open(root.path());
            assert!(trouble.is_some() && ask(&cache, "a"));
            cache.store().expect("room");
            assert_eq!(fs::read(&file).expect("stored"), good);
        }
    }
}
