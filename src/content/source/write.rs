//! Records as YAML, in the order and form of the documentation.

use std::fmt::Write as _;

use super::{Name, Source};
use crate::source::yaml::scalar;

/// A record as an entry of a list, each line after the first indented by two.
///
/// ```
/// use weeknotes::content::{Name, Source, to_yaml};
/// let source = Source {
///     id: Some("yalom-2020".into()),
///     authors: vec![Name::parse("Yalom, Irvin D.")],
///     title: Some("The theory: a book".into()),
///     ..Source::default()
/// };
/// assert_eq!(to_yaml(&source), "- id: yalom-2020\n  author: Yalom, Irvin D.\n  title: 'The theory: a book'\n");
/// ```
pub fn to_yaml(source: &Source) -> String {
    let mut lines = Vec::new();
    let mut text = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            lines.push(format!("{key}: {value}"));
        }
    };
    let plain = |value: &Option<String>| value.as_deref().map(scalar);
    text("id", plain(&source.id));
    text("kind", source.kind.map(|kind| kind.to_string()));
    text("author", names(&source.authors));
    text("editor", names(&source.editors));
    text(
        "organisation",
        source.organisation.as_ref().map(|organisation| match &organisation.short {
            None => scalar(&organisation.name),
            Some(short) => format!("{{name: {}, short: {}}}", flow(&organisation.name), flow(short)),
        }),
    );
    for (key, value) in [
        ("title", &source.title),
        ("section", &source.section),
        ("site", &source.site),
        ("container", &source.container),
        ("publisher", &source.publisher),
        ("volume", &source.volume),
        ("issue", &source.issue),
        ("number", &source.number),
        ("pages", &source.pages),
        ("edition", &source.edition),
        ("url", &source.url),
        ("doi", &source.doi),
        ("pmid", &source.pmid),
        ("isbn", &source.isbn),
    ] {
        text(key, plain(value));
    }
    for (key, date) in [("published", source.published), ("updated", source.updated), ("accessed", source.accessed)] {
        text(key, date.map(|date| date.to_string()));
    }
    text(
        "archived",
        source.archived.as_ref().map(|archived| {
            let date = archived.date.map(|date| format!(", date: {date}")).unwrap_or_default();
            format!("{{url: {}{date}}}", flow(&archived.url))
        }),
    );
    text("evidence", source.evidence.map(|evidence| evidence.to_string()));
    for (key, value) in [("language", &source.language), ("note", &source.note), ("quote", &source.quote)] {
        text(key, plain(value));
    }
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        writeln!(out, "{}{line}", if at == 0 { "- " } else { "  " }).expect("writing to a string never fails");
    }
    out
}

fn names(names: &[Name]) -> Option<String> {
    match names {
        [] => None,
        [one] if plain_name(one) => Some(scalar(&one.family_first())),
        many => Some(format!("[{}]", many.iter().map(name).collect::<Vec<_>>().join(", "))),
    }
}

/// Whether it is read again as what it is when written as one text.
fn plain_name(name: &Name) -> bool {
    Name::parse(&name.family_first()) == *name
}

fn name(name: &Name) -> String {
    if plain_name(name) {
        return flow(&name.family_first());
    }
    match name {
        Name::Person { family, given } => format!("{{family: {}, given: {}}}", flow(family), flow(given)),
        Name::Literal(literal) => format!("{{name: {}}}", flow(literal)),
    }
}

/// A text inside brackets or braces, where commas part entries.
fn flow(text: &str) -> String {
    let plain = scalar(text);
    if plain.starts_with(['\'', '"']) || !plain.contains([',', '[', ']', '{', '}']) {
        return plain;
    }
    format!("'{}'", plain.replace('\'', "''"))
}
