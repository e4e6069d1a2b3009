//! The values that templates see: cards, moments, series, sources. Each is built once
//! for a site and shared (Tera's values are reference-counted).

use jiff::ZonedDateTime;
use tera::value::Key;
use tera::{Map, Value};

use super::feed::Format;
use crate::citation::coins;
use crate::config::Config;
use crate::content::{Evidence, Name, PartialDate, Source};
use crate::markdown::{Body, Heading, Options, plain_text, render_short};
use crate::memo::{Fingerprint, Hasher};
use crate::site::{Break, Page, Permalink, Place, Series, Site, Term, Upcoming};
use crate::source::yaml;

/// Builds a map of a template's values.
macro_rules! map {
    ($($key:literal => $value:expr),* $(,)?) => {{
        let mut map = tera::Map::with_capacity([$($key),*].len());
        $(map.insert(tera::value::Key::Str($key), tera::Value::from($value));)*
        map
    }};
}
pub(crate) use map;

/// `None` as Tera's `none`.
pub(crate) fn maybe<T: Into<Value>>(value: Option<T>) -> Value {
    value.map_or_else(Value::none, Into::into)
}

/// A field of a map, `none` when it is not there.
pub(crate) fn field(value: &Value, name: &'static str) -> Value {
    value.as_map().and_then(|map| map.get(&Key::Str(name))).cloned().unwrap_or_else(Value::none)
}

/// HTML that is not escaped again.
pub(crate) fn html(text: &str) -> Value {
    Value::safe_string(text)
}

/// A picture of a page or series, resolved.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) url: String,
    pub(crate) alt: String,
    pub(crate) size: Option<(u32, u32)>,
}

impl Picture {
    pub(crate) fn value(&self, config: &Config) -> Value {
        let absolute = if self.url.starts_with('/') { config.absolute(&self.url) } else { self.url.clone() };
        Value::from(map! {
            "url" => self.url.as_str(),
            "permalink" => absolute,
            "alt" => self.alt.as_str(),
            "width" => maybe(self.size.map(|size| u64::from(size.0))),
            "height" => maybe(self.size.map(|size| u64::from(size.1))),
        })
    }
}

/// The options that a page's Markdown is rendered with.
pub(crate) fn markdown_options<'a>(config: &'a Config, id_prefix: &'a str) -> Options<'a> {
    Options {
        markdown: &config.markdown,
        external_links: &config.external_links,
        site_url: &config.url,
        base_path: &config.base_path,
        slugs: config.slugs,
        id_prefix,
        narrative: config.citations.narrative,
    }
}

/// The card of a post or page: what lists show of it.
pub(crate) fn card(
    site: &Site,
    page: &Page,
    tags: Vec<Value>,
    body: Option<&Body>,
    picture: Option<&Picture>,
) -> Value {
    let config = &site.config;
    let front = &page.document.front;
    let url = site.href(&page.permalink);
    let options = markdown_options(config, "");
    let summary = match &front.summary {
        Some(text) => Some(render_short(text, &options)),
        None => body.and_then(|body| body.summary.clone()),
    };
    let places: Vec<Value> = page.places.iter().map(|place| series_place(site, *place)).collect();
    let authors: Vec<Value> = page.authors.iter().map(|author| Value::from(author.as_str())).collect();
    Value::from(map! {
        "title" => page.title.as_str(),
        "full_title" => page.full_title.as_str(),
        "permalink" => config.absolute(&url),
        "url" => url,
        "date" => moment(page.date.as_ref(), config),
        "updated" => moment(page.updated.as_ref(), config),
        "summary_text" => maybe(summary.as_deref().map(|html| shorten(&plain_text(html)))),
        "summary" => maybe(summary.map(|summary| html(&summary))),
        "tags" => tags,
        "authors" => authors,
        "series" => maybe(places.first().cloned()),
        "all_series" => places,
        "image" => maybe(picture.map(|picture| picture.value(config))),
        "content_note" => maybe(front.content_note.as_deref()),
        "draft" => page.draft,
        "scheduled" => page.scheduled,
        "words" => body.map_or(0, |body| body.words) as u64,
        "reading_minutes" => body.map_or(1, Body::reading_minutes) as u64,
        "source_path" => page.path().as_ref(),
        "extra" => yaml_value(&front.extra),
    })
}

