//! The pipeline that joins the stages, with a memo in the path of every document, body
//! and page.
//!
//! A [`Builder`] is asked again and again with new pictures of the folder; the first
//! time its memos are empty, and that is the only difference between a first build and
//! a rebuild.

mod body;
mod check;
mod content;
mod contract;
mod promises;
mod rehearsal;
mod stage;

use std::sync::Arc;

use crate::cache::Cache;
use crate::citation::{Bibliography, Style, html};
use crate::config::Config;
use crate::content::{Document, Library, Source};
use crate::diagnostics::{Diagnostic, Span, Warned};
use crate::markdown::{Body, Reference};
use crate::memo::{Fingerprint, Hasher, Memo, Outcome, Recorder, Round};
use crate::output::{self, Artifact, Assets, Copied, Key, Plan};
use crate::site::{Instant, Page, Site};
use crate::source::{SourcePath, SourceText, SourceTree, is_library};
use crate::template::data::{self, Data};
use crate::template::{Card, Citing, Mentions, Read, RenderedBody, Rope, SourceIndex, Summary, Theme, View, World};
use stage::{Look, Same, Seen, Stage, asset_paths};

pub use content::Content;
pub use promises::{Promise, PromiseState, promises};
pub use rehearsal::Rehearsal;

/// What is said of a component is only true when the templates could be loaded.
const COMPONENT: &str = "component";

type Rendered = Result<Rope, Box<Diagnostic>>;
/// The configuration, what each document says of itself, the names of the assets.
type SiteInputs = (Fingerprint, Vec<Fingerprint>, Fingerprint);
type PlanInputs = (Same<Site>, Same<Assets>, Same<SourceIndex>, Fingerprint);
/// The style's name, its language, its file, and where it is named.
type StyleInputs = (String, String, Option<Fingerprint>, Span);
/// Documents by path, each with what is wrong in it.
pub type Documents = Vec<Arc<Warned<Arc<Document>>>>;
/// Libraries by path, each with what is wrong in it.
pub type Libraries = Vec<Arc<Warned<Arc<Library>>>>;

/// Everything a build depends on beside the folder.
#[derive(Debug, Clone)]
pub struct Request {
    /// Takes the place of the configured address.
    pub url: Option<String>,
    /// What is out, and when "now" is.
    pub instant: Instant,
}

/// Builds a site, remembering what may still be good the next time.
///
/// Whole stages (the site, the theme's engine, the plan) are kept while what they are
/// made of is the same; documents, bodies, cards, summaries and pages each while what
/// they read is the same.
#[derive(Debug, Default)]
pub struct Builder {
    /// A document is made of nothing but its text, so its text is its key.
    documents: Memo<(SourcePath, Fingerprint), (), Warned<Arc<Document>>>,
    libraries: Memo<(SourcePath, Fingerprint), (), Warned<Arc<Library>>>,
    bibliography: Stage<Vec<(SourcePath, Fingerprint)>, Warned<Arc<Bibliography>>>,
    style: Stage<StyleInputs, Warned<Arc<Style>>>,
    index: Stage<(Fingerprint, Same<Style>), Arc<SourceIndex>>,
    mentions: Stage<(Fingerprint, Same<Site>), Arc<Mentions>>,
    site: Stage<SiteInputs, Warned<Arc<Site>>>,
    look: Stage<(String, Fingerprint, bool), Warned<Arc<Look>>>,
    plan: Stage<PlanInputs, Warned<Arc<Plan>>>,
    /// What is pure and dear to make, kept between runs too.
    cache: Arc<Cache>,
    data: Stage<Vec<(SourcePath, Fingerprint)>, Warned<Arc<Data>>>,
    bodies: Seen<SourcePath, RenderedBody>,
    cards: Seen<SourcePath, Card>,
    summaries: Seen<Arc<str>, Summary>,
    pages: Seen<Key, Rendered>,
}

/// What a build came to.
#[derive(Debug)]
pub struct Report {
    /// All that was noticed, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The resolved site.
    pub site: Arc<Site>,
    /// What goes where in the output folder.
    pub plan: Arc<Plan>,
    /// What was rendered for each of the plan's keys; nothing when the theme's templates
    /// cannot be used.
    pub pages: Vec<Arc<Rendered>>,
    made: Vec<(usize, Outcome<Read>)>,
    /// The files that are copied.
    pub assets: SourceTree,
    /// In the order of [`Site::documents`].
    bodies: Vec<Arc<RenderedBody>>,
    /// How many HTML pages there are.
    pub page_count: usize,
    /// Taking it apart takes time that a build need not wait for.
    world: Option<Arc<World>>,
}

impl Report {
    /// Whether something in it stops the site from being written.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The configuration that was used.
    pub fn config(&self) -> &Config {
        &self.site.config
    }

