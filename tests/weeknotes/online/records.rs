//! From records to what the author is told, and to what is written.

use std::path::Path;
use std::sync::Arc;

use weeknotes::content::{LIBRARY, Library, Source};
use weeknotes::diagnostics::{Format, Span, render};
use weeknotes::online::{Counts, Failure, Options, Report, check_sources, write_archived};
use weeknotes::source::SourceText;

use super::fake::{Hurried, Network, body, redirect, status};
use crate::fixture::{Site, golden};

const RECORDS: &str = "\
# What the posts lean on.
- id: fine
  title: Fine
  url: https://fine.example/
- id: moved
  title: Moved
  url: http://moved.example/old
- id: front
  title: Front
  url: https://front.example/a/page
- id: plain
  title: Plain
  url: http://plain.example/
- id: dead
  title: Dead
  url: https://dead.example/page

- id: kept
  title: Kept
  url: https://dead.example/kept
  archived: https://web.archive.org/web/2020/https://dead.example/kept
- id: refused
  title: Refused
  url: https://refused.example/
  doi: 10.1037/pst0000172
- id: trouble
  title: Trouble
  url: https://trouble.example/
- id: slow
  title: Slow
  url: https://slow.example/
- id: nobody
  title: Nobody
  url: https://nobody.example/
- id: tls
  title: Bad certificate
  url: https://tls.example/
- id: loop
  title: Loop
  url: https://loop.example/
- id: astray
  title: Astray
  url: https://user:word@astray.example/
  accessed: 2020-05-01
- id: inside
  title: Inside
  url: http://router.example/
";

fn records(text: &str) -> Vec<(Arc<Source>, Span)> {
    let library = Library::read(&SourceText::new(LIBRARY, text));
    assert_eq!(library.diagnostics, []);
    library.value.records.iter().map(|record| (Arc::clone(&record.source), record.place.clone())).collect()
}

/// The made-up network that [`RECORDS`] point into.
fn network() -> Network {
    Network::new(|request, _| match (request.url.host_str().expect("a host"), request.url.path()) {
        ("fine.example" | "plain.example", _) | ("moved.example", "/new") | ("front.example", "/") => status(200),
        ("moved.example", _) => redirect(301, "https://moved.example/new"),
        ("front.example", _) => redirect(301, "/"),
        ("dead.example", _) => status(404),
        ("refused.example", _) => status(403),
        ("trouble.example", _) => status(503),
        ("slow.example", _) => Err(Failure::Timeout),
        ("nobody.example", _) => Err(Failure::NoHost),
        ("tls.example", _) => Err(Failure::Tls("invalid peer certificate: Expired".into())),
        ("loop.example", _) => redirect(302, "/"),
        ("astray.example", _) => redirect(302, "javascript:alert(1)"),
        ("router.example", _) => Err(Failure::Private),
        ("doi.org", _) => redirect(302, "https://publisher.example/"),
        ("archive.org", "/wayback/available") => body(&archive(request.url.query().expect("a query"))),
        (other, path) => panic!("{other}{path} was asked"),
    })
}

fn archive(query: &str) -> String {
    if query.contains("dead.example") {
        return r#"{"archived_snapshots": {"closest": {"status": "200", "available": true, "timestamp": "20240102030405",
            "url": "http://web.archive.org/web/20240102030405/https://dead.example/page"}}}"#
            .to_owned();
    }
    r#"{"archived_snapshots": {}}"#.to_owned()
}

fn check(records: &[(Arc<Source>, Span)], network: &Network, root: &Path, archive: bool) -> Report {
    check_at("2026-03-10T12:00:00Z", records, network, root, archive)
}

fn check_at(now: &str, records: &[(Arc<Source>, Span)], network: &Network, root: &Path, archive: bool) -> Report {
    check_sources(records, &Options { archive, ..Options::default() }, network, &Hurried::at(now), root)
}

#[test]
fn the_author_is_told_what_to_do() {
    let (site, network) = (Site::empty(), network());
    let report = check(&records(RECORDS), &network, site.path(), false);
    let counts = Counts { links: 15, known: 0, fine: 2, moved: 3, dead: 5, unchecked: 5 };
    assert_eq!((report.counts, report.archived.len(), report.not_kept.as_deref()), (counts, 0, None));
    assert!(report.diagnostics.iter().all(|found| !found.is_error()));
    let told: String = report.diagnostics.iter().map(|found| render(found, Format::Human { color: false })).collect();
    golden("online/told.txt", &told);
}

