//! What is made of a server's answers, when it is asked for a site.

// The answers stand beside failures, so they are what `fetch` returns.
#![allow(clippy::unnecessary_wraps)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use weeknotes::online::live::{Probe, State, compare};
use weeknotes::online::{Client, Failure, Networks, Options, Request, Response};
use weeknotes::output::Content;

use super::fake::{Hurried, Network, body, later, redirect, status};
use super::server::Server;

const PAGE: &str = "https://a.example/posts/a/";
const FRONT: &str = "https://a.example/";

type Answer = Result<Response, Failure>;
type Trouble = fn() -> Answer;

fn content(text: &str) -> Content {
    Content::Bytes(text.as_bytes().into())
}

fn probe(url: &str, expected: Option<&str>) -> Probe {
    Probe { url: url.parse().expect("an address"), expected: expected.map(content) }
}

/// One request at a time, as the made up network wants it.
fn options() -> Options {
    Options { concurrency: 1, redirects: 3, ..Options::default() }
}

/// What is found at [`PAGE`], where `expected` should be, on a site whose page for missing
/// addresses says "missing".
fn look(expected: Option<&str>, answer: impl Fn(&Request, usize) -> Answer + Sync + 'static) -> State {
    let probes = [probe(PAGE, expected)];
    let found = compare(&probes, Some(&content("missing")), &options(), &Network::new(answer), &Hurried::new());
    let [found] = found.try_into().expect("one for one");
    found
}

fn unreachable(reason: &str) -> State {
    State::Unreachable { reason: reason.to_owned() }
}

fn said(status: u16, text: &str) -> Answer {
    Ok(Response { status, body: text.into(), ..Response::default() })
}

#[test]
fn what_should_be_there() {
    let outdated = State::Outdated { leads_to: None };
    let found = |code: u16, text: &'static str| look(Some("page"), move |_, _| said(code, text));
    assert_eq!(found(200, "page"), State::UpToDate);
    assert_eq!([found(200, "pag"), found(200, "pages"), found(200, "")], [(); 3].map(|()| outdated.clone()));
    assert_eq!([found(404, "page"), found(410, ""), found(200, "missing")], [(); 3].map(|()| State::Missing));
    assert_eq!(found(403, ""), unreachable("the server answers 403"));
    assert_eq!(found(304, "page"), unreachable("the server answers 304 and leads to no page"));
    assert_eq!(look(Some("missing"), |_, _| said(404, "missing")), State::UpToDate, "the page for missing addresses");
    assert_eq!(look(Some(""), |_, _| status(200)), State::UpToDate);
}

#[test]
fn what_must_not_be_there() {
    let found = |code: u16, text: &'static str| look(None, move |_, _| said(code, text));
    assert_eq!([found(200, "page"), found(203, "")], [(); 2].map(|()| State::Early));
    for gone in [found(404, "page"), found(410, ""), found(403, ""), found(200, "missing")] {
        assert_eq!(gone, State::Waiting);
    }
    assert_eq!(
        [found(401, ""), found(503, "")],
        [401, 503].map(|code| unreachable(&format!("the server answers {code}")))
    );
    let to_front = |request: &Request, _| if request.url.path() == "/" { body("front") } else { redirect(302, "/") };
    assert_eq!(look(None, to_front), State::Waiting, "the front page is nothing that waits");
}

#[test]
fn redirects_are_followed_a_little() {
    let to = |place: &'static str, code: u16| {
        move |request: &Request, _| if request.url.as_str() == PAGE { redirect(301, place) } else { said(code, "page") }
    };
    for place in ["/posts/a", "index.html", "https://www.a.example/posts/a/", "/posts/a.html"] {
        assert_eq!(look(Some("page"), to(place, 200)), State::UpToDate, "{place}");
        assert_eq!(look(Some("other"), to(place, 200)), State::Outdated { leads_to: None }, "{place}");
        assert_eq!(look(None, to(place, 200)), State::Early, "{place}");
        assert_eq!(look(None, to(place, 404)), State::Waiting, "{place}");
    }
    let elsewhere = State::Outdated { leads_to: Some("https://b.example/new/".to_owned()) };
    assert_eq!(look(Some("other"), to("https://b.example/new/", 200)), elsewhere);
    let network = Network::new(|_, _| redirect(302, PAGE));
    let found = compare(&[probe(PAGE, Some("page"))], None, &options(), &network, &Hurried::new());
    assert_eq!(found, [unreachable("the server answers 302 and leads to no page")]);
    assert_eq!(network.log().len(), 4);
    assert_eq!(
        look(Some("page"), |_, _| redirect(301, "file:///etc/passwd")),
        unreachable("the server answers 301 and leads to no page")
    );
}

