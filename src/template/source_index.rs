//! The sources that a site's pages cite, each once, with the pages that cite it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::world::World;
use crate::config::{Slugs, SourcePages};
use crate::content::{Evidence, Source, slugify};
use crate::memo::{Fingerprint, Hasher};
use crate::site::Site;

/// Sources on a page of their list.
const PAGE: usize = 100;

/// A source with the pages that cite it.
#[derive(Debug)]
pub struct CitedSource {
    /// The last part of its address.
    pub slug: Arc<str>,
    /// What it says.
    pub source: Arc<Source>,
    /// As the citation style sets it alone.
    pub html: Arc<str>,
    /// Whom it is listed under.
    pub group: String,
    /// By their place in [`Site::all_pages`], posts first, newest first.
    pub pages: Vec<usize>,
    /// Whether it has a page of its own.
    pub has_page: bool,
    /// Of what it says and how it is set: digested once, since a list is looked at again
    /// whenever a title is edited.
    digest: Fingerprint,
}

/// Every source that a page cites or lists, in the order of their list: by whom, then by
/// date and title.
#[derive(Debug, Default)]
pub struct SourceIndex {
    entries: Vec<CitedSource>,
    by_slug: FxHashMap<Arc<str>, usize>,
    slugs: FxHashMap<String, Arc<str>>,
    by_evidence: BTreeMap<Evidence, Vec<usize>>,
    mark: Option<Fingerprint>,
}

/// What tells a source from others: the id of a library's record is its own.
pub(super) fn identity(source: &Source) -> String {
    source.identity()
}

impl SourceIndex {
    /// The sources of a world with bodies. `set` gives a source as the style sets it alone.
    pub fn of(world: &World, set: impl Fn(&Arc<Source>) -> Arc<str>) -> Self {
        let mut found: BTreeMap<String, (Arc<Source>, Vec<usize>)> = BTreeMap::new();
        for (at, body) in world.page_bodies() {
            for reference in &body.body.value.references {
                match found.entry(identity(&reference.source)) {
                    Entry::Vacant(free) => {
                        free.insert((Arc::clone(&reference.source), vec![at]));
                    }
                    Entry::Occupied(mut known) => known.get_mut().1.push(at),
                }
            }
        }
        let slugs = slugs(&found);
        let with_pages = world.site.config.citations.source_pages;
        let mut entries: Vec<CitedSource> = found
            .into_iter()
            .map(|(identity, (source, mut pages))| {
                pages.dedup();
                let group = source.group().unwrap_or_default();
                let html = set(&source);
                let digest = Fingerprint::of_value(&(&source, &html));
                let has_page = match with_pages {
                    SourcePages::None => false,
                    SourcePages::Lasting => source.id.is_some() || pages.len() > 1,
                    SourcePages::All => true,
                };
                CitedSource { slug: Arc::clone(&slugs[&identity]), html, group, pages, has_page, source, digest }
            })
            .collect();
        entries.sort_by_cached_key(order);
        let by_slug = entries.iter().enumerate().map(|(at, entry)| (Arc::clone(&entry.slug), at)).collect();
        let mut by_evidence: BTreeMap<Evidence, Vec<usize>> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            if let Some(evidence) = entry.source.evidence() {
                by_evidence.entry(evidence).or_default().push(at);
            }
        }
        let mut hasher = Hasher::new();
        for entry in &entries {
            hasher
                .text(&entry.slug)
                .text(&entry.html)
                .fingerprint(Fingerprint::of_value(&(&entry.source, &entry.pages)));
        }
        let mark = Some(hasher.fingerprint(Fingerprint::of_value(&with_pages)).finish());
        Self { entries, by_slug, slugs, by_evidence, mark }
    }

    /// Every source in the order of the list.
    pub fn entries(&self) -> &[CitedSource] {
        &self.entries
    }

    /// Whether two are the same; `None` before bodies are made.
    pub(super) fn mark(&self) -> Option<Fingerprint> {
        self.mark
    }

    /// The last part of the address of a source's own page, when it has one.
    pub(super) fn slug_of(&self, identity: &str) -> Option<&str> {
        let slug = self.slugs.get(identity)?;
        self.get(slug).filter(|entry| entry.has_page).map(|entry| entry.slug.as_ref())
    }

    pub(super) fn get(&self, slug: &str) -> Option<&CitedSource> {
        self.by_slug.get(slug).map(|at| &self.entries[*at])
    }

    /// The kinds of evidence that there are sources of.
    pub fn kinds(&self) -> impl Iterator<Item = Evidence> + '_ {
        self.by_evidence.keys().copied()
    }

    /// How many pages a list has.
    pub fn page_count(&self, evidence: Option<Evidence>) -> usize {
        let total = evidence.map_or(self.entries.len(), |kind| self.by_evidence.get(&kind).map_or(0, Vec::len));
        total.div_ceil(PAGE).max(1)
    }

    pub(super) fn list(&self, evidence: Option<Evidence>, number: usize) -> (Vec<&CitedSource>, usize) {
        let page = |all: &mut dyn Iterator<Item = &'_ CitedSource>| -> Vec<usize> {
            all.skip((number - 1) * PAGE).take(PAGE).map(|entry| self.by_slug[&entry.slug]).collect()
        };
        let (places, total) = match evidence {
            None => (page(&mut self.entries.iter()), self.entries.len()),
            Some(kind) => {
                let of_kind = self.by_evidence.get(&kind).map_or(&[][..], Vec::as_slice);
                (page(&mut of_kind.iter().map(|at| &self.entries[*at])), of_kind.len())
            }
        };
        (places.into_iter().map(|at| &self.entries[at]).collect(), total)
    }

    pub(super) fn counts(&self) -> (Vec<(Evidence, usize)>, usize) {
        (self.by_evidence.iter().map(|(kind, all)| (*kind, all.len())).collect(), self.entries.len())
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.mark.unwrap_or(Fingerprint::ABSENT)
    }

    pub(super) fn counts_fingerprint(&self) -> Fingerprint {
        Fingerprint::of_value(&self.counts())
    }

    pub(super) fn address_fingerprint(&self, identity: &str) -> Fingerprint {
        self.slug_of(identity).map_or(Fingerprint::ABSENT, |slug| Fingerprint::of(slug.as_bytes()))
    }

    pub(super) fn entry_fingerprint(&self, site: &Site, slug: &str) -> Fingerprint {
        self.get(slug).map_or(Fingerprint::ABSENT, |entry| of_entry(site, entry))
    }

    pub(super) fn list_fingerprint(&self, site: &Site, evidence: Option<Evidence>, number: usize) -> Fingerprint {
        let (entries, total) = self.list(evidence, number);
        let mut hasher = Hasher::new();
        hasher.number(total as u64);
        for entry in entries {
            hasher.text(&entry.slug).fingerprint(of_entry(site, entry));
        }
        hasher.finish()
    }
}

