//! What the clock alone will change between two instants.

use std::collections::BTreeSet;

use super::{Builder, Report, Request};
use crate::memo::Outcome;
use crate::site::{Instant, Page, Target};
use crate::source::{SourcePath, SourceTree};

/// The site at two instants, and what differs.
#[derive(Debug)]
pub struct Rehearsal {
    /// The site at the first instant.
    pub now: Report,
    /// The site at the other.
    pub then: Report,
    /// Addresses that appear, in order.
    pub appearing: Vec<String>,
    /// Addresses that vanish.
    pub vanishing: Vec<String>,
    /// Addresses of which the content changes, each with why.
    pub changing: Vec<(String, String)>,
    /// Links that come alive: in which file, and where they lead.
    pub links: Vec<(SourcePath, String)>,
}

impl Rehearsal {
    /// Builds a site at two instants and compares. Nothing is written.
    pub fn between(tree: &SourceTree, now: Instant, then: Instant) -> Self {
        let mut builder = Builder::new();
        let now = builder.build(tree, &Request { url: None, instant: now });
        let then = builder.build(tree, &Request { url: None, instant: then });
        let paths = |report: &Report| report.plan.paths().iter().map(|path| address(path)).collect::<BTreeSet<_>>();
        let (before, after) = (paths(&now), paths(&then));
        Self {
            appearing: after.difference(&before).cloned().collect(),
            vanishing: before.difference(&after).cloned().collect(),
            changing: changing(&now, &then),
            links: links(&now, &then),
            now,
            then,
        }
    }

    /// Posts that come out, by date.
    pub fn posts(&self) -> Vec<&Page> {
        let is_new = |post: &&Page| self.now.site.page(post.path()).is_none();
        self.then.site.posts.iter().rev().filter(is_new).collect()
    }

    /// Series of which the number of parts changes: title, before, after.
    pub fn parts(&self) -> Vec<(&str, usize, usize)> {
        let count = |slug: &str| {
            let same = self.now.site.series.iter().find(|series| series.slug == slug);
            same.map_or(0, |series| series.parts.len())
        };
        let all = self.then.site.series.iter().map(|one| (one.title.as_str(), count(&one.slug), one.parts.len()));
        all.filter(|(_, before, after)| before != after).collect()
    }

    /// The feeds that a post is in, by the address of what they are about.
    pub fn feeds_of(&self, post: &Page) -> Vec<String> {
        let site = &self.then.site;
        let series = post.places.iter().map(|place| site.href(&site.series[place.series].permalink));
        let tags = post.tags.iter().map(|tag| site.href(&site.tags[*tag].permalink));
        std::iter::once(format!("{}/", site.config.base_path)).chain(series).chain(tags).collect()
    }
}

/// The address at which readers find a file of the output.
fn address(path: &str) -> String {
    format!(
        "/{}",
        path.strip_suffix("index.html").filter(|rest| rest.is_empty() || rest.ends_with('/')).unwrap_or(path)
    )
}

/// What was rendered again at the second instant and is not the same.
fn changing(now: &Report, then: &Report) -> Vec<(String, String)> {
    let bytes = |report: &Report, path: &str| {
        let content = report.content(report.plan.find(path)?)?;
        Some(content.bytes(&mut Vec::new()).ok()?.to_vec())
    };
    let mut found: Vec<(String, String)> = Vec::new();
    for (path, outcome) in then.made_paths() {
        let before = bytes(now, path);
        if before.is_some() && before != bytes(then, path) {
            let why = match outcome {
                Outcome::New => "it is another page now".to_owned(),
                Outcome::Stale(read) => read.to_string(),
            };
            found.push((address(path), why));
        }
    }
    found.sort();
    found
}

/// What was not out and is: the site then says where each link leads.
fn links(now: &Report, then: &Report) -> Vec<(SourcePath, String)> {
    let site = &then.site;
    let leads_to = |page: &Page, to: &str| match to.strip_prefix("next:") {
        Some(series) => site.turning(page.path(), series).ok().and_then(|turning| turning.next),
        None => match site.target(to) {
            Some(Target::Page(page)) => Some(page),
            _ => None,
        },
    };
    let all = now.bodies().flat_map(|(page, body)| body.forward.iter().map(move |link| (page, link)));
    let alive = all.filter_map(|(page, link)| Some((page.path().clone(), leads_to(page, &link.to)?)));
    alive.map(|(path, page)| (path, site.href(&page.permalink))).collect()
}
