//! Tera with a theme's templates, and their fingerprints.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tera::{Context, Tera};

use super::rope::{Rope, RopeWriter, SharedBody};
use super::theme::Theme;
use super::{functions, report};
use crate::diagnostics::Diagnostic;
use crate::memo::{Fingerprint, Hasher};
use crate::source::SourceText;

/// The templates that a theme must have or extend.
pub const KINDS: [&str; 13] = [
    "home.html",
    "post.html",
    "page.html",
    "series-index.html",
    "series.html",
    "tags.html",
    "tag.html",
    "archive.html",
    "sources.html",
    "source.html",
    "subscribe.html",
    "404.html",
    "redirect.html",
];

/// A theme's templates, ready to render.
#[derive(Debug)]
pub struct Engine {
    tera: Tera,
    /// By Tera's name: `post.html` for the site's own, `notebook/post.html` for a theme's.
    sources: BTreeMap<String, SourceText>,
    prefixes: Vec<String>,
    fingerprints: FxHashMap<String, Fingerprint>,
    components: FxHashMap<String, Fingerprint>,
}

impl Engine {
    /// Parses every template of a theme.
    ///
    /// # Errors
    /// A diagnostic for each template that cannot be used.
    pub fn load(theme: &Theme) -> Result<Self, Vec<Diagnostic>> {
        let mut tera = Tera::default();
        functions::register(&mut tera);
        let prefixes: Vec<String> = theme.layers.iter().map(|(name, _)| format!("{name}/")).collect();
        tera.set_fallback_prefixes(prefixes.clone()).expect("no template has been added yet");
        let own = theme.site_templates.iter().map(|(name, text)| (name.clone(), text.clone()));
        let layered = theme.layers.iter().flat_map(|(layer, templates)| {
            templates.iter().map(move |(name, text)| (format!("{layer}/{name}"), text.clone()))
        });
        let sources: BTreeMap<String, SourceText> = own.chain(layered).collect();
        check_syntax(&sources)?;
        let added = tera.add_raw_templates(sources.iter().map(|(name, text)| (name, text.text.as_ref())));
        if let Err(error) = added {
            return Err(report::diagnostics(&error, &sources));
        }
        let mut engine =
            Self { tera, sources, prefixes, fingerprints: FxHashMap::default(), components: FxHashMap::default() };
        engine.fingerprint_all();
        let missing: Vec<&str> = KINDS.into_iter().filter(|kind| !engine.has(kind)).collect();
        if missing.is_empty() { Ok(engine) } else { Err(vec![lacks(&missing, theme)]) }
    }

    /// An engine without a template, in place of one that could not be loaded.
    pub fn empty() -> Self {
        Self {
            tera: Tera::default(),
            sources: BTreeMap::new(),
            prefixes: Vec::new(),
            fingerprints: FxHashMap::default(),
            components: FxHashMap::default(),
        }
    }

    /// Whether it has no template at all.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Whether there is a template of this name.
    pub fn has(&self, name: &str) -> bool {
        self.resolve(name).is_some()
    }

    /// Every template's name, without a theme's.
    pub fn names(&self) -> BTreeSet<&str> {
        self.sources
            .keys()
            .map(|name| self.prefixes.iter().find_map(|p| name.strip_prefix(p.as_str())).unwrap_or(name))
            .collect()
    }

    /// Every component's name.
    pub fn component_names(&self) -> impl Iterator<Item = &str> {
        self.tera.get_component_names()
    }

    /// Whether there is a component of this name.
    pub fn has_component(&self, name: &str) -> bool {
        self.tera.contains_component(name)
    }

    /// The digest of a template with all it extends, includes and calls;
    /// [`Fingerprint::ABSENT`] when there is none.
    pub fn fingerprint(&self, name: &str) -> Fingerprint {
        self.resolve(name).and_then(|name| self.fingerprints.get(name)).copied().unwrap_or(Fingerprint::ABSENT)
    }

    /// The digest of what a component renders with.
    pub fn component_fingerprint(&self, name: &str) -> Fingerprint {
        self.components.get(name).copied().unwrap_or(Fingerprint::ABSENT)
    }

    /// Renders a template. The [`View`](super::View) must be entered. `body` is held once,
    /// however many texts it stands in.
    ///
    /// # Errors
    /// Where in which template it went wrong; `page` names what was being rendered.
    pub fn render(
        &self,
        name: &str,
        context: &Context,
        page: &str,
        body: Option<&SharedBody>,
    ) -> Result<Rope, Box<Diagnostic>> {
        let mut writer = RopeWriter::new(body.and_then(|body| Some((body.html.as_str()?, Arc::clone(&body.body)))));
        let rendered = self.tera.render_to(name, context, &mut writer);
        rendered.map(|()| writer.finish()).map_err(|error| {
            let mut found = report::diagnostics(&error, &self.sources);
            let mut first = found.remove(0);
            for link in self.extends_chain(name) {
                first = first.note(link);
            }
            Box::new(first.note(format!("while rendering {page}")))
        })
    }

