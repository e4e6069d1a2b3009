//! What makes a file of the cache's folder ours, whole and readable: a name, the program
//! that wrote it and a digest, before what it holds.

use crate::memo::{Fingerprint, Hasher};

const DIGEST: usize = size_of::<u128>();

/// The seal of one kind of file.
pub(crate) struct Seal {
    pub(crate) name: &'static [u8; 8],
    /// Whatever can change what the file holds or how it is read.
    pub(crate) makers: &'static [&'static str],
}

impl Seal {
    /// The file that holds `payload`.
    pub(crate) fn close(&self, payload: &[u8]) -> Vec<u8> {
        [self.name, self.writer().as_slice(), &Fingerprint::of(payload).to_bytes(), payload].concat()
    }

    /// What a file holds, or why it is of no use.
    pub(crate) fn open<'a>(&self, bytes: &'a [u8]) -> Result<&'a [u8], &'static str> {
        let rest = bytes.strip_prefix(self.name).ok_or("it is no cache of this kind")?;
        let (writer, rest) = rest.split_at_checked(DIGEST).ok_or("it is cut off")?;
        let (digest, payload) = rest.split_at_checked(DIGEST).ok_or("it is cut off")?;
        if writer != self.writer() {
            return Err("another version of weeknotes wrote it");
        }
        if digest != Fingerprint::of(payload).to_bytes() {
            return Err("it is damaged");
        }
        Ok(payload)
    }

    fn writer(&self) -> [u8; DIGEST] {
        self.makers.iter().fold(&mut Hasher::new(), |hasher, maker| hasher.text(maker)).finish().to_bytes()
    }
}
