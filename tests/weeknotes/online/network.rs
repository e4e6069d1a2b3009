//! The real client against a server that misbehaves.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use weeknotes::online::{Client, Failure, Fetch as _, Finding, Method, Networks, Options, Request, check};

use super::fake::Hurried;
use super::server::{Asked, Server};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// What is found, when requests may take so long and are not repeated.
fn look_for(url: String, timeout: Duration) -> Finding {
    let options = Options { timeout, retries: 0, ..Options::default() };
    let [found] =
        check(&[url], &options, &Client::new(Networks::All), &Hurried::new()).try_into().expect("one for one");
    found
}

fn look(url: String) -> Finding {
    look_for(url, Duration::from_secs(10))
}

/// What is found at a server that answers every request alike.
fn answered(answer: impl Fn(&mut Asked) -> io::Result<()> + Send + Sync + 'static) -> Finding {
    look(Server::http(move |_, asked| answer(asked)).url("/"))
}

fn is_broken(finding: &Finding) -> bool {
    matches!(finding, Finding::Broken { .. })
}

fn is_tls(finding: &Finding) -> bool {
    matches!(finding, Finding::Tls { .. })
}

#[test]
fn a_server_that_behaves() {
    let server = Server::http(|_, asked| asked.say(OK));
    assert_eq!(look(server.url("/page?q=1#part")), Finding::Fine);
    assert_eq!(server.log(), ["HEAD /page?q=1"]);
}

#[test]
fn one_that_never_answers() {
    let short = Duration::from_millis(100);
    let server = Server::http(|_, asked| asked.keep_silent());
    assert_eq!(look_for(server.url("/"), short), Finding::Timeout);
    let server = Server::http(|_, asked| {
        asked.say("HTTP/1.1 200 OK\r\nContent-Le")?;
        asked.keep_silent()
    });
    assert_eq!(look_for(server.url("/"), short), Finding::Timeout);
    let server = Server::raw(|mut connection| io::copy(&mut connection, &mut io::sink()).map(drop));
    assert_eq!(look_for(server.secure_url(), short), Finding::Timeout);
    let server = Server::http(|_, asked| asked.say_for_ever("HTTP/1.1 100 Continue\r\n\r\n"));
    assert!(look_for(server.url("/"), short).is_unchecked());
}

#[test]
fn one_that_never_ends() {
    let endless = |asked: &mut Asked| {
        asked.say("HTTP/1.1 200 OK\r\n\r\n")?;
        asked.say_for_ever("more ")
    };
    assert_eq!(answered(endless), Finding::Fine);
    let only_get =
        move |asked: &mut Asked| if asked.is_head() { asked.say("HTTP/1.1 405 No\r\n\r\n") } else { endless(asked) };
    assert_eq!(answered(only_get), Finding::Fine);
    let server = Server::http(move |_, asked| endless(asked));
    let answer = Client::new(Networks::All).fetch(&get(&server.url("/"), 1000)).expect("an answer");
    assert_eq!((answer.status, answer.body.len(), answer.is_cut_off), (200, 1000, false));
}

fn get(url: &str, body: u64) -> Request {
    Request { method: Method::Get, url: url.parse().expect("an address"), timeout: Duration::from_secs(10), body }
}

#[test]
fn one_that_promises_more_than_it_says() {
    let short = |asked: &mut Asked| asked.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort");
    assert_eq!(answered(short), Finding::Fine);
    let server = Server::http(move |_, asked| short(asked));
    let answer = Client::new(Networks::All).fetch(&get(&server.url("/"), 1000)).expect("an answer");
    assert_eq!((answer.body.as_slice(), answer.is_cut_off), (&b"short"[..], true));
    let odd = |asked: &mut Asked| asked.say("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n");
    let found = answered(odd);
    assert!(found == Finding::Fine || is_broken(&found), "{found:?}");
}

#[test]
fn one_that_breaks_off() {
    let found = answered(|asked| {
        asked.say("HTTP/1.1 200 OK\r\nContent-Le")?;
        asked.connection.shutdown(Shutdown::Both)
    });
    assert!(is_broken(&found), "{found:?}");
    // Closed with something unread, the connection is reset.
    let reset = Server::raw(|mut connection: TcpStream| connection.read_exact(&mut [0]));
    let found = look(reset.url("/"));
    assert!(is_broken(&found), "{found:?}");
    let gone = Server::raw(|_| Ok(())).url("/");
    let found = look(gone);
    assert!(is_broken(&found), "{found:?}");
}

