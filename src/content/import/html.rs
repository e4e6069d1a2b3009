//! A saved web page: what it says of itself to search engines and reference managers.
//!
//! Four vocabularies are read, and for each field the first that has it counts: Highwire's
//! `citation_*` (which Google Scholar and Zotero read), schema.org's JSON-LD, Dublin Core,
//! Open Graph; then what every page has, a title and an address.

use super::json_ld;
use super::page::Page;
use super::person::people;
use crate::content::source::{Name, Organisation, PartialDate, Source, WorkKind, bare_doi, check_url};

pub(super) use super::page::unescaped;

/// Reads the head of a page. What the page does not say is not made up: no day on which
/// it was read, no kind of evidence.
///
/// ```
/// use weeknotes::content::from_html;
/// let source = from_html("<title>Group therapy | APA</title><meta property='og:site_name' content='APA'>");
/// assert_eq!(source.title.as_deref(), Some("Group therapy"));
/// assert_eq!(source.organisation.unwrap().name, "APA");
/// ```
pub fn from_html(text: &str) -> Source {
    let page = Page::read(text);
    let json = json_ld::read(&page.json_ld);
    let site = page.one(&["og:site_name", "application-name"]).or_else(|| json.site.clone());
    let name = site.clone().or_else(|| json.publisher.clone());
    let url = address(&page, &json);
    let vocabularies = [highwire(&page), json, dublin_core(&page), open_graph(&page), plain(&page)];
    let mut source = vocabularies.into_iter().reduce(or).unwrap_or_default();
    source.url = url;
    if let Some(name) = &name {
        source.title = source.title.map(|title| without_site(&title, name).to_owned());
    }
    fitted(source, site)
}

fn highwire(page: &Page) -> Source {
    let one = |names: &[&str]| page.one(names);
    let journal = one(&["citation_journal_title"]);
    let book = one(&["citation_inbook_title", "citation_book_title"]);
    let institution = one(&["citation_technical_report_institution", "citation_dissertation_institution"]);
    let kind = match (&journal, &book, &institution) {
        (Some(_), ..) => Some(WorkKind::Article),
        (_, Some(_), _) => Some(WorkKind::Chapter),
        (.., Some(_)) => Some(WorkKind::Report),
        _ => one(&["citation_isbn"]).map(|_| WorkKind::Book),
    };
    let pages = match (one(&["citation_firstpage"]), one(&["citation_lastpage"])) {
        (Some(first), Some(last)) if first != last => Some(format!("{first}–{last}")),
        (first, _) => first,
    };
    let dates = ["citation_publication_date", "citation_date", "citation_online_date", "citation_year"];
    Source {
        kind,
        authors: page.all("citation_author").chain(page.all("citation_authors")).flat_map(people).collect(),
        editors: page.all("citation_editor").flat_map(people).collect(),
        title: one(&["citation_title"]),
        container: journal.or(book),
        publisher: institution.or_else(|| one(&["citation_publisher"])),
        volume: one(&["citation_volume"]),
        issue: one(&["citation_issue"]),
        number: one(&["citation_technical_report_number"]),
        pages,
        doi: one(&["citation_doi"]),
        pmid: one(&["citation_pmid"]),
        isbn: one(&["citation_isbn"]),
        published: dates.iter().find_map(|name| date(&one(&[name])?)),
        language: one(&["citation_language"]),
        ..Source::default()
    }
}

fn dublin_core(page: &Page) -> Source {
    let all = |name: &str| ["dc.", "dcterms."].map(|lead| format!("{lead}{name}"));
    let one = |name: &str| all(name).iter().find_map(|name| page.one(&[name]));
    Source {
        authors: all("creator").iter().flat_map(|name| page.all(name)).flat_map(people).collect(),
        title: one("title"),
        publisher: one("publisher"),
        doi: one("identifier").or_else(|| page.one(&["prism.doi"])).and_then(|text| bare_doi(&text)),
        published: ["issued", "date", "created"].iter().find_map(|name| date(&one(name)?)),
        updated: one("modified").and_then(|text| date(&text)),
        language: one("language"),
        ..Source::default()
    }
}

fn open_graph(page: &Page) -> Source {
    let kind = page.one(&["og:type"]).unwrap_or_default();
    let kind = match kind.split('.').next() {
        Some("video") => Some(WorkKind::Video),
        Some("book" | "books") => Some(WorkKind::Book),
        _ => None,
    };
    Source {
        kind,
        authors: ["article:author", "book:author"].iter().flat_map(|name| page.all(name)).flat_map(people).collect(),
        title: page.one(&["og:title"]),
        isbn: page.one(&["book:isbn"]),
        published: page.one(&["article:published_time", "book:release_date"]).and_then(|text| date(&text)),
        updated: page.one(&["article:modified_time", "og:updated_time"]).and_then(|text| date(&text)),
        language: page.one(&["og:locale"]),
        ..Source::default()
    }
}

fn plain(page: &Page) -> Source {
    Source {
        authors: page.all("author").flat_map(people).collect(),
        title: page.one(&["twitter:title"]).or_else(|| page.title.clone()),
        published: page.one(&["date", "datepublished"]).and_then(|text| date(&text)),
        language: page.language.clone(),
        ..Source::default()
    }
}

/// The address that the page calls its own, else where it was saved from. A page that
/// names an unsafe one has none, unless it has no other: then the checks tell of it.
fn address(page: &Page, json: &Source) -> Option<String> {
    let highwire = ["citation_public_url", "citation_abstract_html_url", "citation_fulltext_html_url"];
    let named = [page.canonical.clone(), page.one(&highwire), page.one(&["og:url"]), json.url.clone()];
    let all: Vec<String> = named.into_iter().flatten().chain(page.saved_from.clone()).collect();
    all.iter().find(|url| check_url(url).is_ok()).or(all.first()).cloned()
}

