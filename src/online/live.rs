//! What a server has at a site's addresses, compared with what should be there.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::Options;
use super::ask::{asked_wait, is_redirect, may_pass, target};
use super::clock::{Clock, after, between};
use super::fetch::{Failure, Fetch, Method, Request, Response};
use crate::output::Content;

/// So many addresses in a row may get no answer, before the rest are taken to get none.
const PATIENCE: usize = 3;

/// Bytes for which a request may take a second longer: those of a slow line.
const SECOND: u64 = 100_000;

/// An address, and what should be found there.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The address.
    pub url: Url,
    /// What should be there; `None` for what is not out yet and must not be read there.
    pub expected: Option<Content>,
}

/// What is found at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The bytes that should be there.
    UpToDate,
    /// Nothing, and it is not out yet.
    Waiting,
    /// Nothing, though something should be there.
    Missing,
    /// Something else than should be there.
    Outdated {
        /// Where the address sends its readers, when that is elsewhere.
        leads_to: Option<String>,
    },
    /// Something, though it is not out yet.
    Early,
    /// No answer that says anything of it.
    Unreachable {
        /// Why.
        reason: String,
    },
}

impl State {
    /// Every state's name, in the order in which they are told.
    pub const NAMES: [&str; 6] = ["up to date", "waiting", "missing", "early", "outdated", "unreachable"];

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::UpToDate => Self::NAMES[0],
            Self::Waiting => Self::NAMES[1],
            Self::Missing => Self::NAMES[2],
            Self::Early => Self::NAMES[3],
            Self::Outdated { .. } => Self::NAMES[4],
            Self::Unreachable { .. } => Self::NAMES[5],
        }
    }

    /// Whether it is as it should be.
    pub fn is_well(&self) -> bool {
        matches!(self, Self::UpToDate | Self::Waiting)
    }
}

/// What is found at each address, in their order. The first is asked alone: when it gets no
/// answer, no other is asked. `not_found` is the site's page for missing addresses, by which
/// a server is understood that sends it with a status of 200.
///
/// ```no_run
/// use weeknotes::online::{Client, Networks, Options, SteadyClock, live};
/// # let (probes, now) = (Vec::new(), jiff::Timestamp::UNIX_EPOCH);
/// let options = Options { concurrency: 4, ..Options::default() };
/// let client = Client::keeping(Networks::All, options.concurrency);
/// let states = live::compare(&probes, None, &options, &client, &SteadyClock::starting(now));
/// assert!(states.iter().all(live::State::is_well));
/// ```
pub fn compare(
    probes: &[Probe],
    not_found: Option<&Content>,
    options: &Options,
    fetch: &dyn Fetch,
    clock: &dyn Clock,
) -> Vec<State> {
    let not_found = not_found.and_then(|content| content.bytes(&mut Vec::new()).map(<[u8]>::to_vec).ok());
    let visitor =
        Visitor { options, fetch, clock, not_found, not_before: Mutex::default(), silences: Mutex::default() };
    let Some(first) = probes.first() else { return Vec::new() };
    let state = visitor.state(first);
    if visitor.silence(1).is_some() {
        return vec![state; probes.len()];
    }
    let next = AtomicUsize::new(1);
    let found: Mutex<Vec<(usize, State)>> = Mutex::new(vec![(0, state)]);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(probe) = probes.get(at) else { break };
            let state = visitor.silence(PATIENCE).unwrap_or_else(|| visitor.state(probe));
            found.lock().unwrap_or_else(PoisonError::into_inner).push((at, state));
        }
    };
    thread::scope(|scope| {
        for _ in 0..options.concurrency.max(1).min(probes.len() - 1) {
            scope.spawn(work);
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_unstable_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, state)| state).collect()
}

/// Asks a server, several requests at once.
struct Visitor<'a> {
    options: &'a Options,
    fetch: &'a dyn Fetch,
    clock: &'a dyn Clock,
    not_found: Option<Vec<u8>>,
    /// When the server, in trouble, may be asked again.
    not_before: Mutex<Option<Timestamp>>,
    /// How many addresses in a row got no answer, and what the last of them came to.
    silences: Mutex<(usize, Option<State>)>,
}

