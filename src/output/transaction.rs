//! Several of the author's files changed and renamed: all of it is done, or nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::scaffold::{mark_before, write_beside};
use super::writer::Error;

/// Changes of texts and new names of files and folders that belong together.
///
/// Every new text is written beside its file before the first file is touched; then each
/// takes its file's place, and the files are renamed one after the other. When one step
/// fails, those before it are taken back in reverse order. Permissions, byte order marks
/// and symbolic links stay.
#[derive(Debug, Clone, Default)]
pub struct Transaction {
    edits: Vec<Edit>,
    renames: Vec<Rename>,
}

#[derive(Debug, Clone)]
struct Edit {
    path: PathBuf,
    old: Arc<str>,
    new: Arc<str>,
}

#[derive(Debug, Clone)]
struct Rename {
    from: PathBuf,
    to: PathBuf,
}

impl Transaction {
    /// Puts `new` in the place of the text of a file, which must still be `old`.
    pub fn edit(&mut self, path: PathBuf, old: Arc<str>, new: Arc<str>) {
        self.edits.push(Edit { path, old, new });
    }

    /// Gives a file or a folder another name, which must be free when all that was added
    /// before is done.
    pub fn rename(&mut self, from: PathBuf, to: PathBuf) {
        self.renames.push(Rename { from, to });
    }

    /// Does all of it.
    ///
    /// # Errors
    /// When a file says something else by now, a name is taken, or what the operating
    /// system said; then every file is as it was. When a file cannot be put back, the
    /// error says where its text is.
    pub fn commit(&self) -> Result<(), Error> {
        self.commit_stepwise(&mut || Ok(()))
    }

    /// `before` is asked before each step, and fails it.
    fn commit_stepwise(&self, before: &mut Before<'_>) -> Result<(), Error> {
        let mut done = Vec::new();
        match self.steps(before, &mut done) {
            Ok(()) => {
                tidy(&done);
                Ok(())
            }
            Err(error) => Err(undo(&done, error)),
        }
    }

    fn steps(&self, before: &mut Before<'_>, done: &mut Vec<Done>) -> Result<(), Error> {
        let files = files(&self.edits)?;
        for file in &files {
            step(before, "write", &file.path)?;
            // What is written in part is taken away as well.
            done.push(Done::Written { beside: file.beside() });
            write_beside(&file.beside(), &[file.mark, file.new.as_bytes()], &file.path)
                .map_err(|error| Error::io("write", &file.path, &error))?;
        }
        for file in &files {
            step(before, "keep the text of", &file.path)?;
            keep(&file.path, &file.kept())?;
            done.push(Done::Kept { kept: file.kept() });
        }
        for file in &files {
            step(before, "write", &file.path)?;
            mark_before(&file.path, file.old)?;
            fs::rename(file.beside(), &file.path).map_err(|error| Error::io("write", &file.path, &error))?;
            done.push(Done::Replaced { path: file.path.clone(), kept: file.kept() });
        }
        for Rename { from, to } in &self.renames {
            let (from, to) = (real(from)?, real(to)?);
            step(before, "rename", &from)?;
            rename(&from, &to)?;
            done.push(Done::Renamed { from, to });
        }
        Ok(())
    }
}

type Before<'b> = dyn FnMut() -> io::Result<()> + 'b;

fn step(before: &mut Before<'_>, verb: &str, path: &Path) -> Result<(), Error> {
    before().map_err(|error| Error::io(verb, path, &error))
}

/// What was done, to be taken back.
enum Done {
    Written { beside: PathBuf },
    Kept { kept: PathBuf },
    Replaced { path: PathBuf, kept: PathBuf },
    Renamed { from: PathBuf, to: PathBuf },
}

/// A file that gets another text.
struct File<'t> {
    path: PathBuf,
    mark: &'static [u8],
    old: &'t str,
    new: &'t str,
}

impl File<'_> {
    fn beside(&self) -> PathBuf {
        hidden(&self.path, "")
    }

    fn kept(&self) -> PathBuf {
        hidden(&self.path, "-old")
    }
}

/// A name that a site's walk passes over.
fn hidden(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.weeknotes{ending}"))
}

