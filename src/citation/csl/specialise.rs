//! A style cut down to what one shape of record can reach.
//!
//! A style such as APA is a decision tree for every kind of work: a hundred macros, most
//! of whose branches are closed to a book or a web page from the start. hayagriva decides
//! each branch again wherever it looks at one, and it looks at every level of the tree
//! for all that is below. Deciding once, for all records of one kind with the same fields,
//! which branches are closed makes an entry two to three times cheaper to set.
//!
//! Only what depends on nothing but the kind of work and on which fields it has is decided
//! here; values, places and what tells two works apart stay with hayagriva, so that what is
//! set is the same. A test compares the two over random records in every style.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use hayagriva::citationberg::json::Item;
use hayagriva::citationberg::taxonomy::{NumberVariable, StandardVariable, Variable};
use hayagriva::citationberg::{
    Choose, ChooseBranch, ChooseMatch, CslMacro, ElseBranch, Group, IndependentStyle,
    LayoutRenderingElement as Element, NamesChild, Text, TextTarget,
};
use rustc_hash::FxHashMap;

/// What two items have in common for which a style is cut down alike: the kind of work and
/// the fields there are.
fn shape(item: &Item) -> String {
    let kind = item.type_().unwrap_or_default();
    let fields: Vec<&str> = item.0.keys().map(String::as_str).filter(|key| *key != "id").collect();
    format!("{kind}:{}", fields.join(","))
}

/// A style with what was cut out of it, by shape.
#[derive(Debug)]
pub(super) struct Shapes {
    style: IndependentStyle,
    stand_ins: BTreeSet<String>,
    cut: Mutex<FxHashMap<String, Arc<IndependentStyle>>>,
}

/// Beyond this many shapes the whole style is used: records have a few dozen.
const LIMIT: usize = 256;

impl Shapes {
    pub(super) fn new(style: IndependentStyle) -> Self {
        Self { stand_ins: stand_ins(&style), style, cut: Mutex::default() }
    }

    pub(super) fn whole(&self) -> &IndependentStyle {
        &self.style
    }

    /// The style for one item alone; `None` when there are too many shapes.
    pub(super) fn of(&self, item: &Item) -> Option<Arc<IndependentStyle>> {
        let shape = shape(item);
        let cut = || self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cut().get(&shape) {
            return Some(Arc::clone(known));
        }
        let made = Arc::new(specialise(&self.style, &self.stand_ins, item));
        let mut cut = cut();
        if cut.len() >= LIMIT {
            return None;
        }
        Some(Arc::clone(cut.entry(shape).or_insert(made)))
    }
}

/// The style as items of one shape need it.
fn specialise(style: &IndependentStyle, stand_ins: &BTreeSet<String>, item: &Item) -> IndependentStyle {
    let mut cutter = Cutter {
        kind: item.type_().unwrap_or_default().into_owned(),
        fields: item.0.keys().map(String::as_str).collect(),
        macros: style.macros.iter().map(|one| (one.name.as_str(), one)).collect(),
        cut: BTreeMap::new(),
        stand_ins: stand_ins.clone(),
    };
    let mut out = style.clone();
    out.citation.layout.elements = cutter.list(&out.citation.layout.elements, Within::Delimited);
    if let Some(bibliography) = &mut out.bibliography {
        bibliography.layout.elements = cutter.list(&bibliography.layout.elements, Within::Delimited);
        // A single entry is in order.
        bibliography.sort = None;
    }
    out.citation.sort = None;
    out.macros = cutter.cut.into_iter().map(|(name, children)| CslMacro { name, children }).collect();
    out
}

struct Cutter<'s> {
    kind: String,
    fields: BTreeSet<&'s str>,
    macros: BTreeMap<&'s str, &'s CslMacro>,
    /// The macros that are reached.
    cut: BTreeMap<String, Vec<Element>>,
    /// What can take the place of names that are not there.
    stand_ins: BTreeSet<String>,
}

