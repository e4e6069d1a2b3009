//! `weeknotes completions` and `weeknotes man`

use clap::Args;
use clap_complete::Shell;

use super::terminal::Terminal;
use super::{Failure, Outcome, command};
use crate::output::Error;

/// Print completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes completions bash > ~/.local/share/bash-completion/completions/weeknotes
  weeknotes completions zsh > ~/.zfunc/_weeknotes
  weeknotes completions fish > ~/.config/fish/completions/weeknotes.fish")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual page.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  weeknotes man | man -l -
  weeknotes man build > weeknotes-build.1")]
pub(super) struct Man {
    /// The command to describe, all in one when it is left out
    command: Option<String>,
}

pub(super) fn completions(arguments: &Completions) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "weeknotes", &mut text);
    Terminal::result(&String::from_utf8_lossy(&text))?;
    Ok(Outcome::Good)
}

pub(super) fn man(arguments: &Man) -> Result<Outcome, Failure> {
    let mut command = command().disable_help_subcommand(true);
    command.build();
    let described = match &arguments.command {
        None => command,
        Some(name) => {
            let found = command.find_subcommand(name).cloned();
            let found = found
                .ok_or_else(|| Error::new(format!("there is no command `{name}`")).help("see weeknotes --help"))?;
            found.display_name(format!("weeknotes-{name}"))
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(described).render(&mut text)?;
    Terminal::result(&String::from_utf8_lossy(&text))?;
    Ok(Outcome::Good)
}
