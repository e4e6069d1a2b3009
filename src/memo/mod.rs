//! Recorded reads: what a computation looked at, and whether any of it changed.
//!
//! A computed value keeps the list of what was read while it was made. A [`Memo`] knows
//! the [`Fingerprint`] that each thing had then, once for all the values that read it.
//! To ask again is to look at each thing that was ever read once, and then to walk the
//! lists: nothing in it changed, the value is reused as it is (with the diagnostics it
//! carries); else it is made again. There is no table of "which kind of change affects
//! what".
//!
//! This module knows nothing of sites: what can be read (`R`), how a read is
//! fingerprinted now, and what is made (`T`) come from the caller.

mod fingerprint;
mod reads;

use std::cell::RefCell;
use std::hash::Hash;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

pub use fingerprint::{Fingerprint, Hasher};
use reads::{ReadId, Reads};

/// Collects the reads of one computation. Not shared between threads: one value is
/// made by one thread.
#[derive(Debug)]
pub struct Recorder<R>(RefCell<Vec<R>>);

impl<R> Default for Recorder<R> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<R: Eq + Hash> Recorder<R> {
    /// Notes that `read` was looked at.
    pub fn record(&self, read: R) {
        self.0.borrow_mut().push(read);
    }

    /// The reads in the order they were first made, each once.
    pub fn into_reads(self) -> Vec<R> {
        let mut reads = self.0.into_inner();
        let mut seen = FxHashSet::with_capacity_and_hasher(reads.len(), FxBuildHasher);
        let first: Vec<bool> = reads.iter().map(|read| seen.insert(read)).collect();
        let mut first = first.into_iter();
        reads.retain(|_| first.next().unwrap_or(true));
        reads
    }
}

/// One remembered value.
#[derive(Debug)]
struct Entry<T> {
    trace: Box<[ReadId]>,
    value: Arc<T>,
}

/// How a value came to be in this round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<R> {
    /// Made for the first time.
    New,
    /// Made again, because this read changed.
    Stale(R),
}

/// What a [`Memo`] came to in a round.
#[derive(Debug)]
pub struct Round<R, T> {
    /// The value of every key, in the keys' order.
    pub values: Vec<Arc<T>>,
    /// What was made, by its place among the keys, and why.
    pub made: Vec<(usize, Outcome<R>)>,
}

/// Values by key, each with its trace.
#[derive(Debug)]
pub struct Memo<K, R, T> {
    /// In the order of the last round's keys.
    keys: Vec<K>,
    entries: Vec<Entry<T>>,
    reads: Reads<R>,
}

impl<K, R, T> Default for Memo<K, R, T> {
    fn default() -> Self {
        Self { keys: Vec::new(), entries: Vec::new(), reads: Reads::default() }
    }
}

