//! A publication that a post leans on, as its author recorded it.
//!
//! The fields keep the names of citation practice, so that any citation style can be set
//! from them. A record is checked when it is read: what is here is well formed.

mod date;
mod kind;
mod name;
mod read;
mod write;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

pub use date::PartialDate;
pub use kind::{Evidence, WorkKind};
pub use name::{Name, Organisation};
pub use read::{FIELDS, read_listed, read_record};
pub(crate) use read::{bare_doi, check_url, is_hidden, is_isbn, is_pmid, shortened};
pub use write::to_yaml;

/// One record of `sources:` or of a library.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Source {
    /// A name for the record, to refer to it.
    pub id: Option<String>,
    /// What sort of work it is, when the author says so; see [`kind`](Self::kind).
    pub kind: Option<WorkKind>,
    /// The people who wrote, spoke or were interviewed.
    pub authors: Vec<Name>,
    /// Who edited the book that a chapter stands in, or the whole book.
    pub editors: Vec<Name>,
    /// The body that answers for it, where no person is named, or beside them.
    pub organisation: Option<Organisation>,
    /// The work's title.
    pub title: Option<String>,
    /// The part of the site or work that the title stands in.
    pub section: Option<String>,
    /// The site it stands on.
    pub site: Option<String>,
    /// The journal, book, newspaper or show it appeared in.
    pub container: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// The journal's volume.
    pub volume: Option<String>,
    /// The volume's issue.
    pub issue: Option<String>,
    /// The number of a report or of an episode.
    pub number: Option<String>,
    /// First and last page.
    pub pages: Option<String>,
    /// The edition.
    pub edition: Option<String>,
    /// Its web address: http or https.
    pub url: Option<String>,
    /// Its digital object identifier, without `https://doi.org/`.
    pub doi: Option<String>,
    /// Its number in `PubMed`.
    pub pmid: Option<String>,
    /// Its International Standard Book Number, as written.
    pub isbn: Option<String>,
    /// When it was published.
    pub published: Option<PartialDate>,
    /// When it was last changed.
    pub updated: Option<PartialDate>,
    /// When it was read, for pages that change.
    pub accessed: Option<PartialDate>,
    /// A copy that stays.
    pub archived: Option<Archived>,
    /// What kind of evidence it is, when the author says so; see [`evidence`](Self::evidence).
    pub evidence: Option<Evidence>,
    /// The language it is written in, as a BCP 47 tag.
    pub language: Option<String>,
    /// A remark for readers.
    pub note: Option<String>,
    /// The words that are leaned on.
    pub quote: Option<String>,
}

/// A copy of a source in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Archived {
    /// The copy's address.
    pub url: String,
    /// When it was made.
    pub date: Option<PartialDate>,
}

/// An entry of a post's `sources:`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Listed {
    /// The id of a record in a library.
    Id(String),
    /// A record of the post's own.
    Record(std::sync::Arc<Source>),
}

/// What cannot stand in the path of a DOI's address (RFC 3986, section 3.3).
const DOI: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');

impl Source {
    /// The fields that are text and nothing else.
    fn plain_mut(&mut self) -> [&mut Option<String>; 16] {
        [
            &mut self.id,
            &mut self.title,
            &mut self.section,
            &mut self.site,
            &mut self.container,
            &mut self.publisher,
            &mut self.volume,
            &mut self.issue,
            &mut self.number,
            &mut self.pages,
            &mut self.edition,
            &mut self.pmid,
            &mut self.isbn,
            &mut self.language,
            &mut self.note,
            &mut self.quote,
        ]
    }

    /// Does something to every text in it.
    pub(super) fn each_text(&mut self, mut change: impl FnMut(&mut String)) {
        self.plain_mut().into_iter().flatten().for_each(&mut change);
        self.authors.iter_mut().chain(&mut self.editors).flat_map(Name::parts_mut).for_each(&mut change);
        if let Some(organisation) = &mut self.organisation {
            change(&mut organisation.name);
            organisation.short.iter_mut().for_each(&mut change);
        }
    }

    /// Without texts that say nothing.
    pub(super) fn without_empty(mut self) -> Self {
        for text in self.plain_mut() {
            text.take_if(|text| text.is_empty());
        }
        self.authors.retain(|name| !name.family().is_empty());
        self.editors.retain(|name| !name.family().is_empty());
        self.organisation.take_if(|one| one.name.is_empty());
        self
    }

    /// What sort of work it is: as the author says, else as the other fields tell.
    pub fn kind(&self) -> WorkKind {
        if let Some(kind) = self.kind {
            return kind;
        }
        if self.container.is_some() && (self.doi.is_some() || self.volume.is_some() || self.pmid.is_some()) {
            WorkKind::Article
        } else if self.container.is_some() && !self.editors.is_empty() {
            WorkKind::Chapter
        } else if self.isbn.is_some() || self.edition.is_some() {
            WorkKind::Book
        } else if self.url.is_some() {
            WorkKind::WebPage
        } else if self.publisher.is_some() {
            WorkKind::Book
        } else {
            WorkKind::Document
        }
    }

