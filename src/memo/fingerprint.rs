//! A 128-bit digest of a value, for telling equal from changed.

use std::fmt;
use std::hash::Hash;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

/// What a read found, as 128 bits. Equal fingerprints are taken for equal values; the
/// digest is XXH3, fast and well mixed, not a defence against an author who forges
/// collisions against their own site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// The fingerprint of something that is not there.
    pub const ABSENT: Self = Self(0);

    /// The fingerprint of bytes.
    ///
    /// ```
    /// use weeknotes::memo::Fingerprint;
    /// assert_eq!(Fingerprint::of(b"a"), Fingerprint::of(b"a"));
    /// assert_ne!(Fingerprint::of(b"a"), Fingerprint::of(b"b"));
    /// ```
    pub fn of(bytes: &[u8]) -> Self {
        Self(XxHash3_128::oneshot(bytes).max(1))
    }

    /// The fingerprint of a value, by what it adds to a hasher.
    pub fn of_value(value: &impl Hash) -> Self {
        let mut hasher = Hasher::new();
        value.hash(&mut hasher);
        Hasher::finish(&hasher)
    }

    /// The same on every machine.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    /// The first 64 bits in hexadecimal, for file names.
    pub fn short(self) -> String {
        format!("{:016x}", (self.0 >> 64) as u64)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

/// Digests a value piece by piece. Every piece is framed by its length, so that
/// `("ab", "c")` and `("a", "bc")` differ.
#[derive(Debug, Default)]
pub struct Hasher(Vec<u8>);

impl Hasher {
    /// An empty digest.
    pub fn new() -> Self {
        Self::with_capacity(512)
    }

    /// An empty digest with room for a large value.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Adds bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    /// Adds text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    /// Adds another fingerprint.
    pub fn fingerprint(&mut self, other: Fingerprint) -> &mut Self {
        self.0.extend_from_slice(&other.0.to_le_bytes());
        self
    }

    /// The fingerprint of all that was added.
    pub fn finish(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }
}

/// What `#[derive(Hash)]` needs. Only good within one process: the standard library
/// does not promise the same bytes on every machine.
impl std::hash::Hasher for Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        (Self::finish(self).0 >> 64) as u64
    }
}
