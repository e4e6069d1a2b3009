//! The preview's answers over HTTP.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::output::{Found, NOT_FOUND, Output, tag};
use super::preview::Snapshot;
use super::{dashboard, events};
use crate::output::Content;

/// Where the preview's own addresses begin.
pub(super) const OWN: &str = "/_weeknotes/";

/// How many addresses are taken to be on a screen.
const WATCHED: usize = 16;

const CLIENT: &str = include_str!("assets/client.js");

/// What is shown when not one page could be rendered yet.
const NOTHING_YET: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Preview</title>\n\
    <body style=\"font: 1rem system-ui; margin: 3rem\"><p>There is nothing to show until the errors are mended.</p></body></html>\n";

/// What an address keeps as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// The latest snapshot, for every request.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Only this machine may ask, under its own name: another site's page that makes a
    /// name of its own lead here (DNS rebinding) must not read drafts.
    pub(super) is_private: bool,
    pub(super) watched: Arc<Watched>,
}

/// The addresses that were asked for last: what is likely to be on a screen.
#[derive(Debug, Default)]
pub(super) struct Watched(Mutex<VecDeque<String>>);

impl Watched {
    fn note(&self, address: &str) {
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        addresses.retain(|known| known != address);
        addresses.push_front(address.to_owned());
        addresses.truncate(WATCHED);
    }

    pub(super) fn addresses(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// Answers requests until the listener fails.
pub(super) async fn run(listener: TcpListener, served: Served) -> io::Result<()> {
    axum::serve(listener, Router::new().fallback(answer).with_state(served)).await
}

async fn answer(State(served): State<Served>, request: Request) -> Response {
    if served.is_private && !is_local(request.headers()) {
        return plain(StatusCode::FORBIDDEN, "This preview answers to this machine only.\n");
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "A preview can only be looked at.\n");
    }
    let snapshot = Arc::clone(&served.snapshots.borrow());
    let path = request.uri().path();
    let query = request.uri().query().unwrap_or_default();
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    match decoded.strip_prefix(snapshot.output.base_path()).and_then(|inside| inside.strip_prefix(OWN)) {
        Some("client.js") => Answer::text("text/javascript; charset=utf-8", CLIENT).send(request.headers()),
        Some("events") => events::stream(served.snapshots.clone(), query),
        Some("") => {
            let asked = parameter(query, "path");
            let tag = snapshot.revision().to_string();
            match dashboard::render(&snapshot, asked.as_deref()) {
                Ok(html) => page(&snapshot.output, html.into(), &tag, StatusCode::OK).send(request.headers()),
                Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "The page cannot be shown.\n"),
            }
        }
        _ => {
            if snapshot.output.key(path).is_some() {
                served.watched.note(path);
            }
            site(&snapshot.output, path, query).send(request.headers())
        }
    }
}

/// A value of a query (WHATWG URL, application/x-www-form-urlencoded).
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn site(output: &Output, path: &str, query: &str) -> Answer {
    match output.find(path) {
        Found::File(path) => file(output, &path, StatusCode::OK),
        Found::Redirect(to) => Answer::redirect(&to, query),
        Found::Missing => file(output, NOT_FOUND, StatusCode::NOT_FOUND),
    }
}

fn file(output: &Output, path: &str, status: StatusCode) -> Answer {
    let Some(content) = output.content(path) else {
        return page(output, NOTHING_YET.into(), "", StatusCode::INTERNAL_SERVER_ERROR);
    };
    if let Content::Source(asset) = content {
        return Answer::new(status, media_type(path), &asset.fingerprint().short(), Payload::Asset(asset));
    }
    let bytes = content.bytes(&mut Vec::new()).map(<[u8]>::to_vec).unwrap_or_default();
    let name = tag(&bytes);
    if path.ends_with(".html") {
        return page(output, bytes, &name, status);
    }
    Answer::new(status, media_type(path), &name, Payload::Bytes(bytes))
}

/// A page with the script that keeps it up to date. What is built never has it.
fn page(output: &Output, mut html: Vec<u8>, tag: &str, status: StatusCode) -> Answer {
    let base = crate::markdown::escape(output.base_path());
    let script = format!("<script defer src=\"{base}{OWN}client.js\" data-tag=\"{tag}\"></script>\n");
    let end = memchr::memmem::rfind(&html, b"</body>").unwrap_or(html.len());
    html.splice(end..end, script.into_bytes());
    Answer::new(status, "text/html; charset=utf-8".to_owned(), &super::output::tag(&html), Payload::Bytes(html))
}

/// By the file's ending; text is UTF-8.
fn media_type(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let known = match name {
        "feed.json" => "application/feed+json",
        "atom.xml" => "application/atom+xml",
        "rss.xml" => "application/rss+xml",
        _ => mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream"),
    };
    let is_text = known.starts_with("text/") || known.ends_with("+xml") || known.ends_with("/xml");
    if is_text || known.ends_with("json") || known.ends_with("/javascript") {
        format!("{known}; charset=utf-8")
    } else {
        known.to_owned()
    }
}

fn is_local(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else {
        return true;
    };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let is_address = name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    is_address || name == "localhost" || name.ends_with(".localhost")
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

enum Payload {
    Bytes(Vec<u8>),
    Asset(crate::source::SourceAsset),
}

impl Payload {
    fn len(&self) -> io::Result<u64> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
            Self::Asset(asset) => asset.len(),
        }
    }

    fn range(self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        match self {
            Self::Asset(asset) => asset.read_range(start, end),
            Self::Bytes(mut bytes) => {
                let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
                let (start, end) = (at(start), at(end));
                bytes.truncate(end);
                bytes.drain(..start);
                Ok(bytes)
            }
        }
    }
}

