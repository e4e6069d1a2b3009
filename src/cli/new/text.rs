//! What a new post begins with.

use jiff::ZonedDateTime;

use crate::content::{Contract, Document};
use crate::diagnostics::Diagnostic;
use crate::site::{Coming, Series, Site};
use crate::source::yaml::scalar;
use crate::source::{SourceText, SourceTree};
use crate::template::{Value, fill_archetype};

/// All that is known of a post that is to be begun.
pub(super) struct Begun<'a> {
    pub(super) title: &'a str,
    pub(super) slug: &'a str,
    pub(super) when: &'a ZonedDateTime,
    /// Its series, if there is one of the name already.
    pub(super) series: Option<&'a Series>,
    pub(super) name: Option<&'a str>,
    pub(super) planned: Option<&'a Coming>,
}

/// The text, of the series' archetype, the site's, or our own.
pub(super) fn fill(begun: &Begun<'_>, site: &Site, tree: &SourceTree) -> Result<String, Vec<Diagnostic>> {
    let date = begun.date(site);
    let own = begun.series.and_then(|series| tree.text(&format!("archetypes/{}.md", series.slug)));
    let Some(archetype) = own.or_else(|| tree.text("archetypes/default.md")) else {
        let contract = begun.series.and_then(|series| series.front()?.contract.as_deref());
        return Ok(plain(begun.title, &date, begun.name, contract));
    };
    let part = begun.series.map(|series| series.parts.len() + 1);
    let maybe = |text: Option<&str>| text.map_or_else(Value::none, Value::from);
    let text = fill_archetype(
        archetype,
        [
            ("title", Value::from(begun.title)),
            ("slug", Value::from(begun.slug)),
            ("date", Value::from(date)),
            ("series", maybe(begun.name)),
            ("series_slug", maybe(begun.series.map(|series| series.slug.as_str()))),
            ("part", part.map_or_else(Value::none, |part| Value::from(part as u64))),
            ("planned", Value::from(begun.planned.is_some())),
        ],
    )?;
    let wrong = Document::read(&SourceText::new("content/posts/new.md", text.as_str())).diagnostics;
    let wrong: Vec<Diagnostic> = wrong.into_iter().filter(Diagnostic::is_error).collect();
    if wrong.is_empty() {
        return Ok(text);
    }
    let told = wrong.into_iter().map(|wrong| {
        Diagnostic::error("archetype", format!("what this archetype makes cannot be read: {}", wrong.message))
            .at(archetype.span(0..0))
            .help("write texts in front matter with the filter `yaml`: title: {{ title | yaml }}")
    });
    Err(told.collect())
}

impl Begun<'_> {
    /// A day alone when it comes out at its series' time of day.
    fn date(&self, site: &Site) -> String {
        let slots = self.series.and_then(|series| site.slots(series));
        let time = slots.map_or(site.config.publish_at, |slots| slots.time());
        let usual = crate::content::When::Date(self.when.date()).resolve(&site.config.timezone, time);
        let format = if usual.timestamp() == self.when.timestamp() { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
        self.when.strftime(format).to_string()
    }
}

/// What the series' contract asks for is there to be filled in.
fn plain(title: &str, date: &str, series: Option<&str>, contract: Option<&Contract>) -> String {
    let series = series.map(|series| format!("series: {}\n", scalar(series))).unwrap_or_default();
    let tags = contract.map(|contract| contract.tags.iter().map(|tag| scalar(tag)).collect::<Vec<_>>().join(", "));
    let tags = tags.unwrap_or_default();
    let next = if contract.is_some_and(|contract| contract.next_week) { "next_week:\n" } else { "" };
    format!(
        "---\ntitle: {}\ndate: {date}\n{series}tags: [{tags}]\n{next}# What lists show; left out, it is the first paragraph.\nsummary:\n\
         # What the post leans on. Take the marks away and fill it in.\n# sources:\n#   - organisation: \n#     title: \n#     url: \n\
         draft: true\n---\n\n\n",
        scalar(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_title_survives_its_front_matter() {
        for title in ["Plain", "A: \"B\" # c", "- x", "yes", "'", "2026-01-06", "{a}", "Привет: мир"] {
            let text = plain(title, "2026-01-06", Some(title), None);
            let read = Document::read(&SourceText::new("content/posts/a.md", text));
            assert_eq!(read.diagnostics, [], "{title}");
            assert_eq!(read.value.title(), title);
            assert_eq!(read.value.front.series.first().map(|series| series.name.as_str()), Some(title));
            assert!(read.value.front.draft);
        }
    }
}
