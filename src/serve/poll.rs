//! Looks at the files' times again and again, where the file system tells nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::{Duration, SystemTime};

use notify::event::{Event, EventKind, MetadataKind, ModifyKind};
use walkdir::WalkDir;

use crate::config::FILE;
use crate::source::{FOLDERS, part_of_site};

/// When a file was last written, to the file system's resolution, and its length. `notify`'s
/// own poller counts in seconds, in which a second save can hide.
type Look = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Sends an event for each file that changed, until nobody listens.
pub(super) fn start(root: &Path, interval: Duration, sender: Sender<notify::Result<Event>>) {
    let root = root.to_path_buf();
    let mut seen = look(&root);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(interval);
            let now = look(&root);
            for path in differing(&seen, &now) {
                let event = Event::new(EventKind::Modify(ModifyKind::Metadata(MetadataKind::WriteTime))).add_path(path);
                if sender.send(Ok(event)).is_err() {
                    return;
                }
            }
            seen = now;
        }
    });
}

fn look(root: &Path) -> Look {
    let top = WalkDir::new(root).max_depth(1).follow_links(true);
    let below = FOLDERS.iter().map(|name| WalkDir::new(root.join(name)).follow_links(true));
    let entries = [WalkDir::new(root.join(FILE)), top].into_iter().chain(below).flatten().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file() && part_of_site(root, entry.path()).is_some());
    files
        .filter_map(|entry| {
            let found = entry.metadata().ok()?;
            Some((entry.into_path(), (found.modified().ok(), found.len())))
        })
        .collect()
}

fn differing(old: &Look, new: &Look) -> Vec<PathBuf> {
    let gone = old.keys().filter(|path| !new.contains_key(*path));
    let other = new.iter().filter(|(path, found)| old.get(*path) != Some(found)).map(|(path, _)| path);
    gone.chain(other).cloned().collect()
}
