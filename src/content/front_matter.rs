//! The YAML between `---` lines.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Kind;
use super::cadence::Cadence;
use super::contract::{self, Contract};
use super::date::When;
use super::misplaced;
use super::rhythm::{self, Pause, Planned, some_day};
use super::series_ref::{SeriesOrder, SeriesRef, series_refs};
use super::source::{Listed, read_listed};
use crate::diagnostics::{Diagnostic, Warned};
use crate::source::{SourceText, yaml};

/// The names of fields, also of those within others, for suggestions.
pub(crate) const FIELDS: [&str; 42] = [
    "id",
    "title",
    "date",
    "updated",
    "slug",
    "series",
    "tags",
    "authors",
    "author",
    "summary",
    "sources",
    "draft",
    "aliases",
    "content_note",
    "image",
    "template",
    "extra",
    "name",
    "part",
    "src",
    "alt",
    "description",
    "prefix",
    "order",
    "season",
    "next_week",
    "cadence",
    "starts",
    "ends",
    "pauses",
    "planned",
    "from",
    "to",
    "reason",
    "announce",
    "finished",
    "start_here",
    "seasons",
    "contract",
    "words",
    "min",
    "max",
];

/// Everything a Markdown file may say about itself. A series file uses `title`,
/// `description`, `image` and what is marked as a series file's; a post or page the others.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of its own in the front matter")]
pub struct FrontMatter {
    /// A permanent identity for feeds, if not the first permalink.
    pub id: Option<String>,
    /// The title, without the series' name.
    pub title: Option<String>,
    /// When it is published.
    pub date: Option<When>,
    /// When it was last changed in substance.
    pub updated: Option<When>,
    /// The last part of its address.
    pub slug: Option<String>,
    /// The series it belongs to, its main one first.
    #[serde(deserialize_with = "series_refs")]
    pub series: Vec<SeriesRef>,
    /// The season of its main series that it is in.
    pub season: Option<u32>,
    /// What comes next in its series: the title, slug or file of an instalment.
    pub next_week: Option<String>,
    /// Its tags, as readers see them.
    #[serde(deserialize_with = "one_or_many")]
    pub tags: Vec<String>,
    /// Who wrote it, if not the site's author.
    #[serde(deserialize_with = "one_or_many", alias = "author")]
    pub authors: Vec<String>,
    /// One or two sentences, in Markdown.
    pub summary: Option<String>,
    /// The publications it leans on.
    #[serde(skip)]
    pub sources: Vec<Listed>,
    /// As they were written.
    #[serde(rename = "sources")]
    written_sources: yaml::Value,
    /// Not to be published.
    pub draft: bool,
    /// Old addresses that lead here.
    #[serde(deserialize_with = "one_or_many")]
    pub aliases: Vec<String>,
    /// What a reader may want to know before reading.
    pub content_note: Option<String>,
    /// Its picture.
    pub image: Option<ImageRef>,
    /// The template that renders it.
    pub template: Option<String>,
    /// Values of the author's own, for templates.
    pub extra: yaml::Mapping,
    /// Series file: what the series is about.
    pub description: Option<String>,
    /// Series file: whether full titles begin with the series' title.
    pub prefix: bool,
    /// Series file: what orders its parts.
    pub order: SeriesOrder,
    /// Series file: how often it comes out.
    #[serde(skip)]
    pub cadence: Option<Cadence>,
    /// As it was written.
    #[serde(rename = "cadence")]
    written_cadence: Option<String>,
    /// Series file: the first day that an instalment may come out on.
    #[serde(deserialize_with = "some_day")]
    pub starts: Option<Date>,
    /// Series file: the last day.
    #[serde(deserialize_with = "some_day")]
    pub ends: Option<Date>,
    /// Series file: when nothing comes out.
    pub pauses: Vec<Pause>,
    /// Series file: what is to come and not written yet.
    pub planned: Vec<Planned>,
    /// Series file: whether the titles of instalments that are written and not out yet are shown.
    pub announce: bool,
    /// Series file: whether it is complete.
    pub finished: bool,
    /// Series file: the part to begin with, by slug or file, if not the first.
    pub start_here: Option<String>,
    /// Series file: the names of its seasons, by number.
    pub seasons: BTreeMap<u32, String>,
    /// Series file: what is asked of each instalment.
    #[serde(skip)]
    pub contract: Option<Box<Contract>>,
    /// As it was written.
    #[serde(rename = "contract")]
    written_contract: Option<Box<contract::Written>>,
}

