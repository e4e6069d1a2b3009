//! The command line: one file for each command.
//!
//! *Architecture Invariant:* this is the only module that prints, reads the clock or
//! the environment, and decides how the program ends. It exits with 0 when all is
//! well, 1 when the content has errors, 2 when the machine or the command line does, 3 when
//! nothing is due and that was the question.

mod build;
mod calendar;
mod due;
mod explain;
mod init;
mod known;
mod new;
mod next;
mod now;
mod progress;
mod promises;
mod rehearse;
mod relocate;
mod schedule;
mod schema;
mod serve;
mod shell;
mod sources;
mod status;
mod table;
mod terminal;
mod verify;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output::Error;
use crate::source::Folder;
use terminal::Terminal;

/// A static site generator for blogs that come out in series, one instalment a week.
#[derive(Debug, Parser)]
#[command(
    name = "weeknotes",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  weeknotes init my-blog           a small working site, to begin with
  weeknotes new \"Group Therapy\"    a new post, its front matter filled in
  weeknotes move cbt --slug dbt    another address, and every link follows
  weeknotes serve                  a preview that follows every edit
  weeknotes build                  the site, in public/
  weeknotes verify --live https://example.org   whether what should be live is
  weeknotes sources check          what is wrong with the sources"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    New(new::Arguments),
    Move(relocate::Arguments),
    Serve(serve::Arguments),
    Build(build::Arguments),
    Next(next::Arguments),
    Calendar(calendar::Arguments),
    Status(status::Arguments),
    Promises(promises::Arguments),
    Explain(explain::Arguments),
    Rehearse(rehearse::Arguments),
    Schedule(schedule::Arguments),
    Verify(verify::Arguments),
    Sources(sources::Arguments),
    Schema(schema::Arguments),
    Completions(shell::Completions),
    Man(shell::Man),
}

/// Why a command ended early.
enum Failure {
    /// The machine or the command line.
    Machine(Error),
    /// Nobody reads the output any more.
    Pipe,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Machine(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Pipe,
            _ => Self::Machine(Error::new(format!("cannot write the output: {error}"))),
        }
    }
}

/// Whether what was asked for came out well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good,
    ContentErrors,
    /// Asked whether something is due, the answer is no.
    NothingDue,
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            // When even the usage cannot be printed there is nothing left to tell.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let terminal = Terminal::detect();
    match run(arguments.command, &terminal) {
        Ok(Outcome::Good) | Err(Failure::Pipe) => ExitCode::SUCCESS,
        Ok(Outcome::ContentErrors) => ExitCode::from(1),
        Ok(Outcome::NothingDue) => ExitCode::from(3),
        Err(Failure::Machine(error)) => {
            terminal.failure(&error);
            ExitCode::from(2)
        }
    }
}

fn run(command: Command, terminal: &Terminal) -> Result<Outcome, Failure> {
    match command {
        Command::Init(arguments) => init::run(&arguments),
        Command::New(arguments) => new::run(&arguments, terminal),
        Command::Move(arguments) => relocate::run(&arguments, terminal),
        Command::Serve(arguments) => serve::run(&arguments, terminal),
        Command::Build(arguments) => build::run(&arguments, terminal),
        Command::Calendar(arguments) => calendar::run(&arguments, terminal),
        Command::Next(arguments) => next::run(&arguments, terminal),
        Command::Promises(arguments) => promises::run(&arguments, terminal),
        Command::Status(arguments) => status::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
        Command::Rehearse(arguments) => rehearse::run(&arguments, terminal),
        Command::Schedule(arguments) => schedule::run(&arguments, terminal),
        Command::Verify(arguments) => verify::run(&arguments, terminal),
        Command::Sources(arguments) => sources::run(&arguments, terminal),
        Command::Schema(arguments) => schema::run(&arguments, terminal),
        Command::Completions(arguments) => shell::completions(&arguments),
        Command::Man(arguments) => shell::man(&arguments),
    }
}

/// Reads the site in a folder.
fn read(root: &Path) -> Result<Folder, Error> {
    if !root.is_dir() {
        return Err(
            Error::new(format!("there is no folder {}", root.display())).help("name the site's folder with --root")
        );
    }
    let folder = Folder::open(root);
    if folder.is_empty() {
        return Err(Error::new(format!("there is no site in {}", root.display()))
            .help("go to the site's folder, name it with --root, or begin a site with `weeknotes init`"));
    }
    Ok(folder)
}

fn cache_left(trouble: &str) {
    Terminal::message(&format!("note: the cache in {} is made anew: {trouble}\n", crate::cache::FOLDER));
}

fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}