    /// What was rendered anew, with the reason.
    pub fn made(&self) -> impl Iterator<Item = (&Key, &Outcome<Read>)> {
        self.made.iter().map(|(at, outcome)| (&self.plan.keys[*at], outcome))
    }

    /// What was rendered anew, by its path in the output folder.
    pub fn made_paths(&self) -> impl Iterator<Item = (&Arc<str>, &Outcome<Read>)> {
        self.made.iter().map(|(at, outcome)| (&self.plan.paths()[*at], outcome))
    }

    /// The body of a file; nothing once the world is released.
    pub fn body(&self, path: &str) -> Option<&Body> {
        self.world.as_ref()?.body(path)
    }

    /// Each post and page with its body; nothing once the world is released.
    pub fn bodies(&self) -> impl Iterator<Item = (&Page, &Body)> {
        let pages = self.world.iter().flat_map(|world| self.site.all_pages().map(move |page| (page, world)));
        pages.filter_map(|(page, world)| Some((page, world.body(page.path())?)))
    }

    /// Each post and page with what it cites and lists; nothing once the world is released.
    pub fn references(&self) -> impl Iterator<Item = (&Page, &[Reference])> {
        self.bodies().map(|(page, body)| (page, body.references.as_slice()))
    }

    /// Hands over what only the rendering needed, so that it is dropped when there is
    /// time for it.
    pub fn release(&mut self) -> Option<Arc<World>> {
        self.world.take()
    }

    /// What is to be written.
    pub fn artifacts(&self) -> Vec<Artifact> {
        let all = self.plan.paths().iter().enumerate();
        all.filter_map(|(at, path)| Some(Artifact { path: Arc::clone(path), content: self.content(at)? })).collect()
    }

    /// What is at one of the plan's paths; `None` when a page could not be rendered.
    pub fn content(&self, at: usize) -> Option<output::Content> {
        let Some(copied) = at.checked_sub(self.plan.keys.len()) else {
            return self.pages.get(at).map(|page| output::Content::Rendered(Arc::clone(page)));
        };
        match self.plan.copied.get(copied)? {
            Copied::Source(path) => self.assets.asset(path).cloned().map(output::Content::Source),
            Copied::Theme(bytes) => Some(output::Content::Bytes(Arc::clone(bytes))),
            Copied::References(at, format) => {
                self.bodies.get(*at).map(|body| output::Content::References(Arc::clone(body), *format))
            }
        }
    }
}

