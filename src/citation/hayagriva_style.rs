//! A CSL style, set by hayagriva.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::citationberg::json::Item as CslItem;
use hayagriva::citationberg::taxonomy::{Locator as CslLocator, NameVariable, OtherTerm, Term, Variable};
use hayagriva::citationberg::{
    CitationFormat, Collapse, DisambiguationRule, FontStyle, FontVariant, FontWeight, IndependentStyle, Locale,
    LocaleCode, SortKey, Style as CslStyle, StyleCategory, StyleClass, TermForm, VerticalAlign,
};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, ElemChild, ElemChildren, ElemMeta,
    Formatted, LocatorPayload, SpecificLocator,
};

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale::Locale as IcuLocale;
use rustc_hash::FxHashSet;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::run::tidy;
use super::specialise::Shapes;
use super::{Cluster, Item, Part, Reference, Run, Set, csl, title_case};
use crate::cache::Cache;
use crate::content::{Name, Source, WorkKind};

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

/// A piece of what hayagriva made, with where it came from.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Piece {
    run: Run,
    /// Names of a source's authors.
    is_name: bool,
}

/// A part of a citation before the author's own words are put around it.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum RawPart {
    Between(Vec<Piece>),
    /// What names the item at this place of its cluster.
    Item(usize, Vec<Piece>),
}