/// All that is shown of an entry: the record and what it links back to.
fn of_entry(site: &Site, entry: &CitedSource) -> Fingerprint {
    let mut hasher = Hasher::new();
    hasher.fingerprint(entry.digest);
    for page in entry.pages.iter().filter_map(|at| site.page_at(*at)) {
        hasher.text(&page.full_title).text(page.permalink.as_str());
        if let Some(date) = &page.date {
            hasher.number(date.timestamp().as_second().cast_unsigned());
            hasher.number(u64::from(date.offset().seconds().cast_unsigned()));
        }
    }
    hasher.finish()
}

type Order = (bool, String, String, std::cmp::Reverse<Option<crate::content::PartialDate>>, String, Arc<str>);

/// As a reader looks something up: letters without their marks and case; what is under
/// no name comes last.
fn order(entry: &CitedSource) -> Order {
    let plain = |text: &str| deunicode::deunicode(text).to_lowercase();
    let title = entry.source.title.as_deref().unwrap_or_default();
    let date = entry.source.published.or(entry.source.updated);
    (
        entry.group.is_empty(),
        plain(&entry.group),
        entry.group.clone(),
        std::cmp::Reverse(date),
        plain(title),
        Arc::clone(&entry.slug),
    )
}

/// The last part of each source's address. Of several that want the same, all but a
/// library's record get a digest of what tells them apart, so that no source's address
/// depends on which others are cited before it.
fn slugs(found: &BTreeMap<String, (Arc<Source>, Vec<usize>)>) -> FxHashMap<String, Arc<str>> {
    let wanted: Vec<(&String, String)> =
        found.iter().map(|(identity, (source, _))| (identity, slugify(&source.key(), Slugs::Ascii))).collect();
    let mut count: FxHashMap<&str, usize> = FxHashMap::default();
    for (_, slug) in &wanted {
        *count.entry(slug).or_default() += 1;
    }
    let reserved: FxHashSet<&str> = ["page", "evidence", ""].into_iter().collect();
    wanted
        .iter()
        .map(|(identity, slug)| {
            let is_shared = count[slug.as_str()] > 1 || reserved.contains(slug.as_str());
            let slug = if is_shared {
                let digest = Fingerprint::of(identity.as_bytes()).short();
                format!("{}{}{}", slug, if slug.is_empty() { "" } else { "-" }, &digest[..8])
            } else {
                slug.clone()
            };
            ((*identity).clone(), Arc::from(slug))
        })
        .collect()
}
