//! RIS, the format of reference managers and of publishers' "cite this" buttons.

use super::Imported;
use crate::content::source::{Archived, Name, Organisation, PartialDate, Source, WorkKind, is_isbn};

/// Reads every record of a text: from a line `TY  - …` to `ER  -` or the next `TY`
/// (<https://en.wikipedia.org/wiki/RIS_(file_format)>). A line without a tag goes on with
/// the one before it.
///
/// ```
/// use weeknotes::content::from_ris;
/// let read = from_ris("TY  - BOOK\nAU  - Poe, Ann\nTI  - On Tuesdays\nPY  - 2020\nER  - \n");
/// assert_eq!(read[0].source.title.as_deref(), Some("On Tuesdays"));
/// ```
pub fn from_ris(text: &str) -> Vec<Imported> {
    let mut all = Vec::new();
    let mut open: Option<(Record, std::ops::Range<usize>)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        match (tag(line), &mut open) {
            (Some(("TY", kind)), _) => {
                all.extend(open.take());
                open = Some((Record(vec![("TY", kind.to_owned())]), start..start + line.trim_end().len()));
            }
            (Some(("ER", _)), _) => all.extend(open.take()),
            (Some((tag, value)), Some((record, _))) => record.0.push((tag, value.to_owned())),
            (None, Some((record, _))) if !line.trim().is_empty() => record.go_on(line.trim()),
            _ => {}
        }
    }
    all.extend(open);
    all.into_iter().map(|(record, range)| Imported { source: record.source(), range }).collect()
}

/// A tag with its value: `TY  - JOUR`. Some programs write one space.
pub(super) fn tag(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches('\u{feff}').trim_end();
    let (tag, rest) = line.split_at_checked(2)?;
    let is_tag = tag.starts_with(|c: char| c.is_ascii_uppercase())
        && tag.ends_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
    let value = rest.trim_start_matches(' ').strip_prefix('-')?;
    (is_tag && rest.starts_with(' ') && (value.is_empty() || value.starts_with(' '))).then(|| (tag, value.trim()))
}

struct Record<'t>(Vec<(&'t str, String)>);

