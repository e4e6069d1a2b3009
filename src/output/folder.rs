//! The output folder, and which folders it may not be.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::writer::Error;

/// What a site is made from, below its root.
const SOURCES: [&str; 4] = ["content", "static", "templates", "themes"];

/// A folder that weeknotes may write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFolder(PathBuf);

impl OutputFolder {
    /// Checks a folder, which need not exist yet. `root` is the site's own, `path` is
    /// relative to it or absolute, `home` the user's home folder.
    ///
    /// # Errors
    /// When files could be lost there: the root of the disk, a home folder, the site's
    /// own folder or one that holds it, the folders the site is made from; or when it
    /// cannot be a folder.
    pub fn check(root: &Path, path: &Path, home: Option<&Path>) -> Result<Self, Error> {
        let refuse = |why: &str| {
            let message = format!("cannot write to {}: {why}", path.display());
            Err(Error::new(message).help("name a folder of its own for the site, such as `public`"))
        };
        let resolve = |path: &Path| real(path).map_err(|error| Error::io("find", path, &error));
        let root = resolve(root)?;
        let target = resolve(&root.join(path))?;
        if target.parent().is_none() {
            return refuse("it is the root of the disk");
        }
        if home.is_some_and(|home| real(home).is_ok_and(|home| home.starts_with(&target))) {
            return refuse("a home folder lies there");
        }
        if root.starts_with(&target) {
            return refuse("the site itself lies there");
        }
        if let Some(folder) = SOURCES.iter().find(|folder| target.starts_with(root.join(folder))) {
            return refuse(&format!("the site is made from {folder}/"));
        }
        if target.exists() && !target.is_dir() {
            return refuse("it is a file");
        }
        Ok(Self(target))
    }

    /// Its absolute path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A folder that is checked already.
    pub(super) fn beside(&self, suffix: &str) -> Self {
        let mut name = OsString::from(".");
        name.push(self.0.file_name().unwrap_or_default());
        name.push(suffix);
        Self(self.0.with_file_name(name))
    }
}

/// The path without links and dots, also where its last parts do not exist yet.
fn real(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut missing = Vec::new();
    let mut at = lexical(&absolute);
    loop {
        match at.canonicalize() {
            Ok(found) => return Ok(missing.iter().rev().fold(found, |path, part| path.join(part))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match (at.file_name(), at.parent()) {
                (Some(name), Some(parent)) => {
                    missing.push(name.to_owned());
                    at = parent.to_path_buf();
                }
                _ => return Err(error),
            },
            Err(error) => return Err(error),
        }
    }
}

fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_where_files_could_be_lost_are_refused() {
        let disk = tempfile::tempdir().expect("a folder");
        let (home, root) = (disk.path().join("home"), disk.path().join("home/site"));
        std::fs::create_dir_all(root.join("content")).expect("a folder");
        std::fs::write(root.join("file"), "").expect("a file");
        let check = |path: &str| OutputFolder::check(&root, Path::new(path), Some(&home));
        for path in [".", "..", "/", "content", "content/x", "static/x", "public/..", "file", "../../home"] {
            assert!(check(path).is_err(), "{path}");
        }
        for path in ["public", "../public", "deep/er/public", "/tmp/weeknotes-never-made"] {
            assert!(check(path).is_ok(), "{path}");
        }
    }
}
