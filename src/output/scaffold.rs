//! Files that are made for an author to go on with.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
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
