//! HTML with what differs in feeds and summaries, as patches over one text.

use std::ops::Range;

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
    /// A citation: its form in feeds, and in summaries.
    Citation { feed: String, summary: String },
}

/// What takes the place of a mark.
pub(super) struct Filling {
    pub(super) page: String,
    pub(super) feed: String,
    pub(super) summary: String,
}

/// Around the number of what is filled in when the whole text is known. Private use
/// characters survive a template, in which a component may put the text between them.
const OPEN: char = '\u{e002}';
const CLOSE: char = '\u{e003}';

impl Patch {
    fn shifted(self, by: usize) -> Self {
        Self { start: self.start.wrapping_add(by), end: self.end.wrapping_add(by), kind: self.kind }
    }
}

/// The marks in a text, with their places.
fn marks(text: &str) -> impl Iterator<Item = (Range<usize>, usize)> + '_ {
    text.match_indices(OPEN).filter_map(|(start, _)| {
        let rest = &text[start + OPEN.len_utf8()..];
        let end = rest.find(CLOSE)?;
        let number = rest[..end].parse().ok()?;
        Some((start..start + OPEN.len_utf8() + end + CLOSE.len_utf8(), number))
    })
}

/// Puts something in the place of every mark of a text without patches.
pub(super) fn fill_text<'f>(text: &str, filling: impl Fn(usize) -> Option<&'f str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, number) in marks(text) {
        out.push_str(&text[at..range.start]);
        out.push_str(filling(number).unwrap_or_default());
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
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

    /// Leaves a mark to be [filled](Self::fill) in.
    pub(super) fn mark(&mut self, number: usize) {
        self.text.push(OPEN);
        self.text.push_str(&number.to_string());
        self.text.push(CLOSE);
    }

    /// The marks in the order they are read.
    pub(super) fn marks(&self) -> Vec<usize> {
        marks(&self.text).map(|(_, number)| number).collect()
    }

    /// As in a summary, without marks.
    pub(super) fn unmarked(&self) -> String {
        fill_text(&self.summary(0, self.text.len()), |_| Some(""))
    }

    /// Puts something in the place of every mark; what it gives nothing for is taken out.
    pub(super) fn fill(&mut self, mut filling: impl FnMut(usize) -> Option<Filling>) {
        let found: Vec<(Range<usize>, usize)> = marks(&self.text).collect();
        if found.is_empty() {
            return;
        }
        let old = std::mem::take(&mut self.text);
        let mut patches = std::mem::take(&mut self.patches).into_iter().peekable();
        let mut at = 0;
        for (range, number) in found {
            self.text.push_str(&old[at..range.start]);
            let shift = self.text.len().wrapping_sub(range.start);
            while let Some(patch) = patches.next_if(|patch| patch.start < range.end) {
                self.patches.push(patch.shifted(shift));
            }
            at = range.end;
            if let Some(Filling { page, feed, summary }) = filling(number) {
                self.push_patch(&page, Kind::Citation { feed, summary });
            }
        }
        self.text.push_str(&old[at..]);
        let shift = self.text.len().wrapping_sub(old.len());
        self.patches.extend(patches.map(|patch| patch.shifted(shift)));
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
        self.patched(start, end, |kind| match kind {
            Kind::NotInSummary | Kind::NotInFeed => Some(""),
            Kind::Citation { summary, .. } => Some(summary),
            Kind::Origin | Kind::Feed(_) => None,
        })
    }

    /// The whole for a feed, with absolute addresses. `origin` is scheme and host,
    /// `page` the address that relative ones in raw HTML are relative to.
    pub fn feed(&self, origin: &str, page: &str) -> String {
        let html = self.patched(0, self.text.len(), |kind| match kind {
            Kind::Origin => Some(origin),
            Kind::NotInFeed => Some(""),
            Kind::Feed(html) | Kind::Citation { feed: html, .. } => Some(html),
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
