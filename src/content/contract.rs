//! What a series file asks of each instalment.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::front_matter::one_or_many;
use super::place::{find_field, find_value};
use crate::diagnostics::Diagnostic;
use crate::source::SourceText;

/// The number of the part, in a pattern.
const PART: &str = "{part}";

/// What a series asks of each instalment. What it does not speak of is free.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Contract {
    /// What its title looks like.
    pub title: Option<TitlePattern>,
    /// How many sources it leans on at least.
    pub sources: usize,
    /// Whether it says what comes next.
    pub next_week: bool,
    /// How long it is.
    pub words: Option<WordRange>,
    /// Tags that it has.
    pub tags: Vec<String>,
}

impl Contract {
    /// A title that is as the contract asks: the title itself when it is already.
    ///
    /// ```
    /// use weeknotes::content::{Contract, TitlePattern};
    /// let contract = Contract { title: TitlePattern::parse("Week {part}: *").ok(), ..Contract::default() };
    /// assert_eq!(contract.title_for("Grief", 3), "Week 3: Grief");
    /// assert_eq!(contract.title_for("Week 3: Grief", 3), "Week 3: Grief");
    /// ```
    pub fn title_for(&self, title: &str, part: usize) -> String {
        self.title.as_ref().map_or_else(|| title.to_owned(), |pattern| pattern.apply(title, part))
    }
}

/// What titles look like: `Week {part}: *`, in which `{part}` is the part's number and `*`
/// any text. Letter case counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TitlePattern {
    before: String,
    /// What stands behind the `*`, when there is one.
    after: Option<String>,
}

impl TitlePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, and how to mend it.
    pub fn parse(written: &str) -> Result<Self, (String, &'static str)> {
        let help = "a pattern has one `*`, for any text, and may have `{part}`: \"Week {part}: *\"";
        let pattern = written.trim();
        let names = pattern.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
        if let Some(name) = names.into_iter().find(|name| *name != "part") {
            return Err((format!("`{{{name}}}` is not known in the pattern of a title"), help));
        }
        let (before, after) = match pattern.split_once('*') {
            Some((before, after)) => (before, Some(after.to_owned())),
            None => (pattern, None),
        };
        if after.as_ref().is_some_and(|after| after.contains('*')) {
            return Err((format!("`{pattern}` has more than one `*`"), help));
        }
        if after.is_none() && !before.contains(PART) {
            return Err((format!("`{pattern}` gives every instalment the same title"), help));
        }
        Ok(Self { before: before.to_owned(), after })
    }

    /// Whether a part's title is like it.
    pub fn matches(&self, title: &str, part: usize) -> bool {
        let Some(rest) = title.strip_prefix(numbered(&self.before, part).as_str()) else { return false };
        let Some(after) = &self.after else { return rest.is_empty() };
        rest.strip_suffix(numbered(after, part).as_str()).is_some_and(|text| !text.trim().is_empty())
    }

    fn apply(&self, title: &str, part: usize) -> String {
        if self.matches(title, part) {
            return title.to_owned();
        }
        let before = numbered(&self.before, part);
        self.after.as_ref().map_or_else(|| before.clone(), |after| format!("{before}{title}{}", numbered(after, part)))
    }

    /// What stands before the text that may be any, and behind it, when there is any.
    pub fn pieces(&self) -> (&str, Option<&str>) {
        (&self.before, self.after.as_deref())
    }
}

fn numbered(piece: &str, part: usize) -> String {
    piece.replace(PART, &part.to_string())
}

/// As it is written.
impl fmt::Display for TitlePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.before)?;
        self.after.as_ref().map_or(Ok(()), |after| write!(f, "*{after}"))
    }
}

/// How many words a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WordRange {
    /// At least so many.
    pub min: usize,
    /// At most so many, when there is a limit.
    pub max: Option<usize>,
}

impl WordRange {
    /// Reads `300-1200`, `300-` or `-1200`.
    ///
    /// ```
    /// use weeknotes::content::WordRange;
    /// assert_eq!(WordRange::parse("300-1200").unwrap().to_string(), "300 to 1200");
    /// assert_eq!(WordRange::parse("300-").unwrap().to_string(), "at least 300");
    /// assert!(WordRange::parse("some").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (min, max) = text.split_once(['-', '\u{2013}'])?;
        let number = |text: &str| (!text.trim().is_empty()).then(|| text.trim().parse::<usize>()).transpose().ok();
        let (min, max) = (number(min)?, number(max)?);
        (min.is_some() || max.is_some()).then_some(Self { min: min.unwrap_or_default(), max })
    }
}

/// In words.
impl fmt::Display for WordRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.max {
            Some(max) if self.min == 0 => write!(f, "at most {max}"),
            Some(max) => write!(f, "{} to {max}", self.min),
            None => write!(f, "at least {}", self.min),
        }
    }
}

/// A contract as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Written {
    title: Option<String>,
    #[serde(deserialize_with = "number_or_yes")]
    sources: usize,
    next_week: bool,
    words: Option<WrittenRange>,
    #[serde(deserialize_with = "one_or_many")]
    tags: Vec<String>,
}

#[derive(Debug, Clone)]
enum WrittenRange {
    Text(String),
    Ends { min: Option<usize>, max: Option<usize> },
}

/// Reads what is written, and tells what in it cannot be.
pub(super) fn check(
    source: &SourceText,
    range: &Range<usize>,
    written: Written,
    diagnostics: &mut Vec<Diagnostic>,
) -> Contract {
    let mut checker = Checker { source, range, diagnostics };
    Contract {
        title: written.title.and_then(|pattern| checker.title(&pattern)),
        sources: written.sources,
        next_week: written.next_week,
        words: written.words.and_then(|words| checker.words(words)),
        tags: written.tags.into_iter().filter(|tag| checker.is_tag(tag)).collect(),
    }
}

