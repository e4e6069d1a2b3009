//! What a site's output folder holds, and who claims each path.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::asset::Assets;
use super::key::Key;
use super::page::{home_pages, numbered, page_count};
use super::reference::Download;
use super::series::SUBSCRIBE;
use super::sitemap;
use super::source_page::{address, list_address};
use crate::diagnostics::{Diagnostic, Span, Warned};
use crate::site::{Permalink, Site};
use crate::source::{SourcePath, SourceTree};
use crate::template::{Format, Scope, SourceIndex};

/// Every file of the output, in the order of their paths' owners: first what is
/// rendered, then what is copied.
#[derive(Debug, Default)]
pub struct Plan {
    /// What is rendered.
    pub keys: Vec<Key>,
    /// Where each of [`keys`](Self::keys) goes, then each of [`copied`](Self::copied).
    paths: Vec<Arc<str>>,
    /// What is copied.
    pub copied: Vec<Copied>,
    by_path: FxHashMap<Arc<str>, usize>,
}

/// A file that is not rendered.
#[derive(Debug, Clone)]
pub enum Copied {
    /// A file of the site, by its path.
    Source(SourcePath),
    /// A file of the theme.
    Theme(Arc<[u8]>),
    /// The references of a page, by its place in [`Site::all_pages`].
    References(usize, Download),
}

impl Plan {
    /// Plans the output of a site. Two files at one path are an error.
    pub fn new(site: &Site, tree: &SourceTree, assets: &Assets, index: &SourceIndex) -> Warned<Self> {
        let own_robots = tree.asset("static/robots.txt").is_some();
        let rendered = keys(site, index).into_iter().filter(|(key, _)| !(own_robots && *key == Key::Robots));
        let (keys, rendered): (Vec<Key>, Vec<Arc<str>>) =
            rendered.map(|(key, permalink)| (key, Arc::from(permalink.file()))).unzip();
        let content =
            tree.assets_under("content").filter_map(|asset| Some((site.assets.get(&asset.path)?.file(), asset)));
        let fixed = tree.assets_under("static").map(|asset| (asset.path["static/".len()..].to_owned(), asset));
        let source = content.chain(fixed).map(|(path, asset)| (path, Copied::Source(Arc::clone(&asset.path))));
        let theme = assets.files.iter().map(|(path, bytes)| (path.clone(), Copied::Theme(Arc::clone(bytes))));
        let (copies, copied): (Vec<String>, Vec<Copied>) = source.chain(theme).chain(downloads(site, index)).unzip();
        let paths: Vec<Arc<str>> = rendered.into_iter().chain(copies.into_iter().map(Arc::from)).collect();
        let mut by_path = FxHashMap::with_capacity_and_hasher(paths.len(), FxBuildHasher);
        let mut taken = Vec::new();
        for (at, path) in paths.iter().enumerate() {
            match by_path.entry(Arc::clone(path)) {
                Entry::Occupied(first) => taken.push((*first.get(), at)),
                Entry::Vacant(free) => {
                    free.insert(at);
                }
            }
        }
        let plan = Self { keys, paths, copied, by_path };
        let diagnostics = plan.collisions(site, &taken);
        Warned { value: plan, diagnostics }
    }

    /// Every path in the output folder.
    pub fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    /// Where a path of the output folder stands in [`paths`](Self::paths).
    pub fn find(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    fn owner(&self, at: usize) -> Owner<'_> {
        self.keys.get(at).map_or_else(|| Owner::File(&self.copied[at - self.keys.len()]), Owner::Key)
    }

    fn collisions(&self, site: &Site, taken: &[(usize, usize)]) -> Vec<Diagnostic> {
        let doubled = taken
            .iter()
            .map(|(first, second)| collision(site, &self.paths[*second], &self.owner(*first), &self.owner(*second)));
        let mut found: Vec<Diagnostic> = doubled.collect();
        found.extend(self.file_and_folder(site));
        found.extend(self.letter_case(site));
        found
    }

    /// The paths with their owners, each once: with the first that claims it.
    fn claimed(&self) -> impl Iterator<Item = (usize, &Arc<str>)> {
        let has_doubles = self.by_path.len() < self.paths.len();
        self.paths.iter().enumerate().filter(move |(at, path)| !has_doubles || self.find(path) == Some(*at))
    }

