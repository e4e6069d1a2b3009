//! Any text, read as records: of a front matter, or of a library in one of its formats, as
//! the first byte says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use weeknotes::content::{Document, Library};
use weeknotes::source::SourceText;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let library = |path: &str| {
        let read = Library::read(&SourceText::new(path, text));
        for record in &read.value.records {
            assert!(record.source.id.is_some());
            assert!(record.source.link().is_none_or(|link| link.to_ascii_lowercase().starts_with("http")));
        }
    };
    match first % 4 {
        0 => {
            let post = format!("---\ntitle: A\nsources:\n{text}\n---\nText.\n");
            Document::read(&SourceText::new("content/posts/2026-01-06-a.md", post));
        }
        1 => library("content/sources.yaml"),
        2 => library("content/a.bib"),
        _ => library("content/a.csl.json"),
    }
});
