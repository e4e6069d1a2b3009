//! The cache's file: a name, the program that wrote it, a digest, then the entries.

use crate::memo::{Fingerprint, Hasher};

const MAGIC: &[u8; 8] = b"wknotes1";
const DIGEST: usize = size_of::<u128>();

/// Whatever can change what an entry holds: this program's part in it, and the libraries'.
const MAKERS: [&str; 8] = [
    include_str!("../markdown/highlight/mod.rs"),
    include_str!("../markdown/highlight/emit.rs"),
    include_str!("../citation/csl/item.rs"),
    include_str!("../citation/csl/mod.rs"),
    include_str!("../citation/csl/piece.rs"),
    include_str!("../citation/csl/specialise.rs"),
    include_str!("../citation/run.rs"),
    include_str!("../../Cargo.lock"),
];

/// The entries as bytes, in the order of their keys.
pub(super) fn encode(mut entries: Vec<(Fingerprint, &str)>) -> Vec<u8> {
    entries.sort_unstable();
    let payload = postcard::to_stdvec(&entries).expect("texts and numbers can be written");
    let head = [MAGIC.as_slice(), &program().to_bytes(), &Fingerprint::of(&payload).to_bytes()];
    [head.concat(), payload].concat()
}

/// The entries of a file, or why it is of no use.
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<(Fingerprint, Box<str>)>, &'static str> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is no cache of this kind")?;
    let (writer, rest) = rest.split_at_checked(DIGEST).ok_or("it is cut off")?;
    let (digest, payload) = rest.split_at_checked(DIGEST).ok_or("it is cut off")?;
    if writer != program().to_bytes() {
        return Err("another version of weeknotes wrote it");
    }
    if digest != Fingerprint::of(payload).to_bytes() {
        return Err("it is damaged");
    }
    postcard::from_bytes(payload).map_err(|_| "it is damaged")
}

fn program() -> Fingerprint {
    MAKERS.iter().fold(&mut Hasher::new(), |hasher, maker| hasher.text(maker)).finish()
}
