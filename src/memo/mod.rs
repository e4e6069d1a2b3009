//! Recorded reads: what a computation looked at, and whether any of it changed.
//!
//! A computed value keeps the list of what was read while it was made, each with the
//! [`Fingerprint`] it had then. To ask for it again is to walk the list: all equal,
//! the value is reused as it is (with the diagnostics it carries); else it is made
//! again. There is no table of "which kind of change affects what".
//!
//! This module knows nothing of sites: what can be read (`R`), how a read is
//! fingerprinted now, and what is made (`T`) come from the caller.

mod fingerprint;

use std::cell::RefCell;
use std::hash::Hash;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

pub use fingerprint::{Fingerprint, Hasher};

/// Collects the reads of one computation. Not shared between threads: one value is
/// made by one thread.
#[derive(Debug)]
pub struct Recorder<R>(RefCell<Vec<(R, Fingerprint)>>);

impl<R> Default for Recorder<R> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<R: Eq + Hash> Recorder<R> {
    /// Notes that `read` was looked at and had `fingerprint`.
    pub fn record(&self, read: R, fingerprint: Fingerprint) {
        self.0.borrow_mut().push((read, fingerprint));
    }

    /// The reads in the order they were first made, each once.
    pub fn into_trace(self) -> Trace<R> {
        let reads = self.0.into_inner();
        let mut seen = FxHashSet::with_capacity_and_hasher(reads.len(), FxBuildHasher);
        let first: Vec<bool> = reads.iter().map(|(read, _)| seen.insert(read)).collect();
        let kept = reads.into_iter().zip(first).filter(|(_, first)| *first);
        kept.map(|(read, _)| read).collect()
    }
}

/// What a computation read, with what it found.
pub type Trace<R> = Box<[(R, Fingerprint)]>;

/// One remembered value.
#[derive(Debug)]
struct Entry<R, T> {
    trace: Trace<R>,
    value: Arc<T>,
}

/// A value with its trace, when it was made in this round.
type Made<R, T> = (Option<Trace<R>>, Arc<T>, Outcome<R>);

/// How a value came to be in this round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<R> {
    /// Every read was as before.
    Reused,
    /// Made for the first time.
    New,
    /// Made again, because this read changed.
    Stale(R),
}

/// Values by key, each with its trace.
#[derive(Debug)]
pub struct Memo<K, R, T> {
    entries: FxHashMap<K, Entry<R, T>>,
}

impl<K, R, T> Default for Memo<K, R, T> {
    fn default() -> Self {
        Self { entries: FxHashMap::default() }
    }
}

impl<K, R, T> Memo<K, R, T>
where
    K: Clone + Eq + Hash + Send + Sync,
    R: Clone + Eq + Hash + Send + Sync,
    T: Send + Sync,
{
    /// The value of every key, in the keys' order: reused where all its reads still
    /// have the fingerprint `now` gives, else made by `make`. Keys that are not asked
    /// for are forgotten. Runs on all threads; the result does not depend on how many.
    ///
    /// ```
    /// use weeknotes::memo::{Fingerprint, Memo, Outcome};
    /// let mut memo = Memo::default();
    /// let mut run = |text: &str| {
    ///     let now = |_: &&str| Fingerprint::of(text.as_bytes());
    ///     let made = memo.refresh(vec!["page"], now, |_, recorder| {
    ///         recorder.record("text", Fingerprint::of(text.as_bytes()));
    ///         text.to_uppercase()
    ///     });
    ///     (made[0].0.to_string(), made[0].1.clone())
    /// };
    /// assert_eq!(run("a"), ("A".into(), Outcome::New));
    /// assert_eq!(run("a"), ("A".into(), Outcome::Reused));
    /// assert_eq!(run("b"), ("B".into(), Outcome::Stale("text")));
    /// ```
    pub fn refresh(
        &mut self,
        keys: Vec<K>,
        now: impl Fn(&R) -> Fingerprint + Sync,
        make: impl Fn(&K, &Recorder<R>) -> T + Sync,
    ) -> Vec<(Arc<T>, Outcome<R>)> {
        let old = &self.entries;
        let made: Vec<Made<R, T>> = keys
            .par_iter()
            .map(|key| {
                let outcome = match old.get(key) {
                    None => Outcome::New,
                    Some(entry) => match entry.trace.iter().find(|(read, found)| now(read) != *found) {
                        None => return (None, Arc::clone(&entry.value), Outcome::Reused),
                        Some((read, _)) => Outcome::Stale(read.clone()),
                    },
                };
                let recorder = Recorder::default();
                let value = make(key, &recorder);
                (Some(recorder.into_trace()), Arc::new(value), outcome)
            })
            .collect();
        self.replace(keys, made)
    }

    fn replace(&mut self, keys: Vec<K>, made: Vec<Made<R, T>>) -> Vec<(Arc<T>, Outcome<R>)> {
        let mut old = std::mem::take(&mut self.entries);
        self.entries.reserve(keys.len());
        let mut out = Vec::with_capacity(keys.len());
        for (key, (trace, value, outcome)) in keys.into_iter().zip(made) {
            let entry = match trace {
                Some(trace) => Some(Entry { trace, value: Arc::clone(&value) }),
                None => old.remove(&key),
            };
            if let Some(entry) = entry {
                self.entries.insert(key, entry);
            }
            out.push((value, outcome));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_forgotten_key_is_made_again() {
        let mut memo: Memo<u8, u8, u8> = Memo::default();
        let made = AtomicUsize::new(0);
        let mut run = |keys: Vec<u8>| {
            memo.refresh(
                keys,
                |_| Fingerprint::ABSENT,
                |key, _| {
                    made.fetch_add(1, Ordering::Relaxed);
                    *key
                },
            );
            made.load(Ordering::Relaxed)
        };
        assert_eq!(run(vec![1, 2]), 2);
        assert_eq!(run(vec![2]), 2);
        assert_eq!(run(vec![1, 2]), 3);
    }

    #[test]
    fn a_failed_look_up_that_now_succeeds_is_a_change() {
        let mut memo: Memo<u8, &str, bool> = Memo::default();
        let mut run = |now: Fingerprint| {
            let made = memo.refresh(
                vec![1],
                |_| now,
                |_, recorder| {
                    recorder.record("missing.md", now);
                    now != Fingerprint::ABSENT
                },
            );
            *made[0].0
        };
        assert!(!run(Fingerprint::ABSENT));
        assert!(run(Fingerprint::of(b"here")));
    }
}
