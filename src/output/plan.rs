//! What a site's output folder holds, and who claims each path.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::asset::Assets;
use super::key::Key;
use super::page::{home_pages, numbered, page_count};
use super::sitemap;
use crate::diagnostics::{Diagnostic, Span, Warned};
use crate::site::{Permalink, Site};
use crate::source::{SourceAsset, SourceTree};
use crate::template::{Format, Scope};

/// Every file of the output, in the order of their paths' owners: first what is
/// rendered, then what is copied.
#[derive(Debug, Default)]
pub struct Plan {
    /// What is rendered, with its path in the output folder.
    pub rendered: Vec<(Key, String)>,
    /// What is copied, with its path in the output folder.
    pub copied: Vec<(String, Copied)>,
}

/// A file that is not rendered.
#[derive(Debug, Clone)]
pub enum Copied {
    /// A file of the site.
    Source(SourceAsset),
    /// A file of the theme.
    Theme(Arc<[u8]>),
}

impl Plan {
    /// Plans the output of a site. Two files at one path are an error.
    pub fn new(site: &Site, tree: &SourceTree, assets: &Assets) -> Warned<Self> {
        let own_robots = tree.asset("static/robots.txt").is_some();
        let rendered = keys(site).into_iter().filter(|(key, _)| !(own_robots && *key == Key::Robots));
        let rendered: Vec<(Key, String)> = rendered.map(|(key, permalink)| (key, permalink.file())).collect();
        let content =
            tree.assets_under("content").filter_map(|asset| Some((site.assets.get(&asset.path)?.file(), asset)));
        let fixed = tree.assets_under("static").map(|asset| (asset.path["static/".len()..].to_owned(), asset));
        let source = content.chain(fixed).map(|(path, asset)| (path, Copied::Source(asset.clone())));
        let theme = assets.files.iter().map(|(path, bytes)| (path.clone(), Copied::Theme(Arc::clone(bytes))));
        let plan = Self { rendered, copied: source.chain(theme).collect() };
        let diagnostics = plan.collisions(site);
        Warned { value: plan, diagnostics }
    }

    /// Every path in the output folder.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let rendered = self.rendered.iter().map(|(_, path)| path.as_str());
        rendered.chain(self.copied.iter().map(|(path, _)| path.as_str()))
    }

    fn collisions(&self, site: &Site) -> Vec<Diagnostic> {
        let rendered = self.rendered.iter().map(|(key, path)| (path.as_str(), Owner::Key(key)));
        let copied = self.copied.iter().map(|(path, copied)| (path.as_str(), Owner::File(copied)));
        let mut found = Vec::new();
        let mut claimed: BTreeMap<&str, Owner<'_>> = BTreeMap::new();
        for (path, owner) in rendered.chain(copied) {
            if let Some(first) = claimed.get(path) {
                found.push(collision(site, path, first, &owner));
            } else {
                claimed.insert(path, owner);
            }
        }
        found.extend(file_and_folder(site, &claimed));
        found.extend(letter_case(site, &claimed));
        found
    }
}

/// What is rendered, with its address.
fn keys(site: &Site) -> Vec<(Key, Permalink)> {
    let fixed = |path: &str| Permalink::parse(path).expect("a fixed route is valid");
    let mut keys: Vec<(Key, Permalink)> =
        (1..=home_pages(site)).map(|n| (Key::Home(n), numbered(&Permalink::root(), n))).collect();
    keys.extend(site.posts.iter().map(|post| (Key::Post(Arc::clone(post.path())), post.permalink.clone())));
    keys.extend(site.pages.iter().map(|page| (Key::Page(Arc::clone(page.path())), page.permalink.clone())));
    keys.extend([
        (Key::SeriesIndex, fixed("/series/")),
        (Key::Tags, fixed("/tags/")),
        (Key::Archive, fixed("/archive/")),
        (Key::Sources, fixed("/sources/")),
        (Key::NotFound, fixed("/404.html")),
        (Key::Sitemap, fixed("/sitemap.xml")),
        (Key::Robots, fixed("/robots.txt")),
    ]);
    keys.extend((1..=sitemap::parts(site)).map(|n| (Key::SitemapPart(n), fixed(&format!("/sitemap-{n}.xml")))));
    feeds(&mut keys, &Scope::Site, &Permalink::root());
    for series in &site.series {
        let slug: Arc<str> = series.slug.as_str().into();
        keys.push((Key::Series(Arc::clone(&slug)), series.permalink.clone()));
        feeds(&mut keys, &Scope::Series(slug), &series.permalink);
    }
    for tag in &site.tags {
        let slug: Arc<str> = tag.slug.as_str().into();
        let pages = page_count(tag.posts.len(), site.config.paginate_by);
        keys.extend((1..=pages).map(|n| (Key::Tag(Arc::clone(&slug), n), numbered(&tag.permalink, n))));
        feeds(&mut keys, &Scope::Tag(slug), &tag.permalink);
    }
    keys.extend(redirects(site));
    keys
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
            Self::File(Copied::Source(asset)) => f.write_str(&asset.path),
            Self::File(Copied::Theme(_)) => f.write_str("a file of the theme"),
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
            Self::File(Copied::Source(asset)) => Some(Span::file(Arc::clone(&asset.path))),
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

/// A path that is a file cannot be a folder too.
fn file_and_folder(site: &Site, claimed: &BTreeMap<&str, Owner<'_>>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (path, owner) in claimed {
        let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
        if let Some((folder, other)) = above.find_map(|folder| claimed.get_key_value(folder)) {
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
fn letter_case(site: &Site, claimed: &BTreeMap<&str, Owner<'_>>) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for (path, owner) in claimed {
        if let Some(other) = seen.insert(path.to_lowercase(), path) {
            let message = format!(
                "/{path} and /{other} differ only in the case of their letters, which many disks take for one file"
            );
            let diagnostic = Diagnostic::warning("letter-case", message).maybe_at(owner.span(site));
            found.push(diagnostic.help("give one of them another name"));
        }
    }
    found
}
