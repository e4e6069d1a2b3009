//! Bodies, rendered through the recorded view.

use std::sync::Arc;

use crate::cache::Cache;
use crate::citation::{Cluster, Set};
use crate::content::{Document, Kind, Listed, Source};
use crate::diagnostics::Warned;
use crate::markdown::highlight::{Highlighted, highlight};
use crate::markdown::{self, Body, Link, Links};
use crate::site::{Target, Waiting};
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

impl Links for SiteLinks<'_> {
    fn target(&self, path: &str) -> Option<Link> {
        let base_path = &self.view.config().base_path;
        let link = match self.view.target(path)? {
            Target::Page(page) => Link::Url(page.permalink.href(base_path)),
            Target::Series(series) => Link::Url(series.permalink.href(base_path)),
            Target::Asset(permalink) => Link::Url(permalink.href(base_path)),
            Target::Waiting(Waiting::Draft) => Link::Forthcoming("Not published yet".to_owned()),
            Target::Waiting(Waiting::Until(date)) => {
                Link::Forthcoming(format!("Comes out on {}", date.strftime(&self.view.config().date_format)))
            }
        };
        Some(link)
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