/// The variables below any `substitute` of a style.
fn stand_ins(style: &IndependentStyle) -> BTreeSet<String> {
    let macros: BTreeMap<&str, &CslMacro> = style.macros.iter().map(|one| (one.name.as_str(), one)).collect();
    let bibliography = style.bibliography.iter().flat_map(|one| &one.layout.elements);
    let mut open: Vec<(&Element, bool)> =
        style.macros.iter().flat_map(|one| &one.children).map(|one| (one, false)).collect();
    open.extend(style.citation.layout.elements.iter().chain(bibliography).map(|one| (one, false)));
    let (mut found, mut reached) = (BTreeSet::new(), BTreeSet::new());
    while let Some((element, is_below)) = open.pop() {
        match element {
            Element::Group(group) => open.extend(group.children.iter().map(|one| (one, is_below))),
            Element::Choose(choose) => {
                let otherwise = choose.otherwise.iter().flat_map(|branch| &branch.children);
                open.extend(
                    choose.branches().flat_map(|branch| &branch.children).chain(otherwise).map(|one| (one, is_below)),
                );
            }
            Element::Names(names) => {
                found.extend(names.variable.iter().filter(|_| is_below).map(ToString::to_string));
                for child in &names.children {
                    if let NamesChild::Substitute(substitute) = child {
                        open.extend(substitute.children.iter().map(|one| (one, true)));
                    }
                }
            }
            Element::Text(Text { target: TextTarget::Macro { name }, .. }) if is_below && reached.insert(name) => {
                open.extend(macros.get(name.as_str()).iter().flat_map(|one| &one.children).map(|one| (one, true)));
            }
            Element::Text(Text { target: TextTarget::Variable { var, .. }, .. }) if is_below => {
                found.insert(var.to_string());
            }
            Element::Number(number) if is_below => {
                found.insert(Variable::from(number.variable).to_string());
            }
            Element::Date(date) if is_below => found.extend(date.variable.map(|variable| variable.to_string())),
            _ => {}
        }
    }
    found
}

