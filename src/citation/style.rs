//! Which style a site's citations are set in.

use std::sync::Arc;

use super::csl::Csl;
use super::{Cluster, Set, plain};
use crate::cache::Cache;
use crate::content::Source;
use crate::diagnostics::{Diagnostic, Span, Warned, nearest};
use crate::memo::{Fingerprint, Hasher};
use crate::source::SourceTree;

/// The styles that come with weeknotes, each with tests of what it prints.
pub const STYLES: [&str; 5] = ["apa", "mla", "harvard-cite-them-right", "american-medical-association", "plain"];

/// A citation style in a language, ready to set.
#[derive(Debug)]
pub struct Style {
    sets: Sets,
    /// Names it, also among what is kept between runs.
    fingerprint: Fingerprint,
}

#[derive(Debug)]
enum Sets {
    Plain,
    Csl(Box<Csl>),
}

impl Style {
    /// The style of a name, or of a `.csl` file of the site, in a language. What is wrong
    /// with the name or the file is told at `place`, and the style is then APA.
    ///
    /// ```
    /// use weeknotes::citation::Style;
    /// use weeknotes::diagnostics::Span;
    /// use weeknotes::source::SourceTree;
    /// let style = Style::load("mla", "en", &SourceTree::new(), &Span::file("weeknotes.yaml"));
    /// assert!(style.diagnostics.is_empty());
    /// ```
    pub fn load(name: &str, language: &str, tree: &SourceTree, place: &Span) -> Warned<Arc<Self>> {
        let mut diagnostics = Vec::new();
        let mut hasher = Hasher::new();
        hasher.text(name).text(language);
        let file = name.ends_with(".csl").then(|| tree.text(name));
        let wrong = |message: String| Diagnostic::error("citation-style", message).at(place.clone());
        let csl = match file {
            Some(Some(text)) => {
                hasher.fingerprint(text.fingerprint);
                Csl::parse(&text.text, language).map(Some).map_err(|reason| {
                    wrong(format!("`{name}` cannot be used as a citation style: {reason}"))
                        .help("take an independent style from https://github.com/citation-style-language/styles")
                })
            }
            Some(None) => Err(wrong(format!("there is no file `{name}`"))
                .help("put the style into `data/` and name it from the site's folder: `data/vancouver.csl`")),
            None if name == "plain" => Ok(None),
            None if STYLES.contains(&name) => Ok(Csl::archived(name, language)),
            None => {
                let near = nearest(name, STYLES);
                let help = near.map_or_else(
                    || format!("the styles are {}, or a `.csl` file of your own", STYLES.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                Err(wrong(format!("`{name}` is no citation style that comes with weeknotes")).help(help))
            }
        };
        let csl = csl.unwrap_or_else(|diagnostic| {
            diagnostics.push(diagnostic);
            Csl::archived(STYLES[0], language)
        });
        let sets = csl.map_or(Sets::Plain, |csl| Sets::Csl(Box::new(csl)));
        Warned { value: Arc::new(Self { sets, fingerprint: hasher.finish() }), diagnostics }
    }

    /// Equal for equal styles.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Sets a text's citations and the references of all its sources, cited or not.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use weeknotes::cache::Cache;
    /// use weeknotes::citation::{Style, text};
    /// use weeknotes::content::{Name, PartialDate, Source, WorkKind};
    /// use weeknotes::diagnostics::Span;
    /// use weeknotes::source::SourceTree;
    /// let style = Style::load("apa", "en", &SourceTree::new(), &Span::file("weeknotes.yaml")).value;
    /// let source = Source {
    ///     kind: Some(WorkKind::Book),
    ///     authors: vec![Name::parse("Yalom, Irvin D.")],
    ///     title: Some("The gift of therapy".into()),
    ///     published: PartialDate::parse("2002"),
    ///     ..Source::default()
    /// };
    /// let set = style.set(&[Arc::new(source)], &[], &Cache::default());
    /// assert_eq!(text(&set.references[0].runs), "Yalom, I. D. (2002). The gift of therapy.");
    /// ```
    pub fn set(&self, sources: &[Arc<Source>], clusters: &[Cluster], cache: &Cache) -> Set {
        match &self.sets {
            Sets::Plain => plain::set(sources, clusters),
            Sets::Csl(csl) => with_unlisted(csl.set(sources, clusters, self.fingerprint, cache), sources, clusters),
        }
    }
}

/// A style may leave a kind of work out of its list (APA does so with letters, which nobody
/// can look up). Where the text cites it, that is all a reader needs; else it is shown plain.
fn with_unlisted(mut set: Set, sources: &[Arc<Source>], clusters: &[Cluster]) -> Set {
    let is_cited = |source| clusters.iter().flat_map(|cluster| &cluster.items).any(|item| item.source == source);
    set.references.retain(|reference| !reference.runs.is_empty() || !is_cited(reference.source));
    for reference in set.references.iter_mut().filter(|reference| reference.runs.is_empty()) {
        reference.runs = plain::reference(reference.source, &sources[reference.source]).runs;
    }
    set
}
