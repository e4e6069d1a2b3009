//! CSS for the classes of highlighted code, from a pair of colour themes.
//!
//! Themes are made for editors and some are faint. Whatever a theme says, text here
//! has the contrast that WCAG asks for (AA, 4.5:1), on a highlighted line too: a
//! colour that falls short is moved towards black or white until it does not.

use std::fmt::Write as _;

use syntect::highlighting::{Color, FontStyle, Highlighter, Style, Theme};
use syntect::parsing::Scope;
use two_face::theme::LazyThemeSet;

use super::emit::{CLASSES, Class};

const MIN_CONTRAST: f64 = 4.5;

/// These number the colours of a terminal, and have none of their own.
const TERMINAL: [&str; 3] = ["ansi", "base16", "base16-256"];

type Rgb = [u8; 3];

/// How text of one class looks, where that is not how plain code looks.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Look {
    color: Option<Rgb>,
    background: Option<Rgb>,
    font: FontStyle,
}

/// A theme, reduced to what the stylesheet says.
struct Palette {
    color: Rgb,
    background: Rgb,
    highlight: Rgb,
    /// In the order of [`CLASSES`].
    looks: Vec<Look>,
}

impl Palette {
    fn new(theme: &Theme) -> Self {
        let highlighter = Highlighter::new(theme);
        let default = highlighter.get_default();
        let background = opaque(default.background, [255; 3]);
        let foreground = opaque(default.foreground, background);
        let highlight = mix(background, foreground, 0.08);
        let mut palette =
            Self { color: legible(foreground, [background, highlight]), background, highlight, looks: Vec::new() };
        let styles = CLASSES.iter().map(|class| highlighter.style_for_stack(&sample(class)));
        palette.looks = styles.map(|style| palette.look(style)).collect();
        palette
    }

    fn look(&self, style: Style) -> Look {
        let own = opaque(style.background, self.background);
        let marked = own != self.background;
        let behind = if marked { [own; 2] } else { [self.background, self.highlight] };
        let color = legible(opaque(style.foreground, own), behind);
        Look {
            color: (marked || color != self.color).then_some(color),
            background: marked.then_some(own),
            font: style.font_style,
        }
    }

    /// Writes the rules, each saying only what differs from `before`, the looks that
    /// earlier rules gave.
    fn write(&self, css: &mut String, before: &[Look]) {
        let [background, color, highlight] = [self.background, self.color, self.highlight].map(hex);
        let _ = write!(css, ".code{{background:{background};color:{color}}}.code .hl{{background:{highlight}}}");
        let mut rules: Vec<(String, String)> = Vec::new();
        for (index, class) in CLASSES.iter().enumerate().skip(1) {
            let said = declarations(&self.looks[index], &before.get(index).copied().unwrap_or_default());
            let selector = format!(".code .{}", class.name);
            match rules.iter_mut().find(|(_, other)| *other == said) {
                _ if said.is_empty() => {}
                Some((selectors, _)) => selectors.extend([",", &selector]),
                None => rules.push((selector, said)),
            }
        }
        for (selectors, said) in rules {
            let _ = write!(css, "{selectors}{{{said}}}");
        }
    }
}

fn sample(class: &Class) -> Vec<Scope> {
    let innermost = class.scopes.iter().take(1).filter(|_| !class.name.is_empty());
    ["source"].iter().chain(innermost).filter_map(|scope| Scope::new(scope).ok()).collect()
}

/// The names that [`stylesheet`] takes.
///
/// ```
/// use weeknotes::markdown::highlight::theme_names;
/// assert!(theme_names().iter().any(|name| name == "OneHalfDark"));
/// ```
pub fn theme_names() -> Vec<String> {
    themes().theme_names().filter(|name| !TERMINAL.contains(name)).map(str::to_owned).collect()
}

