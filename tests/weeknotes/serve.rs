//! `weeknotes serve`: the real program, asked over HTTP while its files are edited.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::fixture::Site;

/// Longer than anything here takes: a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running preview of a site.
pub(crate) struct Preview {
    pub(crate) site: Site,
    pub(crate) address: String,
    process: Child,
    lines: Receiver<String>,
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

impl Preview {
    pub(crate) fn start(site: Site, arguments: &[&str]) -> Self {
        let has_now = arguments.contains(&"--now");
        let has_port = arguments.contains(&"--port");
        let mut all = vec!["serve"];
        all.extend(if has_port { &[][..] } else { &["--port", "0"] });
        all.extend(if has_now { &[][..] } else { &["--now", crate::fixture::NOW] });
        all.extend(arguments);
        let mut command = site.command(&all);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut first = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut first).expect("a line");
        let address = first.split_once("http://").and_then(|(_, rest)| rest.split(['/', ' ']).next());
        let address = address.unwrap_or_else(|| panic!("no address in {first:?}")).to_owned();
        let (sender, lines) = channel();
        let errors = BufReader::new(process.stderr.take().expect("piped"));
        std::thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let preview = Self { site, address, process, lines };
        preview.built();
        preview
    }

    /// The line of the next build.
    fn built(&self) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect("a build in time");
            if line.contains(" rendered in ") {
                return line;
            }
        }
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let host = if headers.contains("Host:") { String::new() } else { format!("Host: {}\r\n", self.address) };
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        write!(stream, "{method} {path} HTTP/1.1\r\n{host}Connection: close\r\n{headers}\r\n").expect("a request");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Answer { status, head, body: bytes.split_off(end + 4) }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    fn events(&self, path: &str, tag: &str) -> Events {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let query = format!("path={}&tag={tag}", path.replace('/', "%2F"));
        write!(stream, "GET /_weeknotes/events?{query} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).expect("a request");
        Events(BufReader::new(stream))
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        // It may have ended by itself, and then the test has said so.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("an event in time");
        line.trim_end().to_owned()
    }

    /// The data of the next event of a name.
    fn next(&mut self, name: &str) -> Value {
        loop {
            if self.line() == format!("event: {name}") {
                let data = self.line();
                let data = data.strip_prefix("data: ").expect("data after the name");
                return serde_json::from_str(data).expect("JSON");
            }
        }
    }
}

fn tag(answer: &Answer) -> String {
    let text = answer.text();
    let (_, rest) = text.split_once("data-tag=\"").expect("the script of the preview");
    rest.split('"').next().unwrap_or_default().to_owned()
}

fn blog() -> Site {
    Site::new()
        .post("2026-03-03", "one", "---\ntitle: One\ntags: [calm]\n---\nFirst words.\n")
        .post("2026-03-05", "two", "---\ntitle: Two\ndraft: true\n---\nA draft.\n")
        .post("2026-03-20", "three", "---\ntitle: Three\n---\nTo come.\n")
        .post("2026-03-04", "тревога", "---\ntitle: Тревога\nslug: тревога\n---\nCalm.\n")
        .file("static/talk.mp3", b"0123456789")
}

#[test]
fn pages_are_served_as_they_would_be_published() {
    let preview = Preview::start(blog(), &[]);
    let home = preview.get("/");
    assert_eq!((home.status, home.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let script = "<script defer src=\"/_weeknotes/client.js\"";
    assert!(home.text().contains(script) && home.text().contains("Not published yet"));
    let tagged = format!("If-None-Match: {}\r\n", home.header("etag").expect("a tag"));
    assert_eq!(preview.ask("GET", "/", &tagged).status, 304);
    let head = preview.ask("HEAD", "/", "");
    assert!(head.status == 200 && head.body.is_empty());
    assert_eq!(head.header("content-length"), Some(home.body.len().to_string().as_str()));

    let folder = preview.get("/posts/one?a=b");
    assert_eq!((folder.status, folder.header("location")), (307, Some("/posts/one/?a=b")));
    assert!(preview.get("/posts/%D1%82%D1%80%D0%B5%D0%B2%D0%BE%D0%B3%D0%B0/").text().contains("Тревога"));
    assert_eq!(
        preview.get("/posts/%D1%82%D1%80%D0%B5%D0%B2%D0%BE%D0%B3%D0%B0").header("location"),
        Some("/posts/%D1%82%D1%80%D0%B5%D0%B2%D0%BE%D0%B3%D0%B0/")
    );
    let missing = preview.get("/nothing/");
    assert!(missing.status == 404 && missing.text().contains("Page not found") && missing.text().contains(script));
    for path in
        ["/../weeknotes.yaml", "/%2e%2e/weeknotes.yaml", "/..%2fweeknotes.yaml", "//etc/passwd", "/weeknotes.yaml"]
    {
        assert_eq!(preview.get(path).status, 404, "{path}");
    }
    assert_eq!(preview.get("/feed.json").header("content-type"), Some("application/feed+json; charset=utf-8"));
    assert_eq!(preview.ask("POST", "/", "").status, 405);
    assert_eq!(preview.ask("GET", "/", "Host: rebound.example\r\n").status, 403);
    assert!(!preview.site.has("public"));
}

#[test]
fn media_are_served_in_ranges() {
    let preview = Preview::start(blog(), &[]);
    let part = |range: &str| preview.ask("GET", "/talk.mp3", &format!("Range: bytes={range}\r\n"));
    let whole = preview.get("/talk.mp3");
    assert_eq!((whole.status, whole.text().as_str()), (200, "0123456789"));
    assert_eq!((whole.header("content-type"), whole.header("accept-ranges")), (Some("audio/mpeg"), Some("bytes")));
    let middle = part("2-4");
    assert_eq!((middle.status, middle.text().as_str()), (206, "234"));
    assert_eq!(middle.header("content-range"), Some("bytes 2-4/10"));
    assert_eq!(part("-3").text(), "789");
    let beyond = part("20-");
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some("bytes */10")));
    let other = preview.ask("GET", "/talk.mp3", "Range: bytes=2-4\r\nIf-Range: \"other\"\r\n");
    assert_eq!(other.status, 200);
}

