//! Where things are: posts by the pattern, pages by their path, files beside their page.

use std::sync::Arc;

use jiff::ZonedDateTime;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::resolve::Resolver;
use super::series::Series;
use super::{Page, Permalink, slugify};
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
        let this = &*self;
        let pattern = segments(&self.config.permalink);
        let posts = posts.par_iter_mut().with_min_len(64).flat_map_iter(|post| {
            let wanted = this.post_path(&pattern, post, series);
            settle(post, &wanted)
        });
        let mut found: Vec<Diagnostic> = posts.collect();
        found.extend(pages.iter_mut().flat_map(|page| {
            let wanted = page_path(&page.document);
            settle(page, &wanted)
        }));
        self.diagnostics.extend(found);
    }

    fn post_path(&self, pattern: &[Segment<'_>], post: &Page, series: &[Series]) -> String {
        let slug = post.document.front.slug.clone().unwrap_or_else(|| {
            let named = slugify(&post.document.stem, self.config.slugs);
            let is_date = post.document.name_date.is_some_and(|date| date.to_string() == post.document.stem);
            if is_date || named.is_empty() { slugify(&post.title, self.config.slugs) } else { named }
        });
        let slug = if slug.is_empty() { "post".to_owned() } else { slug };
        let date = post.date.as_ref();
        let number = |value: Option<i8>, width: usize| padded(value.map(i16::from), width);
        let mut path = String::with_capacity(64);
        for segment in pattern {
            match *segment {
                Segment::Text(text) => path.push_str(text),
                Segment::Field("year") => path.push_str(&padded(date.map(ZonedDateTime::year), 4)),
                Segment::Field("month") => path.push_str(&number(date.map(ZonedDateTime::month), 2)),
                Segment::Field("day") => path.push_str(&number(date.map(ZonedDateTime::day), 2)),
                Segment::Field("series") => {
                    path.push_str(post.place().map_or("posts", |place| &series[place.series].slug));
                }
                Segment::Field("part") => {
                    path.push_str(&post.place().map_or_else(|| slug.clone(), |place| place.part.to_string()));
                }
                Segment::Field(_) => path.push_str(&slug),
            }
        }
        path
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

/// A piece of a permalink's pattern.
#[derive(Clone, Copy)]
enum Segment<'a> {
    Text(&'a str),
    Field(&'a str),
}

fn segments(pattern: &str) -> Vec<Segment<'_>> {
    const FIELDS: [&str; 6] = ["year", "month", "day", "series", "part", "slug"];
    let mut found = Vec::new();
    for (at, piece) in pattern.split('{').enumerate() {
        match piece.split_once('}').filter(|(name, _)| at > 0 && FIELDS.contains(name)) {
            Some((name, rest)) => found.extend([Segment::Field(name), Segment::Text(rest)]),
            None if at > 0 => found.extend([Segment::Text("{"), Segment::Text(piece)]),
            None => found.push(Segment::Text(piece)),
        }
    }
    found
}

fn padded(number: Option<i16>, width: usize) -> String {
    number.map_or_else(|| "undated".to_owned(), |number| format!("{number:0width$}"))
}

/// Gives a page its address and those that lead to it from before.
fn settle(page: &mut Page, wanted: &str) -> Vec<Diagnostic> {
    let document = Arc::clone(&page.document);
    let mut found = Vec::new();
    let is_one_part = !document.front.slug.as_ref().is_some_and(|slug| slug.contains('/'));
    match Permalink::parse(wanted) {
        Ok(permalink) if is_one_part => page.permalink = permalink,
        other => {
            let reason = other.err().unwrap_or_else(|| "a slug is one part of an address".to_owned());
            let value = document.front.slug.as_deref().unwrap_or(&document.stem);
            page.permalink = provisional(&document);
            found.push(
                Diagnostic::error("slug", format!("`{value}` cannot be an address: {reason}"))
                    .at(document.place_of("slug", value))
                    .help("use letters, digits and hyphens"),
            );
        }
    }
    for alias in &document.front.aliases {
        match Permalink::parse(alias) {
            Ok(permalink) => page.aliases.push(permalink),
            Err(reason) => found.push(
                Diagnostic::error("alias", format!("`{alias}` cannot be an address: {reason}"))
                    .at(document.place_of("aliases", alias))
                    .help("an alias is a path from the site's root: /old/address/"),
            ),
        }
    }
    found
}

/// The address of a page whose own cannot be: it collides with no other.
fn provisional(document: &Document) -> Permalink {
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
