//! A CSL style, set by hayagriva.

mod bounds;
mod complete;
mod item;
mod order;
mod people;
mod piece;
mod specialise;
mod title_case;
mod words;

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::citationberg::json::Item as CslItem;
use hayagriva::citationberg::taxonomy::{Locator as CslLocator, OtherTerm, Term};
use hayagriva::citationberg::{
    CitationFormat, Collapse, DisambiguationRule, IndependentStyle, Locale, LocaleCode, Style as CslStyle,
    StyleCategory, StyleClass, TermForm,
};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, LocatorPayload, SpecificLocator,
};
use icu_collator::CollatorBorrowed;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::run::tidy;
use super::{Cluster, Item, Reference, Run, Set};
use crate::cache::Cache;
use crate::content::Source;
use crate::memo::Fingerprint;
use order::{collator, entangled, order_by_author};
use people::{ShortNames, tell_people_apart};
use piece::{Raw, RawPart, flatten, raw_parts, trimmed};
use specialise::Shapes;
use words::join_years;

pub(super) use item::{item, undisguise};

/// Falls back for what a language has no words for.
const ENGLISH: &str = "en-US";

/// A CSL style, ready to set texts.
#[derive(Debug)]
pub(super) struct Csl {
    style: IndependentStyle,
    /// Without a bibliography, without citations, and with neither: what sets one thing
    /// need not set the others.
    only_citations: Shapes,
    only_references: Shapes,
    only_order: IndependentStyle,
    /// Sets the citations whose author wrote words around a source: in the order written.
    as_written: IndependentStyle,
    locale: LocaleCode,
    /// The language's own first.
    locales: Vec<Locale>,
    /// "and" in its language.
    and: String,
    /// "Retrieved" in its language.
    retrieved: String,
    habits: Habits,
    is_numeric: bool,
    /// For a style whose list is by author first: how names are ordered in its language.
    by_author: Option<CollatorBorrowed<'static>>,
    /// Whether a citation looks alike wherever it stands, so long as no other source of
    /// the text could be taken for it.
    is_free_of_place: bool,
}

/// What a style does that is helped along here.
#[derive(Debug)]
struct Habits {
    /// Whether it names the hosts of a show.
    knows_hosts: bool,
    /// Whether first authors of one surname are told apart by their initials.
    tells_people_apart: bool,
    /// Whether several works of one author are cited by their years: "Poe, 2019, 2020".
    collapses_years: bool,
}

impl Habits {
    fn of(style: &IndependentStyle) -> Self {
        let citation = &style.citation;
        let years = [Collapse::Year, Collapse::YearSuffix, Collapse::YearSuffixRanged];
        Self {
            knows_hosts: format!("{:?}", style.macros).contains("Host"),
            tells_people_apart: citation.disambiguate_add_givenname
                && citation.givenname_disambiguation_rule != DisambiguationRule::ByCite,
            collapses_years: citation.collapse.is_some_and(|collapse| years.contains(&collapse)),
        }
    }
}

impl Csl {
    /// A style that comes with hayagriva.
    pub(super) fn archived(name: &str, language: &str) -> Option<Self> {
        let name = if name == "mla" { "modern-language-association" } else { name };
        match ArchivedStyle::by_name(name)?.get() {
            CslStyle::Independent(style) => Some(Self::new(style, language)),
            CslStyle::Dependent(_) => None,
        }
    }

    /// A style from its XML.
    pub(super) fn parse(xml: &str, language: &str) -> Result<Self, String> {
        bounds::check_nesting(xml)?;
        match CslStyle::from_xml(xml) {
            Ok(CslStyle::Independent(style)) if style.bibliography.is_some() => {
                bounds::check_calls(&style)?;
                Ok(Self::new(style, language))
            }
            Ok(CslStyle::Independent(_)) => Err("it has no bibliography".to_owned()),
            Ok(CslStyle::Dependent(_)) => Err("it is a dependent style, which only names another".to_owned()),
            Err(error) => Err(error.to_string().lines().next().unwrap_or_default().to_owned()),
        }
    }

