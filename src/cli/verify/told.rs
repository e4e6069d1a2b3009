//! What was found, for people and for programs.

use std::fmt::Write as _;

use jiff::{Timestamp, ZonedDateTime};
use serde_json::{Value, json};
use url::Url;

use super::super::build::plural;
use super::super::due::moment;
use super::super::terminal::Terminal;
use super::chosen::{Asked, Facts};
use crate::online::live::State;

/// How many addresses of one state are named; of outdated ones few, for where one post is
/// missing all that link to it are outdated.
const NAMED: usize = 20;
const NAMED_OUTDATED: usize = 5;

/// What was found at the addresses that were asked.
pub(super) struct Findings<'a> {
    pub(super) live: &'a Url,
    pub(super) now: Timestamp,
    /// The address in the configuration, when the site was built for another.
    pub(super) configured: Option<&'a str>,
    pub(super) all: Vec<(Asked, State)>,
}

impl Findings<'_> {
    pub(super) fn is_well(&self) -> bool {
        self.all.iter().all(|(_, state)| state.is_well())
    }

    /// Why there is no word on any address, when that is so.
    pub(super) fn silence(&self) -> Option<&str> {
        let mut reasons = self.all.iter().map(|(_, state)| match state {
            State::Unreachable { reason } => Some(reason.as_str()),
            _ => None,
        });
        let first = reasons.next()??;
        reasons.all(|reason| reason.is_some()).then_some(first)
    }

    /// What is wrong and what to do, or that all is well.
    pub(super) fn table(&self) -> String {
        let waiting = self.count("waiting");
        if self.is_well() {
            let closed = match waiting {
                0 => String::new(),
                1 => ", and 1 that waits cannot be read".to_owned(),
                many => format!(", and {many} that wait cannot be read"),
            };
            let open = addresses(self.all.len() - waiting);
            return format!("{open} at {} are up to date{closed}.\n", self.live);
        }
        let mut text = row("STATE", "ADDRESS");
        for name in State::NAMES {
            let found = self.all.iter().filter(|(_, state)| state.name() == name && !state.is_well());
            let most = if name == "outdated" { NAMED_OUTDATED } else { NAMED };
            for (asked, state) in found.clone().take(most) {
                text += &row(name, asked.probe.url.as_str());
                writeln!(text, "  {}", self.said(asked, state)).expect("writing to a string never fails");
            }
            let more = found.count().saturating_sub(most);
            if more > 0 {
                text += &row(name, &format!("… {more} more; --format json has them all"));
            }
        }
        text + &self.summary() + &self.help()
    }

    /// One object; see the help of the command.
    pub(super) fn json(&self) -> String {
        let counts: serde_json::Map<String, Value> =
            State::NAMES.iter().map(|name| (key(name), Value::from(self.count(name)))).collect();
        let findings: Vec<Value> = self.all.iter().map(|(asked, state)| object(asked, state)).collect();
        let all = json!({
            "url": self.live.as_str(),
            "now": self.now.to_string(),
            "ok": self.is_well(),
            "counts": counts,
            "findings": findings,
        });
        Terminal::json(&all)
    }

    fn count(&self, name: &str) -> usize {
        self.all.iter().filter(|(_, state)| state.name() == name).count()
    }

    fn said(&self, asked: &Asked, state: &State) -> String {
        let what = &asked.what;
        match (state, &asked.page) {
            (State::Missing, Some(Facts { date: Some(date), .. })) => {
                format!("{what}: due since {}, {} ago", moment(date), apart(date, self.now))
            }
            (State::Missing, _) => format!("{what}: the server has nothing there"),
            (State::Early, Some(Facts { is_draft: false, date: Some(date), .. })) => {
                format!("{what}: due on {}, in {}, and can be read already", moment(date), apart(date, self.now))
            }
            (State::Early, _) => format!("{what}: a draft, and can be read"),
            (State::Outdated { leads_to: Some(to) }, _) => format!("{what}: the server sends its readers to {to}"),
            (State::Unreachable { reason }, _) => format!("{what}: {reason}"),
            _ => format!("{what}: the server has another version"),
        }
    }

    fn summary(&self) -> String {
        let counts = State::NAMES.iter().map(|name| (self.count(name), *name)).filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, name)| format!("{count} {name}")).collect();
        format!("\n{}: {}.\n", addresses(self.all.len()), counts.join(", "))
    }

    fn help(&self) -> String {
        let has = |name: &str| self.count(name) > 0;
        let mut text = String::new();
        let mut say = |help: &str| writeln!(text, "help: {help}").expect("writing to a string never fails");
        if has("missing") || has("outdated") {
            say("run the publishing job again; a host may go on showing what it has kept for some minutes after it");
        }
        if has("early") {
            say(
                "publish what `weeknotes build` writes without --drafts and --future, and nothing that was there before",
            );
        }
        if let Some(url) = self.configured.filter(|_| has("outdated") && !has("up to date")) {
            say(&format!("if the site was built for the address in weeknotes.yaml, add `--url {url}`"));
        }
        if has("unreachable") {
            say("ask again later, and see whether the pages open in a browser");
        }
        text
    }
}

/// There is always more than one: a site has a front page and a sitemap.
fn addresses(count: usize) -> String {
    format!("{count} addresses")
}

fn row(state: &str, address: &str) -> String {
    format!("{state:<11}  {address}\n")
}

fn key(name: &str) -> String {
    name.replace(' ', "_")
}

fn object(asked: &Asked, state: &State) -> Value {
    let page = asked.page.as_ref();
    let (leads_to, reason) = match state {
        State::Outdated { leads_to } => (leads_to.as_deref(), None),
        State::Unreachable { reason } => (None, Some(reason)),
        _ => (None, None),
    };
    json!({
        "state": key(state.name()),
        "url": asked.probe.url.as_str(),
        "what": asked.what,
        "file": page.map(|page| &*page.file),
        "title": page.map(|page| &page.title),
        "due": page.and_then(|page| page.date.as_ref()).map(|date| date.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
        "draft": page.is_some_and(|page| page.is_draft),
        "leads_to": leads_to,
        "reason": reason,
    })
}

/// "Tuesday, November 24, 2026 at 07:00", in the site's time zone.
/// How long two times are apart, in the largest unit of which there is one: "2 hours".
fn apart(date: &ZonedDateTime, now: Timestamp) -> String {
    let minutes = date.timestamp().duration_since(now).as_mins().unsigned_abs();
    let minutes = usize::try_from(minutes).unwrap_or(usize::MAX);
    match (minutes / (24 * 60), minutes / 60, minutes) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, minutes) => plural(minutes, "minute"),
        (0, hours, _) => plural(hours, "hour"),
        (days, _, _) => plural(days, "day"),
    }
}
