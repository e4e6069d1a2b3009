//! Citations: their syntax in a text, and how a citation style sets them.
//!
//! A text names sources by id ([`syntax`]). When all of it is read, [`Style::set`] sets
//! every citation and the list of references together, since a style numbers, sorts and
//! tells alike ones apart over the whole text. What comes out is [`Run`]s of plain text
//! with their look, which are escaped where they become HTML.
//!
//! *Architecture Invariant:* hayagriva and its CSL are named in this module alone. A
//! record's text goes in as text and comes out as text: no style can make it markup.

mod bibliography;
mod coins;
mod csl;
mod export;
mod plain;
mod run;
mod style;
pub mod syntax;

use serde::{Deserialize, Serialize};

pub use bibliography::Bibliography;
pub use coins::coins;
pub use export::{bibtex, csl_json};
pub use run::{Run, html, text};
pub use style::{STYLES, Style};

/// One citation in a text: `[see @a, ch. 2; @b]`, or `@a` in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cluster {
    /// What it cites, in order.
    pub items: Vec<Item>,
    /// Whether it stands in a sentence: "Yalom and Leszcz (2020)".
    pub is_narrative: bool,
}

/// A source in a [`Cluster`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Item {
    /// Its place among the text's sources.
    pub source: usize,
    /// The words before it: "see".
    pub prefix: String,
    /// Where in the source.
    pub locator: Option<Locator>,
    /// The words after it.
    pub suffix: String,
    /// Whether the text has just named its author: `-@a`.
    pub is_author_suppressed: bool,
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Locator {
    /// CSL's name for what is counted: `page`, `chapter`.
    pub label: &'static str,
    /// "33–35".
    pub value: String,
}

/// All that a style sets for a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// Each cluster, in the order given.
    pub citations: Vec<Vec<Part>>,
    /// The references in the style's order.
    pub references: Vec<Reference>,
}

/// A part of a citation as it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Brackets, and what stands between sources.
    Between(Vec<Run>),
    /// What names a source.
    Item {
        /// Its place among the text's sources.
        source: usize,
        /// What is shown.
        runs: Vec<Run>,
    },
}

/// An entry of the list of references.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its place among the text's sources.
    pub source: usize,
    /// Its number, in a style that counts.
    pub number: Option<usize>,
    /// What is shown.
    pub runs: Vec<Run>,
}
