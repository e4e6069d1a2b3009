//! A publication that a post leans on, as its author recorded it.

use serde::{Deserialize, Serialize};

use super::front_matter::one_or_many;

/// One record of `sources:`. The fields keep the names of citation practice, so that a
/// citation style can be set from them; nothing is lost that it would need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct Source {
    /// A name for the record, to refer to it.
    pub id: Option<String>,
    /// What sort of work it is: `article`, `book`, `web page`.
    pub kind: Option<String>,
    /// The people who wrote it: "Family, Given".
    #[serde(deserialize_with = "one_or_many")]
    pub author: Vec<String>,
    /// The body that published it, where no person is named.
    #[serde(alias = "organization")]
    pub organisation: Option<String>,
    /// The work's title.
    pub title: Option<String>,
    /// The part of the site or work that the title stands in.
    pub section: Option<String>,
    /// The journal, book or site it appeared in.
    pub container: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// The journal's volume.
    pub volume: Option<String>,
    /// The volume's issue.
    pub issue: Option<String>,
    /// First and last page.
    pub pages: Option<String>,
    /// The edition.
    pub edition: Option<String>,
    /// Its web address.
    pub url: Option<String>,
    /// Its digital object identifier.
    pub doi: Option<String>,
    /// When it was published: a year, a month or a day.
    pub date: Option<String>,
    /// When it was read, for pages that change.
    pub accessed: Option<String>,
    /// A remark for readers.
    pub note: Option<String>,
}

impl Source {
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
            return Some(organisation.clone());
        }
        let names = self.names();
        match names.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            [one, two] => Some(format!("{one} and {two}")),
            [first, ..] if names.len() > 3 => Some(format!("{first} and others")),
            [rest @ .., last] => Some(format!("{} and {last}", rest.join(", "))),
        }
    }

    /// The authors, given name first.
    pub fn names(&self) -> Vec<String> {
        self.author.iter().map(|name| given_first(name)).collect()
    }

    /// The whole without a link: "American Psychological Association – Psychotherapy:
    /// Understanding group therapy".
    ///
    /// ```
    /// use weeknotes::content::Source;
    /// let source = Source {
    ///     organisation: Some("American Psychological Association".into()),
    ///     section: Some("Psychotherapy".into()),
    ///     title: Some("Understanding group therapy".into()),
    ///     ..Source::default()
    /// };
    /// assert_eq!(source.label(), "American Psychological Association – Psychotherapy: Understanding group therapy");
    /// ```
    pub fn label(&self) -> String {
        format!("{}{}", self.lead(), self.title.as_deref().unwrap_or_default())
    }

    /// Where it can be read: its address, else its DOI's.
    pub fn link(&self) -> Option<String> {
        let url = self.url.clone().or_else(|| self.doi.as_ref().map(|doi| format!("https://doi.org/{doi}")));
        url.filter(|url| url.starts_with("https://") || url.starts_with("http://"))
    }
}

fn given_first(name: &str) -> String {
    match name.split_once(',') {
        Some((family, given)) if !given.trim().is_empty() => format!("{} {}", given.trim(), family.trim()),
        _ => name.trim().to_owned(),
    }
}
