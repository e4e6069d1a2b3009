//! Which texts spoke of a post before it was out.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::world::World;
use crate::memo::Fingerprint;
use crate::site::{Page, Site};

/// The texts that spoke of a post before it was out, by their places in [`Site::posts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mention {
    /// The first of them.
    pub first: usize,
    /// The first that promised it as the next of its series.
    pub promise: Option<usize>,
}

/// The mentions of every post that has one, by its place in [`Site::posts`].
#[derive(Debug, Default)]
pub struct Mentions {
    all: FxHashMap<usize, Mention>,
    mark: Option<Fingerprint>,
}

impl Mentions {
    /// Gathers what the bodies link to and what front matter promises.
    pub fn of(world: &World) -> Self {
        let site = &world.site;
        let mut all: FxHashMap<usize, Mention> = FxHashMap::default();
        let spoken = |by: usize| -> Vec<(usize, bool)> {
            let body = world.bodies().get(by).map(|body| body.body());
            let linked = body.iter().flat_map(|body| &body.mentions).filter_map(|path| site.post_index(path));
            let promised = site.promised_by(by);
            let later = linked.chain(promised).filter(|of| is_earlier(site, by, *of));
            later.map(|of| (of, promised == Some(of) || follows(site, by, of))).collect()
        };
        let spoken: Vec<Vec<(usize, bool)>> =
            (0..site.posts.len()).into_par_iter().with_min_len(64).map(spoken).collect();
        // From the oldest on, so that the first to speak of a post is met first.
        for (by, spoken) in spoken.into_iter().enumerate().rev() {
            for (of, is_promise) in spoken {
                let mention = all.entry(of).or_insert(Mention { first: by, promise: None });
                if is_promise && mention.promise.is_none() {
                    mention.promise = Some(by);
                }
            }
        }
        let mut sorted: Vec<(usize, Mention)> = all.iter().map(|(of, mention)| (*of, *mention)).collect();
        sorted.sort_unstable_by_key(|(of, _)| *of);
        Self { mark: Some(Fingerprint::of_value(&sorted)), all }
    }

    /// The mentions of a post by its place in [`Site::posts`].
    pub fn of_post(&self, post: usize) -> Option<Mention> {
        self.all.get(&post).copied()
    }

    pub(super) fn mark(&self) -> Option<Fingerprint> {
        self.mark
    }

    /// What a page shows of the mentions of its post.
    pub(super) fn fingerprint(&self, site: &Site, path: &str) -> Fingerprint {
        let found = site.post_index(path).and_then(|at| self.of_post(at));
        found.map_or(Fingerprint::ABSENT, |mention| {
            let shown = |at: usize| (&site.posts[at].title, &site.posts[at].permalink, part(&site.posts[at]));
            Fingerprint::of_value(&(shown(mention.first), mention.promise.map(shown)))
        })
    }
}

/// The part that a post is, in its main series.
fn part(post: &Page) -> Option<usize> {
    post.place().map(|place| place.part)
}

fn is_earlier(site: &Site, by: usize, of: usize) -> bool {
    match (&site.posts[by].date, &site.posts[of].date) {
        (Some(by), Some(of)) => by.timestamp() < of.timestamp(),
        _ => false,
    }
}

/// Whether a post is the part right after another in one of its series.
fn follows(site: &Site, by: usize, of: usize) -> bool {
    let places = &site.posts[by].places;
    places.iter().any(|place| site.series[place.series].parts.get(place.at + 1) == Some(&of))
}
