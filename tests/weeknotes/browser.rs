//! The preview in a real browser: Chromium, driven by `chromedriver`.
//!
//! Left out of `cargo test`, which says so; `cargo test -- --include-ignored` runs it where
//! `chromedriver` is installed (Debian: chromium and chromium-driver).

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::fixture::Site;
use crate::serve::Preview;

struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        let command = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn();
        let mut process = command.expect("chromedriver is installed");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let port = { lines }.find_map(|line| {
            Some(line.split_once("started successfully on port ")?.1.trim_end_matches('.').to_owned())
        });
        Self { process, address: format!("http://127.0.0.1:{}", port.expect("a port")) }
    }

    async fn open(&self, address: &str) -> Client {
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=900,700",
        ];
        let wanted = json!({ "goog:chromeOptions": { "args": arguments } });
        let wanted = wanted.as_object().expect("an object").clone();
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&self.address).await;
        let client = client.expect("a browser");
        client.goto(address).await.expect("a page");
        client
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended with its browser.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn ask(client: &Client, script: &str) -> Value {
    client.execute(script, Vec::new()).await.expect("a script that runs")
}

/// Waits until an expression is true in the page; the driver gives up after 30 seconds.
async fn until(client: &Client, condition: &str) {
    let script = format!(
        "const done = arguments[0]; const look = () => {{ if ({condition}) done(true); else requestAnimationFrame(look); }}; look();"
    );
    client.execute_async(&script, Vec::new()).await.unwrap_or_else(|error| panic!("{condition}: {error}"));
}

const OVERLAY: &str = "(document.querySelector('weeknotes-preview')?.shadowRoot.textContent ?? '')";

fn post(first: &str) -> String {
    let paragraphs =
        (0..60).map(|number| format!("Paragraph {number} of a long post.\n\n")).collect::<Vec<_>>().concat();
    format!(
        "---\ntitle: Long\n---\n{first}\n\n<details id=\"more\"><summary>More</summary>Hidden.</details>\n\n{paragraphs}"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "needs chromedriver: cargo test -- --include-ignored"]
async fn an_open_page_follows_the_author() {
    let site = Site::new().post("2026-03-03", "long", &post("As it was."));
    let preview = Preview::start(site, &[]);
    let driver = Driver::start();
    let client = driver.open(&format!("http://{}/posts/long/", preview.address)).await;
    let path = "content/posts/2026-03-03-long.md";
    until(&client, "document.querySelector('main')?.textContent.includes('As it was.')").await;
    ask(&client, "document.querySelector('details#more').open = true; window.stayed = true; scrollTo(0, 900);").await;
    until(&client, "scrollY > 800").await;
    let place = "return Math.round([...document.querySelectorAll('main p')].find((p) => p.textContent.startsWith('Paragraph 30')).getBoundingClientRect().top)";
    let before = ask(&client, place).await;

    preview.site.write(path, post("As it is.\n\nWith more above what is read."));
    until(&client, "document.querySelector('main').textContent.includes('With more above')").await;
    let after = ask(&client, place).await;
    assert!((after.as_i64().unwrap_or(0) - before.as_i64().unwrap_or(9999)).abs() <= 2, "{before} became {after}");
    let kept =
        ask(&client, "return window.stayed && document.querySelector('details#more').open && scrollY > 800").await;
    assert_eq!(kept, true, "not loaded again, still open, still there");

    preview.site.write(path, post("See [nothing](gone.md)."));
    until(&client, &format!("{OVERLAY}.includes('there is no file')")).await;
    until(&client, &format!("{OVERLAY}.includes('content/posts/2026-03-03-long.md:4:15')")).await;
    assert_eq!(ask(&client, "return document.querySelector('main').textContent.includes('As it is.')").await, true);

    preview.site.write(path, post("Mended."));
    until(&client, &format!("!{OVERLAY}.includes('there is no file')")).await;
    until(&client, "document.querySelector('main').textContent.includes('Mended.')").await;

    preview.site.write("static/style.css", "body { background: rgb(1, 2, 3) !important; }");
    until(&client, "getComputedStyle(document.body).backgroundColor === 'rgb(1, 2, 3)'").await;
    assert_eq!(ask(&client, "return window.stayed").await, true, "a style sheet is swapped without loading the page");

    preview.site.write(path, post("Moved.").replace("title: Long", "title: Long\nslug: moved"));
    until(&client, "location.pathname === '/posts/moved/' && document.body?.textContent.includes('Moved.')").await;
    client.close().await.expect("the browser ends");
}
