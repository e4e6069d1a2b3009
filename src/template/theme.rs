//! A theme with what it extends and what the site lays over it.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::config::{Config, SyntaxThemes, ThemeConfig};
use crate::diagnostics::{Diagnostic, Span, Warned, nearest};
use crate::memo::{Fingerprint, Hasher};
use crate::source::{SourceAsset, SourceText, SourceTree, yaml};

/// The default theme, in the binary.
static NOTEBOOK: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/notebook");

/// The name of the default theme.
pub const DEFAULT: &str = "notebook";

/// All the files that a site is drawn with.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    /// The site's own templates by name.
    pub site_templates: BTreeMap<String, SourceText>,
    /// The theme, then what it extends: name and templates.
    pub layers: Vec<(String, BTreeMap<String, SourceText>)>,
    /// Static files of the theme by name, the site's own in place of the theme's.
    pub assets: BTreeMap<String, SourceAsset>,
    /// The parameters for templates.
    pub params: yaml::Mapping,
    /// The colours of highlighted code.
    pub syntax: SyntaxThemes,
}

impl Theme {
    /// Puts together the theme that the configuration names.
    pub fn load(tree: &SourceTree, config: &Config) -> Warned<Self> {
        let mut theme = Self::default();
        let mut diagnostics = Vec::new();
        let mut name = Some(config.theme.clone());
        let mut wanted_by = crate::config::place(tree, "theme");
        while let Some(next) = name.take() {
            if theme.layers.iter().any(|(seen, _)| *seen == next) {
                let message = format!("the theme `{next}` extends itself");
                diagnostics.push(Diagnostic::error("theme", message).at(wanted_by).help("remove the `extends` line"));
                break;
            }
            let Some(layer) = Layer::find(tree, &next) else {
                diagnostics.push(missing(tree, &next, wanted_by));
                break;
            };
            let read = layer.config.as_ref().map_or_else(|| Warned::clean(ThemeConfig::default()), ThemeConfig::read);
            let described = read.drain(&mut diagnostics);
            wanted_by = Span::file(format!("themes/{next}/theme.yaml"));
            name.clone_from(&described.extends);
            theme.add(next, layer, described);
        }
        theme.overlay(tree, config);
        Warned { value: theme, diagnostics }
    }

    /// The digest of all that pages are drawn with. Reads the theme's files, the first
    /// time that it is asked of them.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::new();
        let own = self.site_templates.iter().map(|(name, text)| ("", name, text.fingerprint));
        let layered = self.layers.iter().flat_map(|(layer, templates)| {
            templates.iter().map(move |(name, text)| (layer.as_str(), name, text.fingerprint))
        });
        for (layer, name, text) in own.chain(layered) {
            hasher.text(layer).text(name).fingerprint(text);
        }
        for (name, asset) in &self.assets {
            hasher.text(name).fingerprint(asset.fingerprint());
        }
        for (layer, _) in &self.layers {
            hasher.text(layer);
        }
        hasher.text(&self.syntax.light).text(&self.syntax.dark);
        hasher.finish()
    }

    fn add(&mut self, name: String, layer: Layer, described: ThemeConfig) {
        if self.layers.is_empty() {
            self.syntax = described.syntax;
        }
        for (file, asset) in layer.assets {
            self.assets.entry(file).or_insert(asset);
        }
        for (key, value) in described.params {
            self.params.entry(key).or_insert(value);
        }
        self.layers.push((name, layer.templates));
    }

    fn overlay(&mut self, tree: &SourceTree, config: &Config) {
        for text in tree.texts_under("templates") {
            self.site_templates.insert(text.path["templates/".len()..].to_owned(), text.clone());
        }
        for asset in tree.assets_under("static") {
            if let Some(own) = self.assets.get_mut(&asset.path["static/".len()..]) {
                *own = asset.clone();
            }
        }
        for (key, value) in &config.theme_params {
            self.params.insert(key.clone(), value.clone());
        }
    }
}

struct Layer {
    templates: BTreeMap<String, SourceText>,
    assets: BTreeMap<String, SourceAsset>,
    config: Option<SourceText>,
}

impl Layer {
    fn find(tree: &SourceTree, name: &str) -> Option<Self> {
        let folder = format!("themes/{name}");
        if tree.paths_under(&folder).next().is_some() {
            return Some(Self::of_tree(tree, &folder));
        }
        (name == DEFAULT).then(Self::embedded)
    }

    fn of_tree(tree: &SourceTree, folder: &str) -> Self {
        let below = |path: &str, part: &str| path.strip_prefix(&format!("{folder}/{part}/")).map(str::to_owned);
        let templates = tree.texts_under(folder).filter_map(|t| Some((below(&t.path, "templates")?, t.clone())));
        let assets = tree.assets_under(folder).filter_map(|a| Some((below(&a.path, "static")?, a.clone())));
        Self {
            templates: templates.collect(),
            assets: assets.collect(),
            config: tree.text(&format!("{folder}/theme.yaml")).cloned(),
        }
    }

    fn embedded() -> Self {
        let mut layer = Self { templates: BTreeMap::new(), assets: BTreeMap::new(), config: None };
        for file in files(&NOTEBOOK) {
            let path = file.path().to_string_lossy().replace('\\', "/");
            let full = format!("themes/{DEFAULT}/{path}");
            if let Some(name) = path.strip_prefix("static/") {
                layer.assets.insert(name.to_owned(), SourceAsset::in_memory(full, file.contents()));
            } else if let Some(text) = file.contents_utf8() {
                match path.strip_prefix("templates/") {
                    Some(name) => {
                        layer.templates.insert(name.to_owned(), SourceText::new(full, text));
                    }
                    None if path == "theme.yaml" => layer.config = Some(SourceText::new(full, text)),
                    None => {}
                }
            }
        }
        layer
    }
}

fn files<'a>(dir: &'a Dir<'a>) -> Vec<&'a include_dir::File<'a>> {
    dir.files().chain(dir.dirs().flat_map(files)).collect()
}

fn missing(tree: &SourceTree, name: &str, wanted_by: Span) -> Diagnostic {
    let mut known: Vec<&str> = tree.paths_under("themes").filter_map(|path| path.split('/').nth(1)).collect();
    known.push(DEFAULT);
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("put it in themes/{name}/, or use the theme that comes with weeknotes: `theme: {DEFAULT}`"),
    };
    Diagnostic::error("theme", format!("there is no theme `{name}`")).at(wanted_by).help(help)
}
