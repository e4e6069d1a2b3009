//! The recorded view: the only way that templates and Markdown see the site.
//!
//! A [`World`] is everything there is to see, immutable, with a fingerprint for each
//! thing. A [`View`] hands it out and notes what was handed out. Whatever is given to
//! a template counts as read, so things are small: a card has no body, a listing is
//! one page's cards, and nothing hands "all pages" to every template.

use std::cell::RefCell;
use std::sync::Arc;

use tera::{Map, Value};

use super::context::Picture;
use super::feed::Scope;
use super::read::{Listing, Read};
use super::rope::{Rope, SharedBody};
use super::source_index::{self, CitedSource, SourceIndex};
use super::world::World;
use crate::citation::Style;
use crate::content::{Evidence, Source};
use crate::diagnostics::Warned;
use crate::markdown::Body;
use crate::memo::Recorder;
use crate::site::{Event, NoTurning, Page, Place, Series, Site, Target, Term, Turning};
use crate::source::{SourcePath, SourceText, join, parent};

/// Hands out a [`World`] and notes what was handed out.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    world: &'a Arc<World>,
    recorder: &'a Recorder<Read>,
}

impl<'a> View<'a> {
    /// A view whose reads go to `recorder`.
    pub fn new(world: &'a Arc<World>, recorder: &'a Recorder<Read>) -> Self {
        Self { world, recorder }
    }

    fn note(&self, read: Read) {
        self.recorder.record(read);
    }

