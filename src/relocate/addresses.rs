//! The addresses of pages before and after a move, and what becomes of the old ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::moves::Moves;
use crate::build::Builder;
use crate::config::Config;
use crate::content::Document;
use crate::site::{Instant, Page, Permalink, Site};
use crate::source::{SourcePath, SourceTree};

/// A site as readers have it, and with all that is not out yet.
pub(super) struct Sites {
    pub(super) public: Site,
    pub(super) all: Site,
}

impl Sites {
    pub(super) fn of(tree: &SourceTree, builder: &mut Builder, now: Timestamp) -> Self {
        let config = Arc::new(Config::read(tree, None).value);
        let documents: Vec<_> = builder.read_documents(tree).iter().map(|read| Arc::clone(&read.value)).collect();
        let resolve = |shown: bool| {
            let instant = Instant { now, drafts: shown, future: shown };
            let assets = tree.assets_under("content").map(|asset| Arc::clone(&asset.path));
            Site::resolve(Arc::clone(&config), &documents, assets, instant).value
        };
        Self { public: resolve(false), all: resolve(true) }
    }

    /// A page as readers have it, else as they will have it.
    pub(super) fn page(&self, path: &str) -> Option<&Page> {
        self.public.page(path).or_else(|| self.all.page(path))
    }
}

/// A page that has another address after a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Its file, by the path it has before the move.
    pub path: SourcePath,
    /// Where it was.
    pub old: Permalink,
    /// Where it is.
    pub new: Permalink,
    /// What is at the old address.
    pub fate: Fate,
}

/// What becomes of an address that a page no longer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is an alias and leads to the new one.
    Kept,
    /// It is, or will be, another page's: the one of this file, by its path after the move.
    Taken(SourcePath),
    /// Nobody has it: the page was not out.
    Unknown,
}

/// The aliases of a page that has another address.
pub(super) struct Aliases {
    /// Whether one that is the new address itself is taken out.
    pub(super) is_own_dropped: bool,
    /// The old address, when it must lead to the new one and does not yet.
    pub(super) more: Option<String>,
}

/// The pages that have another address, by path.
pub(super) fn changed(before: &Sites, after: &Sites, moves: &Moves) -> Vec<Address> {
    let owners = owners(after);
    let changed = before.all.all_pages().filter_map(|page| {
        let path = moves.of(page.path());
        let (old, new) = (&before.page(page.path())?.permalink, &after.page(&path)?.permalink);
        (old != new).then(|| Address {
            path: Arc::clone(page.path()),
            old: old.clone(),
            new: new.clone(),
            fate: fate(before, page, owners.get(&route(old)).filter(|owner| ***owner != *path)),
        })
    });
    let mut changed: Vec<Address> = changed.collect();
    changed.sort_by(|one, other| one.path.cmp(&other.path));
    changed
}

fn fate(before: &Sites, page: &Page, owner: Option<&SourcePath>) -> Fate {
    match owner {
        _ if before.public.page(page.path()).is_none() => Fate::Unknown,
        Some(owner) => Fate::Taken(Arc::clone(owner)),
        None => Fate::Kept,
    }
}

/// Every address that a page has, out or not, with the page's file.
fn owners(sites: &Sites) -> BTreeMap<String, SourcePath> {
    let pages = sites.all.all_pages().chain(sites.public.all_pages());
    pages.map(|page| (route(&page.permalink), Arc::clone(page.path()))).collect()
}

impl Aliases {
    /// What must become of a page's aliases; nothing when they stay as they are.
    pub(super) fn of(address: &Address, document: &Document) -> Option<Self> {
        let old: Vec<Permalink> =
            document.front.aliases.iter().filter_map(|alias| Permalink::parse(alias).ok()).collect();
        let is_own = |alias: &Permalink| route(alias) == route(&address.new);
        let is_known = old.iter().any(|alias| route(alias) == route(&address.old));
        let more = (address.fate == Fate::Kept && !is_known).then(|| address.old.as_str().replace('%', "%25"));
        let first =
            old.iter().find(|alias| !is_own(alias)).or(more.as_ref().map(|_| &address.old)).unwrap_or(&address.new);
        // A feed knows an entry that has no `id` by the first of its addresses.
        let is_identity = document.front.id.is_none()
            && address.fate != Fate::Unknown
            && old.first().is_some_and(|identity| is_own(identity) && first != identity);
        let is_own_dropped = old.iter().any(is_own) && !is_identity;
        (is_own_dropped || more.is_some()).then_some(Self { is_own_dropped, more })
    }
}

/// The file that an address is, an alias without an ending being a folder.
pub(super) fn route(address: &Permalink) -> String {
    let last = address.as_str().rsplit('/').next().unwrap_or_default();
    let is_folder = !last.is_empty() && !last.contains('.');
    if is_folder { format!("{}/index.html", address.file()) } else { address.file() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceText;

    fn aliases(front: &str, old: &str, new: &str, fate: Fate) -> Option<(bool, Option<String>)> {
        let text = SourceText::new("content/posts/a.md", format!("---\n{front}\n---\n"));
        let permalink = |path: &str| Permalink::parse(path).expect("an address");
        let address = Address { path: "content/posts/a.md".into(), old: permalink(old), new: permalink(new), fate };
        Aliases::of(&address, &Document::read(&text).value).map(|found| (found.is_own_dropped, found.more))
    }

    #[test]
    fn an_old_address_is_kept_once() {
        let more = |alias: &str| Some((false, Some(alias.to_owned())));
        assert_eq!(aliases("", "/a/", "/b/", Fate::Kept), more("/a/"));
        assert_eq!(aliases("aliases: [/x/]", "/100%/", "/b/", Fate::Kept), more("/100%25/"));
        assert_eq!(aliases("aliases: /a", "/a/", "/b/", Fate::Kept), None);
        assert_eq!(aliases("", "/a/", "/b/", Fate::Unknown), None);
        assert_eq!(aliases("", "/a/", "/b/", Fate::Taken("c".into())), None);
    }

    #[test]
    fn an_alias_that_is_the_new_address_goes_unless_feeds_know_the_post_by_it() {
        let dropped = |more: Option<&str>| Some((true, more.map(str::to_owned)));
        assert_eq!(aliases("aliases: [/x/, /b/]", "/a/", "/b/", Fate::Kept), dropped(Some("/a/")));
        assert_eq!(aliases("aliases: [/b/]", "/a/", "/b/", Fate::Unknown), dropped(None));
        assert_eq!(aliases("aliases: [/b/]", "/a/", "/b/", Fate::Taken("c".into())), dropped(None));
        assert_eq!(aliases("aliases: [/b/]", "/a/", "/b/", Fate::Kept), Some((false, Some("/a/".into()))));
        assert_eq!(aliases("aliases: [/b/]\nid: x", "/a/", "/b/", Fate::Kept), dropped(Some("/a/")));
    }
}
