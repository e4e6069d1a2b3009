//! One request at a time for each host, with a pause between.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::clock::{Clock, after, between};

/// Lets requests through to their hosts.
pub(super) struct Gate<'c> {
    clock: &'c dyn Clock,
    delay: Duration,
    hosts: Mutex<FxHashMap<String, Host>>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Host {
    is_busy: bool,
    not_before: Option<Timestamp>,
}

impl<'c> Gate<'c> {
    /// A gate that keeps requests to a host apart by `delay`.
    pub(super) fn new(clock: &'c dyn Clock, delay: Duration) -> Self {
        Self { clock, delay, hosts: Mutex::default(), freed: Condvar::new() }
    }

    /// Waits for a host to be free and rested, then does something with it.
    pub(super) fn pass<T>(&self, host: &str, work: impl FnOnce() -> T) -> T {
        let pass = self.enter(host);
        if let Some(time) = pass.not_before {
            self.clock.sleep(between(self.clock.now(), time));
        }
        work()
    }

    /// Leaves a host alone for some time.
    pub(super) fn hold_off(&self, host: &str, time: Duration) {
        let until = after(self.clock.now(), time);
        let mut hosts = self.lock();
        let host = hosts.entry(host.to_owned()).or_default();
        host.not_before = host.not_before.max(Some(until));
    }

    fn enter(&self, name: &str) -> Pass<'_, 'c> {
        let hosts = self.lock();
        let is_busy = |hosts: &mut FxHashMap<String, Host>| hosts.get(name).is_some_and(|host| host.is_busy);
        let mut hosts = self.freed.wait_while(hosts, is_busy).unwrap_or_else(PoisonError::into_inner);
        let host = hosts.entry(name.to_owned()).or_default();
        host.is_busy = true;
        Pass { gate: self, host: name.to_owned(), not_before: host.not_before }
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<String, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to ask a host; dropped, the next one has it.
struct Pass<'g, 'c> {
    gate: &'g Gate<'c>,
    host: String,
    not_before: Option<Timestamp>,
}

impl Drop for Pass<'_, '_> {
    fn drop(&mut self) {
        self.gate.hold_off(&self.host, self.gate.delay);
        if let Some(host) = self.gate.lock().get_mut(&self.host) {
            host.is_busy = false;
        }
        self.gate.freed.notify_all();
    }
}
