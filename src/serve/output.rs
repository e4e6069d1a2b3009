//! A built site, held in memory to be served.

use percent_encoding::percent_decode_str;

use crate::build::Report;
use crate::memo::Fingerprint;
use crate::output::{Content, Key};
use crate::site::Permalink;

/// The files of a site.
#[derive(Debug)]
pub(super) struct Output(Report);

/// What an address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A file, by its place in the plan.
    File(usize),
    /// Another address, decoded.
    Redirect(String),
    Missing,
}

impl Output {
    pub(super) fn of(report: Report) -> Self {
        Self(report)
    }

    pub(super) fn base_path(&self) -> &str {
        &self.0.config().base_path
    }

    /// The path of a file in the site.
    pub(super) fn path(&self, at: usize) -> &str {
        &self.0.plan.paths()[at]
    }

    /// The addresses of all pages, as they stand in links.
    pub(super) fn pages(&self) -> impl Iterator<Item = (&Key, String)> {
        let keys = self.0.plan.keys.iter().enumerate().filter(|(_, key)| key.is_page());
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
        let index = |folder: &str| self.0.plan.find(&format!("{folder}index.html"));
        if file.is_empty() || file.ends_with('/') {
            return index(file).map_or(Found::Missing, Found::File);
        }
        match self.0.plan.find(file) {
            Some(at) => Found::File(at),
            None if index(&format!("{file}/")).is_some() => Found::Redirect(format!("{path}/")),
            None => Found::Missing,
        }
    }

    pub(super) fn not_found(&self) -> Option<usize> {
        self.0.plan.find("404.html")
    }

    /// What is in a file; `None` when it could not be rendered.
    pub(super) fn content(&self, at: usize) -> Option<Content> {
        self.0.content(at).filter(|content| !matches!(content, Content::Rendered(page) if page.is_err()))
    }

    /// Names what is served at an address, so that a page knows whether it is the one.
    pub(super) fn tag(&self, path: &str) -> String {
        let at = match self.find(path) {
            Found::File(at) => Some(at),
            Found::Redirect(to) => return to,
            Found::Missing => self.not_found(),
        };
        let content = at.and_then(|at| self.content(at));
        content.map_or_else(String::new, |content| tag(content.bytes(&mut Vec::new()).unwrap_or_default()))
    }

    /// What is rendered at an address.
    pub(super) fn key(&self, path: &str) -> Option<&Key> {
        match self.find(path) {
            Found::File(at) => self.0.plan.keys.get(at),
            Found::Redirect(_) | Found::Missing => None,
        }
    }

    /// The address of what is rendered for a key, as it stands in links.
    pub(super) fn address(&self, key: &Key) -> Option<String> {
        self.href(self.0.plan.keys.iter().position(|known| known == key)?)
    }

    fn href(&self, at: usize) -> Option<String> {
        let path = self.0.plan.paths().get(at)?;
        let folder = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
        let permalink = Permalink::parse(&format!("/{}", folder.unwrap_or(path))).ok()?;
        Some(permalink.href(self.base_path()))
    }
}

/// A strong entity tag without its quotation marks (RFC 9110, section 8.8.3).
pub(super) fn tag(bytes: &[u8]) -> String {
    Fingerprint::of(bytes).short()
}
