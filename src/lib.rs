//! weeknotes
pub mod build;
pub mod cli;
pub mod config;
pub mod content;
pub mod diagnostics;
pub mod markdown;
pub mod memo;
pub mod output;
pub mod site;
pub mod source;
pub mod template;
