//! Where things are: posts by the pattern, pages by their path, files beside their page.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::resolve::Resolver;
use super::{Page, Permalink, Series, slugify};
use crate::content::Document;
use crate::diagnostics::{Diagnostic, Span};
use crate::source::{SourcePath, parent};

impl Resolver<'_> {
    pub(super) fn listing_address(
        &mut self,
        folder: &str,
        slug: &str,
        name: &str,
        place: impl FnOnce() -> Span,
    ) -> Option<Permalink> {
        let found = if slug.is_empty() {
            Err("it has no letter or digit".to_owned())
        } else if slug.contains('/') {
            Err(format!("its slug `{slug}` is more than one part of an address"))
        } else {
            Permalink::parse(&format!("/{folder}/{slug}/"))
        };
        match found {
            Ok(permalink) => Some(permalink),
            Err(reason) => {
                self.diagnostics.push(
                    Diagnostic::error("slug", format!("`{name}` cannot be an address below /{folder}/: {reason}"))
                        .at(place())
                        .help("use letters and digits"),
                );
                None
            }
        }
    }

    pub(super) fn addresses(&mut self, posts: &mut [Page], pages: &mut [Page], series: &[Series]) {
        for post in posts {
            let wanted = self.post_path(post, series);
            self.settle(post, &wanted);
        }
        for page in pages {
            let wanted = page_path(&page.document);
            self.settle(page, &wanted);
        }
    }

    pub(super) fn post_path(&self, post: &Page, series: &[Series]) -> String {
        let slug = post.document.front.slug.clone().unwrap_or_else(|| {
            let named = slugify(&post.document.stem, self.config.slugs);
            let is_date = post.document.name_date.is_some_and(|date| date.to_string() == post.document.stem);
            if is_date || named.is_empty() { slugify(&post.title, self.config.slugs) } else { named }
        });
        let slug = if slug.is_empty() { "post".to_owned() } else { slug };
        let date = post.date.as_ref();
        let number =
            |value: Option<i64>, width: usize| value.map_or_else(|| "undated".to_owned(), |n| format!("{n:0width$}"));
        let series_slug = post.place.map_or("posts", |place| &series[place.series].slug);
        let part = post.place.map_or_else(|| slug.clone(), |place| place.part.to_string());
        self.config
            .permalink
            .replace("{year}", &number(date.map(|d| i64::from(d.year())), 4))
            .replace("{month}", &number(date.map(|d| i64::from(d.month())), 2))
            .replace("{day}", &number(date.map(|d| i64::from(d.day())), 2))
            .replace("{series}", series_slug)
            .replace("{part}", &part)
            .replace("{slug}", &slug)
    }

    pub(super) fn settle(&mut self, page: &mut Page, wanted: &str) {
        let document = Arc::clone(&page.document);
        match Permalink::parse(wanted) {
            Ok(permalink) if !document.front.slug.as_ref().is_some_and(|slug| slug.contains('/')) => {
                page.permalink = permalink;
            }
            other => {
                let reason = other.err().unwrap_or_else(|| "a slug is one part of an address".to_owned());
                let value = document.front.slug.as_deref().unwrap_or(&document.stem);
                self.diagnostics.push(
                    Diagnostic::error("slug", format!("`{value}` cannot be an address: {reason}"))
                        .at(document.place_of("slug", value))
                        .help("use letters, digits and hyphens"),
                );
            }
        }
        for alias in &document.front.aliases {
            match Permalink::parse(alias) {
                Ok(permalink) => page.aliases.push(permalink),
                Err(reason) => self.diagnostics.push(
                    Diagnostic::error("alias", format!("`{alias}` cannot be an address: {reason}"))
                        .at(document.place_of("aliases", alias))
                        .help("an alias is a path from the site's root: /old/address/"),
                ),
            }
        }
    }

    /// A file in a bundle is published beside its page and with it; any other file at
    /// the path it has below `content/`.
    pub(super) fn assets<'p>(
        &mut self,
        assets: impl IntoIterator<Item = SourcePath>,
        documents: &[Arc<Document>],
        pages: impl Iterator<Item = &'p Page>,
    ) -> FxHashMap<SourcePath, Permalink> {
        let mut bundles: FxHashMap<&str, Option<&Permalink>> =
            documents.iter().filter_map(|document| Some((document.bundle.as_deref()?, None))).collect();
        for page in pages {
            if let Some(bundle) = &page.document.bundle {
                bundles.insert(bundle, Some(&page.permalink));
            }
        }
        let mut out = FxHashMap::default();
        for path in assets {
            match asset_address(&path, &bundles) {
                Some(Ok(permalink)) => {
                    out.insert(path, permalink);
                }
                Some(Err(reason)) => self.diagnostics.push(
                    Diagnostic::error("file-name", format!("this file cannot be published: {reason}"))
                        .at(Span::file(path)),
                ),
                None => {}
            }
        }
        out
    }
}

/// The address until one is settled on, which one that cannot be leaves in place: it
/// collides with no other.
pub(super) fn provisional(document: &Document) -> Permalink {
    let name = crate::memo::Fingerprint::of(document.path().as_bytes()).short();
    Permalink::parse(&format!("/{name}/")).expect("hexadecimal digits are a valid path")
}

/// `None` for a file of a bundle that is not out.
fn asset_address(path: &str, bundles: &FxHashMap<&str, Option<&Permalink>>) -> Option<Result<Permalink, String>> {
    let mut folder = parent(path);
    while !folder.is_empty() {
        if let Some(page) = bundles.get(folder) {
            return page.map(|permalink| permalink.child(&encode_percent(&path[folder.len() + 1..])));
        }
        folder = parent(folder);
    }
    let below = path.strip_prefix("content/").unwrap_or(path);
    Some(Permalink::parse(&format!("/{}", encode_percent(below))))
}

/// A file name is not percent-encoded: a `%` in it means itself.
fn encode_percent(name: &str) -> String {
    name.replace('%', "%25")
}

fn page_path(document: &Document) -> String {
    let path = document.path();
    let below = path.strip_prefix("content/").unwrap_or(path);
    let folder = match &document.bundle {
        Some(bundle) => parent(bundle.strip_prefix("content/").unwrap_or(bundle)),
        None => parent(below),
    };
    let lead = if folder.is_empty() { "/".to_owned() } else { format!("/{}/", encode_percent(folder)) };
    let slug = document.front.slug.clone().unwrap_or_else(|| encode_percent(&document.stem));
    if slug == "index" { lead } else { format!("{lead}{slug}/") }
}