/// "Part 4 of 12, 3 more planned".
fn series_place(site: &Site, place: Place) -> Value {
    let series = &site.series[place.series];
    Value::from(map! {
        "title" => series.title.as_str(),
        "url" => site.href(&series.permalink),
        "part" => place.part as u64,
        "parts" => place.of as u64,
        "planned" => series.to_come() as u64,
        "season" => maybe(season(series, place.season)),
        "finished" => series.is_finished,
    })
}

/// A season by its number, with its name if it has one.
fn season(series: &Series, number: Option<u32>) -> Option<Map> {
    let number = number?;
    let name = series.front().and_then(|front| front.seasons.get(&number));
    Some(map! { "number" => u64::from(number), "title" => name.cloned().unwrap_or_else(|| format!("Season {number}")) })
}

/// What a search result or a preview shows of a text: whole words, up to about two
/// lines.
fn shorten(text: &str) -> String {
    const LIMIT: usize = 200;
    let Some((end, _)) = text.char_indices().nth(LIMIT) else {
        return text.to_owned();
    };
    let cut = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([',', ';', ':', '.', ' ']))
}

/// A tag as a page that has it names it.
pub(crate) fn tag_link(site: &Site, tag: &Term) -> Value {
    Value::from(map! { "title" => tag.title.as_str(), "url" => site.href(&tag.permalink) })
}

/// A tag with the number of its posts.
pub(crate) fn tag_summary(config: &Config, tag: &Term) -> Value {
    Value::from(
        map! { "title" => tag.title.as_str(), "url" => tag.permalink.href(&config.base_path), "count" => tag.posts.len() as u64 },
    )
}

/// What every template sees of the site.
pub(crate) fn site_value(config: &Config, theme: &super::Theme) -> Value {
    let menu: Vec<Value> = config
        .menu
        .iter()
        .map(|item| {
            let url =
                if item.url.starts_with('/') { format!("{}{}", config.base_path, item.url) } else { item.url.clone() };
            Value::from(map! { "title" => item.title.as_str(), "path" => url.as_str(), "url" => url })
        })
        .collect();
    let options = markdown_options(config, "");
    Value::from(map! {
        "title" => config.title.as_str(),
        "description" => config.description.as_str(),
        "language" => config.language.as_str(),
        "author" => maybe(config.author.as_deref()),
        "url" => config.url.as_str(),
        "base_path" => config.base_path.as_str(),
        "menu" => menu,
        "footer" => maybe(config.footer.as_deref().map(|text| html(&render_short(text, &options)))),
        "extra" => yaml_value(&config.extra),
        "theme" => yaml_value(&theme.params),
    })
}

/// The three feeds of a page that has them.
pub(crate) fn feed_links(config: &Config, title: &str, permalink: &Permalink) -> Vec<Value> {
    let base = permalink.href(&config.base_path);
    let link = |format: Format| {
        Value::from(map! {
            "title" => format!("{title} ({})", format.name()),
            "url" => format!("{base}{}", format.file()),
            "type" => format.media_type(),
        })
    };
    Format::ALL.map(link).to_vec()
}

/// A date and time in the forms that templates show.
pub(crate) fn moment(at: Option<&ZonedDateTime>, config: &Config) -> Value {
    let Some(at) = at else { return Value::none() };
    Value::from(map! {
        "iso" => iso(at),
        "date" => at.date().to_string(),
        "text" => at.strftime(&config.date_format).to_string(),
        "year" => i64::from(at.year()),
        "month" => i64::from(at.month()),
        "day" => i64::from(at.day()),
        "weekday" => at.strftime("%A").to_string(),
    })
}