    /// A path that is a file cannot be a folder too.
    fn file_and_folder(&self, site: &Site) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (at, path) in self.claimed() {
            let mut above = path.match_indices('/').map(|(end, _)| &path[..end]);
            if let Some((folder, other)) = above.find_map(|folder| Some((folder, self.find(folder)?))) {
                let (owner, other) = (self.owner(at), self.owner(other));
                let message = format!("{owner} needs the folder /{folder}/, where {other} is a file");
                found.push(
                    Diagnostic::error("collision", message)
                        .maybe_at(owner.span(site).or_else(|| other.span(site)))
                        .help("give one of them another name"),
                );
            }
        }
        found
    }
    /// Two paths that only differ in their letters' case are one on many disks.
    fn letter_case(&self, site: &Site) -> Vec<Diagnostic> {
        let mut alike: BTreeMap<String, Vec<&Arc<str>>> = BTreeMap::new();
        for (_, path) in self.claimed().filter(|(_, path)| path.chars().any(char::is_uppercase)) {
            alike.entry(path.to_lowercase()).or_default().push(path);
        }
        let mut found = Vec::new();
        for (lower, mut paths) in alike {
            paths.extend(self.by_path.get_key_value(lower.as_str()).map(|(path, _)| path));
            paths.sort();
            for pair in paths.windows(2) {
                let message = format!(
                    "/{} and /{} differ only in the case of their letters, which many disks take for one file",
                    pair[1], pair[0]
                );
                let owner = self.find(pair[1]).map(|at| self.owner(at));
                let place = owner.and_then(|owner| owner.span(site));
                let diagnostic = Diagnostic::warning("letter-case", message).maybe_at(place);
                found.push(diagnostic.help("give one of them another name"));
            }
        }
        found
    }
}

/// What is rendered, with its address.
fn keys(site: &Site, index: &SourceIndex) -> Vec<(Key, Permalink)> {
    let fixed = |path: &str| Permalink::parse(path).expect("a fixed route is valid");
    let mut keys: Vec<(Key, Permalink)> =
        (1..=home_pages(site)).map(|n| (Key::Home(n), numbered(&Permalink::root(), n))).collect();
    keys.extend(site.posts.iter().map(|post| (Key::Post(Arc::clone(post.path())), post.permalink.clone())));
    keys.extend(site.pages.iter().map(|page| (Key::Page(Arc::clone(page.path())), page.permalink.clone())));
    keys.extend([
        (Key::SeriesIndex, fixed("/series/")),
        (Key::Tags, fixed("/tags/")),
        (Key::Archive, fixed("/archive/")),
        (Key::AllSources, fixed("/sources.json")),
        (Key::NotFound, fixed("/404.html")),
        (Key::Sitemap, fixed("/sitemap.xml")),
        (Key::Robots, fixed("/robots.txt")),
    ]);
    keys.extend(subscribe(site));
    keys.extend((1..=sitemap::parts(site)).map(|n| (Key::SitemapPart(n), fixed(&format!("/sitemap-{n}.xml")))));
    feeds(&mut keys, &Scope::Site, &Permalink::root());
    for series in &site.series {
        let slug: Arc<str> = series.slug.as_str().into();
        keys.push((Key::Series(Arc::clone(&slug)), series.permalink.clone()));
        if series.has_calendar() {
            let address = series.permalink.child("calendar.ics").expect("a fixed name is a valid part");
            keys.push((Key::Calendar(Arc::clone(&slug)), address));
        }
        feeds(&mut keys, &Scope::Series(slug), &series.permalink);
    }
    for tag in &site.tags {
        let slug: Arc<str> = tag.slug.as_str().into();
        let pages = page_count(tag.posts.len(), site.config.paginate_by);
        keys.extend((1..=pages).map(|n| (Key::Tag(Arc::clone(&slug), n), numbered(&tag.permalink, n))));
        feeds(&mut keys, &Scope::Tag(slug), &tag.permalink);
    }
    sources(&mut keys, index);
    keys.extend(redirects(site));
    keys
}