/// An answer before it is known which part of it was asked for.
struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    payload: Payload,
}

impl Answer {
    fn new(status: StatusCode, media_type: String, tag: &str, payload: Payload) -> Self {
        let headers = vec![
            (header::CONTENT_TYPE, media_type),
            (header::ETAG, format!("\"{tag}\"")),
            (header::CACHE_CONTROL, "no-cache".to_owned()),
        ];
        Self { status, headers, payload }
    }

    fn text(media_type: &str, text: &str) -> Self {
        Self::new(StatusCode::OK, media_type.to_owned(), &tag(text.as_bytes()), Payload::Bytes(text.into()))
    }

    /// Not a lasting one: the next edit may put something else there.
    fn redirect(to: &str, query: &str) -> Self {
        let path = utf8_percent_encode(to, PATH);
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        let headers =
            vec![(header::LOCATION, format!("{path}{query}")), (header::CACHE_CONTROL, "no-cache".to_owned())];
        Self { status: StatusCode::TEMPORARY_REDIRECT, headers, payload: Payload::Bytes(Vec::new()) }
    }

    fn send(self, asked: &HeaderMap) -> Response {
        self.try_send(asked).unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, "The file cannot be read.\n"))
    }

    /// Preconditions come before ranges (RFC 9110, section 13.2.2).
    fn try_send(mut self, asked: &HeaderMap) -> io::Result<Response> {
        let text = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
        let own = self.headers.iter().find(|(name, _)| *name == header::ETAG).map(|(_, tag)| tag.clone());
        if self.status == StatusCode::OK
            && let (Some(own), Some(known)) = (&own, text(header::IF_NONE_MATCH))
            && known
                .split(',')
                .any(|known| matches!(known.trim().trim_start_matches("W/"), known if known == own || known == "*"))
        {
            return Ok(self.response(StatusCode::NOT_MODIFIED, Vec::new()));
        }
        let len = self.payload.len()?;
        let is_same = text(header::IF_RANGE).is_none_or(|known| own.as_deref() == Some(known));
        let range =
            text(header::RANGE).filter(|_| self.status == StatusCode::OK && is_same).and_then(|range| part(range, len));
        self.headers.push((header::ACCEPT_RANGES, "bytes".to_owned()));
        match range {
            None => {
                let status = self.status;
                self.whole(status, 0, len)
            }
            Some(Err(())) => {
                self.headers.push((header::CONTENT_RANGE, format!("bytes */{len}")));
                Ok(self.response(StatusCode::RANGE_NOT_SATISFIABLE, Vec::new()))
            }
            Some(Ok((start, end))) => {
                self.headers.push((header::CONTENT_RANGE, format!("bytes {start}-{}/{len}", end - 1)));
                self.whole(StatusCode::PARTIAL_CONTENT, start, end)
            }
        }
    }

    fn whole(mut self, status: StatusCode, start: u64, end: u64) -> io::Result<Response> {
        let payload = std::mem::replace(&mut self.payload, Payload::Bytes(Vec::new()));
        let bytes = payload.range(start, end)?;
        Ok(self.response(status, bytes))
    }

    fn response(self, status: StatusCode, bytes: Vec<u8>) -> Response {
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() = status;
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// One range of bytes (RFC 9110, section 14.1.2). `None` for anything else, which is
/// answered as a whole; an error for a range beyond the end.
fn part(range: &str, len: u64) -> Option<Result<(u64, u64), ()>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end) = match (first.trim(), last.trim()) {
        ("", last) => (len.saturating_sub(last.parse().ok()?), len),
        (first, "") => (first.parse().ok()?, len),
        (first, last) => (first.parse().ok()?, last.parse::<u64>().ok()?.saturating_add(1).min(len)),
    };
    Some(if start < end { Ok((start, end)) } else { Err(()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        assert_eq!(part("bytes=0-3", 10), Some(Ok((0, 4))));
        assert_eq!(part("bytes=4-", 10), Some(Ok((4, 10))));
        assert_eq!(part("bytes=-4", 10), Some(Ok((6, 10))));
        assert_eq!(part("bytes=-40", 10), Some(Ok((0, 10))));
        assert_eq!(part("bytes=4-99", 10), Some(Ok((4, 10))));
        assert_eq!(part("bytes=10-", 10), Some(Err(())));
        assert_eq!(part("bytes=0-1,3-4", 10), None);
        assert_eq!(part("lines=0-1", 10), None);
    }

    #[test]
    fn media_types_say_how_text_is_encoded() {
        assert_eq!(media_type("posts/feed.json"), "application/feed+json; charset=utf-8");
        assert_eq!(media_type("a/style.css"), "text/css; charset=utf-8");
        assert_eq!(media_type("a.png"), "image/png");
        assert_eq!(media_type("talk.mp3"), "audio/mpeg");
        assert_eq!(media_type("LICENSE"), "application/octet-stream");
    }

    #[test]
    fn only_this_machine_is_local() {
        let local =
            |host: &'static str| is_local(&HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]));
        assert!(local("127.0.0.1:4000") && local("localhost") && local("[::1]:4000") && local("blog.localhost:4000"));
        assert!(!local("example.org:4000") && !local("127.0.0.1.example.org") && !local("10.0.0.1"));
    }
}