/// What hayagriva made of a text: its citations and references.
type Raw = (Vec<Vec<RawPart>>, Vec<(usize, Vec<Run>)>);

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
        match CslStyle::from_xml(xml) {
            Ok(CslStyle::Independent(style)) if style.bibliography.is_some() => Ok(Self::new(style, language)),
            Ok(CslStyle::Independent(_)) => Err("it has no bibliography".to_owned()),
            Ok(CslStyle::Dependent(_)) => Err("it is a dependent style, which only names another".to_owned()),
            Err(error) => Err(error.to_string().lines().next().unwrap_or_default().to_owned()),
        }
    }

    fn new(style: IndependentStyle, language: &str) -> Self {
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
    pub(super) fn set(&self, sources: &[Arc<Source>], clusters: &[Cluster], name: &str, cache: &Cache) -> Set {
        let texts: Vec<String> = sources.iter().map(|source| csl::item(source, "").to_string()).collect();
        let (raw, references) = if self.is_free_of_place && !entangled(sources) {
            self.apart(sources, &texts, clusters, name, cache)
        } else {
            self.together(sources, &texts, clusters, name, cache)
        };
        let mut raw = raw;
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
        let references = references.map(|(at, (source, mut runs))| {
            for run in &mut runs {
                title_case::mend(run, &sources[source]);
            }
            Reference { source, number: number(at), runs }
        });
        let references = references.collect();
        Set { citations, references }
    }

    /// All of a text at once, as a style needs that counts, or that tells two alike apart.
    fn together(
        &self,
        sources: &[Arc<Source>],
        texts: &[String],
        clusters: &[Cluster],
        name: &str,
        cache: &Cache,
    ) -> Raw {
        let places = format!("{clusters:?}");
        let inputs: Vec<&str> = [name, &places].into_iter().chain(texts.iter().map(String::as_str)).collect();
        kept(cache, "citations", &inputs, || {
            let items: Vec<CslItem> = sources.iter().enumerate().map(|(at, source)| self.item(source, at)).collect();
            let order = if self.is_free_of_place { self.order(sources, texts, name, cache) } else { Vec::new() };
            self.run(&self.style, &items, clusters, &order)
        })
    }

    /// Each citation and reference alone, once for all texts.
    fn apart(&self, sources: &[Arc<Source>], texts: &[String], clusters: &[Cluster], name: &str, cache: &Cache) -> Raw {
        let citation = |cluster: &Cluster| {
            let own: Vec<(String, &str)> =
                cluster.items.iter().map(|item| (format!("{:?}", item.locator), texts[item.source].as_str())).collect();
            let inputs: Vec<&str> =
                std::iter::once(name).chain(own.iter().flat_map(|(place, text)| [place.as_str(), text])).collect();
            kept(cache, "citation", &inputs, || {
                let cited = cluster.items.iter().enumerate();
                let items: Vec<CslItem> =
                    cited.clone().map(|(at, item)| self.item(&sources[item.source], at)).collect();
                let alone = cited.map(|(at, item)| Item { source: at, ..item.clone() }).collect();
                let alone = Cluster { items: alone, is_narrative: false };
                self.alone(&self.only_citations, &items, &[alone]).0.pop().unwrap_or_default()
            })
        };
        let reference = |at: usize| {
            let runs: Vec<Run> = kept(cache, "reference", &[name, &texts[at]], || {
                let made = self.alone(&self.only_references, &[self.item(&sources[at], 0)], &[]).1.pop();
                made.map(|(_, runs)| runs).unwrap_or_default()
            });
            (at, runs)
        };
        let order = self.order(sources, texts, name, cache);
        (clusters.iter().map(citation).collect(), order.into_iter().map(reference).collect())
    }

    /// The sources in the order of the style's list.
    fn order(&self, sources: &[Arc<Source>], texts: &[String], name: &str, cache: &Cache) -> Vec<usize> {
        if sources.len() < 2 {
            return (0..sources.len()).collect();
        }
        if let Some(order) = self.by_author.as_ref().and_then(|collator| order_by_author(sources, collator)) {
            return order;
        }
        let inputs: Vec<&str> = std::iter::once(name).chain(texts.iter().map(String::as_str)).collect();
        kept(cache, "order", &inputs, || {
            let items: Vec<CslItem> = sources.iter().enumerate().map(|(at, source)| self.item(source, at)).collect();
            self.run(&self.only_order, &items, &[], &[]).1.into_iter().map(|(at, _)| at).collect()
        })
    }

    /// With the style cut down to an item, when there is one item.
    fn alone(&self, styles: &Shapes, items: &[CslItem], clusters: &[Cluster]) -> Raw {
        let cut = match items {
            [item] => styles.of(item),
            _ => None,
        };
        self.run(cut.as_deref().unwrap_or(styles.whole()), items, clusters, &[])
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
        driver.citation(request(items.iter().map(hidden).collect(), style, None));
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

    fn item(&self, source: &Source, at: usize) -> CslItem {
        let item = csl::item_to_set(source, &at.to_string(), self.habits.knows_hosts);
        serde_json::from_value(item).unwrap_or_else(|_| CslItem(BTreeMap::new()))
    }

    fn citation(
        &self,
        cluster: &Cluster,
        made: Vec<RawPart>,
        sources: &[Arc<Source>],
        names: &mut ShortNames,
    ) -> Vec<Part> {
        if cluster.is_narrative
            && let [item] = cluster.items.as_slice()
        {
            return self.narrative(item, made, &sources[item.source], names);
        }
        let part = |part: RawPart| match part {
            RawPart::Between(pieces) => Part::Between(runs(pieces)),
            RawPart::Item(at, mut pieces) => {
                let item = &cluster.items[at];
                for piece in &mut pieces {
                    title_case::mend(&mut piece.run, &sources[item.source]);
                }
                if item.is_author_suppressed {
                    pieces = without_names(pieces);
                } else {
                    names.shorten(item.source, &mut pieces);
                }
                Part::Item { source: item.source, runs: framed(item, pieces) }
            }
        };
        made.into_iter().map(part).collect()
    }

    /// "Yalom and Leszcz (2020, p. 3)": the names stand in the sentence, the rest in the
    /// style's own brackets.
    fn narrative(&self, item: &Item, made: Vec<RawPart>, source: &Source, names: &mut ShortNames) -> Vec<Part> {
        let pieces = made.into_iter().flat_map(|part| match part {
            RawPart::Between(pieces) | RawPart::Item(_, pieces) => pieces,
        });
        let (mut named, mut rest): (Vec<Piece>, Vec<Piece>) = pieces.partition(|piece| piece.is_name);
        let mut abbreviation = None;
        if named.is_empty() {
            named = vec![Piece { run: Run::plain(names_in_sentence(source, &self.and)), is_name: true }];
        } else {
            for piece in &mut named {
                piece.run.text = piece.run.text.replace('&', &self.and);
            }
            abbreviation = names.shorten_narrative(item.source, &mut named);
        }
        drop_lead(&mut rest);
        if let Some(last) = named.last_mut() {
            let text = last.run.text.trim_end();
            last.run.text = text
                .strip_suffix(",”")
                .map_or_else(|| text.trim_end_matches(',').to_owned(), |text| format!("{text}”"));
        }
        let mut shown = runs(named);
        if rest.iter().any(|piece| piece.run.text.contains(char::is_alphanumeric)) {
            if !rest[0].run.raised {
                shown.push(Run::plain(" "));
            }
            let open = rest.iter_mut().find(|piece| piece.run.text.ends_with('('));
            if let (Some(short), Some(open)) = (abbreviation, open) {
                open.run.text.push_str(&format!("{short}, "));
            }
            shown.extend(runs(rest));
        }
        vec![Part::Item { source: item.source, runs: tidy(shown) }]
    }
}

/// Between works of one author stands a comma, unless the style says otherwise (CSL 1.0.2,
/// "Cite Collapsing"); hayagriva writes the delimiter of other sources there.
fn join_years(sources: &[Arc<Source>], clusters: &[Cluster], raw: &mut [Vec<RawPart>]) {
    for (cluster, parts) in clusters.iter().zip(raw) {
        for at in 2..parts.len() {
            let (before, after) = parts.split_at_mut(at);
            let [.., RawPart::Item(first, _), RawPart::Between(between)] = before else { continue };
            let RawPart::Item(second, pieces) = &after[0] else { continue };
            let [first, second] = [first, second].map(|at| &sources[cluster.items[*at].source]);
            let is_one = (&first.authors, &first.organisation) == (&second.authors, &second.organisation);
            if is_one && !pieces.iter().any(|piece| piece.is_name) {
                for piece in between {
                    piece.run.text = piece.run.text.replace(';', ",");
                }
            }
        }
    }
}

/// First authors of one surname who are two people are named with their initials
/// (APA 7, section 8.20). hayagriva does so only where a citation would be ambiguous.
fn tell_people_apart(sources: &[Arc<Source>], clusters: &[Cluster], raw: &mut [Vec<RawPart>]) {
    let first = |source: &Arc<Source>| match source.authors.first() {
        Some(Name::Person { family, given }) if !given.is_empty() => Some((family.clone(), initials(given))),
        _ => None,
    };
    let all: Vec<_> = sources.iter().map(first).collect();
    for (cluster, parts) in clusters.iter().zip(raw) {
        for part in parts {
            let RawPart::Item(at, pieces) = part else { continue };
            let Some((family, own)) = &all[cluster.items[*at].source] else { continue };
            let is_shared = all.iter().flatten().any(|(other, given)| other == family && given != own);
            let named = pieces.iter_mut().find(|piece| piece.is_name);
            if let Some(piece) = named.filter(|piece| is_shared && piece.run.text.starts_with(family.as_str())) {
                piece.run.text.insert_str(0, &format!("{own} "));
            }
        }
    }
}

/// "Mary-Ann B." as "M.-A. B."
fn initials(given: &str) -> String {
    let given = given.split(", ").next().unwrap_or_default();
    let initial = |part: &str| part.chars().next().map(|c| format!("{c}."));
    let words = given.split_whitespace().map(|word| word.split('-').filter_map(initial).collect::<Vec<_>>().join("-"));
    words.collect::<Vec<_>>().join(" ")
}

/// What was made before for the same inputs, else what is made now.
fn kept<T: Serialize + DeserializeOwned>(cache: &Cache, kind: &str, inputs: &[&str], make: impl Fn() -> T) -> T {
    let made = || serde_json::to_string(&make()).ok();
    let text = cache.get(kind, inputs, made);
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_else(make)
}

/// Whether one of the sources could be taken for another in a citation: they share a name,
/// or a title, which stands for names that are not there.
fn entangled(sources: &[Arc<Source>]) -> bool {
    let mut seen: FxHashSet<String> = FxHashSet::default();
    sources.iter().any(|source| {
        let people = source.authors.iter().chain(&source.editors).map(|name| name.family().to_lowercase());
        let body = source.organisation.iter().map(|one| one.name.to_lowercase());
        let title = source.title.iter().map(|title| title.to_lowercase());
        let mut own: Vec<String> = people.chain(body).chain(title).collect();
        own.sort();
        own.dedup();
        own.into_iter().any(|name| !seen.insert(name))
    })
}

/// The order of names, where a style sorts its list by author before all else.
fn collator(style: &IndependentStyle, locale: &LocaleCode) -> Option<CollatorBorrowed<'static>> {
    let sort = style.bibliography.as_ref()?.sort.as_ref()?;
    let is_by_author = match sort.keys.first()? {
        SortKey::Variable { variable, .. } => *variable == Variable::Name(NameVariable::Author),
        SortKey::MacroName { name, .. } => name.starts_with("author"),
    };
    let locale: IcuLocale = locale.0.parse().ok().filter(|_| is_by_author)?;
    Collator::try_new(locale.into(), CollatorOptions::default()).ok()
}