impl Visitor<'_> {
    /// What to say of an address without asking, after so many that got no answer.
    fn silence(&self, patience: usize) -> Option<State> {
        let silences = self.silences.lock().unwrap_or_else(PoisonError::into_inner);
        silences.1.clone().filter(|_| silences.0 >= patience)
    }

    fn state(&self, probe: &Probe) -> State {
        let mut buffer = Vec::new();
        let expected = match probe.expected.as_ref().map(|content| content.bytes(&mut buffer)).transpose() {
            Ok(expected) => expected,
            Err(error) => return State::Unreachable { reason: format!("the site's own file cannot be read: {error}") },
        };
        let answer = self.follow(&probe.url, expected.or(self.not_found.as_deref()).map_or(0, <[u8]>::len));
        let is_heard = answer.is_ok();
        let state = match answer {
            Ok((at, answer)) => self.judge(&probe.url, expected, &at, &answer),
            Err(failure) => State::Unreachable { reason: reason(failure) },
        };
        let mut silences = self.silences.lock().unwrap_or_else(PoisonError::into_inner);
        *silences = if is_heard { (0, None) } else { (silences.0 + 1, Some(state.clone())) };
        state
    }

    fn judge(&self, asked: &Url, expected: Option<&[u8]>, at: &Url, answer: &Response) -> State {
        let is_not_found = self.not_found.as_ref().is_some_and(|page| *page == answer.body);
        let is_there = (200..300).contains(&answer.status);
        let is_gone = matches!(answer.status, 404 | 410) || (is_there && is_not_found);
        let Some(expected) = expected else {
            // Where nobody may list a folder, some stores say 403 of what is not in it.
            return match answer.status {
                _ if is_gone || (is_there && !is_same_page(asked, at)) => State::Waiting,
                403 => State::Waiting,
                _ if is_there => State::Early,
                _ => no_answer(answer),
            };
        };
        // A host may send the page for missing addresses with its own status.
        if answer.body == expected && !answer.is_cut_off && (is_there || (is_gone && is_not_found)) {
            State::UpToDate
        } else if is_gone {
            State::Missing
        } else if is_there && !answer.is_cut_off {
            State::Outdated { leads_to: (!is_same_page(asked, at)).then(|| at.to_string()) }
        } else {
            no_answer(answer)
        }
    }

    /// Where an address leads to, and what is there, a little more than so many bytes of it.
    fn follow(&self, start: &Url, len: usize) -> Result<(Url, Response), Failure> {
        let mut url = start.clone();
        let mut hops = 0;
        loop {
            let answer = self.answer(&url, len as u64)?;
            let next = answer.location.as_ref().filter(|_| is_redirect(answer.status));
            let Some(next) = next.and_then(|to| target(&url, to)).filter(|_| hops < self.options.redirects) else {
                return Ok((url, answer));
            };
            url = next;
            hops += 1;
        }
    }

    /// Asks once more after trouble that passes; meanwhile the server is left alone.
    fn answer(&self, url: &Url, len: u64) -> Result<Response, Failure> {
        let timeout = self.options.timeout.saturating_add(Duration::from_secs(len / SECOND));
        let mut tries = 0;
        loop {
            let now = self.clock.now();
            let rest = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
            self.clock.sleep(rest.map_or(Duration::ZERO, |time| between(now, time)));
            let request = Request { method: Method::Get, url: url.clone(), timeout, body: len + 1 };
            let result = self.fetch.fetch(&request);
            let may_pass = may_pass(&result) || result.as_ref().is_ok_and(|answer| answer.is_cut_off);
            let now = self.clock.now();
            let pause = asked_wait(&result, now).unwrap_or(self.options.backoff.saturating_mul(1 << tries.min(16)));
            if !may_pass || tries >= self.options.retries || pause > self.options.longest_wait {
                return result;
            }
            let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
            *not_before = (*not_before).max(Some(after(now, pause)));
            tries += 1;
        }
    }
}

fn no_answer(answer: &Response) -> State {
    let reason = match answer.status {
        200..300 => "the answer breaks off".to_owned(),
        status @ 300..400 => format!("the server answers {status} and leads to no page"),
        status => format!("the server answers {status}"),
    };
    State::Unreachable { reason }
}

/// Whether two addresses differ in no more than hosts are free to choose: their name, the
/// scheme, a slash or an ending.
fn is_same_page(a: &Url, b: &Url) -> bool {
    let bare = |url: &Url| {
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/index.html").or_else(|| path.strip_suffix(".html")).unwrap_or(path);
        path.to_owned()
    };
    bare(a) == bare(b)
}

fn reason(failure: Failure) -> String {
    match failure {
        Failure::Timeout => "no answer came in time".to_owned(),
        Failure::NoHost => "there is no host of that name".to_owned(),
        Failure::Private => "it leads into a private network".to_owned(),
        Failure::Tls(why) => format!("it has no safe connection: {why}"),
        Failure::Broken(why) => why,
    }
}
