//! From pulldown-cmark's events to HTML.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::ops::Range;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, Options as Syntax, Parser, Tag,
    TagEnd,
};

use super::cite::{self, Cited};
use super::component::{self, Call};
use super::fence::Fence;
use super::html::{Html, push_text};
use super::link::Resolver;
use super::notes::Footnotes;
use super::outline::{Heading, Ids, nest};
use super::{Body, Links, Options, highlight, plain_text};
use crate::config::MarkdownConfig;
use crate::diagnostics::{Diagnostic, Warned};
use crate::source::SourceText;

pub(super) struct Writer<'a> {
    pub(super) source: &'a SourceText,
    pub(super) options: &'a Options<'a>,
    pub(super) resolver: Resolver<'a>,
    pub(super) html: Html,
    pub(super) ids: Ids,
    pub(super) flat: Vec<Heading>,
    pub(super) notes: Footnotes,
    pub(super) more: Option<usize>,
    pub(super) first_paragraph: Option<Range<usize>>,
    pub(super) words: usize,
    pub(super) has_code: bool,
    pub(super) in_table_head: bool,
    pub(super) aligns: Vec<Alignment>,
    pub(super) column: usize,
    /// The end tag of every open link: empty when it is shown as text.
    pub(super) open_links: Vec<Cow<'static, str>>,
    pub(super) depth: usize,
    pub(super) cited: Cited,
}

pub(crate) type Events<'e> = [(Event<'e>, Range<usize>)];

impl<'a> Writer<'a> {
    pub(super) fn new(source: &'a SourceText, options: &'a Options<'a>, links: &'a dyn Links) -> Self {
        Self {
            source,
            options,
            resolver: Resolver::new(source, options, links),
            html: Html::with_scratch(),
            ids: Ids::default(),
            flat: Vec::new(),
            notes: Footnotes::default(),
            more: None,
            first_paragraph: None,
            words: 0,
            has_code: false,
            in_table_head: false,
            aligns: Vec::new(),
            column: 0,
            open_links: Vec::new(),
            depth: 0,
            cited: Cited::new(links.listed()),
        }
    }