/// Field by field the first that has it. Who it is by is one field, and so is when it was
/// published: the names of one vocabulary do not go with those of another.
fn or(first: Source, second: Source) -> Source {
    let is_dated = first.published.is_some();
    let list = |first: Vec<Name>, second: Vec<Name>| if first.is_empty() { second } else { first };
    Source {
        kind: first.kind.or(second.kind),
        authors: list(first.authors, second.authors),
        editors: list(first.editors, second.editors),
        title: first.title.or(second.title),
        site: first.site.or(second.site),
        container: first.container.or(second.container),
        publisher: first.publisher.or(second.publisher),
        volume: first.volume.or(second.volume),
        issue: first.issue.or(second.issue),
        number: first.number.or(second.number),
        pages: first.pages.or(second.pages),
        doi: first.doi.or(second.doi),
        pmid: first.pmid.or(second.pmid),
        isbn: first.isbn.or(second.isbn),
        published: first.published.or(second.published),
        updated: if is_dated { first.updated } else { first.updated.or(second.updated) },
        language: first.language.or(second.language),
        ..Source::default()
    }
}

/// The fields that a work of its kind has: a journal's name is enough without its
/// publisher's, and a site that is the author is not named twice.
fn fitted(mut source: Source, site: Option<String>) -> Source {
    let kind = source.kind.unwrap_or(WorkKind::WebPage);
    source.kind = Some(kind);
    let holder = source.publisher.clone().or_else(|| site.clone());
    if let [Name::Literal(name)] = source.authors.as_slice() {
        source.organisation = Some(Organisation { name: name.clone(), short: None });
        source.authors.clear();
    }
    let is_nameless = source.authors.is_empty() && source.organisation.is_none();
    match kind {
        WorkKind::Article | WorkKind::News | WorkKind::Podcast => {
            source.container = source.container.or(holder);
            (source.site, source.publisher) = (None, None);
        }
        WorkKind::Book | WorkKind::Chapter => source.site = None,
        _ => {
            source.organisation = source
                .organisation
                .or_else(|| holder.clone().filter(|_| is_nameless).map(|name| Organisation { name, short: None }));
            source.site = site.or(source.site).or(holder);
            let organisation = source.organisation.as_ref().map(|one| one.name.clone());
            let is_author = |name: &mut String| organisation.as_deref() == Some(name.as_str());
            source.site.take_if(|name| kind == WorkKind::Report || is_author(name));
            source.publisher.take_if(|name| kind != WorkKind::Report || is_author(name));
        }
    }
    // The day of the last change is often that of a program; it tells something where no
    // other day is known.
    source.updated = source.updated.filter(|_| source.published.is_none());
    // English is what a style takes a record to be without it.
    source.language =
        source.language.map(|tag| tag.replace('_', "-")).filter(|tag| !tag.to_lowercase().starts_with("en"));
    source
}

/// A title without the site's name, which many pages add to it.
fn without_site<'t>(title: &'t str, site: &str) -> &'t str {
    let rest = title.strip_suffix(site).unwrap_or(title);
    let shorter = rest.trim_end();
    let cut = shorter.trim_end_matches(['|', '-', '–', '—', '·', '•', ':', '»']);
    if rest.len() == title.len() || cut.len() == shorter.len() || cut.trim().is_empty() {
        title
    } else {
        cut.trim_end()
    }
}

/// A date in the forms that pages use, as precise as it is told.
fn date(text: &str) -> Option<PartialDate> {
    const DAYS: [&str; 5] = ["%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%Y %b %d", "%m/%d/%Y"];
    const MONTHS: [&str; 4] = ["%d %Y %b", "%d %b %Y", "%d %B %Y", "%d %B, %Y"];
    let text = text.trim();
    let parse = |form: &str, text: &str| jiff::civil::Date::strptime(form, text).ok().map(PartialDate::of);
    let day = || DAYS.iter().find_map(|form| parse(form, text));
    let month = || MONTHS.iter().find_map(|form| parse(form, &format!("1 {text}")));
    let month = || month().map(|date| PartialDate { day: None, ..date });
    // Last, since it takes "2018 Dec" for a year with a time behind it.
    day().or_else(month).or_else(|| PartialDate::parse(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::to_yaml;

    #[test]
    fn dates_as_pages_write_them() {
        for (text, date_text) in [
            ("2019/07/01", "2019-07-01"),
            ("2019-07-01T10:00:00-05:00", "2019-07-01"),
            ("July 1, 2019", "2019-07-01"),
            ("1 July 2019", "2019-07-01"),
            ("7/1/2019", "2019-07-01"),
            ("2018 Dec", "2018-12"),
            ("December 2018", "2018-12"),
            ("2018", "2018"),
        ] {
            assert_eq!(date(text).map(|date| date.to_string()).as_deref(), Some(date_text), "{text}");
        }
        assert_eq!(date("last week"), None);
    }

    #[test]
    fn a_title_loses_its_site_and_nothing_else() {
        assert_eq!(without_site("Group therapy | APA", "APA"), "Group therapy");
        assert_eq!(without_site("Group therapy at the APA", "APA"), "Group therapy at the APA");
        assert_eq!(without_site("APA", "APA"), "APA");
    }

    #[test]
    fn nothing_is_made_of_nothing() {
        for text in [
            "",
            "<",
            "<html><title></title>",
            "<script type='application/ld+json'>{\"@graph\": [[[]]]}</script>",
            "<meta>",
        ] {
            assert_eq!(to_yaml(&from_html(text)), "- kind: web page\n", "{text}");
        }
    }
}
