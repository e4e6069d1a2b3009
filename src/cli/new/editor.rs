//! The author's editor.

use std::path::Path;
use std::process::Command;

use crate::output::Error;

/// Opens a file in the editor that the environment names, and waits until it is closed.
pub(super) fn open(path: &Path) -> Result<(), Error> {
    let named =
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()));
    let Some(editor) = named else {
        return Err(Error::new("neither $VISUAL nor $EDITOR names an editor".to_owned()).help(format!(
            "the post is made: open {} yourself, or set EDITOR, for example to \"code --wait\"",
            path.display()
        )));
    };
    let mut command = command(&editor, path);
    let failed = |why: String| {
        Error::new(format!("the editor `{editor}` {why}"))
            .help(format!("the post is made: open {} yourself", path.display()))
    };
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(format!("ended with {status}"))),
        Err(error) => Err(failed(format!("cannot be started: {error}"))),
    }
}

/// The variables hold a command line, with options: `code --wait` (POSIX, `more`).
#[cfg(unix)]
fn command(editor: &str, path: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(path);
    command
}

#[cfg(not(unix))]
fn command(editor: &str, path: &Path) -> Command {
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).arg(path);
    command
}