impl Cutter<'_> {
    /// Whether a test for such a field is true. `None` for what is no field of a record, and
    /// for one that may have stood in for another before: then it counts as empty.
    fn is_set(&self, variable: Variable) -> Option<bool> {
        self.has(variable).filter(|has| !has || !self.stand_ins.contains(&variable.to_string()))
    }

    /// Whether there is such a field; `None` for what is no field of a record.
    fn has(&self, variable: Variable) -> Option<bool> {
        let name = match variable {
            Variable::Standard(
                StandardVariable::YearSuffix | StandardVariable::CitationLabel | StandardVariable::CitationKey,
            )
            | Variable::Number(
                NumberVariable::Locator
                | NumberVariable::CitationNumber
                | NumberVariable::FirstReferenceNoteNumber
                | NumberVariable::PageFirst,
            ) => return None,
            Variable::Standard(variable) => variable.to_string(),
            Variable::Number(variable) => variable.to_string(),
            Variable::Date(variable) => variable.to_string(),
            Variable::Name(variable) => variable.to_string(),
            Variable::Page(variable) => variable.to_string(),
        };
        Some(self.fields.contains(name.as_str()))
    }

    /// Elements without those that are closed. Of what asks for nothing but fields that are
    /// not there one such field is kept: a group that asks for nothing else is not shown, one
    /// that asks for nothing is.
    fn list(&mut self, elements: &[Element], within: Within) -> Vec<Element> {
        let mut kept = Vec::with_capacity(elements.len());
        for element in elements {
            match self.element(element) {
                Cut::Closed => {}
                Cut::One(element) => kept.push(element),
                Cut::Branch(children) if within.takes(&children) => kept.extend(children),
                Cut::Branch(children) => kept.push(Element::Choose(always(children))),
            }
        }
        let mut has_absent = false;
        kept.into_iter()
            .map(|element| self.absent(&element).unwrap_or(element))
            .filter(|element| !self.is_absent(element) || !std::mem::replace(&mut has_absent, true))
            .collect()
    }

    fn is_absent(&self, element: &Element) -> bool {
        match element {
            Element::Text(Text { target: TextTarget::Variable { var, .. }, .. }) => self.has(*var) == Some(false),
            Element::Number(number) => self.has(number.variable.into()) == Some(false),
            Element::Date(date) => {
                date.variable.is_some_and(|variable| self.has(Variable::Date(variable)) == Some(false))
            }
            _ => false,
        }
    }

    /// A field that is not there and stands for an element that is never shown for want of
    /// it: a group or macro of such fields and fixed words.
    fn absent(&self, element: &Element) -> Option<Element> {
        let children = match element {
            Element::Group(group) => &group.children,
            Element::Text(Text { target: TextTarget::Macro { name }, .. }) => self.cut.get(name)?,
            _ => return Some(element).filter(|element| self.is_absent(element)).cloned(),
        };
        let is_fixed = |child: &Element| {
            matches!(child, Element::Text(Text { target: TextTarget::Term { .. } | TextTarget::Value { .. }, .. }))
        };
        let found: Vec<Option<Element>> = children.iter().map(|child| self.absent(child)).collect();
        let is_silent = children.iter().zip(&found).all(|(child, absent)| absent.is_some() || is_fixed(child));
        found.into_iter().flatten().next().filter(|_| is_silent)
    }

    fn element(&mut self, element: &Element) -> Cut {
        match element {
            Element::Group(group) => {
                let children = self.list(&group.children, Within::Group);
                if children.is_empty() {
                    return Cut::Closed;
                }
                Cut::One(Element::Group(Group { children, ..group.clone() }))
            }
            Element::Text(Text { target: TextTarget::Macro { name }, .. }) if self.is_closed(name) => Cut::Closed,
            Element::Choose(choose) => self.choose(choose),
            Element::Names(names) => {
                let mut names = names.clone();
                for child in &mut names.children {
                    if let NamesChild::Substitute(substitute) = child {
                        substitute.children = self.list(&substitute.children, Within::Delimited);
                    }
                }
                Cut::One(Element::Names(names))
            }
            other => Cut::One(other.clone()),
        }
    }

    /// Cuts a macro the first time that it is reached; one without children shows nothing.
    fn is_closed(&mut self, name: &str) -> bool {
        if let Some(children) = self.cut.get(name) {
            return children.is_empty();
        }
        let Some(found) = self.macros.get(name).copied() else { return false };
        let children = self.list(&found.children, Within::Plain);
        let is_closed = children.is_empty();
        self.cut.insert(name.to_owned(), children);
        is_closed
    }

    /// The branches that are not closed; the first that is open for certain is the last.
    fn choose(&mut self, choose: &Choose) -> Cut {
        let mut undecided = Vec::new();
        let mut otherwise = choose.otherwise.as_ref().map(|branch| &branch.children);
        for branch in choose.branches() {
            match self.decide(branch) {
                Decision::Closed => {}
                Decision::Open => {
                    otherwise = Some(&branch.children);
                    break;
                }
                Decision::Undecided(tests) => {
                    undecided.push(ChooseBranch { children: self.list(&branch.children, Within::Plain), ..tests });
                }
            }
        }
        let otherwise =
            otherwise.map(|children| self.list(children, Within::Plain)).filter(|children| !children.is_empty());
        let mut undecided = undecided.into_iter();
        let Some(first) = undecided.next() else {
            return otherwise.map_or(Cut::Closed, Cut::Branch);
        };
        let otherwise = otherwise.map(|children| ElseBranch { children });
        Cut::One(Element::Choose(Choose { if_: first, else_if: undecided.collect(), otherwise }))
    }

    fn decide(&self, branch: &ChooseBranch) -> Decision {
        let mut tests = ChooseBranch { children: Vec::new(), ..branch.clone() };
        let mut facts: Vec<bool> = Vec::new();
        for kind in tests.type_.take().into_iter().flatten() {
            facts.push(self.kind.parse() == Ok(kind));
        }
        let variables = tests.variable.take().unwrap_or_default();
        let (known, unknown): (Vec<_>, Vec<_>) =
            variables.into_iter().map(|variable| (variable, self.is_set(variable))).partition(|(_, has)| has.is_some());
        facts.extend(known.into_iter().filter_map(|(_, has)| has));
        if !unknown.is_empty() {
            tests.variable = Some(unknown.into_iter().map(|(variable, _)| variable).collect());
        }
        let is_open_question = tests.disambiguate.is_some()
            || tests.is_numeric.is_some()
            || tests.is_uncertain_date.is_some()
            || tests.locator.is_some()
            || tests.position.is_some()
            || tests.variable.is_some();
        let (settles, verdict, otherwise) = match branch.match_ {
            ChooseMatch::All => (false, Decision::Closed, Decision::Open),
            ChooseMatch::Any => (true, Decision::Open, Decision::Closed),
            ChooseMatch::None => (true, Decision::Closed, Decision::Open),
        };
        if facts.contains(&settles) {
            verdict
        } else if is_open_question {
            Decision::Undecided(tests)
        } else {
            otherwise
        }
    }
}

/// What is left of an element.
enum Cut {
    Closed,
    One(Element),
    /// Of a choice that is made.
    Branch(Vec<Element>),
}

/// What elements stand in.
#[derive(Clone, Copy)]
enum Within {
    /// A macro or a branch.
    Plain,
    Group,
    /// A layout or a substitute, which tell their children apart.
    Delimited,
}

impl Within {
    /// Whether it shows the children of a branch as it shows the branch.
    fn takes(self, branch: &[Element]) -> bool {
        match self {
            Self::Plain => true,
            // What a group shows depends on the groups in it.
            Self::Group => !branch.iter().any(|element| matches!(element, Element::Group(_))),
            Self::Delimited => false,
        }
    }
}

