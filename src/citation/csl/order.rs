//! What of a list can be told without the whole of it: whether its entries could be taken
//! for one another, and in which order they are.

use std::sync::Arc;

use hayagriva::citationberg::taxonomy::{NameVariable, Variable};
use hayagriva::citationberg::{IndependentStyle, LocaleCode, SortKey};
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale::Locale as IcuLocale;
use rustc_hash::FxHashSet;

use crate::content::{Name, Source, WorkKind};

/// Whether one of the sources could be taken for another in a citation: they share a name,
/// or what stands for names that are not there: a title, in some styles where it appeared.
pub(super) fn entangled(sources: &[Arc<Source>]) -> bool {
    let mut seen: FxHashSet<String> = FxHashSet::default();
    sources.iter().any(|source| {
        let people = source.authors.iter().chain(&source.editors).map(|name| name.family().to_lowercase());
        let body = source.organisation.iter().map(|one| one.name.to_lowercase());
        let title = source.title.iter().map(|title| title.to_lowercase());
        let is_nameless = source.authors.is_empty() && source.organisation.is_none();
        let places = source.container.iter().chain(&source.site).filter(|_| is_nameless);
        let mut own: Vec<String> =
            people.chain(body).chain(title).chain(places.map(|name| name.to_lowercase())).collect();
        own.sort();
        own.dedup();
        own.into_iter().any(|name| !seen.insert(name))
    })
}

/// The order of names, where a style sorts its list by author before all else.
pub(super) fn collator(style: &IndependentStyle, locale: &LocaleCode) -> Option<CollatorBorrowed<'static>> {
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
/// that are not there, a host is no author in each style, and some sort "van der Kolk" by its
/// last word.
pub(super) fn order_by_author(sources: &[Arc<Source>], collator: &CollatorBorrowed<'static>) -> Option<Vec<usize>> {
    let key = |source: &Arc<Source>| {
        let body = source.organisation.as_ref().filter(|_| source.authors.is_empty()).map(|body| body.name.clone());
        let people = source.authors.iter().map(Name::family_first).collect::<Vec<_>>().join(", ");
        let names = body.unwrap_or(people);
        let has_particle = source.authors.iter().any(|name| name.family().starts_with(char::is_lowercase));
        let is_plain = !names.is_empty() && !has_particle && source.kind() != WorkKind::Podcast;
        is_plain.then(|| names.to_lowercase())
    };
    let keys: Vec<String> = sources.iter().map(key).collect::<Option<_>>()?;
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|a, b| collator.compare(&keys[*a], &keys[*b]));
    let differ = order.windows(2).all(|pair| collator.compare(&keys[pair[0]], &keys[pair[1]]).is_ne());
    differ.then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_without_names_are_taken_for_each_other_by_where_they_appeared() {
        let work = |title: &str, container: &str| {
            let (title, container) = (Some(title.to_owned()), Some(container.to_owned()));
            Arc::new(Source { kind: Some(WorkKind::Report), title, container, ..Source::default() })
        };
        assert!(entangled(&[work("One", "A Container"), work("Two", "a container")]));
        assert!(!entangled(&[work("One", "A Container"), work("Two", "Another")]));
        let named = |title: &str, name: &str| {
            let authors = vec![Name::parse(name)];
            Arc::new(Source { authors, ..Source::clone(&work(title, "A Journal")) })
        };
        assert!(!entangled(&[named("One", "Poe, Ann"), named("Two", "Roe, Bo")]), "one journal, two authors");
    }
}
