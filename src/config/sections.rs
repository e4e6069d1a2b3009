//! Parts of the configuration that are mappings of their own.

use serde::Deserialize;

use super::SourcePages;

/// How Markdown is read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct MarkdownConfig {
    /// Curly quotation marks, dashes and ellipses.
    pub smart_punctuation: bool,
    /// Whether HTML in Markdown is passed on. Off, it is shown as text.
    pub raw_html: bool,
}

impl Default for MarkdownConfig {
    fn default() -> Self {
        Self { smart_punctuation: true, raw_html: true }
    }
}

/// How sources are cited and shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the configuration")]
pub struct CitationsConfig {
    /// A style that comes with weeknotes, or the path of a `.csl` file.
    pub style: String,
    /// The language of the style's own words, if not the site's.
    pub language: Option<String>,
    /// Whether `@key` in a sentence cites.
    pub narrative: bool,
    /// Whether a source that is listed and never cited is told.
    pub warn_uncited: bool,
    /// Whether references say what kind of evidence they are.
    pub label_evidence: bool,
    /// Whether each post offers its references as BibLaTeX and CSL-JSON.
    pub downloads: bool,
    /// Which sources have a page of their own.
    pub source_pages: SourcePages,
}

impl Default for CitationsConfig {
    fn default() -> Self {
        Self {
            style: "apa".to_owned(),
            language: None,
            narrative: false,
            warn_uncited: false,
            label_evidence: true,
            downloads: true,
            source_pages: SourcePages::Lasting,
        }
    }
}

/// How links to what is not out yet are shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ForwardLinks {
    /// Stands behind the link's text in brackets; `{date}` is the day.
    pub hint: String,
    /// A strftime format for a day of the same year; of another year it is the site's.
    pub date_format: String,
    /// Stands there when nobody has said for when, empty for nothing.
    pub undated: String,
}

impl Default for ForwardLinks {
    fn default() -> Self {
        Self {
            hint: "coming on {date}".to_owned(),
            date_format: "%A, %B %-d".to_owned(),
            undated: "coming later".to_owned(),
        }
    }
}

/// What links to other sites carry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ExternalLinks {
    /// The `rel` attribute, empty for none.
    pub rel: String,
    /// Whether they open in a new tab.
    pub new_tab: bool,
}

impl Default for ExternalLinks {
    fn default() -> Self {
        Self { rel: "noopener".to_owned(), new_tab: false }
    }
}
