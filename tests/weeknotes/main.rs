//! The program as its users meet it: small sites in, files and messages out.
//!
//! Golden files are written anew with `WEEKNOTES_UPDATE=1 cargo test`.

mod browser;
mod cases;
mod citations;
mod citing;
mod commands;
mod determinism;
mod edits;
mod feeds;
mod fixture;
mod hostile;
mod incremental;
mod instants;
mod laws;
mod moving;
mod online;
mod output;
mod pages;
mod planning;
mod publishing;
mod references;
mod repository;
mod rhythm;
mod schema;
mod serve;
mod sources;
mod themes;
mod verify;
