//! The one that really asks, on `ureq`.

use std::fmt;
use std::io::{self, Read};
use std::time::Duration;

use ureq::config::Config;
use ureq::http::{self, HeaderName, Uri, header};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body};

use super::fetch::{Failure, Fetch, Method, Request, Response};
use super::network::is_public;

/// Longer than any header that means well.
const HEAD_LIMIT: usize = 64 * 1024;
const CONNECT: Duration = Duration::from_secs(5);
const AGENT: &str = concat!("weeknotes/", env!("CARGO_PKG_VERSION"), " (+link check)");

/// Asks over the network. It follows no redirect, keeps no cookie, and goes through no proxy.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
}

/// Where a client may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Networks {
    /// To addresses of the public network only: a record is no way to reach what stands
    /// behind a firewall with the machine that checks.
    Public,
    /// Everywhere, also to the machine itself.
    All,
}

impl Client {
    /// A client that may go so far, and keeps no connection.
    pub fn new(networks: Networks) -> Self {
        Self::keeping(networks, 0)
    }

    /// A client that keeps so many connections open, for many requests to one server.
    pub fn keeping(networks: Networks, connections: usize) -> Self {
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(AGENT)
            .max_response_header_size(HEAD_LIMIT)
            .max_idle_connections(connections)
            .max_idle_connections_per_host(connections)
            .build();
        let resolver = Screened { networks, resolver: DefaultResolver::default() };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), resolver) }
    }
}

impl Fetch for Client {
    fn fetch(&self, request: &Request) -> Result<Response, Failure> {
        let method = match request.method {
            Method::Head => http::Method::HEAD,
            Method::Get => http::Method::GET,
        };
        let asked = http::Request::builder()
            .method(method)
            .uri(request.url.as_str())
            .body(())
            .map_err(|error| Failure::Broken(error.to_string()))?;
        let asked = self
            .agent
            .configure_request(asked)
            .timeout_global(Some(request.timeout))
            .timeout_connect(Some(CONNECT.min(request.timeout)))
            .build();
        let answer = self.agent.run(asked).map_err(|error| failure(error, request.url.scheme() == "https"))?;
        Ok(response(answer, request.body))
    }
}

fn response(answer: http::Response<Body>, limit: u64) -> Response {
    let header = |name: HeaderName| {
        answer.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let (location, retry_after) = (header(header::LOCATION), header(header::RETRY_AFTER));
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    // What was read before it broke off is in `body`.
    let is_cut_off = limit > 0 && answer.into_body().into_reader().take(limit).read_to_end(&mut body).is_err();
    Response { status, location, retry_after, body, is_cut_off }
}

fn failure(error: ureq::Error, is_secure: bool) -> Failure {
    match error {
        ureq::Error::Timeout(_) => Failure::Timeout,
        ureq::Error::HostNotFound => Failure::NoHost,
        ureq::Error::Tls(reason) => Failure::Tls(reason.to_owned()),
        ureq::Error::Rustls(error) => Failure::Tls(error.to_string()),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => Failure::Timeout,
        ureq::Error::Io(error) if is_secure && error.kind() == io::ErrorKind::InvalidData => {
            Failure::Tls(error.to_string())
        }
        ureq::Error::Io(error) => Failure::Broken(error.to_string()),
        ureq::Error::Other(error) if error.is::<OffLimits>() => Failure::Private,
        other => Failure::Broken(other.to_string()),
    }
}

/// Looks names up, and keeps the client where it may go. Done here, and not before a
/// request, it holds for the very address that is connected to.
#[derive(Debug)]
struct Screened {
    networks: Networks,
    resolver: DefaultResolver,
}

impl Resolver for Screened {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.resolver.resolve(uri, config, timeout).map_err(|error| match error {
            ureq::Error::Io(_) => ureq::Error::HostNotFound,
            other => other,
        })?;
        if self.networks == Networks::All {
            return Ok(found);
        }
        let mut public = self.empty();
        found.iter().filter(|address| is_public(address.ip())).for_each(|address| public.push(*address));
        if public.is_empty() {
            return Err(ureq::Error::Other(Box::new(OffLimits)));
        }
        Ok(public)
    }
}

#[derive(Debug)]
struct OffLimits;

impl fmt::Display for OffLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address belongs to a private network")
    }
}

impl std::error::Error for OffLimits {}