struct Checker<'a> {
    source: &'a SourceText,
    range: &'a Range<usize>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Checker<'_> {
    fn title(&mut self, pattern: &str) -> Option<TitlePattern> {
        TitlePattern::parse(pattern).map_err(|(message, help)| self.wrong(pattern, message, help)).ok()
    }

    fn words(&mut self, written: WrittenRange) -> Option<WordRange> {
        let help = "write how many words from and to: 300-1200, 300- or -1200";
        let (shown, range) = match written {
            WrittenRange::Text(text) => (text.clone(), WordRange::parse(&text)),
            WrittenRange::Ends { min: None, max: None } => (String::new(), None),
            WrittenRange::Ends { min, max } => {
                let shown = min.or(max).map(|number| number.to_string()).unwrap_or_default();
                (shown, Some(WordRange { min: min.unwrap_or_default(), max }))
            }
        };
        let Some(range) = range else {
            let what = if shown.is_empty() { "this".to_owned() } else { format!("`{shown}`") };
            self.wrong(&shown, format!("{what} is no range of words"), help);
            return None;
        };
        if range.max.is_some_and(|max| max < range.min) {
            self.wrong(&shown, format!("no text has {range} words"), help);
            return None;
        }
        Some(range)
    }

    fn is_tag(&mut self, tag: &str) -> bool {
        if tag.trim().is_empty() {
            self.wrong("tags", "a tag that the contract asks for is empty".to_owned(), "name the tag, or take it out");
        }
        !tag.trim().is_empty()
    }

    fn wrong(&mut self, value: &str, message: String, help: &str) {
        let text = &self.source.text;
        let found = find_value(text, self.range, "contract", value);
        let place = found.or_else(|| find_field(text, self.range, "contract")).unwrap_or(0..0);
        self.diagnostics.push(Diagnostic::error("contract", message).at(self.source.span(place)).help(help));
    }
}

/// A number, or `true` for one at least.
fn number_or_yes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    struct Number;
    impl Visitor<'_> for Number {
        type Value = usize;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number or `true`")
        }

        fn visit_bool<E: de::Error>(self, yes: bool) -> Result<usize, E> {
            Ok(usize::from(yes))
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<usize, E> {
            usize::try_from(number).map_err(E::custom)
        }
    }
    deserializer.deserialize_any(Number)
}

impl<'de> Deserialize<'de> for WrittenRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RangeVisitor;
        impl<'de> Visitor<'de> for RangeVisitor {
            type Value = WrittenRange;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a range such as 300-1200 or 300-, or {min: 300, max: 1200}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<WrittenRange, E> {
                Ok(WrittenRange::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenRange, A::Error> {
                #[derive(Deserialize)]
                struct Long {
                    min: Option<usize>,
                    max: Option<usize>,
                }
                let long = Long::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(WrittenRange::Ends { min: long.min, max: long.max })
            }
        }
        deserializer.deserialize_any(RangeVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> TitlePattern {
        TitlePattern::parse(text).expect("a pattern")
    }

    #[test]
    fn a_title_is_matched_whole() {
        let week = pattern("Week {part}: *");
        assert!(week.matches("Week 3: Grief", 3) && week.matches("Week 12: a * in it", 12));
        for wrong in ["Week 4: Grief", "week 3: Grief", "Week 3: ", "Week 3:", "My Week 3: Grief", "Grief", ""] {
            assert!(!week.matches(wrong, 3), "{wrong}");
        }
        assert!(pattern("* ({part})").matches("Grief (3)", 3) && !pattern("* ({part})").matches(" (3)", 3));
        assert!(pattern("Part {part}").matches("Part 3", 3) && !pattern("Part {part}").matches("Part 30", 3));
        // The text before and the text behind never share a letter.
        assert!(!pattern("aba*aba").matches("ababa", 1));
    }

    #[test]
    fn a_title_is_made_to_match() {
        for text in ["Week {part}: *", "* ({part})", "*", "Part {part}", "{part}/{part} *!"] {
            let contract = Contract { title: Some(pattern(text)), ..Contract::default() };
            for title in ["Grief", "{part} *", "Week 3: x", "Ümläut"] {
                let made = contract.title_for(title, 3);
                assert!(pattern(text).matches(&made, 3), "{text}: {made}");
                assert_eq!(contract.title_for(&made, 3), made, "a title that fits stays");
            }
        }
        assert_eq!(Contract::default().title_for("Grief", 3), "Grief");
    }

    #[test]
    fn a_pattern_is_shown_as_it_is_written() {
        for text in ["Week {part}: *", "* ({part})", "Part {part}"] {
            assert_eq!(pattern(text).to_string(), text);
        }
        for wrong in ["", "Week", "* and *", "Week {week}: *", "Week {: *", "{part: *"] {
            assert!(TitlePattern::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ranges_of_words() {
        let range = |min, max| Some(WordRange { min, max });
        assert_eq!(WordRange::parse(" 300 - 1200 "), range(300, Some(1200)));
        assert_eq!(WordRange::parse("300\u{2013}"), range(300, None));
        assert_eq!(WordRange::parse("-1200"), range(0, Some(1200)));
        for wrong in ["", "-", "300", "a-b", "1-2-3", "99999999999999999999999-"] {
            assert_eq!(WordRange::parse(wrong), None, "{wrong}");
        }
    }
}