    pub(super) fn run(&mut self, range: Range<usize>) {
        let (calls, unclosed) = component::find(&self.source.text, range.clone());
        for open in unclosed {
            let diagnostic = Diagnostic::error("component", format!("the component `{}` is not closed", open.name))
                .help(format!("end it with `/> }}}}`, or with `{{% </{}> %}}` after its text", open.name));
            self.resolver.report(diagnostic, &open.range);
        }
        let masked;
        let text: &str = if calls.is_empty() {
            &self.source.text[range.clone()]
        } else {
            masked = component::mask(&self.source.text, &range, &calls);
            &masked
        };
        let html: Vec<Html> = calls.iter().map(|call| self.component(call)).collect();
        let base = range.start;
        let links = LazyCell::new(|| cite::links(text, syntax(self.options.markdown)));
        let broken = |link: BrokenLink<'_>| cite::broken_link(&link, &links, text);
        let events: Vec<(Event<'_>, Range<usize>)> =
            Parser::new_with_broken_link_callback(text, syntax(self.options.markdown), Some(broken))
                .into_offset_iter()
                .map(|(event, place)| (event, place.start + base..place.end + base))
                .collect();
        self.events(&events, &html);
    }

    pub(super) fn finish(mut self) -> Warned<Body> {
        self.resolver.mentions.shrink_to_fit();
        let body_end = self.html.text.len();
        self.end_notes();
        self.report_unused_notes();
        let mut summary = match (self.more, &self.first_paragraph) {
            (Some(end), _) => Some(self.html.summary(0, end)),
            (None, Some(range)) => Some(self.html.summary(range.start, range.end.min(body_end))),
            (None, None) => None,
        };
        let references = self.end_citations(&mut summary);
        let body = Body {
            references,
            summary: summary.map(|html| html.trim().to_owned()).filter(|html| !html.is_empty()),
            toc: nest(self.flat),
            ids: self.ids.into_vec(),
            words: self.words / 2,
            has_code: self.has_code,
            pending: self.resolver.pending,
            mentions: self.resolver.mentions,
            forward: self.resolver.forward,
            html: self.html.settled(),
        };
        Warned { value: body, diagnostics: self.resolver.diagnostics }
    }

    fn events(&mut self, events: &Events<'_>, components: &[Html]) {
        let mut at = 0;
        while at < events.len() {
            at += self.event(&events[at..], components);
        }
    }

    /// Writes the first event and returns how many were used up.
    fn event(&mut self, events: &Events<'_>, components: &[Html]) -> usize {
        let (event, range) = &events[0];
        match event {
            Event::Start(tag) => return self.start(tag, range, events, components),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => match self.narrative(events, components) {
                Some(used) => return used,
                None => self.text(text, components),
            },
            Event::Code(code) => {
                self.count(code);
                self.html.push("<code>");
                push_text(&mut self.html.text, code);
                self.html.push("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.raw(html),
            Event::SoftBreak => self.html.push("\n"),
            Event::HardBreak => self.html.push("<br>\n"),
            Event::Rule => self.html.push("<hr>\n"),
            Event::FootnoteReference(label) => self.note_reference(label),
            Event::TaskListMarker(done) => self.task(*done),
            Event::InlineMath(text) | Event::DisplayMath(text) => push_text(&mut self.html.text, text),
        }
        1
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>, events: &Events<'_>, components: &[Html]) -> usize {
        if let Some(used) = self.bracketed(tag, range, events) {
            return used;
        }
        match tag {
            Tag::Paragraph => return self.paragraph(events, components),
            Tag::Heading { level, id, classes, attrs } => {
                let own = self.own_attributes(classes, attrs);
                return self.heading(*level, id.as_deref(), &own, events, components);
            }
            Tag::CodeBlock(kind) => return self.code_block(kind, range, events),
            Tag::Image { dest_url, title, .. } => return self.image(dest_url, title, events),
            Tag::Link { dest_url, title, link_type, .. } => {
                let email = matches!(link_type, pulldown_cmark::LinkType::Email);
                let destination = if email { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                self.link(&destination, title, range);
            }
            Tag::BlockQuote(Some(kind)) => self.alert(*kind),
            Tag::Table(aligns) => {
                self.aligns.clone_from(aligns);
                self.html
                    .push("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n");
            }
            Tag::TableHead => {
                self.in_table_head = true;
                self.column = 0;
                self.html.push("<thead><tr>");
            }
            Tag::TableRow => {
                self.column = 0;
                self.html.push("<tr>");
            }
            Tag::TableCell => self.cell(),
            Tag::List(Some(first)) if *first != 1 => self.html.push(&format!("<ol start=\"{first}\">\n")),
            Tag::FootnoteDefinition(label) => self.notes.open(label, range, &mut self.html),
            other => self.html.push(open_tag(other)),
        }
        1
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link => {
                let close = self.open_links.pop().unwrap_or_default();
                self.html.push(&close);
            }
            TagEnd::TableHead => {
                self.in_table_head = false;
                self.html.push("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableCell => {
                self.column += 1;
                self.html.push(if self.in_table_head { "</th>" } else { "</td>" });
            }
            TagEnd::BlockQuote(kind) => self.html.push(if kind.is_some() { "</aside>\n" } else { "</blockquote>\n" }),
            TagEnd::FootnoteDefinition => self.notes.close(&mut self.html),
            TagEnd::List(ordered) => self.html.push(if ordered { "</ol>\n" } else { "</ul>\n" }),
            other => self.html.push(close_tag(other)),
        }
    }

    pub(super) fn text(&mut self, text: &str, components: &[Html]) {
        let mut rest = text;
        while let Some((before, number, after)) = component::split(rest, components.len()) {
            push_text(&mut self.html.text, before);
            self.html.append(&components[number]);
            rest = after;
        }
        self.count(rest);
        push_text(&mut self.html.text, rest);
    }

    /// Counts half words, so that a character of a script without spaces is one half.
    fn count(&mut self, text: &str) {
        if text.is_ascii() {
            let words =
                text.split_ascii_whitespace().filter(|word| word.bytes().any(|byte| byte.is_ascii_alphanumeric()));
            self.words += 2 * words.count();
            return;
        }
        for word in text.split_whitespace() {
            let dense = word.chars().filter(|c| is_dense(*c)).count();
            self.words += if dense == 0 { 2 * usize::from(word.contains(char::is_alphanumeric)) } else { dense };
        }
    }

    fn raw(&mut self, html: &str) {
        if html.trim() == "<!-- more -->" {
            if self.more.is_none() && self.notes.outer.is_empty() && self.depth == 0 {
                self.more = Some(self.html.text.len());
            }
            return;
        }
        if self.options.markdown.raw_html {
            self.html.has_raw = true;
            self.html.push(html);
        } else {
            push_text(&mut self.html.text, html);
        }
    }

    fn paragraph(&mut self, events: &Events<'_>, components: &[Html]) -> usize {
        if let Some(used) = self.figure(events) {
            return used;
        }
        let end = matching(events);
        if let [_, (Event::Text(text), _), _] = &events[..=end]
            && let Some((before, number, after)) = component::split(text, components.len())
            && before.trim().is_empty()
            && after.trim().is_empty()
        {
            self.html.append(&components[number]);
            self.html.push("\n");
            return end + 1;
        }
        self.html.push("<p>");
        let start = self.html.text.len();
        self.events(&events[1..end], components);
        let is_task = matches!(events.get(1), Some((Event::TaskListMarker(_), _)));
        if self.first_paragraph.is_none() && self.notes.outer.is_empty() && self.depth == 0 && !is_task {
            self.first_paragraph = Some(start..self.html.text.len());
        }
        self.html.push("</p>\n");
        end + 1
    }

    fn heading(
        &mut self,
        level: HeadingLevel,
        id: Option<&str>,
        own: &str,
        events: &Events<'_>,
        components: &[Html],
    ) -> usize {
        let end = matching(events);
        let outer = std::mem::take(&mut self.html);
        self.depth += 1;
        self.events(&events[1..end], components);
        self.depth -= 1;
        let inner = std::mem::replace(&mut self.html, outer);
        let text = plain_text(&inner.unmarked());
        let id = self.ids.for_heading(id, &text, self.options.slugs);
        self.html.push(&format!("<{level} id=\"{}\"{own}>", super::escape(&id)));
        self.html.append(&inner);
        let anchor =
            format!(" <a class=\"anchor\" href=\"#{}\" aria-label=\"Link to this section\">#</a>", super::escape(&id));
        self.html.push_not_in_feed(&anchor);
        self.html.push(&format!("</{level}>\n"));
        self.flat.push(Heading { id, title: super::escape(&text), level: level as u8, children: Vec::new() });
        end + 1
    }

    /// Classes and attributes that the author gave a heading. Without raw HTML only
    /// those that cannot run anything.
    fn own_attributes(&mut self, classes: &[CowStr<'_>], attributes: &[(CowStr<'_>, Option<CowStr<'_>>)]) -> String {
        let mut out = String::new();
        if !classes.is_empty() {
            out = format!(" class=\"{}\"", super::escape(&classes.join(" ")));
        }
        for (name, value) in attributes {
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            let harmless = matches!(name.as_ref(), "lang" | "dir" | "title") || name.starts_with("data-");
            if plain && (harmless || self.options.markdown.raw_html) {
                self.html.has_raw |= !harmless;
                let value = value.as_deref().unwrap_or_default().trim_matches(['"', '\'']);
                out.extend([" ", name, "=\"", &super::escape(value), "\""]);
            }
        }
        out
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'_>, range: &Range<usize>, events: &Events<'_>) -> usize {
        let end = matching(events);
        let code: String = events[1..end]
            .iter()
            .filter_map(|(e, _)| if let Event::Text(t) = e { Some(t.as_ref()) } else { None })
            .collect();
        let info = if let CodeBlockKind::Fenced(info) = kind { info.as_ref() } else { "" };
        let fence = Fence::parse(info);
        self.has_code = true;
        if !fence.write(&code, &mut self.html, self.resolver.links) {
            let place = destination_range_first(self.source, range, &fence.language);
            let help = highlight::nearest(&fence.language)
                .map_or_else(|| "use `text` for no highlighting".to_owned(), |near| format!("did you mean `{near}`?"));
            let message = format!("`{}` is not a language that can be highlighted", fence.language);
            self.resolver.report(Diagnostic::warning("unknown-language", message).help(help), &place);
        }
        end + 1
    }

    fn alert(&mut self, kind: BlockQuoteKind) {
        let (class, title) = match kind {
            BlockQuoteKind::Note => ("note", "Note"),
            BlockQuoteKind::Tip => ("tip", "Tip"),
            BlockQuoteKind::Important => ("important", "Important"),
            BlockQuoteKind::Warning => ("warning", "Warning"),
            BlockQuoteKind::Caution => ("caution", "Caution"),
        };
        let html =
            format!("<aside class=\"alert alert-{class}\" role=\"note\">\n<p class=\"alert-title\">{title}</p>\n");
        self.html.push(&html);
    }

    fn cell(&mut self) {
        let class = match self.aligns.get(self.column) {
            Some(Alignment::Right) => " class=\"align-right\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            _ => "",
        };
        let open = if self.in_table_head { "<th scope=\"col\"" } else { "<td" };
        self.html.push(&format!("{open}{class}>"));
    }

    fn task(&mut self, done: bool) {
        for open in ["<li>", "<li>\n<p>"] {
            if self.html.text.ends_with(open) {
                let start = self.html.text.len() - open.len();
                self.html.replace_from(start, &open.replacen("<li>", "<li class=\"task\">", 1));
                break;
            }
        }
        let checked = if done { " checked" } else { "" };
        self.html.push(&format!("<input type=\"checkbox\" disabled{checked}> "));
    }

    /// A component's HTML, with its body rendered as Markdown in the same text.
    fn component(&mut self, call: &Call) -> Html {
        let body = call.body.clone().map(|range| {
            let outer = std::mem::take(&mut self.html);
            self.depth += 1;
            self.run(range);
            self.depth -= 1;
            std::mem::replace(&mut self.html, outer)
        });
        let links = self.resolver.links;
        let mut html = Html::default();
        html.has_raw = true;
        match links.component(&call.inside, body.as_ref().map(|body| body.text.as_str())) {
            Ok(text) => html.push(text.trim()),
            Err(message) => {
                let known = links.has_component(&call.name);
                let near = if known { None } else { links.nearest_component(&call.name) };
                let help = near.map(|near| format!("did you mean `{near}`?"));
                self.resolver.report(Diagnostic::error("component", message).maybe_help(help), &call.range);
            }
        }
        html
    }
}

/// What of Markdown is understood.
pub(super) fn syntax(config: &MarkdownConfig) -> Syntax {
    let mut syntax = Syntax::ENABLE_TABLES
        | Syntax::ENABLE_FOOTNOTES
        | Syntax::ENABLE_STRIKETHROUGH
        | Syntax::ENABLE_TASKLISTS
        | Syntax::ENABLE_HEADING_ATTRIBUTES
        | Syntax::ENABLE_GFM
        | Syntax::ENABLE_DEFINITION_LIST;
    syntax.set(Syntax::ENABLE_SMART_PUNCTUATION, config.smart_punctuation);
    syntax
}

/// The index of the end of the element that the first event starts.
pub(crate) fn matching(events: &Events<'_>) -> usize {
    let mut depth = 0usize;
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    events.len().saturating_sub(1)
}

fn destination_range_first(source: &SourceText, whole: &Range<usize>, word: &str) -> Range<usize> {
    let start = source.text[whole.clone()].find(word).map_or(whole.start, |at| whole.start + at);
    start..start + word.len()
}

/// Scripts written without spaces between words.
fn is_dense(c: char) -> bool {
    matches!(c as u32, 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF)
}

fn open_tag(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::BlockQuote(_) => "<blockquote>\n",
        Tag::List(Some(_)) => "<ol>\n",
        Tag::List(None) => "<ul>\n",
        Tag::Item => "<li>",
        Tag::DefinitionList => "<dl>\n",
        Tag::DefinitionListTitle => "<dt>",
        Tag::DefinitionListDefinition => "<dd>",
        Tag::Emphasis => "<em>",
        Tag::Strong => "<strong>",
        Tag::Strikethrough => "<del>",
        Tag::Superscript => "<sup>",
        Tag::Subscript => "<sub>",
        _ => "",
    }
}

fn close_tag(tag: TagEnd) -> &'static str {
    match tag {
        TagEnd::Item => "</li>\n",
        TagEnd::DefinitionList => "</dl>\n",
        TagEnd::DefinitionListTitle => "</dt>\n",
        TagEnd::DefinitionListDefinition => "</dd>\n",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        TagEnd::Strikethrough => "</del>",
        TagEnd::Superscript => "</sup>",
        TagEnd::Subscript => "</sub>",
        TagEnd::Table => "</tbody></table></div>\n",
        TagEnd::TableRow => "</tr>\n",
        _ => "",
    }
}
