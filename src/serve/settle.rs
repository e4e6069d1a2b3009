//! When a burst of changes is over.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// After a file was closed or put in place, for the other half of an editor's save.
const SHORT: Duration = Duration::from_millis(8);
/// Between the files of a checkout or a copy.
const BURST: Duration = Duration::from_millis(40);
/// While a file is being written or is gone, which often is followed by its return.
const BUSY: Duration = Duration::from_millis(60);
/// However much goes on, this often it is looked at.
const LONGEST: Duration = Duration::from_secs(3);
/// More paths than this are no editor's doing.
const FEW: usize = 3;
/// A new folder is looked at once more: what was put in it before it could be watched
/// was not told.
const NEW_FOLDER: Duration = Duration::from_millis(250);

/// How far the change of a path has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It is as it is meant to be.
    Done,
    /// More is likely to follow.
    Underway,
}

/// Collects changed paths until it is quiet.
#[derive(Debug, Default)]
pub(super) struct Settle {
    pending: BTreeMap<PathBuf, Progress>,
    first: Option<Instant>,
    last: Option<Instant>,
    later: Vec<(Instant, PathBuf)>,
}

impl Settle {
    /// Notes that something happened to a path.
    pub(super) fn note(&mut self, at: Instant, path: PathBuf, progress: Progress) {
        self.pending.insert(path, progress);
        self.first.get_or_insert(at);
        self.last = Some(at);
    }

    /// Notes that a folder is new.
    pub(super) fn note_folder(&mut self, at: Instant, path: PathBuf) {
        self.later.push((at + NEW_FOLDER, path.clone()));
        self.note(at, path, Progress::Underway);
    }

    /// When it is time to look, if nothing more happens.
    pub(super) fn due(&self) -> Option<Instant> {
        let later = self.later.iter().map(|(at, _)| *at).min();
        let quiet = self.first.zip(self.last).map(|(first, last)| (last + self.quiet()).min(first + LONGEST));
        quiet.into_iter().chain(later).min()
    }

    /// The paths to look at, when it is time.
    pub(super) fn take(&mut self, now: Instant) -> Option<Vec<PathBuf>> {
        if self.due().is_none_or(|due| now < due) {
            return None;
        }
        let (ripe, later) = std::mem::take(&mut self.later).into_iter().partition(|(at, _)| *at <= now);
        self.later = later;
        let ripe: Vec<(Instant, PathBuf)> = ripe;
        (self.first, self.last) = (None, None);
        let pending = std::mem::take(&mut self.pending).into_keys();
        Some(pending.chain(ripe.into_iter().map(|(_, path)| path)).collect())
    }

    fn quiet(&self) -> Duration {
        if self.pending.values().any(|progress| *progress == Progress::Underway) {
            BUSY
        } else if self.pending.len() > FEW {
            BURST
        } else {
            SHORT
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays events at milliseconds and tells when the paths are handed over, and how many.
    fn play(events: &[(u64, &str, Progress)]) -> Vec<(u64, usize)> {
        let start = Instant::now();
        let mut settle = Settle::default();
        let mut taken = Vec::new();
        let mut events = events.iter().peekable();
        for now in 0..10_000 {
            let at = start + Duration::from_millis(now);
            while let Some((_, path, progress)) = events.next_if(|(when, ..)| *when == now) {
                settle.note(at, PathBuf::from(path), *progress);
            }
            taken.extend(settle.take(at).map(|paths| (now, paths.len())));
        }
        taken
    }

    #[test]
    fn a_plain_save_is_taken_at_once() {
        assert_eq!(play(&[(0, "a", Progress::Underway), (1, "a", Progress::Done)]), [(9, 1)]);
    }

    #[test]
    fn a_save_by_rename_waits_for_the_return() {
        let events = [(0, "a", Progress::Underway), (20, "a", Progress::Underway), (30, "a", Progress::Done)];
        assert_eq!(play(&events), [(38, 1)]);
    }

    #[test]
    fn a_removal_is_taken_after_a_while() {
        assert_eq!(play(&[(0, "a", Progress::Underway)]), [(60, 1)]);
    }

    #[test]
    fn a_checkout_is_taken_once() {
        let names: Vec<String> = (0..300).map(|n| n.to_string()).collect();
        let events: Vec<_> = names.iter().zip(0..).map(|(name, n)| (n * 5, name.as_str(), Progress::Done)).collect();
        assert_eq!(play(&events), [(299 * 5 + 40, 300)]);
    }

    #[test]
    fn what_never_rests_is_looked_at_all_the_same() {
        let events: Vec<_> = (0..8000).map(|at| (at, "a", Progress::Underway)).collect();
        assert_eq!(play(&events).len(), 3);
    }

    #[test]
    fn a_new_folder_is_looked_at_twice() {
        let start = Instant::now();
        let mut settle = Settle::default();
        settle.note_folder(start, PathBuf::from("posts"));
        assert!(settle.take(start + BUSY).is_some());
        assert!(settle.take(start + BUSY).is_none());
        assert_eq!(settle.take(start + NEW_FOLDER), Some(vec![PathBuf::from("posts")]));
        assert_eq!(settle.due(), None);
    }
}
