//! What is found at addresses, and how politely they are asked.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use weeknotes::online::{Failure, Finding, Method, Options, Request, Response, check};

use super::fake::{Hurried, Network, later, redirect, status};

const PAGE: &str = "https://a.example/page";

/// What is found at [`PAGE`], what was asked for it, and what waits there were.
fn look(
    answer: impl Fn(&Request, usize) -> Result<Response, Failure> + Sync + 'static,
) -> (Finding, Vec<String>, Vec<u128>) {
    look_at(PAGE, answer)
}

fn look_at(
    url: &str,
    answer: impl Fn(&Request, usize) -> Result<Response, Failure> + Sync + 'static,
) -> (Finding, Vec<String>, Vec<u128>) {
    let (network, clock) = (Network::new(answer), Hurried::new());
    let found = check(&[url.to_owned()], &Options::default(), &network, &clock);
    let [found] = found.try_into().expect("one for one");
    (found, network.log(), clock.waits())
}

fn refuses_head(request: &Request, refusal: u16) -> Result<Response, Failure> {
    status(if request.method == Method::Head { refusal } else { 200 })
}

#[test]
fn the_head_is_enough() {
    let (found, log, waits) = look(|_, _| status(200));
    assert_eq!((found, log, waits), (Finding::Fine, vec![format!("HEAD {PAGE}")], vec![]));
}

#[test]
fn get_where_head_is_refused() {
    for refusal in [400, 403, 404, 405, 501] {
        let (found, log, waits) = look(move |request, _| refuses_head(request, refusal));
        assert_eq!(found, Finding::Fine, "{refusal}");
        assert_eq!((log, waits), (vec![format!("HEAD {PAGE}"), format!("GET {PAGE}")], vec![500]));
    }
}

#[test]
fn what_the_end_of_the_way_means() {
    for (code, expected) in [
        (204, Finding::Fine),
        (404, Finding::Dead { status: 404 }),
        (410, Finding::Dead { status: 410 }),
        (401, Finding::Refused { status: 401 }),
        (403, Finding::Refused { status: 403 }),
        (451, Finding::Refused { status: 451 }),
        (429, Finding::Refused { status: 429 }),
        (304, Finding::Refused { status: 304 }),
        (500, Finding::Trouble { status: 500 }),
        (999, Finding::Refused { status: 999 }),
    ] {
        assert_eq!(look(move |_, _| status(code)).0, expected);
    }
    for (failure, expected) in [
        (Failure::NoHost, Finding::NoHost),
        (Failure::Timeout, Finding::Timeout),
        (Failure::Private, Finding::Private),
        (Failure::Tls("expired".into()), Finding::Tls { reason: "expired".into() }),
        (Failure::Broken("reset".into()), Finding::Broken { reason: "reset".into() }),
    ] {
        assert_eq!(look(move |_, _| Err(failure.clone())).0, expected);
    }
}

#[test]
fn trouble_that_passes_is_waited_for() {
    let fails_twice =
        |trouble: fn() -> Result<Response, Failure>| look(move |_, nth| if nth < 2 { trouble() } else { status(200) });
    let (found, log, waits) = fails_twice(|| status(500));
    assert_eq!((found, waits), (Finding::Fine, vec![1000, 2000]));
    assert_eq!(log, [format!("HEAD {PAGE}"), format!("GET {PAGE}"), format!("GET {PAGE}")]);
    assert_eq!(fails_twice(|| Err(Failure::Timeout)).0, Finding::Fine);
    assert_eq!(fails_twice(|| Err(Failure::Broken("reset".into()))).0, Finding::Fine);
    let (found, log, waits) = fails_twice(|| later(429, "7"));
    assert_eq!((found, waits), (Finding::Fine, vec![7000, 7000]));
    assert!(log.iter().all(|line| line.starts_with("HEAD")));
    let (found, _, waits) = fails_twice(|| later(503, "Tue, 10 Mar 2026 12:00:20 GMT"));
    assert_eq!((found, waits), (Finding::Fine, vec![20_000, 500]));
}

