//! Which addresses of a site are asked for, and what each of them is.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ZonedDateTime;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::build::{Builder, Report};
use crate::online::live::Probe;
use crate::output::Key;
use crate::site::{Instant, Page, Permalink, Site};
use crate::source::{SourcePath, SourceTree};
use crate::template::Scope;

/// How many posts are asked for, the newest first, unless all are.
const NEWEST: usize = 20;

/// What an address keeps as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An address of the site and what belongs there.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// As it is named to an author: `the feed rss.xml`.
    pub(super) what: String,
    /// The post or page that it is.
    pub(super) page: Option<Facts>,
    pub(super) probe: Probe,
}

/// What is told of a post or page.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) file: SourcePath,
    pub(super) title: String,
    pub(super) date: Option<ZonedDateTime>,
    pub(super) is_draft: bool,
}

impl Facts {
    fn of(page: &Page) -> Self {
        Self {
            file: Arc::clone(page.path()),
            title: page.full_title.clone(),
            date: page.date.clone(),
            is_draft: page.draft,
        }
    }
}

/// What should be live, the front page first.
pub(super) fn live(report: &Report, base: &Url, is_all: bool) -> Vec<Asked> {
    let keys = &report.plan.keys;
    let wanted = report.plan.paths().iter().enumerate().filter(|(at, path)| match keys.get(*at) {
        Some(key) => is_all || is_told_first(key, &report.site),
        None => is_all && !is_for_the_host(path),
    });
    let asked = wanted.filter_map(|(at, path)| {
        let page = match keys.get(at) {
            Some(Key::Post(path) | Key::Page(path)) => report.site.page(path).map(Facts::of),
            _ => None,
        };
        let what = keys.get(at).map_or_else(|| path.to_string(), ToString::to_string);
        Some(Asked { what, page, probe: Probe { url: address(base, path)?, expected: Some(report.content(at)?) } })
    });
    asked.collect()
}

/// What changes when a post comes out, and the newest posts themselves.
fn is_told_first(key: &Key, site: &Site) -> bool {
    match key {
        Key::Home(number) => *number == 1,
        Key::Feed(scope, _) => matches!(scope, Scope::Site | Scope::Series(_)),
        Key::Series(_) | Key::Sitemap | Key::SitemapPart(_) => true,
        Key::Post(path) => site.post_index(path).is_some_and(|at| at < NEWEST),
        _ => false,
    }
}

/// Files that hosts read and do not serve: `_redirects`, `CNAME`, `.nojekyll`.
fn is_for_the_host(path: &str) -> bool {
    path == "CNAME" || path.starts_with('_') || (path.starts_with('.') && !path.starts_with(".well-known/"))
}

/// Each address that a draft, or a post or page to come, would have, and that is nothing
/// else's. Where numbers of parts are in addresses, they differ by what is shown beside it.
pub(super) fn waiting(builder: &mut Builder, tree: &SourceTree, report: &Report, base: &Url) -> Vec<Asked> {
    let documents: Vec<_> = builder.read_documents(tree).iter().map(|read| Arc::clone(&read.value)).collect();
    let mut found = BTreeMap::new();
    for (drafts, future) in [(true, true), (false, true), (true, false)] {
        let instant = Instant { drafts, future, ..report.site.instant };
        let site = Site::resolve(Arc::clone(&report.site.config), &documents, [], instant).value;
        for page in site.all_pages().filter(|page| report.site.page(page.path()).is_none()) {
            found.entry(page.permalink.clone()).or_insert_with(|| Facts::of(page));
        }
    }
    let free = found.into_iter().filter(|(permalink, _)| report.plan.find(&permalink.file()).is_none());
    free.filter_map(|(permalink, facts): (Permalink, Facts)| {
        let url = address(base, &permalink.file())?;
        Some(Asked { what: facts.file.to_string(), page: Some(facts), probe: Probe { url, expected: None } })
    })
    .collect()
}

/// Where a file of the output folder is served; a folder stands for its index.
fn address(base: &Url, path: &str) -> Option<Url> {
    let folder = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let path = utf8_percent_encode(folder.unwrap_or(path), PATH);
    Url::parse(&format!("{}/{path}", base.as_str().trim_end_matches('/'))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_files_are_served() {
        for base in ["https://example.org/blog", "https://example.org/blog/"] {
            let base = Url::parse(base).expect("an address");
            let served = |path| address(&base, path).expect("an address").to_string();
            assert_eq!(served("index.html"), "https://example.org/blog/");
            assert_eq!(served("posts/a/index.html"), "https://example.org/blog/posts/a/");
            assert_eq!(served("a-index.html"), "https://example.org/blog/a-index.html");
            assert_eq!(
                served("терапия/50%?.png"),
                "https://example.org/blog/%D1%82%D0%B5%D1%80%D0%B0%D0%BF%D0%B8%D1%8F/50%25%3F.png"
            );
        }
    }
}
