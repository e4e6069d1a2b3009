#!/usr/bin/env python3
"""Whole builds side by side: weeknotes and, when it is installed, Hugo.

    whole.py WEEKNOTES_CORPUS [--hugo HUGO_CORPUS] [--runs 5] [--on /dev/shm,/var/tmp]

The two corpora hold the same posts. Runs alternate, each writes to a new folder, and
no output is deleted before the end; medians are printed, with the ratio of the two from nothing:
the corpus's cache, `.weeknotes`, is removed before each first build.
"""
import argparse, os, pathlib, resource, shutil, statistics, subprocess, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def measure(command):
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(name, runs):
    wall, cpu, memory = (statistics.median(values) for values in zip(*runs))
    print(f"| {name} | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MB |")
    return wall


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--hugo", metavar="CORPUS")
    parser.add_argument("--hugo-binary", default=shutil.which("hugo"))
    parser.add_argument("--weeknotes", default=str(ROOT / "target/release/weeknotes"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--on", default="/dev/shm,/var/tmp")
    options = parser.parse_args()
    for place in options.on.split(","):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="weeknotes-bench-", dir=place))
        build = [options.weeknotes, "build", "--quiet", "--root", options.corpus, "--now", "2300-01-01", "--output"]
        first, clean, again, other = [], [], [], []
        for run in range(options.runs):
            shutil.rmtree(pathlib.Path(options.corpus) / ".weeknotes", ignore_errors=True)
            first.append(measure([*build, str(folder / f"f{run}")]))
            clean.append(measure([*build, str(folder / f"w{run}")]))
            again.append(measure([*build, str(folder / f"w{run}")]))
            if options.hugo:
                other.append(measure([options.hugo_binary, "--quiet", "--source", options.hugo, "--destination", str(folder / f"h{run}")]))
        print(f"{place}:")
        ours = row("weeknotes, first build, no cache", first)
        row("weeknotes, new folder, its cache", clean)
        row("weeknotes, nothing changed", again)
        if other:
            print(f"weeknotes takes 1/{row('Hugo, clean', other) / ours:.1f} of Hugo's time")
        shutil.rmtree(folder)


main()
