//! Everything that any value of a memo has read, each held once.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::Fingerprint;

/// The place of a read in its [`Reads`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadId(u32);

impl ReadId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug)]
struct Slot<R> {
    read: R,
    found: Fingerprint,
    /// In how many traces it stands.
    holders: u32,
}

/// What is not as it was, by place.
#[derive(Debug)]
pub(super) struct Changed(Vec<bool>);

impl Changed {
    /// The first read of a trace that changed.
    pub(super) fn find(&self, trace: &[ReadId]) -> Option<ReadId> {
        trace.iter().copied().find(|id| self.0[id.index()])
    }
}

/// Reads with the fingerprint that each was last found to have.
#[derive(Debug)]
pub(super) struct Reads<R> {
    slots: Vec<Slot<R>>,
    /// The places of the held reads, found by the reads that stand there.
    places: HashTable<ReadId>,
    free: Vec<ReadId>,
    /// Held for the first time since the last [`settle`](Self::settle).
    fresh: Vec<ReadId>,
}

impl<R> Default for Reads<R> {
    fn default() -> Self {
        Self { slots: Vec::new(), places: HashTable::new(), free: Vec::new(), fresh: Vec::new() }
    }
}

impl<R: Clone + Eq + Hash + Send + Sync> Reads<R> {
    pub(super) fn get(&self, id: ReadId) -> &R {
        &self.slots[id.index()].read
    }

    /// Looks at everything again that is not `fixed`. `None` when nothing is other than it was.
    pub(super) fn look(
        &mut self,
        fixed: &(impl Fn(&R) -> bool + Sync),
        now: &(impl Fn(&R) -> Fingerprint + Sync),
    ) -> Option<Changed> {
        let look = |slot: &mut Slot<R>| {
            if slot.holders == 0 || fixed(&slot.read) {
                return false;
            }
            let found = now(&slot.read);
            std::mem::replace(&mut slot.found, found) != found
        };
        let changed: Vec<bool> = self.slots.par_iter_mut().with_min_len(512).map(look).collect();
        changed.contains(&true).then_some(Changed(changed))
    }

    /// The place of a read in one more trace.
    pub(super) fn hold(&mut self, read: &R) -> ReadId {
        let hash = FxBuildHasher.hash_one(read);
        if let Some(id) = self.places.find(hash, |id| self.slots[id.index()].read == *read) {
            self.slots[id.index()].holders += 1;
            return *id;
        }
        let slot = Slot { read: read.clone(), found: Fingerprint::ABSENT, holders: 1 };
        let id = match self.free.pop() {
            Some(id) => {
                self.slots[id.index()] = slot;
                id
            }
            None => {
                self.slots.push(slot);
                ReadId(u32::try_from(self.slots.len() - 1).expect("fewer than four thousand million reads"))
            }
        };
        let slots = &self.slots;
        self.places.insert_unique(hash, id, |id| FxBuildHasher.hash_one(&slots[id.index()].read));
        self.fresh.push(id);
        id
    }

    /// Finds what the newly held reads have in this round.
    pub(super) fn settle(&mut self, now: &(impl Fn(&R) -> Fingerprint + Sync)) {
        let slots = &self.slots;
        let look = |id: ReadId| (id, now(&slots[id.index()].read));
        let found: Vec<(ReadId, Fingerprint)> =
            std::mem::take(&mut self.fresh).into_par_iter().with_min_len(64).map(look).collect();
        for (id, found) in found {
            self.slots[id.index()].found = found;
        }
    }

    /// Takes a trace back; what stands in no other is not looked at again.
    pub(super) fn release(&mut self, trace: &[ReadId]) {
        for id in trace {
            let slot = &mut self.slots[id.index()];
            slot.holders -= 1;
            if slot.holders == 0 {
                let hash = FxBuildHasher.hash_one(&slot.read);
                if let Ok(place) = self.places.find_entry(hash, |place| place == id) {
                    place.remove();
                }
                self.free.push(*id);
            }
        }
    }
}