    fn new(mut style: IndependentStyle, language: &str) -> Self {
        complete::complete(&mut style);
        let locales = locales_for(language);
        let locale = locales.first().and_then(|locale| locale.lang.clone()).unwrap_or_else(LocaleCode::en_us);
        let term = |term: OtherTerm| {
            locales
                .iter()
                .find_map(|locale| locale.term(Term::Other(term), TermForm::Long)?.single())
                .map(str::to_owned)
        };
        let and = term(OtherTerm::And).unwrap_or_else(|| "and".to_owned());
        let retrieved = term(OtherTerm::Retrieved).unwrap_or_default();
        let habits = Habits::of(&style);
        let is_numeric = style
            .info
            .category
            .iter()
            .any(|category| matches!(category, StyleCategory::CitationFormat { format: CitationFormat::Numeric }));
        let written = format!("{style:?}");
        let asks_for_place =
            ["position: Some(", "et_al_subsequent_min: Some("].iter().any(|part| written.contains(part));
        let is_free_of_place = !is_numeric && !asks_for_place && style.settings.class == StyleClass::InText;
        let mut only_citations = style.clone();
        only_citations.bibliography = None;
        let mut only_references = style.clone();
        only_references.citation.layout.elements.clear();
        let mut as_written = only_citations.clone();
        as_written.citation.sort = None;
        as_written.citation.collapse = None;
        as_written.citation.cite_group_delimiter = None;
        let mut only_order = only_references.clone();
        if let Some(bibliography) = &mut only_order.bibliography {
            bibliography.layout.elements.clear();
        }
        let (only_citations, only_references) = (Shapes::new(only_citations), Shapes::new(only_references));
        let by_author = collator(&style, &locale);
        Self {
            style,
            only_citations,
            only_references,
            only_order,
            as_written,
            locale,
            locales,
            and,
            retrieved,
            habits,
            is_numeric,
            by_author,
            is_free_of_place,
        }
    }

    /// Sets a text. `cache` keeps what was made, under `name`, the style's own.
    pub(super) fn set(&self, sources: &[Arc<Source>], clusters: &[Cluster], name: Fingerprint, cache: &Cache) -> Set {
        let kept = Kept { name, cache, digests: sources.iter().map(Fingerprint::of_value).collect() };
        let (mut raw, references) = if self.is_free_of_place && !entangled(sources) {
            self.apart(sources, clusters, &kept)
        } else {
            self.together(sources, clusters, &kept)
        };
        if self.habits.tells_people_apart {
            tell_people_apart(sources, clusters, &mut raw);
        }
        if self.habits.collapses_years {
            join_years(sources, clusters, &mut raw);
        }
        let mut names = ShortNames::new(sources, clusters);
        let made = clusters.iter().zip(raw);
        let citations = made.map(|(cluster, made)| self.citation(cluster, made, sources, &mut names)).collect();
        let number = |at: usize| self.is_numeric.then_some(at + 1);
        let references = references.into_iter().enumerate();
        let references = references.map(|(at, (source, runs))| Reference { source, number: number(at), runs });
        Set { citations, references: references.collect() }
    }

    /// All of a text at once, as a style needs that counts, or that tells two alike apart.
    fn together(&self, sources: &[Arc<Source>], clusters: &[Cluster], kept: &Kept<'_>) -> Raw {
        kept.or("citations", (&kept.digests, clusters), || {
            let items = self.items(sources);
            let order = if self.is_free_of_place { self.order(sources, kept) } else { Vec::new() };
            let mut raw = self.run(&self.style, &items, clusters, &order);
            mend_titles(sources, clusters, &mut raw);
            raw
        })
    }