impl Builder {
    /// A builder that remembers nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A builder that takes from a cache what is in it, and adds to it what is not.
    pub fn with_cache(cache: Arc<Cache>) -> Self {
        Self { cache, ..Self::default() }
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
    /// assert!(report.artifacts().iter().any(|artifact| &*artifact.path == "posts/cbt/index.html"));
    /// ```
    pub fn build(&mut self, tree: &SourceTree, request: &Request) -> Report {
        self.build_first(tree, request, |_| false, |_| {})
    }

    /// Like [`build`](Self::build), but what is wanted `first` is rendered first and shown
    /// before the rest, unless there is an error already: for a preview, in which someone
    /// looks at one page of ten thousand.
    pub fn build_first(
        &mut self,
        tree: &SourceTree,
        request: &Request,
        first: impl Fn(&Key) -> bool,
        show: impl FnOnce(Vec<Artifact>),
    ) -> Report {
        let mut diagnostics = Vec::new();
        let config = Arc::new(Config::read(tree, request.url.as_deref()).drain(&mut diagnostics));
        let documents = self.read_documents(tree);
        diagnostics.extend(documents.iter().flat_map(|document| document.diagnostics.iter().cloned()));
        let site = self.resolve(&config, &documents, tree, request.instant, &mut diagnostics);
        let theme = Theme::load(tree, &config);
        let is_whole = !theme.diagnostics.iter().any(Diagnostic::is_error);
        let theme = theme.drain(&mut diagnostics);
        let look = self.load_look(&theme, &config, is_whole, &mut diagnostics);
        let data = self.read_data(tree, &mut diagnostics);
        let citing = self.load_citing(&config, tree, &mut diagnostics);
        let world = World::without_bodies(site, &look.engine, tree.clone(), &theme, &look.assets.hrefs, data, citing);
        let world = self.render_bodies(world, &mut diagnostics);
        let world = self.index_sources(world);
        let world = self.gather_mentions(world);
        let plan = self.plan(&world, tree, &look.assets, &mut diagnostics);
        diagnostics.extend(check::all(&world, &plan));
        diagnostics.extend(contract::breaches(&world));
        let world = self.summarise(world);
        let first = |key: &Key| first(key) && !diagnostics.iter().any(Diagnostic::is_error);
        let Round { values: pages, made } = self.render_pages(&world, &plan, first, show);
        let failed = pages.iter().filter_map(|page| page.as_ref().as_ref().err());
        diagnostics.extend(failed.map(|wrong| wrong.as_ref().clone()));
        diagnostics.sort();
        diagnostics.dedup();
        let page_count = plan.keys.iter().filter(|key| key.is_page()).count();
        let (site, assets, bodies) = (Arc::clone(&world.site), tree.only_assets(), world.bodies().to_vec());
        Report { diagnostics, site, plan, pages, made, assets, bodies, page_count, world: Some(world) }
    }

    /// What the last rendering of an artifact read.
    pub fn reads(&self, key: &Key) -> Vec<&Read> {
        self.pages.reads(key)
    }

    /// Every document of a folder.
    pub fn read_documents(&mut self, tree: &SourceTree) -> Documents {
        let has_content = tree.paths_under("content").next().is_some();
        let folder = if has_content { "content" } else { "" };
        let texts: Vec<&SourceText> =
            tree.texts_under(folder).filter(|text| is_document(&text.path, has_content)).collect();
        let keys: Vec<_> = texts.iter().map(|text| (Arc::clone(&text.path), text.fingerprint)).collect();
        let read = |(path, _): &(SourcePath, Fingerprint), _: &Recorder<()>| {
            Document::read(tree.text(path).expect("the path is the tree's own"))
        };
        self.documents.refresh(&keys, |()| true, |()| Fingerprint::ABSENT, read).values
    }

    fn load_look(
        &mut self,
        theme: &Theme,
        config: &Config,
        is_whole: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Look> {
        let inputs = (config.base_path.clone(), theme.fingerprint(), is_whole);
        self.look.drain(inputs, |_| true, || Look::load(theme, &config.base_path, is_whole), diagnostics)
    }

    fn plan(
        &mut self,
        world: &World,
        tree: &SourceTree,
        assets: &Arc<Assets>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Plan> {
        let (site, index) = (&world.site, &world.index);
        let inputs = (Same(Arc::clone(site)), Same(Arc::clone(assets)), Same(Arc::clone(index)), asset_paths(tree));
        self.plan.drain(inputs, |_| true, || Plan::new(site, tree, assets, index), diagnostics)
    }

    /// Every library of a folder.
    pub fn read_libraries(&mut self, tree: &SourceTree) -> Libraries {
        let keys = library_keys(tree);
        let read = |(path, _): &(SourcePath, Fingerprint), _: &Recorder<()>| {
            Library::read(tree.text(path).expect("the path is the tree's own"))
        };
        self.libraries.refresh(&keys, |()| true, |()| Fingerprint::ABSENT, read).values
    }

    /// The libraries, each read once, and the style.
    fn load_citing(&mut self, config: &Arc<Config>, tree: &SourceTree, diagnostics: &mut Vec<Diagnostic>) -> Citing {
        let libraries = self.read_libraries(tree);
        diagnostics.extend(libraries.iter().flat_map(|library| library.diagnostics.iter().cloned()));
        let libraries: Vec<Arc<Library>> = libraries.iter().map(|library| Arc::clone(&library.value)).collect();
        let make = || Bibliography::of(&libraries);
        let bibliography = self.bibliography.drain(library_keys(tree), |_| true, make, diagnostics);
        let citations = &config.citations;
        let language = citations.language.as_ref().unwrap_or(&config.language);
        let place = crate::config::place_within(tree, "citations", &citations.style);
        let file = tree.text(&citations.style).map(|text| text.fingerprint);
        let inputs = (citations.style.clone(), language.clone(), file, place.clone());
        let style =
            self.style.drain_shared(inputs, || Style::load(&citations.style, language, tree, &place), diagnostics);
        Citing { bibliography, style }
    }

    /// The sources that the bodies cite, the same as before while no page cites others.
    fn index_sources(&mut self, world: World) -> World {
        let mut hasher = Hasher::new();
        for (at, body) in world.page_bodies() {
            let path = world.site.page_at(at).map_or("", |page| page.path());
            hasher.text(path).fingerprint(body.references_fingerprint());
        }
        let style = Arc::clone(world.style());
        let cache = &self.cache;
        let set = |source: &Arc<Source>| -> Arc<str> {
            let set = style.set(std::slice::from_ref(source), &[], cache);
            set.references.first().map_or_else(|| "".into(), |reference| html(&reference.runs).into())
        };
        hasher.fingerprint(Fingerprint::of_value(&world.site.config.citations.source_pages));
        let inputs = (hasher.finish(), Same(Arc::clone(&style)));
        let index = self.index.keep(inputs, || Arc::new(SourceIndex::of(&world, set)));
        world.with_index(index)
    }

    /// What bodies say of later posts, the same as before while they link to the same pages.
    fn gather_mentions(&mut self, world: World) -> World {
        let mut hasher = Hasher::new();
        for (_, body) in world.page_bodies() {
            hasher.fingerprint(body.mentions_fingerprint());
        }
        let inputs = (hasher.finish(), Same(Arc::clone(&world.site)));
        let mentions = self.mentions.keep(inputs, || Arc::new(Mentions::of(&world)));
        world.with_mentions(mentions)
    }

    fn read_data(&mut self, tree: &SourceTree, diagnostics: &mut Vec<Diagnostic>) -> Arc<Data> {
        let identities = data::files(tree).map(|file| (Arc::clone(&file.path), file.fingerprint)).collect();
        self.data.drain(identities, |_| true, || data::read(tree), diagnostics)
    }

    /// The site, the same as before while no document, file name or due date is another.
    fn resolve(
        &mut self,
        config: &Arc<Config>,
        documents: &Documents,
        tree: &SourceTree,
        instant: Instant,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Arc<Site> {
        let identities: Vec<Fingerprint> = documents.iter().map(|read| read.value.fingerprint).collect();
        let inputs = (config.fingerprint, identities, asset_paths(tree));
        let resolve = || {
            let documents: Vec<_> = documents.iter().map(|read| Arc::clone(&read.value)).collect();
            let asset_paths = tree.assets_under("content").map(|asset| Arc::clone(&asset.path));
            Site::resolve(Arc::clone(config), &documents, asset_paths, instant)
        };
        self.site.drain(inputs, |site| site.holds_at(instant), resolve, diagnostics)
    }

    fn render_bodies(&mut self, world: World, diagnostics: &mut Vec<Diagnostic>) -> World {
        let world = Arc::new(world);
        let keys: Vec<SourcePath> = world.site.documents().map(|document| Arc::clone(document.path())).collect();
        let cache = &self.cache;
        let make = |path: &SourcePath, view: View<'_>| RenderedBody::new(body::render(path, view, cache));
        let bodies = self.bodies.refresh(&keys, &world, make);
        let world = Arc::into_inner(world).expect("no view outlives the rendering").with_bodies(bodies.values);
        let no_templates = world.engine.is_empty();
        let found = world.noted_bodies().flat_map(|(_, body)| &body.diagnostics);
        diagnostics.extend(found.filter(|found| !(no_templates && found.code == COMPONENT)).cloned());
        world
    }

    fn summarise(&mut self, world: World) -> Arc<World> {
        let world = Arc::new(world);
        let keys: Vec<SourcePath> = world.site.all_pages().map(|page| Arc::clone(page.path())).collect();
        let cards = self.cards.refresh(&keys, &world, Card::make);
        let world = Arc::into_inner(world).expect("no view outlives the rendering");
        let world = Arc::new(world.with_cards(cards.values));
        let summaries = self.summaries.refresh(&world.series_slugs(), &world, Summary::make);
        let world = Arc::into_inner(world).expect("no view outlives the rendering");
        Arc::new(world.with_summaries(summaries.values))
    }

    /// Nothing when the theme's templates cannot be used; what was rendered with the last
    /// good ones is kept.
    fn render_pages(
        &mut self,
        world: &Arc<World>,
        plan: &Plan,
        first: impl Fn(&Key) -> bool,
        show: impl FnOnce(Vec<Artifact>),
    ) -> Round<Read, Rendered> {
        if world.engine.is_empty() {
            return Round { values: Vec::new(), made: Vec::new() };
        }
        let show = |pages: Vec<(usize, Arc<Rendered>)>| {
            if pages.iter().all(|(_, page)| page.is_ok()) {
                show(early(plan, pages));
            }
        };
        self.pages.refresh_first(&plan.keys, world, output::render, first, show)
    }
}

fn library_keys(tree: &SourceTree) -> Vec<(SourcePath, Fingerprint)> {
    let texts = tree.texts_under("content").filter(|text| is_library(&text.path));
    texts.map(|text| (Arc::clone(&text.path), text.fingerprint)).collect()
}

/// The first pages, and the theme's files that they may name.
fn early(plan: &Plan, pages: Vec<(usize, Arc<Rendered>)>) -> Vec<Artifact> {
    let rendered = pages.into_iter().map(|(at, page)| (at, output::Content::Rendered(page)));
    let copied = plan.copied.iter().zip(plan.keys.len()..);
    let theme = copied.filter_map(|(copied, at)| match copied {
        Copied::Theme(bytes) => Some((at, output::Content::Bytes(Arc::clone(bytes)))),
        Copied::Source(_) | Copied::References(..) => None,
    });
    let all = rendered.chain(theme);
    all.map(|(at, content)| Artifact { path: Arc::clone(&plan.paths()[at]), content }).collect()
}

/// In a folder without `content/` the Markdown at its top is the content.
fn is_document(path: &str, has_content: bool) -> bool {
    path.ends_with(".md") && (has_content || !path.contains('/'))
}
