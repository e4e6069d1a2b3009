//! JSON Schemas of what authors write in YAML, for editors to complete and to check.
//!
//! They are made of tables, one row for each field, since most of the types read what is
//! written with code of their own. What a schema allows and what the program reads is held
//! equal by tests, in both directions; a schema knows YAML as data and nothing else: neither
//! the calendar nor which files there are.

mod config;
mod front_matter;
mod narrow;
mod record;
mod shape;

use serde_json::Value;

use crate::config::Slugs;
use crate::content::Contract;

/// What a schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The front matter of posts and pages.
    FrontMatter,
    /// The front matter of a series' file.
    Series,
    /// `weeknotes.yaml`.
    Config,
    /// `content/sources.yaml`.
    Sources,
}

impl Of {
    /// The schema (JSON Schema, draft 2020-12).
    ///
    /// ```
    /// let schema = weeknotes::schema::Of::Config.schema();
    /// assert_eq!(schema["properties"]["paginate_by"]["default"], 10);
    /// ```
    pub fn schema(self) -> Value {
        match self {
            Self::FrontMatter => {
                shape::schema("A post of weeknotes", "The front matter of posts and pages.", &front_matter::POST)
            }
            Self::Series => shape::schema(
                "A series of weeknotes",
                "The front matter of a file in content/series/.",
                &front_matter::SERIES,
            ),
            Self::Config => shape::schema("The configuration of weeknotes", "weeknotes.yaml.", &config::CONFIG),
            Self::Sources => {
                shape::schema("The sources of weeknotes", "Records in content/sources.yaml.", &record::LIBRARY)
            }
        }
    }
}

/// The schema of posts in a series: what its contract asks for is asked for there, as far
/// as front matter alone can tell.
pub fn of_instalments(title: &str, contract: &Contract, slugs: Slugs) -> Value {
    let mut schema = Of::FrontMatter.schema();
    narrow::narrow(&mut schema, contract, slugs);
    schema["title"] = Value::from(format!("An instalment of {title}"));
    schema
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize;
    use serde::de::value::Error;
    use serde::de::{Deserializer, Error as _, Visitor};
    use serde::forward_to_deserialize_any;

    use super::*;
    use crate::config::{self, CitationsConfig, ExternalLinks, ForwardLinks, MarkdownConfig, MenuItem, RawConfig};
    use crate::content::{FRONT_MATTER_FIELDS, FrontMatter, Pause, SOURCE_FIELDS};

    type Names = BTreeSet<String>;

    /// Learns which fields a type reads, and gives it none.
    struct Asked<'a>(&'a mut Names);

    impl<'de> Deserializer<'de> for Asked<'_> {
        type Error = Error;

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Error> {
            self.0.extend(fields.iter().map(|field| (*field).to_owned()));
            Err(Error::custom("only the names are wanted"))
        }

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(Error::custom("not a struct"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn fields<'de, T: Deserialize<'de>>() -> Names {
        let mut names = Names::new();
        assert!(T::deserialize(Asked(&mut names)).is_err() && !names.is_empty());
        names
    }

    fn properties(schema: &Value) -> Names {
        schema["properties"].as_object().expect("properties").keys().cloned().collect()
    }

    #[test]
    fn schemas_have_the_fields_of_the_types() {
        let (post, series, config) = (Of::FrontMatter.schema(), Of::Series.schema(), Of::Config.schema());
        let both: Names = properties(&post).union(&properties(&series)).cloned().collect();
        assert_eq!(fields::<FrontMatter>(), both);
        assert_eq!(fields::<Pause>(), properties(&series["properties"]["pauses"]["items"]));
        assert_eq!(fields::<RawConfig>(), properties(&config));
        let part = |name: &str| properties(&config["properties"][name]);
        assert_eq!(fields::<MarkdownConfig>(), part("markdown"));
        assert_eq!(fields::<ExternalLinks>(), part("external_links"));
        assert_eq!(fields::<ForwardLinks>(), part("forward_links"));
        assert_eq!(fields::<CitationsConfig>(), part("citations"));
        assert_eq!(fields::<MenuItem>(), properties(&config["properties"]["menu"]["items"]));
        let other_names = ["authors", "editors", "organization", "date"];
        let record = SOURCE_FIELDS.into_iter().chain(other_names).map(str::to_owned).collect::<Names>();
        assert_eq!(record, properties(&Of::Sources.schema()["items"]));
    }

    /// The names of fields at every depth, but for what stands in `$defs`: records of sources.
    fn all_names(schema: &Value, names: &mut Names) {
        if let Some(Value::Object(fields)) = schema.get("properties") {
            names.extend(fields.keys().cloned());
        }
        let inner = schema.as_object().into_iter().flatten().filter(|(key, _)| *key != "$defs").map(|(_, inner)| inner);
        for inner in inner.chain(schema.as_array().into_iter().flatten()) {
            all_names(inner, names);
        }
    }

    #[test]
    fn what_is_suggested_for_a_misspelt_field_is_in_a_schema() {
        let suggested = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Names>();
        let in_schemas = |all: &[Of]| {
            let mut names = Names::new();
            for of in all {
                all_names(&of.schema(), &mut names);
            }
            names
        };
        assert_eq!(suggested(&FRONT_MATTER_FIELDS), in_schemas(&[Of::FrontMatter, Of::Series]));
        assert_eq!(suggested(&config::FIELDS), in_schemas(&[Of::Config]));
    }
}
