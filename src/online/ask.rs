//! One address asked until it is known: HEAD then GET, again after trouble, and along
//! its redirects.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::Options;
use super::clock::{Clock, between};
use super::fetch::{Failure, Fetch, Method, Request, Response};
use super::finding::Finding;
use super::gate::Gate;

/// Asks with manners.
pub(super) struct Asker<'a> {
    pub(super) options: &'a Options,
    pub(super) fetch: &'a dyn Fetch,
    pub(super) clock: &'a dyn Clock,
    pub(super) gate: Gate<'a>,
}

/// How an address is to be asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) method: Method,
    pub(super) body: u64,
    pub(super) retries: u32,
}

impl<'a> Asker<'a> {
    pub(super) fn new(options: &'a Options, fetch: &'a dyn Fetch, clock: &'a dyn Clock) -> Self {
        Self { options, fetch, clock, gate: Gate::new(clock, options.delay) }
    }

    /// What is to be said of an address, and whether its own host gave an answer.
    pub(super) fn finding(&self, url: &str) -> (Finding, bool) {
        let Some(url) = parsed(url) else {
            return (Finding::Astray { to: shown(url) }, true);
        };
        let mut left = self.options.deadline;
        let mut hops = 0;
        let found = self.follow(&url, &mut left, &mut hops);
        let is_heard = hops > 0 || !found.is_silence();
        if found != Finding::Fine || url.scheme() != "http" || url.port().is_some() {
            return (found, is_heard);
        }
        (self.secured(&url, &mut left).map_or(Finding::Fine, |to| Finding::Https { to }), is_heard)
    }

    /// Asks an address, once more where HEAD is not understood, and again after trouble
    /// that passes. What is used up of the time is taken from `left`; waiting is not.
    pub(super) fn answer(&self, url: &Url, how: How, left: &mut Duration) -> Result<Response, Failure> {
        let mut method = how.method;
        let mut tries = 0;
        loop {
            let result = self.once(
                url,
                Request { method, url: url.clone(), timeout: self.options.timeout, body: how.body },
                left,
            );
            if method == Method::Head && result.as_ref().is_ok_and(|answer| is_no_word_on_get(answer.status)) {
                method = Method::Get;
                continue;
            }
            if !may_pass(&result) {
                return result;
            }
            let pause = asked_wait(&result, self.clock.now())
                .unwrap_or(self.options.backoff.saturating_mul(1 << tries.min(16)));
            if tries >= how.retries || pause > self.options.longest_wait || left.is_zero() {
                return result;
            }
            self.gate.hold_off(host(url), pause);
            tries += 1;
            // A server may fail on HEAD alone; that it is asked too often has nothing to do with it.
            if !result.is_ok_and(|answer| answer.status == 429) {
                method = Method::Get;
            }
        }
    }

    fn once(&self, url: &Url, request: Request, left: &mut Duration) -> Result<Response, Failure> {
        if left.is_zero() {
            return Err(Failure::Timeout);
        }
        self.gate.pass(host(url), || {
            let begun = self.clock.now();
            let result = self.fetch.fetch(&Request { timeout: request.timeout.min(*left), ..request });
            *left = left.saturating_sub(between(begun, self.clock.now()));
            result
        })
    }

    fn follow(&self, start: &Url, left: &mut Duration, hops: &mut usize) -> Finding {
        let mut url = without_fragment(start.clone());
        let mut seen = vec![url.clone()];
        let mut moved: Option<Url> = None;
        let mut is_for_good = true;
        loop {
            let how = How { method: Method::Head, body: 0, retries: self.options.retries };
            let answer = match self.answer(&url, how, left) {
                Ok(answer) => answer,
                Err(failure) => return failure.into(),
            };
            let Some(location) = answer.location.filter(|_| is_redirect(answer.status)) else {
                let verdict = Finding::of_status(answer.status);
                return match moved {
                    Some(to) if verdict == Finding::Fine => Finding::Moved { to: to.into() },
                    _ => verdict,
                };
            };
            let Some(next) = target(&url, &location) else {
                return Finding::Astray { to: shown(&location) };
            };
            is_for_good &= matches!(answer.status, 301 | 308);
            if is_doi(&url) && !is_for_good {
                return moved.map_or(Finding::Fine, |to| Finding::Moved { to: to.into() });
            }
            *hops += 1;
            if seen.contains(&next) || *hops > self.options.redirects {
                return Finding::Loop { hops: *hops };
            }
            seen.push(next.clone());
            if is_for_good {
                moved = Some(with_fragment(&next, start));
            }
            url = next;
        }
    }

    /// The same address over https, when it answers there.
    fn secured(&self, url: &Url, left: &mut Duration) -> Option<String> {
        let mut secure = without_fragment(url.clone());
        secure.set_scheme("https").ok()?;
        let how = How { method: Method::Head, body: 0, retries: 0 };
        let answer = self.answer(&secure, how, left).ok()?;
        (answer.status == 200).then(|| with_fragment(&secure, url).into())
    }
}

/// The host that an address is asked at.
pub(super) fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

/// An address as it is asked: of the web, and without what is for the reader or secret.
pub(super) fn parsed(url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok().filter(|url| is_web(url) && url.has_host())?;
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    Some(url)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Where a redirect leads, when it is on the web (RFC 9110, section 10.2.2).
pub(super) fn target(from: &Url, location: &str) -> Option<Url> {
    parsed(from.join(location).ok()?.as_str()).map(without_fragment)
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

fn with_fragment(url: &Url, start: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(start.fragment());
    url
}

/// A foreign text, fit to be shown.
fn shown(text: &str) -> String {
    let escaped: String = text.chars().flat_map(char::escape_debug).take(200).collect();
    if escaped.is_ascii() { escaped } else { text.chars().flat_map(char::escape_default).take(200).collect() }
}

pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Where a DOI is known, it is resolved by a redirect. Publishers behind it refuse programs
/// as a rule, and to keep it pointing somewhere is their promise, not the author's.
fn is_doi(url: &Url) -> bool {
    matches!(host(url), "doi.org" | "dx.doi.org" | "www.doi.org")
}

/// Whether an answer to HEAD says little of what GET would bring.
fn is_no_word_on_get(status: u16) -> bool {
    matches!(status, 400 | 403 | 404 | 405 | 406 | 501)
}

/// Whether the trouble may be over when the server is asked again.
pub(super) fn may_pass(result: &Result<Response, Failure>) -> bool {
    match result {
        Err(failure) => matches!(failure, Failure::Timeout | Failure::Broken(_)),
        Ok(answer) => answer.status == 429 || (answer.status >= 500 && answer.status != 501),
    }
}

/// How long the server asks to be left alone.
pub(super) fn asked_wait(result: &Result<Response, Failure>, now: Timestamp) -> Option<Duration> {
    retry_after(result.as_ref().ok()?.retry_after.as_deref()?, now)
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(between(now, date.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_to_come_again() {
        let now = "2026-03-10T12:00:00Z".parse().expect("a time");
        let seconds = |text| retry_after(text, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("5"), Some(5));
        assert_eq!(seconds(" Tue, 10 Mar 2026 12:00:20 GMT "), Some(20));
        assert_eq!(seconds("Mon, 09 Mar 2026 12:00:00 GMT"), Some(0));
        for odd in ["", "-5", "soon", "99999999999999999999999", "5.5"] {
            assert_eq!(seconds(odd), None, "{odd}");
        }
    }
}
