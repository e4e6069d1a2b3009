//! The `weeknotes` command.

use std::process::ExitCode;

/// A build is many short-lived allocations on every thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    weeknotes::cli::main()
}
