//! Where the destinations of links and pictures stand in a text, for what changes them.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options as Syntax, Parser, Tag};

use super::link::{decode, scheme};
use super::{component, writer};
use crate::config::MarkdownConfig;

/// A link, a picture or a reference's definition, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLink {
    /// Its destination, with its escapes read.
    pub destination: String,
    /// All of it, in bytes of the text.
    pub whole: Range<usize>,
    /// The destination alone, without angle brackets; nothing when it cannot be told.
    pub place: Option<Range<usize>>,
    /// Whether the destination stands in angle brackets.
    pub in_brackets: bool,
}

impl WrittenLink {
    /// The path of the file that it names relative to its own, decoded; nothing for what
    /// leads to another site, to a path from the root or to a place in its own page.
    pub fn path(&self) -> Option<String> {
        let destination = self.destination.trim();
        let is_elsewhere = destination.starts_with(['#', '/', '?']) || scheme(destination).is_some();
        (!is_elsewhere && !destination.is_empty()).then(|| decode(split(destination).0))
    }

    /// Its destination with other segments for its path, as it is written in its place.
    /// `change` is given the path as it stands there, still encoded.
    pub fn rewritten(&self, change: impl FnOnce(&str) -> String) -> String {
        let (path, tail) = split(self.destination.trim());
        escaped(&format!("{}{tail}", change(path)), self.in_brackets)
    }
}

/// The links, pictures and definitions in `range` of a text, outside code, by place.
///
/// ```
/// use weeknotes::config::MarkdownConfig;
/// use weeknotes::markdown::written_links;
/// let text = "See [a](b.md \"not b.md\"), `[x](y.md)`.\n\n[c]: <d e.md>\n";
/// let found = written_links(text, 0..text.len(), &MarkdownConfig::default());
/// let places: Vec<&str> = found.iter().filter_map(|link| Some(&text[link.place.clone()?])).collect();
/// assert_eq!(places, ["b.md", "d e.md"]);
/// ```
pub fn written_links(text: &str, range: Range<usize>, config: &MarkdownConfig) -> Vec<WrittenLink> {
    let mut found = Vec::new();
    collect(text, range, writer::syntax(config), &mut found);
    found.sort_by_key(|link| (link.whole.start, link.whole.end));
    found
}

fn collect(text: &str, range: Range<usize>, syntax: Syntax, found: &mut Vec<WrittenLink>) {
    let (calls, _) = component::find(text, range.clone());
    for body in calls.iter().filter_map(|call| call.body.clone()) {
        collect(text, body, syntax, found);
    }
    let masked = component::mask(text, &range, &calls);
    let mut events = Parser::new_ext(&masked, syntax).into_offset_iter();
    let mut here = inline(&mut events, &masked);
    for (_, definition) in events.reference_definitions().iter() {
        let from = definition.span.start + label_end(&masked[definition.span.clone()]);
        here.push(locate(&masked, &definition.span, from, &definition.dest));
    }
    found.extend(here.into_iter().map(|link| link.shifted(range.start)));
}

impl WrittenLink {
    fn shifted(self, by: usize) -> Self {
        let shift = |range: Range<usize>| range.start + by..range.end + by;
        Self { whole: shift(self.whole), place: self.place.map(shift), ..self }
    }
}

/// A link or picture whose end has not come yet.
struct Open {
    destination: String,
    whole: Range<usize>,
    is_inline: bool,
    /// Where what stands in its square brackets ends, as far as it is known.
    inner_end: usize,
}

fn inline<'e>(events: &mut impl Iterator<Item = (Event<'e>, Range<usize>)>, text: &str) -> Vec<WrittenLink> {
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for (event, range) in events {
        if let Event::Start(Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. }) = &event {
            open.push(Open {
                destination: dest_url.to_string(),
                inner_end: range.start + 1,
                whole: range,
                is_inline: *link_type == LinkType::Inline,
            });
            continue;
        }
        let Some(innermost) = open.last_mut() else { continue };
        if !matches!(event, Event::End(_)) || range != innermost.whole {
            innermost.inner_end = innermost.inner_end.max(range.end);
            continue;
        }
        let closed = open.pop().expect("it is the innermost one");
        if let Some(outer) = open.last_mut() {
            outer.inner_end = outer.inner_end.max(closed.whole.end);
        }
        if closed.is_inline {
            let end = text[closed.inner_end..closed.whole.end].find("](").map(|at| closed.inner_end + at + 2);
            found.push(locate(text, &closed.whole, end.unwrap_or(closed.whole.end), &closed.destination));
        }
    }
    found
}

