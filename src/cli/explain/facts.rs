//! What a page is made of, each with where it comes from.

use serde_json::{Value, json};

use super::super::due::moment;
use super::super::known::Known;
use super::super::table::cut;
use crate::build::Report;
use crate::config;
use crate::content::{Document, Listed};
use crate::diagnostics::Span;
use crate::site::{Page, Place};
use crate::template::DEFAULT;

/// Something that is true of a page.
pub(super) struct Fact {
    name: &'static str,
    value: String,
    from: String,
}

impl Fact {
    pub(super) fn row(&self) -> Vec<String> {
        vec![format!("  {}", self.name), cut(&self.value, 44), self.from.clone()]
    }

    pub(super) fn json(&self) -> Value {
        json!({ "name": self.name, "value": self.value, "from": self.from })
    }
}

/// The facts of a document in a built site.
pub(super) fn facts(document: &Document, known: &Known, report: &Report) -> Vec<Fact> {
    let Some(page) = report.site.page(document.path()) else {
        return Vec::new();
    };
    let teller = Teller { document, page, known, report };
    let mut all = vec![teller.title()];
    all.extend(teller.date());
    all.extend(page.places.iter().flat_map(|place| teller.place(*place)));
    all.push(teller.address());
    all.extend(page.document.front.aliases.iter().map(|alias| teller.stands("alias", alias, "aliases", alias)));
    all.push(teller.template());
    all.extend(document.front.tags.iter().map(|tag| teller.stands("tag", tag, "tags", tag)));
    all.extend(document.front.image.as_ref().map(|image| teller.stands("image", &image.src, "image", &image.src)));
    all.extend(teller.sources());
    all
}

struct Teller<'a> {
    document: &'a Document,
    page: &'a Page,
    known: &'a Known,
    report: &'a Report,
}

fn place(at: &Span) -> String {
    format!("{}:{}", at.path, at.line)
}

impl Teller<'_> {
    /// Something that the front matter says.
    fn stands(&self, name: &'static str, value: &str, field: &str, written: &str) -> Fact {
        Fact { name, value: value.to_owned(), from: place(&self.document.place_of(field, written)) }
    }

    /// Something that the configuration says, or that is so without it.
    fn configured(&self, field: &str) -> String {
        let at = config::place(self.known.folder.tree(), field);
        if at.excerpt.is_empty() { format!("the default of `{field}`") } else { place(&at) }
    }

    fn title(&self) -> Fact {
        let title = &self.page.title;
        if self.document.front.title.is_some() {
            return self.stands("title", title, "title", title);
        }
        let from = if self.document.heading.is_some() { "its first heading" } else { "the file's name" };
        Fact { name: "title", value: title.clone(), from: from.to_owned() }
    }

    fn date(&self) -> Option<Fact> {
        let date = self.page.date.as_ref()?;
        let front = self.document.front.date;
        let from = match front {
            Some(_) => place(&self.document.place_of("date", "")),
            None => "the file's name".to_owned(),
        };
        let is_day = matches!(self.document.when(), Some(crate::content::When::Date(_)));
        let hour = if is_day { format!("; the time from {}", self.hour()) } else { String::new() };
        Some(Fact { name: "date", value: moment(date), from: from + &hour })
    }

    /// Where the time of day of a bare date is said.
    fn hour(&self) -> String {
        let series = self.page.place().map(|place| &self.report.site.series[place.series]);
        let described = series.and_then(|series| series.document.as_ref());
        let timed = described.filter(|one| one.front.cadence.as_ref().is_some_and(|cadence| cadence.time.is_some()));
        timed.map_or_else(|| self.configured("publish_at"), |one| place(&one.place_of("cadence", "")))
    }

    fn place(&self, at: Place) -> [Fact; 2] {
        let series = &self.report.site.series[at.series];
        let named = self
            .document
            .front
            .series
            .iter()
            .find(|one| one.name.eq_ignore_ascii_case(&series.title) || one.name == series.slug);
        let from = place(&self.document.place_of("series", named.map_or("", |one| one.name.as_str())));
        let described =
            series.document.as_ref().map(|one| format!(", described in {}", one.path())).unwrap_or_default();
        let is_written = named.is_some_and(|one| one.part.is_some());
        let season = at.season.map(|season| format!("season {season}, ")).unwrap_or_default();
        let counted = if is_written { from.clone() } else { "counted: what comes before it in the series".to_owned() };
        [
            Fact { name: "series", value: series.title.clone(), from: from + &described },
            Fact { name: "part", value: format!("{season}{} of {}", at.part, at.of), from: counted },
        ]
    }

    fn address(&self) -> Fact {
        let slug = self.document.front.slug.as_deref();
        let own =
            slug.map_or_else(|| "its file's name".to_owned(), |slug| place(&self.document.place_of("slug", slug)));
        let is_post = self.document.kind == crate::content::Kind::Post;
        let pattern =
            if is_post { format!(", by `permalink`: {}", self.configured("permalink")) } else { String::new() };
        Fact { name: "address", value: self.report.site.href(&self.page.permalink), from: own + &pattern }
    }

    fn template(&self) -> Fact {
        let is_post = self.document.kind == crate::content::Kind::Post;
        let usual = if is_post { "post.html" } else { "page.html" };
        let own = self.document.front.template_file();
        let name = own.clone().unwrap_or_else(|| usual.to_owned());
        let theme = &self.known.content.config.theme;
        let files = [format!("templates/{name}"), format!("themes/{theme}/templates/{name}")];
        let file = files.into_iter().find(|file| self.known.folder.tree().text(file).is_some());
        let file = file.unwrap_or_else(|| format!("the theme `{DEFAULT}` that comes with weeknotes"));
        let asked = own.map(|_| format!(", asked for at {}", place(&self.document.place_of("template", ""))));
        Fact { name: "template", value: name, from: file + &asked.unwrap_or_default() }
    }

    fn sources(&self) -> Vec<Fact> {
        let body = self.report.body(self.document.path());
        let tree = self.known.folder.tree();
        let references = body.map(|body| body.references.as_slice()).unwrap_or_default();
        let listed =
            |id: &str| self.document.front.sources.iter().any(|one| matches!(one, Listed::Id(own) if own == id));
        let fact = |source: &crate::content::Source| {
            let id = source.id.as_deref().unwrap_or_default();
            let library = crate::content::LIBRARY;
            let text = tree.text(library).filter(|_| !id.is_empty());
            let record = text.and_then(|text| {
                let at = text.text.find(&format!("id: {id}\n"))?;
                Some(place(&text.span(at..at + 4 + id.len())))
            });
            let own = || place(&self.document.place_of("sources", source.title.as_deref().unwrap_or_default()));
            let also = if listed(id) { ", listed in its front matter" } else { "" };
            Fact { name: "source", value: source.label(), from: record.unwrap_or_else(own) + also }
        };
        references.iter().map(|reference| fact(&reference.source)).collect()
    }
}
