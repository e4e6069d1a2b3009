//! Stages that are made as a whole, and kept while what they are made of is the same.

use std::hash::Hash;
use std::sync::Arc;

use crate::diagnostics::{Diagnostic, Warned};
use crate::memo::{Fingerprint, Hasher, Memo, Round};
use crate::output::Assets;
use crate::source::SourceTree;
use crate::template::{Engine, Marks, Read, Theme, View, World};

/// The last value of a stage with the inputs that it was made of.
#[derive(Debug)]
pub(super) struct Stage<I, T>(Option<(I, T)>);

impl<I, T> Default for Stage<I, T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<I: PartialEq, T> Stage<I, T> {
    /// The value for these inputs: the last one when they are the same and it is `good`
    /// still, else made anew.
    fn get(&mut self, inputs: I, good: impl FnOnce(&T) -> bool, make: impl FnOnce() -> T) -> &T {
        let kept = self.0.take().filter(|(old, value)| *old == inputs && good(value));
        let (_, value) = self.0.insert(kept.unwrap_or_else(|| (inputs, make())));
        value
    }
}

impl<I: PartialEq, T: Clone> Stage<I, T> {
    /// The value for these inputs, for a value that has nothing to say about it.
    pub(super) fn keep(&mut self, inputs: I, make: impl FnOnce() -> T) -> T {
        self.get(inputs, |_| true, make).clone()
    }
}

impl<I: PartialEq, T> Stage<I, Warned<Arc<T>>> {
    /// Like [`get`](Self::get), for a value with something to say about it.
    pub(super) fn drain(
        &mut self,
        inputs: I,
        good: impl FnOnce(&T) -> bool,
        make: impl FnOnce() -> Warned<T>,
        sink: &mut Vec<Diagnostic>,
    ) -> Arc<T> {
        let made = self.get(inputs, |made| good(&made.value), || make().map(Arc::new));
        sink.extend(made.diagnostics.iter().cloned());
        Arc::clone(&made.value)
    }

    /// Like [`drain`](Self::drain), for a value that is shared already.
    pub(super) fn drain_shared(
        &mut self,
        inputs: I,
        make: impl FnOnce() -> Warned<Arc<T>>,
        sink: &mut Vec<Diagnostic>,
    ) -> Arc<T> {
        let made = self.get(inputs, |_| true, make);
        sink.extend(made.diagnostics.iter().cloned());
        Arc::clone(&made.value)
    }
}

/// A shared value that is the same only as itself.
#[derive(Debug)]
pub(super) struct Same<T>(pub(super) Arc<T>);

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Values that are made through the recorded view of a world.
#[derive(Debug)]
pub(super) struct Seen<K, T> {
    memo: Memo<K, Read, T>,
    /// The parts of the world of the last round: where they are the same, so is what was
    /// read of them.
    marks: Option<Marks>,
}

impl<K, T> Default for Seen<K, T> {
    fn default() -> Self {
        Self { memo: Memo::default(), marks: None }
    }
}

impl<K: Clone + Eq + Hash + Send + Sync, T: Send + Sync> Seen<K, T> {
    pub(super) fn refresh(
        &mut self,
        keys: &[K],
        world: &Arc<World>,
        make: impl Fn(&K, View<'_>) -> T + Sync,
    ) -> Round<Read, T> {
        self.refresh_first(keys, world, make, |_| false, |_| {})
    }

    /// As [`Memo::refresh_first`].
    pub(super) fn refresh_first(
        &mut self,
        keys: &[K],
        world: &Arc<World>,
        make: impl Fn(&K, View<'_>) -> T + Sync,
        first: impl Fn(&K) -> bool,
        show: impl FnOnce(Vec<(usize, Arc<T>)>),
    ) -> Round<Read, T> {
        let marks = world.marks();
        let last = self.marks.replace(marks.clone());
        let fixed = |read: &Read| last.as_ref().is_some_and(|last| marks.agree_on(read, last));
        let now = |read: &Read| world.fingerprint(read);
        self.memo.refresh_first(keys, fixed, now, |key, recorder| make(key, View::new(world, recorder)), first, show)
    }

    pub(super) fn reads(&self, key: &K) -> Vec<&Read> {
        self.memo.reads(key)
    }
}

/// A theme, ready to draw with.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) engine: Arc<Engine>,
    pub(super) assets: Arc<Assets>,
}

impl Look {
    /// A theme of which a layer is missing has nothing to draw with.
    pub(super) fn load(theme: &Theme, base_path: &str, is_whole: bool) -> Warned<Self> {
        let mut diagnostics = Vec::new();
        let assets = Arc::new(Assets::collect(theme, base_path).drain(&mut diagnostics));
        let loaded = if is_whole { Engine::load(theme) } else { Err(Vec::new()) };
        let engine = loaded.unwrap_or_else(|wrong| {
            diagnostics.extend(wrong);
            Engine::empty()
        });
        Warned { value: Self { engine: Arc::new(engine), assets }, diagnostics }
    }
}

/// The digest of the names of the files that are copied.
pub(super) fn asset_paths(tree: &SourceTree) -> Fingerprint {
    let mut hasher = Hasher::new();
    for asset in tree.assets_under("content").chain(tree.assets_under("static")) {
        hasher.text(&asset.path);
    }
    hasher.finish()
}
