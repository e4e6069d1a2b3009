//! The `weeknotes` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    weeknotes::cli::main()
}