impl FrontMatter {
    /// The template's file name; its ending may be left out.
    pub fn template_file(&self) -> Option<String> {
        self.template.as_ref().map(|name| if name.contains('.') { name.clone() } else { format!("{name}.html") })
    }
}

/// A picture: `image: cover.jpg`, or `image: {src: cover.jpg, alt: "…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageRef {
    /// Its path beside the file, or from the root.
    pub src: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// Reads the front matter and finds where the body begins.
pub(super) fn read(source: &SourceText, kind: Kind) -> Warned<(FrontMatter, Range<usize>)> {
    let text = &source.text;
    let whole = 0..text.len();
    let Some(start) = opening(text) else {
        return Warned::clean((FrontMatter::default(), whole));
    };
    let Some((end, body)) = closing(text, start) else {
        let diagnostic = Diagnostic::error("front-matter", "the front matter has no closing `---` line")
            .at(source.span(0..3))
            .label("opened here")
            .help("put a line with three hyphens between the front matter and the text");
        return Warned { value: (FrontMatter::default(), text.len()..text.len()), diagnostics: vec![diagnostic] };
    };
    let what = if kind == Kind::Series { "series file" } else { "front matter" };
    let Warned { value: mut front, mut diagnostics }: Warned<FrontMatter> =
        yaml::read(source, start..end, what, &FIELDS);
    let (cadence, contract) = (front.written_cadence.take(), front.written_contract.take());
    let has_more = cadence.is_some() || contract.is_some();
    if kind == Kind::Series {
        rhythm::check(source, &(start..end), &mut front, cadence.as_deref(), &mut diagnostics);
        front.contract =
            contract.map(|written| Box::new(contract::check(source, &(start..end), *written, &mut diagnostics)));
    }
    misplaced::tell(source, &(start..end), kind, &front, has_more, &mut diagnostics);
    let written = std::mem::take(&mut front.written_sources);
    if written != yaml::Value::Null {
        let mut places = yaml::Places::new(source, start..end);
        places.key("sources");
        front.sources = read_listed(&written, &mut places, &mut diagnostics);
    }
    Warned { value: (front, body..text.len()), diagnostics }
}

fn opening(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("---")?;
    let end = rest.find('\n')?;
    rest[..end].trim().is_empty().then_some(3 + end + 1)
}

/// The end of the YAML and the start of the body.
fn closing(text: &str, start: usize) -> Option<(usize, usize)> {
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((at, at + line.len()));
        }
        at += line.len();
    }
    None
}

/// A list of texts, or one text alone.
pub(super) fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct OneOrMany;
    impl<'de> Visitor<'de> for OneOrMany {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a list of texts")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(text) = seq.next_element()? {
                all.push(text);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_any(OneOrMany)
}

impl<'de> Deserialize<'de> for ImageRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ImageVisitor;
        impl<'de> Visitor<'de> for ImageVisitor {
            type Value = ImageRef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a picture's path, or {src: …, alt: …}")
            }

            fn visit_str<E: de::Error>(self, src: &str) -> Result<ImageRef, E> {
                Ok(ImageRef { src: src.to_owned(), alt: String::new() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ImageRef, A::Error> {
                #[derive(Deserialize)]
                struct Long {
                    src: String,
                    #[serde(default)]
                    alt: String,
                }
                let long = Long::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(ImageRef { src: long.src, alt: long.alt })
            }
        }
        deserializer.deserialize_any(ImageVisitor)
    }
}