impl<K, R, T> Memo<K, R, T>
where
    K: Clone + Eq + Hash + Send + Sync,
    R: Clone + Eq + Hash + Send + Sync,
    T: Send + Sync,
{
    /// The value of every key, in the keys' order: reused where all its reads still
    /// have the fingerprint they had, else made by `make`. `now` gives the fingerprint
    /// of a read in this round; what `make` reads must agree with it. Reads that are
    /// `fixed` cannot have changed since the last round and are not looked at. Keys that
    /// are not asked for are forgotten. Runs on all threads; the result does not depend
    /// on how many.
    ///
    /// ```
    /// use weeknotes::memo::{Fingerprint, Memo, Outcome};
    /// let mut memo = Memo::default();
    /// let mut run = |text: &str| {
    ///     let now = |_: &&str| Fingerprint::of(text.as_bytes());
    ///     let round = memo.refresh(&["page"], |_| false, now, |_, recorder| {
    ///         recorder.record("text");
    ///         text.to_uppercase()
    ///     });
    ///     (round.values[0].to_string(), round.made)
    /// };
    /// assert_eq!(run("a"), ("A".into(), vec![(0, Outcome::New)]));
    /// assert_eq!(run("a"), ("A".into(), vec![]));
    /// assert_eq!(run("b"), ("B".into(), vec![(0, Outcome::Stale("text"))]));
    /// ```
    pub fn refresh(
        &mut self,
        keys: &[K],
        fixed: impl Fn(&R) -> bool + Sync,
        now: impl Fn(&R) -> Fingerprint + Sync,
        make: impl Fn(&K, &Recorder<R>) -> T + Sync,
    ) -> Round<R, T> {
        self.refresh_first(keys, fixed, now, make, |_| false, |_| {})
    }

    /// Like [`refresh`](Self::refresh), but the values that are wanted `first` are made
    /// first and handed to `show`, by their keys' places, before the rest is made.
    pub fn refresh_first(
        &mut self,
        keys: &[K],
        fixed: impl Fn(&R) -> bool + Sync,
        now: impl Fn(&R) -> Fingerprint + Sync,
        make: impl Fn(&K, &Recorder<R>) -> T + Sync,
        first: impl Fn(&K) -> bool,
        show: impl FnOnce(Vec<(usize, Arc<T>)>),
    ) -> Round<R, T> {
        let changed = self.reads.look(&fixed, &now);
        let mut old = self.arrange(keys);
        let reads = &self.reads;
        let stale = |(at, entry): (usize, &Option<Entry<T>>)| match entry {
            None => Some((at, Outcome::New)),
            Some(entry) => {
                let first = changed.as_ref()?.find(&entry.trace)?;
                Some((at, Outcome::Stale(reads.get(first).clone())))
            }
        };
        let mut made: Vec<(usize, Outcome<R>)> =
            old.par_iter().with_min_len(512).enumerate().filter_map(stale).collect();
        made.sort_by_key(|(at, _)| !first(&keys[*at]));
        let urgent = made.iter().take_while(|(at, _)| first(&keys[*at])).count();
        let make = |(at, _): &(usize, Outcome<R>)| {
            let recorder = Recorder::default();
            let value = make(&keys[*at], &recorder);
            (recorder.into_reads(), Arc::new(value))
        };
        let mut values: Vec<(Vec<R>, Arc<T>)> = made[..urgent].par_iter().map(make).collect();
        if (1..made.len()).contains(&urgent) {
            show(made.iter().zip(&values).map(|((at, _), (_, value))| (*at, Arc::clone(value))).collect());
        }
        values.par_extend(made[urgent..].par_iter().map(make));
        for ((at, _), (reads, value)) in made.iter().zip(values) {
            let trace = reads.iter().map(|read| self.reads.hold(read)).collect();
            if let Some(old) = old[*at].replace(Entry { trace, value }) {
                self.reads.release(&old.trace);
            }
        }
        self.reads.settle(&now);
        self.entries = old.into_iter().map(|entry| entry.expect("every missing value was made")).collect();
        Round { values: self.entries.iter().map(|entry| Arc::clone(&entry.value)).collect(), made }
    }

    /// What was read while a key's value was made.
    pub fn reads(&self, key: &K) -> Vec<&R> {
        let entry = self.keys.iter().position(|known| known == key).and_then(|at| self.entries.get(at));
        entry.map_or(&[][..], |entry| &entry.trace).iter().map(|id| self.reads.get(*id)).collect()
    }

    /// The entries in the order of `keys`, which become the known ones. Most keys are
    /// where they were; only the others are looked up.
    fn arrange(&mut self, keys: &[K]) -> Vec<Option<Entry<T>>> {
        let mut old: Vec<Option<Entry<T>>> = std::mem::take(&mut self.entries).into_iter().map(Some).collect();
        if self.keys == keys {
            return old;
        }
        let mut arranged: Vec<Option<Entry<T>>> = Vec::with_capacity(keys.len());
        let is_kept = |at: usize| self.keys.get(at) == keys.get(at);
        arranged.extend((0..keys.len()).map(|at| old.get_mut(at).filter(|_| is_kept(at)).and_then(Option::take)));
        let moved = old.iter().enumerate().filter(|(_, entry)| entry.is_some());
        let moved: FxHashMap<&K, usize> = moved.map(|(at, _)| (&self.keys[at], at)).collect();
        for (key, entry) in keys.iter().zip(&mut arranged).filter(|(_, entry)| entry.is_none()) {
            *entry = moved.get(key).and_then(|at| old[*at].take());
        }
        for entry in old.into_iter().flatten() {
            self.reads.release(&entry.trace);
        }
        self.keys = keys.to_vec();
        arranged
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
                &keys,
                |_| false,
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
            let round = memo.refresh(
                &[1],
                |_| false,
                |_| now,
                |_, recorder| {
                    recorder.record("missing.md");
                    now != Fingerprint::ABSENT
                },
            );
            *round.values[0]
        };
        assert!(!run(Fingerprint::ABSENT));
        assert!(run(Fingerprint::of(b"here")));
    }

    #[test]
    fn what_nobody_reads_any_more_is_not_looked_at() {
        let mut memo: Memo<u8, usize, usize> = Memo::default();
        for round in 0..50 {
            let looked = AtomicUsize::new(0);
            let now = |read: &usize| {
                looked.fetch_add(1, Ordering::Relaxed);
                Fingerprint::of(&(read + round).to_le_bytes())
            };
            memo.refresh(
                &[1],
                |_| false,
                now,
                |_, recorder| {
                    recorder.record(round);
                    round
                },
            );
            assert!(looked.into_inner() <= 2);
        }
    }
}
