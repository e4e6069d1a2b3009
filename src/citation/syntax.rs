//! The syntax of citations, Pandoc's (<https://pandoc.org/MANUAL.html#citation-syntax>):
//! `[see @a, ch. 2; @b]`, `[-@a]`, and `@a` in a sentence.

use super::Locator;

/// A source as a text names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'t> {
    /// Its id.
    pub key: &'t str,
    /// Where the id stands, in bytes of the text that was read.
    pub start: usize,
    /// The words before it.
    pub prefix: String,
    /// Where in the source.
    pub locator: Option<Locator>,
    /// The words after it.
    pub suffix: String,
    /// Whether it was written `-@key`.
    pub is_author_suppressed: bool,
}

/// The names of what a locator counts, as they are written and as CSL calls them.
const LABELS: [(&str, &[&str]); 16] = [
    ("book", &["book", "bk.", "bks."]),
    ("chapter", &["chapters", "chapter", "chaps.", "chap.", "ch."]),
    ("column", &["columns", "column", "cols.", "col."]),
    ("figure", &["figures", "figure", "figs.", "fig."]),
    ("folio", &["folios", "folio", "fols.", "fol."]),
    ("issue", &["nos.", "no.", "number"]),
    ("line", &["lines", "line", "ll.", "l."]),
    ("note", &["notes", "note", "nn.", "n."]),
    ("page", &["pages", "page", "pp.", "p."]),
    ("paragraph", &["paragraphs", "paragraph", "paras.", "para.", "¶¶", "¶"]),
    ("part", &["parts", "part", "pts.", "pt."]),
    ("section", &["sections", "section", "secs.", "sec.", "§§", "§"]),
    ("table", &["tables", "table", "tab."]),
    ("timestamp", &["timestamp", "min."]),
    ("verse", &["verses", "verse", "vv.", "v."]),
    ("volume", &["volumes", "volume", "vols.", "vol."]),
];

/// Reads what stands between the brackets of a citation. `None` when it is none: then it
/// is text.
///
/// ```
/// use weeknotes::citation::syntax::parse;
/// let cited = parse("see @yalom-2020, ch. 2; -@apa").unwrap();
/// assert_eq!((cited[0].prefix.as_str(), cited[0].key), ("see", "yalom-2020"));
/// assert_eq!(cited[0].locator.as_ref().unwrap().label, "chapter");
/// assert!(cited[1].is_author_suppressed);
/// assert!(parse("mail me @ home").is_none());
/// ```
pub fn parse(text: &str) -> Option<Vec<Named<'_>>> {
    if !text.contains('@') {
        return None;
    }
    let mut all = Vec::new();
    let mut start = 0;
    for part in text.split(';') {
        all.push(named(text, start, part)?);
        start += part.len() + 1;
    }
    Some(all)
}

/// The id that begins at the `@` at the start of `text`, and how long it is with the `@`.
/// Punctuation belongs to an id only between its letters.
///
/// ```
/// use weeknotes::citation::syntax::key;
/// assert_eq!(key("@who.2020. More"), Some(("who.2020", 9)));
/// assert_eq!(key("@{a b} more"), Some(("a b", 6)));
/// ```
pub fn key(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('@')?;
    if let Some(braced) = rest.strip_prefix('{') {
        let end = braced.find('}').filter(|end| *end > 0)?;
        return Some((&braced[..end], end + 3));
    }
    if !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        if c.is_alphanumeric() || c == '_' {
            end = at + c.len_utf8();
        } else if !matches!(c, ':' | '.' | '#' | '$' | '%' | '&' | '-' | '+' | '?' | '<' | '>' | '~' | '/') || at > end
        {
            break;
        }
    }
    Some((&rest[..end], end + 1))
}

/// Whether an `@` at this place can begin an id: not inside a word, an address or an escape.
pub fn can_begin(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| {
        c.is_whitespace() || matches!(c, '(' | '[' | '{' | '-' | '–' | '—' | '"' | '\'' | '“' | '‘' | '*' | '_')
    })
}

/// A locator alone, as it stands in brackets behind a citation in a sentence:
/// `@yalom-2020 [p. 3]`.
pub fn locator(text: &str) -> Option<Locator> {
    let (found, rest) = split_locator(text.trim())?;
    rest.is_empty().then_some(found)
}