    /// The site, for what the read of a page or series that has been noted covers.
    pub(super) fn site(&self) -> &'a Site {
        &self.world.site
    }

    /// The site's own values for templates.
    pub fn site_value(&self) -> Value {
        self.note(Read::Config);
        self.world.site_value.clone()
    }

    /// The configuration.
    pub fn config(&self) -> &'a crate::config::Config {
        self.note(Read::Config);
        &self.world.site.config
    }

    /// The card of a page by its file, `none` when it is not out.
    pub fn card(&self, path: &str) -> Value {
        self.note(Read::Card(self.world.shared(path)));
        self.world.card(path)
    }

    /// The tags of a page that has been noted.
    pub(super) fn tag_links(&self, page: &Page) -> Vec<Value> {
        self.world.tag_links(page)
    }

    /// The picture of pages that have none of their own.
    pub fn site_image(&self) -> Value {
        let config = self.config();
        if let Some(src) = &config.image {
            self.note_picture(src, crate::config::FILE);
        }
        self.world.site_image()
    }

    /// The picture that a front matter names.
    pub(super) fn picture(&self, src: &str, alt: &str, from: &str) -> Option<Picture> {
        self.note_picture(src, from);
        self.world.picture(src, alt, from)
    }

    fn note_picture(&self, src: &str, from: &str) {
        let file = match src.strip_prefix('/') {
            Some(fixed) => Some(format!("static/{fixed}")),
            None => join(parent(from), src),
        };
        if let Some(file) = file {
            let file: SourcePath = file.into();
            self.note(Read::Target(Arc::clone(&file)));
            self.note(Read::ImageSize(file));
        }
    }

    /// The feeds of the whole site.
    pub fn site_feeds(&self) -> Vec<Value> {
        self.note(Read::Config);
        self.world.site_feeds.clone()
    }

    /// Series with more parts do not list them all on each part.
    pub fn series_box_limit(&self) -> u64 {
        self.note(Read::Config);
        self.world.series_box_limit
    }

    /// The slug of the series that a post has a place in.
    pub fn series_slug(&self, place: Place) -> &'a Arc<str> {
        self.world.series_slug(place.series)
    }

    /// A series by slug.
    pub fn series_entry(&self, slug: &str) -> Option<&'a Series> {
        self.note(Read::Series(Arc::from(slug)));
        self.world.series_index(slug).map(|at| &self.world.site.series[at])
    }

    /// A series with its parts in order.
    pub(super) fn outline(&self, slug: &Arc<str>) -> Option<(&'a Series, Vec<&'a Page>)> {
        self.note(Read::Outline(Arc::clone(slug)));
        let series = &self.world.site.series[self.world.series_index(slug)?];
        Some((series, self.world.parts(slug)))
    }

    /// A series with its calendar.
    pub fn calendar(&self, slug: &str) -> Option<(&'a Series, Vec<Event>)> {
        self.note(Read::Calendar(Arc::from(slug)));
        let series = &self.world.site.series[self.world.series_index(slug)?];
        Some((series, self.world.site.calendar(series)))
    }

    /// A tag by slug.
    pub fn tag(&self, slug: &str) -> Option<&'a Term> {
        self.note(Read::TagList);
        self.world.tag_index(slug).map(|at| &self.world.site.tags[at])
    }

    /// All posts, newest first, with their cards.
    pub fn archive(&self) -> Vec<(&'a Page, Value)> {
        self.note(Read::Listing(Listing::Archive));
        let posts = self.world.site.posts.iter().enumerate();
        posts.map(|(at, post)| (post, self.world.post_card(at).value.clone())).collect()
    }

    /// A page's body, to be kept.
    pub fn shared_body(&self, path: &str) -> Option<Arc<Warned<Body>>> {
        self.note(Read::Body(self.world.shared(path)));
        self.world.shared_body(path).map(|body| Arc::clone(&body.body))
    }

    /// A page's body.
    pub fn body(&self, path: &str) -> Option<&'a Body> {
        self.note(Read::Body(self.world.shared(path)));
        self.world.body(path)
    }

    /// Previous and next in the series, newer and older in the site.
    pub fn neighbours(&self, path: &str) -> [Value; 4] {
        self.note(Read::Neighbours(self.world.shared(path)));
        let found = self.world.site.post_index(path).map(|at| self.world.site.neighbours(at)).unwrap_or_default();
        found.map(|page| page.map_or_else(Value::none, |page| self.card(page.path())))
    }

    /// The ways on from a post in a series, as [`Site::turning`].
    ///
    /// # Errors
    /// Why there is none.
    pub fn turning(&self, path: &str, series: &str) -> Result<Turning<'a>, NoTurning> {
        self.note(Read::Neighbours(self.world.shared(path)));
        self.world.site.turning(path, series)
    }

    /// A series' summary by slug, `none` when there is none.
    pub fn series(&self, slug: &str) -> Value {
        self.note(Read::Series(Arc::from(slug)));
        self.world.series_summary(slug)
    }

    /// The titles and addresses of a series' parts.
    pub fn parts(&self, slug: &str) -> Value {
        self.note(Read::Parts(Arc::from(slug)));
        self.world.summary(slug).map_or_else(Value::none, |summary| summary.parts.clone())
    }

    /// Every series' summary.
    pub fn series_list(&self) -> Vec<Value> {
        self.note(Read::SeriesList);
        self.world.series_list.0.clone()
    }

    /// Every tag with its count.
    pub fn tag_list(&self) -> Vec<Value> {
        self.note(Read::TagList);
        self.world.tags.0.clone()
    }

    /// The cards of a list, and how many there are on all its pages.
    pub fn listing(&self, listing: Listing) -> (Vec<Value>, usize) {
        let (posts, total) = self.world.listing(&listing);
        let cards = posts.into_iter().map(|at| self.world.post_card(at).value.clone()).collect();
        self.note(Read::Listing(listing));
        (cards, total)
    }

    /// The posts of a feed, newest first, with a read of each.
    pub fn feed(&self, scope: Scope) -> Vec<&'a Page> {
        let listing = Listing::Feed(scope);
        let (posts, _) = self.world.listing(&listing);
        self.note(Read::Listing(listing));
        let posts: Vec<&Page> = posts.into_iter().map(|at| &self.world.site.posts[at]).collect();
        for post in &posts {
            self.note(Read::Page(Arc::clone(post.path())));
        }
        posts
    }

    /// The record of an id in the libraries.
    pub fn source(&self, id: &str) -> Option<Arc<Source>> {
        self.note(Read::Source(Arc::from(id)));
        self.world.bibliography.get(id).cloned()
    }

    /// Whether every library could be read.
    pub fn knows_all_sources(&self) -> bool {
        self.note(Read::SourceIds);
        !self.world.bibliography.is_broken()
    }

    /// The id that is nearest to one that does not exist.
    pub fn nearest_source(&self, id: &str) -> Option<String> {
        self.note(Read::SourceIds);
        crate::diagnostics::nearest(id, self.world.bibliography.ids()).map(str::to_owned)
    }

    /// The citation style.
    pub fn style(&self) -> &'a Style {
        self.note(Read::Style);
        &self.world.style
    }

    /// The address of a source's own page, from the root.
    pub fn source_address(&self, source: &Source) -> Option<String> {
        let identity = source_index::identity(source);
        self.note(Read::SourceAddress(Arc::from(identity.as_str())));
        let config = self.config();
        let slug = self.world.index.slug_of(&identity)?;
        Some(format!("{}/sources/{slug}/", config.base_path))
    }

    /// A source's own values.
    pub fn source_value(&self, source: &Arc<Source>) -> Map {
        self.world.source_value(source)
    }

    /// A source that pages cite, by the last part of its address, with these pages.
    pub fn cited_source(&self, slug: &str) -> Option<(&'a CitedSource, Vec<Value>)> {
        self.note(Read::CitedSource(Arc::from(slug)));
        let entry = self.world.index.get(slug)?;
        Some((entry, self.pages_of(entry)))
    }

    /// A page of the list of sources, with the pages that cite each, and how many sources
    /// there are on all its pages.
    pub fn source_list(
        &self,
        evidence: Option<Evidence>,
        number: usize,
    ) -> (Vec<(&'a CitedSource, Vec<Value>)>, usize) {
        self.note(Read::SourceList(evidence, number));
        let (entries, total) = self.world.index.list(evidence, number);
        (entries.into_iter().map(|entry| (entry, self.pages_of(entry))).collect(), total)
    }

    /// How many pages the list of sources has.
    pub fn all_pages_of(&self, evidence: Option<Evidence>) -> usize {
        self.note(Read::SourceCounts);
        self.world.index.page_count(evidence)
    }

    /// How many sources there are of each kind of evidence, and of all.
    pub fn source_counts(&self) -> (Vec<(Evidence, usize)>, usize) {
        self.note(Read::SourceCounts);
        self.world.index.counts()
    }

    /// Every source that a page cites, in the order of the list.
    pub fn all_sources(&self) -> &'a SourceIndex {
        self.note(Read::AllSources);
        &self.world.index
    }

    /// Of the pages that cite a source only what the read of it covers.
    fn pages_of(&self, entry: &CitedSource) -> Vec<Value> {
        entry.pages.iter().map(|at| self.world.page_link(*at)).collect()
    }

    /// The post that first spoke of another before it was out, and the one that promised it.
    pub fn mention(&self, path: &str) -> Option<(&'a Page, Option<&'a Page>)> {
        self.note(Read::Neighbours(self.world.shared(path)));
        let posts = &self.world.site.posts;
        let mention = self.world.mentions.of_post(self.world.site.post_index(path)?)?;
        Some((&posts[mention.first], mention.promise.map(|at| &posts[at])))
    }

    /// Every post, page and list with its address.
    pub fn addresses(&self) -> &'a Site {
        self.note(Read::Addresses);
        &self.world.site
    }

    /// The file that a wrong path is nearest to.
    pub fn nearest(&self, path: &str) -> Option<String> {
        self.note(Read::Paths);
        crate::diagnostics::nearest_path(path, self.world.site.linkable().map(AsRef::as_ref)).map(str::to_owned)
    }

    /// The document of a post, page or series that is out.
    pub fn document(&self, path: &str) -> Option<&'a Arc<crate::content::Document>> {
        self.note(Read::Document(self.world.shared(path)));
        self.world.site.document(path)
    }

    /// Whether there is a template of this name.
    pub fn has_template(&self, name: &str) -> bool {
        self.note(Read::Template(Arc::from(name)));
        self.world.engine.has(name)
    }

    /// The component whose name is nearest to one that does not exist.
    pub fn nearest_component(&self, name: &str) -> Option<&'a str> {
        self.note(Read::ComponentNames);
        let known: std::collections::BTreeSet<&str> = self.world.engine.component_names().collect();
        crate::diagnostics::nearest(name, known)
    }

    /// Whether there is a component of this name.
    pub fn has_component(&self, name: &str) -> bool {
        self.note(Read::Component(Arc::from(name)));
        self.world.engine.has_component(name)
    }

    /// The last part of a page's address, to tell its ids from another page's.
    pub fn slug(&self, path: &str) -> &'a str {
        self.note(Read::Target(self.world.shared(path)));
        let permalink = self.world.site.page(path).map_or("", |page| page.permalink.as_str());
        permalink.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }

    /// A page that is out, with a read of all that the site says of it.
    pub fn page(&self, path: &str) -> Option<&'a Page> {
        self.note(Read::Page(self.world.shared(path)));
        self.world.site.page(path)
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> Option<&'a SourceText> {
        self.note(Read::Text(self.world.shared(path)));
        self.world.tree.text(path)
    }

    /// The address of a theme's file.
    pub fn asset(&self, name: &str) -> Option<&'a str> {
        self.note(Read::Asset(Arc::from(name)));
        self.world.assets.get(name).map(String::as_str)
    }

    /// The value of a data file, `none` when there is none.
    pub fn data(&self, path: &str) -> Value {
        self.note(Read::Data(Arc::from(path)));
        self.world.data.get(path).cloned().unwrap_or_else(Value::none)
    }

    /// What a link to a file leads to.
    pub fn target(&self, path: &str) -> Option<Target<'a>> {
        self.note(Read::Target(self.world.shared(path)));
        self.world.site.target(path)
    }

    /// A picture's size.
    pub fn image_size(&self, path: &str) -> Option<(u32, u32)> {
        self.note(Read::ImageSize(Arc::from(path)));
        self.world.image_size(path)
    }

    /// Renders a template with a context.
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub fn render(
        &self,
        template: &str,
        context: &tera::Context,
        page: &str,
        body: Option<&SharedBody>,
    ) -> Result<Rope, Box<crate::diagnostics::Diagnostic>> {
        self.note(Read::Template(Arc::from(template)));
        let _entered = self.enter();
        self.world.engine.render(template, context, page, body)
    }

    /// Renders a component call.
    ///
    /// # Errors
    /// As [`Engine::render_component`].
    pub fn render_component(&self, call: &str, body: Option<&str>) -> Result<String, String> {
        let name = call.split(|c: char| c.is_whitespace()).next().unwrap_or(call);
        self.note(Read::Component(Arc::from(name)));
        let _entered = self.enter();
        self.world.engine.render_component(call, body)
    }

    /// Makes the view the one that Tera's functions ask, until the guard is dropped.
    /// Tera's functions are `'static` and a component has a fresh context, so a view
    /// can travel in neither: it stands on a stack of this thread.
    fn enter(&self) -> Entered<'a> {
        ACTIVE.with_borrow_mut(|stack| stack.push((Arc::clone(self.world), Recorder::default())));
        Entered { recorder: self.recorder }
    }
}

thread_local! {
    static ACTIVE: RefCell<Vec<(Arc<World>, Recorder<Read>)>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, Tera's functions see a view; then their reads are handed over.
struct Entered<'a> {
    recorder: &'a Recorder<Read>,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let Some((_, inner)) = ACTIVE.with_borrow_mut(Vec::pop) else {
            return;
        };
        for read in inner.into_reads() {
            self.recorder.record(read);
        }
    }
}

/// Asks the view that is entered on this thread.
pub(super) fn with_active<T>(ask: impl FnOnce(View<'_>) -> T) -> Option<T> {
    ACTIVE.with_borrow(|stack| stack.last().map(|(world, recorder)| ask(View { world, recorder })))
}
