//! Titles in the capitals of English headlines, mended.
//!
//! hayagriva loses capitals inside a word at the end of a title ("Adhd") and writes small
//! words large behind a comma or an abbreviation ("Mind, And Body"). The record knows better.

use super::Run;
use crate::content::Source;

/// Gives words of a record's titles in `run` back the capitals that they lost, and takes
/// those away that they should not have got.
pub(super) fn mend(run: &mut Run, source: &Source) {
    if run.link.is_some() {
        return;
    }
    let text = &mut run.text;
    let titles = [&source.title, &source.container, &source.site, &source.section];
    for title in titles.into_iter().flatten() {
        if !text.contains(title.as_str())
            && let Some(mended) = mended(text, title)
        {
            *text = mended;
        }
    }
}

fn mended(text: &str, title: &str) -> Option<String> {
    let mut shown: Vec<char> = text.chars().collect();
    let written: Vec<char> = title.chars().collect();
    let is_word = |at: Option<usize>| at.and_then(|at| shown.get(at)).is_some_and(|c| c.is_alphanumeric());
    let is_here = |(at, window): &(usize, &[char])| {
        window.iter().zip(&written).all(|(a, b)| are_alike(*a, *b))
            && !is_word(at.checked_sub(1))
            && !is_word(Some(at + written.len()))
    };
    let start = shown.windows(written.len().max(1)).enumerate().find(is_here)?.0;
    let place = &mut shown[start..start + written.len()];
    let mut at = 0;
    while at < written.len() {
        let end = at + written[at..].iter().take_while(|c| c.is_alphanumeric()).count();
        if end > at {
            let word = &written[at..end];
            if word.iter().any(|c| c.is_uppercase()) {
                keep_capitals(&mut place[at..end], word);
            } else if is_small(word) && !begins(&written[..at]) {
                place[at..end].copy_from_slice(word);
            }
        }
        at = end + 1;
    }
    Some(shown.into_iter().collect())
}

fn keep_capitals(shown: &mut [char], written: &[char]) {
    for (shown, written) in shown.iter_mut().zip(written).filter(|(_, written)| written.is_uppercase()) {
        *shown = *written;
    }
}

fn are_alike(a: char, b: char) -> bool {
    let is_quote = |c: char| matches!(c, '“' | '”' | '‘' | '’');
    a == b || (is_quote(a) && is_quote(b)) || a.to_lowercase().eq(b.to_lowercase())
}

fn is_small(word: &[char]) -> bool {
    let word: String = word.iter().collect();
    matches!(
        word.as_str(),
        "a" | "an" | "and" | "as" | "at" | "but" | "by" | "for" | "in" | "nor" | "of" | "on" | "or" | "the" | "to"
    )
}

/// Whether a word behind this text begins a title or a part of one.
fn begins(before: &[char]) -> bool {
    let last = before.iter().rev().find(|c| !c.is_whitespace());
    last.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, ',' | '.' | '\'' | '’' | '”' | ')')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_those_of_the_record() {
        let shown = |text: &str, title: &str| {
            let mut run = Run::plain(text);
            mend(&mut run, &Source { title: Some(title.to_owned()), ..Source::default() });
            run.text
        };
        assert_eq!(shown("“Coaching with Adhd.”", "Coaching with ADHD"), "“Coaching with ADHD.”");
        assert_eq!(
            shown("Brain, Mind, And Body: The End", "Brain, mind, and body: The end"),
            "Brain, Mind, and Body: The End"
        );
        assert_eq!(shown("U.S. And World Clock", "U.S. and world clock"), "U.S. and World Clock");
        assert_eq!(shown("Other: A Word", "other: a word"), "Other: A Word");
        assert_eq!(shown("unstoppable", "STOP"), "unstoppable");
    }
}
