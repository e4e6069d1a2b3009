//! Entries for the `sources:` of a front matter, put into its text.

use std::ops::Range;

/// Why entries cannot be put there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// Where the value stands that would have to be written anew.
    pub(super) range: Range<usize>,
}

/// The text with these entries of a list added to its `sources:`, which is made when it is
/// not there, with the front matter itself. `body` is where the body begins.
///
/// # Errors
/// When `sources:` is there and is no list with a line for each entry.
pub(super) fn with_entries(text: &str, body: usize, entries: &[String]) -> Result<String, Flow> {
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    if body == 0 {
        let lines =
            [vec!["---".to_owned(), "sources:".to_owned()], indented(entries, 2), vec!["---".to_owned()]].concat();
        return Ok(inserted(text, 0, &lines, ending));
    }
    let close = text[..body].trim_end().rfind("---").unwrap_or_default();
    let Some(key) = key(&text[..close]) else {
        let lines = [vec!["sources:".to_owned()], indented(entries, 2)].concat();
        return Ok(inserted(text, close, &lines, ending));
    };
    let line_end = text[key..close].find('\n').map_or(close, |at| key + at + 1);
    let value = text[key..line_end].split_once(':').map_or("", |(_, value)| value.trim());
    if !value.is_empty() && !value.starts_with('#') {
        let start = line_end - text[key..line_end].split_once(':').map_or(0, |(_, value)| value.trim_start().len());
        return Err(Flow { range: start..start + value.len() });
    }
    let (end, indent) = block(text, line_end..close)?;
    Ok(inserted(text, end, &indented(entries, indent.unwrap_or(2)), ending))
}

/// Where the line begins that says `sources:`.
fn key(head: &str) -> Option<usize> {
    head.match_indices("sources").map(|(at, _)| at).find(|at| {
        let is_first = head[..*at].ends_with('\n');
        is_first && head[at + "sources".len()..].trim_start_matches(' ').starts_with(':')
    })
}

/// The end of the list's last entry, and how far its hyphens are indented.
fn block(text: &str, range: Range<usize>) -> Result<(usize, Option<usize>), Flow> {
    let (mut at, mut end, mut indent) = (range.start, range.start, None);
    for line in text[range].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let words = line.trim();
        let inner = line.len() - line.trim_start_matches(' ').len();
        if words.is_empty() || words.starts_with('#') && inner == 0 {
            continue;
        }
        let is_item = words == "-" || words.starts_with("- ");
        if inner == 0 && !is_item {
            break;
        }
        if indent.is_none() && !words.starts_with('#') {
            if !is_item {
                return Err(Flow { range: start + inner..start + inner + words.len() });
            }
            indent = Some(inner);
        }
        end = at;
    }
    Ok((end, indent))
}

fn indented(entries: &[String], by: usize) -> Vec<String> {
    entries.iter().flat_map(|entry| entry.lines()).map(|line| format!("{}{line}", " ".repeat(by))).collect()
}

fn inserted(text: &str, at: usize, lines: &[String], ending: &str) -> String {
    let lines: String = lines.iter().flat_map(|line| [line.as_str(), ending]).collect();
    format!("{}{lines}{}", &text[..at], &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_go_behind_those_that_are_there() {
        let entries = ["- title: N\n  url: u\n".to_owned()];
        let with = |text: &str| with_entries(text, text.find("Body").unwrap_or_default(), &entries);
        for (text, expected) in [
            ("Body", "---\nsources:\n  - title: N\n    url: u\n---\nBody"),
            ("---\ntitle: A\n---\nBody", "---\ntitle: A\nsources:\n  - title: N\n    url: u\n---\nBody"),
            ("---\nsources:\n---\nBody", "---\nsources:\n  - title: N\n    url: u\n---\nBody"),
            (
                "---\nsources: # ours\n- a\n\n# b\ntags: []\n---\nBody",
                "---\nsources: # ours\n- a\n- title: N\n  url: u\n\n# b\ntags: []\n---\nBody",
            ),
            (
                "---\r\nsources:\r\n    - a\r\n---\r\nBody",
                "---\r\nsources:\r\n    - a\r\n    - title: N\r\n      url: u\r\n---\r\nBody",
            ),
        ] {
            assert_eq!(with(text).as_deref(), Ok(expected));
        }
        for (text, value) in [
            ("---\nsources: [a]\n---\nBody", "[a]"),
            ("---\nsources:\n  title: A\n---\nBody", "title: A"),
            ("---\nsources: a # b\n---\nBody", "a # b"),
        ] {
            let flow = with(text).expect_err("a value in another form");
            assert_eq!(&text[flow.range], value);
        }
    }
}
