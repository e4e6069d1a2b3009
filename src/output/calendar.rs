//! A series' calendar (iCalendar, RFC 5545). There is no crate that writes one without
//! reading the clock, and what is needed of the format is lines.

use jiff::Timestamp;

use crate::config::Config;
use crate::site::Event;
use crate::template::{Rope, View};

/// Something with a time, for a calendar that is not published.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) at: Timestamp,
    /// Tells it from others.
    pub(crate) id: String,
    pub(crate) title: String,
}

/// A calendar of entries, as they are known at `now`.
pub(crate) fn of_entries(name: &str, entries: &[Entry], now: Timestamp, config: &Config) -> String {
    let mut calendar = Calendar::begin(name, None);
    for entry in entries {
        let event = Event {
            at: entry.at,
            day: String::new(),
            title: entry.title.clone(),
            permalink: None,
            is_tentative: entry.at > now,
            stamp: now,
        };
        calendar.event(&event, &entry.id, config);
    }
    calendar.end()
}

/// The calendar of a series.
pub(super) fn render(slug: &str, view: View<'_>) -> Rope {
    let config = view.config();
    let Some((series, events)) = view.calendar(slug) else {
        return Rope::default();
    };
    let description = series.front().and_then(|front| front.description.as_deref());
    let mut calendar = Calendar::begin(&series.title, description);
    for event in &events {
        calendar.event(event, &format!("{slug}-{}", event.day), config);
    }
    calendar.end().into()
}

#[derive(Default)]
struct Calendar(String);

impl Calendar {
    fn begin(name: &str, description: Option<&str>) -> Self {
        let mut calendar = Self::default();
        calendar.line("BEGIN", "VCALENDAR");
        calendar.line("VERSION", "2.0");
        calendar.line("PRODID", "-//weeknotes//weeknotes//EN");
        // RFC 7986 has the first name, which not every program knows yet.
        calendar.text("NAME", name);
        calendar.text("X-WR-CALNAME", name);
        if let Some(description) = description {
            calendar.text("DESCRIPTION", description);
        }
        calendar.line("REFRESH-INTERVAL;VALUE=DURATION", "P1D");
        calendar
    }

    fn end(mut self) -> String {
        self.line("END", "VCALENDAR");
        self.0
    }

    fn event(&mut self, event: &Event, id: &str, config: &Config) {
        let host = config.url.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
        self.line("BEGIN", "VEVENT");
        self.line("UID", &format!("{id}@{host}"));
        self.line("DTSTAMP", &utc(event.stamp));
        self.line("DTSTART", &utc(event.at));
        self.text("SUMMARY", &event.title);
        if let Some(permalink) = &event.permalink {
            self.line("URL", &permalink.absolute(config));
        }
        self.line("STATUS", if event.is_tentative { "TENTATIVE" } else { "CONFIRMED" });
        // It takes nobody's time.
        self.line("TRANSP", "TRANSPARENT");
        self.line("END", "VEVENT");
    }

    /// A value of the type TEXT (section 3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in value.chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                c if c.is_control() => {}
                c => escaped.push(c),
            }
        }
        self.line(name, &escaped);
    }

    /// A line, folded so that no piece is longer than 75 bytes (section 3.1).
    fn line(&mut self, name: &str, value: &str) {
        let mut width = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if width + c.len_utf8() > 75 {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