/// Behind the colon of `[label]: destination`.
fn label_end(definition: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in definition.char_indices() {
        match c {
            ']' if !is_escaped => return (at + 2).min(definition.len()),
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    definition.len()
}

/// The link whose destination is the first thing behind `from`. What is found there must
/// read as what the parser read.
fn locate(text: &str, whole: &Range<usize>, from: usize, destination: &str) -> WrittenLink {
    let start = from.min(whole.end) + lead(&text[from.min(whole.end)..whole.end]);
    let rest = &text[start..whole.end];
    let (place, in_brackets) = match rest.strip_prefix('<') {
        Some(inside) => (start + 1..start + 1 + bracketed(inside), true),
        None => (start..start + plain(rest), false),
    };
    let is_same = read(&text[place.clone()], in_brackets).as_deref() == Some(destination);
    WrittenLink {
        destination: destination.to_owned(),
        whole: whole.clone(),
        place: is_same.then_some(place),
        in_brackets,
    }
}

/// White space, and on a new line the marks of block quotes.
fn lead(text: &str) -> usize {
    let mut is_new_line = false;
    let inside = |c: char| {
        is_new_line |= c == '\n';
        c.is_ascii_whitespace() || (is_new_line && c == '>')
    };
    text.len() - text.trim_start_matches(inside).len()
}

/// The length of a destination in angle brackets (`CommonMark` 0.31, section 6.3).
fn bracketed(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.find(|c: char| {
        let ends = !is_escaped && matches!(c, '>' | '\n');
        is_escaped = c == '\\' && !is_escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// The length of a destination without brackets: up to white space or the parenthesis
/// that closes the link's own.
fn plain(text: &str) -> usize {
    let (mut is_escaped, mut depth) = (false, 0_usize);
    let end = text.find(|c: char| {
        if is_escaped {
            is_escaped = false;
            return c.is_ascii_whitespace();
        }
        match c {
            '\\' => is_escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return true,
            ')' => depth -= 1,
            _ => {}
        }
        c.is_ascii_whitespace() || c.is_ascii_control()
    });
    end.unwrap_or(text.len())
}

/// A destination with its escapes read.
fn read(written: &str, in_brackets: bool) -> Option<String> {
    // A backslash at its end would take the parenthesis of `[a](…)` with it.
    let link = if in_brackets { format!("[a]\n\n[a]: <{written}>") } else { format!("[a]\n\n[a]: {written}") };
    Parser::new(&link).find_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    })
}

/// A destination as it is written, so that Markdown reads it as it is.
fn escaped(destination: &str, in_brackets: bool) -> String {
    let mut out = String::with_capacity(destination.len());
    for c in destination.chars() {
        match c {
            '\\' | '<' | '>' | '&' | '|' => out.extend(['\\', c]),
            '(' | ')' if !in_brackets => out.extend(['\\', c]),
            ' ' if !in_brackets => out.push_str("%20"),
            c => out.push(c),
        }
    }
    out
}

/// The path of a destination, and its query and fragment.
fn split(destination: &str) -> (&str, &str) {
    destination.split_at(destination.find(['#', '?']).unwrap_or(destination.len()))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn found(text: &str) -> Vec<String> {
        let links = written_links(text, 0..text.len(), &MarkdownConfig::default());
        let shown = |link: WrittenLink| {
            link.place.map_or_else(|| format!("?{}", link.destination), |place| text[place].to_owned())
        };
        links.into_iter().map(shown).collect()
    }

    #[test]
    fn every_form_of_a_link_is_found() {
        for (text, expected) in [
            ("[a](b.md)", vec!["b.md"]),
            ("[b.md](b.md 'b.md') [](c.md#b.md)", vec!["b.md", "c.md#b.md"]),
            ("[a]( <b c.md> \"t\" )", vec!["b c.md"]),
            ("[a](b\\(1\\).md) [a](b(1).md)", vec!["b\\(1\\).md", "b(1).md"]),
            ("[*a* `](`](b.md)", vec!["b.md"]),
            ("[![p](a.png)](b.md)", vec!["b.md", "a.png"]),
            ("[a][b] [b] [c]\n\n[b]: b.md 'b.md'\n[c]:\n   <c d.md>\n", vec!["b.md", "c d.md"]),
            ("[a\\]: x]: b.md\n", vec!["b.md"]),
            ("> [a](\n> b.md)\n> [r]: c.md\n", vec!["b.md"]),
            ("> [r]: c.md\n", vec!["c.md"]),
            ("- [a\n  b](b.md)\n\n| [c](c.md) | d |\n|---|---|\n| e | ![f](g.png) |\n", vec!["b.md", "c.md", "g.png"]),
            ("[a](b&amp;c.md)", vec!["b&amp;c.md"]),
            ("[^1]\n\n[^1]: See [a](b.md).\n", vec!["b.md"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_link_is_left() {
        for text in [
            "`[a](b.md)`",
            "```\n[a](b.md)\n```\n",
            "    [a](b.md)\n",
            "<a href=\"b.md\">",
            "\\[a](b.md)",
            "<!-- [a](b.md) -->",
            "[a] (b.md)",
            "[@key]",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_text_of_a_component_is_looked_through() {
        let text = "é {{ <x href=\"a.md\" /> }}\n\n{% <box> %}\n[a](b.md)\n{% <box> %}[c](d.md){% </box> %}\n{% </box> %}\n[e](f.md)";
        assert_eq!(found(text), ["b.md", "d.md", "f.md"]);
    }

    #[test]
    fn what_is_written_again_reads_as_it_was_meant() {
        for text in ["[a](b.md)", "[a](<b.md>)"] {
            let link = written_links(text, 0..text.len(), &MarkdownConfig::default()).remove(0);
            for path in ["c.md", "c(1.md", "c&amp;d.md", "c\\d<e>|f.md"] {
                let new = text.replace("b.md", &link.rewritten(|_| path.to_owned()));
                let again = written_links(&new, 0..new.len(), &MarkdownConfig::default()).remove(0);
                assert_eq!((again.destination.as_str(), again.place.is_some()), (path, true), "{new}");
            }
        }
    }

    #[test]
    fn only_relative_paths_are_paths() {
        let path = |text: &str| written_links(text, 0..text.len(), &MarkdownConfig::default()).remove(0).path();
        assert_eq!(path("[a](../b%20c.md?q#d)").as_deref(), Some("../b c.md"));
        for text in ["[a](#b)", "[a](/b.md)", "[a](//b.md)", "[a](https://b.md)", "[a](mailto:b.md)", "[a]()"] {
            assert_eq!(path(text), None, "{text}");
        }
    }

    const PIECES: [&str; 33] = [
        "[",
        "]",
        "(",
        ")",
        "b.md",
        "\\",
        "<",
        ">",
        "\n",
        "> ",
        "- ",
        " ",
        "|",
        "`",
        "*",
        "![",
        "](",
        "\n[r]: ",
        "\"t\"",
        "&amp;",
        "'",
        "\t",
        "[^1]",
        "[^1]: ",
        "\n\n",
        "[@k]",
        "| a | b |\n|--|--|\n| ",
        "\r\n",
        "<b>",
        "{{ <x /> }}",
        "{% <x> %}",
        "{% </x> %}",
        "c.md#d",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5000, failure_persistence: None, ..ProptestConfig::default() })]

        /// All but one that is empty, or that begins as the mark of a block quote does, on a new line.
        #[test]
        fn every_place_is_found(pieces in vec(select(&PIECES[..]), 3..16)) {
            let text = pieces.concat();
            for link in written_links(&text, 0..text.len(), &MarkdownConfig::default()) {
                let is_excused = link.destination.is_empty() || link.destination.starts_with('>');
                prop_assert!(link.place.is_some() || is_excused, "{text:?} {link:?}");
            }
        }
    }
}
