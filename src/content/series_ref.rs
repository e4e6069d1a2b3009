//! The series that a post names.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// What orders the parts of a series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeriesOrder {
    /// The date of publication.
    #[default]
    Date,
    /// The `part` that each post names.
    Part,
}

/// A series that a post belongs to: `Name`, or `{name: Name, part: 3, season: 2}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SeriesRef {
    /// The series' title or slug.
    pub name: String,
    /// The part that the post is for good.
    pub part: Option<u32>,
    /// The season it is in.
    pub season: Option<u32>,
}

/// Every series of a post, its main one first: `series: Name`, or a list.
pub(super) fn series_refs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SeriesRef>, D::Error> {
    struct Refs;
    impl<'de> Visitor<'de> for Refs {
        type Value = Vec<SeriesRef>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a series' name, {name: …, part: …}, or a list of them")
        }

        fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
            Ok(vec![SeriesRef::named(name)])
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            SeriesRef::deserialize(de::value::MapAccessDeserializer::new(map)).map(|one| vec![one])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(one) = seq.next_element()? {
                all.push(one);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_any(Refs)
}

impl SeriesRef {
    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), part: None, season: None }
    }
}

impl<'de> Deserialize<'de> for SeriesRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SeriesVisitor;
        impl<'de> Visitor<'de> for SeriesVisitor {
            type Value = SeriesRef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a series' name, or {name: …, part: …}")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<SeriesRef, E> {
                Ok(SeriesRef::named(name))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SeriesRef, A::Error> {
                #[derive(serde::Deserialize)]
                struct Long {
                    name: String,
                    part: Option<u32>,
                    season: Option<u32>,
                }
                let long = Long::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(SeriesRef { name: long.name, part: long.part, season: long.season })
            }
        }
        deserializer.deserialize_any(SeriesVisitor)
    }
}
