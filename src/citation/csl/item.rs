//! Records as items of the Citation Style Language.
//!
//! The names of types and variables are those of CSL 1.0.2
//! (<https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables>).

use serde_json::{Map, Value, json};

use crate::content::{Name, PartialDate, Source, WorkKind};

/// A record in CSL-JSON under an id.
///
/// Some of what style guides ask of an author is done here, since no style can: a site
/// or publisher that is also the author is not named twice (APA 7, sections 9.31 and 10.16).
pub(in crate::citation) fn item(source: &Source, id: &str) -> Value {
    let mut item = Map::new();
    let kind = source.kind();
    item.insert("id".into(), id.into());
    item.insert("type".into(), csl_type(source, kind).into());
    let by = authors(source);
    let role = if kind == WorkKind::Podcast && !source.authors.is_empty() { "host" } else { "author" };
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            item.insert(key.to_owned(), value.into());
        }
    };
    let text = |value: &Option<String>| value.clone();
    put("title", text(&source.title).or_else(|| source.section.clone()));
    let not_author = |name: &String| !by.iter().any(|author| author.eq_ignore_ascii_case(name));
    put("container-title", container(source, kind).filter(not_author));
    put("publisher", publisher(source, kind).filter(not_author));
    put("volume", text(&source.volume));
    put("issue", text(&source.issue));
    put("number", text(&source.number));
    put("page", source.pages.as_ref().map(|pages| pages.replace(['–', '—'], "-")));
    put("edition", source.edition.as_deref().map(edition));
    put("URL", text(&source.url));
    put("DOI", text(&source.doi));
    put("PMID", text(&source.pmid));
    put("ISBN", text(&source.isbn));
    put("language", text(&source.language));
    put("medium", medium(kind).map(str::to_owned));
    if !by.is_empty() {
        let names = source.authors.iter().map(name).chain(organisation_as_author(source));
        item.insert(role.to_owned(), names.collect());
    }
    if !source.editors.is_empty() {
        item.insert("editor".to_owned(), source.editors.iter().map(name).collect());
    }
    if let Some(issued) = source.published.or(source.updated) {
        item.insert("issued".to_owned(), date(issued));
    }
    if let Some(accessed) = source.accessed {
        item.insert("accessed".to_owned(), date(accessed));
    }
    Value::Object(item)
}

/// Characters that hayagriva takes for something else, and what stands for each while it
/// sets: a hyphen makes a report's number a range, quotation marks in a title meet those of
/// the style, and `&` in a name is the one between names.
const DISGUISED: [(char, char); 4] = [('-', '\u{f8f0}'), ('“', '\u{f8f1}'), ('”', '\u{f8f2}'), ('&', '\u{f8f3}')];

/// A record as hayagriva must be handed it, so that it prints what CSL asks for. A style
/// that knows no hosts takes them for authors.
pub(super) fn item_to_set(source: &Source, id: &str, knows_hosts: bool) -> Value {
    let mut item = item(source, id);
    let Value::Object(fields) = &mut item else { return item };
    if !knows_hosts && let Some(hosts) = fields.shift_remove("host") {
        fields.insert("author".into(), hosts);
    }
    for (key, disguised) in [("number", "-"), ("title", "“”"), ("container-title", "“”")] {
        if let Some(Value::String(text)) = fields.get_mut(key) {
            *text = disguise(text, disguised);
        }
    }
    for role in ["author", "editor", "host"] {
        let names = fields.get_mut(role).and_then(Value::as_array_mut);
        names.into_iter().flatten().filter_map(Value::as_object_mut).for_each(keep_whole);
    }
    item
}

/// A family name with a small word in it ("van der Kolk", "Núñez de la Peña") is split
/// there by hayagriva unless it is told of a particle; what it is told comes out whole.
fn keep_whole(name: &mut Map<String, Value>) {
    for part in name.values_mut() {
        if let Value::String(text) = part {
            *text = disguise(text, "&");
        }
    }
    let Some(Value::String(family)) = name.get("family") else { return };
    let is_small = |word: &str| word.starts_with(char::is_lowercase);
    if let Some((first, rest)) = family.split_once(' ').filter(|_| family.split(' ').any(is_small)) {
        let (first, rest) = (Value::from(first), Value::from(rest));
        name.insert("non-dropping-particle".into(), first);
        name.insert("family".into(), rest);
    }
}