fn named<'t>(text: &'t str, start: usize, part: &'t str) -> Option<Named<'t>> {
    let at =
        part.match_indices('@').map(|(at, _)| at).find(|at| can_begin(&part[..*at]) && key(&part[*at..]).is_some())?;
    let (key, length) = key(&part[at..])?;
    let before = &part[..at];
    let (before, is_author_suppressed) = match before.strip_suffix('-').filter(|rest| can_begin(rest)) {
        Some(rest) => (rest, true),
        None => (before, false),
    };
    let after = part[at + length..].trim();
    let (found, suffix) = match after.strip_prefix(',').map_or(after, str::trim_start) {
        "" => (None, ""),
        rest => split_locator(rest).map_or((None, after), |(found, suffix)| (Some(found), suffix)),
    };
    let inside = key.as_ptr() as usize - text.as_ptr() as usize;
    debug_assert!(inside >= start);
    Some(Named {
        key,
        start: inside,
        prefix: words(before),
        locator: found,
        suffix: words(suffix),
        is_author_suppressed,
    })
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// "pp. 33–35, and more" as a locator and the rest.
fn split_locator(text: &str) -> Option<(Locator, &str)> {
    let lower = text.to_lowercase();
    let labelled = LABELS.iter().find_map(|(label, names)| {
        let name = names.iter().find(|name| lower.starts_with(**name))?;
        let rest = text.get(name.len()..)?;
        let ends = rest.starts_with(|c: char| c.is_whitespace() || c.is_ascii_digit());
        ends.then(|| (*label, rest.trim_start()))
    });
    let (label, rest) = labelled.unwrap_or(("page", text));
    let end = value_end(rest, labelled.is_some());
    if end == 0 {
        return None;
    }
    let value = rest[..end].trim_end_matches([',', ' ']);
    let is_time = value.contains(':') && value.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '-' | '–'));
    let label = if is_time && labelled.is_none() { "timestamp" } else { label };
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    Some((Locator { label, value }, rest[end..].trim()))
}

/// How far numbers go: digits, Roman numerals behind a label, and what joins them.
fn value_end(text: &str, is_labelled: bool) -> usize {
    let mut end = 0;
    let mut at = 0;
    for word in text.split_inclusive([' ', ',']) {
        let bare = word.trim_end_matches([' ', ',']);
        let is_join = matches!(bare, "" | "-" | "–" | "&" | "and");
        let is_roman = is_labelled
            && !bare.is_empty()
            && bare
                .chars()
                .all(|c| matches!(c.to_ascii_lowercase(), 'i' | 'v' | 'x' | 'l' | 'c' | 'd' | 'm' | '-' | '–'));
        let is_letter = is_labelled && end == 0 && bare.chars().count() == 1 && bare.chars().all(char::is_alphanumeric);
        let is_number = bare.contains(|c: char| c.is_ascii_digit())
            && bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '–' | ':' | '.' | '/' | '*' | '†'));
        if is_number || is_roman || is_letter {
            end = at + bare.len();
        } else if !is_join {
            break;
        }
        at += word.len();
    }
    end
}

impl Locator {
    /// As it is written in words: "ch. 2".
    pub(super) fn shown(&self) -> String {
        match self.label {
            "timestamp" => self.value.clone(),
            "page" if self.value.contains(['-', '–', ',', '&']) => format!("pp. {}", self.value),
            "page" => format!("p. {}", self.value),
            "chapter" => format!("ch. {}", self.value),
            label => format!("{label} {}", self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let all = parse(text).unwrap_or_default();
        let shown = |one: &Named<'_>| {
            let place = one.locator.as_ref().map(|l| format!(" <{} {}>", l.label, l.value)).unwrap_or_default();
            format!(
                "{}|{}{}{place}|{}",
                one.prefix,
                if one.is_author_suppressed { "-" } else { "" },
                one.key,
                one.suffix
            )
        };
        all.iter().map(shown).collect()
    }

    #[test]
    fn what_pandoc_reads() {
        assert_eq!(read("@a"), ["|a|"]);
        assert_eq!(read("-@a"), ["|-a|"]);
        assert_eq!(read("@a, p. 3"), ["|a <page 3>|"]);
        assert_eq!(read("@a, pp. 33-35, 38-39 and nowhere else"), ["|a <page 33-35, 38-39>|and nowhere else"]);
        assert_eq!(read("see @a, ch. 2; also @b, § 4"), ["see|a <chapter 2>|", "also|b <section 4>|"]);
        assert_eq!(read("@a 33"), ["|a <page 33>|"]);
        assert_eq!(read("@a, 1:23"), ["|a <timestamp 1:23>|"]);
        assert_eq!(read("@a, p. xiv"), ["|a <page xiv>|"]);
        assert_eq!(read("@a, emphasis added"), ["|a|, emphasis added"]);
        assert_eq!(read("@smith:2020.x/y; @{odd key}"), ["|smith:2020.x/y|", "|odd key|"]);
        assert_eq!(read("see\n  @a"), ["see|a|"]);
    }

    #[test]
    fn what_is_no_citation() {
        for text in ["", "text", "@", "@ home", "a@b.c", "@a; and more", "^1", "@-x", "@{}"] {
            assert_eq!(read(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "see @ab; -@cd";
        for one in parse(text).expect("a citation") {
            assert_eq!(&text[one.start..one.start + 2], one.key);
        }
    }
}
