//! What is known of an address, and how it is told.

use serde::{Deserialize, Serialize};

use super::fetch::Failure;
use crate::content::{Archived, Source};
use crate::diagnostics::{Diagnostic, Span};

/// What was found at an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// It can be read.
    Fine,
    /// It can be read elsewhere, for good.
    Moved {
        /// Its new address.
        to: String,
    },
    /// It can be read over https as well.
    Https {
        /// That address.
        to: String,
    },
    /// It is not there any more.
    Dead {
        /// 404 or 410.
        status: u16,
    },
    /// The server does not show it to a program, or to nobody at present: 401, 403, 429.
    Refused {
        /// What it answers.
        status: u16,
    },
    /// The server is in trouble: 500.
    Trouble {
        /// What it answers.
        status: u16,
    },
    /// No answer comes in time.
    Timeout,
    /// No host of this name can be found.
    NoHost,
    /// There is no safe connection.
    Tls {
        /// Why.
        reason: String,
    },
    /// The connection cannot be made or breaks, or what comes is not HTTP.
    Broken {
        /// How.
        reason: String,
    },
    /// It sends on and on.
    Loop {
        /// How many addresses were asked.
        hops: usize,
    },
    /// It sends on to what is not on the web.
    Astray {
        /// Where to.
        to: String,
    },
    /// It belongs to a private network.
    Private,
}

/// Whether a copy was looked for in an archive.
#[derive(Debug, Clone, Copy)]
pub(super) enum Looked<'a> {
    Not,
    InVain,
    Found(&'a Archived),
}

impl From<Failure> for Finding {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Timeout => Self::Timeout,
            Failure::NoHost => Self::NoHost,
            Failure::Private => Self::Private,
            Failure::Tls(reason) => Self::Tls { reason },
            Failure::Broken(reason) => Self::Broken { reason },
        }
    }
}

impl Finding {
    /// What a status says that is the end of the way.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Fine,
            404 | 410 => Self::Dead { status },
            500..=599 => Self::Trouble { status },
            _ => Self::Refused { status },
        }
    }

    /// Whether the page can be read, here or elsewhere.
    pub fn is_readable(&self) -> bool {
        matches!(self, Self::Fine | Self::Moved { .. } | Self::Https { .. })
    }

    /// Whether it may be otherwise tomorrow, so that nothing is said of the page.
    pub fn is_unchecked(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Trouble { .. }
                | Self::Timeout
                | Self::Broken { .. }
                | Self::Loop { .. }
                | Self::Private
        )
    }

    /// Whether nobody answered at all.
    pub(super) fn is_silence(&self) -> bool {
        matches!(self, Self::Timeout | Self::NoHost | Self::Broken { .. })
    }

    /// What to tell the author of a record, if anything.
    pub(super) fn diagnostic(&self, url: &str, source: &Source, place: &Span, copy: Looked<'_>) -> Option<Diagnostic> {
        let message = self.message(url)?;
        let code = if self.is_unchecked() { "link-unchecked" } else { "link" };
        Some(Diagnostic::warning(code, message).at(place.clone()).maybe_help(self.help(source, copy)))
    }

    fn message(&self, url: &str) -> Option<String> {
        Some(match self {
            Self::Fine => return None,
            Self::Moved { to } => format!("{url} has moved to {to} for good"),
            Self::Https { to } => format!("{url} can be read over https as well: {to}"),
            Self::Dead { status } => format!("{url} is gone: the server answers {status}"),
            Self::Refused { status } => format!("{url} could not be checked: the server answers {status}"),
            Self::Trouble { status } => {
                format!("{url} could not be checked: the server is in trouble and answers {status}")
            }
            Self::Timeout => format!("{url} could not be checked: no answer came in time"),
            Self::NoHost => format!("{url} is at a host that cannot be found"),
            Self::Tls { reason } => format!("{url} has no safe connection: {reason}"),
            Self::Broken { reason } => format!("{url} could not be checked: {reason}"),
            Self::Loop { hops } => {
                let times = if *hops == 1 { "to itself".to_owned() } else { format!("{hops} times") };
                format!("{url} could not be checked: it sends on {times} without a page")
            }
            Self::Astray { to } => format!("{url} sends its readers to what is no web address: `{to}`"),
            Self::Private => format!("{url} was not asked: it leads into a private network"),
        })
    }

    fn help(&self, source: &Source, copy: Looked<'_>) -> Option<String> {
        let again = "it may be well another time; it is asked again in a day";
        Some(match self {
            Self::Fine => return None,
            Self::Moved { to } if leads_to_front(source, to) => {
                "that is the site's front page, so the page itself is probably gone: look for its new address"
                    .to_owned()
            }
            Self::Moved { to } | Self::Https { to } => format!("write `url: {to}`"),
            Self::Refused { .. } => "open it in a browser: many servers refuse programs".to_owned(),
            Self::Trouble { .. } | Self::Timeout | Self::Broken { .. } => again.to_owned(),
            Self::Tls { .. } => "open it in a browser; when that warns as well, look for another address".to_owned(),
            Self::Loop { .. } => "open it in a browser: many servers send programs in circles".to_owned(),
            Self::Private => "link to what every reader can open".to_owned(),
            Self::Dead { .. } | Self::NoHost | Self::Astray { .. } => lost(source, copy),
        })
    }
}

/// What to do about a page that is lost.
fn lost(source: &Source, copy: Looked<'_>) -> String {
    match (&source.archived, copy) {
        (Some(kept), _) => format!("readers find the copy at {}; look for the new address all the same", kept.url),
        (None, Looked::Found(copy)) => format!("there is a copy at {}", copy.url),
        (None, Looked::InVain) => "look for its new address; no copy was found in the Wayback Machine".to_owned(),
        (None, Looked::Not) => {
            "look for its new address; `--archive` looks for a copy in the Wayback Machine".to_owned()
        }
    }
}

fn leads_to_front(source: &Source, to: &str) -> bool {
    let path = |url: &str| url::Url::parse(url).map(|url| url.path().to_owned()).unwrap_or_default();
    path(to) == "/" && source.url.as_deref().is_some_and(|url| path(url).len() > 1)
}
