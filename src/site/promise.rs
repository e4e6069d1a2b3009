//! What a post says will come next in its series.

use super::coming::Coming;
use super::resolve::Resolver;
use super::series::{Series, is_called};
use super::{Page, Site};

impl Resolver<'_> {
    /// Says of each post that promises a next one what readers are told of it: the author's
    /// words, or the title of the plan whose slug or file they are.
    pub(super) fn announce_promises(posts: &mut [Page], all: &[Series]) {
        for post in posts.iter_mut() {
            let Some(wanted) = post.document.front.next_week.as_deref() else { continue };
            let coming = post.places.iter().flat_map(|place| &all[place.series].coming);
            let is_meant = |coming: &&Coming| {
                coming.slug.as_deref() == Some(wanted)
                    || coming.document.as_ref().is_some_and(|document| is_called(document, wanted))
            };
            let plan = coming.clone().find(is_meant).filter(|coming| coming.is_announced);
            let is_in_words = wanted.contains(char::is_whitespace) || !wanted.contains(['-', '/', '.']);
            post.next_week = match plan {
                Some(plan) => Some(plan.title.clone()),
                None => is_in_words.then(|| wanted.to_owned()),
            };
        }
    }

    /// The post that each post's `next_week` turned out to be, by their places.
    pub(super) fn kept_promises(posts: &[Page], all: &[Series]) -> Vec<(usize, usize)> {
        let promising = posts.iter().enumerate().filter(|(_, post)| post.document.front.next_week.is_some());
        let kept = promising.filter_map(|(at, post)| {
            let wanted = post.document.front.next_week.as_deref()?;
            let parts = post.places.iter().flat_map(|place| &all[place.series].parts);
            let meant = parts.copied().find(|other| *other != at && is_called(&posts[*other].document, wanted))?;
            Some((at, meant))
        });
        kept.collect()
    }
}

impl Site {
    /// The post that another's `next_week` turned out to be, by their places in
    /// [`Site::posts`].
    pub fn promised_by(&self, post: usize) -> Option<usize> {
        let at = self.promises.binary_search_by_key(&post, |(by, _)| *by).ok()?;
        Some(self.promises[at].1)
    }
}