/// A text in which some characters are hidden from hayagriva.
pub(super) fn disguise(text: &str, which: &str) -> String {
    let hidden =
        |c: char| DISGUISED.iter().find(|(plain, _)| *plain == c && which.contains(c)).map_or(c, |(_, mask)| *mask);
    text.chars().map(hidden).collect()
}

/// The text as it was. Quotation marks within others are single ones.
pub(in crate::citation) fn undisguise(text: &str, is_quoted: &mut bool) -> String {
    let plain = |c: char| {
        match c {
            '“' => *is_quoted = true,
            '”' => *is_quoted = false,
            _ => {}
        }
        match DISGUISED.iter().find(|(_, mask)| *mask == c).map_or(c, |(plain, _)| *plain) {
            '“' if *is_quoted && c != '“' => '‘',
            '”' if *is_quoted => '’',
            plain => plain,
        }
    };
    text.chars().map(plain).collect()
}

fn csl_type(source: &Source, kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::WebPage => "webpage",
        WorkKind::Article => "article-journal",
        WorkKind::Book => "book",
        WorkKind::Chapter => "chapter",
        WorkKind::Report | WorkKind::Guideline if source.container.is_some() => "article-journal",
        WorkKind::Report | WorkKind::Guideline => "report",
        WorkKind::News => "article-newspaper",
        WorkKind::Podcast => "broadcast",
        WorkKind::Video => "motion_picture",
        WorkKind::Interview => "interview",
        WorkKind::PersonalCommunication => "personal_communication",
        WorkKind::Document => "document",
    }
}

fn medium(kind: WorkKind) -> Option<&'static str> {
    match kind {
        WorkKind::Podcast => Some("Audio podcast episode"),
        WorkKind::Video => Some("Video"),
        _ => None,
    }
}

/// The names that the work is by, as they would stand as a site or publisher.
fn authors(source: &Source) -> Vec<String> {
    let people = source.authors.iter().map(Name::given_first);
    let body = source.organisation.as_ref().filter(|_| source.authors.is_empty()).map(|one| one.name.clone());
    people.chain(body).collect()
}

fn organisation_as_author(source: &Source) -> Option<Value> {
    let body = source.organisation.as_ref().filter(|_| source.authors.is_empty())?;
    Some(json!({ "literal": body.name }))
}

fn container(source: &Source, kind: WorkKind) -> Option<String> {
    let organisation = || source.organisation.as_ref().map(|one| one.name.clone());
    match kind {
        WorkKind::WebPage => source.site.clone().or_else(|| source.container.clone()).or_else(organisation),
        _ => source.container.clone().or_else(|| source.site.clone().filter(|_| kind != WorkKind::Video)),
    }
}

fn publisher(source: &Source, kind: WorkKind) -> Option<String> {
    let organisation = || source.organisation.as_ref().map(|one| one.name.clone());
    match kind {
        WorkKind::Video => source.site.clone().or_else(|| source.publisher.clone()),
        WorkKind::WebPage => source.publisher.clone(),
        _ => source.publisher.clone().or_else(organisation),
    }
}

/// "6th" and "6" are the sixth edition; styles write the ending themselves.
fn edition(text: &str) -> String {
    let digits =
        text.trim_end_matches(" edition").trim_end_matches(" ed.").trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.to_owned() } else { text.to_owned() }
}

fn name(name: &Name) -> Value {
    match name {
        Name::Person { family, given } if given.is_empty() => json!({ "literal": family }),
        Name::Person { family, given } => match given.split_once(", ") {
            Some((given, suffix)) => json!({ "family": family, "given": given, "suffix": suffix }),
            None => json!({ "family": family, "given": given }),
        },
        Name::Literal(literal) => json!({ "literal": literal }),
    }
}

fn date(date: PartialDate) -> Value {
    let mut parts = vec![json!(date.year)];
    parts.extend(date.month.map(|month| json!(month)));
    parts.extend(date.day.map(|day| json!(day)));
    json!({ "date-parts": [parts] })
}
