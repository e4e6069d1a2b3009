//! The cache's file: the entries, sealed.

use super::seal::Seal;
use crate::memo::Fingerprint;

const SEAL: Seal = Seal { name: b"wknotes1", makers: &MAKERS };

/// Whatever can change what an entry holds or which key it has: this program's part in it,
/// and the libraries'. A record is hashed by the order of its fields and of its kinds.
const MAKERS: [&str; 15] = [
    include_str!("../markdown/highlight/mod.rs"),
    include_str!("../markdown/highlight/emit.rs"),
    include_str!("../content/source/date.rs"),
    include_str!("../content/source/kind.rs"),
    include_str!("../content/source/mod.rs"),
    include_str!("../content/source/name.rs"),
    include_str!("../citation/mod.rs"),
    include_str!("../citation/csl/complete.rs"),
    include_str!("../citation/csl/item.rs"),
    include_str!("../citation/csl/mod.rs"),
    include_str!("../citation/csl/piece.rs"),
    include_str!("../citation/csl/specialise.rs"),
    include_str!("../citation/csl/title_case.rs"),
    include_str!("../citation/run.rs"),
    include_str!("../../Cargo.lock"),
];

/// The entries as bytes, in the order of their keys.
pub(super) fn encode(mut entries: Vec<(Fingerprint, &[u8])>) -> Vec<u8> {
    entries.sort_unstable();
    let payload = postcard::to_stdvec(&entries).expect("bytes and numbers can be written");
    SEAL.close(&payload)
}

/// The entries of a file, or why it is of no use.
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<(Fingerprint, &[u8])>, &'static str> {
    postcard::from_bytes(SEAL.open(bytes)?).map_err(|_| "it is damaged")
}
