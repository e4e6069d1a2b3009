//! A built site, held in memory to be served.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::build::Report;
use crate::memo::Fingerprint;
use crate::output::{Artifact, Content, Key};
use crate::site::Permalink;

/// The page for what is missing.
pub(super) const NOT_FOUND: &str = "404.html";

/// The files of a site.
#[derive(Debug, Clone)]
pub(super) struct Output {
    report: Arc<Report>,
    /// What is shown before the next report is complete.
    early: FxHashMap<Arc<str>, Content>,
}

/// What an address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A file of the site, by its path.
    File(String),
    /// Another address, decoded.
    Redirect(String),
    Missing,
}

impl Output {
    pub(super) fn of(report: Report) -> Self {
        Self { report: Arc::new(report), early: FxHashMap::default() }
    }

    /// The same with some files that are newer.
    pub(super) fn with(&self, files: Vec<Artifact>) -> Self {
        let early = files.into_iter().map(|file| (file.path, file.content)).collect();
        Self { report: Arc::clone(&self.report), early }
    }

    /// What is rendered at some addresses.
    pub(super) fn keys(&self, addresses: &[String]) -> FxHashSet<Key> {
        addresses.iter().filter_map(|address| self.key(address)).cloned().collect()
    }

    pub(super) fn base_path(&self) -> &str {
        &self.report.config().base_path
    }

    /// The addresses of all pages, as they stand in links.
    pub(super) fn pages(&self) -> impl Iterator<Item = (&Key, String)> {
        let keys = self.report.plan.keys.iter().enumerate().filter(|(_, key)| key.is_page());
        keys.filter_map(|(at, key)| Some((key, self.href(at)?)))
    }

    /// What an address leads to, as a static server would have it: a folder's index, a
    /// slash at the end of a folder's address, nothing above the site.
    pub(super) fn find(&self, path: &str) -> Found {
        let path = percent_decode_str(path).decode_utf8_lossy();
        let Some(inside) = path.strip_prefix(self.base_path()).filter(|inside| inside.starts_with('/')) else {
            let is_above = path == "/" || path == self.base_path();
            return if is_above { Found::Redirect(format!("{}/", self.base_path())) } else { Found::Missing };
        };
        let file = &inside[1..];
        let index = |folder: &str| Some(format!("{folder}index.html")).filter(|file| self.has(file));
        if file.is_empty() || file.ends_with('/') {
            return index(file).map_or(Found::Missing, Found::File);
        }
        if self.has(file) {
            Found::File(file.to_owned())
        } else if index(&format!("{file}/")).is_some() {
            Found::Redirect(format!("{path}/"))
        } else {
            Found::Missing
        }
    }

    fn has(&self, file: &str) -> bool {
        self.early.contains_key(file) || self.report.plan.find(file).is_some()
    }

    /// What is in a file; `None` when it could not be rendered.
    pub(super) fn content(&self, file: &str) -> Option<Content> {
        let content = match self.early.get(file) {
            Some(content) => Some(content.clone()),
            None => self.report.plan.find(file).and_then(|at| self.report.content(at)),
        };
        content.filter(|content| !matches!(content, Content::Rendered(page) if page.is_err()))
    }

    /// Names what is served at an address, so that a page knows whether it is the one.
    pub(super) fn tag(&self, path: &str) -> String {
        let file = match self.find(path) {
            Found::File(file) => file,
            Found::Redirect(to) => return to,
            Found::Missing => NOT_FOUND.to_owned(),
        };
        self.content(&file).map_or_else(String::new, |content| tag(content.bytes(&mut Vec::new()).unwrap_or_default()))
    }

    /// What is rendered at an address.
    pub(super) fn key(&self, path: &str) -> Option<&Key> {
        match self.find(path) {
            Found::File(file) => self.report.plan.keys.get(self.report.plan.find(&file)?),
            Found::Redirect(_) | Found::Missing => None,
        }
    }

    /// The address of what is rendered for a key, as it stands in links.
    pub(super) fn address(&self, key: &Key) -> Option<String> {
        self.href(self.report.plan.keys.iter().position(|known| known == key)?)
    }

    fn href(&self, at: usize) -> Option<String> {
        let path = self.report.plan.paths().get(at)?;
        let folder = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
        let permalink = Permalink::parse(&format!("/{}", folder.unwrap_or(path))).ok()?;
        Some(permalink.href(self.base_path()))
    }
}

/// A strong entity tag without its quotation marks (RFC 9110, section 8.8.3).
pub(super) fn tag(bytes: &[u8]) -> String {
    Fingerprint::of(bytes).short()
}
