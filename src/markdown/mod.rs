//! Markdown to HTML: bodies, tables of contents, summaries, word counts.
//!
//! [`render`] is a pure function of a text, its [`Options`] and what its [`Links`]
//! answer. It knows no site: everything outside the text is asked of `Links`, where
//! the asking is recorded.

mod cite;
mod component;
mod fence;
pub mod highlight;
mod html;
mod link;
mod notes;
mod outline;
mod reference;
mod writer;
mod written;

use std::ops::Range;
use std::sync::Arc;

use crate::citation::{Cluster, Set};
use crate::config::{ExternalLinks, MarkdownConfig, Slugs};
use crate::content::Source;
use crate::diagnostics::{Diagnostic, Warned};
use crate::source::{SourcePath, SourceText};

pub use cite::Reference;
pub use html::{Html, escape};
pub(crate) use link::relative_to;
pub use outline::Heading;
pub(crate) use writer::matching;
pub use written::{WrittenLink, written_links};

/// How a text is rendered.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// Punctuation and raw HTML.
    pub markdown: &'a MarkdownConfig,
    /// What links to other sites carry.
    pub external_links: &'a ExternalLinks,
    /// The site's own origin and base path: `https://example.org/blog`.
    pub site_url: &'a str,
    /// The base path alone: `/blog`, or `""`.
    pub base_path: &'a str,
    /// How heading ids are made.
    pub slugs: Slugs,
    /// Begins every footnote id, so that two posts on one page never collide.
    pub id_prefix: &'a str,
    /// Whether `@key` in a sentence cites.
    pub narrative: bool,
}

/// What a text asks of the site around it.
pub trait Links {
    /// What the file at a path from the root is.
    fn target(&self, path: &str) -> Option<Link>;
    /// A picture's width and height in pixels.
    fn image_size(&self, path: &str) -> Option<(u32, u32)>;
    /// A file whose path is near to one that does not exist.
    fn nearest(&self, path: &str) -> Option<String>;
    /// A fence's code, highlighted; `None` when the language is not known.
    fn highlight(&self, language: &str, code: &str) -> Option<highlight::Highlighted> {
        highlight::highlight(language, code)
    }
    /// The HTML of a Tera component call.
    ///
    /// # Errors
    /// What is wrong with the call or the component, in words.
    fn component(&self, call: &str, body: Option<&str>) -> Result<String, String>;
    /// The component whose name is nearest to one that does not exist.
    fn nearest_component(&self, name: &str) -> Option<String>;
    /// Whether there is a component of this name.
    fn has_component(&self, name: &str) -> bool;
    /// The sources that the front matter lists, in its order.
    fn listed(&self) -> Vec<Arc<Source>> {
        Vec::new()
    }
    /// The source of an id.
    fn source(&self, _id: &str) -> Option<Arc<Source>> {
        None
    }
    /// Whether a source that is not found is not there: no library could not be read.
    fn knows_all_sources(&self) -> bool {
        true
    }
    /// The id that is nearest to one that does not exist.
    fn nearest_source(&self, _id: &str) -> Option<String> {
        None
    }
    /// What comes next, or came before, in a series of this text: in its main one, or in the
    /// one of a slug.
    ///
    /// # Errors
    /// Why there can be none, in words, and what to do.
    fn turn(&self, _turn: Turn, _series: &str) -> Result<Link, (String, String)> {
        Err(("this text is no part of a series".to_owned(), "link to a file instead".to_owned()))
    }
    /// Sets citations and references in the site's style.
    fn set(&self, _sources: &[Arc<Source>], _clusters: &[Cluster]) -> Set {
        Set::default()
    }
}

/// What a link in a text leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// This address, from the root with the base path.
    Url(String),
    /// The page of a file, with its address.
    Page(String, SourcePath),
    /// Nothing yet: shown as text with this hint, if there is one.
    Forthcoming(String),
}

/// A direction in a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// `next:`
    Next,
    /// `previous:`
    Previous,
}

/// A link whose end can only be checked when everything is rendered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pending {
    /// What it leads to.
    pub to: PendingTarget,
    /// Where it stands, in bytes of the source text.
    pub range: Range<usize>,
}

/// A link to what is not out yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Forward {
    /// The path of the file, or `next:`.
    pub to: String,
    /// Where it stands, in bytes of the source text.
    pub range: Range<usize>,
}

