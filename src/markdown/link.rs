//! Where links and pictures lead.

use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::{Forward, Link, Links, Options, Pending, PendingTarget, Turn, at};
use crate::diagnostics::Diagnostic;
use crate::source::{SourcePath, SourceText, join, parent};

/// What becomes of a destination.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Another site.
    External(String),
    /// In this site; begins with a slash.
    Internal(String),
    /// In this page, or a scheme such as `mailto:`.
    Plain(String),
    /// Not out yet.
    Forthcoming(String),
    /// Broken; the text is shown alone.
    Broken,
}

pub(super) struct Resolver<'a> {
    pub(super) source: &'a SourceText,
    pub(super) options: &'a Options<'a>,
    pub(super) links: &'a dyn Links,
    pub(super) pending: Vec<Pending>,
    pub(super) mentions: Vec<SourcePath>,
    pub(super) forward: Vec<Forward>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(source: &'a SourceText, options: &'a Options<'a>, links: &'a dyn Links) -> Self {
        Self {
            source,
            options,
            links,
            pending: Vec::new(),
            mentions: Vec::new(),
            forward: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn resolve(&mut self, destination: &str, range: &Range<usize>) -> Destination {
        let destination = destination.trim();
        if let Some(id) = destination.strip_prefix('#') {
            if !id.is_empty() {
                let path = self.source.path.to_string();
                self.pend(PendingTarget::Anchor { path, id: decode(id) }, range);
            }
            return Destination::Plain(destination.to_owned());
        }
        if destination.starts_with("//") {
            return Destination::External(destination.to_owned());
        }
        if let Some(scheme) = scheme(destination) {
            return self.with_scheme(&scheme, destination, range);
        }
        if destination.starts_with('/') {
            let path = destination.split(['#', '?']).next().unwrap_or_default();
            self.pend(PendingTarget::Path(decode(path)), range);
            return Destination::Internal(format!("{}{destination}", self.options.base_path));
        }
        self.relative(destination, range)
    }

    /// The path from the root that a relative destination names.
    pub(super) fn file(&self, destination: &str) -> Option<String> {
        let path = destination.split(['#', '?']).next().unwrap_or_default();
        join(parent(&self.source.path), &decode(path))
    }

    fn with_scheme(&mut self, scheme: &str, destination: &str, range: &Range<usize>) -> Destination {
        match scheme {
            "http" | "https" => {
                let own = destination.strip_prefix(self.options.site_url).filter(|_| !self.options.site_url.is_empty());
                if own.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#', '?'])) {
                    return Destination::Plain(destination.to_owned());
                }
                Destination::External(destination.to_owned())
            }
            "javascript" | "vbscript" | "data" => {
                let diagnostic = Diagnostic::error("unsafe-link", format!("a link may not run a script: `{scheme}:`"))
                    .help("link to a page, or use a component for what must run");
                self.report(diagnostic, range);
                Destination::Broken
            }
            "next" => self.turn(Turn::Next, destination, range),
            "previous" => self.turn(Turn::Previous, destination, range),
            _ => Destination::Plain(destination.to_owned()),
        }
    }

    /// `next:` and `previous:`, in the main series of the text, or in the one that is named:
    /// `next:tuesday-therapy-notes`.
    fn turn(&mut self, turn: Turn, destination: &str, range: &Range<usize>) -> Destination {
        let (_, rest) = destination.split_once(':').unwrap_or_default();
        let (series, tail) = rest.split_at(rest.find(['#', '?']).unwrap_or(rest.len()));
        match self.links.turn(turn, series) {
            Ok(link) => self.to(link, &destination[..destination.len() - tail.len()], tail, range),
            Err((message, help)) => {
                self.report(Diagnostic::error("series-link", message).label("leads nowhere").help(help), range);
                Destination::Broken
            }
        }
    }

    fn relative(&mut self, destination: &str, range: &Range<usize>) -> Destination {
        let found = self.file(destination).and_then(|path| self.links.target(&path).map(|link| (path, link)));
        let Some((path, link)) = found else {
            self.broken(destination, range);
            return Destination::Broken;
        };
        let tail = &destination[destination.find(['#', '?']).unwrap_or(destination.len())..];
        self.to(link, &path, tail, range)
    }

    fn to(&mut self, link: Link, what: &str, tail: &str, range: &Range<usize>) -> Destination {
        let url = match link {
            Link::Forthcoming(hint) => {
                self.forward.push(Forward { to: what.to_owned(), range: range.clone() });
                return Destination::Forthcoming(hint);
            }
            Link::Url(url) => url,
            Link::Page(url, path) => {
                if let Some((_, id)) = tail.split_once('#')
                    && !id.is_empty()
                {
                    self.pend(PendingTarget::Anchor { path: path.to_string(), id: decode(id) }, range);
                }
                if !self.mentions.contains(&path) {
                    self.mentions.push(path);
                }
                url
            }
        };
        Destination::Internal(format!("{url}{tail}"))
    }

    fn broken(&mut self, destination: &str, range: &Range<usize>) {
        let nearest = self.file(destination).and_then(|path| self.links.nearest(&path));
        let help = match nearest {
            Some(path) => format!("did you mean `{}`?", relative_to(parent(&self.source.path), &path)),
            None => {
                "links between files are relative to this file and name the file itself: ../posts/2026-01-06-cbt.md"
                    .to_owned()
            }
        };
        let diagnostic =
            Diagnostic::error("broken-link", format!("there is no file `{destination}`")).label("not found").help(help);
        self.report(diagnostic, range);
    }

    fn pend(&mut self, to: PendingTarget, range: &Range<usize>) {
        self.pending.push(Pending { to, range: range.clone() });
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic, range: &Range<usize>) {
        self.diagnostics.push(at(diagnostic, self.source, range));
    }
}

/// Narrows the range of a link or picture to its destination, where it can be found.
pub(super) fn destination_range(source: &SourceText, whole: &Range<usize>, destination: &str) -> Range<usize> {
    match source.text[whole.clone()].rfind(destination) {
        Some(start) if !destination.is_empty() => whole.start + start..whole.start + start + destination.len(),
        _ => whole.clone(),
    }
}

pub(super) fn scheme(destination: &str) -> Option<String> {
    let (scheme, _) = destination.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then(|| scheme.to_ascii_lowercase())
}

pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `path` as a link from the folder `from`.
pub(crate) fn relative_to(from: &str, path: &str) -> String {
    let from: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    up.chain(to[common..].iter().copied()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_relative() {
        assert_eq!(relative_to("content/posts/a", "content/posts/b.md"), "../b.md");
        assert_eq!(relative_to("content", "content/about.md"), "about.md");
    }
}
