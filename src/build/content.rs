//! What a folder says, before it is known when.

use std::sync::Arc;

use super::Builder;
use crate::config::Config;
use crate::content::Document;
use crate::diagnostics::{Diagnostic, Warned};
use crate::site::{Instant, Site};
use crate::source::{SourcePath, SourceTree};

/// The content of a folder: all that a site is made of, but the instant.
#[derive(Debug)]
pub struct Content {
    /// The configuration.
    pub config: Arc<Config>,
    /// The documents, by path.
    pub documents: Vec<Arc<Document>>,
    /// What is wrong in single files.
    pub diagnostics: Vec<Diagnostic>,
    assets: Vec<SourcePath>,
}

impl Content {
    /// Reads the content of a folder.
    pub fn read(tree: &SourceTree) -> Self {
        let mut diagnostics = Vec::new();
        let config = Arc::new(Config::read(tree, None).drain(&mut diagnostics));
        let read = Builder::new().read_documents(tree);
        diagnostics.extend(read.iter().flat_map(|document| document.diagnostics.iter().cloned()));
        let documents = read.iter().map(|read| Arc::clone(&read.value)).collect();
        let assets = tree.assets_under("content").map(|asset| Arc::clone(&asset.path)).collect();
        Self { config, documents, diagnostics, assets }
    }

    /// The site at an instant: a pure function of the content and that instant.
    ///
    /// ```
    /// use weeknotes::build::Content;
    /// use weeknotes::site::Instant;
    /// use weeknotes::source::SourceTree;
    /// let content = Content::read(&SourceTree::from_texts([("content/posts/2026-01-06-cbt.md", "# CBT")]));
    /// let posts = |now: &str| content.site_at(Instant::readers(now.parse().unwrap())).value.posts.len();
    /// assert_eq!((posts("2026-01-05T23:59:59Z"), posts("2026-01-06T00:00:00Z")), (0, 1));
    /// ```
    pub fn site_at(&self, instant: Instant) -> Warned<Site> {
        Site::resolve(Arc::clone(&self.config), &self.documents, self.assets.iter().cloned(), instant)
    }
}
