//! Records from YAML, with a diagnostic at each value that cannot be.

use url::Url;

use super::{Archived, Evidence, Listed, Name, Organisation, PartialDate, Source, WorkKind};
use crate::diagnostics::{Diagnostic, Span, nearest};
use crate::source::yaml::{Places, Value};

/// The fields of a record, in the order they are written in.
pub const FIELDS: [&str; 27] = [
    "id",
    "kind",
    "author",
    "editor",
    "organisation",
    "title",
    "section",
    "site",
    "container",
    "publisher",
    "volume",
    "issue",
    "number",
    "pages",
    "edition",
    "url",
    "doi",
    "pmid",
    "isbn",
    "published",
    "updated",
    "accessed",
    "archived",
    "evidence",
    "language",
    "note",
    "quote",
];

/// Longer than any title or remark; a quotation mark that is not closed makes such texts.
const LIMIT: usize = 4000;

/// Reads the value of a post's `sources:`: ids and records, or one of them alone.
pub fn read_listed(value: &Value, places: &mut Places<'_>, found: &mut Vec<Diagnostic>) -> Vec<Listed> {
    let mut reader = Reader { places, found };
    let entries = match value {
        Value::Null => &[],
        Value::Sequence(entries) => entries.as_slice(),
        one => std::slice::from_ref(one),
    };
    entries.iter().filter_map(|entry| reader.listed(entry)).collect()
}

/// Reads one record of a library. `None` when it is no mapping.
pub fn read_record(value: &Value, places: &mut Places<'_>, found: &mut Vec<Diagnostic>) -> Option<Source> {
    Reader { places, found }.record(value)
}

/// Whether an address may stand in a link: an absolute one of http or https.
///
/// # Errors
/// What is wrong with it, and how to mend it.
pub(crate) fn check_url(text: &str) -> Result<(), (String, &'static str)> {
    let lower = text.to_ascii_lowercase();
    let is_web = lower.starts_with("https://") || lower.starts_with("http://");
    match Url::parse(text) {
        Ok(url) if is_web && url.has_host() && !text.contains(char::is_whitespace) => Ok(()),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => Err((
            format!("`{}:` is not a scheme that a source's address can have", url.scheme()),
            "link to a web page: https://…",
        )),
        _ => Err((
            format!("`{}` is not a web address", shortened(text)),
            "write it with its scheme: https://example.org/page",
        )),
    }
}

/// A DOI without what is written around it; `None` when it is none (DOI Handbook, section 2.2).
pub(crate) fn bare_doi(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let lead = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi.org/", "doi:"];
    let skip = lead.iter().find(|lead| lower.starts_with(**lead)).map_or(0, |lead| lead.len());
    let doi = text[skip..].trim();
    let (registrant, suffix) = doi.strip_prefix("10.")?.split_once('/')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let good = registrant.len() >= 4 && registrant.split('.').all(is_number);
    (good && !suffix.is_empty() && !suffix.contains(char::is_whitespace)).then(|| doi.to_owned())
}

