//! What was found the last time, with its age: `.weeknotes/links`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Options;
use super::finding::Finding;
use crate::cache::{self, FOLDER, Seal};

const FILE: &str = "links";
const SEAL: Seal = Seal { name: b"wknotesL", makers: &[include_str!("known.rs"), include_str!("finding.rs")] };

/// What is known of addresses. It only saves asking: a file that is not ours, damaged or
/// old is passed over.
#[derive(Debug)]
pub(super) struct Known {
    kept: Kept,
    file: PathBuf,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    findings: BTreeMap<String, Dated<Finding>>,
    /// Copies in the archive by the address that was asked for; also that there is none.
    copies: BTreeMap<String, Dated<Option<Copied>>>,
}

/// A copy in the archive: its address and its day.
pub(super) type Copied = (String, String);

#[derive(Debug, Serialize, Deserialize)]
struct Dated<T> {
    /// Seconds since 1970.
    at: i64,
    value: T,
}

impl<T> Dated<T> {
    /// Whether it is younger than `limit`. What is from the future is not believed.
    fn is_fresh(&self, now: Timestamp, limit: Duration) -> bool {
        u64::try_from(now.as_second() - self.at).is_ok_and(|age| age < limit.as_secs())
    }
}

impl Known {
    /// What is known of the links of the site in a folder.
    pub(super) fn open(root: &Path) -> Self {
        let file = root.join(FOLDER).join(FILE);
        let kept = fs::read(&file).ok().and_then(|bytes| decode(&bytes)).unwrap_or_default();
        Self { kept, file }
    }

    /// What was found at an address, when it was not too long ago.
    pub(super) fn finding(&self, url: &str, now: Timestamp, options: &Options) -> Option<&Finding> {
        let known = self.kept.findings.get(url)?;
        known.is_fresh(now, age_limit(&known.value, options)).then_some(&known.value)
    }

    /// What the archive said of an address, when it was not too long ago.
    pub(super) fn copy(&self, url: &str, now: Timestamp, options: &Options) -> Option<&Option<Copied>> {
        let known = self.kept.copies.get(url)?;
        known.is_fresh(now, options.fresh).then_some(&known.value)
    }

    pub(super) fn learn(&mut self, url: &str, finding: &Finding, now: Timestamp) {
        self.kept.findings.insert(url.to_owned(), Dated { at: now.as_second(), value: finding.clone() });
    }

    pub(super) fn learn_copy(&mut self, url: &str, copy: Option<Copied>, now: Timestamp) {
        self.kept.copies.insert(url.to_owned(), Dated { at: now.as_second(), value: copy });
    }

    /// Writes what is fresh, whole or not at all.
    pub(super) fn store(mut self, now: Timestamp, options: &Options) -> io::Result<()> {
        self.kept.findings.retain(|_, known| known.is_fresh(now, age_limit(&known.value, options)));
        self.kept.copies.retain(|_, known| known.is_fresh(now, options.fresh));
        cache::put(&self.file, &encode(&self.kept))
    }
}

fn age_limit(finding: &Finding, options: &Options) -> Duration {
    if finding.is_readable() { options.fresh } else { options.fresh_failure }
}

fn encode(kept: &Kept) -> Vec<u8> {
    let payload = postcard::to_stdvec(kept).expect("texts and numbers can be written");
    SEAL.close(&payload)
}

fn decode(bytes: &[u8]) -> Option<Kept> {
    postcard::from_bytes(SEAL.open(bytes).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn what_is_known_grows_old() {
        let root = tempfile::tempdir().expect("a folder");
        let (options, then) = (Options::default(), at("2026-03-10T12:00:00Z"));
        let mut known = Known::open(root.path());
        known.learn("https://a.example/", &Finding::Fine, then);
        known.learn("https://b.example/", &Finding::Dead { status: 404 }, then);
        known.learn_copy("https://b.example/", None, then);
        known.store(then, &options).expect("room");
        let known = Known::open(root.path());
        let asked = |now: &str| {
            let now = at(now);
            let fine = known.finding("https://a.example/", now, &options).is_none();
            let dead = known.finding("https://b.example/", now, &options).is_none();
            (fine, dead, known.copy("https://b.example/", now, &options).is_none())
        };
        assert_eq!(asked("2026-03-10T12:00:00Z"), (false, false, false));
        assert_eq!(asked("2026-03-11T11:59:59Z"), (false, false, false));
        assert_eq!(asked("2026-03-11T12:00:00Z"), (false, true, false));
        assert_eq!(asked("2026-03-17T12:00:00Z"), (true, true, true));
        assert_eq!(asked("2026-03-10T11:59:59Z"), (true, true, true), "nothing is known from the future");
        known.store(at("2026-03-12T12:00:00Z"), &options).expect("room");
        assert_eq!(Known::open(root.path()).kept.findings.len(), 1, "what is old is left out");
    }

    #[test]
    fn a_file_that_is_not_ours_is_passed_over() {
        let root = tempfile::tempdir().expect("a folder");
        let (options, now) = (Options::default(), at("2026-03-10T12:00:00Z"));
        let file = root.path().join(FOLDER).join(FILE);
        let mut known = Known::open(root.path());
        known.learn("https://a.example/", &Finding::Moved { to: "https://b.example/".into() }, now);
        known.store(now, &options).expect("room");
        let good = fs::read(&file).expect("stored");
        let flipped = |at: usize| {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            bytes
        };
        let damaged = [Vec::new(), b"other".to_vec(), good[..good.len() - 1].to_vec(), good[..30].to_vec()];
        for bytes in damaged.into_iter().chain((0..good.len()).map(flipped)) {
            fs::write(&file, bytes).expect("room");
            assert!(Known::open(root.path()).kept.findings.is_empty());
        }
    }
}
