//! A post gets another date, another slug or another series: what changes in which files.
//!
//! [`plan`] is a pure function of a site's files and of what is asked for. It says which
//! files get other names, what changes in which lines, and which old addresses are kept;
//! [`Plan::transaction`] is that for the disk.
//!
//! ```text
//! files ─▶ front matter and names ─▶ addresses ─▶ aliases ─▶ links ─▶ built in memory ─▶ plan
//! ```
//!
//! *Architecture Invariant:* an author's text is changed in its own letters, never written
//! anew from what was read. Every front matter that changes is read again, and must say
//! what it said but for what was asked for; every site that comes of it is built in memory
//! before a byte is written, and must have no error that it had not.

mod addresses;
mod asked;
mod edit;
mod find;
mod front;
mod links;
mod moves;
mod planner;
mod proof;
mod scalar;
mod schedule;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::diagnostics::Diagnostic;
use crate::output::{Error, Transaction};
use crate::source::{SourcePath, SourceTree};

pub use addresses::{Address, Fate};
pub use edit::Edit;
pub use find::find_post;
pub use moves::Rename;
pub use schedule::NewDate;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The post's file, from the site's root.
    pub post: SourcePath,
    /// Its new date.
    pub date: Option<NewDate>,
    /// Its new slug.
    pub slug: Option<String>,
    /// Its new series.
    pub series: Option<NewSeries>,
    /// Whether the instalments behind it that are not out move by as many days.
    pub shift: bool,
    /// What is out, and what is not.
    pub now: Timestamp,
}

/// The series that a post is to be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewSeries {
    /// The one of this title, or of the slug of a known one.
    Named(String),
    /// None.
    None,
}

/// What a move comes to.
#[derive(Debug)]
pub struct Plan {
    /// The names that change, each free when those before it are given.
    pub renames: Vec<Rename>,
    /// The places that change, by file and line.
    pub edits: Vec<Edit>,
    /// How many of the places are links and pictures.
    pub link_count: usize,
    /// The pages that have another address. Of what is not out, the post itself alone.
    pub addresses: Vec<Address>,
    /// What its author may want to know, in sentences without a full stop.
    pub notes: Vec<String>,
    /// What will be doubtful that is not now.
    pub warnings: Vec<Diagnostic>,
    /// The site's files afterwards.
    pub after: SourceTree,
    texts: Vec<(SourcePath, Arc<str>, Arc<str>)>,
}

/// Why a post is not moved.
#[derive(Debug)]
pub enum Refused {
    /// What is asked for makes no sense.
    Usage(Error),
    /// What is in the way, or cannot be changed as it is written.
    Content(Vec<Diagnostic>),
    /// What would be wrong afterwards, at the places that it would have then.
    Broken(Vec<Diagnostic>),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Usage(error)
    }
}

impl From<Box<Diagnostic>> for Refused {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        Self::Content(vec![*diagnostic])
    }
}

impl From<Vec<Diagnostic>> for Refused {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Content(diagnostics)
    }
}

/// Plans a move. Nothing is written.
///
/// # Errors
/// When what is asked for makes no sense, cannot be done safely, or would bring an error.
///
/// ```
/// use weeknotes::relocate::{Request, plan};
/// use weeknotes::source::SourceTree;
/// let tree = SourceTree::from_texts([
///     ("weeknotes.yaml", "title: A\nurl: https://example.org\n"),
///     ("content/posts/2026-01-06-cbt.md", "---\ntitle: CBT\n---\nText.\n"),
///     ("content/about.md", "---\ntitle: About\n---\nSee [CBT](posts/2026-01-06-cbt.md).\n"),
/// ]);
/// let request = Request {
///     post: "content/posts/2026-01-06-cbt.md".into(),
///     date: None,
///     slug: Some("thought-records".into()),
///     series: None,
///     shift: false,
///     now: "2026-02-01T00:00:00Z".parse().unwrap(),
/// };
/// let plan = plan(&tree, &request).unwrap();
/// assert_eq!(plan.renames[0].to, "content/posts/2026-01-06-thought-records.md");
/// assert!(plan.after.text(&plan.renames[0].to).unwrap().text.contains("aliases: [/posts/cbt/]"));
/// assert!(plan.after.text("content/about.md").unwrap().text.contains("(posts/2026-01-06-thought-records.md)"));
/// ```
pub fn plan(tree: &SourceTree, request: &Request) -> Result<Plan, Refused> {
    let mut planner = planner::Planner::new(tree, request);
    planner.change_post()?;
    if request.shift {
        planner.shift()?;
    }
    planner.finish()
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.renames.is_empty() && self.edits.is_empty()
    }

    /// Where a file is afterwards.
    pub fn path_of<'p>(&'p self, path: &'p str) -> String {
        // Folders are last, so that what lies in one has its own new name by then.
        self.renames.iter().fold(path.to_owned(), |path, rename| match path.strip_prefix(rename.from.as_str()) {
            Some(below) if below.is_empty() || below.starts_with('/') => format!("{}{below}", rename.to),
            _ => path,
        })
    }

    /// How many files have a place that changes.
    pub fn file_count(&self) -> usize {
        self.texts.len()
    }

    /// What is to be done in the site's folder.
    pub fn transaction(&self, root: &Path) -> Transaction {
        let mut transaction = Transaction::default();
        for (path, old, new) in &self.texts {
            transaction.edit(root.join(&**path), Arc::clone(old), Arc::clone(new));
        }
        for rename in &self.renames {
            transaction.rename(root.join(&rename.from), root.join(&rename.to));
        }
        transaction
    }
}