#[test]
fn a_site_below_a_path_is_served_there() {
    let site = blog().file("weeknotes.yaml", "title: Test\nurl: https://example.org/blog\n");
    let preview = Preview::start(site, &["--no-drafts"]);
    assert_eq!(preview.get("/").header("location"), Some("/blog/"));
    let home = preview.get("/blog/").text();
    assert!(home.contains("src=\"/blog/_weeknotes/client.js\"") && !home.contains("Not published yet"));
    assert_eq!(preview.get("/blog/posts/one/").status, 200);
    assert_eq!(preview.get("/blog/posts/two/").status, 404);
    assert_eq!(preview.get("/posts/one/").status, 404);
    assert_eq!(preview.get("/blog/_weeknotes/").status, 200);
}

#[test]
fn an_edit_is_told_to_its_page_and_to_no_other() {
    let preview = Preview::start(blog(), &[]);
    let mut page = preview.events("/posts/one/", &tag(&preview.get("/posts/one/")));
    let mut other = preview.events("/about/", &tag(&preview.get("/about/")));
    assert_eq!(page.next("problems")["errors"], 0);
    other.next("problems");
    preview.site.write("content/posts/2026-03-03-one.md", "---\ntitle: One\ntags: [calm]\n---\nOther words.\n");
    let told = page.next("page");
    let served = preview.get("/posts/one/");
    assert!(served.text().contains("Other words.") && told["tag"] == tag(&served));
    preview.site.write("content/about.md", "# About\n");
    assert_eq!(other.next("page")["tag"], tag(&preview.get("/about/")), "the first that it hears is its own");
    preview.site.write("content/posts/2026-03-03-one.md", "---\ntitle: One\nslug: uno\n---\nOther words.\n");
    assert_eq!(page.next("moved")["to"], "/posts/uno/");
}

#[test]
fn with_a_mistake_the_last_good_page_stays() {
    let site = blog();
    site.write("weeknotes.yaml", "title: Test\nurl: https://example.org\neditor: vscode\n");
    let preview = Preview::start(site, &[]);
    let good = tag(&preview.get("/posts/one/"));
    let mut page = preview.events("/posts/one/", &good);
    page.next("problems");
    preview.site.write("content/posts/2026-03-03-one.md", "---\ntitle: One\n---\nSee [x](gone.md).\n");
    let wrong = page.next("problems");
    assert_eq!((&wrong["errors"], &wrong["good"]), (&Value::from(1), &Value::from(true)));
    let first = &wrong["diagnostics"][0];
    assert_eq!((&first["path"], &first["line"]), (&Value::from("content/posts/2026-03-03-one.md"), &Value::from(4)));
    assert_eq!(first["source"], "See [x](gone.md).");
    let editor = first["editor"].as_str().unwrap_or_default();
    assert!(
        editor.starts_with("vscode://file/") && editor.ends_with("/content/posts/2026-03-03-one.md:4:9"),
        "{editor}"
    );
    assert_eq!(tag(&preview.get("/posts/one/")), good);
    preview.site.write("content/posts/2026-03-03-one.md", "---\ntitle: One\n---\nMended.\n");
    page.next("page");
    assert_eq!(page.next("problems")["errors"], 0);
}

#[test]
fn every_way_of_saving_is_one_rebuild() {
    let preview = Preview::start(blog(), &["--verify"]);
    let path = "content/posts/2026-03-03-one.md";
    let file = preview.site.path().join(path);
    let text = |words: &str| format!("---\ntitle: One\n---\n{words}\n");
    let seen = |words: &str| {
        let line = preview.built();
        assert!(line.starts_with(&format!("{path}: ")), "{line}");
        assert!(preview.get("/posts/one/").text().contains(words), "{words}");
    };
    preview.site.write(path, text("Truncated and written."));
    seen("Truncated and written.");
    preview.site.write("content/posts/.one.tmp", text("Renamed over."));
    fs::rename(preview.site.path().join("content/posts/.one.tmp"), &file).expect("a rename");
    seen("Renamed over.");
    fs::rename(&file, preview.site.path().join("content/posts/2026-03-03-one.md~")).expect("a rename");
    preview.site.write("content/posts/.one.md.swp", "swap");
    preview.site.write(path, text("Set aside first."));
    preview.site.remove("content/posts/2026-03-03-one.md~");
    seen("Set aside first.");
    let mut open = fs::OpenOptions::new().append(true).open(&file).expect("a file");
    open.write_all(b"\nAppended.\n").expect("room");
    drop(open);
    seen("Appended.");
}

