//! Tags by the slug of the words that posts give.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::resolve::Resolver;
use super::{Page, Term, slugify};
use crate::content::Document;

impl Resolver<'_> {
    pub(super) fn tags(&mut self, posts: &mut [Page]) -> Vec<Term> {
        let mut all: Vec<Term> = Vec::new();
        let mut by_title: FxHashMap<String, Option<usize>> = FxHashMap::default();
        let mut by_slug: FxHashMap<String, usize> = FxHashMap::default();
        for (index, post) in posts.iter_mut().enumerate() {
            let document = Arc::clone(&post.document);
            for title in &document.front.tags {
                let at = if let Some(at) = by_title.get(title) {
                    *at
                } else {
                    let at = self.term(title, &document, &mut by_slug, &mut all);
                    by_title.insert(title.clone(), at);
                    at
                };
                if let Some(at) = at
                    && !post.tags.contains(&at)
                {
                    post.tags.push(at);
                    all[at].posts.push(index);
                }
            }
        }
        sort_tags(all, posts)
    }

    /// The place of a tag among all: of the one with the same slug, else a new one's.
    fn term(
        &mut self,
        title: &str,
        document: &Document,
        by_slug: &mut FxHashMap<String, usize>,
        all: &mut Vec<Term>,
    ) -> Option<usize> {
        let slug = slugify(title, self.config.slugs);
        if let Some(at) = by_slug.get(&slug) {
            return Some(*at);
        }
        let permalink = self.listing_address("tags", &slug, title, || document.place_of("tags", title))?;
        by_slug.insert(slug.clone(), all.len());
        all.push(Term { title: title.to_owned(), slug, permalink, posts: Vec::new() });
        Some(all.len() - 1)
    }
}

fn sort_tags(tags: Vec<Term>, posts: &mut [Page]) -> Vec<Term> {
    let mut order: Vec<usize> = (0..tags.len()).collect();
    order.sort_by(|a, b| tags[*a].slug.cmp(&tags[*b].slug));
    let mut moved = vec![0; tags.len()];
    for (new, old) in order.iter().enumerate() {
        moved[*old] = new;
    }
    for post in posts {
        for tag in &mut post.tags {
            *tag = moved[*tag];
        }
    }
    let mut tags: Vec<Option<Term>> = tags.into_iter().map(Some).collect();
    order.into_iter().filter_map(|old| tags[old].take()).collect()
}