/// What a [`Pending`] link leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PendingTarget {
    /// A heading or other id in the body of a file.
    Anchor {
        /// The file's path from the root.
        path: String,
        /// The id, decoded.
        id: String,
    },
    /// A path of the site, without base path and fragment.
    Path(String),
}

/// A rendered text.
#[derive(Debug, Clone, Default, Hash)]
pub struct Body {
    /// The HTML, with what differs in feeds and summaries.
    pub html: Html,
    /// The summary's HTML: up to `<!-- more -->`, else the first paragraph.
    pub summary: Option<String>,
    /// The headings, as a tree.
    pub toc: Vec<Heading>,
    /// Every id a link may name.
    pub ids: Vec<String>,
    /// How many words it has; a character of a script without spaces counts as half.
    pub words: usize,
    /// Whether code in it is highlighted.
    pub has_code: bool,
    /// Links to check when everything is rendered.
    pub pending: Vec<Pending>,
    /// The files of the pages that it links to, each once.
    pub mentions: Vec<SourcePath>,
    /// Its links to what is not out yet.
    pub forward: Vec<Forward>,
    /// What it cites and what its front matter lists, in the citation style's order.
    pub references: Vec<Reference>,
}

impl Body {
    /// Minutes to read it at 220 words a minute, at least one.
    pub fn reading_minutes(&self) -> usize {
        self.words.div_ceil(220).max(1)
    }

    /// As it stands in a feed, with the references after it: a reader of the feed needs both.
    pub fn feed(&self, origin: &str, page: &str) -> String {
        let mut html = self.html.feed(origin, page);
        if self.references.is_empty() {
            return html;
        }
        html.push_str("<p>Sources:</p>\n<ol>\n");
        for reference in &self.references {
            html.extend(["<li id=\"", &escape(&reference.id), "\">", &reference.html, "</li>\n"]);
        }
        html.push_str("</ol>\n");
        html
    }
}

/// Renders the Markdown in `range` of `source`.
///
/// Broken links, unknown languages and the like are diagnostics at their line and
/// column; the body is whole all the same.
pub fn render(source: &SourceText, range: Range<usize>, options: &Options<'_>, links: &dyn Links) -> Warned<Body> {
    let mut writer = writer::Writer::new(source, options, links);
    writer.run(range);
    writer.finish()
}

/// Renders a short text, such as a summary in front matter: links as they are written,
/// no surrounding paragraph when it is a single one.
///
/// ```
/// use weeknotes::config::{ExternalLinks, MarkdownConfig, Slugs};
/// use weeknotes::markdown::{Options, render_short};
/// let (markdown, external_links) = (MarkdownConfig::default(), ExternalLinks::default());
/// let options = Options { markdown: &markdown, external_links: &external_links, site_url: "", base_path: "",
///     slugs: Slugs::Ascii, id_prefix: "", narrative: false };
/// assert_eq!(render_short("*Once* a week", &options), "<em>Once</em> a week");
/// ```
pub fn render_short(text: &str, options: &Options<'_>) -> String {
    let source = SourceText::new("", text);
    let html = render(&source, 0..text.len(), options, &NoLinks).value.html.text;
    let inner = html.trim().strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>"));
    inner.filter(|inner| !inner.contains("<p>")).map_or_else(|| html.trim().to_owned(), str::to_owned)
}

/// A text's visible words, from its HTML.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            c if c.is_whitespace() => {
                if !text.ends_with(' ') && !text.is_empty() {
                    text.push(' ');
                }
            }
            c => text.push(c),
        }
    }
    let text = text.trim_end();
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

struct NoLinks;

impl Links for NoLinks {
    fn target(&self, _: &str) -> Option<Link> {
        None
    }
    fn image_size(&self, _: &str) -> Option<(u32, u32)> {
        None
    }
    fn nearest(&self, _: &str) -> Option<String> {
        None
    }
    fn component(&self, _: &str, _: Option<&str>) -> Result<String, String> {
        Err("a component cannot be used here".to_owned())
    }
    fn nearest_component(&self, _: &str) -> Option<String> {
        None
    }
    fn has_component(&self, _: &str) -> bool {
        false
    }
}

/// A diagnostic about a range of a text.
fn at(diagnostic: Diagnostic, source: &SourceText, range: &Range<usize>) -> Diagnostic {
    diagnostic.at(source.span(range.clone()))
}