#[test]
fn a_checkout_is_one_rebuild() {
    let preview = Preview::start(blog(), &["--verify"]);
    for number in 0..400 {
        let text = format!("---\ntitle: T{number}\ndate: 2026-01-01\n---\nText.\n");
        preview.site.write(&format!("content/posts/many/p{number}.md"), text);
    }
    let line = preview.built();
    assert!(line.starts_with("content/posts/many/p0.md, content/posts/many/p1.md and 398 files more: "), "{line}");
    assert!(preview.get("/posts/p399/").status == 200);
}

#[test]
fn the_preview_outlives_what_happens_to_the_folder() {
    let preview = Preview::start(blog(), &["--verify"]);
    let content = preview.site.path().join("content");
    let away = preview.site.path().join("away");
    fs::rename(&content, &away).expect("a rename");
    preview.built();
    fs::rename(&away, &content).expect("a rename");
    preview.built();
    assert_eq!(preview.get("/posts/one/").status, 200);
    preview.site.write("content/posts/2026-03-03-one.md", "---\ntitle: One\n---\nAfter the return.\n");
    preview.built();
    assert!(preview.get("/posts/one/").text().contains("After the return."));

    preview.site.write("weeknotes.yaml", "title: [broken\n");
    assert!(preview.built().contains("1 error"));
    preview.site.write("weeknotes.yaml", "title: Mended\nurl: https://example.org\ntheme: plain\n");
    preview.built();
    preview.site.write("themes/plain/theme.yaml", "extends: notebook\n");
    preview.built();
    preview.site.write("themes/plain/templates/page.html", "plain {{ page.title }}");
    preview.built();
    preview.site.write("content/about.md", "# About\n");
    preview.built();
    assert!(preview.get("/about/").text().starts_with("plain About"));

    let file = preview.site.path().join("content/about.md");
    fs::remove_file(&file).expect("a file");
    std::os::unix::fs::symlink("nowhere", &file).expect("a link");
    assert!(preview.built().contains("1 error"));
    fs::remove_file(&file).expect("a link");
    preview.site.write("content/about.md", "# About again\n");
    preview.built();
    assert!(preview.get("/about/").text().contains("About again"));
}

#[test]
fn a_date_that_comes_is_rebuilt_without_an_event() {
    let site = blog().file("weeknotes.yaml", "title: Test\nurl: https://example.org\npublish_at: \"09:00\"\n");
    let preview = Preview::start(site, &["--no-drafts", "--now", "2026-03-20T08:59:59Z"]);
    assert!(preview.built().starts_with("A date has come: "));
    assert_eq!(preview.get("/posts/three/").status, 200);
}

#[test]
fn the_dashboard_tells_what_waits_and_why() {
    let preview = Preview::start(blog(), &[]);
    let page = |query: &str| preview.get(&format!("/_weeknotes/{query}")).text();
    let first = page("");
    assert!(first.contains("<a href=\"/posts/two/\">Two</a>") && first.contains("<a href=\"/posts/three/\">Three</a>"));
    assert!(first.contains("in 9 days, 12 h"), "{first}");
    let mut events = preview.events("/_weeknotes/", "1");
    preview.site.write("content/posts/2026-03-03-one.md", "---\ntitle: Uno\ntags: [calm]\n---\nFirst words.\n");
    assert_eq!(events.next("page")["tag"], "2");
    let second = page("?path=/tags/calm/");
    assert!(second.contains("Rendered again, because the posts on page 1 of the tag calm changed."), "{second}");
    assert!(second.contains("the list of tags"), "what it is made of");
    assert!(page("?path=%3Cscript%3E").contains("&lt;script&gt;"));
}

#[test]
fn a_taken_port_is_passed_over() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let preview = Preview::start(blog(), &["--port", &port.to_string()]);
    assert_ne!(preview.address, format!("127.0.0.1:{port}"));
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn polling_sees_what_changed() {
    let preview = Preview::start(blog(), &["--poll", "0.05"]);
    preview.site.write("content/posts/2026-03-03-one.md", "---\ntitle: One\n---\nSeen by polling.\n");
    preview.built();
    assert!(preview.get("/posts/one/").text().contains("Seen by polling."));
}

#[test]
fn what_cannot_start_says_why() {
    let run = Site::empty().run(&["serve"]);
    assert!(run.code == 2 && run.stderr.contains("weeknotes init"), "{}", run.stderr);
    let run = Site::new().run(&["serve", "--bind", "203.0.113.1"]);
    assert!(run.code == 2 && run.stderr.contains("choose another with --port or --bind"), "{}", run.stderr);
}
