//! What the file system tells of a site's folder. It only says *look again*: what is in
//! the files decides.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RenameMode};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::poll;
use super::settle::{Progress, Settle};
use crate::output::Error;
use crate::source::{FOLDERS, part_of_site};

/// How long a checkout may take before its files are looked at all the same.
const CHECKOUT: Duration = Duration::from_secs(10);
const ONE_LOOK: Duration = Duration::from_millis(20);
/// How often it is looked whether a folder that is gone has come back.
const RETURN: Duration = Duration::from_millis(250);

/// Watches a site's folder.
pub(super) struct Watcher {
    root: PathBuf,
    /// None when the files are looked at in turn.
    inner: Option<RecommendedWatcher>,
    events: Receiver<notify::Result<Event>>,
    settle: Settle,
    lock: Option<PathBuf>,
    held_since: Option<Instant>,
}

impl Watcher {
    /// Begins to watch. With `poll` the files' times are compared that often, for
    /// folders whose file system tells nothing, as over a network.
    pub(super) fn start(root: &Path, poll: Option<Duration>) -> Result<Self, Error> {
        let (sender, events) = channel();
        let inner = match poll {
            None => Some(notify::recommended_watcher(sender).map_err(|error| trouble(root, &error))?),
            Some(interval) => {
                poll::start(root, interval, sender);
                None
            }
        };
        let lock = root.ancestors().map(|folder| folder.join(".git")).find(|git| git.is_dir());
        let mut watcher = Self {
            root: root.to_path_buf(),
            inner,
            events,
            settle: Settle::default(),
            lock: lock.map(|git| git.join("index.lock")),
            held_since: None,
        };
        watcher.watch_all()?;
        Ok(watcher)
    }

    /// Waits for changes that have settled; `None` when `until` came first.
    pub(super) fn wait(&mut self, until: Option<Instant>) -> Option<Vec<PathBuf>> {
        loop {
            let now = Instant::now();
            if !self.root.is_dir() {
                self.await_return();
                continue;
            }
            if !self.is_held(now)
                && let Some(paths) = self.settle.take(now)
            {
                self.held_since = None;
                return Some(paths);
            }
            if until.is_some_and(|until| until <= now) {
                return None;
            }
            let due = self.settle.due().map(|due| due.max(now + if due <= now { ONE_LOOK } else { Duration::ZERO }));
            let next = due.into_iter().chain(until).min();
            let wait = next.map_or(Duration::from_secs(3600), |next| next.saturating_duration_since(now));
            match self.events.recv_timeout(wait) {
                Ok(event) => self.note(event),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(wait),
            }
            while let Ok(event) = self.events.try_recv() {
                self.note(event);
            }
        }
    }

    /// Git holds this file while it changes many others.
    fn is_held(&mut self, now: Instant) -> bool {
        if self.settle.due().is_none() || !self.lock.as_ref().is_some_and(|lock| lock.exists()) {
            return false;
        }
        now < *self.held_since.get_or_insert(now) + CHECKOUT
    }

    /// The whole folder is gone: when it is back, all of it is new.
    fn await_return(&mut self) {
        while !self.root.is_dir() {
            std::thread::sleep(RETURN);
        }
        // That it cannot be watched shows at the latest when nothing is rebuilt.
        let _ = self.watch_all();
        self.settle.note(Instant::now(), self.root.clone(), Progress::Underway);
    }

    fn watch_all(&mut self) -> Result<(), Error> {
        let Some(inner) = &mut self.inner else {
            return Ok(());
        };
        inner.watch(&self.root, RecursiveMode::NonRecursive).map_err(|error| trouble(&self.root, &error))?;
        for folder in FOLDERS.map(|name| self.root.join(name)).iter().filter(|folder| folder.is_dir()) {
            inner.watch(folder, RecursiveMode::Recursive).map_err(|error| trouble(folder, &error))?;
        }
        Ok(())
    }

    fn note(&mut self, event: notify::Result<Event>) {
        let now = Instant::now();
        let Ok(event) = event else {
            return self.settle.note(now, self.root.clone(), Progress::Underway);
        };
        if event.need_rescan() {
            return self.settle.note(now, self.root.clone(), Progress::Underway);
        }
        let Some(progress) = progress(event.kind) else {
            return;
        };
        let is_new = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
        let root = self.root.clone();
        for path in event.paths.into_iter().filter(|path| part_of_site(&root, path).is_some()) {
            if is_new && FOLDERS.iter().any(|name| self.root.join(name) == path) && path.is_dir() {
                // The watch of a folder that was there before went with it.
                if let Some(inner) = &mut self.inner {
                    let _ = inner.unwatch(&path);
                    let _ = inner.watch(&path, RecursiveMode::Recursive);
                }
            }
            match event.kind {
                EventKind::Create(CreateKind::Folder) => self.settle.note_folder(now, path),
                _ => self.settle.note(now, path, progress),
            }
        }
    }
}

/// `None` for an event that changes nothing: reading a file is one.
fn progress(kind: EventKind) -> Option<Progress> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both) | ModifyKind::Metadata(_)) => {
            Some(Progress::Done)
        }
        EventKind::Access(_) => None,
        _ => Some(Progress::Underway),
    }
}

fn trouble(path: &Path, error: &notify::Error) -> Error {
    let made = Error::new(format!("cannot watch {}: {error}", path.display()));
    made.help("let it look at the files' times instead: weeknotes serve --poll")
}