impl Record<'_> {
    fn go_on(&mut self, line: &str) {
        if let Some((_, value)) = self.0.last_mut() {
            value.push(' ');
            value.push_str(line);
        }
    }

    fn all<'a>(&'a self, tags: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(|(tag, value)| tags.contains(tag) && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// The first tag's value that is there.
    fn one(&self, tags: &[&str]) -> Option<String> {
        tags.iter().find_map(|tag| self.all(std::slice::from_ref(tag)).next()).map(str::to_owned)
    }

    fn source(&self) -> Source {
        let kind = kind(&self.one(&["TY"]).unwrap_or_default());
        let (authors, organisation) = self.authors();
        let container = self.one(&["T2", "BT", "JF", "JO", "JA", "J2"]);
        let is_page = matches!(kind, WorkKind::WebPage | WorkKind::Video);
        let number = self.one(&["IS"]);
        Source {
            kind: Some(kind),
            authors,
            organisation,
            editors: self
                .all(if kind == WorkKind::Chapter { &["A2", "ED"] } else { &["ED"] })
                .map(Name::parse)
                .collect(),
            title: self.one(&["TI", "T1", "CT"]).or_else(|| self.one(&["BT"]).filter(|_| kind == WorkKind::Book)),
            site: container.clone().filter(|_| is_page),
            container: container.filter(|_| !is_page && kind != WorkKind::Book),
            publisher: self.one(&["PB"]).filter(|_| kind != WorkKind::Article),
            volume: self.one(&["VL"]),
            issue: number.clone().filter(|_| matches!(kind, WorkKind::Article | WorkKind::News)),
            number: number.filter(|_| !matches!(kind, WorkKind::Article | WorkKind::News)),
            pages: self.pages(),
            edition: self.one(&["ET"]),
            url: self.one(&["UR", "L2"]).and_then(|url| url.split("; ").next().map(str::to_owned)),
            doi: self.one(&["DO"]),
            pmid: self.pmid(),
            isbn: self.one(&["SN"]).filter(|number| is_isbn(number)),
            published: ["DA", "PY", "Y1"].into_iter().find_map(|tag| date(&self.one(&[tag])?)),
            accessed: self.one(&["Y2"]).and_then(|text| date(&text)),
            archived: self.one(&["AV"]).filter(|url| url.starts_with("http")).map(|url| Archived { url, date: None }),
            language: self.one(&["LA"]),
            ..Source::default()
        }
    }

    fn authors(&self) -> (Vec<Name>, Option<Organisation>) {
        let authors: Vec<Name> = self.all(&["AU", "A1"]).map(Name::parse).collect();
        match authors.as_slice() {
            [Name::Literal(name)] => (Vec::new(), Some(Organisation { name: name.clone(), short: None })),
            _ => (authors, None),
        }
    }

    fn pages(&self) -> Option<String> {
        let first = self.one(&["SP"])?.replace('-', "–");
        match self.one(&["EP"]) {
            Some(last) if last != first && !first.contains('–') => Some(format!("{first}–{last}")),
            _ => Some(first),
        }
    }

    /// The database's own accession number is its own.
    fn pmid(&self) -> Option<String> {
        let is_pubmed = self.all(&["DB", "DP"]).any(|name| name.to_lowercase().contains("pubmed"));
        self.one(&["AN"]).filter(|number| is_pubmed && number.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

fn kind(name: &str) -> WorkKind {
    match name {
        "JOUR" | "EJOUR" | "ABST" | "CONF" | "CPAPER" | "INPR" => WorkKind::Article,
        "MGZN" | "NEWS" => WorkKind::News,
        "BOOK" | "EBOOK" | "EDBOOK" | "WHOLE" => WorkKind::Book,
        "CHAP" | "ECHAP" | "ENCYC" | "DICT" => WorkKind::Chapter,
        "RPRT" | "GOVDOC" | "STAND" | "THES" => WorkKind::Report,
        "ELEC" | "WEB" | "BLOG" => WorkKind::WebPage,
        "VIDEO" | "MPCT" => WorkKind::Video,
        "SOUND" => WorkKind::Podcast,
        "PCOMM" => WorkKind::PersonalCommunication,
        _ => WorkKind::Document,
    }
}

/// `2019/07/01/`: parts that are not known are empty, and words may follow.
fn date(text: &str) -> Option<PartialDate> {
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split(['/', '-']).map(str::trim).take_while(is_number).take(3).collect();
    (1..=parts.len()).rev().find_map(|count| PartialDate::parse(&parts[..count].join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Source {
        from_ris(text).remove(0).source
    }

    #[test]
    fn an_article_as_publishers_write_it() {
        let source = read(
            "TY  - JOUR\r\nAU  - Norcross, John C.\r\nAU  - Lambert, Michael J.\r\nTI  - Psychotherapy relationships\r\n\
             that work III\r\nJO  - Psychotherapy\r\nVL  - 55\r\nIS  - 4\r\nSP  - 303\r\nEP  - 315\r\nPY  - 2018///\r\n\
             DA  - 2018/12//\r\nDO  - 10.1037/pst0000193\r\nSN  - 1939-1536\r\nER  - \r\n",
        );
        assert_eq!(source.kind, Some(WorkKind::Article));
        assert_eq!(source.title.as_deref(), Some("Psychotherapy relationships that work III"));
        assert_eq!(source.by().as_deref(), Some("John C. Norcross and Michael J. Lambert"));
        assert_eq!((source.pages.as_deref(), source.issue.as_deref()), (Some("303–315"), Some("4")));
        assert_eq!(source.published.map(|date| date.to_string()).as_deref(), Some("2018-12"));
        assert_eq!(source.isbn, None, "an ISSN is no ISBN");
    }

    #[test]
    fn a_chapter_has_editors_and_a_page_a_site() {
        let chapter =
            read("TY  - CHAP\nAU  - Poe, Ann\nA2  - Roe, Bob\nT2  - A handbook\nTI  - One\nPB  - Press\nER  -\n");
        assert_eq!((chapter.editors.len(), chapter.container.as_deref()), (1, Some("A handbook")));
        let page =
            read("TY  - ELEC\nAU  - World Health Organization\nTI  - Depression\nT2  - WHO\nUR  - https://who.int/x\n");
        assert_eq!((page.site.as_deref(), page.container), (Some("WHO"), None));
        assert_eq!(page.organisation.map(|one| one.name).as_deref(), Some("World Health Organization"));
    }

    #[test]
    fn what_is_no_ris_is_nothing() {
        for text in ["", "TY", "ER  -", "AU  - Poe, Ann", "A sentence - with a dash", "ÄÖ  - x"] {
            assert!(from_ris(text).is_empty(), "{text}");
        }
        assert_eq!(from_ris("TY  - BOOK\nTI  - One\nTY  - BOOK\nTI  - Two").len(), 2);
    }
}