    /// Each citation and reference alone, once for all texts.
    fn apart(&self, sources: &[Arc<Source>], clusters: &[Cluster], kept: &Kept<'_>) -> Raw {
        let citation = |cluster: &Cluster| {
            let own: Vec<_> = cluster.items.iter().map(|item| (kept.digests[item.source], &item.locator)).collect();
            kept.or("citation", own, || {
                let cited: Vec<_> = cluster.items.iter().map(|item| Arc::clone(&sources[item.source])).collect();
                let items = cluster.items.iter().enumerate().map(|(at, item)| Item { source: at, ..item.clone() });
                let alone = [Cluster { items: items.collect(), is_narrative: false }];
                self.alone(&self.only_citations, &cited, &alone).0.pop().unwrap_or_default()
            })
        };
        let reference = |at: usize| {
            let runs = kept.or("reference", kept.digests[at], || {
                let made = self.alone(&self.only_references, &sources[at..=at], &[]).1.pop();
                made.map(|(_, runs)| runs).unwrap_or_default()
            });
            (at, runs)
        };
        let order = self.order(sources, kept);
        (clusters.iter().map(citation).collect(), order.into_iter().map(reference).collect())
    }

    /// The sources in the order of the style's list.
    fn order(&self, sources: &[Arc<Source>], kept: &Kept<'_>) -> Vec<usize> {
        if sources.len() < 2 {
            return (0..sources.len()).collect();
        }
        if let Some(order) = self.by_author.as_ref().and_then(|collator| order_by_author(sources, collator)) {
            return order;
        }
        kept.or("order", &kept.digests, || {
            let ordered = self.run(&self.only_order, &self.items(sources), &[], &[]).1;
            ordered.into_iter().map(|(at, _)| at).collect()
        })
    }

    /// With the style cut down to an item, when there is one item.
    fn alone(&self, styles: &Shapes, sources: &[Arc<Source>], clusters: &[Cluster]) -> Raw {
        let items = self.items(sources);
        let cut = match items.as_slice() {
            [item] => styles.of(item),
            _ => None,
        };
        let mut raw = self.run(cut.as_deref().unwrap_or(styles.whole()), &items, clusters, &[]);
        mend_titles(sources, clusters, &mut raw);
        raw
    }

    /// `order` is that of the list, where letters behind years are to follow it: they are
    /// given in the order in which sources are first seen.
    fn run(&self, style: &IndependentStyle, items: &[CslItem], clusters: &[Cluster], order: &[usize]) -> Raw {
        let mut driver = BibliographyDriver::new();
        let dated = dated_item();
        let request =
            |cited, style, note| CitationRequest::new(cited, style, Some(self.locale.clone()), &self.locales, note);
        let hidden = |item| CitationItem::new(item, None, None, true, None);
        if !order.is_empty() {
            let dated = Some(&dated).filter(|_| !items.iter().any(|item| item.0.contains_key("issued")));
            let seen = order.iter().map(|at| &items[*at]).chain(dated).map(hidden).collect();
            driver.citation(request(seen, style, None));
        }
        for (number, cluster) in (1..).zip(clusters) {
            let has_words = cluster.items.iter().any(|item| !item.prefix.is_empty() || !item.suffix.is_empty());
            let style = if has_words && cluster.items.len() > 1 { &self.as_written } else { style };
            let cited = cluster.items.iter().map(|item| {
                let locator = item.locator.as_ref().map(|locator| {
                    let label = locator.label.parse().unwrap_or(CslLocator::Page);
                    SpecificLocator(label, LocatorPayload::Str(&locator.value))
                });
                CitationItem::with_locator(&items[item.source], locator)
            });
            driver.citation(request(cited.collect(), style, Some(number)));
        }
        if style.bibliography.is_some() {
            driver.citation(request(items.iter().map(hidden).collect(), style, None));
        }
        let locale = Some(self.locale.clone());
        let rendered = driver.finish(BibliographyRequest { style, locale, locale_files: &self.locales });
        let made = clusters.iter().zip(rendered.citations.iter().skip(usize::from(!order.is_empty())));
        let citations = made.map(|(cluster, made)| raw_parts(&made.citation, cluster.items.len())).collect();
        let entries = rendered.bibliography.map(|bibliography| bibliography.items).unwrap_or_default();
        let references = entries.into_iter().filter_map(|entry| {
            let mut pieces = Vec::new();
            flatten(&entry.content, false, &mut pieces);
            let mut runs = tidy(pieces.into_iter().map(|piece| piece.run).collect());
            let source: usize = entry.key.parse().ok().filter(|source| *source < items.len())?;
            if !items[source].0.contains_key("accessed") {
                self.drop_retrieved(&mut runs);
            }
            Some((source, trimmed(runs)))
        });
        (citations, references.collect())
    }

