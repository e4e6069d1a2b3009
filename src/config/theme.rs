//! A theme's own description, `theme.yaml`.

use serde::Deserialize;

use crate::diagnostics::Warned;
use crate::source::{SourceText, yaml};

const FIELDS: [&str; 10] =
    ["name", "version", "description", "license", "author", "extends", "params", "syntax", "light", "dark"];

/// What `theme.yaml` says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ThemeConfig {
    /// The theme's name, its folder's as a rule.
    pub name: String,
    /// The theme's version.
    pub version: String,
    /// One sentence about it.
    pub description: String,
    /// The SPDX expression of its licence.
    pub license: String,
    /// Who made it.
    pub author: String,
    /// The theme whose files stand in for those that this one lacks.
    pub extends: Option<String>,
    /// What templates find under `site.theme`; a site lays its `theme_params` over it.
    pub params: yaml::Mapping,
    /// Colours of highlighted code.
    pub syntax: SyntaxThemes,
}

/// The names of syntect colour themes from which `syntax.css` is made.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct SyntaxThemes {
    /// For a light page.
    pub light: String,
    /// For a dark page.
    pub dark: String,
}

impl Default for SyntaxThemes {
    fn default() -> Self {
        Self { light: "InspiredGitHub".to_owned(), dark: "OneHalfDark".to_owned() }
    }
}

impl ThemeConfig {
    /// Reads a `theme.yaml`.
    pub fn read(source: &SourceText) -> Warned<Self> {
        yaml::read(source, 0..source.text.len(), "theme's description", &FIELDS)
    }
}
