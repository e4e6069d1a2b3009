//! HTML with what differs in feeds and summaries, as patches over one text.

use pulldown_cmark_escape::{escape_html, escape_html_body_text};

/// Escapes text for an attribute or for content.
///
/// ```
/// assert_eq!(weeknotes::markdown::escape("a < \"b\""), "a &lt; &quot;b&quot;");
/// ```
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    push_escaped(&mut out, text);
    out
}

pub(super) fn push_escaped(out: &mut String, text: &str) {
    escape_html(&mut *out, text).expect("writing to a string never fails");
}

pub(super) fn push_text(out: &mut String, text: &str) {
    escape_html_body_text(&mut *out, text).expect("writing to a string never fails");
}

/// A page's HTML. A feed reader has no style sheet, no anchors to show and another
/// base address, and a list of summaries has no footnotes: those places are patches,
/// so that one rendering serves all three.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Html {
    /// What a page shows.
    pub text: String,
    patches: Vec<Patch>,
    /// Whether the author wrote HTML, or a component did, which a feed must not trust.
    pub has_raw: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Patch {
    start: usize,
    end: usize,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    /// An address from the root begins here.
    Origin,
    /// Left out of feeds.
    NotInFeed,
    /// Left out of summaries.
    NotInSummary,
    /// Something else in feeds.
    Feed(String),
}

thread_local! {
    /// Grown once in a thread's life, not once for each text.
    static SCRATCH: std::cell::Cell<String> = const { std::cell::Cell::new(String::new()) };
}

impl Html {
    /// For a whole text; [`settled`](Self::settled) gives the room back.
    pub(super) fn with_scratch() -> Self {
        let mut text = SCRATCH.take();
        text.clear();
        Self { text, ..Self::default() }
    }

    /// Takes no more room than it needs.
    pub(super) fn settled(self) -> Self {
        let mut patches = self.patches;
        patches.shrink_to_fit();
        let exact = Self { text: self.text.as_str().to_owned(), patches, has_raw: self.has_raw };
        SCRATCH.set(self.text);
        exact
    }

    pub(super) fn push(&mut self, html: &str) {
        self.text.push_str(html);
    }

    pub(super) fn origin_here(&mut self) {
        let at = self.text.len();
        self.patches.push(Patch { start: at, end: at, kind: Kind::Origin });
    }

    pub(super) fn push_not_in_feed(&mut self, html: &str) {
        self.push_patch(html, Kind::NotInFeed);
    }

    pub(super) fn push_not_in_summary(&mut self, html: &str) {
        self.push_patch(html, Kind::NotInSummary);
    }

    pub(super) fn push_with_feed(&mut self, html: &str, feed: String) {
        self.push_patch(html, Kind::Feed(feed));
    }

    fn push_patch(&mut self, html: &str, kind: Kind) {
        let start = self.text.len();
        self.text.push_str(html);
        self.patches.push(Patch { start, end: self.text.len(), kind });
    }

    pub(super) fn append(&mut self, other: &Self) {
        let shift = self.text.len();
        self.text.push_str(&other.text);
        self.has_raw |= other.has_raw;
        let moved =
            other.patches.iter().map(|p| Patch { start: p.start + shift, end: p.end + shift, kind: p.kind.clone() });
        self.patches.extend(moved);
    }

    /// Replaces the text from `start` on, where no patch has been set.
    pub(super) fn replace_from(&mut self, start: usize, html: &str) {
        self.text.truncate(start);
        self.text.push_str(html);
    }

    /// The part `start..end` as it stands in a list of summaries.
    pub(super) fn summary(&self, start: usize, end: usize) -> String {
        self.patched(start, end, |kind| matches!(kind, Kind::NotInSummary | Kind::NotInFeed).then_some(""))
    }

    /// The whole for a feed, with absolute addresses. `origin` is scheme and host,
    /// `page` the address that relative ones in raw HTML are relative to.
    pub fn feed(&self, origin: &str, page: &str) -> String {
        let html = self.patched(0, self.text.len(), |kind| match kind {
            Kind::Origin => Some(origin),
            Kind::NotInFeed => Some(""),
            Kind::Feed(html) => Some(html),
            Kind::NotInSummary => None,
        });
        if self.has_raw { clean(&html, page) } else { html }
    }

    fn patched<'a>(&'a self, start: usize, end: usize, replace: impl Fn(&'a Kind) -> Option<&'a str>) -> String {
        let mut out = String::with_capacity(end - start);
        let mut at = start;
        for patch in self.patches.iter().filter(|p| p.start >= start && p.end <= end) {
            if let Some(html) = replace(&patch.kind)
                && patch.start >= at
            {
                out.push_str(&self.text[at..patch.start]);
                out.push_str(html);
                at = patch.end;
            }
        }
        out.push_str(&self.text[at..end]);
        out
    }
}

/// Raw HTML as a feed may carry it: no script, frame, form or handler.
fn clean(html: &str, page: &str) -> String {
    let relative = url::Url::parse(page).map_or(ammonia::UrlRelative::Deny, ammonia::UrlRelative::RewriteWithBase);
    ammonia::Builder::default()
        .url_relative(relative)
        .add_tags(["section", "input"])
        .add_generic_attributes(["id", "role"])
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        .add_tag_attributes("img", ["loading"])
        .link_rel(None)
        .clean(html)
        .to_string()
}