#[test]
fn not_for_ever() {
    let (found, log, _) = look(|_, _| status(502));
    assert_eq!((found, log.len()), (Finding::Trouble { status: 502 }, 3));
    let (found, log, waits) = look(|_, _| later(429, "3600"));
    assert_eq!((found, log.len(), waits), (Finding::Refused { status: 429 }, 1, vec![]), "longer than anybody waits");
    let (found, log, _) = look(|_, _| Err(Failure::Tls("expired".into())));
    assert_eq!((log.len(), found.is_unchecked()), (1, false), "a certificate does not get better");
}

#[test]
fn all_requests_for_an_address_have_a_deadline() {
    use weeknotes::online::Clock as _;
    let clock = Arc::new(Hurried::new());
    let slow = Arc::clone(&clock);
    let network = Network::new(move |request, _| {
        slow.sleep(request.timeout);
        Err(Failure::Timeout)
    });
    let found = check(&[PAGE.to_owned()], &Options { retries: 9, ..Options::default() }, &network, &*clock);
    assert_eq!((found, network.log().len()), (vec![Finding::Timeout], 2), "ten seconds each, twenty in all");
}

#[test]
fn redirects_for_good_are_told() {
    let moved = |to: &str| Finding::Moved { to: to.to_owned() };
    let chain = |codes: &'static [u16]| {
        look_at("https://a.example/0#part", move |request, _| {
            let at: usize = request.url.path()[1..].parse().expect("a number");
            codes.get(at).map_or_else(|| status(200), |code| redirect(*code, &format!("{}", at + 1)))
        })
        .0
    };
    assert_eq!(chain(&[301]), moved("https://a.example/1#part"));
    assert_eq!(chain(&[301, 308]), moved("https://a.example/2#part"));
    assert_eq!(chain(&[301, 302, 301]), moved("https://a.example/1#part"), "only as far as it is for good");
    for code in [302, 303, 307] {
        assert_eq!(
            look(move |request, _| if request.url.path() == "/page" { redirect(code, "/b") } else { status(200) }).0,
            Finding::Fine
        );
    }
    assert_eq!(chain(&[302, 301]), Finding::Fine);
    assert_eq!(
        look(|request, _| if request.url.path() == "/page" { redirect(301, "/b") } else { status(404) }).0,
        Finding::Dead { status: 404 }
    );
}

#[test]
fn redirects_that_lead_nowhere() {
    assert_eq!(look(|_, _| redirect(301, "")).0, Finding::Loop { hops: 1 });
    let two = |request: &Request, _| redirect(302, if request.url.path() == "/page" { "/b" } else { "/page" });
    assert_eq!(look(two).0, Finding::Loop { hops: 2 });
    let (found, log, _) = look(|request, _| redirect(302, &format!("{}x", request.url.path())));
    assert_eq!((found, log.len()), (Finding::Loop { hops: 11 }, 11), "ten are followed");
    for to in
        ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https://", "http://[", "mailto:a@b.example"]
    {
        let (found, log, _) = look(move |_, _| redirect(301, to));
        assert_eq!((found, log.len()), (Finding::Astray { to: to.to_owned() }, 1));
    }
    let (found, _, _) = look(|_, _| redirect(302, "data:\u{202e}\u{1b}[31m\n"));
    assert_eq!(found, Finding::Astray { to: r"data:\u{202e}\u{1b}[31m\n".to_owned() });
}

#[test]
fn a_secret_in_an_address_is_kept() {
    let (_, log, _) = look_at("https://user:word@a.example/page#part", |request, _| {
        assert!(request.url.username().is_empty() && request.url.password().is_none());
        status(200)
    });
    assert_eq!(log, [format!("HEAD {PAGE}")]);
}

