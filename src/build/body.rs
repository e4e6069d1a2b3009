//! Bodies, rendered through the recorded view.

use std::sync::Arc;

use jiff::ZonedDateTime;

use crate::cache::Cache;
use crate::citation::{Cluster, Set};
use crate::content::{Document, Kind, Listed, Source};
use crate::diagnostics::Warned;
use crate::markdown::highlight::{Highlighted, highlight};
use crate::markdown::{self, Body, Link, Links, Turn};
use crate::site::{Page, Target, Turning, Waiting};
use crate::template::View;
use crate::template::context::markdown_options;

/// Renders the body of a post, page or series file.
pub(super) fn render(path: &str, view: View<'_>, cache: &Cache) -> Warned<Body> {
    let (Some(document), Some(source)) = (view.document(path), view.text(path)) else {
        return Warned::clean(Body::default());
    };
    let prefix = format!("{}-", view.slug(path));
    let prefix = if document.kind == Kind::Post { prefix.as_str() } else { "" };
    let options = markdown_options(view.config(), prefix);
    markdown::render(source, document.body_in(&source.text), &options, &SiteLinks { view, cache, document })
}

struct SiteLinks<'a> {
    view: View<'a>,
    cache: &'a Cache,
    document: &'a Document,
}

impl SiteLinks<'_> {
    fn page(&self, page: &Page) -> Link {
        Link::Page(page.permalink.href(&self.view.config().base_path), Arc::clone(page.path()))
    }

    /// What is not out yet, with its day; in another year than the text's with the year.
    fn forthcoming(&self, date: Option<&ZonedDateTime>) -> Link {
        let config = self.view.config();
        let words = &config.forward_links;
        let Some(date) = date else {
            return Link::Forthcoming(words.undated.clone());
        };
        let own = self.document.when().map(|when| when.resolve(&config.timezone, config.publish_at).year());
        let format = if own == Some(date.year()) { &words.date_format } else { &config.date_format };
        Link::Forthcoming(words.hint.replace("{date}", &date.strftime(format).to_string()))
    }
}

impl Links for SiteLinks<'_> {
    fn target(&self, path: &str) -> Option<Link> {
        let base_path = &self.view.config().base_path;
        let link = match self.view.target(path)? {
            Target::Page(page) => self.page(page),
            Target::Series(series) => Link::Page(series.permalink.href(base_path), path.into()),
            Target::Asset(permalink) => Link::Url(permalink.href(base_path)),
            Target::Waiting(Waiting::Draft) => self.forthcoming(None),
            Target::Waiting(Waiting::Until(date)) => self.forthcoming(Some(date)),
            Target::Planned(date) => self.forthcoming(date),
        };
        Some(link)
    }

    fn turn(&self, turn: Turn, series: &str) -> Result<Link, (String, String)> {
        let found = self.view.turning(self.document.path(), series).map_err(|wrong| wrong.in_words(series))?;
        match (turn, found) {
            (Turn::Next, Turning { next: Some(page), .. }) | (Turn::Previous, Turning { previous: Some(page), .. }) => {
                Ok(self.page(page))
            }
            (Turn::Next, Turning { is_finished: false, coming, .. }) => Ok(self.forthcoming(coming)),
            (Turn::Next, _) => Err((
                "nothing comes after this instalment: its series is finished".to_owned(),
                "say what comes instead, or take `finished: true` out of the series' file".to_owned(),
            )),
            (Turn::Previous, _) => Err((
                "nothing came before this instalment: it is the first of its series".to_owned(),
                "write the text without a link".to_owned(),
            )),
        }
    }

    fn image_size(&self, path: &str) -> Option<(u32, u32)> {
        self.view.image_size(path)
    }

    fn nearest(&self, path: &str) -> Option<String> {
        self.view.nearest(path)
    }

    fn highlight(&self, language: &str, code: &str) -> Option<Highlighted> {
        let made = || highlight(language, code).map(|code| code.lines.join("\n"));
        // An unknown language is found out quickly and would be asked again when grammars change.
        let joined: String = self.cache.get("highlight", (language, code), made)?;
        Some(Highlighted { lines: joined.split('\n').map(str::to_owned).collect() })
    }

    fn component(&self, call: &str, body: Option<&str>) -> Result<String, String> {
        self.view.render_component(call, body)
    }

    fn nearest_component(&self, name: &str) -> Option<String> {
        self.view.nearest_component(name).map(str::to_owned)
    }

    fn has_component(&self, name: &str) -> bool {
        self.view.has_component(name)
    }

    fn listed(&self) -> Vec<Arc<Source>> {
        let all = self.document.front.sources.iter();
        all.filter_map(|listed| match listed {
            Listed::Id(id) => self.view.source(id),
            Listed::Record(source) => Some(Arc::clone(source)),
        })
        .collect()
    }

    fn source(&self, id: &str) -> Option<Arc<Source>> {
        self.view.source(id)
    }

    fn knows_all_sources(&self) -> bool {
        self.view.knows_all_sources()
    }

    fn nearest_source(&self, id: &str) -> Option<String> {
        self.view.nearest_source(id)
    }

    fn set(&self, sources: &[Arc<Source>], clusters: &[Cluster]) -> Set {
        self.view.style().set(sources, clusters, self.cache)
    }
}
