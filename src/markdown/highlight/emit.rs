//! From a grammar's scopes to short classes, and from those to HTML.
//!
//! A grammar gives every character a stack of scopes ("a parameter, in a call, in an
//! interpolation, in a string"). A page needs one colour for it, so the stack is
//! reduced to one class of [`CLASSES`]: that of its innermost scope with a class.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use syntect::parsing::{ClearAmount, ParseState, ParsingError, Scope, ScopeStackOp, SyntaxReference, SyntaxSet};

/// A class of code: what stands in `class="…"`, and the scopes that get it.
pub(super) struct Class {
    pub(super) name: &'static str,
    /// Scope prefixes. A colour theme is asked for the style of the first.
    pub(super) scopes: &'static [&'static str],
}

const fn class(name: &'static str, scopes: &'static [&'static str]) -> Class {
    Class { name, scopes }
}

/// Every class. The first, without a name, is for scopes that stand out from what
/// they are nested in by being plain: an expression inside a string, say. Scopes that
/// are not listed (`meta`, `punctuation`) look like what they are nested in.
pub(super) static CLASSES: [Class; 26] = [
    class(
        "",
        &[
            "variable",
            "meta.interpolation",
            "meta.template.expression",
            "meta.group.expansion",
            "keyword.other.substitution",
            "markup.raw.code-fence",
        ],
    ),
    class("c", &["comment"]),
    class("s", &["string", "markup.raw", "keyword.other.template"]),
    class("r", &["string.regexp"]),
    class("se", &["constant.character.escape", "constant.character", "constant.other.placeholder"]),
    class("n", &["constant.numeric", "keyword.other.unit", "constant.other.color"]),
    class("l", &["constant.language", "constant", "support.constant"]),
    class("k", &["keyword", "storage", "keyword.operator.logical.python", "keyword.operator.word"]),
    class("kt", &["storage.type", "support.type"]),
    class("o", &["keyword.operator"]),
    class("f", &["entity.name.function", "variable.function", "entity.name.macro", "support.macro"]),
    class("b", &["support.function", "support", "variable.annotation"]),
    class("t", &["entity.name.type", "entity.name", "entity.other.inherited-class", "support.class"]),
    class("g", &["entity.name.tag"]),
    class("a", &["entity.other.attribute-name", "support.type.property-name"]),
    class("v", &["variable.parameter"]),
    class("vl", &["variable.language"]),
    class("m", &["markup.heading", "entity.name.section"]),
    class("mb", &["markup.bold"]),
    class("mi", &["markup.italic"]),
    class("u", &["markup.underline.link"]),
    class("di", &["markup.inserted"]),
    class("dd", &["markup.deleted"]),
    class("dc", &["markup.changed"]),
    class("dh", &["meta.diff.header", "meta.diff.range"]),
    class("x", &["invalid"]),
];

const PLAIN: u8 = 0;

/// The scopes of [`CLASSES`], the longest first, so that the first prefix found is
/// the most specific.
static PREFIXES: LazyLock<Vec<(Scope, u8)>> = LazyLock::new(|| {
    let all = (0u8..).zip(&CLASSES).flat_map(|(class, Class { scopes, .. })| scopes.iter().map(move |s| (s, class)));
    let mut prefixes: Vec<_> = all.filter_map(|(s, class)| Some((Scope::new(s).ok()?, class))).collect();
    prefixes.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.len()));
    prefixes
});

thread_local! {
    // Grammars have some thousands of scopes, so this stays small.
    static KNOWN: RefCell<HashMap<Scope, Option<u8>>> = RefCell::default();
}

fn class_of(scope: Scope) -> Option<u8> {
    let look_up = || PREFIXES.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, class)| *class);
    KNOWN.with_borrow_mut(|known| *known.entry(scope).or_insert_with(look_up))
}

/// The classes of the open scopes. Each entry is what text has when it is the
/// innermost, inherited where the scope has no class of its own.
#[derive(Default)]
struct ClassStack {
    open: Vec<u8>,
    cleared: Vec<Vec<u8>>,
}

impl ClassStack {
    fn top(&self) -> u8 {
        self.open.last().copied().unwrap_or(PLAIN)
    }

    fn apply(&mut self, op: &ScopeStackOp) {
        match op {
            ScopeStackOp::Push(scope) => self.open.push(class_of(*scope).unwrap_or(self.top())),
            ScopeStackOp::Pop(count) => self.open.truncate(self.open.len().saturating_sub(*count)),
            ScopeStackOp::Clear(amount) => {
                let kept = match amount {
                    ClearAmount::TopN(count) => self.open.len().saturating_sub(*count),
                    ClearAmount::All => 0,
                };
                self.cleared.push(self.open.split_off(kept));
            }
            ScopeStackOp::Restore => self.open.append(&mut self.cleared.pop().unwrap_or_default()),
            ScopeStackOp::Noop => {}
        }
    }
}

/// One line of HTML in the making: the piece with one class that grows until text of
/// another class comes. White space belongs to neither side, so it ends no piece.
struct Line<'a> {
    text: &'a str,
    html: String,
    class: u8,
    start: usize,
    end: usize,
}

impl<'a> Line<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, html: String::with_capacity(text.len() * 2), class: PLAIN, start: 0, end: 0 }
    }

    fn add(&mut self, from: usize, to: usize, class: u8) {
        let inked = self.text[from..to].trim_ascii_start();
        if inked.is_empty() {
            return;
        }
        if class != self.class {
            self.close(to - inked.len());
            self.class = class;
        }
        self.end = to;
    }

    /// Writes the piece, and what white space there is between it and `next`.
    fn close(&mut self, next: usize) {
        if self.class == PLAIN || self.start == self.end {
            escape_into(&mut self.html, &self.text[self.start..next]);
        } else {
            self.html.push_str("<span class=\"");
            self.html.push_str(CLASSES[usize::from(self.class)].name);
            self.html.push_str("\">");
            escape_into(&mut self.html, &self.text[self.start..self.end]);
            self.html.push_str("</span>");
            escape_into(&mut self.html, &self.text[self.end..next]);
        }
        self.start = next;
        self.end = next;
    }

    fn finish(mut self) -> String {
        self.close(self.text.len());
        self.html
    }
}

/// Marks up `code`, line by line.
pub(super) fn emit(code: &str, syntax: &SyntaxReference, set: &SyntaxSet) -> Result<Vec<String>, ParsingError> {
    let mut state = ParseState::new(syntax);
    let mut stack = ClassStack::default();
    let mut terminated = String::new();
    code.lines()
        .map(|text| {
            terminated.clear();
            terminated.push_str(text);
            terminated.push('\n');
            let ops = state.parse_line(&terminated, set)?;
            Ok(emit_line(text, &ops, &mut stack))
        })
        .collect()
}

fn emit_line(text: &str, ops: &[(usize, ScopeStackOp)], stack: &mut ClassStack) -> String {
    let mut line = Line::new(text);
    let mut done = 0;
    for (at, op) in ops {
        // A capture inside a lookahead may reach beyond what comes after it.
        let at = (*at).min(text.len());
        if at > done {
            line.add(done, at, stack.top());
            done = at;
        }
        stack.apply(op);
    }
    line.add(done, text.len(), stack.top());
    line.finish()
}

/// Appends `text` with what HTML would read as markup written as references.
pub(super) fn escape_into(html: &mut String, text: &str) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        html.push_str(&text[done..at]);
        html.push_str(reference);
        done = at + 1;
    }
    html.push_str(&text[done..]);
}
