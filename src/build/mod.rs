//! The pipeline that joins the stages, with a memo in the path of every document, body
//! and page.
//!
//! A [`Builder`] is asked again and again with new pictures of the folder; the first
//! time its memos are empty, and that is the only difference between a first build and
//! a rebuild.

mod body;
mod check;

use std::sync::Arc;

use crate::config::Config;
use crate::content::Document;
use crate::diagnostics::{Diagnostic, Warned};
use crate::markdown::Body;
use crate::memo::{Fingerprint, Memo, Outcome, Recorder};
use crate::output::{Artifact, Assets, Content, Copied, Key, Plan};
use crate::site::{Instant, Site};
use crate::source::{SourcePath, SourceTree};
use crate::template::{BodyTable, Engine, Read, Rope, Theme, View, World, picture_sizes};

/// What is said of a component is only true when the templates could be loaded.
const COMPONENT: &str = "component";

type Rendered = Result<Rope, Box<Diagnostic>>;

/// Everything a build depends on beside the folder.
#[derive(Debug, Clone)]
pub struct Request {
    /// Takes the place of the configured address.
    pub url: Option<String>,
    /// What is out, and when "now" is.
    pub instant: Instant,
}

/// Builds a site, remembering what may still be good the next time.
#[derive(Debug, Default)]
pub struct Builder {
    documents: Memo<SourcePath, SourcePath, Warned<Arc<Document>>>,
    bodies: Memo<SourcePath, Read, (Arc<Warned<Body>>, Fingerprint)>,
    pages: Memo<Key, Read, Rendered>,
    /// What the last build saw. Taking it apart takes time that a build need not wait for.
    world: Option<Arc<World>>,
}

/// What a build came to.
#[derive(Debug)]
pub struct Report {
    /// What is to be written, complete only when nothing in `diagnostics` is an error.
    pub artifacts: Vec<Artifact>,
    /// All that was noticed, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// How each rendered artifact came to be.
    pub outcomes: Vec<(Key, Outcome<Read>)>,
    /// How many posts are out.
    pub posts: usize,
    /// How many HTML pages there are.
    pub pages: usize,
    /// How many series there are.
    pub series: usize,
    /// The configuration that was used.
    pub config: Arc<Config>,
}

impl Report {
    /// Whether something in it stops the site from being written.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

impl Builder {
    /// A builder that remembers nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds the site of a folder. Nothing is written.
    ///
    /// ```
    /// use weeknotes::build::{Builder, Request};
    /// use weeknotes::site::Instant;
    /// use weeknotes::source::SourceTree;
    /// let tree = SourceTree::from_texts([("content/posts/2026-01-06-cbt.md", "# CBT\n\nOne step at a time.")]);
    /// let now = "2026-02-01T00:00:00Z".parse().unwrap();
    /// let request = Request { url: None, instant: Instant { now, drafts: false, future: false } };
    /// let report = Builder::new().build(&tree, &request);
    /// assert!(!report.has_errors());
    /// assert!(report.artifacts.iter().any(|artifact| artifact.path == "posts/cbt/index.html"));
    /// ```
    pub fn build(&mut self, tree: &SourceTree, request: &Request) -> Report {
        let mut diagnostics = Vec::new();
        let config = Arc::new(Config::read(tree, request.url.as_deref()).drain(&mut diagnostics));
        let documents = self.read_documents(tree, &mut diagnostics);
        let asset_paths = tree.assets_under("content").map(|asset| Arc::clone(&asset.path));
        let site = Site::resolve(Arc::clone(&config), &documents, asset_paths, request.instant).drain(&mut diagnostics);
        let site = Arc::new(site);
        let theme = Theme::load(tree, &config);
        let theme_is_whole = !theme.diagnostics.iter().any(Diagnostic::is_error);
        let theme = theme.drain(&mut diagnostics);
        let assets = Assets::collect(&theme, &config.base_path).drain(&mut diagnostics);
        let plan = Plan::new(&site, tree, &assets).drain(&mut diagnostics);
        let loaded = if theme_is_whole { Engine::load(&theme) } else { Err(Vec::new()) };
        let engine = Arc::new(loaded.unwrap_or_else(|wrong| {
            diagnostics.extend(wrong);
            Engine::empty()
        }));
        let world = World::without_bodies(Arc::clone(&site), engine, &theme, assets.hrefs, picture_sizes(tree));
        let (world, bodies) = self.render_bodies(world);
        let no_templates = world.engine.is_empty();
        let in_bodies = bodies.iter().flat_map(|body| body.diagnostics.iter().cloned());
        diagnostics.extend(in_bodies.filter(|found| !(no_templates && found.code == COMPONENT)));
        diagnostics.extend(check::all(&world, &plan, tree));
        let world = Arc::new(world);
        let rendered = if no_templates { Vec::new() } else { self.render_pages(&world, &plan) };
        diagnostics.extend(
            rendered.iter().filter_map(|(_, page, _)| page.as_ref().as_ref().err().map(|wrong| wrong.as_ref().clone())),
        );
        diagnostics.sort();
        diagnostics.dedup();
        self.world = Some(world);
        Report {
            posts: site.posts.len(),
            pages: plan.rendered.iter().filter(|(key, _)| key.is_page()).count(),
            series: site.series.len(),
            outcomes: rendered.iter().map(|(key, _, outcome)| (key.clone(), outcome.clone())).collect(),
            artifacts: artifacts(plan, rendered),
            diagnostics,
            config,
        }
    }

