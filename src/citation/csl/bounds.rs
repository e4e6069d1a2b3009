//! What a site's own style may ask for, looked at before anything follows it.
//!
//! Macros call macros, and whatever sets a text follows each call: one in a circle has no
//! end, and forty that each call the next one twice have none that anybody would see.

use hayagriva::citationberg::{
    Choose, IndependentStyle, LayoutRenderingElement as Element, Names, NamesChild, Text, TextTarget,
};
use quick_xml::Reader;
use quick_xml::events::Event;
use rustc_hash::FxHashMap;

/// How deep XML may be nested: what reads it needs a place on the stack for each level. No
/// style of the CSL project's comes near, and twice as much still fits a thread's 2 MB.
const NESTING: usize = 200;
/// How deep elements may stand in each other when each call of a macro is followed. Chicago,
/// the deepest style that is known, comes to 59; 300 are too many for a thread.
const DEPTH: usize = 150;
/// How many elements may be shown for one source, each call of a macro followed. Chicago
/// comes to 3,000; so many take a fifth of a second for each source.
const SIZE: usize = 50_000;
/// How many macros of a circle are named.
const NAMED: usize = 5;

/// Why XML is nested too deep to be read, if it is.
pub(super) fn check_nesting(xml: &str) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut depth: usize = 0;
    loop {
        match reader.read_event().map_err(|error| format!("it is broken XML: {error}"))? {
            Event::Start(_) if depth == NESTING => {
                return Err(format!("its elements stand more than {NESTING} deep in each other"));
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Why the calls of a style's macros cannot be followed, if they cannot.
pub(super) fn check_calls(style: &IndependentStyle) -> Result<(), String> {
    let mut macros: FxHashMap<&str, Vec<&Element>> = FxHashMap::default();
    for one in &style.macros {
        macros.entry(&one.name).or_default().extend(&one.children);
    }
    let mut walk = Walk { macros, path: Vec::new(), known: FxHashMap::default() };
    for one in &style.macros {
        walk.call(&one.name, 0)?;
    }
    let layouts = std::iter::once(&style.citation.layout).chain(style.bibliography.iter().map(|one| &one.layout));
    for layout in layouts {
        walk.all(&layout.elements, 0)?;
    }
    Ok(())
}

/// What elements come to, the calls of macros followed.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    depth: usize,
    size: usize,
}

impl Extent {
    fn beside(self, other: Self) -> Self {
        Self { depth: self.depth.max(other.depth), size: self.size.saturating_add(other.size) }
    }

    /// Of two of which one is shown.
    fn or(self, other: Self) -> Self {
        Self { depth: self.depth.max(other.depth), size: self.size.max(other.size) }
    }
}

struct Walk<'s> {
    macros: FxHashMap<&'s str, Vec<&'s Element>>,
    /// The macros that are being followed.
    path: Vec<&'s str>,
    known: FxHashMap<&'s str, Extent>,
}

impl<'s> Walk<'s> {
    fn call(&mut self, name: &'s str, level: usize) -> Result<Extent, String> {
        if let Some(start) = self.path.iter().position(|open| *open == name) {
            return Err(circle(&self.path[start..]));
        }
        if let Some(known) = self.known.get(name) {
            return Ok(*known);
        }
        let children = self.macros.get(name).cloned().unwrap_or_default();
        self.path.push(name);
        let extent = self.all(children, level)?;
        self.path.pop();
        self.known.insert(name, extent);
        Ok(extent)
    }

    fn all(&mut self, elements: impl IntoIterator<Item = &'s Element>, level: usize) -> Result<Extent, String> {
        let mut all = Extent::default();
        for element in elements {
            all = all.beside(self.element(element, level + 1)?);
        }
        Ok(all)
    }

    fn element(&mut self, element: &'s Element, level: usize) -> Result<Extent, String> {
        let too_deep = || Err(format!("its macros and groups stand more than {DEPTH} deep in each other"));
        if level > DEPTH {
            return too_deep();
        }
        let below = match element {
            Element::Text(Text { target: TextTarget::Macro { name }, .. }) => self.call(name, level)?,
            Element::Group(group) => self.all(&group.children, level)?,
            Element::Choose(choose) => self.choose(choose, level)?,
            Element::Names(names) => self.names(names, level)?,
            _ => Extent::default(),
        };
        if level + below.depth > DEPTH {
            return too_deep();
        }
        if below.size >= SIZE {
            return Err(format!("its macros call each other so often that a source has more than {SIZE} parts"));
        }
        Ok(Extent { depth: below.depth + 1, size: below.size + 1 })
    }

    fn choose(&mut self, choose: &'s Choose, level: usize) -> Result<Extent, String> {
        let branches = choose.branches().map(|branch| &branch.children);
        let mut largest = Extent::default();
        for children in branches.chain(choose.otherwise.iter().map(|branch| &branch.children)) {
            largest = largest.or(self.all(children, level)?);
        }
        Ok(largest)
    }

    fn names(&mut self, names: &'s Names, level: usize) -> Result<Extent, String> {
        let mut all = Extent::default();
        for child in &names.children {
            if let NamesChild::Substitute(substitute) = child {
                all = all.beside(self.all(&substitute.children, level)?);
            }
        }
        Ok(all)
    }
}

fn circle(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    match (quoted.as_slice(), names.len().saturating_sub(NAMED)) {
        ([one], _) => format!("its macro {one} calls itself"),
        ([first @ .., last], 0) => format!("its macros {} and {last} call each other", first.join(", ")),
        (some, more) => format!("its macros {} and {more} more call each other", some.join(", ")),
    }
}
