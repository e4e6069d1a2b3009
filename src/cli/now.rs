//! The one place where the clock is read.

use jiff::Timestamp;

use crate::config::Config;
use crate::content::{Document, When};
use crate::output::Error;
use crate::source::SourceTree;

/// The time that was given, else the clock's.
pub(super) fn resolve(given: Option<&When>, config: &Config, tree: &SourceTree) -> Result<Timestamp, Error> {
    if let Some(when) = given {
        return Ok(moment(*when, config, tree));
    }
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => reproducible(&seconds),
        Err(_) => Ok(Timestamp::now()),
    }
}

/// The moment that is meant by a time on the command line. One without an offset is in the
/// site's time zone; a bare date is that day at the hour when posts are published, in
/// whichever series it is latest.
pub(super) fn moment(when: When, config: &Config, tree: &SourceTree) -> Timestamp {
    let hours = || {
        tree.texts_under("content/series").filter_map(|text| Document::read(text).value.front.cadence.as_ref()?.time)
    };
    let hour = if let When::Date(_) = when { hours().max() } else { None };
    when.resolve(&config.timezone, hour.max(Some(config.publish_at)).unwrap_or(config.publish_at)).timestamp()
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
