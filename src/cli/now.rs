//! The one place where the clock is read.

use jiff::Timestamp;

use crate::config::Config;
use crate::content::When;
use crate::output::Error;

/// The time that was given, else the clock's. A time without an offset is in the
/// site's time zone; a bare date is that day at the hour when posts are published.
pub(super) fn resolve(given: Option<&When>, config: &Config) -> Result<Timestamp, Error> {
    if let Some(when) = given {
        return Ok(when.resolve(&config.timezone, config.publish_at).timestamp());
    }
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => reproducible(&seconds),
        Err(_) => Ok(Timestamp::now()),
    }
}

/// <https://reproducible-builds.org/specs/source-date-epoch/>
fn reproducible(seconds: &str) -> Result<Timestamp, Error> {
    let found = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    found.ok_or_else(|| {
        Error::new(format!("SOURCE_DATE_EPOCH is `{seconds}`, which is no number of seconds since 1970"))
    })
}

/// Reads a time as it is typed on the command line.
pub(super) fn parse(text: &str) -> Result<When, String> {
    When::parse(text)
        .ok_or_else(|| "write it as 2026-01-06, \"2026-01-06 09:00\" or 2026-01-06T09:00:00-05:00".to_owned())
}