#[test]
fn a_copy_is_written_into_the_library_and_nothing_else() {
    let (site, network) = (Site::empty().file(LIBRARY, RECORDS), network());
    let report = check(&records(RECORDS), &network, site.path(), true);
    assert_eq!(report.archived.len(), 1);
    let asked: Vec<String> = network.log().into_iter().filter(|line| line.contains("archive.org")).collect();
    assert_eq!(asked.len(), 12, "all but what has a copy, and what is nobody's business");
    assert!(
        asked.iter().any(|line| line.ends_with("?url=https%3A%2F%2Fastray.example%2F&timestamp=20200501")),
        "{asked:?}"
    );
    let dead = report.diagnostics.iter().find(|found| found.message.contains("dead.example/page")).expect("told");
    let copy = "https://web.archive.org/web/20240102030405/https://dead.example/page";
    assert_eq!(dead.help.as_deref(), Some(format!("there is a copy at {copy}").as_str()));
    assert_eq!(write_archived(site.path(), &report.archived).expect("room"), 1);
    let written = site.read(LIBRARY);
    let place = "  url: https://dead.example/page\n";
    assert_eq!(written, RECORDS.replace(place, &format!("{place}  archived: {{url: {copy}, date: 2024-01-02}}\n")));
    let again = check_at("2026-03-10T13:00:00Z", &records(&written), &network, site.path(), true);
    assert_eq!((again.archived.len(), again.counts.known), (0, 15));
    let dead = again.diagnostics.iter().find(|found| found.message.contains("dead.example/page")).expect("told");
    assert!(dead.help.as_deref().is_some_and(|help| help.contains(copy)));
}

#[test]
fn what_is_known_is_not_asked_again_for_a_time() {
    let (site, records) = (Site::empty(), records(RECORDS));
    let first = check(&records, &network(), site.path(), true);
    let again = network();
    let second = check_at("2026-03-11T11:00:00Z", &records, &again, site.path(), true);
    assert_eq!((again.log(), second.counts.known), (vec![], 15));
    assert_eq!((second.diagnostics, second.archived), (first.diagnostics, first.archived));
    let later = network();
    let third = check_at("2026-03-12T13:00:00Z", &records, &later, site.path(), true);
    assert_eq!(third.counts.known, 5, "what was good");
    assert!(!later.log().iter().any(|line| line.contains("fine.example") || line.contains("archive.org")));
    let last = network();
    assert_eq!(check_at("2026-03-19T13:00:00Z", &records, &last, site.path(), false).counts.known, 0);
    site.write(".weeknotes/links", "nonsense");
    assert_eq!(check_at("2026-03-19T13:00:00Z", &records, &network(), site.path(), false).counts.known, 0);
    assert_eq!(site.read(".weeknotes/.gitignore"), "*\n");
}

#[test]
fn without_a_network_there_is_one_message_and_nothing_is_kept() {
    let (site, records) = (Site::empty(), records(RECORDS));
    let report = check(&records, &Network::new(|_, _| Err(Failure::NoHost)), site.path(), true);
    let messages: Vec<&str> = report.diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(messages, ["none of the 14 hosts that sources link to can be reached"]);
    assert!(!site.has(".weeknotes/links"));
}

#[test]
fn an_archive_in_trouble_is_left_alone() {
    let (site, records) = (Site::empty(), records(RECORDS));
    for answer in ["<html>", "{}"] {
        let network = Network::new(move |request, _| match request.url.host_str() {
            Some("archive.org") => body(answer),
            _ => status(200),
        });
        let report = check(&records, &network, site.path(), true);
        assert_eq!(network.log().iter().filter(|line| line.contains("archive.org")).count(), 1);
        assert!(report.diagnostics.iter().any(|found| found.message.contains("Wayback Machine could not be asked")));
    }
}

#[test]
fn a_page_that_many_lean_on_is_asked_once_and_told_at_each() {
    let text = "- {id: a, title: A, url: https://dead.example/}\n- {id: b, title: B, url: https://dead.example/}\n";
    let (site, network) = (Site::empty(), network());
    let report = check(&records(text), &network, site.path(), false);
    assert_eq!((network.log().len(), report.counts.links, report.diagnostics.len()), (2, 1, 2));
}