    /// Renders a component call as it stands in Markdown: `callout kind="note"`.
    ///
    /// # Errors
    /// What is wrong with the call or in the component, in words.
    pub fn render_component(&self, call: &str, body: Option<&str>) -> Result<String, String> {
        let name: &str = call.split(|c: char| c.is_whitespace() || c == '=').next().unwrap_or(call);
        let mut context = Context::new();
        let template = match body {
            Some(body) => {
                context.insert_value("weeknotes_body", tera::Value::safe_string(body));
                format!("{{% <{call}> %}}{{{{ weeknotes_body }}}}{{% </{name}> %}}")
            }
            None => format!("{{{{ <{call} /> }}}}"),
        };
        self.tera.render_str(&template, &context, true).map_err(|error| report::message(&error))
    }

    fn resolve(&self, name: &str) -> Option<&str> {
        if let Some((found, _)) = self.sources.get_key_value(name) {
            return Some(found);
        }
        self.prefixes
            .iter()
            .find_map(|prefix| self.sources.get_key_value(&format!("{prefix}{name}")))
            .map(|(found, _)| found.as_str())
    }

    fn extends_chain(&self, name: &str) -> Vec<String> {
        let mut chain = Vec::new();
        let mut at = self.resolve(name);
        while let Some(child) = at {
            let text = &self.sources[child].text;
            let parent = text.split_once("extends").and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
            at = parent.and_then(|parent| self.resolve(parent)).filter(|parent| *parent != child && chain.len() < 16);
            if let Some(parent) = at {
                chain.push(format!("{} extends {}", self.sources[child].path, self.sources[parent].path));
            }
        }
        chain
    }

    /// A template's fingerprint covers every template that its text names in quotation
    /// marks and every one that defines a component that it names after `<`: more than it
    /// uses, never less. Of two that define the same, Tera decides which is used.
    fn fingerprint_all(&mut self) {
        let homes: BTreeMap<&str, BTreeSet<&str>> =
            self.tera.get_component_names().map(|component| (component, self.homes(component))).collect();
        let edges: BTreeMap<&str, BTreeSet<&str>> =
            self.sources.iter().map(|(name, source)| (name.as_str(), self.mentions(&source.text, &homes))).collect();
        let closed: FxHashMap<String, Fingerprint> =
            self.sources.keys().map(|name| (name.clone(), closure(&self.sources, [name.as_str()], &edges))).collect();
        let by_component = homes
            .iter()
            .map(|(component, homes)| ((*component).to_owned(), closure(&self.sources, homes.iter().copied(), &edges)));
        self.components = by_component.collect();
        self.fingerprints = closed;
    }

    /// The templates that define a component.
    fn homes(&self, component: &str) -> BTreeSet<&str> {
        let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
        let defines = |text: &str| {
            text.split("component").skip(1).any(|rest| rest.trim_start().strip_prefix(component).is_some_and(is_end))
        };
        self.sources.iter().filter(|(_, source)| defines(&source.text)).map(|(name, _)| name.as_str()).collect()
    }

    fn mentions<'s>(&'s self, text: &str, homes: &BTreeMap<&str, BTreeSet<&'s str>>) -> BTreeSet<&'s str> {
        let quoted = text.split(['"', '\'']).filter_map(|literal| self.resolve(literal));
        let called = text.split('<').skip(1).filter_map(|rest| {
            let name = rest.trim_start().split(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).next()?;
            homes.get(name)
        });
        quoted.chain(called.flatten().copied()).collect()
    }
}

/// The digest of some templates and of all that can be reached from them.
fn closure<'s>(
    sources: &BTreeMap<String, SourceText>,
    start: impl IntoIterator<Item = &'s str>,
    edges: &BTreeMap<&'s str, BTreeSet<&'s str>>,
) -> Fingerprint {
    let mut reached: BTreeSet<&str> = start.into_iter().collect();
    let mut open: Vec<&str> = reached.iter().copied().collect();
    while let Some(next) = open.pop() {
        for to in &edges[next] {
            if reached.insert(to) {
                open.push(to);
            }
        }
    }
    let mut hasher = Hasher::new();
    for name in reached {
        hasher.text(name).fingerprint(sources[name].fingerprint);
    }
    hasher.finish()
}

/// Each template alone first, so that every syntax error is told, not only the first.
fn check_syntax(sources: &BTreeMap<String, SourceText>) -> Result<(), Vec<Diagnostic>> {
    let mut found = Vec::new();
    for (name, text) in sources {
        if let Err(error) = Tera::default().add_raw_template(name, &text.text)
            && matches!(error.kind(), tera::ErrorKind::SyntaxError(_))
        {
            found.extend(report::diagnostics(&error, sources));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn lacks(kinds: &[&str], theme: &Theme) -> Diagnostic {
    let name = theme.layers.first().map_or("", |(name, _)| name.as_str());
    Diagnostic::error("theme", format!("the theme `{name}` lacks {}", kinds.join(", ")))
        .at(crate::diagnostics::Span::file(format!("themes/{name}/theme.yaml")))
        .help("write these templates, or take what is not written from the default theme: `extends: notebook`")
}
