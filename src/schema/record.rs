//! A record of a source.

use super::shape::Field;
use super::shape::Needs;
use super::shape::Shape::{self, Any, Fields, Filled, Like, List, Maybe, Named, OneOf, Text, Whole};

/// The library of a site.
pub(super) const LIBRARY: Shape = List(&Fields(&FIELDS, Needs::All(&["id"])));

/// What a post leans on: ids and records.
pub(super) const LISTED: Shape = Maybe(&Any(&[ENTRY, List(&ENTRY)]));

const ENTRY: Shape = Any(&[Filled, Named("record", &Fields(&FIELDS, TOLD))]);

/// A record that has none of these says nothing.
const TOLD: Needs = Needs::Any(&["id", "title", "url", "doi", "organisation", "organization", "author", "authors"]);

const MAYBE_TEXT: Shape = Maybe(&Text);

const DATE: Shape = Named(
    "date-of-source",
    &Maybe(&Any(&[
        Like(
            "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
            "Write a year, a month or a day: 2019, 2019-07 or 2019-07-01.",
        ),
        Whole(1000, Some(9999)),
    ])),
);

const URL: Shape = Maybe(&Like(
    "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/]+\\S*$",
    "Write an address with its scheme: https://example.org/page.",
));

const DOI: Shape = Maybe(&Like(
    "^([Hh][Tt][Tt][Pp][Ss]?://([Dd][Xx]\\.)?[Dd][Oo][Ii]\\.[Oo][Rr][Gg]/|[Dd][Oo][Ii]\\.[Oo][Rr][Gg]/|[Dd][Oo][Ii]: *)?10\\.[0-9]{4,}(\\.[0-9]+)*/\\S+$",
    "A DOI begins with 10. and has a slash: 10.1037/pst0000172.",
));

const PMID: Shape =
    Maybe(&Any(&[Like("^[0-9]{1,9}$", "Write the digits alone: 30335462."), Whole(0, Some(999_999_999))]));

const PEOPLE: Shape = Named("people", &Maybe(&Any(&[PERSON, List(&PERSON)])));

const PERSON: Shape = Any(&[
    Text,
    Fields(
        &[
            Field::new("family", MAYBE_TEXT, "The family name, with what belongs before it: van der Kolk."),
            Field::new("given", MAYBE_TEXT, "The given names."),
            Field::new("name", MAYBE_TEXT, "A name that is not to be turned around: of a group, or one word."),
        ],
        Needs::Nothing,
    ),
]);

const ORGANISATION: Shape = Named(
    "organisation",
    &Maybe(&Any(&[
        Text,
        Fields(
            &[
                Field::new("name", MAYBE_TEXT, "Its full name."),
                Field::new("short", MAYBE_TEXT, "What it is called after its first mention: APA."),
            ],
            Needs::Nothing,
        ),
    ])),
);

const ARCHIVED: Shape = Any(&[
    URL,
    Fields(
        &[
            Field::new("url", URL, "The copy's address.")
                .such_as("\"https://web.archive.org/web/2026/https://example.org/\""),
            Field::new("date", DATE, "When the copy was made.").such_as("\"2026-01-06\""),
        ],
        Needs::Nothing,
    ),
]);

const KINDS: &[&str] = &[
    "web page",
    "article",
    "book",
    "chapter",
    "report",
    "guideline",
    "news",
    "podcast",
    "video",
    "interview",
    "personal communication",
    "document",
];

const EVIDENCE: &[&str] = &["peer-reviewed", "guideline", "organisation", "news", "book", "personal"];

const FIELDS: [Field; 31] = [
    Field::new("id", Filled, "A short name for the record, to cite it by: [@apa-group-therapy].")
        .such_as("\"apa-group-therapy\""),
    Field::new("kind", Maybe(&OneOf(KINDS)), "What sort of work it is, if the other fields do not tell.")
        .such_as("\"web page\""),
    Field::new("author", PEOPLE, "Who wrote it: \"Family, Given\", one or a list.").such_as(
        "[\"Yalom, Irvin D.\", {\"family\": \"van der Kolk\", \"given\": \"Bessel\"}, {\"name\": \"Mind Group\"}]",
    ),
    Field::new("authors", PEOPLE, "The same as author.").such_as("\"Yalom, Irvin D.\""),
    Field::new("editor", PEOPLE, "Who edited it: \"Family, Given\", one or a list.").such_as("[\"Leszcz, Molyn\"]"),
    Field::new("editors", PEOPLE, "The same as editor.").such_as("\"Leszcz, Molyn\""),
    Field::new("organisation", ORGANISATION, "The body that answers for it, where no person is named, or beside them.")
        .such_as("{\"name\": \"American Psychological Association\", \"short\": \"APA\"}"),
    Field::new("organization", ORGANISATION, "The same as organisation.").such_as("\"Mind\""),
    Field::new("title", MAYBE_TEXT, "The work's title."),
    Field::new("section", MAYBE_TEXT, "The part of the site or work that the title stands in."),
    Field::new("site", MAYBE_TEXT, "The site it stands on."),
    Field::new("container", MAYBE_TEXT, "The journal, book, newspaper or show it appeared in."),
    Field::new("publisher", MAYBE_TEXT, "Who published it."),
    Field::new("volume", MAYBE_TEXT, "The journal's volume."),
    Field::new("issue", MAYBE_TEXT, "The volume's issue."),
    Field::new("number", MAYBE_TEXT, "The number of a report or of an episode."),
    Field::new("pages", MAYBE_TEXT, "The first and last page."),
    Field::new("edition", MAYBE_TEXT, "The edition."),
    Field::new("url", URL, "Its web address.").such_as("\"https://www.apa.org/topics/psychotherapy/group-therapy\""),
    Field::new("doi", DOI, "Its digital object identifier.").such_as("\"10.1037/pst0000172\""),
    Field::new("pmid", PMID, "Its number in PubMed.").such_as("30335462"),
    Field::new("isbn", MAYBE_TEXT, "Its International Standard Book Number.").such_as("\"978-1-5416-1756-8\""),
    Field::new("published", DATE, "When it was published: a year, a month or a day.").such_as("2019"),
    Field::new("date", DATE, "The same as published.").such_as("\"2019-07\""),
    Field::new("updated", DATE, "When it was last changed.").such_as("\"2019-07-01\""),
    Field::new("accessed", DATE, "When it was read, for pages that change.").such_as("\"2026-01-06\""),
    Field::new("archived", ARCHIVED, "A copy that stays: its address, or {url, date}.")
        .such_as("{\"url\": \"https://web.archive.org/web/2026/https://example.org/\", \"date\": \"2026-01-06\"}"),
    Field::new("evidence", Maybe(&OneOf(EVIDENCE)), "What kind of evidence it is, if the kind of work does not tell.")
        .such_as("\"peer-reviewed\""),
    Field::new("language", MAYBE_TEXT, "The language it is written in, as a BCP 47 tag.").such_as("\"en\""),
    Field::new("note", MAYBE_TEXT, "A remark for readers."),
    Field::new("quote", MAYBE_TEXT, "The words that are leaned on."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Evidence, WorkKind};

    #[test]
    fn every_kind_of_work_and_of_evidence_is_offered() {
        assert!(KINDS.iter().copied().eq(WorkKind::ALL.iter().map(|kind| kind.name())));
        assert!(EVIDENCE.iter().copied().eq(Evidence::ALL.iter().map(|kind| kind.name())));
    }
}
