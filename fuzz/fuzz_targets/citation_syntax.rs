//! Any text, read as citations: no panic, and what is found stands in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use weeknotes::citation::syntax;

fuzz_target!(|text: &str| {
    for one in syntax::parse(text).unwrap_or_default() {
        assert_eq!(text.get(one.start..one.start + one.key.len()), Some(one.key));
    }
    for (at, _) in text.match_indices('@') {
        if let Some((key, length)) = syntax::key(&text[at..]) {
            assert!(text[at..at + length].contains(key));
        }
        syntax::can_begin(&text[..at]);
    }
    syntax::locator(text);
});