    /// "Retrieved https://…" without a day says nothing (APA 7, section 9.16).
    fn drop_retrieved(&self, runs: &mut [Run]) {
        let Some(at) = runs.iter().position(|run| run.link.is_some()).filter(|at| *at > 0) else { return };
        let before = &mut runs[at - 1].text;
        let start = before.trim_end().len().saturating_sub(self.retrieved.len());
        if !self.retrieved.is_empty()
            && before.get(start..).is_some_and(|end| end.trim_end().to_lowercase() == self.retrieved.to_lowercase())
        {
            before.truncate(start);
        }
    }

    fn items(&self, sources: &[Arc<Source>]) -> Vec<CslItem> {
        let item = |(at, source): (usize, &Arc<Source>)| {
            let item = item::item_to_set(source, &at.to_string(), self.habits.knows_hosts);
            serde_json::from_value(item).unwrap_or_else(|_| CslItem(BTreeMap::new()))
        };
        sources.iter().enumerate().map(item).collect()
    }
}

/// What a style made before.
struct Kept<'a> {
    /// The style's own.
    name: Fingerprint,
    cache: &'a Cache,
    /// Of the text's sources, in their order.
    digests: Vec<Fingerprint>,
}

impl Kept<'_> {
    /// What was made before of the same inputs, else what is made now.
    fn or<T: Serialize + DeserializeOwned>(&self, kind: &str, inputs: impl Hash, make: impl FnOnce() -> T) -> T {
        self.cache.get(kind, (self.name, inputs), || Some(make())).expect("it is made where it is not known")
    }
}

/// Gives the titles in what was made the capitals that the records have.
fn mend_titles(sources: &[Arc<Source>], clusters: &[Cluster], (citations, references): &mut Raw) {
    for (cluster, parts) in clusters.iter().zip(citations) {
        for part in parts {
            let RawPart::Item(at, pieces) = part else { continue };
            let source = &sources[cluster.items[*at].source];
            for piece in pieces {
                title_case::mend(&mut piece.run, source);
            }
        }
    }
    for (source, runs) in references {
        for run in runs {
            title_case::mend(run, &sources[*source]);
        }
    }
}

/// The words of a language and, for what it lacks, of English.
fn locales_for(language: &str) -> Vec<Locale> {
    static ALL: OnceLock<Vec<Locale>> = OnceLock::new();
    let all = ALL.get_or_init(locales);
    let code = |locale: &Locale| locale.lang.as_ref().map(|code| code.0.to_lowercase()).unwrap_or_default();
    let wanted = language.to_lowercase();
    let base = wanted.split('-').next().unwrap_or_default().to_owned();
    let doubled = format!("{base}-{base}");
    let of_base = |locale: &&Locale| code(locale).split('-').next() == Some(base.as_str());
    let own = all
        .iter()
        .find(|locale| code(locale) == wanted)
        .or_else(|| all.iter().filter(|_| base == "en").find(|locale| code(locale) == "en-us"))
        .or_else(|| all.iter().find(|locale| code(locale) == doubled))
        .or_else(|| all.iter().find(of_base));
    let english = all.iter().find(|locale| code(locale) == ENGLISH.to_lowercase());
    let mut found: Vec<Locale> = own.into_iter().chain(english).cloned().collect();
    found.dedup_by(|a, b| a.lang == b.lang);
    found
}

/// An item with a date: without one among them, hayagriva gives no letters ("n.d.-a").
fn dated_item() -> CslItem {
    let item = serde_json::json!({ "id": "", "type": "book", "title": "\u{f8f4}", "issued": { "date-parts": [[1]] } });
    serde_json::from_value(item).unwrap_or_else(|_| CslItem(BTreeMap::new()))
}

#[cfg(test)]
mod tests;
