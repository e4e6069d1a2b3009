//! Fenced code: the info string, highlighting, highlighted lines and a title.

use super::Links;
use super::highlight::escape_lines;
use super::html::{Html, escape, push_escaped};

/// What the info string says: ```` ```python title="diary.py" hl_lines="4 6-7" ````.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fence {
    pub(super) language: String,
    title: Option<String>,
    lines: Vec<(usize, usize)>,
}

impl Fence {
    pub(super) fn parse(info: &str) -> Self {
        let info = info.trim();
        let end = info.find(|c: char| c.is_whitespace() || matches!(c, ',' | '{')).unwrap_or(info.len());
        let language = &info[..end];
        let (language, rest) = if language.contains('=') { ("", info) } else { (language, &info[end..]) };
        let value = |key: &str| attribute(rest, key);
        Self {
            language: language.to_owned(),
            title: value("title").map(str::to_owned),
            lines: value("hl_lines").map(ranges).unwrap_or_default(),
        }
    }

    /// Appends the block; `false` when the language is not known.
    pub(super) fn write(&self, code: &str, html: &mut Html, links: &dyn Links) -> bool {
        let known = links.highlight(&self.language, code);
        let is_known = known.is_some();
        let lines = known.map_or_else(|| escape_lines(code), |code| code.lines);
        let mut block = String::with_capacity(code.len() * 3);
        if let Some(title) = &self.title {
            block.push_str("<figure class=\"code\"><figcaption>");
            push_escaped(&mut block, title);
            block.push_str("</figcaption>");
        }
        block.push_str("<pre class=\"code\" tabindex=\"0\"");
        if !self.language.is_empty() {
            block.push_str(" data-lang=\"");
            push_escaped(&mut block, &self.language);
            block.push('"');
        }
        block.push_str("><code>");
        for (number, line) in lines.iter().enumerate() {
            let marked = self.lines.iter().any(|(first, last)| (*first..=*last).contains(&(number + 1)));
            let (open, close) = if marked { ("<span class=\"hl\">", "</span>") } else { ("", "") };
            block.push_str(open);
            block.push_str(line);
            block.push_str(close);
            block.push('\n');
        }
        block.push_str("</code></pre>");
        block.push_str(if self.title.is_some() { "</figure>\n" } else { "\n" });
        html.push_with_feed(&block, format!("<pre><code>{}</code></pre>\n", escape(code)));
        is_known
    }
}

fn attribute<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let at = text.match_indices(key).map(|(at, _)| at).find(|at| text[at + key.len()..].starts_with('='))?;
    let value = &text[at + key.len() + 1..];
    match value.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split(value.chars().next()?).next(),
        None => value.split([' ', ',', '}']).next(),
    }
}

/// `4 6-7` or `4,6-7`.
fn ranges(text: &str) -> Vec<(usize, usize)> {
    text.split([' ', ','])
        .filter_map(|part| match part.split_once('-') {
            Some((first, last)) => Some((first.parse().ok()?, last.parse().ok()?)),
            None => part.parse().ok().map(|line| (line, line)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_info_string_is_read() {
        let fence = Fence::parse(r#"python title="a b.py" hl_lines="4 6-7""#);
        assert_eq!((fence.language.as_str(), fence.title.as_deref()), ("python", Some("a b.py")));
        assert_eq!(fence.lines, [(4, 4), (6, 7)]);
        assert_eq!(Fence::parse("rust,ignore").language, "rust");
        assert_eq!(Fence::parse(r#"title="x""#), Fence { title: Some("x".into()), ..Fence::default() });
    }
}
