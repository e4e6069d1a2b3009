//! What is set apart is as what is set together.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::piece::{Piece, RawPart};
use super::*;
use crate::citation::html;
use crate::content::{Name, Organisation, PartialDate, WorkKind};

const FAMILIES: [&str; 8] = ["Poe", "van der Kolk", "Čapek", "Zed", "O'Neil", "Äster", "Mc Coy", "Smith-Jones"];

fn source() -> impl Strategy<Value = Source> {
    let kinds = proptest::sample::select(WorkKind::ALL);
    let people = proptest::collection::vec((proptest::sample::select(&FAMILIES[..]), "[A-D]\\."), 0..3);
    (kinds, people, any::<[bool; 4]>(), 1990i16..2000).prop_map(|(kind, people, [body, dated, linked, boxed], year)| {
        Source {
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
        }
    })
}

/// Each piece on its line: names in brackets.
fn shown((citations, references): &Raw) -> String {
    let line = |piece: &Piece| {
        if piece.is_name {
            format!("[{}]", html(std::slice::from_ref(&piece.run)))
        } else {
            html(std::slice::from_ref(&piece.run))
        }
    };
    let mut out = String::new();
    for part in citations.iter().flatten() {
        match part {
            RawPart::Between(pieces) => out.extend(pieces.iter().map(line)),
            RawPart::Item(at, pieces) => {
                writeln!(out, "\n{at}: ").expect("writing to a string never fails");
                out.extend(pieces.iter().map(line));
            }
        }
    }
    for (at, runs) in references {
        writeln!(out, "{at}. {}", html(runs)).expect("writing to a string never fails");
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Set apart, a text is as it is set together.
    #[test]
    fn what_is_not_entangled_can_be_set_apart(sources in proptest::collection::vec(source(), 1..4)) {
        let sources: Vec<Arc<Source>> = sources.into_iter().map(Arc::new).collect();
        prop_assume!(!entangled(&sources));
        let item = |source| Item { source, prefix: String::new(), locator: None, suffix: String::new(), is_author_suppressed: false };
        let cluster = |items: Vec<Item>| Cluster { items, is_narrative: false };
        let clusters = vec![cluster(vec![item(0)]), cluster((0..sources.len()).map(item).collect())];
        for name in ["apa", "mla", "harvard-cite-them-right"] {
            let style = Csl::archived(name, "en").expect("it comes with hayagriva");
            let digests = sources.iter().map(Fingerprint::of_value).collect();
            let kept = Kept { name: Fingerprint::of(name.as_bytes()), cache: &Cache::default(), digests };
            let (apart, together) = (style.apart(&sources, &clusters, &kept), style.together(&sources, &clusters, &kept));
            prop_assert_eq!(shown(&apart), shown(&together), "{}", name);
        }
    }
}
