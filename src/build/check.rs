//! What can only be checked when everything is rendered: links between pages, and what
//! a front matter names in other files.

use std::collections::BTreeSet;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::config;
use crate::content::{Document, LIBRARY, Listed};
use crate::diagnostics::{Diagnostic, Span, nearest, nearest_path};
use crate::markdown::{Body, Pending, PendingTarget};
use crate::output::Plan;
use crate::site::Target;
use crate::source::SourceTree;
use crate::template::World;

/// All diagnostics of the finished site.
pub(super) fn all(world: &World, plan: &Plan) -> Vec<Diagnostic> {
    let checker = Checker { world, plan };
    let mut found = Vec::new();
    for (document, body) in world.noted_bodies() {
        checker.links(document, &body.value, &mut found);
    }
    for document in world.site.documents() {
        checker.front_matter(document, &mut found);
    }
    checker.configuration(&world.tree, &mut found);
    found
}

struct Checker<'a> {
    world: &'a World,
    plan: &'a Plan,
}

impl Checker<'_> {
    fn links(&self, document: &Document, body: &Body, found: &mut Vec<Diagnostic>) {
        for pending in &body.pending {
            let problem = match &pending.to {
                PendingTarget::Anchor { path, id } => self.anchor(path, id),
                PendingTarget::Path(path) => self.path(path),
            };
            found.extend(problem.map(|problem| problem.maybe_at(self.place(document, pending))));
        }
    }

    fn place(&self, document: &Document, pending: &Pending) -> Option<Span> {
        self.world.tree.text(document.path()).map(|text| text.span(pending.range.clone()))
    }

    fn anchor(&self, path: &str, id: &str) -> Option<Diagnostic> {
        let body: &Body = self.world.body(path)?;
        if body.ids.iter().any(|known| known == id) {
            return None;
        }
        let known = body.ids.iter().map(String::as_str);
        let help = nearest(id, known.clone()).map(|near| format!("did you mean `#{near}`?"));
        let help = help.unwrap_or_else(|| {
            let shown: Vec<String> = body.toc.iter().map(|heading| format!("#{}", heading.id)).collect();
            if shown.is_empty() {
                "it has no headings to link to".to_owned()
            } else {
                format!("its headings are {}", shown.join(", "))
            }
        });
        Some(Diagnostic::error("broken-anchor", format!("{path} has no heading `#{id}`")).help(help))
    }

    /// A path from the root is a warning only: it may be served by something else.
    fn path(&self, path: &str) -> Option<Diagnostic> {
        if self.is_route(path) {
            return None;
        }
        let diagnostic = Diagnostic::warning("unknown-path", format!("the site has nothing at `{path}`"));
        Some(diagnostic.help("link to the file instead, ../posts/2026-01-06-cbt.md, so that the link is kept right"))
    }

    fn is_route(&self, path: &str) -> bool {
        let base = &self.world.site.config.base_path;
        let inside = path.strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/')).unwrap_or(path);
        [inside, path].iter().any(|path| {
            let file = path.trim_start_matches('/');
            let folder = file.trim_end_matches('/');
            let index = if folder.is_empty() { "index.html".to_owned() } else { format!("{folder}/index.html") };
            self.plan.find(file).is_some() || self.plan.find(&index).is_some()
        })
    }

    fn front_matter(&self, document: &Arc<Document>, found: &mut Vec<Diagnostic>) {
        let front = &document.front;
        if let Some(template) = front.template_file()
            && !self.world.engine.has(&template)
            && !self.world.engine.is_empty()
        {
            let written = front.template.as_deref().unwrap_or_default();
            let near = nearest(&template, self.world.engine.names());
            let help = near
                .map_or_else(|| format!("write it: templates/{template}"), |near| format!("did you mean `{near}`?"));
            found.push(
                Diagnostic::error("template", format!("there is no template `{template}`"))
                    .at(document.place_of("template", written))
                    .help(help),
            );
        }
        if let Some(image) = &front.image {
            found.extend(self.picture(&image.src, document.path(), document.place_of("image", &image.src)));
        }
        self.listed_sources(document, found);
        if let Some(series) = front.series.first()
            && document.kind != crate::content::Kind::Post
        {
            let message = "only posts can be parts of a series";
            found.push(
                Diagnostic::warning("series", message)
                    .at(document.place_of("series", &series.name))
                    .help("move the file to content/posts/"),
            );
        }
    }

    fn listed_sources(&self, document: &Document, found: &mut Vec<Diagnostic>) {
        let bibliography = &self.world.bibliography;
        let mut own = BTreeSet::new();
        for listed in &document.front.sources {
            let id = match listed {
                Listed::Id(id) => id,
                Listed::Record(source) => {
                    found.extend(source.id.as_deref().and_then(|id| self.second_of(document, id, own.insert(id))));
                    continue;
                }
            };
            if bibliography.get(id).is_some() || bibliography.is_broken() {
                continue;
            }
            let help = nearest(id, bibliography.ids()).map_or_else(
                || format!("add a record with `id: {id}` to {LIBRARY}"),
                |near| format!("did you mean `{near}`?"),
            );
            let diagnostic = Diagnostic::error("unknown-source", format!("there is no source `{id}`"));
            found.push(diagnostic.at(document.place_of("sources", id)).label("not found").help(help));
        }
        let body = self.world.body(document.path()).filter(|_| self.world.site.config.citations.warn_uncited);
        for reference in body.iter().flat_map(|body| &body.references).filter(|one| one.cited_at.is_empty()) {
            let source = &reference.source;
            let name = source.id.as_deref().or(source.title.as_deref()).unwrap_or_default();
            let message = format!("the source `{}` is listed and never cited", source.key());
            let place = document.place_of("sources", name);
            let help = format!("cite it in the text, `[@{}]`, or take it out of the list", source.key());
            found.push(Diagnostic::warning("uncited-source", message).at(place).help(help));
        }
    }

    /// A post's own record under an id that a library or the post itself has already.
    fn second_of(&self, document: &Document, id: &str, is_new: bool) -> Option<Diagnostic> {
        let first =
            self.world.bibliography.record(id).map(|first| format!("{}:{}", first.place.path, first.place.line));
        if is_new && first.is_none() {
            return None;
        }
        let diagnostic = Diagnostic::error("duplicate-source", format!("there are two sources with the id `{id}`"))
            .at(document.place_of("sources", &format!("id: {id}")));
        Some(match first {
            Some(place) => diagnostic
                .note(format!("the first is at {place}"))
                .help(format!("name that one, `sources: [{id}]`, or give this one another id")),
            None => diagnostic.help("give one of them another id, or take it out"),
        })
    }

    fn configuration(&self, tree: &SourceTree, found: &mut Vec<Diagnostic>) {
        let config = &self.world.site.config;
        if let Some(image) = &config.image {
            found.extend(self.picture(image, config::FILE, config::place(tree, "image")));
        }
        for item in config.menu.iter().filter(|item| item.url.starts_with('/')) {
            let path = item.url.split(['#', '?']).next().unwrap_or_default();
            let decoded = percent_decode_str(path).decode_utf8_lossy();
            found.extend(self.path(&decoded).map(|problem| {
                problem
                    .at(entry_place(tree, &item.url))
                    .note(format!("the menu's entry `{}` leads there", item.title))
                    .help("write the page, or take the entry out")
            }));
        }
    }

    fn picture(&self, src: &str, from: &str, place: Span) -> Option<Diagnostic> {
        let is_there = match self.world.locate_picture(src, from) {
            Some((_, Some(file))) => file.strip_prefix("static/").is_none_or(|path| self.plan.find(path).is_some()),
            Some((_, None)) => true,
            None => false,
        };
        if is_there {
            return None;
        }
        let path = crate::source::join(crate::source::parent(from), src).unwrap_or_else(|| src.to_owned());
        let pictures: BTreeSet<&str> = self
            .world
            .site
            .linkable()
            .filter(|path| matches!(self.world.site.target(path), Some(Target::Asset(_))))
            .map(AsRef::as_ref)
            .collect();
        let fixed: Vec<String> = self.plan.paths().iter().map(|route| format!("/{route}")).collect();
        let near = if src.starts_with('/') {
            nearest_path(src, fixed.iter().map(String::as_str))
        } else {
            nearest_path(&path, pictures)
        };
        let near = near.map(|near| format!("did you mean the file {near}?"));
        let help = near.unwrap_or_else(|| {
            "the path is relative to this file, or begins with a slash for a file in static/".to_owned()
        });
        Some(
            Diagnostic::error("broken-link", format!("there is no file `{src}`"))
                .at(place)
                .label("not found")
                .help(help),
        )
    }
}

/// Where an address of the menu stands.
fn entry_place(tree: &SourceTree, url: &str) -> Span {
    let found = tree.text(config::FILE).and_then(|source| Some((source, source.text.find(url)?)));
    found.map_or_else(|| Span::file(config::FILE), |(source, at)| source.span(at..at + url.len()))
}
