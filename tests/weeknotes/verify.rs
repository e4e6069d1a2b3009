//! `verify`, against a server on this machine that serves a folder.

use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::fixture::{Run, Site, golden};
use crate::online::server::{Asked, Server};

/// Two hours after the newest post came out, a week before the next.
const NOW: &str = "2026-03-10T09:00";
const EARLIER: &str = "2026-03-09T09:00";

fn site() -> Site {
    Site::new()
        .file(
            "weeknotes.yaml",
            "title: Test\nurl: https://example.org\nauthor: Ada\ntimezone: America/New_York\npublish_at: \"07:00\"\n",
        )
        .post("2026-03-03", "one", "---\ntitle: One\nseries: Tuesday Notes\n---\nText.\n")
        .post("2026-03-10", "two", "---\ntitle: Two\nseries: Tuesday Notes\n---\nText.\n")
        .post("2026-03-17", "three", "---\ntitle: Three\nseries: Tuesday Notes\n---\nText.\n")
        .post("2026-03-03", "secret", "---\ntitle: Secret\ndraft: true\n---\nText.\n")
        .file("content/about.md", "# About\n\nMe.\n")
        .file("static/_redirects", "/old /new\n")
        .file("static/notes/Für Ada, 50%.txt", "Plain text.\n")
}

/// Serves a folder as a static host does.
fn serve(folder: PathBuf) -> Server {
    Server::http(move |path, asked| answer(&folder, path, asked, |bytes| (bytes, "")))
}

