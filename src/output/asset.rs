//! A theme's files under names that hold their content's hash, so that browsers may
//! keep them for ever.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostics::{Diagnostic, Span, Warned, nearest};
use crate::markdown::highlight;
use crate::memo::Fingerprint;
use crate::source::{join, parent};
use crate::template::{AssetAddresses, Theme};

/// The generated stylesheet of highlighted code.
const SYNTAX: &str = "syntax.css";

/// A theme's files, named.
#[derive(Debug, Default)]
pub struct Assets {
    /// The address of each.
    pub hrefs: Arc<AssetAddresses>,
    /// What is written, by path in the output folder.
    pub files: Vec<(String, Arc<[u8]>)>,
}

impl Assets {
    /// Names every file of a theme. Style sheets are named last, because what they refer
    /// to is renamed within them.
    pub fn collect(theme: &Theme, base_path: &str) -> Warned<Self> {
        let mut namer = Namer {
            base_path,
            raw: BTreeMap::new(),
            hrefs: BTreeMap::new(),
            files: Vec::new(),
            diagnostics: Vec::new(),
        };
        for (name, asset) in &theme.assets {
            match asset.read() {
                Ok(bytes) => {
                    namer.raw.insert(name.clone(), bytes);
                }
                Err(error) => namer.diagnostics.push(
                    Diagnostic::error("unreadable", format!("cannot read this file: {error}"))
                        .at(Span::file(Arc::clone(&asset.path))),
                ),
            }
        }
        namer.syntax(theme);
        let (sheets, others): (Vec<String>, Vec<String>) = namer.raw.keys().cloned().partition(|name| is_css(name));
        for name in others.iter().chain(&sheets) {
            namer.settle(name, &mut Vec::new());
        }
        let value = Self { hrefs: Arc::new(namer.hrefs), files: namer.files };
        Warned { value, diagnostics: namer.diagnostics }
    }
}

struct Namer<'a> {
    base_path: &'a str,
    raw: BTreeMap<String, Arc<[u8]>>,
    hrefs: AssetAddresses,
    files: Vec<(String, Arc<[u8]>)>,
    diagnostics: Vec<Diagnostic>,
}

impl Namer<'_> {
    fn syntax(&mut self, theme: &Theme) {
        if self.raw.contains_key(SYNTAX) {
            return;
        }
        let themes = &theme.syntax;
        match highlight::stylesheet(&themes.light, &themes.dark) {
            Some(css) => {
                self.raw.insert(SYNTAX.to_owned(), css.into_bytes().into());
            }
            None => self.diagnostics.push(unknown_colours(theme)),
        }
    }

    /// Names a file after those it refers to. A style sheet that refers back to one
    /// that is being named keeps that reference as it is.
    fn settle(&mut self, name: &str, open: &mut Vec<String>) -> Option<String> {
        if let Some(href) = self.hrefs.get(name) {
            return Some(href.clone());
        }
        if open.iter().any(|other| other == name) {
            return None;
        }
        let raw = Arc::clone(self.raw.get(name)?);
        open.push(name.to_owned());
        let bytes = match std::str::from_utf8(&raw) {
            Ok(css) if is_css(name) => self.rewrite(name, css, open).into_bytes().into(),
            _ => raw,
        };
        open.pop();
        let file = hashed(name, &bytes);
        let href = format!("{}/{file}", self.base_path);
        self.hrefs.insert(name.to_owned(), href.clone());
        self.files.push((file, bytes));
        Some(href)
    }

    /// Puts the hashed addresses in `url(…)` and `@import "…"`.
    fn rewrite(&mut self, name: &str, css: &str, open: &mut Vec<String>) -> String {
        let mut out = String::with_capacity(css.len());
        let mut rest = css;
        while let Some(at) = [rest.find("url("), rest.find("@import ")].into_iter().flatten().min() {
            let lead = at + if rest[at..].starts_with("url(") { 4 } else { 8 };
            let after = &rest[lead..];
            let quote = after.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''));
            let start = after.len() - after.trim_start().len() + usize::from(quote.is_some());
            let end = after[start..]
                .find(|c| quote.map_or(c == ')' || c == ';', |quote| c == quote))
                .map_or(after.len(), |at| start + at);
            let target = after[start..end].trim_end();
            out.push_str(&rest[..lead + start]);
            let path = target.split(['#', '?']).next().unwrap_or_default();
            let found = join(parent(name), path).filter(|_| !target.starts_with('/') && !path.is_empty());
            match found.and_then(|found| self.settle(&found, open)) {
                Some(href) => {
                    out.push_str(&href);
                    out.push_str(&target[path.len()..]);
                }
                None => out.push_str(target),
            }
            rest = &after[start + target.len()..];
        }
        out + rest
    }
}

fn is_css(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("css"))
}

/// `style.css` as `assets/style.0123456789abcdef.css`.
fn hashed(name: &str, bytes: &[u8]) -> String {
    let digest = Fingerprint::of(bytes).short();
    let (folder, file) = name.rsplit_once('/').map_or(("", name), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    match file.rsplit_once('.') {
        Some((stem, extension)) => format!("assets/{folder}{slash}{stem}.{digest}.{extension}"),
        None => format!("assets/{folder}{slash}{file}.{digest}"),
    }
}

fn unknown_colours(theme: &Theme) -> Diagnostic {
    let names = highlight::theme_names();
    let wrong = [&theme.syntax.light, &theme.syntax.dark].into_iter().find(|name| !names.contains(name));
    let wrong = wrong.map_or("", String::as_str);
    let near = nearest(wrong, names.iter().map(String::as_str));
    let help = near.map_or_else(|| format!("known are {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
    let layer = theme.layers.first().map_or("", |(name, _)| name.as_str());
    Diagnostic::error("theme", format!("there are no colours for code named `{wrong}`"))
        .at(Span::file(format!("themes/{layer}/theme.yaml")))
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceAsset;

    #[test]
    fn style_sheets_refer_to_hashed_names() {
        let mut theme = Theme { syntax: crate::config::SyntaxThemes::default(), ..Theme::default() };
        let css =
            "@import \"more.css\"; a{src:url('f/x.woff2?v#i') url(data:x) url(/y.png)} b{background:url(f/gone.png)}";
        for (name, text) in [("style.css", css), ("more.css", "@import url(style.css);"), ("f/x.woff2", "font")] {
            theme.assets.insert(name.to_owned(), SourceAsset::in_memory(name, text.as_bytes()));
        }
        let assets = Assets::collect(&theme, "/b").value;
        let file = &assets.hrefs["style.css"][3..];
        let (_, bytes) = assets.files.iter().find(|(path, _)| path == file).expect("written");
        let text = std::str::from_utf8(bytes).expect("text");
        assert!(text.contains(&format!("url('{}?v#i')", assets.hrefs["f/x.woff2"])), "{text}");
        assert!(text.contains(&format!("@import \"{}\"", assets.hrefs["more.css"])), "{text}");
        assert!(text.contains("url(data:x) url(/y.png)") && text.contains("url(f/gone.png)"), "{text}");
    }
}