    /// What kind of evidence it is: as the author says, else where the kind of work leaves
    /// no doubt. A journal's article is not called peer-reviewed unless somebody looked.
    pub fn evidence(&self) -> Option<Evidence> {
        self.evidence.or(match self.kind() {
            WorkKind::Guideline => Some(Evidence::Guideline),
            WorkKind::News => Some(Evidence::News),
            WorkKind::Book | WorkKind::Chapter => Some(Evidence::Book),
            WorkKind::PersonalCommunication | WorkKind::Interview => Some(Evidence::Personal),
            WorkKind::WebPage | WorkKind::Report if self.authors.is_empty() && self.organisation.is_some() => {
                Some(Evidence::Organisation)
            }
            _ => None,
        })
    }

    /// What stands before the title: "American Psychological Association –
    /// Psychotherapy: ". The founding blog's own form.
    pub fn lead(&self) -> String {
        let by = self.by();
        let section = self.section.as_deref().map(|section| format!("{section}: ")).unwrap_or_default();
        match by {
            Some(by) if self.title.is_some() || !section.is_empty() => format!("{by} – {section}"),
            Some(by) => by,
            None => section,
        }
    }

    /// The organisation or the authors, as they are named in a list.
    pub fn by(&self) -> Option<String> {
        if let Some(organisation) = &self.organisation {
            return Some(organisation.name.clone());
        }
        let names: Vec<String> = self.authors.iter().map(Name::given_first).collect();
        match names.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            [one, two] => Some(format!("{one} and {two}")),
            [first, ..] if names.len() > 3 => Some(format!("{first} and others")),
            [rest @ .., last] => Some(format!("{} and {last}", rest.join(", "))),
        }
    }

    /// Whom it is listed under: the first author, family name first, else the
    /// organisation, else the site or container.
    pub fn group(&self) -> Option<String> {
        let organisation = || self.organisation.as_ref().map(|organisation| organisation.name.clone());
        self.authors
            .first()
            .map(Name::family_first)
            .or_else(organisation)
            .or_else(|| self.site.clone())
            .or_else(|| self.container.clone())
    }

    /// The whole without a link: "American Psychological Association – Psychotherapy:
    /// Understanding group therapy".
    ///
    /// ```
    /// use weeknotes::content::{Organisation, Source};
    /// let source = Source {
    ///     organisation: Some(Organisation { name: "American Psychological Association".into(), short: None }),
    ///     section: Some("Psychotherapy".into()),
    ///     title: Some("Understanding group therapy".into()),
    ///     ..Source::default()
    /// };
    /// assert_eq!(source.label(), "American Psychological Association – Psychotherapy: Understanding group therapy");
    /// ```
    pub fn label(&self) -> String {
        format!("{}{}", self.lead(), self.title.as_deref().unwrap_or_default())
    }

    /// Its id, else one made of whom it is by, its year and its title.
    pub fn key(&self) -> String {
        if let Some(id) = &self.id {
            return id.clone();
        }
        let short = self.organisation.as_ref().and_then(|one| one.short.clone());
        let by = self.authors.first().map(|name| name.family().to_owned()).or(short);
        let by = by.or_else(|| self.organisation.as_ref().map(|one| one.name.clone()));
        let year = self.published.or(self.updated).map(|date| date.year.to_string());
        let title: Option<String> =
            self.title.as_ref().map(|title| title.split_whitespace().take(4).collect::<Vec<_>>().join(" "));
        let words = [by, year, title].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let key = crate::content::slugify(&words, crate::config::Slugs::Ascii);
        if key.is_empty() { "source".to_owned() } else { key }
    }

    /// Where it can be read: its DOI's address, which stays, else its own.
    pub fn link(&self) -> Option<String> {
        self.doi.as_ref().map(|doi| doi_url(doi)).or_else(|| self.url.clone())
    }

    /// What two records of the same work have in common: the DOI, else the address without
    /// what does not tell pages apart, else names and title.
    pub fn identity(&self) -> String {
        if let Some(doi) = &self.doi {
            return format!("doi:{}", doi.to_lowercase());
        }
        match &self.url {
            Some(url) => format!("url:{}", normal_url(url)),
            None => format!("label:{}", self.label().to_lowercase()),
        }
    }
}

/// The address that a DOI resolves at (DOI Handbook, section 3.8).
///
/// ```
/// assert_eq!(weeknotes::content::doi_url("10.1037/ppm0000185"), "https://doi.org/10.1037/ppm0000185");
/// ```
pub fn doi_url(doi: &str) -> String {
    format!("https://doi.org/{}", utf8_percent_encode(doi, DOI))
}

/// An address without scheme, `www.`, fragment, trailing slash and what campaigns add.
///
/// ```
/// use weeknotes::content::normal_url;
/// assert_eq!(normal_url("http://www.APA.org/topics/?utm_source=x#top"), normal_url("https://apa.org/topics"));
/// ```
pub fn normal_url(url: &str) -> String {
    let Ok(parsed) = url::Url::parse(url) else {
        return url.to_owned();
    };
    let host = parsed.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = parsed.port().map(|port| format!(":{port}")).unwrap_or_default();
    let noise = |name: &str| name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "mc_cid" | "mc_eid");
    let mut query: Vec<String> =
        parsed.query_pairs().filter(|(name, _)| !noise(name)).map(|(name, value)| format!("{name}={value}")).collect();
    query.sort();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    format!("{host}{port}{}{query}", parsed.path().trim_end_matches('/'))
}
