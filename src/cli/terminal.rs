//! Standard output and standard error, with colour only where a person sees it.

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

use crate::diagnostics::{Diagnostic, Format, render};
use crate::output::Error;

pub(super) struct Terminal {
    color: bool,
    is_terminal: bool,
}

impl Terminal {
    /// `NO_COLOR` (<https://no-color.org>) counts when it is set to anything.
    pub(super) fn detect() -> Self {
        let is_terminal = io::stderr().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { color: is_terminal && !plain && !dumb, is_terminal: is_terminal && !dumb }
    }

    pub(super) fn human(&self) -> Format {
        Format::Human { color: self.color }
    }

    /// Whether a line may be written over.
    pub(super) fn can_rewrite(&self) -> bool {
        self.is_terminal
    }

    /// A value as it is shown to other programs.
    pub(super) fn json(value: &impl Serialize) -> String {
        serde_json::to_string_pretty(value).expect("texts and numbers can be written") + "\n"
    }

    /// A result.
    pub(super) fn result(text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// A message. That nobody reads it does not stop the work.
    pub(super) fn message(text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    pub(super) fn diagnostics(diagnostics: &[Diagnostic], format: Format) {
        let gap = if matches!(format, Format::Human { .. }) { "\n" } else { "" };
        Self::message(&diagnostics.iter().map(|diagnostic| render(diagnostic, format) + gap).collect::<String>());
    }

    pub(super) fn failure(&self, error: &Error) {
        let (red, bold, plain) = if self.color { ("\x1b[1;31m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
        Self::message(&format!("{red}error{plain}{bold}: {error}{plain}\n"));
        if let Some(help) = error.help_text() {
            Self::message(&format!("help: {help}\n"));
        }
    }
}
