//! Text with its look, before it is HTML.

use pulldown_cmark_escape::escape_html;
use serde::{Deserialize, Serialize};

/// A piece of text that looks the same throughout.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a look of its own")]
pub struct Run {
    /// The text, not escaped.
    pub text: String,
    /// Sloped.
    pub italic: bool,
    /// Heavy.
    pub bold: bool,
    /// Small capitals.
    pub small_caps: bool,
    /// Raised.
    pub raised: bool,
    /// Where it leads: http or https.
    pub link: Option<String>,
}

impl Run {
    /// Text without a look of its own.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// Runs as HTML, everything in them escaped.
///
/// ```
/// use weeknotes::citation::{Run, html};
/// let title = Run { italic: true, ..Run::plain("A <b> & more") };
/// assert_eq!(html(&[title, Run::plain(".")]), "<i>A &lt;b&gt; &amp; more</i>.");
/// ```
pub fn html(runs: &[Run]) -> String {
    let mut out = String::new();
    for run in runs {
        let tags: [(bool, &str, &str); 4] = [
            (run.italic, "<i>", "</i>"),
            (run.bold, "<b>", "</b>"),
            (run.small_caps, "<span class=\"small-caps\">", "</span>"),
            (run.raised, "<sup>", "</sup>"),
        ];
        let link = run.link.as_deref().filter(|link| link.starts_with("https://") || link.starts_with("http://"));
        if let Some(link) = link {
            out.push_str("<a href=\"");
            push_escaped(&mut out, link);
            // On paper a link whose text is its address needs no other.
            out.push_str(if run.text == link { "\">" } else { "\" class=\"titled\">" });
        }
        out.extend(tags.iter().filter(|tag| tag.0).map(|tag| tag.1));
        push_escaped(&mut out, &run.text);
        out.extend(tags.iter().rev().filter(|tag| tag.0).map(|tag| tag.2));
        if link.is_some() {
            out.push_str("</a>");
        }
    }
    out
}

fn push_escaped(out: &mut String, text: &str) {
    escape_html(out, text).expect("writing to a string never fails");
}

/// The words alone.
pub fn text(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

/// Joins neighbours that look alike, and mends what the parts of a style leave where they
/// meet: a comma before a bracket closes (a date of which only the year is known), and
/// a full stop behind another end of a sentence.
pub(super) fn tidy(runs: Vec<Run>) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::with_capacity(runs.len());
    let mut is_quoted = false;
    for mut run in runs {
        run.text = super::csl::undisguise(&run.text, &mut is_quoted);
        if run.text.starts_with(')') && out.last().is_some_and(|last| last.text.ends_with(',')) {
            out.last_mut().expect("there is one").text.pop();
        }
        let ends = out.last().and_then(|last| last.text.trim_end_matches(['”', '’', '"', '»']).chars().next_back());
        if run.text.starts_with('.') && !run.text.starts_with("..") && matches!(ends, Some('.' | '?' | '!')) {
            run.text.remove(0);
        }
        for (wrong, right) in
            [(",)", ")"), ("?.", "?"), ("!.", "!"), (".’.", ".’"), ("?’.", "?’"), ("!’.", "!’"), (".”.", ".”")]
        {
            run.text = run.text.replace(wrong, right);
        }
        match out.last_mut() {
            Some(last) if same_look(last, &run) => last.text.push_str(&run.text),
            _ if run.text.is_empty() => {}
            _ => out.push(run),
        }
    }
    out.retain(|run| !run.text.is_empty());
    out
}

fn same_look(a: &Run, b: &Run) -> bool {
    let look = |run: &Run| (run.italic, run.bold, run.small_caps, run.raised);
    look(a) == look(b) && a.link == b.link && a.link.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_meets_is_mended() {
        let italic = |text: &str| Run { italic: true, ..Run::plain(text) };
        let runs =
            vec![Run::plain("APA. (2019"), Run::plain(","), Run::plain("). "), italic("Why?"), Run::plain(". Site.")];
        assert_eq!(text(&tidy(runs)), "APA. (2019). Why? Site.");
        assert_eq!(text(&tidy(vec![italic("Inc."), Run::plain(". Next")])), "Inc. Next");
        assert_eq!(text(&tidy(vec![Run::plain("“Why?”"), Run::plain(". Next")])), "“Why?” Next");
    }

    #[test]
    fn only_the_web_is_linked() {
        let run = Run { link: Some("javascript:alert(1)".into()), ..Run::plain("x") };
        assert_eq!(html(&[run]), "x");
    }
}
