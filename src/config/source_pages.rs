//! Which sources have a page of their own.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Which sources have a page of their own: `true`, `false` or `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourcePages {
    /// None.
    None,
    /// Those with an id, which gives them an address that stays, and those that more than
    /// one page cites. The references of the one page that leans on any other say all there
    /// is to say.
    Lasting,
    /// All, by an address made of author, year and title where there is no id.
    All,
}

impl<'de> Deserialize<'de> for SourcePages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Which)
    }
}

struct Which;

impl Visitor<'_> for Which {
    type Value = SourcePages;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`true`, `false` or `all`")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<SourcePages, E> {
        Ok(if value { SourcePages::Lasting } else { SourcePages::None })
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<SourcePages, E> {
        match value {
            "all" => Ok(SourcePages::All),
            other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
        }
    }
}
