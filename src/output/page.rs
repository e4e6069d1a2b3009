//! The context and HTML of each kind of page.

use std::sync::Arc;

use tera::{Context, Value};

use super::key::Key;
use super::{json_ld, reference};
use crate::diagnostics::Diagnostic;
use crate::markdown::Reference;
use crate::site::{Page, Permalink, Site};
use crate::template::context::{self, feed_links, html, map, maybe};
use crate::template::rope::SharedBody;
use crate::template::{Listing, Rope, View};

/// Renders the page of a key; feeds and sitemaps are not pages.
pub(super) fn render(key: &Key, view: View<'_>) -> Result<Rope, Box<Diagnostic>> {
    let page = Builder { view, key };
    match key {
        Key::Home(number) => page.home(*number),
        Key::Post(path) => page.post(path),
        Key::Page(path) => page.standing(path),
        Key::SeriesIndex => {
            page.list("series-index", "/series/", "Series", |context| put(context, "series_list", view.series_list()))
        }
        Key::Series(slug) => page.series(slug),
        Key::Tags => page.list("tags", "/tags/", "Tags", |context| put(context, "tags", view.tag_list())),
        Key::Tag(slug, number) => page.tag(slug, *number),
        Key::Archive => page.list("archive", "/archive/", "All posts", |context| put(context, "years", page.years())),
        Key::Sources(evidence, number) => page.source_list(*evidence, *number),
        Key::Source(slug) => page.source(slug),
        Key::NotFound => page.list("404", "/404.html", "Page not found", |_| {}),
        Key::Redirect(from, to) => page.redirect(from, to),
        Key::Subscribe => page.subscribe(),
        Key::Feed(..) | Key::Calendar(_) | Key::Sitemap | Key::SitemapPart(_) | Key::Robots | Key::AllSources => {
            Ok(Rope::default())
        }
    }
}

/// What every page's head is made of.
pub(super) struct Head<'a> {
    pub(super) kind: &'a str,
    pub(super) permalink: &'a Permalink,
    pub(super) title: &'a str,
    pub(super) description: Value,
    pub(super) image: Value,
    /// As it stands inside a script element.
    pub(super) json_ld: Option<String>,
    pub(super) feeds: Vec<Value>,
    pub(super) has_code: bool,
}

pub(super) struct Builder<'a> {
    pub(super) view: View<'a>,
    key: &'a Key,
}