/// RFC 3339, to the second.
pub(crate) fn iso(at: &ZonedDateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A series' description in lists.
pub(crate) fn series_summary(
    site: &Site,
    series: &Series,
    picture: Option<&Picture>,
    cards: (Value, Value, Value),
    feeds: Vec<Value>,
) -> Map {
    let description = series.document.as_ref().and_then(|document| document.front.description.clone());
    let (first, latest, start) = cards;
    map! {
        "title" => series.title.as_str(),
        "slug" => series.slug.as_str(),
        "url" => site.href(&series.permalink),
        "description" => maybe(description),
        "image" => maybe(picture.map(|picture| picture.value(&site.config))),
        "count" => series.parts.len() as u64,
        "first" => first,
        "latest" => latest,
        "start" => start,
        "next" => maybe(series.teaser.next.as_ref().map(|next| upcoming(next, &site.config))),
        "pause" => maybe(series.teaser.pause.as_ref().map(|pause| on_break(pause, &site.config))),
        "planned" => series.to_come() as u64,
        "finished" => series.is_finished,
        "calendar" => maybe(series.has_calendar().then(|| format!("{}calendar.ics", site.href(&series.permalink)))),
        "feeds" => feeds,
    }
}

fn upcoming(next: &Upcoming, config: &Config) -> Map {
    map! { "title" => maybe(next.title.as_deref()), "date" => moment(Some(&next.date), config) }
}

fn on_break(pause: &Break, config: &Config) -> Map {
    map! { "until" => moment(pause.until.as_ref(), config), "reason" => maybe(pause.reason.as_deref()) }
}

/// A source record.
pub(crate) fn source(source: &Source) -> Map {
    let authors = source.authors.iter().map(Name::family_first).collect::<Vec<_>>();
    let date = |date: Option<PartialDate>| maybe(date.map(|date| date.to_string()));
    let organisation = source.organisation.as_ref();
    map! {
        "id" => maybe(source.id.as_deref()),
        "label" => source.label(),
        "lead" => source.lead(),
        "name" => source.title.as_deref().unwrap_or_default(),
        "url" => maybe(source.link()),
        "author" => maybe((!authors.is_empty()).then(|| authors.join("; "))),
        "organisation" => maybe(organisation.map(|one| one.name.as_str())),
        "short" => maybe(organisation.and_then(|one| one.short.as_deref())),
        "title" => maybe(source.title.as_deref()),
        "section" => maybe(source.section.as_deref()),
        "site" => maybe(source.site.as_deref()),
        "container" => maybe(source.container.as_deref()),
        "publisher" => maybe(source.publisher.as_deref()),
        "date" => date(source.published),
        "updated" => date(source.updated),
        "accessed" => date(source.accessed),
        "doi" => maybe(source.doi.as_deref()),
        "archived" => maybe(source.archived.as_ref().map(|copy| map! { "url" => copy.url.as_str(), "date" => date(copy.date) })),
        "note" => maybe(source.note.as_deref()),
        "quote" => maybe(source.quote.as_deref()),
        "kind" => source.kind().name(),
        "evidence" => maybe(source.evidence().map(Evidence::name)),
        "coins" => coins(source),
    }
}

/// A table of contents.
pub(crate) fn toc(headings: &[Heading]) -> Vec<Value> {
    let value = |heading: &Heading| {
        Value::from(map! {
            "id" => heading.id.as_str(),
            "title" => html(&heading.title),
            "level" => u64::from(heading.level),
            "children" => toc(&heading.children),
        })
    };
    headings.iter().map(value).collect()
}

/// An author's own YAML values.
pub(crate) fn yaml_value(mapping: &yaml::Mapping) -> Value {
    Value::try_from_serializable(mapping).unwrap_or_else(|_| Value::from(Map::new()))
}

/// The digest of a value with all that is in it.
pub(crate) fn fingerprint(value: &Value) -> Fingerprint {
    let mut hasher = Hasher::with_capacity(4096);
    hash(value, &mut hasher);
    hasher.finish()
}

fn hash(value: &Value, hasher: &mut Hasher) {
    if let Some(map) = value.as_map() {
        hasher.number(1 + map.len() as u64);
        for (key, value) in map {
            match key {
                Key::Str(text) => hasher.text(text),
                other => hasher.text(&other.as_value().to_string()),
            };
            hash(value, hasher);
        }
    } else if let Some(array) = value.as_array() {
        hasher.number(1 + array.len() as u64);
        for value in array {
            hash(value, hasher);
        }
    } else if let Some(text) = value.as_str() {
        hasher.text(text);
    } else {
        hasher.text(tag(value)).text(&value.to_string());
    }
}

/// `none` and an empty text look alike when printed and are not.
fn tag(value: &Value) -> &'static str {
    if value.is_undefined() {
        "undefined"
    } else if value.is_none() {
        "none"
    } else if value.is_bool() {
        "bool"
    } else {
        "number"
    }
}
