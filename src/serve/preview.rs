//! The preview's state: a folder, the builder that remembers, and what is shown.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use rustc_hash::FxHashSet;

use super::Options;
use super::output::Output;
use super::problem::Problems;
use crate::build::{Builder, Report, Request};
use crate::cache::Cache;
use crate::config::Editor;
use crate::diagnostics::Diagnostic;
use crate::memo::Outcome;
use crate::output::{Artifact, Key};
use crate::site::{Instant, Site};
use crate::source::{Folder, SourcePath};
use crate::template::{Read, World};

/// How many builds the dashboard remembers.
const HISTORY: usize = 30;

/// What is shown between two rebuilds.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    pub(super) root: Arc<Path>,
    /// The site as it was when it was last good; at the beginning, as far as it came.
    pub(super) output: Arc<Output>,
    pub(super) problems: Arc<Problems>,
    /// The same as JSON, equal for equal problems.
    pub(super) problems_json: Arc<str>,
    /// The resolved site of the last build, good or not.
    pub(super) site: Arc<Site>,
    pub(super) editor: Option<Editor>,
    pub(super) now: Timestamp,
    /// Of all builds that are remembered, the newest first.
    pub(super) history: VecDeque<Arc<Built>>,
    pub(super) builder: Arc<Mutex<Builder>>,
}

impl Snapshot {
    /// The same with some files that are newer.
    fn with(self, files: Vec<Artifact>) -> Self {
        Self { output: Arc::new(self.output.with(files)), ..self }
    }

    /// The build that made it.
    pub(super) fn latest(&self) -> &Built {
        self.history.front().expect("a snapshot is of a build")
    }

    pub(super) fn revision(&self) -> u64 {
        self.latest().revision
    }
}

/// What a build leaves behind, to be dropped when what is shown has been published.
pub(super) struct Rest(#[expect(dead_code, reason = "it is there to be dropped")] Option<Arc<World>>);

/// What a rebuild came to.
#[derive(Debug, Clone)]
pub struct Built {
    /// Counts the builds, from 1.
    pub revision: u64,
    /// The files that changed.
    pub changed: Vec<SourcePath>,
    /// How many artifacts were rendered.
    pub rendered: usize,
    /// How many artifacts are rendered in all.
    pub total: usize,
    /// How long it took, from the first look at the files.
    pub milliseconds: f64,
    /// All that is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What was rendered again for which reason.
    pub(super) made: Vec<(Key, Outcome<Read>)>,
    /// What differs from a clean build; empty when that was not asked for.
    pub mismatches: Vec<String>,
}

impl Built {
    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|found| found.is_error()).count()
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        self.diagnostics.len() - self.errors()
    }
}

/// Rebuilds a site and keeps what is shown.
pub(super) struct Preview {
    root: Arc<Path>,
    folder: Folder,
    builder: Arc<Mutex<Builder>>,
    drafts: bool,
    future: bool,
    verify: bool,
    revision: u64,
    good: Option<Arc<Output>>,
    shown: Option<Snapshot>,
    history: VecDeque<Arc<Built>>,
    next_change: Option<Timestamp>,
}

impl Preview {
    pub(super) fn open(root: &Path, cache: Arc<Cache>, options: &Options) -> Self {
        Self {
            root: root.into(),
            folder: Folder::open(root),
            builder: Arc::new(Mutex::new(Builder::with_cache(cache))),
            drafts: options.drafts,
            future: options.future,
            verify: options.verify,
            revision: 0,
            good: None,
            shown: None,
            history: VecDeque::new(),
            next_change: None,
        }
    }

    /// When a date comes that makes another site of the same files.
    pub(super) fn next_change(&self) -> Option<Timestamp> {
        self.next_change
    }

    /// Looks again at some paths; `None` when nothing in the site is other than it was.
    /// What is shown at the `watched` addresses comes first, as an early snapshot.
    pub(super) fn look_again(
        &mut self,
        paths: &[PathBuf],
        now: Timestamp,
        watched: &[String],
        early: impl FnOnce(Snapshot),
    ) -> Option<(Snapshot, Rest)> {
        let started = std::time::Instant::now();
        let changed = self.folder.look_again(paths.iter().map(PathBuf::as_path));
        let is_due = self.next_change.is_some_and(|next| next <= now);
        if !is_due && changed.is_empty() {
            return None;
        }
        let shown = self.shown.clone();
        let keys = shown.as_ref().map(|shown| shown.output.keys(watched)).unwrap_or_default();
        let early = |files| early(shown.expect("only what is shown is wanted first").with(files));
        Some(self.rebuild(changed.into_iter().collect(), now, started, &keys, early))
    }

