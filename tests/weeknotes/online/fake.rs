//! A network that is made up, and time that passes at once.

// The answers stand beside failures, so they are what `fetch` returns.
#![allow(clippy::unnecessary_wraps)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use weeknotes::online::{Clock, Failure, Fetch, Method, Request, Response};

use crate::fixture::NOW;

type Answer = dyn Fn(&Request, usize) -> Result<Response, Failure> + Sync;

/// Answers as a function says, which gets the request and how often its address was asked.
pub(crate) struct Network {
    answer: Box<Answer>,
    log: Mutex<Vec<String>>,
    open: Mutex<BTreeMap<String, usize>>,
    most: AtomicUsize,
}

impl Network {
    pub(crate) fn new(answer: impl Fn(&Request, usize) -> Result<Response, Failure> + Sync + 'static) -> Self {
        Self { answer: Box::new(answer), log: Mutex::default(), open: Mutex::default(), most: AtomicUsize::new(0) }
    }

    /// What was asked, in order: `HEAD https://a.example/`.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().expect("no panic").clone()
    }

    /// How many requests were under way at once, at the most.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    fn begin(&self, request: &Request) -> usize {
        let method = if request.method == Method::Head { "HEAD" } else { "GET" };
        let mut log = self.log.lock().expect("no panic");
        let nth = log.iter().filter(|line| line.ends_with(&format!(" {}", request.url))).count();
        log.push(format!("{method} {}", request.url));
        let mut open = self.open.lock().expect("no panic");
        let here = open.entry(host(request)).or_default();
        *here += 1;
        assert_eq!(*here, 1, "one request at a time for {}", host(request));
        self.most.fetch_max(open.values().sum(), Ordering::SeqCst);
        nth
    }
}

impl Fetch for Network {
    fn fetch(&self, request: &Request) -> Result<Response, Failure> {
        let nth = self.begin(request);
        let answer = (self.answer)(request, nth);
        *self.open.lock().expect("no panic").get_mut(&host(request)).expect("begun") -= 1;
        answer
    }
}

fn host(request: &Request) -> String {
    request.url.host_str().unwrap_or_default().to_owned()
}

pub(crate) fn status(status: u16) -> Result<Response, Failure> {
    Ok(Response { status, ..Response::default() })
}

pub(crate) fn redirect(status: u16, to: &str) -> Result<Response, Failure> {
    Ok(Response { status, location: Some(to.to_owned()), ..Response::default() })
}

pub(crate) fn later(status: u16, after: &str) -> Result<Response, Failure> {
    Ok(Response { status, retry_after: Some(after.to_owned()), ..Response::default() })
}

pub(crate) fn body(text: &str) -> Result<Response, Failure> {
    Ok(Response { status: 200, body: text.as_bytes().to_vec(), ..Response::default() })
}

/// A clock that waits for nobody.
pub(crate) struct Hurried {
    present: Mutex<Timestamp>,
    waits: Mutex<Vec<Duration>>,
}

impl Hurried {
    pub(crate) fn new() -> Self {
        Self::at(NOW)
    }

    pub(crate) fn at(time: &str) -> Self {
        Self { present: Mutex::new(time.parse().expect("a time")), waits: Mutex::default() }
    }

    /// The waits so far that were any, in milliseconds.
    pub(crate) fn waits(&self) -> Vec<u128> {
        let waits = self.waits.lock().expect("no panic");
        waits.iter().map(Duration::as_millis).filter(|wait| *wait > 0).collect()
    }
}

impl Clock for Hurried {
    fn now(&self) -> Timestamp {
        *self.present.lock().expect("no panic")
    }

    fn sleep(&self, time: Duration) {
        *self.present.lock().expect("no panic") += SignedDuration::try_from(time).expect("short");
        self.waits.lock().expect("no panic").push(time);
    }
}
