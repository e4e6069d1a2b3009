//! The last part of an address, made from a title.

use unicode_normalization::UnicodeNormalization;

use crate::config::Slugs;

/// Lower-case words joined by hyphens. [`Slugs::Ascii`] transliterates other scripts,
/// [`Slugs::Unicode`] keeps their letters. May be empty when nothing is left.
///
/// ```
/// use weeknotes::{config::Slugs, content::slugify};
/// assert_eq!(slugify("Don't Panic: CBT & You", Slugs::Ascii), "dont-panic-cbt-you");
/// assert_eq!(slugify("Терапия", Slugs::Ascii), "terapiia");
/// assert_eq!(slugify("Терапия", Slugs::Unicode), "терапия");
/// ```
pub fn slugify(text: &str, slugs: Slugs) -> String {
    if is_slug(text) {
        return text.to_owned();
    }
    match slugs {
        Slugs::Ascii => hyphenate(deunicode::deunicode(text).chars()),
        Slugs::Unicode => hyphenate(text.nfc()).nfc().collect(),
    }
}

/// Most names of files are one already.
fn is_slug(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.split('-').all(is_word)
}

fn hyphenate(chars: impl Iterator<Item = char>) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for c in chars.flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || is_mark(c) {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.push(c);
        } else if !matches!(c, '\'' | '\u{2019}' | '"') {
            gap = true;
        }
    }
    slug
}

/// Vowel signs and other marks that belong to the letter before them in scripts such
/// as Devanagari and Thai.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}
