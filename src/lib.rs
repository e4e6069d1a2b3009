//! A static site generator for blogs that come out in series, one instalment a week.
//!
//! A folder of Markdown becomes a site in which a series is a type: part n of m, what
//! came before and what comes next, a page and a feed of its own; sources are data; and
//! a mistake is told with its line and how to mend it. Three people use it: the author
//! who writes each week and is no programmer, the job that builds and publishes on
//! schedule, and the same author looking at a preview.
//!
//! # Bird's-eye view
//!
//! ```text
//! source ─▶ content ─▶ site ─▶ markdown ─▶ template ─▶ output
//! discover   parse    resolve    bodies      pages     plan + write
//! ```
//!
//! Data flows one way. Each stage is a function from an immutable value to another
//! immutable value of another type; no field is filled in later. [`build::Builder`]
//! joins the stages and keeps a [`memo::Memo`] in the path of every document, body, card
//! and page. [`serve`] builds again whenever something changes, and shows it.
//!
//! | module | owns | main types |
//! |---|---|---|
//! | [`diagnostics`] | what went wrong in a site, and how it is shown | [`Diagnostic`](diagnostics::Diagnostic), [`Span`](diagnostics::Span), [`Warned`](diagnostics::Warned) |
//! | [`memo`] | recorded reads; knows nothing of sites | [`Fingerprint`](memo::Fingerprint), [`Memo`](memo::Memo), [`Recorder`](memo::Recorder) |
//! | [`source`] | walks, reads, hashes; on disk and in memory | [`SourceTree`](source::SourceTree), [`SourceText`](source::SourceText) |
//! | [`config`] | typed configuration of site and theme | [`Config`](config::Config) |
//! | [`content`] | front matter, raw document and records of sources; one file at a time | [`Document`](content::Document), [`FrontMatter`](content::FrontMatter), [`Source`](content::Source), [`Library`](content::Library) |
//! | [`site`] | the resolved, immutable graph at an instant | [`Site`](site::Site), [`Page`](site::Page), [`Series`](site::Series), [`Permalink`](site::Permalink) |
//! | [`citation`] | the syntax of citations, and styles that set them | [`Bibliography`](citation::Bibliography), [`Style`](citation::Style), [`Set`](citation::Set) |
//! | [`markdown`] | Markdown to HTML, contents, summary; highlighting | [`Body`](markdown::Body), [`Links`](markdown::Links) |
//! | [`template`] | Tera, themes, and the recorded view of the site | [`Engine`](template::Engine), [`View`](template::View), [`Read`](template::Read) |
//! | [`output`] | what is written where; the manifest and the writer | [`Artifact`](output::Artifact), [`Plan`](output::Plan), [`OutputFolder`](output::OutputFolder) |
//! | [`cache`] | pure results that are dear to make, kept between runs | [`Cache`](cache::Cache) |
//! | [`build`] | the pipeline that joins the stages | [`Builder`](build::Builder), [`Report`](build::Report) |
//! | [`relocate`] | a post gets another date, slug or series: what changes where | [`Plan`](relocate::Plan), [`Rename`](relocate::Rename), [`Edit`](relocate::Edit) |
//! | [`serve`] | watches, serves from memory, tells open pages | [`Options`](serve::Options), [`Built`](serve::Built) |
//! | [`online`] | links of sources looked at over the network; archived copies; what a site's server has | [`Fetch`](online::Fetch), [`Finding`](online::Finding), [`Report`](online::Report) |
//! | [`schema`] | JSON Schemas of what authors write in YAML, for editors | [`Of`](schema::Of) |
//! | [`cli`] | one file for each command | |
//!
//! Modules depend downwards only: `cli → serve → relocate → build → output → template →
//! markdown → citation → site → content → config → source → diagnostics`; `memo` is a leaf,
//! and `cache` knows nothing but it. [`schema`] knows `content` and `config`, and only `cli`
//! knows it.
//!
//! # Recorded reads
//!
//! A rendered value keeps the list of what its rendering read: a card of a page, a body,
//! an ordered listing, a template with all it extends and includes, the target of a link,
//! also one that was *not* there. The memo holds each of them once, with the
//! [`Fingerprint`](memo::Fingerprint) it had. To rebuild, look at each again and walk the
//! lists; nothing in one changed, its value is reused and its diagnostics are told again;
//! else it is made again. There is no table of "which kind of change affects what", and
//! the first build is the same code with an empty memo. A property test holds a rebuild
//! after any sequence of edits against a clean build, byte for byte, diagnostics included.
//!
//! What is a function of few inputs is kept as a whole: the [`Site`](site::Site) while no
//! document says anything else of itself (its body is no part of a
//! [`Document`](content::Document)), the plan while the site is the same, the engine while
//! the theme is. What was read of a site that is still the same value is not looked at.
//!
//! # Sources
//!
//! ```text
//! libraries ─▶ bibliography ─┐
//! front matter ──────────────┼─▶ a body's citations and references ─▶ index of sources
//! style ─────────────────────┘
//! ```
//!
//! A citation style numbers, sorts and tells alike works apart over a whole text, so a
//! text's citations are set together when it has been read, and leave a mark in its HTML
//! until then. A body keeps its references with the records it read; what all bodies cite
//! is gathered into one index, kept while no body cites anything else: `/sources/`, the
//! sources' own pages and their way back to the posts are made of it. What is not out has
//! no body, so its sources are nowhere.
//!
//! # The rhythm
//!
//! ```text
//! content ─▶ the site at an instant ─▶ pages, calendars, what is due, what a rehearsal shows
//! ```
//!
//! A series' file has a [`Cadence`](content::Cadence) and plans; [`Slots`](site::Slots) are
//! its times, in the site's time zone. The [`Content`](build::Content) of a folder gives the
//! site at any instant ([`site_at`](build::Content::site_at)), a pure function that changes
//! only at the moments which [`Site::next_change`](site::Site::next_change) names. Everything
//! about time asks it: a build and the preview, `next`, `schedule`, `explain`, `rehearse`,
//! `verify`. A link to what is not out yet is a read of what it leads to at that instant, so
//! the day that it comes alive brings the page that has it into the rebuild by itself.
//!
//! # The preview
//!
//! ```text
//! file system ─▶ settle ─▶ look again ─▶ build ─▶ snapshot ─▶ server ─▶ open pages
//! ```
//!
//! One thread waits for the file system and for the next date that comes, rebuilds, and
//! publishes an immutable snapshot; the server answers from the latest. What is on a
//! screen is rendered first and shown at once, the rest follows. With errors the last
//! good site stays. File events only say *look again*: content decides.
//!
//! # Invariants
//!
//! *Architecture Invariant:* only [`source`] reads a site's files, only [`output`] writes
//! them, [`cache`] reads and writes its own, and nothing is right because of it;
//! [`online`] alone reaches the network and adds copies to a library when told to. Only
//! [`cli`] prints, reads the clock or the environment, or decides how the program ends.
//! "Now" is a value, in a preview a function that `cli` hands in.
//!
//! *Architecture Invariant:* the preview adds to what it serves, never to what is built:
//! a built page has no script of ours, unless the site asks the theme for one.
//!
//! *Architecture Invariant:* templates and Markdown see the site only through a
//! [`View`](template::View), which records. Nothing hands "all pages" to every template.
//!
//! *Architecture Invariant:* trouble has two channels. What an author can mend is a
//! [`Diagnostic`](diagnostics::Diagnostic), collected beside the value, all of them at
//! once; what the machine did is an [`Error`](output::Error).
//!
//! *Architecture Invariant:* nothing that can be observed depends on hash order, thread
//! order, the clock, the locale or the machine. Every order has a total tie-break that
//! ends in the path.
//!
//! *Architecture Invariant:* everything is rendered, and every error found, before the
//! first byte is written; a file that weeknotes did not write is never changed.
//!
//! *Architecture Invariant:* hayagriva is named in [`citation`] only, and what it makes is
//! escaped there: no record's text becomes markup.
//!
//! *Architecture Invariant:* `serde_yaml` is named in [`source::yaml`] and in the types
//! it fills only: it is complete and will not change, so it must be easy to replace.

pub mod build;
pub mod cache;
pub mod citation;
pub mod cli;
pub mod config;
pub mod content;
pub mod diagnostics;
pub mod markdown;
pub mod memo;
pub mod online;
pub mod output;
pub mod relocate;
pub mod schema;
pub mod serve;
pub mod site;
pub mod source;
pub mod template;
