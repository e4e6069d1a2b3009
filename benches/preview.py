#!/usr/bin/env python3
"""The live preview side by side: `weeknotes serve` and, when asked for, `hugo server`.

    preview.py WEEKNOTES_CORPUS [--hugo HUGO_CORPUS] [--runs 20] [--edits 1000]

The two corpora hold the same posts: content/posts/<slug>.md, served at /posts/<slug>/. Each is
copied to a temporary folder first. A time is from just before a file is written to the answer
that shows the change, asked for over one connection as fast as the server answers. Runs
alternate; each begins when the page has stayed the same for 0.3 s, and then at a random moment,
as servers may gather changes by a clock. Printed are medians, with the 90th percentile.

A server whose median body edit takes more than 2 s skips the bursts and the edits between the
two looks at its memory; the latter it also skips if they would take more than ten minutes.
"""
import argparse, collections, http.client, itertools, os, pathlib, random, re, shutil, signal, socket, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BROWSER = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}  # what Hugo knows a reader by, for whom it renders first
SLOW, LONG, PATIENCE = 2, 600, 120  # seconds
BURSTS, BURST = 3, 1000
markers = (f"zq{number}qz".encode() for number in itertools.count())


class Server:
    def __init__(self, binary, corpus, folder, pause):
        self.binary, self.pause = binary, pause
        self.root, self.log = folder / self.name, folder / f"{self.name}.log"
        shutil.copytree(corpus, self.root, ignore=shutil.ignore_patterns("public"))
        self.posts = sorted((self.root / "content/posts").glob("*.md"))
        self.post = self.posts[len(self.posts) // 2]
        self.text, self.address = self.post.read_bytes(), self.address_of(self.post)
        self.template = self.find_template()
        self.template_text = self.template.read_bytes()
        assert b"</article>" in self.template_text, self.template
        self.results = collections.defaultdict(list)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        started = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            self.results["start"].append(self.until(self.address, b"</article>", 0.005) - started)
            self.results["memory, started"].append(self.memory())
            series = re.search(rb'^series:\s*\[?"?([^"\]\n]+)', self.text, re.M)
            lists = ["/", *([f"/series/{series[1].decode().strip().lower().replace(' ', '-')}/"] if series else [])]
            self.list = next((page for page in lists if self.address.encode() in self.get(page)), None)
        except BaseException:
            self.stop()
            raise

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def address_of(self, post):
        return f"/posts/{post.stem}/"

    def get(self, page):
        try:
            self.connection.request("GET", page, headers=BROWSER)
            answer = self.connection.getresponse()
            text = answer.read()
            return text if answer.status == 200 else b""
        except (http.client.HTTPException, OSError):  # the next request connects again
            self.connection.close()
            if self.process.poll() is not None:
                sys.exit(f"{self.name} has ended:\n{self.output()[-600:]}")
            return b""

    def until(self, page, marker, pause=None):
        give_up = time.monotonic() + PATIENCE
        while marker not in self.get(page):
            if time.monotonic() > give_up:
                sys.exit(f"{self.name}: {page} does not show {marker.decode()}:\n{self.output()[-600:]}")
            time.sleep(self.pause if pause is None else pause)
        return time.monotonic()

    def quiet(self):
        last, since = None, 0
        while last is None or time.monotonic() - since < 0.3:
            if (answer := self.get(self.address)) != last:
                last, since = answer, time.monotonic()
            time.sleep(0.02)
        time.sleep(random.uniform(0, 0.5))

    def output(self):
        return self.log.read_text(errors="replace")

    def rebuilds(self):
        return sum(self.rebuild in line for line in self.output().splitlines())

    def memory(self, field="VmRSS"):
        return int(re.search(rf"{field}:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def body(self):
        marker = next(markers)
        self.measure("body", self.post, body(self.text, marker), marker)

    def title(self):
        marker = next(markers)
        text = re.sub(rb'^(title:\s*["\']?)', rb"\g<1>" + marker + b" ", self.text, count=1, flags=re.M)
        self.measure("title", self.post, text, marker, self.list)

    def layout(self):
        marker = next(markers)
        self.measure("template", self.template, self.template_text.replace(b"</article>", b"<p>" + marker + b"</p></article>", 1), marker)

    def measure(self, what, path, text, marker, also=None):
        self.quiet()
        started = time.monotonic()
        path.write_bytes(text)
        self.results[what].append(self.until(self.address, marker) - started)
        if also:
            self.results[f"{what}, list"].append(self.until(also, marker) - started)

    def burst(self):
        posts, marker = self.posts[:BURST], next(markers)
        texts = [body(post.read_bytes(), marker) for post in posts]
        self.quiet()
        before, started = self.rebuilds(), time.monotonic()
        for post, text in zip(posts, texts):
            post.write_bytes(text)
        self.results["burst, written"].append(time.monotonic() - started)
        for post in (posts[-1], posts[0]):
            shown = self.until(self.address_of(post), marker)
        self.results["burst"].append(shown - started)
        self.quiet()
        self.results["burst, rebuilds"].append(self.rebuilds() - before)

    def edit(self, times):
        self.quiet()
        seen = []
        for _ in range(times):
            marker = next(markers)
            self.post.write_bytes(body(self.text, marker))
            self.until(self.address, marker)
            seen.append(self.memory())
        self.results["memory, edited"], self.results["memory, largest"] = seen[-1:], sorted(seen)[-1:]


def body(text, marker):
    return text.rstrip() + b"\n\n" + marker + b"\n"


class Weeknotes(Server):
    name, rebuild = "weeknotes", "rendered"

    def command(self):
        return [self.binary, "serve", "--root", self.root, "--port", str(self.port), "--now", "2300-01-01"]

    def find_template(self):
        template = self.root / "templates/post.html"
        if not template.exists():
            template.parent.mkdir(exist_ok=True)
            shutil.copyfile(ROOT / "themes/notebook/templates/post.html", template)
        return template


class Hugo(Server):
    name, rebuild = "hugo", "rebuilding site"

    def command(self):
        return [self.binary, "server", "--source", self.root, "--port", str(self.port), "--bind", "127.0.0.1", "--buildFuture"]

    def find_template(self):
        names = [f"{layouts}/**/{name}.html" for layouts in ("layouts", "themes/*/layouts") for name in ("single", "page")]
        found = [template for name in names for template in sorted(self.root.glob(name))]
        return found[0] if found else sys.exit(f"{self.root} has no template for a single post")


def row(what, servers, key, unit):
    factor, places = {"s": (1, 2), "ms": (1000, 0), "MB": (1, 0)}[unit]
    cells, medians = [], []
    for server in servers:
        values = [value * factor for value in server.results[key]]
        medians.append(statistics.median(values) if values else None)
        high = f" ({statistics.quantiles(values, n=10, method='inclusive')[-1]:.{places}f})" if len(values) > 1 else ""
        cells.append(f"{medians[-1]:.{places}f} {unit}{high}" if values else "skipped")
    ratio = f"{medians[1] / medians[0]:.1f}" if len(medians) == 2 and None not in medians else ""
    print(f"| {what} | {' | '.join([*cells, ratio][: len(servers) * 2 - 1])} |")


def report(servers, edits):
    posts = len(servers[0].posts)
    print(f"{posts} posts, {len(servers[0].results['body'])} runs:\n")
    names = [f"{server.name} median (p90)" for server in servers] + ["hugo / weeknotes"]
    print(f"| what | {' | '.join(names[: len(servers) * 2 - 1])} |\n|---|{'---|' * (len(servers) * 2 - 1)}")
    row("start, until the post is served", servers, "start", "s")
    row("body edit", servers, "body", "ms")
    row("title edit", servers, "title", "ms")
    if any(server.list for server in servers):
        row(f"title edit, until also {' and '.join(sorted({server.list for server in servers if server.list}))} shows it", servers, "title, list", "ms")
    row("template edit", servers, "template", "ms")
    row(f"burst of {min(posts, BURST)} posts", servers, "burst", "ms")
    row("memory after the start", servers, "memory, started", "MB")
    row("memory after the runs and bursts", servers, "memory, before edits", "MB")
    row(f"memory after {edits} more body edits", servers, "memory, edited", "MB")
    row("largest memory among these edits", servers, "memory, largest", "MB")
    row("largest memory of all (VmHWM)", servers, "memory, peak", "MB")
    print()
    for server in servers:
        if server.results["burst"]:
            written = statistics.median(server.results["burst, written"]) * 1000
            print(f"{server.name}: a burst was written in {written:.0f} ms; rebuilds: {', '.join(map(str, server.results['burst, rebuilds']))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--hugo", metavar="CORPUS")
    parser.add_argument("--hugo-binary", default=shutil.which("hugo"))
    parser.add_argument("--weeknotes", default=str(ROOT / "target/release/weeknotes"))
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--pause", type=float, default=0, metavar="MS", help="between two requests, to leave the processor to the server")
    options = parser.parse_args()
    if options.hugo and not options.hugo_binary:
        parser.error("there is no hugo in PATH: --hugo-binary")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit("stopped"))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weeknotes-preview-"))
    servers = []
    try:
        servers.append(Weeknotes(options.weeknotes, options.corpus, folder, options.pause / 1000))
        if options.hugo:
            servers.append(Hugo(options.hugo_binary, options.hugo, folder, options.pause / 1000))
        for kind in (Server.body, Server.title, Server.layout):
            for _ in range(options.runs):
                for server in servers:
                    kind(server)
        quick = [server for server in servers if statistics.median(server.results["body"]) <= SLOW]
        for _ in range(BURSTS):
            for server in quick:
                server.burst()
        for server in servers:
            server.results["memory, before edits"].append(server.memory())
        for server in quick:
            if statistics.median(server.results["body"]) * options.edits <= LONG:
                server.edit(options.edits)
        for server in servers:
            server.results["memory, peak"].append(server.memory("VmHWM"))
        report(servers, options.edits)
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder)


main()
