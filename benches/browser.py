#!/usr/bin/env python3
"""From saving a post to seeing it in a real browser: `weeknotes serve` and Chromium.

    browser.py CORPUS [--runs 20]

The corpus is copied to a temporary folder and a post in its middle is opened in headless Chromium
(chromedriver must be installed). Each run writes the post anew and takes the time, by the one clock
of the machine, until the open page has the new words. Printed are the median and the 90th percentile.
"""
import argparse, http.client, json, pathlib, re, shutil, statistics, subprocess, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEN = """const [words, done] = arguments;
const look = () => document.body.textContent.includes(words)
    ? done(performance.timeOrigin + performance.now()) : requestAnimationFrame(look);
look();"""
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def line(stream, pattern):
    for text in stream:
        if found := re.search(pattern, text):
            return found[1]
    raise SystemExit("the process ended early")


class Browser:
    def __init__(self):
        self.process = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        port = line(self.process.stdout, r"started successfully on port (\d+)")
        self.connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
        options = {"goog:chromeOptions": {"args": FLAGS}}
        self.session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": options}})["sessionId"]

    def ask(self, method, path, body=None):
        self.connection.request(method, path, json.dumps(body or {}))
        answer = json.load(self.connection.getresponse())["value"]
        assert not (isinstance(answer, dict) and "error" in answer), answer
        return answer

    def open(self, address):
        self.ask("POST", f"/session/{self.session}/url", {"url": address})

    def seen(self, words):
        script = {"script": SEEN, "args": [words]}
        return self.ask("POST", f"/session/{self.session}/execute/async", script) / 1000

    def close(self):
        self.ask("DELETE", f"/session/{self.session}")
        self.process.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--weeknotes", default=str(ROOT / "target/release/weeknotes"))
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weeknotes-browser-") as folder:
        site = pathlib.Path(folder) / "site"
        shutil.copytree(options.corpus, site, ignore=shutil.ignore_patterns("public"))
        posts = sorted((site / "content/posts").glob("*.md"))
        post = posts[len(posts) // 2]
        command = [options.weeknotes, "serve", "--root", str(site), "--port", "0", "--now", "2300-01-01"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        browser = Browser()
        try:
            address = line(server.stdout, r"(http://\S+/)")
            slug = re.sub(r"^\d{4}-\d\d-\d\d-", "", post.stem)
            browser.open(f"{address}posts/{slug}/")
            text, times = post.read_text(), []
            for run in range(options.runs):
                words = f"seen in run {run} of {options.runs}"
                time.sleep(0.3)
                started = time.time()
                post.write_text(f"{text}\n\nThis is {words}.\n")
                times.append((browser.seen(words) - started) * 1000)
            times.sort()
            print(f"{len(posts)} posts: {statistics.median(times):.0f} ms, nine in ten within {times[len(times) * 9 // 10]:.0f} ms")
        finally:
            browser.close()
            server.kill()


main()