#[test]
fn trouble_that_passes_is_waited_for() {
    let cut_off = || Ok(Response { status: 200, is_cut_off: true, body: b"pa".to_vec(), ..Response::default() });
    let troubles: [(Trouble, [u128; 2]); 4] = [
        (|| status(502), [1000, 2000]),
        (|| later(429, "7"), [7000, 7000]),
        (|| Err(Failure::Timeout), [1000, 2000]),
        (cut_off, [1000, 2000]),
    ];
    for (trouble, waits) in troubles {
        let clock = Hurried::new();
        let network = Network::new(move |_, nth| if nth < 2 { trouble() } else { body("page") });
        let found = compare(&[probe(PAGE, Some("page"))], None, &options(), &network, &clock);
        assert_eq!((found, clock.waits()), (vec![State::UpToDate], waits.to_vec()));
    }
    assert_eq!(look(Some("page"), move |_, _| cut_off()), unreachable("the answer breaks off"));
    let network = Network::new(|_, _| later(503, "3600"));
    let found = compare(&[probe(PAGE, Some("page"))], None, &options(), &network, &Hurried::new());
    assert_eq!((found, network.log().len()), (vec![unreachable("the server answers 503")], 1), "nobody waits an hour");
}

#[test]
fn a_server_that_is_gone_is_asked_for_one_page() {
    let probes: Vec<Probe> = (0..9).map(|at| probe(&format!("{FRONT}{at}"), Some("page"))).collect();
    let network = Network::new(|_, _| Err(Failure::NoHost));
    let found = compare(&probes, None, &options(), &network, &Hurried::new());
    assert_eq!((found, network.log().len()), (vec![unreachable("there is no host of that name"); 9], 1));
    let network =
        Network::new(|request, _| if request.url.path() < "/4" { body("page") } else { Err(Failure::NoHost) });
    let found = compare(&probes, None, &options(), &network, &Hurried::new());
    assert_eq!((found[3].clone(), found[8].clone(), network.log().len()), (State::UpToDate, found[4].clone(), 7));
    assert_eq!(compare(&[], None, &options(), &network, &Hurried::new()), []);
}

#[test]
fn no_more_is_read_than_is_to_be_compared() {
    let network =
        Network::new(|request, _| said(200, &"page".repeat(9)[..usize::try_from(request.body).expect("few")]));
    let found = compare(&[probe(PAGE, Some("page"))], None, &options(), &network, &Hurried::new());
    assert_eq!(found, [State::Outdated { leads_to: None }]);
}

/// Several requests are under way at once, over connections that are kept.
#[test]
fn the_real_client() {
    let (together, connections) = (Arc::new(Barrier::new(3)), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&connections);
    let server = Server::raw(move |mut connection| {
        count.fetch_add(1, Ordering::SeqCst);
        let mut lines = BufReader::new(connection.try_clone()?).lines();
        while let Some(first) = lines.next().transpose()? {
            let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
            lines.by_ref().take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
            if path != "/" {
                together.wait();
            }
            write!(connection, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{path}", path.len())?;
        }
        Ok(())
    });
    let probes = ["/", "/1", "/2", "/3", "/4", "/5", "/6"].map(|path| probe(&server.url(path), Some(path)));
    let client = Client::keeping(Networks::All, 3);
    let found = compare(&probes, None, &Options { concurrency: 3, ..options() }, &client, &Hurried::new());
    assert_eq!(found, [(); 7].map(|()| State::UpToDate));
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}
