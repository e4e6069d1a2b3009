//! How long each stage takes at 1,000 and 10,000 posts: parse, resolve, render, write.
//!
//! `cargo bench` runs all of it; `cargo bench -- '/1000$'` the small half. The posts have
//! the shape of the project's shared corpus: about 600 words in weekly series of 52, 40
//! tags, four headings, a list, a quotation, two footnotes, three links and one source
//! each, a highlighted block in every tenth. The same number gives the same text.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use weeknotes::build::{Builder, Request};
use weeknotes::config::Config;
use weeknotes::content::Document;
use weeknotes::output::OutputFolder;
use weeknotes::site::{Instant, Site};
use weeknotes::source::{SourceText, SourceTree};

const WORDS: &str = "therapy group session support listen notice feeling week anxiety coping practice breathe story \
    shame trust boundary habit sleep routine friend clinician question answer learn rest honest gentle slow effort \
    repeat change small steady people shared lived experience textbook solution network belong heard isolated \
    overlooked moment pattern thought reframe grief worry body calm safety plan crisis recovery peer specialist \
    journal gratitude medication goal value kind mindful present memory sadness anger because although therefore \
    often sometimes perhaps with without toward between after before the a an of in on and or but for is are was it \
    that this they we you";

/// A small generator with a fixed beginning (Numerical Recipes' linear congruence).
struct Words {
    all: Vec<&'static str>,
    state: u64,
}

impl Words {
    fn new() -> Self {
        Self { all: WORDS.split_whitespace().collect(), state: 7 }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 33).expect("31 bits") % limit
    }

    fn words(&mut self, count: usize) -> String {
        let chosen = (0..count).map(|_| self.below(self.all.len())).collect::<Vec<_>>();
        chosen.into_iter().map(|at| self.all[at]).collect::<Vec<_>>().join(" ")
    }

    fn paragraph(&mut self, sentences: usize) -> String {
        (0..sentences)
            .map(|_| {
                let count = 8 + self.below(13);
                format!("{}.", self.words(count))
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn post(words: &mut Words, number: usize) -> String {
    let title = words.words(3);
    let tags = [words.below(40), words.below(40), words.below(40)].map(|tag| format!("tag {tag}")).join(", ");
    let date = jiff::civil::date(1900, 1, 2) + jiff::Span::new().weeks(i64::try_from(number).expect("few"));
    let mut text = format!(
        "---\ntitle: {title}\ndate: {date}\nseries: Series {}\ntags: [{tags}]\nsources:\n  - organisation: {}\n    title: {}\n    url: https://example.org/src/{number}\n    date: 2017\n---\n\n",
        number / 52,
        words.words(2),
        words.words(2)
    );
    write!(
        text,
        "{}\n\n{} See [{}](https://example.org/ref/{number}).[^a]\n\n",
        words.paragraph(5),
        words.paragraph(2),
        words.words(3)
    )
    .expect("writing to a string never fails");
    for _ in 0..4 {
        write!(
            text,
            "## {}\n\n{} *{}* and **{}**.\n\n",
            words.words(3),
            words.paragraph(4),
            words.words(3),
            words.words(2)
        )
        .expect("writing to a string never fails");
    }
    for _ in 0..5 {
        writeln!(text, "- {}", words.paragraph(1)).expect("writing to a string never fails");
    }
    write!(
        text,
        "\n> {}\n\n{} Read [more](https://example.com/{number}/more) on this.[^b]\n\n",
        words.paragraph(2),
        words.paragraph(3)
    )
    .expect("writing to a string never fails");
    if number.is_multiple_of(10) {
        let name = words.words(1);
        write!(text, "```python\ndef {name}_{number}(days, rate=0.5):\n    \"\"\"{}\"\"\"\n    return [day * rate for day in days]\n```\n\n", words.words(8))
            .expect("writing to a string never fails");
    }
    write!(text, "[^a]: {}\n[^b]: {}\n", words.paragraph(1), words.paragraph(1))
        .expect("writing to a string never fails");
    text
}

fn corpus(count: usize) -> SourceTree {
    let mut words = Words::new();
    let mut tree = SourceTree::from_texts([("weeknotes.yaml", "title: Bench\nurl: https://bench.example\n")]);
    for number in 0..count {
        let text = post(&mut words, number);
        tree.insert_text(SourceText::new(format!("content/posts/post-{number:06}.md"), text));
    }
    tree
}

fn instant() -> Instant {
    Instant { now: "2300-01-01T00:00:00Z".parse().expect("a time"), drafts: false, future: false }
}

fn stages(criterion: &mut Criterion) {
    for count in [1_000, 10_000] {
        let tree = corpus(count);
        let request = Request { url: None, instant: instant() };
        let texts: Vec<SourceText> = tree.texts_under("content").cloned().collect();
        let documents: Vec<Arc<Document>> = texts.iter().map(|text| Document::read(text).value).collect();
        let config = Arc::new(Config::read(&tree, None).value);

        let mut group = criterion.benchmark_group("stages");
        group.sample_size(10);
        group.bench_with_input(BenchmarkId::new("parse", count), &texts, |bench, texts| {
            bench.iter(|| texts.iter().map(Document::read).collect::<Vec<_>>());
        });
        group.bench_with_input(BenchmarkId::new("resolve", count), &documents, |bench, documents| {
            bench.iter(|| Site::resolve(Arc::clone(&config), documents, [], instant()));
        });
        group.bench_with_input(BenchmarkId::new("render", count), &tree, |bench, tree| {
            bench.iter(|| Builder::new().build(tree, &request));
        });
        let mut warm = Builder::new();
        warm.build(&tree, &request);
        group.bench_with_input(BenchmarkId::new("rebuild-unchanged", count), &tree, |bench, tree| {
            bench.iter(|| warm.build(tree, &request));
        });
        let report = Builder::new().build(&tree, &request);
        // A new folder each time, and nothing deleted until the end: some file systems are
        // slow to use again what was just deleted.
        let all = tempfile::tempdir().expect("a folder");
        let mut next = 0;
        group.bench_with_input(BenchmarkId::new("write-clean", count), &report, |bench, report| {
            bench.iter_batched(
                || {
                    next += 1;
                    OutputFolder::check(all.path(), Path::new(&format!("public-{next}")), None).expect("a free folder")
                },
                |output| black_box(output.write(&report.artifacts()).expect("room")),
                BatchSize::PerIteration,
            );
        });
        let folder = tempfile::tempdir().expect("a folder");
        let output = OutputFolder::check(folder.path(), Path::new("public"), None).expect("a free folder");
        output.write(&report.artifacts()).expect("room");
        group.bench_with_input(BenchmarkId::new("write-unchanged", count), &report, |bench, report| {
            bench.iter(|| output.write(&report.artifacts()).expect("room"));
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