/// CSS for `<pre class="code">`: the colours of the theme named `light`, and those of
/// `dark` for readers who prefer them. `None` when there is no theme of either name.
///
/// ```
/// use weeknotes::markdown::highlight::stylesheet;
/// let css = stylesheet("InspiredGitHub", "OneHalfDark").unwrap();
/// assert!(css.starts_with(".code{background:#ffffff;"));
/// assert!(stylesheet("InspiredGitHub", "Vantablack").is_none());
/// ```
pub fn stylesheet(light: &str, dark: &str) -> Option<String> {
    let themes = themes();
    let palette = |name: &str| themes.get(name).filter(|_| !TERMINAL.contains(&name)).map(Palette::new);
    let (light, dark) = (palette(light)?, palette(dark)?);
    let mut css = String::new();
    light.write(&mut css, &[]);
    css.push_str("\n@media (prefers-color-scheme:dark){");
    dark.write(&mut css, &light.looks);
    css.push_str("}\n");
    Some(css)
}

fn themes() -> LazyThemeSet {
    two_face::theme::extra().into()
}

fn declarations(look: &Look, before: &Look) -> String {
    let mut said = Vec::new();
    if look.color != before.color {
        said.push(format!("color:{}", look.color.map_or("inherit".to_owned(), hex)));
    }
    if look.background != before.background {
        said.push(format!("background:{}", look.background.map_or("none".to_owned(), hex)));
    }
    let fonts = [
        (FontStyle::BOLD, "font-weight:700", "font-weight:400"),
        (FontStyle::ITALIC, "font-style:italic", "font-style:normal"),
        (FontStyle::UNDERLINE, "text-decoration:underline", "text-decoration:none"),
    ];
    for (font, on, off) in fonts {
        let is_on = look.font.contains(font);
        if is_on != before.font.contains(font) {
            said.push(if is_on { on } else { off }.to_owned());
        }
    }
    said.join(";")
}

fn hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn opaque(color: Color, behind: Rgb) -> Rgb {
    mix(behind, [color.r, color.g, color.b], f64::from(color.a) / 255.0)
}

fn mix(from: Rgb, to: Rgb, share: f64) -> Rgb {
    std::array::from_fn(|i| {
        let (from, to) = (f64::from(from[i]), f64::from(to[i]));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
        let mixed = (from + (to - from) * share).round() as u8;
        mixed
    })
}

/// `color`, or the nearest shade of it that can be read on all of `behind`. Mixing
/// with black or white keeps the hue.
fn legible(color: Rgb, behind: [Rgb; 2]) -> Rgb {
    let passes = |shade: &Rgb| behind.iter().all(|&behind| contrast(*shade, behind) >= MIN_CONTRAST);
    let end = if contrast([0; 3], behind[1]) > contrast([255; 3], behind[1]) { [0; 3] } else { [255; 3] };
    (0..=64).map(|step| mix(color, end, f64::from(step) / 64.0)).find(passes).unwrap_or(end)
}

/// The contrast ratio of WCAG 2, from 1 to 21.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(color: Rgb) -> f64 {
    let [r, g, b] = color.map(|byte| {
        let value = f64::from(byte) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_can_be_read() {
        for name in theme_names() {
            let palette = themes().get(&name).map(Palette::new).expect("a theme of this name");
            let readable = |color, behind| assert!(contrast(color, behind) >= MIN_CONTRAST, "{name}");
            readable(palette.color, palette.background);
            readable(palette.color, palette.highlight);
            for look in &palette.looks {
                let color = look.color.unwrap_or(palette.color);
                readable(color, look.background.unwrap_or(palette.background));
                readable(color, look.background.unwrap_or(palette.highlight));
            }
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
        assert!((contrast([0x76; 3], [255; 3]) - 4.54).abs() < 0.01);
    }

    #[test]
    fn the_dark_takes_back_what_only_the_light_says() {
        let css = stylesheet("InspiredGitHub", "OneHalfDark").expect("both are known");
        let (light, dark) = css.split_once("@media").expect("two parts");
        assert!(light.contains(".code .k,.code .kt,.code .o{color:#a71d5d;font-weight:700}"));
        assert!(dark.contains(".code .k,.code .kt,.code .o{color:#ce8be2;font-weight:400}"));
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }

    #[test]
    fn unknown_and_terminal_themes_are_none() {
        assert!(stylesheet("Vantablack", "OneHalfDark").is_none());
        assert!(stylesheet("OneHalfLight", "ansi").is_none());
    }
}
