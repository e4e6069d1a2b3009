//! What sort of work a source is, and what kind of evidence.

/// Names in two directions, for an enum of unit variants.
macro_rules! named {
    ($type:ident { $($variant:ident => $name:literal),* $(,)? }) => {
        impl $type {
            /// Every one, in the order it is offered.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// As it is written.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// Reads a name; spaces, hyphens and case do not matter.
            pub fn parse(text: &str) -> Option<Self> {
                let plain = |text: &str| text.replace([' ', '-', '_'], "").to_lowercase();
                Self::ALL.iter().copied().find(|known| plain(known.name()) == plain(text))
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

/// What sort of work a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKind {
    /// A page on the web.
    WebPage,
    /// An article in a journal.
    Article,
    /// A book.
    Book,
    /// A chapter of an edited book.
    Chapter,
    /// A report.
    Report,
    /// A guideline of clinical practice.
    Guideline,
    /// An article in a newspaper or magazine.
    News,
    /// An episode of a podcast.
    Podcast,
    /// A film or video.
    Video,
    /// An interview.
    Interview,
    /// A letter, talk or message that nobody else can look up.
    PersonalCommunication,
    /// None of these.
    Document,
}

named!(WorkKind {
    WebPage => "web page",
    Article => "article",
    Book => "book",
    Chapter => "chapter",
    Report => "report",
    Guideline => "guideline",
    News => "news",
    Podcast => "podcast",
    Video => "video",
    Interview => "interview",
    PersonalCommunication => "personal communication",
    Document => "document",
});

/// What kind of evidence a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Read by others of the field before it was published.
    PeerReviewed,
    /// What a body of the field advises.
    Guideline,
    /// What an organisation says.
    Organisation,
    /// What a newspaper or magazine says.
    News,
    /// A book.
    Book,
    /// What somebody lived through or told.
    Personal,
}

named!(Evidence {
    PeerReviewed => "peer-reviewed",
    Guideline => "guideline",
    Organisation => "organisation",
    News => "news",
    Book => "book",
    Personal => "personal",
});