impl Builder<'_> {
    pub(super) fn render(&self, template: &str, context: &Context) -> Result<Rope, Box<Diagnostic>> {
        self.render_with(template, context, None)
    }

    fn render_with(
        &self,
        template: &str,
        context: &Context,
        body: Option<&SharedBody>,
    ) -> Result<Rope, Box<Diagnostic>> {
        self.view.render(template, context, &self.key.to_string(), body)
    }

    pub(super) fn context(&self, head: Head<'_>) -> Context {
        let config = self.view.config();
        let path = head.permalink.href(&config.base_path);
        let sheets = ["style.css", "syntax.css"].into_iter().filter(|name| *name != "syntax.css" || head.has_code);
        let sheets: Vec<Value> = sheets.filter_map(|name| self.view.asset(name)).map(Value::from).collect();
        let image = if head.image.is_none() { self.view.site_image() } else { head.image };
        let social = image.as_map().is_some().then(|| {
            map! { "url" => context::field(&image, "permalink"), "alt" => context::field(&image, "alt") }
        });
        let mut context = Context::new();
        put(&mut context, "site", self.view.site_value());
        put(&mut context, "kind", head.kind);
        put(&mut context, "canonical", config.absolute(&path));
        put(&mut context, "path", path);
        put(&mut context, "title", head.title);
        put(&mut context, "description", head.description);
        put(&mut context, "social_image", maybe(social));
        put(&mut context, "json_ld", maybe(head.json_ld.as_deref().map(html)));
        put(&mut context, "feeds", head.feeds);
        put(&mut context, "stylesheets", sheets);
        context
    }

    pub(super) fn list(
        &self,
        kind: &str,
        path: &str,
        title: &str,
        fill: impl FnOnce(&mut Context),
    ) -> Result<Rope, Box<Diagnostic>> {
        let permalink = Permalink::parse(path).expect("a fixed route is valid");
        let mut context = self.list_context(kind, &permalink, title);
        fill(&mut context);
        self.render(&format!("{kind}.html"), &context)
    }

    pub(super) fn list_context(&self, kind: &str, permalink: &Permalink, title: &str) -> Context {
        let crumbs = (kind != "404").then(|| json_ld::list(self.view.config(), title, permalink));
        self.context(Head {
            kind,
            permalink,
            title,
            description: Value::none(),
            image: Value::none(),
            json_ld: crumbs,
            feeds: self.view.site_feeds(),
            has_code: false,
        })
    }

    fn home(&self, number: usize) -> Result<Rope, Box<Diagnostic>> {
        let config = self.view.config();
        let (items, total) = self.view.listing(Listing::Home(number));
        let title = if number == 1 { String::new() } else { format!("Page {number}") };
        let description = (number == 1 && !config.description.is_empty()).then_some(config.description.as_str());
        let mut context = self.context(Head {
            kind: "home",
            permalink: &numbered(&Permalink::root(), number),
            title: &title,
            description: maybe(description),
            image: Value::none(),
            json_ld: (number == 1).then(|| json_ld::site(config)),
            feeds: self.view.site_feeds(),
            has_code: false,
        });
        put(&mut context, "paginator", self.paginator(&Permalink::root(), number, items, total));
        put(&mut context, "series_list", self.view.series_list());
        self.render("home.html", &context)
    }

    fn paginator(&self, first: &Permalink, number: usize, items: Vec<Value>, total: usize) -> Value {
        let config = self.view.config();
        let count = page_count(total, config.paginate_by);
        let at = |number: usize| numbered(first, number).href(&config.base_path);
        Value::from(map! {
            "number" => number as u64,
            "count" => count as u64,
            "total" => total as u64,
            "items" => items,
            "previous" => maybe((number > 1).then(|| at(number - 1))),
            "next" => maybe((number < count).then(|| at(number + 1))),
            "first" => at(1),
            "last" => at(count),
        })
    }

    fn post(&self, path: &Arc<str>) -> Result<Rope, Box<Diagnostic>> {
        let Some(post) = self.view.page(path) else {
            return Ok(Rope::default());
        };
        let [_, _, newer, older] = self.view.neighbours(path);
        let (mut context, template, body) = self.document(post, "post", "post.html");
        let boxes = self.series_boxes(post);
        put(&mut context, "series_box", maybe(boxes.first().cloned()));
        put(&mut context, "series_boxes", boxes);
        put(&mut context, "mentioned", self.mentioned(path));
        put(&mut context, "newer", newer);
        put(&mut context, "older", older);
        self.render_with(&template, &context, body.as_ref())
    }

    fn standing(&self, path: &Arc<str>) -> Result<Rope, Box<Diagnostic>> {
        let Some(page) = self.view.page(path) else {
            return Ok(Rope::default());
        };
        let (context, template, body) = self.document(page, "page", "page.html");
        self.render_with(&template, &context, body.as_ref())
    }

    fn document(&self, page: &Page, kind: &str, template: &str) -> (Context, String, Option<SharedBody>) {
        let config = self.view.config();
        let card = self.view.card(page.path());
        let field = |name: &'static str| context::field(&card, name);
        let shared = self.view.shared_body(page.path()).map(SharedBody::new);
        let body = shared.as_ref().map(SharedBody::body);
        let references = body.map_or(&[][..], |body| &body.references);
        let mut context = self.context(Head {
            kind,
            permalink: &page.permalink,
            title: &page.full_title,
            description: field("summary_text"),
            image: field("image"),
            json_ld: Some(json_ld::document(config, page, &card, references)),
            feeds: self.view.site_feeds(),
            has_code: body.is_some_and(|body| body.has_code),
        });
        let mut full = card.as_map().cloned().unwrap_or_default();
        let aliases: Vec<Value> = page.aliases.iter().map(|alias| Value::from(alias.href(&config.base_path))).collect();
        full.extend(map! {
            "content" => maybe(shared.as_ref().map(SharedBody::html)),
            "toc" => body.map_or_else(Vec::new, |body| context::toc(&body.toc)),
            "sources" => references.iter().map(|reference| self.reference(reference)).collect::<Vec<_>>(),
            "references_style" => if references.iter().any(|reference| reference.number.is_some()) { "numbered" } else { "listed" },
            "label_evidence" => config.citations.label_evidence,
            "downloads" => self.downloads(page, references),
            "aliases" => aliases,
            "next_week" => maybe(page.next_week.as_deref()),
        });
        put(&mut context, "page", Value::from(full));
        put(&mut context, "citation_meta", reference::meta(config, page));
        let own = page.document.front.template_file().filter(|name| self.view.has_template(name));
        (context, own.unwrap_or_else(|| template.to_owned()), shared)
    }

    fn tag(&self, slug: &Arc<str>, number: usize) -> Result<Rope, Box<Diagnostic>> {
        let Some(tag) = self.view.tag(slug) else {
            return Ok(Rope::default());
        };
        let config = self.view.config();
        let (items, total) = self.view.listing(Listing::Tag(Arc::clone(slug), number));
        let title = if number == 1 { tag.title.clone() } else { format!("{}, page {number}", tag.title) };
        let permalink = numbered(&tag.permalink, number);
        let mut context = self.context(Head {
            kind: "tag",
            permalink: &permalink,
            title: &title,
            description: Value::none(),
            image: Value::none(),
            json_ld: Some(json_ld::list(config, &title, &permalink)),
            feeds: feed_links(config, &tag.title, &tag.permalink),
            has_code: false,
        });
        put(&mut context, "tag", context::tag_summary(config, tag));
        put(&mut context, "paginator", self.paginator(&tag.permalink, number, items, total));
        self.render("tag.html", &context)
    }

    fn years(&self) -> Vec<Value> {
        let posts = self.view.archive();
        let dated: Vec<_> = posts.iter().filter_map(|(post, card)| Some((post.date.as_ref()?, card))).collect();
        let years = dated.chunk_by(|a, b| a.0.year() == b.0.year()).map(|year| {
            let months = year.chunk_by(|a, b| a.0.month() == b.0.month()).map(|month| {
                let items: Vec<Value> = month.iter().map(|(_, card)| (*card).clone()).collect();
                let date = month[0].0;
                Value::from(map! {
                    "month" => i64::from(date.month()),
                    "name" => date.strftime("%B").to_string(),
                    "items" => items,
                })
            });
            Value::from(map! {
                "year" => i64::from(year[0].0.year()),
                "count" => year.len() as u64,
                "months" => months.collect::<Vec<_>>(),
            })
        });
        years.collect()
    }

    /// An entry of a page's references.
    fn reference(&self, reference: &Reference) -> Value {
        let mut value = self.view.source_value(&reference.source);
        let cited_at: Vec<Value> = reference.cited_at.iter().map(|id| Value::from(id.as_str())).collect();
        value.extend(map! {
            "anchor" => reference.id.as_str(),
            "html" => html(&reference.html),
            "text" => reference.text.as_str(),
            "number" => maybe(reference.number.map(|number| number as u64)),
            "cited_at" => cited_at,
            "address" => maybe(self.view.source_address(&reference.source)),
        });
        Value::from(value)
    }

    fn downloads(&self, page: &Page, references: &[Reference]) -> Vec<Value> {
        let config = self.view.config();
        if references.is_empty() || !config.citations.downloads {
            return Vec::new();
        }
        let base = page.permalink.href(&config.base_path);
        [("BibTeX", "references.bib"), ("CSL JSON", "references.json")]
            .map(|(title, file)| Value::from(map! { "title" => title, "url" => format!("{base}{file}") }))
            .to_vec()
    }

    fn redirect(&self, from: &Permalink, to: &Arc<str>) -> Result<Rope, Box<Diagnostic>> {
        let Some(page) = self.view.page(to) else {
            return Ok(Rope::default());
        };
        let config = self.view.config();
        let mut context = Context::new();
        put(&mut context, "site", self.view.site_value());
        put(&mut context, "kind", "redirect");
        put(&mut context, "path", from.href(&config.base_path));
        put(&mut context, "target", page.permalink.absolute(config));
        self.render("redirect.html", &context)
    }
}

pub(super) fn put(context: &mut Context, name: &'static str, value: impl Into<Value>) {
    context.insert_value(name, value.into());
}

/// The address of a page of a list: the first is the list's own.
pub(super) fn numbered(first: &Permalink, number: usize) -> Permalink {
    if number == 1 { first.clone() } else { first.child(&format!("page/{number}/")).expect("a number is a valid part") }
}

/// How many pages a list has; an empty one has one.
pub(super) fn page_count(total: usize, size: usize) -> usize {
    total.div_ceil(size).max(1)
}

/// How many pages each list of a site has.
pub(super) fn home_pages(site: &Site) -> usize {
    page_count(site.posts.len(), site.config.paginate_by)
}