enum Decision {
    Closed,
    Open,
    /// With the tests that are left.
    Undecided(ChooseBranch),
}

/// A choice that is made: nothing is asked, and all of nothing is true.
fn always(children: Vec<Element>) -> Choose {
    let branch = ChooseBranch {
        disambiguate: None,
        is_numeric: None,
        is_uncertain_date: None,
        locator: None,
        position: None,
        type_: None,
        variable: None,
        match_: ChooseMatch::All,
        children,
    };
    Choose { if_: branch, else_if: Vec::new(), otherwise: None }
}

#[cfg(test)]
mod tests {
    use hayagriva::archive::{ArchivedStyle, locales};
    use hayagriva::citationberg::{LocaleCode, Style};
    use hayagriva::{BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest};
    use proptest::prelude::*;

    use super::*;

    const STYLES: [&str; 4] =
        ["apa", "modern-language-association", "harvard-cite-them-right", "american-medical-association"];

    fn set(style: &IndependentStyle, item: &Item) -> String {
        let locales = english();
        let mut driver = BibliographyDriver::new();
        let cited = vec![CitationItem::with_entry(item)];
        driver.citation(CitationRequest::new(cited, style, Some(LocaleCode::en_us()), locales, Some(1)));
        let request = BibliographyRequest { style, locale: Some(LocaleCode::en_us()), locale_files: locales };
        let made = driver.finish(request);
        let entries = made.bibliography.map(|bibliography| bibliography.items).unwrap_or_default();
        // With its look: the codes of a terminal stand for it.
        let shown = |children: &hayagriva::ElemChildren| children.to_string().replace("\u{1b}[0m", "");
        let citations: Vec<String> = made.citations.iter().map(|citation| shown(&citation.citation)).collect();
        format!("{citations:?} {:?}", entries.iter().map(|entry| shown(&entry.content)).collect::<Vec<_>>())
    }

    fn english() -> &'static [hayagriva::citationberg::Locale] {
        static ENGLISH: std::sync::OnceLock<Vec<hayagriva::citationberg::Locale>> = std::sync::OnceLock::new();
        ENGLISH
            .get_or_init(|| locales().into_iter().filter(|locale| locale.lang == Some(LocaleCode::en_us())).collect())
    }

    fn item() -> impl Strategy<Value = Item> {
        let kinds = proptest::sample::select(vec![
            "webpage",
            "article-journal",
            "book",
            "chapter",
            "report",
            "article-newspaper",
            "broadcast",
            "motion_picture",
            "interview",
            "personal_communication",
            "document",
        ]);
        let texts = [
            ("title", r#""On Tuesdays: why?""#),
            ("container-title", r#""A Journal""#),
            ("publisher", r#""Press""#),
            ("volume", r#""12""#),
            ("issue", r#""3""#),
            ("number", r#""No. 4""#),
            ("page", r#""10-20""#),
            ("edition", r#""2""#),
            ("URL", r#""https://example.org/a""#),
            ("DOI", r#""10.1037/a""#),
            ("medium", r#""Video""#),
            ("author", r#"[{"family": "Poe", "given": "Ann B."}, {"literal": "WHO"}]"#),
            ("editor", r#"[{"family": "Roe", "given": "Cy"}]"#),
            ("host", r#"[{"family": "Doe", "given": "Di"}]"#),
            ("issued", r#"{"date-parts": [[2019, 7, 1]]}"#),
            ("accessed", r#"{"date-parts": [[2020, 1]]}"#),
        ];
        (kinds, proptest::collection::vec(any::<bool>(), texts.len())).prop_map(move |(kind, there)| {
            let fields = texts.iter().zip(there).filter(|(_, there)| *there);
            let fields: Vec<String> = fields.map(|((name, value), _)| format!(", \"{name}\": {value}")).collect();
            let json = format!("{{\"id\": \"a\", \"type\": \"{kind}\"{}}}", fields.concat());
            serde_json::from_str(&json).expect("an item")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_cut_out_is_not_missed(item in item()) {
            for name in STYLES {
                let Some(Style::Independent(style)) = ArchivedStyle::by_name(name).map(ArchivedStyle::get) else {
                    panic!("{name} is an independent style");
                };
                let cut = specialise(&style, &stand_ins(&style), &item);
                prop_assert_eq!(set(&cut, &item), set(&style, &item), "{}", name);
            }
        }
    }
}