    /// The slug and title of each series of a folder, with what is not out yet.
    pub fn series(&mut self, tree: &SourceTree) -> Vec<(String, String)> {
        let config = Arc::new(Config::read(tree, None).value);
        let documents = self.read_documents(tree, &mut Vec::new());
        let instant = Instant { now: jiff::Timestamp::MAX, drafts: true, future: true };
        let site = Site::resolve(config, &documents, [], instant).value;
        site.series.into_iter().map(|series| (series.slug, series.title)).collect()
    }

    fn read_documents(&mut self, tree: &SourceTree, diagnostics: &mut Vec<Diagnostic>) -> Vec<Arc<Document>> {
        let has_content = tree.paths_under("content").next().is_some();
        let folder = if has_content { "content" } else { "" };
        let texts = tree.texts_under(folder).filter(|text| is_document(&text.path, has_content));
        let keys = texts.map(|text| Arc::clone(&text.path)).collect();
        let now = |path: &SourcePath| tree.text(path).map_or(Fingerprint::ABSENT, |text| text.fingerprint);
        let made = self.documents.refresh(keys, now, |path, recorder: &Recorder<SourcePath>| {
            recorder.record(Arc::clone(path), now(path));
            Document::read(tree.text(path).expect("the path is the tree's own"))
        });
        let mut documents = Vec::with_capacity(made.len());
        for (read, _) in made {
            diagnostics.extend(read.diagnostics.iter().cloned());
            documents.push(Arc::clone(&read.value));
        }
        documents
    }

    fn render_bodies(&mut self, world: World) -> (World, Vec<Arc<Warned<Body>>>) {
        let world = Arc::new(world);
        let keys: Vec<SourcePath> = world.site.documents().map(|document| Arc::clone(document.path())).collect();
        let made = self.bodies.refresh(
            keys.clone(),
            |read| world.fingerprint(read),
            |path, recorder| {
                let body = body::render(path, View::new(&world, recorder));
                let fingerprint = Fingerprint::of_value(&body.value);
                (Arc::new(body), fingerprint)
            },
        );
        let bodies: Vec<_> = made.iter().map(|(made, _)| Arc::clone(&made.0)).collect();
        let table: BodyTable =
            keys.into_iter().zip(made).map(|(path, (made, _))| (path, (Arc::clone(&made.0), made.1))).collect();
        let world = Arc::into_inner(world).expect("no view outlives the rendering");
        (world.with_bodies(table), bodies)
    }

    fn render_pages(&mut self, world: &Arc<World>, plan: &Plan) -> Vec<(Key, Arc<Rendered>, Outcome<Read>)> {
        let keys: Vec<Key> = plan.rendered.iter().map(|(key, _)| key.clone()).collect();
        let make = |key: &Key, recorder: &Recorder<Read>| crate::output::render(key, View::new(world, recorder));
        let made = self.pages.refresh(keys.clone(), |read| world.fingerprint(read), make);
        keys.into_iter().zip(made).map(|(key, (page, outcome))| (key, page, outcome)).collect()
    }
}

fn artifacts(plan: Plan, rendered: Vec<(Key, Arc<Rendered>, Outcome<Read>)>) -> Vec<Artifact> {
    let rendered = plan.rendered.into_iter().zip(rendered);
    let rendered = rendered.map(|((_, path), (_, page, _))| Artifact { path, content: Content::Rendered(page) });
    let copied = plan.copied.into_iter().map(|(path, copied)| {
        let content = match copied {
            Copied::Source(asset) => Content::Source(asset),
            Copied::Theme(bytes) => Content::Bytes(bytes),
        };
        Artifact { path, content }
    });
    rendered.chain(copied).collect()
}

/// In a folder without `content/` the Markdown at its top is the content.
fn is_document(path: &str, has_content: bool) -> bool {
    path.ends_with(".md") && (has_content || !path.contains('/'))
}
