//! Files of the author's own: made to go on with, or changed on request.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::writer::Error;

/// Makes a file with its folders. It must not exist yet.
///
/// # Errors
/// When it exists, or what the operating system said.
pub fn create(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, &error))?;
    }
    let opened = OpenOptions::new().write(true).create_new(true).open(path);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| Error::io("write", path, &error))
}

/// Puts `new` in the place of the text of a file, which must still be `old`. It is written
/// beside the file and renamed, so that a failure leaves the file as it was. A byte order
/// mark and the permissions stay.
///
/// # Errors
/// When the file says something else by now, or what the operating system said.
pub fn replace(path: &Path, old: &str, new: &str) -> Result<(), Error> {
    // Behind a symbolic link it is the file that changes, not the link.
    let path = &fs::canonicalize(path).map_err(|error| Error::io("find", path, &error))?;
    let mark = mark_before(path, old)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.weeknotes"));
    let written = write_beside(&beside, &[mark, new.as_bytes()], path).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        // What went wrong first is what is told.
        let _ = fs::remove_file(&beside);
        Error::io("write", path, &error)
    })
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The byte order mark before the text of a file, or nothing. The text must still be `old`.
pub(super) fn mark_before(path: &Path, old: &str) -> Result<&'static [u8], Error> {
    let found = fs::read(path).map_err(|error| Error::io("read", path, &error))?;
    let mark: &[u8] = if found.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { b"" };
    if &found[mark.len()..] == old.as_bytes() {
        return Ok(mark);
    }
    let message = format!("{} was changed by another program just now", path.display());
    Err(Error::new(message).help("nothing was written; run the command again"))
}

/// Writes a new file with the permissions of another.
pub(super) fn write_beside(beside: &Path, parts: &[&[u8]], like: &Path) -> io::Result<()> {
    let mut file = fs::File::create(beside)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.set_permissions(fs::metadata(like)?.permissions())?;
    file.sync_all()
}
