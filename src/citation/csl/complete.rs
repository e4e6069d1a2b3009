//! A style with what it leaves unsaid written out, where hayagriva asks for it.
//!
//! Names that have a label and no `cs:name` are shown as if there were an empty one (CSL
//! 1.0.2, "Name"); hayagriva takes them for names that show nothing, and a chapter in the
//! style of the American Medical Association lost its editors.

use hayagriva::citationberg::{IndependentStyle, LayoutRenderingElement as Element, Name, Names, NamesChild};

pub(super) fn complete(style: &mut IndependentStyle) {
    let citation = &mut style.citation.layout.elements;
    let bibliography = style.bibliography.iter_mut().map(|one| &mut one.layout.elements);
    for elements in style.macros.iter_mut().map(|one| &mut one.children).chain([citation]).chain(bibliography) {
        all(elements);
    }
}

fn element(element: &mut Element) {
    match element {
        Element::Names(found) => names(found),
        Element::Group(group) => all(&mut group.children),
        Element::Choose(choose) => {
            all(&mut choose.if_.children);
            for branch in &mut choose.else_if {
                all(&mut branch.children);
            }
            if let Some(branch) = &mut choose.otherwise {
                all(&mut branch.children);
            }
        }
        _ => {}
    }
}

fn all(elements: &mut [Element]) {
    for one in elements {
        element(one);
    }
}

fn names(names: &mut Names) {
    let has_name = names.children.iter().any(|child| matches!(child, NamesChild::Name(_)));
    if !has_name && !names.children.is_empty() {
        names.children.insert(0, NamesChild::Name(Name::default()));
    }
    for child in &mut names.children {
        if let NamesChild::Substitute(substitute) = child {
            all(&mut substitute.children);
        }
    }
}
