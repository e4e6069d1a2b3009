//! What is asked of the network, and what comes back.

use std::time::Duration;

use url::Url;

/// Asks one address once. Everything that reaches the network goes through this.
pub trait Fetch: Sync {
    /// Sends a request and follows no redirect.
    ///
    /// # Errors
    /// When there is no answer in HTTP.
    fn fetch(&self, request: &Request) -> Result<Response, Failure>;
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// How it asks.
    pub method: Method,
    /// Whom it asks.
    pub url: Url,
    /// How long it may take, from looking up the name to the last byte that is read.
    pub timeout: Duration,
    /// How many bytes of the body are read at most.
    pub body: u64,
}

/// How a request asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// For the head alone.
    Head,
    /// For everything.
    Get,
}

/// What a server answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The status: 200.
    pub status: u16,
    /// Where it sends on to, as written.
    pub location: Option<String>,
    /// When to come again, as written: seconds, or a date.
    pub retry_after: Option<String>,
    /// The beginning of the body, up to what the request allows. Less when it breaks off.
    pub body: Vec<u8>,
    /// Whether it broke off before its end or what the request allows.
    pub is_cut_off: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// None came in time.
    Timeout,
    /// The name is not known, or cannot be looked up.
    NoHost,
    /// The address belongs to a private network, which nobody's record may make us ask.
    Private,
    /// There is no safe connection to be had: a certificate that nobody vouches for.
    Tls(String),
    /// The connection cannot be made or breaks, or what comes is not HTTP.
    Broken(String),
}
