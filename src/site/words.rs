//! Times as people say them.

use jiff::{SpanRound, Timestamp, Unit, ZonedDateTime};

/// How long it is until a time, or since it, in the two largest units that matter.
///
/// ```
/// use weeknotes::site::distance;
/// let at = "2026-03-10T09:00:00-04:00[America/New_York]".parse().unwrap();
/// assert_eq!(distance("2026-03-09T09:48:00Z".parse().unwrap(), &at), "in 1 day, 3 h");
/// assert_eq!(distance("2026-03-10T13:05:00Z".parse().unwrap(), &at), "5 min ago");
/// ```
pub fn distance(now: Timestamp, at: &ZonedDateTime) -> String {
    let is_past = at.timestamp() < now;
    let now = now.to_zoned_datetime(at.time_zone().clone());
    let (from, to) = if is_past { (at, &now) } else { (&now, at) };
    match length(from, to) {
        None if is_past => "just now".to_owned(),
        None => "in less than a minute".to_owned(),
        Some(length) if is_past => format!("{length} ago"),
        Some(length) => format!("in {length}"),
    }
}

fn length(from: &ZonedDateTime, to: &ZonedDateTime) -> Option<String> {
    let minutes = SpanRound::new().largest(Unit::Day).smallest(Unit::Minute).relative(from);
    let span = from.until(to).and_then(|span| span.round(minutes)).ok()?;
    let s = if span.get_days() == 1 { "" } else { "s" };
    match (span.get_days(), span.get_hours(), span.get_minutes()) {
        (0, 0, 0) => None,
        (0, 0, minutes) => Some(format!("{minutes} min")),
        (0, hours, 0) => Some(format!("{hours} h")),
        (0, hours, minutes) => Some(format!("{hours} h {minutes} min")),
        (days, 0, _) => Some(format!("{days} day{s}")),
        (days, hours, _) => Some(format!("{days} day{s}, {hours} h")),
    }
}