#[test]
fn one_that_speaks_something_else() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "\0\u{1}\u{2}\u{3}",
        "HTTP/9.9 abc\r\n\r\n",
        "HTTP/1.1 20000 OK\r\n\r\n",
        "\r\n\r\n",
    ] {
        let found = answered(move |asked| asked.say(garbage));
        assert!(is_broken(&found), "{garbage:?}: {found:?}");
    }
    let found = answered(|asked| {
        asked.say("HTTP/1.1 200 OK\r\n")?;
        asked.say_for_ever("X-More: and more\r\n")
    });
    assert!(is_broken(&found), "{found:?}");
    let found = answered(|asked| asked.say(&format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "x".repeat(1_000_000))));
    assert!(is_broken(&found), "{found:?}");
}

#[test]
fn one_without_a_safe_connection() {
    let server = Server::raw(|mut connection| connection.write_all(b"HTTP/1.1 400 This is no port for TLS\r\n\r\n"));
    let found = look(server.secure_url());
    assert!(is_tls(&found) || is_broken(&found), "{found:?}");
    let config = self_signed();
    let server = Server::raw(move |mut connection| {
        let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
        tls.complete_io(&mut connection).map(drop)
    });
    let found = look(server.secure_url());
    assert!(matches!(&found, Finding::Tls { reason } if reason.contains("certificate")), "{found:?}");
}

fn self_signed() -> Arc<rustls::ServerConfig> {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.expect("versions").with_no_client_auth();
    Arc::new(builder.with_single_cert(vec![made.cert.der().clone()], key).expect("they fit"))
}

#[test]
fn one_that_sends_on_and_on() {
    let server = Server::http(|path, asked| match path {
        "/loop" => asked.say("HTTP/1.1 302 Found\r\nLocation: /loop\r\n\r\n"),
        "/a/relative" => asked.say("HTTP/1.1 301 Moved\r\nLocation: ../fine?x#y\r\n\r\n"),
        "/file" => asked.say("HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\n\r\n"),
        "/script" => asked.say("HTTP/1.1 301 Moved\r\nLocation: javascript:alert(1)\r\n\r\n"),
        "/nowhere" => asked.say("HTTP/1.1 302 Found\r\n\r\n"),
        "/fine?x" => asked.say(OK),
        chain => asked.say(&format!("HTTP/1.1 307 Found\r\nLocation: {chain}x\r\n\r\n")),
    });
    assert_eq!(look(server.url("/loop")), Finding::Loop { hops: 1 });
    assert_eq!(look(server.url("/chain")), Finding::Loop { hops: 11 });
    assert_eq!(look(server.url("/a/relative")), Finding::Moved { to: server.url("/fine?x") });
    assert_eq!(look(server.url("/file")), Finding::Astray { to: "file:///etc/passwd".to_owned() });
    assert_eq!(look(server.url("/script")), Finding::Astray { to: "javascript:alert(1)".to_owned() });
    assert_eq!(look(server.url("/nowhere")), Finding::Refused { status: 302 });
}

#[test]
fn one_that_is_well_again() {
    let server = Server::http(|path, asked| match (path, asked.nth) {
        ("/busy", 0) => asked.say("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"),
        ("/ill", 0) if asked.is_head() => asked.say("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"),
        ("/shy", _) if asked.is_head() => asked.connection.shutdown(Shutdown::Both),
        _ => asked.say(OK),
    });
    let clock = Hurried::new();
    let urls = ["/busy", "/ill", "/shy"].map(|path| server.url(path));
    let found = check(&urls, &Options::default(), &Client::new(Networks::All), &clock);
    assert_eq!(found, [Finding::Fine, Finding::Fine, Finding::Fine]);
    assert_eq!(server.log(), ["HEAD /busy", "HEAD /busy", "HEAD /ill", "GET /ill", "HEAD /shy", "GET /shy"]);
    assert!(clock.waits().contains(&7000));
}

#[test]
fn what_stands_behind_the_firewall_is_not_asked() {
    let server = Server::http(|_, asked| asked.say(OK));
    for url in [server.url("/"), server.localhost_url(), server.url("/").replace("127.0.0.1", "[::ffff:127.0.0.1]")] {
        let request = get(&url, 0);
        assert_eq!(Client::new(Networks::Public).fetch(&request), Err(Failure::Private), "{url}");
    }
    assert!(server.log().is_empty());
}
