//! `--atomic`: builds beside the output folder and swaps the two with one rename.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::folder::OutputFolder;
use super::manifest::{self, Manifest};
use super::writer::{Artifact, Error, Written};

impl OutputFolder {
    /// As [`write`](Self::write), but all at once: readers see the old site or the new
    /// one. Needs room for both. Files that weeknotes did not write are taken along.
    ///
    /// # Errors
    /// As [`write`](Self::write); the old output is then untouched.
    pub fn write_atomic(&self, artifacts: &[Artifact]) -> Result<Written, Error> {
        let old = Manifest::load(self.path())?;
        self.check_foreign(&old, artifacts)?;
        let fresh = self.beside(".weeknotes-new");
        clear(&fresh)?;
        let planned: BTreeSet<&str> = artifacts.iter().map(|artifact| artifact.path.as_ref()).collect();
        let (orphans, left) = self.orphans(&old, &planned);
        let removed = orphans.len();
        let drop: BTreeSet<&str> = orphans.into_iter().chain(planned.iter().copied()).chain([manifest::FILE]).collect();
        let mut written = fresh.write(artifacts)?;
        take_along(self.path(), fresh.path(), &drop)?;
        exchange(self.path(), fresh.path())?;
        clear(&fresh)?;
        written.removed = removed;
        written.left = left;
        Ok(written)
    }
}

/// Removes what an earlier attempt left; it holds nothing but copies.
fn clear(fresh: &OutputFolder) -> Result<(), Error> {
    match fs::remove_dir_all(fresh.path()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", fresh.path(), &error)),
        _ => Ok(()),
    }
}

/// Links or copies what is not weeknotes' own into the new folder.
fn take_along(from: &Path, to: &Path, drop: &BTreeSet<&str>) -> Result<(), Error> {
    for entry in walkdir::WalkDir::new(from).into_iter().filter_map(Result::ok) {
        let Ok(below) = entry.path().strip_prefix(from) else {
            continue;
        };
        let name: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        if entry.file_type().is_dir() || drop.contains(name.join("/").as_str()) {
            continue;
        }
        let target = to.join(below);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, &error))?;
        }
        let taken = if entry.file_type().is_symlink() {
            copy_link(entry.path(), &target)
        } else {
            link_or_copy(entry.path(), &target)
        };
        taken.map_err(|error| Error::io("copy to", &target, &error))?;
    }
    Ok(())
}

fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(|_| ()))
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(|_| ())
}

/// Swaps two folders with one system call where the system has it, else with two
/// renames.
fn exchange(current: &Path, fresh: &Path) -> Result<(), Error> {
    if !current.exists() {
        return fs::rename(fresh, current).map_err(|error| Error::io("write", current, &error));
    }
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, fresh, CWD, current, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    let mut aside = fresh.as_os_str().to_owned();
    aside.push("-old");
    fs::rename(current, &aside).map_err(|error| Error::io("move", current, &error))?;
    fs::rename(fresh, current).map_err(|error| Error::io("write", current, &error))?;
    fs::rename(&aside, fresh).map_err(|error| Error::io("move", fresh, &error))
}
