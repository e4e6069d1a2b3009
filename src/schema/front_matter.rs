//! The front matter of posts and pages, and of series' files.

use super::record::LISTED;
use super::shape::Field;
use super::shape::Needs;
use super::shape::Shape::{
    self, Any, Fields, Like, List, Maybe, Named, Numbered, OneOf, Open, Switch, Text, Whole, Word,
};

/// A post or page.
pub(super) const POST: Shape = Fields(&POST_FIELDS, Needs::Nothing);

/// A series' file.
pub(super) const SERIES: Shape = Fields(&SERIES_FIELDS, Needs::Nothing);

const MAYBE_TEXT: Shape = Maybe(&Text);

const WHEN: Shape = Named(
    "date",
    &Maybe(&Like(
        "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?( ?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?)?$",
        "Write it as 2026-01-06, 2026-01-06 09:00, or 2026-01-06T09:00:00-05:00.",
    )),
);

const DAY: Shape =
    Like("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", "Write a day without a time: 2026-01-06.");

/// One text, or a list of them.
const TEXTS: Shape = Maybe(&Any(&[Word, List(&Text)]));

const IN_SERIES: Shape = Any(&[
    Word,
    Fields(
        &[
            Field::new("name", Text, "The series' title, or the name of its file."),
            Field::new("part", Maybe(&Whole(0, None)), "The number that the post has for good."),
            Field::new("season", Maybe(&Whole(0, None)), "The season it is in."),
        ],
        Needs::All(&["name"]),
    ),
]);

const IMAGE: Shape = Maybe(&Any(&[
    Word,
    Fields(
        &[
            Field::new("src", Text, "The path of the picture, relative to this file; from a slash on in static/."),
            Field::new("alt", MAYBE_TEXT, "What it shows, for those who do not see it."),
        ],
        Needs::All(&["src"]),
    ),
]));

const TITLE: Field = Field::new("title", MAYBE_TEXT, "The title; else the first heading, else the file's name.");
const SLUG: Field = Field::new("slug", MAYBE_TEXT, "The last part of the address; else it is made of the file's name.");
const PICTURE: Field = Field::new("image", IMAGE, "Its picture: cover.jpg, or {src: cover.jpg, alt: …}.")
    .such_as("{\"src\": \"cover.jpg\", \"alt\": \"A circle of empty chairs\"}");

const POST_FIELDS: [Field; 19] = [
    TITLE,
    Field::new("date", WHEN, "When it comes out; else the date in the file's name.").such_as("\"2026-01-06\""),
    Field::new("updated", WHEN, "When it was changed in substance.").such_as("\"2026-01-13 09:00\""),
    SLUG,
    Field::new("id", MAYBE_TEXT, "Its identity in feeds; else its first address."),
    Field::new(
        "series",
        Maybe(&Any(&[IN_SERIES, List(&IN_SERIES)])),
        "The series it is part of: a name, {name: …, part: 3}, or a list with the main one first.",
    )
    .such_as("[\"Tuesday Therapy Notes\", {\"name\": \"Grief\", \"part\": 3, \"season\": 2}]"),
    Field::new("season", Maybe(&Whole(0, None)), "The season of its main series that it is in.").such_as("2"),
    Field::new("next_week", MAYBE_TEXT, "What comes next in the series: its title, slug or file, or words of your own."),
    Field::new("tags", TEXTS, "Its tags, as readers see them.").such_as("[\"group therapy\"]"),
    Field::new("authors", TEXTS, "Who wrote it, if not the site's author.").such_as("[\"Ada\", \"Bo\"]"),
    Field::new("author", TEXTS, "The same as authors. A post has only one of the two.").such_as("\"Ada\""),
    Field::new("summary", MAYBE_TEXT, "What lists show, in Markdown; else the first paragraph."),
    Field::new("sources", LISTED, "What it leans on: ids of records, or records of its own.").such_as(
        "[\"apa-group-therapy\", {\"title\": \"Understanding group therapy\", \"url\": \"https://www.apa.org/topics/psychotherapy/group-therapy\"}]",
    ),
    Field::new("draft", Switch, "Whether it is not to be published as it is.").or("false"),
    Field::new("aliases", TEXTS, "Old addresses that lead here: /old/place/.").such_as("[\"/old/place/\"]"),
    Field::new("content_note", MAYBE_TEXT, "What a reader may want to know before reading."),
    PICTURE,
    Field::new("template", MAYBE_TEXT, "Another template than the usual one.").such_as("\"post.html\""),
    Field::new("extra", Open, "Values of your own, for templates.").such_as("{\"mood\": \"calm\"}"),
];

