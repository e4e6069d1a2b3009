#!/usr/bin/env python3
"""What citations cost a clean build: a corpus as it is, and with citations in every post.

    citations.py WEEKNOTES_CORPUS [--each 3] [--records 1000] [--runs 5] [--cached]

The second site is the corpus with a library of so many records (journal articles, web pages,
books and chapters in turn) and so many citations in each post, drawn from it. A number of
records of 0 gives every citation a record of its own, in the post. Builds alternate, each into
a new folder in memory where there is /dev/shm; printed are medians of CPU time (user and
system, of all threads) and of time. Without --cached each build begins without `.weeknotes`.
"""
import argparse, os, pathlib, random, resource, shutil, statistics, subprocess, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FAMILIES = "Abbott Baker Castillo Dahl Evans Fischer Garcia Hughes Ivanova Jones Kim Larsen Moreno Novak Okafor Perez".split()


def record(number, words, indent):
    pick = random.Random(number)
    names = ", ".join(f'"{pick.choice(FAMILIES)}{number}{n}, {pick.choice("ABCDEFG")}."' for n in range(pick.randint(1, 4)))
    title = " ".join(pick.choice(words) for _ in range(6)).capitalize()
    year = pick.randint(1980, 2025)
    kinds = [
        f"kind: article\nauthor: [{names}]\ntitle: {title}\ncontainer: Journal of {pick.choice(words).capitalize()}\nvolume: {number % 60 + 1}\nissue: {number % 12 + 1}\npages: {number}-{number + 12}\ndoi: 10.5555/bench.{number}",
        f"kind: web page\norganisation: Organisation {number}\ntitle: {title}\nurl: https://example.org/source/{number}",
        f"kind: book\nauthor: [{names}]\ntitle: {title}\nedition: {number % 4 + 1}\npublisher: Press {number % 30}",
        f'kind: chapter\nauthor: [{names}]\neditor: ["Editor{number}, E."]\ntitle: {title}\ncontainer: Handbook of {pick.choice(words)}\npages: {number}-{number + 20}\npublisher: Press {number % 30}',
    ]
    lines = [f"id: r{number}", *kinds[number % 4].split("\n"), f"published: {year}"]
    return f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"


def citing(corpus, folder, each, records):
    shutil.copytree(corpus, folder, ignore=shutil.ignore_patterns("public", ".weeknotes"))
    posts = sorted((folder / "content/posts").glob("*.md"))
    words = posts[0].read_text().split("---")[2].lower().replace(".", " ").split()[:60]
    words = [word for word in words if word.isalpha()]
    if records:
        (folder / "content/sources.yaml").write_text("".join(record(n, words, "") for n in range(records)))
    chance = random.Random(7)
    for at, post in enumerate(posts):
        text = post.read_text()
        keys = [chance.randrange(records) for _ in range(each)] if records else [at * each + n for n in range(each)]
        _, front, body = text.split("---\n", 2)
        if not records:
            own = "".join(record(key, words, "  ") for key in keys)
            front = front.replace("sources:\n", "sources:\n" + own) if "sources:\n" in front else front + "sources:\n" + own
        sentences = " ".join(f"As was found [@r{key}, p. {key % 90 + 1}]." if n % 2 else f"So it is [@r{key}]." for n, key in enumerate(keys))
        post.write_text(f"---\n{front}---\n{body}\n{sentences}\n")


def build(binary, site, output, cached):
    if not cached:
        shutil.rmtree(site / ".weeknotes", ignore_errors=True)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([binary, "build", "--quiet", "--root", site, "--output", output], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cached", action="store_true")
    arguments = parser.parse_args()
    binary = ROOT / "target/release/weeknotes"
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        folder = pathlib.Path(folder)
        plain, cited = folder / "plain", folder / "cited"
        shutil.copytree(arguments.corpus, plain, ignore=shutil.ignore_patterns("public", ".weeknotes"))
        citing(arguments.corpus, cited, arguments.each, arguments.records)
        found = {plain: [], cited: []}
        for run in range(arguments.runs + arguments.cached):
            for site in found:
                output = folder / f"out-{site.name}-{run}"
                took = build(binary, site, output, arguments.cached)
                if run or not arguments.cached:
                    found[site].append(took)
                shutil.rmtree(output)
        print("| | CPU time | time |\n|---|---|---|")
        median = {}
        for site, runs in found.items():
            median[site] = [statistics.median(column) for column in zip(*runs)]
            print(f"| {site.name} | {median[site][0]:.2f} s | {median[site][1]:.2f} s |")
        print(f"| added by citations | {median[cited][0] - median[plain][0]:.2f} s | {median[cited][1] - median[plain][1]:.2f} s |")


if __name__ == "__main__":
    main()