/// By whom they are: sources that are not entangled differ in what such a style sorts by
/// first, and to have hayagriva set that for every comparison takes longer than to set the
/// whole list. `None` where it is not plain what a style sorts by: a title stands for names
/// that are not there, and a host is no author in each style.
fn order_by_author(sources: &[Arc<Source>], collator: &CollatorBorrowed<'static>) -> Option<Vec<usize>> {
    let key = |source: &Arc<Source>| {
        let body = source.organisation.as_ref().filter(|_| source.authors.is_empty()).map(|body| body.name.clone());
        let people = source.authors.iter().map(Name::family_first).collect::<Vec<_>>().join(", ");
        let names = body.unwrap_or(people);
        (!names.is_empty() && source.kind() != WorkKind::Podcast).then(|| names.to_lowercase())
    };
    let keys: Vec<String> = sources.iter().map(key).collect::<Option<_>>()?;
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|a, b| collator.compare(&keys[*a], &keys[*b]));
    let differ = order.windows(2).all(|pair| collator.compare(&keys[pair[0]], &keys[pair[1]]).is_ne());
    differ.then_some(order)
}

fn raw_parts(made: &ElemChildren, count: usize) -> Vec<RawPart> {
    let part = |child: &ElemChild| {
        let mut pieces = Vec::new();
        match child {
            ElemChild::Elem(elem) => {
                flatten(&elem.children, false, &mut pieces);
                match elem.meta {
                    Some(ElemMeta::Entry(at)) if at < count => RawPart::Item(at, pieces),
                    _ => RawPart::Between(pieces),
                }
            }
            other => {
                flatten(&ElemChildren(vec![other.clone()]), false, &mut pieces);
                RawPart::Between(pieces)
            }
        }
    };
    made.0.iter().map(part).collect()
}