/// The files behind the paths. Behind a symbolic link it is the file that changes; two
/// paths may lead to one file, which can only get one text.
fn files(edits: &[Edit]) -> Result<Vec<File<'_>>, Error> {
    let mut files: Vec<File<'_>> = Vec::new();
    for Edit { path, old, new } in edits {
        let real = fs::canonicalize(path).map_err(|error| Error::io("find", path, &error))?;
        match files.iter().find(|file| file.path == real) {
            Some(other) if other.new == &**new => {}
            Some(_) => {
                let message = format!("{} would get two texts: it has two names on this site", real.display());
                return Err(Error::new(message).help("take the symbolic link away, and run the command again"));
            }
            None => files.push(File { mark: mark_before(&real, old)?, path: real, old, new }),
        }
    }
    Ok(files)
}

/// A path whose last part may be a symbolic link, and no other.
fn real(path: &Path) -> Result<PathBuf, Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).map_err(|error| Error::io("find", folder, &error))?;
    Ok(folder.join(path.file_name().unwrap_or_default()))
}

/// Gives a file's present text a second name, so that putting it back is a rename, which
/// needs no room on the disk.
fn keep(path: &Path, kept: &Path) -> Result<(), Error> {
    if kept.symlink_metadata().is_ok() {
        let message = format!("{} is in the way: a command was interrupted here", kept.display());
        return Err(Error::new(message).help(format!(
            "it is an earlier text of {}: compare the two, and remove it; nothing was changed",
            path.display()
        )));
    }
    fs::hard_link(path, kept).or_else(|_| fs::copy(path, kept).map(|_| ())).map_err(|error| {
        // What went wrong first is what is told.
        let _ = fs::remove_file(kept);
        Error::io("keep the text of", path, &error)
    })
}

/// Renames a file or a folder, never over another.
fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    let taken =
        || Error::new(format!("{} is there already", to.display())).help("give another name, or move that away");
    if is_respelling(from, to) {
        return fs::rename(from, to).map_err(|error| Error::io("rename", from, &error));
    }
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Ok(()) => return Ok(()),
            Err(Errno::EXIST | Errno::NOTEMPTY) => return Err(taken()),
            // Not every file system has it.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            Err(error) => return Err(Error::io("rename", from, &error.into())),
        }
    }
    if to.symlink_metadata().is_ok() {
        return Err(taken());
    }
    fs::rename(from, to).map_err(|error| Error::io("rename", from, &error))
}

/// Whether the two are one file on a disk that takes letters of both cases for the same.
fn is_respelling(from: &Path, to: &Path) -> bool {
    let lower = |path: &Path| path.to_string_lossy().to_lowercase();
    from != to
        && lower(from) == lower(to)
        && fs::canonicalize(to).is_ok_and(|to| fs::canonicalize(from).is_ok_and(|from| from == to))
}

/// Removes the former texts. One that cannot be removed is hidden and does no harm.
fn tidy(done: &[Done]) {
    for one in done {
        if let Done::Kept { kept } = one {
            let _ = fs::remove_file(renamed(kept, done));
        }
    }
}

/// Where a file is when all renames are done.
fn renamed(path: &Path, done: &[Done]) -> PathBuf {
    let mut path = path.to_path_buf();
    for one in done {
        if let Done::Renamed { from, to } = one
            && let Ok(below) = path.strip_prefix(from)
        {
            path = to.join(below);
        }
    }
    path
}

/// Takes back what was done, the last first, and says why.
fn undo(done: &[Done], error: Error) -> Error {
    let mut stuck = Vec::new();
    for one in done.iter().rev() {
        let back = match one {
            Done::Written { beside: file } | Done::Kept { kept: file } => match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    Err(format!("{} is left: {error}", file.display()))
                }
                _ => Ok(()),
            },
            Done::Replaced { path, kept } => fs::rename(kept, path)
                .map_err(|error| format!("the former text of {} is in {}: {error}", path.display(), kept.display())),
            Done::Renamed { from, to } => {
                rename(to, from).map_err(|error| format!("{} is now {}: {error}", from.display(), to.display()))
            }
        };
        stuck.extend(back.err());
    }
    if !stuck.is_empty() {
        return Error::new(format!("{error}; and not all could be put back:\n  {}", stuck.join("\n  ")));
    }
    if error.help_text().is_some() { error } else { error.help("all files are as they were") }
}

#[cfg(all(test, unix))]
mod tests;