#[test]
fn https_where_it_is_to_be_had() {
    let secure = |code: u16| {
        look_at("http://a.example/page", move |request, _| {
            status(if request.url.scheme() == "https" { code } else { 200 })
        })
    };
    assert_eq!(secure(200).0, Finding::Https { to: PAGE.to_owned() });
    let (found, log, _) = secure(503);
    assert_eq!(
        (found, log),
        (Finding::Fine, vec!["HEAD http://a.example/page".to_owned(), format!("HEAD {PAGE}")]),
        "tried once"
    );
    assert_eq!(look_at("http://a.example:8080/page", |_, _| status(200)).1.len(), 1);
}

#[test]
fn a_doi_is_good_when_it_is_known() {
    let doi =
        |code: u16| look_at("https://doi.org/10.1037/x", move |_, _| redirect(code, "https://publisher.example/"));
    let (found, log, _) = doi(302);
    assert_eq!((found, log.len()), (Finding::Fine, 1), "the publisher is not asked");
    assert_eq!(look_at("https://doi.org/10.1037/x", |_, _| status(404)).0, Finding::Dead { status: 404 });
    let old = |request: &Request, _| match request.url.host_str() {
        Some("dx.doi.org") => redirect(301, "https://doi.org/10.1037/x"),
        _ => redirect(302, "https://publisher.example/"),
    };
    assert_eq!(
        look_at("https://dx.doi.org/10.1037/x", old).0,
        Finding::Moved { to: "https://doi.org/10.1037/x".to_owned() }
    );
}

#[test]
fn what_is_no_web_address_is_not_asked() {
    for url in ["ftp://a.example/", "javascript:alert(1)", "nonsense"] {
        let (found, log, _) = look_at(url, |_, _| status(200));
        assert_eq!((found, log), (Finding::Astray { to: url.to_owned() }, vec![]));
    }
}

#[test]
fn a_host_that_is_silent_is_given_up() {
    let urls: Vec<String> = (0..9).map(|at| format!("https://a.example/{at}")).collect();
    let (network, clock) = (Network::new(|_, _| Err(Failure::NoHost)), Hurried::new());
    assert_eq!(check(&urls, &Options::default(), &network, &clock), vec![Finding::NoHost; 9]);
    assert_eq!(network.log().len(), 3);
    let network = Network::new(|request, _| match request.url.host_str() {
        Some("a.example") => redirect(302, "https://b.example/"),
        _ => Err(Failure::NoHost),
    });
    check(&urls, &Options::default(), &network, &clock);
    assert_eq!(network.log().len(), 18, "that others are silent is not its fault");
}

#[test]
fn one_request_at_a_time_for_a_host_and_a_pause_between() {
    let urls: Vec<String> = (0..60).map(|at| format!("https://h{}.example/{at}", at % 6)).collect();
    // Every other one leads to the same third host.
    let network = Network::new(|request, _| match request.url.path()[1..].parse::<u32>() {
        Ok(at) if at % 2 == 1 => redirect(302, &format!("https://shared.example/to-{at}")),
        _ => status(200),
    });
    let clock = Hurried::new();
    let found = check(&urls, &Options::default(), &network, &clock);
    assert_eq!(found, vec![Finding::Fine; 60]);
    let one_host: Vec<String> = (0..5).map(|at| format!("https://a.example/{at}")).collect();
    let clock = Hurried::new();
    check(&one_host, &Options::default(), &Network::new(|_, _| status(200)), &clock);
    assert_eq!(clock.waits(), [500; 4]);
}

#[test]
fn so_many_hosts_at_once_and_no_more() {
    let urls: Vec<String> = (0..12).map(|at| format!("https://h{at}.example/")).collect();
    let together = Barrier::new(3);
    let network = Network::new(move |_, _| {
        together.wait();
        status(200)
    });
    let options = Options { concurrency: 3, delay: Duration::ZERO, ..Options::default() };
    assert_eq!(check(&urls, &options, &network, &Hurried::new()).len(), 12);
    assert_eq!(network.most(), 3);
    let network = Network::new(|_, _| status(200));
    check(&urls, &Options { concurrency: 0, ..options.clone() }, &network, &Hurried::new());
    assert_eq!(network.most(), 1);
    assert!(check(&[], &options, &network, &Hurried::new()).is_empty());
}
