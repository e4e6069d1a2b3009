//! Many addresses at once: some hosts at a time, each host's addresses in turn.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::Options;
use super::ask::{Asker, host, parsed};
use super::clock::Clock;
use super::fetch::Fetch;
use super::finding::Finding;

/// So many times in a row a host may give no answer, before the rest of its addresses
/// are taken to be like the last.
const PATIENCE: usize = 3;

/// What is found at each address, in their order.
///
/// ```
/// use weeknotes::online::{self, Client, Finding, Networks, Options, SteadyClock};
/// let clock = SteadyClock::starting("2026-03-10T12:00:00Z".parse().unwrap());
/// let urls = ["http://127.0.0.1/admin".to_owned()];
/// let found = online::check(&urls, &Options::default(), &Client::new(Networks::Public), &clock);
/// assert_eq!(found, [Finding::Private]);
/// ```
pub fn check(urls: &[String], options: &Options, fetch: &dyn Fetch, clock: &dyn Clock) -> Vec<Finding> {
    check_with(&Asker::new(options, fetch, clock), urls)
}

pub(super) fn check_with(asker: &Asker<'_>, urls: &[String]) -> Vec<Finding> {
    let groups = by_host(urls);
    let next = AtomicUsize::new(0);
    let found: Mutex<Vec<(usize, Finding)>> = Mutex::default();
    let work = || {
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            let part = one_host(asker, urls, group);
            found.lock().unwrap_or_else(PoisonError::into_inner).extend(part);
        }
    };
    thread::scope(|scope| {
        for _ in 0..asker.options.concurrency.max(1).min(groups.len()) {
            scope.spawn(work);
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_unstable_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, finding)| finding).collect()
}

/// The addresses' numbers by host, the longest list first: it takes longest.
fn by_host(urls: &[String]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, url) in urls.iter().enumerate() {
        let name = parsed(url).map(|url| host(&url).to_owned()).unwrap_or_default();
        groups.entry(name).or_default().push(at);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

fn one_host(asker: &Asker<'_>, urls: &[String], group: &[usize]) -> Vec<(usize, Finding)> {
    let mut found: Vec<(usize, Finding)> = Vec::with_capacity(group.len());
    let mut silences = 0;
    for at in group {
        let (finding, is_heard) = match found.last() {
            Some((_, last)) if silences >= PATIENCE => (last.clone(), false),
            _ => asker.finding(&urls[*at]),
        };
        silences = if is_heard { 0 } else { silences + 1 };
        found.push((*at, finding));
    }
    found
}
