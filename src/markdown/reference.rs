//! Links, pictures and figures.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::html::{push_escaped, push_text};
use super::link::{Destination, destination_range};
use super::writer::{Events, Writer, matching};
use crate::diagnostics::Diagnostic;

impl Writer<'_> {
    pub(super) fn link(&mut self, destination: &str, title: &str, range: &Range<usize>) {
        let place = destination_range(self.source, range, destination);
        let resolved = self.resolver.resolve(destination, &place);
        let (open, href, close) = match &resolved {
            Destination::Broken => ("", None, ""),
            Destination::Forthcoming(hint) => {
                self.html.push("<span class=\"forthcoming\">");
                self.open_links.push(forthcoming_end(hint).into());
                return;
            }
            Destination::External(url) | Destination::Internal(url) | Destination::Plain(url) => {
                ("<a href=\"", Some(url), "</a>")
            }
        };
        self.open_links.push(close.into());
        let Some(url) = href else { return };
        self.html.push(open);
        self.address(url, matches!(resolved, Destination::Internal(_)));
        self.html.push("\"");
        if !title.is_empty() {
            self.html.push(" title=\"");
            push_escaped(&mut self.html.text, title);
            self.html.push("\"");
        }
        if matches!(resolved, Destination::External(_)) {
            let policy = self.options.external_links;
            if !policy.rel.is_empty() {
                self.html.push(&format!(" rel=\"{}\"", super::escape(&policy.rel)));
            }
            if policy.new_tab {
                self.html.push(" target=\"_blank\"");
            }
        }
        self.html.push(">");
    }

    pub(super) fn address(&mut self, url: &str, internal: bool) {
        if internal {
            self.html.origin_here();
        }
        pulldown_cmark_escape::escape_href(&mut self.html.text, url).expect("writing to a string never fails");
    }

    pub(super) fn image(&mut self, destination: &str, title: &str, events: &Events<'_>) -> usize {
        let end = matching(events);
        self.picture(destination, title, &alt_text(&events[1..end]), &events[0].1);
        end + 1
    }

    pub(super) fn picture(&mut self, destination: &str, title: &str, alt: &str, range: &Range<usize>) {
        let place = destination_range(self.source, range, destination);
        if alt.trim().is_empty() {
            let diagnostic =
                Diagnostic::warning("missing-alt", "this picture has no description for those who cannot see it")
                    .help("say in the square brackets what it shows: ![A circle of six empty chairs](chairs.jpg)");
            self.resolver.report(diagnostic, range);
        }
        let resolved = self.resolver.resolve(destination, &place);
        let size = match &resolved {
            Destination::Internal(_) if !destination.starts_with('/') => {
                self.resolver.file(destination).and_then(|path| self.resolver.links.image_size(&path))
            }
            Destination::Internal(_) => self.resolver.links.image_size(&format!("static{destination}")),
            _ => None,
        };
        let (Destination::External(url) | Destination::Internal(url) | Destination::Plain(url)) = &resolved else {
            push_text(&mut self.html.text, alt);
            return;
        };
        self.html.push("<img src=\"");
        self.address(url, matches!(resolved, Destination::Internal(_)));
        self.html.push("\" alt=\"");
        push_escaped(&mut self.html.text, alt);
        self.html.push("\"");
        if let Some((width, height)) = size {
            self.html.push(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        if !title.is_empty() {
            self.html.push(&format!(" title=\"{}\"", super::escape(title)));
        }
        self.html.push(" loading=\"lazy\">");
    }

    /// A picture alone in its paragraph, with a title: a figure with a caption.
    pub(super) fn figure(&mut self, events: &Events<'_>) -> Option<usize> {
        let (Event::Start(Tag::Image { dest_url, title, .. }), range) = events.get(1)? else {
            return None;
        };
        let end = 1 + matching(&events[1..]);
        if title.is_empty() || !matches!(events.get(end + 1)?.0, Event::End(TagEnd::Paragraph)) {
            return None;
        }
        self.html.push("<figure>");
        self.picture(dest_url, "", &alt_text(&events[2..end]), range);
        self.html.push("<figcaption>");
        push_text(&mut self.html.text, title);
        self.html.push("</figcaption></figure>\n");
        Some(end + 2)
    }
}

/// The hint is text: a reader without a mouse meets it too.
fn forthcoming_end(hint: &str) -> String {
    if hint.is_empty() {
        return "</span>".to_owned();
    }
    format!(" <span class=\"forthcoming-hint\">({})</span></span>", super::escape(hint))
}

fn alt_text(events: &Events<'_>) -> String {
    events
        .iter()
        .filter_map(|(event, _)| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            Event::SoftBreak | Event::HardBreak => Some(" "),
            _ => None,
        })
        .collect()
}