/// Whether a text can be a number of `PubMed`.
pub(crate) fn is_pmid(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A value as a message quotes it: in one line, and no longer than it can be taken in.
pub(crate) fn shortened(text: &str) -> String {
    let text: String =
        text.chars().filter(|c| !is_hidden(*c)).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

/// Whether the check digit of an ISBN is right (ISO 2108).
pub(crate) fn is_isbn(text: &str) -> bool {
    let digits: Vec<u32> = text
        .chars()
        .filter(|c| !matches!(c, '-' | ' ' | '\u{2010}'..='\u{2013}'))
        .map(|c| if matches!(c, 'x' | 'X') { 10 } else { c.to_digit(10).unwrap_or(99) })
        .collect();
    match digits.len() {
        10 => digits.iter().zip((1..=10).rev()).map(|(digit, weight)| digit * weight).sum::<u32>() % 11 == 0,
        13 => digits.iter().zip([1, 3].iter().cycle()).map(|(digit, weight)| digit * weight).sum::<u32>() % 10 == 0,
        _ => false,
    }
}

/// What is not seen and can turn a text around: control characters, and those that set
/// the direction of writing (Unicode Standard Annex 9, section 2).
pub(crate) fn is_hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

struct Reader<'r, 't> {
    places: &'r mut Places<'t>,
    found: &'r mut Vec<Diagnostic>,
}

impl Reader<'_, '_> {
    fn listed(&mut self, entry: &Value) -> Option<Listed> {
        if let Value::Mapping(_) = entry {
            let record = self.record(entry)?;
            let only_id = Source { id: record.id.clone(), ..Source::default() } == record;
            return Some(match record.id {
                Some(id) if only_id => Listed::Id(id),
                id => Listed::Record(std::sync::Arc::new(Source { id, ..record })),
            });
        }
        let place = self.places.value(entry);
        match entry {
            Value::String(id) if !id.trim().is_empty() => Some(Listed::Id(id.trim().to_owned())),
            Value::Number(id) => Some(Listed::Id(id.to_string())),
            _ => {
                self.wrong_type("an entry of `sources`", entry, "an id or a record", place);
                None
            }
        }
    }

    fn record(&mut self, value: &Value) -> Option<Source> {
        let Value::Mapping(fields) = value else {
            let place = self.places.value(value);
            self.wrong_type("a source", value, "a record", place);
            return None;
        };
        let mut source = Source::default();
        let mut first = None;
        for (key, value) in fields {
            let Value::String(key) = key else { continue };
            let place = self.places.key(key);
            self.field(&mut source, key, value, &place);
            first.get_or_insert(place);
        }
        let only_id = Source { id: source.id.clone(), ..Source::default() } == source;
        let told = source.title.is_some()
            || source.url.is_some()
            || source.doi.is_some()
            || source.organisation.is_some()
            || !source.authors.is_empty();
        let is_reference = only_id && source.id.is_some();
        if !told && !is_reference {
            let diagnostic = Diagnostic::error("source", "this source says neither who nor what nor where");
            self.found
                .push(diagnostic.maybe_at(first).help("give it at least a `title`, an `organisation` or a `url`"));
        }
        Some(source)
    }

    fn field(&mut self, source: &mut Source, key: &str, value: &Value, place: &Span) {
        match key {
            "author" | "authors" => source.authors = self.names(key, value),
            "editor" | "editors" => source.editors = self.names(key, value),
            "organisation" | "organization" => source.organisation = self.organisation(key, value),
            "archived" => source.archived = self.archived(value),
            "kind" => source.kind = self.one_of(key, value, WorkKind::parse, WorkKind::ALL),
            "evidence" => source.evidence = self.one_of(key, value, Evidence::parse, Evidence::ALL),
            "published" | "date" => source.published = self.date(key, value),
            "updated" => source.updated = self.date(key, value),
            "accessed" => source.accessed = self.date(key, value),
            "url" => source.url = self.url(key, value),
            "doi" => source.doi = self.doi(value),
            "pmid" => source.pmid = self.pmid(value),
            "isbn" => source.isbn = self.isbn(value),
            _ => match plain_field(source, key) {
                Some(slot) => *slot = self.text(key, value),
                None => self.unknown(key, place),
            },
        }
    }

    fn unknown(&mut self, key: &str, place: &Span) {
        let all = FIELDS.into_iter().chain(["organization", "date"]);
        let help = nearest(key, all).map_or_else(
            || format!("the fields are {}", FIELDS.join(", ")),
            |meant| format!("did you mean `{meant}`?"),
        );
        let diagnostic = Diagnostic::warning("unknown-field", format!("`{key}` is not a field of a source"));
        self.found.push(diagnostic.at(place.clone()).help(help));
    }

    fn wrong_type(&mut self, what: &str, value: &Value, expected: &str, place: Span) {
        let is = match value {
            Value::Null => "empty",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Tagged(_) => "a tagged value",
        };
        let diagnostic = Diagnostic::error("wrong-type", format!("{what} is {is}, where {expected} is expected"));
        let help = "put text that YAML takes for something else in quotation marks";
        self.found.push(diagnostic.at(place).maybe_help((expected == "text").then(|| help.to_owned())));
    }

    fn wrong(&mut self, place: &Span, message: String, help: impl Into<String>) {
        self.found.push(Diagnostic::error("source", message).at(place.clone()).help(help));
    }

    fn text(&mut self, key: &str, value: &Value) -> Option<String> {
        self.placed_text(key, value).map(|(text, _)| text)
    }

    /// A text without what cannot be seen, and where it stands.
    fn placed_text(&mut self, key: &str, value: &Value) -> Option<(String, Span)> {
        let place = self.places.value(value);
        let text = match value {
            Value::Null => return None,
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            other => {
                self.wrong_type(&format!("`{key}`"), other, "text", place);
                return None;
            }
        };
        let length = text.chars().count();
        if length > LIMIT {
            let message = format!("`{key}` is {length} characters long, which is no such text");
            self.wrong(&place, message, "look for a quotation mark that is not closed, or put the text into the post");
            return None;
        }
        if text.contains(is_hidden) {
            let message = format!("`{key}` holds characters that nobody sees, and they are left out");
            let help = "write the text anew: it was copied with control characters in it";
            self.found.push(Diagnostic::warning("hidden-characters", message).at(place.clone()).help(help));
        }
        let clean: String = text.chars().filter(|c| !is_hidden(*c)).collect();
        (!clean.is_empty()).then_some((clean, place))
    }

    fn one_of<T: Copy + std::fmt::Display>(
        &mut self,
        key: &str,
        value: &Value,
        parse: impl Fn(&str) -> Option<T>,
        all: &[T],
    ) -> Option<T> {
        let (text, place) = self.placed_text(key, value)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            let names: Vec<String> = all.iter().map(ToString::to_string).collect();
            let near = nearest(&text.to_lowercase(), names.iter().map(String::as_str));
            let help = near.map_or_else(
                || format!("it is one of: {}", names.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            self.wrong(&place, format!("`{}` is no {key} that is known", shortened(&text)), help);
        }
        parsed
    }

    fn date(&mut self, key: &str, value: &Value) -> Option<PartialDate> {
        let (text, place) = self.placed_text(key, value)?;
        let date = PartialDate::parse(&text);
        if date.is_none() {
            let help = format!("write a year, a month or a day: {}", PartialDate::FORMS);
            self.wrong(&place, format!("`{}` is no date of a source", shortened(&text)), help);
        }
        date
    }

    fn url(&mut self, key: &str, value: &Value) -> Option<String> {
        let (text, place) = self.placed_text(key, value)?;
        match check_url(&text) {
            Ok(()) => Some(text),
            Err((message, help)) => {
                self.wrong(&place, message, help);
                None
            }
        }
    }

    fn doi(&mut self, value: &Value) -> Option<String> {
        let (text, place) = self.placed_text("doi", value)?;
        let doi = bare_doi(&text);
        if doi.is_none() {
            self.wrong(
                &place,
                format!("`{}` is no DOI", shortened(&text)),
                "a DOI begins with 10. and has a slash: 10.1037/pst0000172",
            );
        }
        doi
    }

    fn pmid(&mut self, value: &Value) -> Option<String> {
        let (text, place) = self.placed_text("pmid", value)?;
        if is_pmid(&text) {
            return Some(text);
        }
        self.wrong(
            &place,
            format!("`{}` is no number of PubMed", shortened(&text)),
            "write the digits alone: 30335462",
        );
        None
    }

    /// One with a wrong check digit is shown all the same: books have been printed with it.
    fn isbn(&mut self, value: &Value) -> Option<String> {
        let (text, place) = self.placed_text("isbn", value)?;
        if !is_isbn(&text) {
            let diagnostic = Diagnostic::warning(
                "source",
                format!("`{}` is no ISBN: its check digit does not fit", shortened(&text)),
            );
            self.found.push(diagnostic.at(place).help("compare it with the book's back"));
        }
        Some(text)
    }

    fn names(&mut self, key: &str, value: &Value) -> Vec<Name> {
        let entries = match value {
            Value::Sequence(entries) => entries.as_slice(),
            one => std::slice::from_ref(one),
        };
        entries.iter().filter_map(|entry| self.name(key, entry)).collect()
    }

    fn name(&mut self, key: &str, value: &Value) -> Option<Name> {
        let Value::Mapping(fields) = value else {
            return self.text(key, value).map(|text| Name::parse(&text));
        };
        let (mut family, mut given, mut literal) = (None, None, None);
        for (part, value) in fields {
            let part = part.as_str().unwrap_or_default();
            let place = self.places.key(part);
            match part {
                "family" => family = self.text(part, value),
                "given" => given = self.text(part, value),
                "name" => literal = self.text(part, value),
                _ => self.wrong(
                    &place,
                    format!("`{part}` is no part of a name"),
                    "a name is {family: …, given: …} or {name: …}",
                ),
            }
        }
        match (family, literal) {
            (Some(family), _) => Some(Name::Person { family, given: given.unwrap_or_default() }),
            (None, Some(name)) => Some(Name::Literal(name)),
            (None, None) => None,
        }
    }

    fn organisation(&mut self, key: &str, value: &Value) -> Option<Organisation> {
        let Value::Mapping(fields) = value else {
            return self.text(key, value).map(|name| Organisation { name, short: None });
        };
        let (mut name, mut short) = (None, None);
        for (part, value) in fields {
            let part = part.as_str().unwrap_or_default();
            let place = self.places.key(part);
            match part {
                "name" => name = self.text(part, value),
                "short" => short = self.text(part, value),
                _ => self.wrong(
                    &place,
                    format!("`{part}` is no part of an organisation"),
                    "it is a name, or {name: …, short: …}",
                ),
            }
        }
        name.map(|name| Organisation { name, short })
    }

    fn archived(&mut self, value: &Value) -> Option<Archived> {
        let Value::Mapping(fields) = value else {
            return self.url("archived", value).map(|url| Archived { url, date: None });
        };
        let (mut url, mut date) = (None, None);
        for (part, value) in fields {
            let part = part.as_str().unwrap_or_default();
            let place = self.places.key(part);
            match part {
                "url" => url = self.url(part, value),
                "date" => date = self.date(part, value),
                _ => self.wrong(&place, format!("`{part}` is no part of an archived copy"), "it is {url: …, date: …}"),
            }
        }
        url.map(|url| Archived { url, date })
    }
}

fn plain_field<'s>(source: &'s mut Source, key: &str) -> Option<&'s mut Option<String>> {
    Some(match key {
        "id" => &mut source.id,
        "title" => &mut source.title,
        "section" => &mut source.section,
        "site" => &mut source.site,
        "container" => &mut source.container,
        "publisher" => &mut source.publisher,
        "volume" => &mut source.volume,
        "issue" => &mut source.issue,
        "number" => &mut source.number,
        "pages" => &mut source.pages,
        "edition" => &mut source.edition,
        "language" => &mut source.language,
        "note" => &mut source.note,
        "quote" => &mut source.quote,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dois_in_every_dress() {
        for doi in ["10.1037/pst0000172", "https://doi.org/10.1037/pst0000172", "doi: 10.1037/pst0000172"] {
            assert_eq!(bare_doi(doi).as_deref(), Some("10.1037/pst0000172"));
        }
        for wrong in ["10.1/x", "11.1037/x", "10.1037/", "10.1037", "10.1037/a b", "DOI"] {
            assert_eq!(bare_doi(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn isbns_have_a_check_digit() {
        assert!(is_isbn("978-1-5416-1756-8") && is_isbn("0-306-40615-2") && is_isbn("080442957X"));
        assert!(!is_isbn("978-1-5416-1756-7") && !is_isbn("123") && !is_isbn("x"));
    }

    #[test]
    fn only_web_addresses() {
        assert!(check_url("https://www.apa.org/topics").is_ok());
        for wrong in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "www.apa.org",
            "https://",
            "https:a.org",
            "https://a.org/ b",
            "ht\ntps://a.org",
            "mailto:a@b.c",
        ] {
            assert!(check_url(wrong).is_err(), "{wrong}");
        }
    }
}
