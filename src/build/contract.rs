//! Whether instalments are what the file of their series asks for.

use crate::content::{Contract, Document, slugify};
use crate::diagnostics::{Diagnostic, Span};
use crate::markdown::Body;
use crate::site::{Page, Series};
use crate::template::World;

/// What instalments that are shown owe to their series, each series by its own contract.
pub(super) fn breaches(world: &World) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, series) in world.site.series.iter().enumerate() {
        let Some(document) = &series.document else { continue };
        let Some(contract) = &document.front.contract else { continue };
        let tags = contract.tags.iter().map(|tag| slugify(tag, world.site.config.slugs)).collect();
        let check = Check { world, series, document, contract, tags };
        for post in &series.parts {
            let page = &world.site.posts[*post];
            let place = page.places.iter().find(|place| place.series == at);
            let (Some(place), Some(body)) = (place, world.body(page.path())) else { continue };
            found.extend(check.title(page, place.part));
            found.extend(check.tags(page));
            found.extend(check.sources(page, body));
            found.extend(check.words(page, body));
            found.extend(check.next_week(page, body, place.at));
        }
    }
    found
}

struct Check<'a> {
    world: &'a World,
    series: &'a Series,
    document: &'a Document,
    contract: &'a Contract,
    /// The slugs of the tags that are asked for.
    tags: Vec<String>,
}

impl Check<'_> {
    fn title(&self, page: &Page, part: usize) -> Option<Diagnostic> {
        let pattern = self.contract.title.as_ref().filter(|pattern| !pattern.matches(&page.title, part))?;
        let message = format!("the title `{}` is not like `{pattern}`", page.title);
        let help = format!("call it `{}`", self.contract.title_for(&page.title, part));
        Some(self.breach(message, "title", page.document.place_of("title", &page.title), help))
    }

    fn tags(&self, page: &Page) -> Option<Diagnostic> {
        let has = |slug: &str| page.tags.iter().any(|tag| self.world.site.tags[*tag].slug == slug);
        let missing = self.contract.tags.iter().zip(&self.tags).filter(|(_, slug)| !has(slug)).map(|(tag, _)| tag);
        let missing: Vec<&str> = missing.map(String::as_str).collect();
        if missing.is_empty() {
            return None;
        }
        let message = format!("this instalment has no tag `{}`", missing.join("` and no tag `"));
        let own = page.document.front.tags.iter().map(String::as_str);
        let help = format!("write `tags: [{}]`", own.chain(missing).collect::<Vec<_>>().join(", "));
        Some(self.breach(message, "tags", page.document.place_of("tags", ""), help))
    }

    fn sources(&self, page: &Page, body: &Body) -> Option<Diagnostic> {
        let (has, asked) = (body.references.len(), self.contract.sources);
        if has >= asked {
            return None;
        }
        let message = format!("this instalment leans on {}, and {} asked for", sources(has), owed(asked));
        let help = "cite a record in the text, `[@id]`, or name it in the front matter, `sources: [id]`";
        Some(self.breach(message, "sources", page.document.place_of("sources", ""), help))
    }

    fn words(&self, page: &Page, body: &Body) -> Option<Diagnostic> {
        let range = self.contract.words?;
        let has = body.words;
        let is_too_long = range.max.is_some_and(|max| has > max);
        if has >= range.min && !is_too_long {
            return None;
        }
        let message = format!("this instalment has {has} word{}, and {range} are asked for", plural(has));
        let help = if is_too_long { "shorten it, or make two instalments of it" } else { "say more" };
        Some(self.breach(message, "words", page.document.top(), format!("{help}, or change `words` in the contract")))
    }

    /// Of the last part of a series that has ended nobody expects another.
    fn next_week(&self, page: &Page, body: &Body, at: usize) -> Option<Diagnostic> {
        let is_last = self.series.is_finished && at + 1 == self.series.parts.len();
        if !self.contract.next_week || is_last || self.says_what_is_next(page, body, at) {
            return None;
        }
        let message = "this instalment does not say what comes next".to_owned();
        let help = "add `next_week: …` to the front matter, or link to it in the text: `[the next one](next:)`";
        Some(self.breach(message, "next_week", page.document.top(), help))
    }

    /// A link to a later instalment was one to what is not out, and goes on to count.
    fn says_what_is_next(&self, page: &Page, body: &Body, at: usize) -> bool {
        let site = &self.world.site;
        let is_later = |post: usize| {
            let date = |page: &Page| page.date.as_ref().map(jiff::ZonedDateTime::timestamp);
            let by_date = date(page).zip(date(&site.posts[post])).is_some_and(|(own, other)| own < other);
            by_date || self.series.parts[at + 1..].contains(&post)
        };
        page.document.front.next_week.is_some()
            || !body.forward.is_empty()
            || body.mentions.iter().filter_map(|path| site.post_index(path)).any(is_later)
    }

    fn breach(&self, message: String, field: &str, place: Span, help: impl Into<String>) -> Diagnostic {
        let asked = self.document.place_of("contract", &format!("{field}:"));
        let note = format!("the series `{}` asks for it: {}:{}", self.series.title, asked.path, asked.line);
        Diagnostic::warning("contract", message).at(place).note(note).help(help)
    }
}

fn sources(count: usize) -> String {
    match count {
        0 => "no source".to_owned(),
        _ => format!("{count} source{}", plural(count)),
    }
}

fn owed(count: usize) -> String {
    if count == 1 { "one is".to_owned() } else { format!("{count} are") }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