const PAUSE: Shape = Fields(
    &[
        Field::new("from", DAY, "Its first day.").such_as("\"2026-12-22\""),
        Field::new("to", DAY, "Its last day; without one it has no end yet.").such_as("\"2027-01-04\""),
        Field::new("reason", MAYBE_TEXT, "Why, for readers."),
    ],
    Needs::All(&["from"]),
);

const PLANNED: Shape = Any(&[
    Word,
    Fields(
        &[
            Field::new("title", Text, "What it will be called."),
            Field::new("date", WHEN, "When it is to come out, if not in the next free slot."),
            Field::new("slug", MAYBE_TEXT, "The last part of its address, if not made of the title."),
        ],
        Needs::All(&["title"]),
    ),
]);

const CONTRACT: Shape = Maybe(&Fields(
    &[
        Field::new("title", MAYBE_TEXT, "What titles look like: * is any text, {part} the part's number.")
            .such_as("\"Week {part}: *\""),
        Field::new("sources", Any(&[Whole(0, None), Switch]), "How many sources it leans on at least; true is one.")
            .or("0"),
        Field::new("next_week", Switch, "Whether it must say what comes next.").or("false"),
        Field::new("words", Maybe(&Any(&[WORDS, WORD_ENDS])), "How many words it has: 300-1200, 300- or -1200.")
            .such_as("\"300-1200\""),
        Field::new("tags", TEXTS, "Tags that it must have.").such_as("[\"therapy\"]"),
    ],
    Needs::Nothing,
));

const WORDS: Shape =
    Like("^ *([0-9]+ *[-–] *[0-9]*|[-–] *[0-9]+) *$", "Write how many words from and to: 300-1200, 300- or -1200.");

const WORD_ENDS: Shape = Fields(
    &[
        Field::new("min", Maybe(&Whole(0, None)), "At least so many."),
        Field::new("max", Maybe(&Whole(0, None)), "At most so many."),
    ],
    Needs::Any(&["min", "max"]),
);

const SERIES_FIELDS: [Field; 16] = [
    TITLE,
    Field::new("description", MAYBE_TEXT, "What the series is about, in a sentence or two."),
    SLUG,
    PICTURE,
    Field::new("prefix", Switch, "Whether full titles begin with the series' title.").or("false"),
    Field::new("order", OneOf(&["date", "part"]), "What orders its parts: the date, or the part that each names.")
        .or("\"date\""),
    Field::new("cadence", MAYBE_TEXT, "How often it comes out: weekly on tuesday at 07:00.")
        .such_as("\"weekly on tuesday at 07:00\""),
    Field::new("starts", DAY, "The first day that an instalment may come out on.").such_as("\"2026-01-06\""),
    Field::new("ends", DAY, "The last day.").such_as("\"2026-12-29\""),
    Field::new("pauses", List(&PAUSE), "When nothing comes out: {from: …, to: …, reason: …}.")
        .such_as("[{\"from\": \"2026-12-22\", \"to\": \"2027-01-04\", \"reason\": \"the holidays\"}]"),
    Field::new("planned", List(&PLANNED), "What is to come and not written yet: titles, or {title: …, date: …, slug: …}.")
        .such_as("[\"Sleep\", {\"title\": \"Grief\", \"date\": \"2026-12-01\", \"slug\": \"grief\"}]"),
    Field::new("announce", Switch, "Whether titles of what is scheduled are shown before it is out.").or("false"),
    Field::new("finished", Switch, "Whether it is complete.").or("false"),
    Field::new("start_here", MAYBE_TEXT, "The part to begin with, by slug or file, if not the first."),
    Field::new("seasons", Numbered(&Text), "The names of its seasons, by number: {1: Beginnings}.")
        .such_as("{\"1\": \"Beginnings\"}"),
    Field::new("contract", CONTRACT, "What is asked of each instalment.").such_as(
        "{\"title\": \"Week {part}: *\", \"sources\": 1, \"next_week\": true, \"words\": {\"min\": 300, \"max\": 1200}, \"tags\": [\"therapy\"]}",
    ),
];