fn answer(
    folder: &Path,
    path: &str,
    asked: &mut Asked,
    coded: impl Fn(Vec<u8>) -> (Vec<u8>, &'static str),
) -> io::Result<()> {
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let wanted = folder.join(&path[1..]);
    if wanted.is_dir() && !path.ends_with('/') {
        return asked.say(&format!("HTTP/1.1 301 Moved\r\nLocation: {path}/\r\nConnection: close\r\n\r\n"));
    }
    let file = if path.ends_with('/') { wanted.join("index.html") } else { wanted };
    let (status, bytes) = match std::fs::read(&file) {
        Ok(bytes) => ("200 OK", bytes),
        Err(_) => ("404 Not Found", std::fs::read(folder.join("404.html")).unwrap_or_default()),
    };
    let (bytes, header) = coded(bytes);
    asked.say(&format!("HTTP/1.1 {status}\r\n{header}Connection: close\r\nContent-Length: {}\r\n\r\n", bytes.len()))?;
    asked.connection.write_all(&bytes)
}

/// The site as it was built and published at a time, and its server.
fn published(now: &str, more: &[&str]) -> (Site, Server) {
    let site = site();
    let server = serve(site.path().join("public"));
    build(&site, &server, now, more);
    (site, server)
}

fn build(site: &Site, server: &Server, now: &str, more: &[&str]) {
    let run = site.build_with(&[&["--now", now, "--url", &server.url("/")], more].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

fn verify(site: &Site, server: &Server, more: &[&str]) -> Run {
    let url = server.url("");
    let mut run = site.run(&[&["verify", "--live", &url, "--now", NOW, "--retries", "0"], more].concat());
    run.stdout = run.stdout.replace(&url, "https://live.example");
    run.stderr = run.stderr.replace(&url, "https://live.example");
    run
}

/// What is told and how it ends.
fn told(run: &Run) -> String {
    format!("exit {}\n{}{}", run.code, run.stdout, run.stderr)
}

#[test]
fn all_is_well() {
    let (site, server) = published("2026-03-10T07:00", &[]);
    let run = verify(&site, &server, &[]);
    golden("verify-well.txt", &told(&run));
    let mut asked = server.log();
    asked.sort();
    golden("verify-asked.txt", &(asked.join("\n") + "\n"));
    let all = verify(&site, &server, &["--all"]);
    assert_eq!((all.code, all.stderr.as_str()), (0, ""), "{}", all.stdout);
    let asked = server.log();
    for path in ["/about/", "/tags/", "/robots.txt", "/404.html", "/notes/F%C3%BCr%20Ada%2C%2050%25.txt"] {
        assert!(asked.contains(&format!("GET {path}")), "{path}: {asked:?}");
    }
    assert!(!asked.iter().any(|line| line.ends_with("_redirects")), "a file for the host");
    assert!(asked.iter().any(|line| line.ends_with(".css")), "{asked:?}");
}

#[test]
fn a_job_that_did_not_run() {
    let (site, server) = published(EARLIER, &[]);
    golden("verify-missing.txt", &told(&verify(&site, &server, &[])));
    let json = verify(&site, &server, &["--format", "json"]);
    golden("verify-missing.json", &json.stdout);
    assert_eq!((json.code, json.stderr.as_str()), (1, ""));
    build(&site, &server, NOW, &[]);
    assert_eq!(verify(&site, &server, &[]).code, 0, "the job ran again");
}

#[test]
fn what_can_be_read_too_early() {
    let (site, server) = published(NOW, &["--drafts", "--future"]);
    let run = verify(&site, &server, &[]);
    assert_eq!(run.code, 1);
    golden("verify-early.txt", &told(&run));
    // A host that adds what is new to what was there.
    build(&site, &server, NOW, &[]);
    site.write("public/posts/secret/index.html", "left behind");
    golden("verify-left-behind.txt", &told(&verify(&site, &server, &[])));
}

#[test]
fn a_page_that_differs() {
    let (site, server) = published(NOW, &[]);
    let page = site.read("public/posts/one/index.html");
    site.write("public/posts/one/index.html", page.replace("Text.", "Tent."));
    golden("verify-outdated.txt", &told(&verify(&site, &server, &[])));
    site.write("public/posts/one/index.html", page);
    let about = site.read("public/about/index.html");
    site.write("public/about/index.html", about + "<!-- added by the host -->");
    assert_eq!(verify(&site, &server, &[]).code, 0, "it is not asked for");
    let all = verify(&site, &server, &["--all"]);
    assert!(all.code == 1 && all.stdout.contains("content/about.md: the server has another version"), "{}", all.stdout);
}

#[test]
fn a_site_below_a_path_that_is_served_elsewhere() {
    let site = site();
    let server = serve(site.path().join("served"));
    let built = ["--now", NOW, "--url", "https://example.org/blog", "--output", "served/a"];
    assert_eq!(site.build_with(&built).code, 0);
    let live = server.url("/a");
    let run = |more: &[&str]| site.run(&[&["verify", "--live", &live, "--now", NOW, "--retries", "0"], more].concat());
    let found = run(&["--url", "https://example.org/blog", "--all"]);
    assert_eq!((found.code, found.stderr.as_str()), (0, ""), "{}", found.stdout);
    let found = run(&[]);
    assert!(found.code == 1 && found.stdout.contains("add `--url https://example.org`"), "{}", found.stdout);
}

#[test]
fn a_host_that_compresses() {
    let site = site();
    let folder = site.path().join("public");
    let header = "Content-Encoding: gzip\r\n";
    let server = Server::http(move |path, asked| answer(&folder, path, asked, |bytes| (gzip(&bytes), header)));
    build(&site, &server, NOW, &[]);
    let run = verify(&site, &server, &["--all"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

/// Stored and not made smaller (RFC 1951, section 3.2.4; RFC 1952).
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for block in bytes.chunks(0xffff) {
        let len = u16::try_from(block.len()).expect("a block's length");
        out.push(0);
        out.extend([len.to_le_bytes(), (!len).to_le_bytes()].concat());
        out.extend(block);
    }
    out.extend([1, 0, 0, 0xff, 0xff]);
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    let crc = !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)));
    out.extend(crc.to_le_bytes());
    out.extend(u32::try_from(bytes.len()).expect("a short page").to_le_bytes());
    out
}

#[test]
fn a_server_in_trouble() {
    let (site, _) = published(NOW, &[]);
    let folder = site.path().join("public");
    let server = Server::http(move |path, asked| match path {
        "/rss.xml" => asked.say("HTTP/1.1 500 No\r\nConnection: close\r\n\r\n"),
        _ => answer(&folder, path, asked, |bytes| (bytes, "")),
    });
    build(&site, &server, NOW, &[]);
    golden("verify-unreachable.txt", &told(&verify(&site, &server, &[])));
}

#[test]
fn a_server_that_is_gone() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let live = format!("http://{free}");
    let run =
        |more: &[&str]| site().run(&[&["verify", "--live", &live, "--now", NOW, "--retries", "0"], more].concat());
    let gone = run(&[]);
    assert_eq!((gone.code, gone.stdout.as_str()), (2, ""));
    let known = format!("error: nothing can be reached at {live}/: ");
    assert!(gone.stderr.starts_with(&known) && gone.stderr.contains("\nhelp: is this machine"), "{}", gone.stderr);
    let json = run(&["--format", "json"]);
    let found: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!((json.code, found["ok"].as_bool()), (2, Some(false)));
    let all = found["findings"].as_array().expect("a list");
    assert!(
        all.len() > 10 && all.iter().all(|one| one["state"] == "unreachable" && one["reason"].is_string()),
        "{found}"
    );
}

#[test]
fn a_site_with_errors() {
    let (site, server) = published(NOW, &[]);
    site.write("content/posts/2026-03-04-broken.md", "---\ntitle: Broken\ntgas: [a]\n---\n[a](nowhere.md)\n");
    golden("verify-errors.txt", &told(&verify(&site, &server, &[])));
    assert_eq!(server.log(), Vec::<String>::new());
}

#[test]
fn addresses_that_are_none() {
    for live in ["example.org", "ftp://example.org", "https://example.org/?a=b", "https://me@example.org"] {
        let run = site().run(&["verify", "--live", live]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{live}");
        assert!(run.stderr.contains("write the address of the front page"), "{}", run.stderr);
    }
    assert_eq!(site().run(&["verify"]).code, 2);
}

/// Where parts have numbers, what waits has another address with drafts than without.
#[test]
fn addresses_that_depend_on_what_is_shown() {
    let site = site()
        .file("weeknotes.yaml", "title: Test\nurl: https://example.org\npermalink: /{series}/{part}/\n")
        .post("2026-03-04", "between", "---\ntitle: Between\nseries: Tuesday Notes\ndraft: true\n---\nText.\n");
    let server = serve(site.path().join("public"));
    build(&site, &server, NOW, &["--future"]);
    let run = verify(&site, &server, &[]);
    assert!(run.stdout.contains("early        https://live.example/tuesday-notes/3/\n"), "{}", run.stdout);
}