/// A page of the site's own takes its place.
pub(super) fn subscribe(site: &Site) -> Option<(Key, Permalink)> {
    let permalink = Permalink::parse(SUBSCRIBE).expect("a fixed route is valid");
    let is_taken = site.all_pages().any(|page| page.permalink == permalink);
    (!is_taken).then_some((Key::Subscribe, permalink))
}

fn sources(keys: &mut Vec<(Key, Permalink)>, index: &SourceIndex) {
    for kind in std::iter::once(None).chain(index.kinds().map(Some)) {
        let first = list_address(kind);
        keys.extend((1..=index.page_count(kind)).map(|number| (Key::Sources(kind, number), numbered(&first, number))));
    }
    let own = index.entries().iter().filter(|entry| entry.has_page);
    keys.extend(own.map(|entry| (Key::Source(Arc::clone(&entry.slug)), address(&entry.slug))));
}

/// The files of references beside each page that has some: in its folder, or beside its file.
fn downloads<'a>(site: &'a Site, index: &SourceIndex) -> impl Iterator<Item = (String, Copied)> + use<'a> {
    let mut cites = vec![false; site.posts.len() + site.pages.len()];
    if site.config.citations.downloads {
        index.entries().iter().flat_map(|entry| &entry.pages).for_each(|at| cites[*at] = true);
    }
    let citing = site.all_pages().enumerate().zip(cites).filter(|(_, cites)| *cites);
    citing.flat_map(|((at, page), _)| {
        let file = page.permalink.file();
        let folder = file.rfind('/').map_or("", |end| &file[..=end]).to_owned();
        Download::ALL.map(|format| (format!("{folder}{}", format.file()), Copied::References(at, format)))
    })
}

fn feeds(keys: &mut Vec<(Key, Permalink)>, scope: &Scope, permalink: &Permalink) {
    keys.extend(Format::ALL.map(|format| {
        let address = permalink.child(format.file()).expect("a feed's name is a valid part");
        (Key::Feed(scope.clone(), format), address)
    }));
}

/// An alias without an ending is a folder; one that is the page's own address is none.
fn redirects(site: &Site) -> impl Iterator<Item = (Key, Permalink)> {
    site.all_pages().flat_map(|page| {
        page.aliases.iter().filter_map(|alias| {
            let last = alias.as_str().rsplit('/').next().unwrap_or_default();
            let folder = !last.is_empty() && !last.contains('.');
            let route = if folder { alias.child(&format!("{last}/")).ok()? } else { alias.clone() };
            (route != page.permalink).then(|| (Key::Redirect(route.clone(), Arc::clone(page.path())), route))
        })
    })
}

#[derive(Clone, Copy)]
enum Owner<'a> {
    Key(&'a Key),
    File(&'a Copied),
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(f),
            Self::File(Copied::Source(path)) => f.write_str(path),
            Self::File(Copied::Theme(_)) => f.write_str("a file of the theme"),
            Self::File(Copied::References(_, format)) => write!(f, "the file {} of a page", format.file()),
        }
    }
}

impl Owner<'_> {
    fn span(&self, site: &Site) -> Option<Span> {
        match self {
            Self::Key(Key::Post(path) | Key::Page(path)) => {
                let document = site.document(path)?;
                Some(document.place_of("slug", document.front.slug.as_deref().unwrap_or_default()))
            }
            Self::Key(Key::Redirect(from, path)) => {
                Some(site.document(path)?.place_of("aliases", from.as_str().trim_end_matches('/')))
            }
            Self::File(Copied::Source(path)) => Some(Span::file(Arc::clone(path))),
            Self::File(Copied::References(at, _)) => Some(Span::file(Arc::clone(site.page_at(*at)?.path()))),
            Self::Key(_) | Self::File(Copied::Theme(_)) => None,
        }
    }
}

/// Told at the one of the two that an author can change.
fn collision(site: &Site, path: &str, first: &Owner<'_>, second: &Owner<'_>) -> Diagnostic {
    let address = path.strip_suffix("index.html").unwrap_or(path);
    let message = format!("{second} and {first} both want the address /{address}");
    Diagnostic::error("collision", message)
        .maybe_at(second.span(site).or_else(|| first.span(site)))
        .help("give one of them another `slug`, alias or file name")
}