fn runs(pieces: Vec<Piece>) -> Vec<Run> {
    pieces.into_iter().map(|piece| piece.run).collect()
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

fn flatten(children: &ElemChildren, in_names: bool, out: &mut Vec<Piece>) {
    for child in &children.0 {
        match child {
            ElemChild::Text(text) => out.push(piece(text, None, in_names)),
            ElemChild::Link { text, url } => out.push(piece(text, safe(url), in_names)),
            ElemChild::Markup(text) => out.push(Piece { run: Run::plain(text.clone()), is_name: in_names }),
            ElemChild::Elem(elem) => {
                let is_names = in_names || matches!(elem.meta, Some(ElemMeta::Names(_)));
                let mut children = elem.children.clone();
                if is_names
                    && matches!(children.0.first(), Some(ElemChild::Text(label)) if label.text.starts_with(", "))
                {
                    children.0.rotate_left(1);
                }
                flatten(&children, is_names, out);
            }
            ElemChild::Transparent { .. } => {}
        }
    }
}

fn piece(text: &Formatted, link: Option<String>, is_name: bool) -> Piece {
    let look = &text.formatting;
    let run = Run {
        text: text.text.clone(),
        italic: look.font_style == FontStyle::Italic,
        bold: look.font_weight == FontWeight::Bold,
        small_caps: look.font_variant == FontVariant::SmallCaps,
        raised: look.vertical_align == VerticalAlign::Sup,
        link,
    };
    Piece { run, is_name }
}

/// An address as a link may have it.
fn safe(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// The names stay where the style prints nothing else: a citation must be seen.
fn without_names(pieces: Vec<Piece>) -> Vec<Piece> {
    let has_names = pieces.iter().any(|piece| piece.is_name);
    let mut rest: Vec<Piece> = pieces.iter().filter(|piece| !piece.is_name).cloned().collect();
    if !rest.iter().any(|piece| piece.run.text.contains(char::is_alphanumeric)) {
        return pieces;
    }
    if has_names {
        drop_lead(&mut rest);
    }
    rest
}

/// Takes away the comma and the space that stood behind the names.
fn drop_lead(pieces: &mut Vec<Piece>) {
    for piece in pieces.iter_mut() {
        let bracket = piece.run.text.starts_with(['(', '[']);
        if bracket {
            let (open, rest) = piece.run.text.split_at(1);
            piece.run.text = format!("{open}{}", rest.trim_start_matches([',', ' ']));
            if piece.run.text.len() > 1 {
                break;
            }
            continue;
        }
        piece.run.text = piece.run.text.trim_start_matches([',', ' ', ';', ':']).to_owned();
        if !piece.run.text.is_empty() {
            break;
        }
    }
    pieces.retain(|piece| !piece.run.text.is_empty());
}

/// With the words that the author wrote before and after it.
fn framed(item: &Item, pieces: Vec<Piece>) -> Vec<Run> {
    let mut shown: Vec<Run> = Vec::new();
    if !item.prefix.is_empty() {
        shown.push(Run::plain(format!("{} ", item.prefix)));
    }
    shown.extend(runs(pieces));
    if !item.suffix.is_empty() {
        let gap = if item.suffix.starts_with([',', '.', ';', ':']) { "" } else { " " };
        shown.push(Run::plain(format!("{gap}{}", item.suffix)));
    }
    tidy(shown)
}

fn trimmed(mut runs: Vec<Run>) -> Vec<Run> {
    if let Some(first) = runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = runs.last_mut() {
        last.text = last.text.trim_end().to_owned();
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

/// The names where the style's citations have none.
fn names_in_sentence(source: &Source, and: &str) -> String {
    let families: Vec<&str> = source.authors.iter().map(Name::family).collect();
    match families.as_slice() {
        [] => {
            let body = source.organisation.as_ref().map(|one| one.name.clone());
            body.or_else(|| source.title.clone()).unwrap_or_default()
        }
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} {and} {two}"),
        [first, ..] => format!("{first} et al."),
    }
}

/// A body's name in full where it is first mentioned, then short
/// (APA 7, section 8.21: "American Psychological Association [APA], 2019").
struct ShortNames {
    /// By source: the name, the short name, its place among the names.
    known: Vec<Option<(String, String, usize)>>,
    /// By name: how many mentions are to come, and whether one was.
    mentions: Vec<(usize, bool)>,
}

impl ShortNames {
    fn new(sources: &[Arc<Source>], clusters: &[Cluster]) -> Self {
        let mut all: Vec<String> = Vec::new();
        let known: Vec<_> = sources
            .iter()
            .map(|source| {
                let body = source.organisation.as_ref().filter(|_| source.authors.is_empty())?;
                let short = body.short.clone()?;
                let at = all.iter().position(|name| *name == body.name).unwrap_or_else(|| {
                    all.push(body.name.clone());
                    all.len() - 1
                });
                Some((body.name.clone(), short, at))
            })
            .collect();
        let mut mentions = vec![(0, false); all.len()];
        for item in clusters.iter().flat_map(|cluster| &cluster.items).filter(|item| !item.is_author_suppressed) {
            if let Some((_, _, at)) = &known[item.source] {
                mentions[*at].0 += 1;
            }
        }
        Self { known, mentions }
    }

    /// The short name that this mention introduces (`Err`) or is (`Ok`); `None` when the
    /// name stands as it is.
    fn next(&mut self, source: usize) -> Option<(String, Result<String, String>)> {
        let (name, short, at) = self.known[source].as_ref()?;
        let (left, seen) = &mut self.mentions[*at];
        *left = left.saturating_sub(1);
        let was_seen = std::mem::replace(seen, true);
        match (was_seen, *left) {
            (true, _) => Some((name.clone(), Ok(short.clone()))),
            (false, 0) => None,
            (false, _) => Some((name.clone(), Err(short.clone()))),
        }
    }

    fn shorten(&mut self, source: usize, pieces: &mut [Piece]) {
        let Some((name, short)) = self.next(source) else { return };
        let shown = short.unwrap_or_else(|short| format!("{name} [{short}]"));
        replace_name(pieces, &name, &shown);
    }

    /// The short name to introduce in the brackets behind the name.
    fn shorten_narrative(&mut self, source: usize, pieces: &mut [Piece]) -> Option<String> {
        let (name, short) = self.next(source)?;
        match short {
            Ok(short) => {
                replace_name(pieces, &name, &short);
                None
            }
            Err(short) => Some(short),
        }
    }
}

fn replace_name(pieces: &mut [Piece], name: &str, shown: &str) {
    let name = &*csl::disguise(name, "&");
    for piece in pieces.iter_mut().filter(|piece| piece.is_name) {
        piece.run.text = piece.run.text.replace(name, shown);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content::{Organisation, PartialDate};

    fn source() -> impl Strategy<Value = Source> {
        let kinds = proptest::sample::select(WorkKind::ALL);
        const FAMILIES: [&str; 6] = ["Poe", "Čapek", "Zed", "O'Neil", "Äster", "Mc Coy"];
        let people = proptest::collection::vec((proptest::sample::select(&FAMILIES[..]), "[A-D]\\."), 0..3);
        (kinds, people, any::<[bool; 4]>(), 1990i16..2000).prop_map(
            |(kind, people, [body, dated, linked, boxed], year)| Source {
                kind: Some(kind).filter(|kind| *kind != WorkKind::PersonalCommunication),
                authors: people
                    .into_iter()
                    .map(|(family, given)| Name::Person { family: family.to_owned(), given })
                    .collect(),
                organisation: body.then(|| Organisation { name: format!("Body of {year}"), short: None }),
                title: Some(format!("A title of {year}")),
                container: boxed.then(|| "A Container".to_owned()),
                url: linked.then(|| "https://example.org/".to_owned()),
                published: dated.then_some(PartialDate { year, month: None, day: None }),
                ..Source::default()
            },
        )
    }

    /// Each piece on its line: names in brackets.
    fn shown((citations, references): &Raw) -> String {
        let line = |piece: &Piece| {
            if piece.is_name {
                format!("[{}]", super::super::html(&[piece.run.clone()]))
            } else {
                super::super::html(&[piece.run.clone()])
            }
        };
        let mut out = String::new();
        for part in citations.iter().flatten() {
            match part {
                RawPart::Between(pieces) => out.extend(pieces.iter().map(line)),
                RawPart::Item(at, pieces) => {
                    out.push_str(&format!("\n{at}: "));
                    out.extend(pieces.iter().map(line));
                }
            }
        }
        for (at, runs) in references {
            out.push_str(&format!("\n{at}. {}", super::super::html(runs)));
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

        /// Set apart, a text is as it is set together.
        #[test]
        fn what_is_not_entangled_can_be_set_apart(sources in proptest::collection::vec(source(), 1..4)) {
            let sources: Vec<Arc<Source>> = sources.into_iter().map(Arc::new).collect();
            prop_assume!(!entangled(&sources));
            let item = |source| Item { source, prefix: String::new(), locator: None, suffix: String::new(), is_author_suppressed: false };
            let cluster = |items: Vec<Item>| Cluster { items, is_narrative: false };
            let clusters = vec![cluster(vec![item(0)]), cluster((0..sources.len()).map(item).collect())];
            let texts: Vec<String> = sources.iter().map(|source| csl::item(source, "").to_string()).collect();
            for name in ["apa", "mla", "harvard-cite-them-right"] {
                let style = Csl::archived(name, "en").expect("it comes with hayagriva");
                let apart = style.apart(&sources, &texts, &clusters, name, &Cache::default());
                let together = style.together(&sources, &texts, &clusters, name, &Cache::default());
                prop_assert_eq!(shown(&apart), shown(&together), "{}", name);
            }
        }
    }
}
