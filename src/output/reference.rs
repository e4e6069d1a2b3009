//! References for other programs: files to download, and what Zotero reads in a page.

use tera::Value;

use crate::citation::{bibtex, csl_json};
use crate::config::Config;
use crate::content::Kind;
use crate::markdown::Body;
use crate::site::Page;
use crate::template::context::map;
use crate::template::{Rope, View};

/// The format of a file of references.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Download {
    /// BibLaTeX.
    Bibtex,
    /// CSL-JSON.
    CslJson,
}

impl Download {
    pub(super) const ALL: [Self; 2] = [Self::Bibtex, Self::CslJson];

    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Bibtex => "references.bib",
            Self::CslJson => "references.json",
        }
    }
}

/// The references of a text. They are a function of its body alone and cannot fail, so they
/// are made where they are written or served, and held nowhere.
pub(super) fn download(body: &Body, format: Download) -> String {
    let sources = body.references.iter().map(|reference| reference.source.as_ref());
    match format {
        Download::Bibtex => bibtex(sources),
        Download::CslJson => csl_json(sources),
    }
}

/// Every source of the site.
pub(super) fn all(view: View<'_>) -> Rope {
    csl_json(view.all_sources().entries().iter().map(|entry| entry.source.as_ref())).into()
}

/// The post itself as a work to cite: the `meta` elements of Highwire Press that Google
/// Scholar and Zotero document (<https://scholar.google.com/intl/en/scholar/inclusion.html#indexing>,
/// <https://www.zotero.org/support/dev/exposing_metadata>).
pub(super) fn meta(config: &Config, page: &Page) -> Vec<Value> {
    if page.document.kind != Kind::Post {
        return Vec::new();
    }
    let mut pairs = vec![("citation_title", page.full_title.clone())];
    pairs.extend(page.authors.iter().map(|author| ("citation_author", author.clone())));
    if let Some(date) = &page.date {
        pairs.push(("citation_publication_date", date.strftime("%Y/%m/%d").to_string()));
        pairs.push(("citation_online_date", date.strftime("%Y/%m/%d").to_string()));
    }
    pairs.push(("citation_website_title", config.title.clone()));
    pairs.push(("citation_language", config.language.clone()));
    pairs.push(("citation_public_url", page.permalink.absolute(config)));
    let value = |(name, content): (&str, String)| Value::from(map! { "name" => name, "content" => content });
    pairs.into_iter().map(value).collect()
}
