//! `ContextObjects` in Spans: what Zotero and others pick a reference up from
//! (<https://web.archive.org/web/2017/http://ocoins.info/>, ANSI/NISO Z39.88-2004).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::content::{Name, Source, WorkKind};

const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The `title` of a record's `<span class="Z3988">`, not yet escaped for HTML.
///
/// ```
/// use weeknotes::citation::coins;
/// use weeknotes::content::{Source, WorkKind};
/// let source = Source { kind: Some(WorkKind::Book), title: Some("A & B".into()), ..Source::default() };
/// assert!(coins(&source).ends_with("rft.genre=book&rft.btitle=A%20%26%20B"));
/// ```
pub fn coins(source: &Source) -> String {
    let kind = source.kind();
    let (format, genre, title) = match kind {
        WorkKind::Article => ("journal", Some("article"), "atitle"),
        WorkKind::Book => ("book", Some("book"), "btitle"),
        WorkKind::Chapter => ("book", Some("bookitem"), "atitle"),
        WorkKind::Report | WorkKind::Guideline => ("book", Some("report"), "btitle"),
        _ => ("dc", None, "title"),
    };
    let mut pairs: Vec<(&str, String)> =
        vec![("ctx_ver", "Z39.88-2004".into()), ("rft_val_fmt", format!("info:ofi/fmt:kev:mtx:{format}"))];
    let mut put = |name: &'static str, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
    put("rft.genre", genre.map(str::to_owned));
    put("rft.type", (format == "dc").then(|| dublin_core(kind).to_owned()));
    match title {
        "atitle" => put("rft.atitle", source.title.clone()),
        "btitle" => put("rft.btitle", source.title.clone()),
        _ => put("rft.title", source.title.clone()),
    }
    match kind {
        WorkKind::Article => put("rft.jtitle", source.container.clone()),
        WorkKind::Chapter => put("rft.btitle", source.container.clone()),
        _ => put("rft.source", source.site.clone().or_else(|| source.container.clone()).filter(|_| format == "dc")),
    }
    if let Some(Name::Person { family, given }) = source.authors.first().filter(|_| format != "dc") {
        put("rft.aulast", Some(family.clone()));
        put("rft.aufirst", Some(given.clone()).filter(|given| !given.is_empty()));
    }
    let people = source.authors.iter().map(Name::family_first);
    let body = source.organisation.iter().filter(|_| source.authors.is_empty()).map(|one| one.name.clone());
    for name in people.chain(body) {
        put(if format == "dc" { "rft.creator" } else { "rft.au" }, Some(name));
    }
    put("rft.date", source.published.or(source.updated).map(|date| date.to_string()));
    put("rft.volume", source.volume.clone());
    put("rft.issue", source.issue.clone().filter(|_| format == "journal"));
    put("rft.pages", source.pages.as_ref().map(|pages| pages.replace('–', "-")));
    put("rft.edition", source.edition.clone().filter(|_| format == "book"));
    put(if format == "dc" { "rft.publisher" } else { "rft.pub" }, source.publisher.clone());
    put("rft.isbn", source.isbn.clone().filter(|_| format == "book"));
    put("rft_id", source.doi.as_ref().map(|doi| format!("info:doi/{doi}")));
    put("rft_id", source.pmid.as_ref().map(|pmid| format!("info:pmid/{pmid}")));
    put(if format == "dc" { "rft.identifier" } else { "rft_id" }, source.url.clone());
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, VALUE))).collect();
    pairs.join("&")
}

/// Zotero's names for types, which its reader of `rft.type` takes.
fn dublin_core(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::WebPage => "webpage",
        WorkKind::News => "newspaperArticle",
        WorkKind::Podcast => "podcast",
        WorkKind::Video => "videoRecording",
        WorkKind::Interview => "interview",
        WorkKind::PersonalCommunication => "letter",
        _ => "document",
    }
}
