//! Time, so that tests need not wait for it.

use std::thread;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Tells the time, and lets it pass.
pub trait Clock: Sync {
    /// The present.
    fn now(&self) -> Timestamp;
    /// Waits.
    fn sleep(&self, time: Duration);
}

/// Real time, counted from a present that is handed in: changing the machine's clock
/// does not change it.
#[derive(Debug)]
pub struct SteadyClock {
    present: Timestamp,
    since: Instant,
}

impl SteadyClock {
    /// A clock that shows this present.
    pub fn starting(present: Timestamp) -> Self {
        Self { present, since: Instant::now() }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        after(self.present, self.since.elapsed())
    }

    fn sleep(&self, time: Duration) {
        if !time.is_zero() {
            thread::sleep(time);
        }
    }
}

/// A time later than another by so much.
pub(super) fn after(time: Timestamp, much: Duration) -> Timestamp {
    let much = SignedDuration::try_from(much).unwrap_or(SignedDuration::MAX);
    time.saturating_add(much).unwrap_or(Timestamp::MAX)
}

/// How much later one time is than another; nothing when it is earlier.
pub(super) fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or_default()
}