    /// Builds what is there for the first time.
    pub(super) fn first(&mut self, now: Timestamp) -> (Snapshot, Rest) {
        self.rebuild(Vec::new(), now, std::time::Instant::now(), &FxHashSet::default(), |_| {})
    }

    fn rebuild(
        &mut self,
        changed: Vec<SourcePath>,
        now: Timestamp,
        started: std::time::Instant,
        first: &FxHashSet<Key>,
        early: impl FnOnce(Vec<Artifact>),
    ) -> (Snapshot, Rest) {
        let instant = Instant { now, drafts: self.drafts, future: self.future };
        let request = Request { url: None, instant };
        let tree = self.folder.tree();
        let mut builder = self.builder.lock().expect("no build panicked");
        let mut report = builder.build_first(tree, &request, |key| first.contains(key), early);
        drop(builder);
        report.diagnostics.extend(self.folder.diagnostics());
        report.diagnostics.sort();
        let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
        let mismatches = if self.verify { verify(&self.folder, &request, &report) } else { Vec::new() };
        self.revision += 1;
        self.next_change = report.site.next_change;
        self.remember(&report, changed, milliseconds, mismatches);
        let rest = Rest(report.release());
        (self.show(report, now), rest)
    }

    /// The new state, in which the last good output stays while there are errors.
    fn show(&mut self, report: Report, now: Timestamp) -> Snapshot {
        let has_errors = report.has_errors();
        let editor = report.config().editor.clone();
        let good = !has_errors || self.good.is_some();
        let problems = Problems::of(&report.diagnostics, good, &self.root, editor.as_ref());
        let site = Arc::clone(&report.site);
        let output = match &self.good {
            Some(good) if has_errors => Arc::clone(good),
            _ => Arc::new(Output::of(report)),
        };
        if !has_errors {
            self.good = Some(Arc::clone(&output));
        }
        let snapshot = Snapshot {
            root: Arc::clone(&self.root),
            output,
            problems_json: serde_json::to_string(&problems).expect("texts and numbers are JSON").into(),
            problems: Arc::new(problems),
            site,
            editor,
            now,
            history: self.history.clone(),
            builder: Arc::clone(&self.builder),
        };
        self.shown = Some(snapshot.clone());
        snapshot
    }

    fn remember(&mut self, report: &Report, changed: Vec<SourcePath>, milliseconds: f64, mismatches: Vec<String>) {
        let made: Vec<(Key, Outcome<Read>)> =
            report.made().filter(|_| self.revision > 1).map(|(key, why)| (key.clone(), why.clone())).collect();
        self.history.push_front(Arc::new(Built {
            revision: self.revision,
            changed,
            rendered: report.made().count(),
            total: report.plan.keys.len(),
            milliseconds,
            diagnostics: report.diagnostics.clone(),
            made,
            mismatches,
        }));
        self.history.truncate(HISTORY);
    }
}

/// What a clean build of the same files has otherwise.
fn verify(folder: &Folder, request: &Request, report: &Report) -> Vec<String> {
    let mut clean = Builder::new().build(folder.tree(), request);
    clean.diagnostics.extend(folder.diagnostics());
    clean.diagnostics.sort();
    let mut differing = Vec::new();
    if clean.diagnostics != report.diagnostics {
        differing.push("the diagnostics".to_owned());
    }
    let bytes = |report: &Report, at: usize| {
        let content = report.content(at)?;
        Some(content.bytes(&mut Vec::new()).ok()?.to_vec())
    };
    for (at, path) in report.plan.paths().iter().enumerate() {
        let other = clean.plan.find(path).and_then(|at| bytes(&clean, at));
        if bytes(report, at) != other {
            differing.push(path.to_string());
        }
    }
    let missing = clean.plan.paths().iter().filter(|path| report.plan.find(path).is_none());
    differing.extend(missing.map(|path| format!("{path}, which is missing")));
    differing
}
