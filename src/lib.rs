//! weeknotes
pub mod config;
pub mod content;
pub mod diagnostics;
pub mod memo;
pub mod site;
pub mod source;
