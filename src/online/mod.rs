//! Links of sources looked at over the network: whether they are still there, where they
//! have moved to, and whether an archive has a copy. And the author's own server: whether
//! it has what should be [`live`].
//!
//! [`check_sources`] is the whole of `sources check --online`; the command hands in the
//! records, a way to the network and a clock, and shows what comes back:
//!
//! ```no_run
//! # use std::path::Path;
//! # use weeknotes::online::{self, Client, Networks, Options, SteadyClock};
//! # let (records, root, now) = (Vec::new(), Path::new("."), jiff::Timestamp::UNIX_EPOCH);
//! let options = Options { archive: true, ..Options::default() };
//! let client = Client::new(Networks::Public);
//! let report = online::check_sources(&records, &options, &client, &SteadyClock::starting(now), root);
//! let added = online::write_archived(root, &report.archived);
//! ```
//!
//! *Architecture Invariant:* nothing but a [`Fetch`] reaches the network, and only
//! `sources check --online` and `verify` have one: no build asks anybody anything.
//!
//! *Architecture Invariant:* a record can make the machine ask public servers for their
//! pages, politely, and nothing else: no private network, no scheme but http and https, no
//! more time, redirects and bytes than are allowed, one request at a time for a host.

mod ask;
mod check;
mod client;
mod clock;
mod fetch;
mod finding;
mod gate;
mod known;
pub mod live;
mod network;
mod report;
mod wayback;
mod write_back;

use std::time::Duration;

pub use check::check;
pub use client::{Client, Networks};
pub use clock::{Clock, SteadyClock};
pub use fetch::{Failure, Fetch, Method, Request, Response};
pub use finding::Finding;
pub use report::{Addition, Counts, Report, check_sources};
pub use write_back::write_archived;

/// How links are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How many hosts are asked at once.
    pub concurrency: usize,
    /// The pause between two requests to one host.
    pub delay: Duration,
    /// How often an address is asked again when its server is in trouble.
    pub retries: u32,
    /// The pause before it is asked again the first time; doubled each time.
    pub backoff: Duration,
    /// The longest pause that a server may ask for.
    pub longest_wait: Duration,
    /// How many redirects are followed.
    pub redirects: usize,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long all requests for one address may take, pauses not counted.
    pub deadline: Duration,
    /// How old a good answer may be that is not asked for again.
    pub fresh: Duration,
    /// How old a bad one may be.
    pub fresh_failure: Duration,
    /// Whether to look for copies of what has none.
    pub archive: bool,
    /// Where the archive is asked.
    pub archive_at: String,
}

impl Default for Options {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            concurrency: 8,
            delay: Duration::from_millis(500),
            retries: 2,
            backoff: Duration::from_secs(1),
            longest_wait: Duration::from_secs(30),
            redirects: 10,
            timeout: Duration::from_secs(10),
            deadline: Duration::from_secs(20),
            fresh: 7 * DAY,
            fresh_failure: DAY,
            archive: false,
            archive_at: "https://archive.org".to_owned(),
        }
    }
}
