//! Changes of a front matter in its own text: comments, quotation marks and the order of
//! its lines stay. Whether a change says what was meant is found by reading it again.

mod lines;

use std::ops::Range;

use self::lines::{Entry, after_closing, entry, flow_items, front_matter, next};
use super::edit::{TextEdit, applied};
use super::scalar::{Token, in_flow};
use crate::content::Document;
use crate::diagnostics::Diagnostic;
use crate::source::SourceText;
use crate::source::yaml::{self, Mapping, Value};

/// A front matter, or a file of YAML, with what is to change in it.
#[derive(Debug)]
pub(super) struct Draft<'t> {
    source: &'t SourceText,
    /// Nothing for a document without a front matter.
    yaml: Option<Range<usize>>,
    edits: Vec<TextEdit>,
    /// The lines of a front matter that has to be made.
    lines: Vec<String>,
    /// What it must say in the end.
    expected: Mapping,
    /// The fields that change, in the order in which they were asked for.
    fields: Vec<&'static str>,
}

/// The fields that a new line is put behind, wherever the last of them stands.
const LEADING: [&str; 8] = ["title", "date", "updated", "slug", "series", "tags", "author", "authors"];

impl<'t> Draft<'t> {
    /// The front matter of a document.
    pub(super) fn of_document(source: &'t SourceText, body_start: usize) -> Self {
        Self::of(source, front_matter(&source.text, body_start))
    }

    /// A whole file of YAML.
    pub(super) fn of_file(source: &'t SourceText) -> Self {
        Self::of(source, Some(0..source.text.len()))
    }

    fn of(source: &'t SourceText, yaml: Option<Range<usize>>) -> Self {
        let expected = yaml.clone().and_then(|range| read(source, range)).unwrap_or_default();
        Self { source, yaml, edits: Vec::new(), lines: Vec::new(), expected, fields: Vec::new() }
    }

    /// What it said of a field before any change, when that is one text.
    pub(super) fn original(&self, field: &str) -> Option<String> {
        let said = read(self.source, self.yaml.clone()?)?;
        Some(said.get(field)?.as_str()?.to_owned())
    }

    /// How many series it names.
    pub(super) fn series_count(&self) -> usize {
        match self.expected.get("series") {
            Some(Value::Sequence(all)) => all.len(),
            Some(Value::Null) | None => 0,
            Some(_) => 1,
        }
    }

    /// The text with what was asked for so far, right or not.
    pub(super) fn preview(&self) -> String {
        applied(&self.source.text, &self.all_edits())
    }

    /// Writes a date anew: `new` is made of the one that is there, or of `""`.
    pub(super) fn date(&mut self, new: impl FnOnce(&str) -> String) {
        self.fields.push("date");
        let Some(entry) = self.entry("date") else {
            let new = new("");
            return self.add("date", &new, Value::from(new.as_str()));
        };
        let range = Token::at(&self.source.text, entry.value, false).inside();
        let new = new(&self.source.text[range.clone()]);
        self.expect("date", Value::from(new.as_str()));
        self.edits.push(TextEdit { new: format!("{}{new}", self.lead(range.start)), range });
    }

    /// Writes another text for a field that is one text.
    pub(super) fn text(&mut self, field: &'static str, new: &str) {
        self.fields.push(field);
        let Some(entry) = self.entry(field) else {
            return self.add(field, &yaml::scalar(new), Value::from(new));
        };
        self.expect(field, Value::from(new));
        self.put(&Token::at(&self.source.text, entry.value, false), new);
    }

    /// Gives the post another series, its first when it is in several.
    pub(super) fn series(&mut self, new: &str) {
        self.fields.push("series");
        let mut value = self.expected.get("series").cloned().unwrap_or_default();
        let Some(entry) = self.entry("series").filter(|_| !value.is_null()) else {
            return self.text("series", new);
        };
        if let Some(token) = self.primary(&entry) {
            self.put(&token, new);
        }
        let first = match &mut value {
            Value::Sequence(all) => all.first_mut(),
            one => Some(one),
        };
        match first {
            Some(Value::Mapping(fields)) => {
                fields.insert("name".into(), new.into());
            }
            Some(name) => *name = new.into(),
            None => {}
        }
        self.expect("series", value);
    }

    /// Takes a field out with all its lines.
    pub(super) fn remove(&mut self, field: &'static str) {
        self.fields.push(field);
        if let Some(entry) = self.entry(field) {
            self.edits.push(TextEdit { range: entry.whole, new: String::new() });
        }
        self.expected.remove(field);
    }

    /// Writes another path for the picture that a field names, alone or as its `src`.
    pub(super) fn picture(&mut self, old: &str, new: &str) {
        self.fields.push("image");
        let mut value = self.expected.get("image").cloned().unwrap_or_default();
        match &mut value {
            Value::Mapping(fields) => {
                fields.insert("src".into(), new.into());
            }
            src => *src = new.into(),
        }
        self.expect("image", value);
        let Some(entry) = self.entry("image") else { return };
        if let Some(at) = self.source.text[entry.value..entry.whole.end].find(old) {
            let start = entry.value + at;
            self.edits.push(TextEdit { range: start..start + old.len(), new: new.to_owned() });
        }
    }

    /// Takes out the aliases that `stays` is not true of, and adds one.
    pub(super) fn aliases(&mut self, stays: impl Fn(&str) -> bool, more: Option<&str>) {
        self.fields.push("aliases");
        let old: Vec<Value> = match self.expected.get("aliases") {
            Some(Value::Sequence(all)) => all.clone(),
            Some(Value::Null) | None => Vec::new(),
            Some(one) => vec![one.clone()],
        };
        let kept: Vec<bool> = old.iter().map(|alias| alias.as_str().is_some_and(&stays)).collect();
        let staying = old.into_iter().zip(&kept).filter(|(_, stays)| **stays).map(|(alias, _)| alias);
        let new: Vec<Value> = staying.chain(more.map(Value::from)).collect();
        if new.is_empty() {
            self.fields.pop();
            return self.remove("aliases");
        }
        let Some(entry) = self.entry("aliases") else {
            let text = format!("[{}]", more.map(in_flow).unwrap_or_default());
            return self.add("aliases", &text, Value::Sequence(new));
        };
        self.expect("aliases", Value::Sequence(new));
        self.list(&entry, &kept, more);
    }

    /// The edits, when they say what they should.
    ///
    /// # Errors
    /// When the front matter is written in a way that cannot be changed safely.
    pub(super) fn finish(&self) -> Result<Vec<TextEdit>, Box<Diagnostic>> {
        let edits = self.all_edits();
        if self.says_what_it_should(&applied(&self.source.text, &edits)) {
            return Ok(edits);
        }
        let field = self.fields.first().copied().unwrap_or_default();
        let entry = self.entry(field).map_or(0..0, |entry| entry.whole.start..entry.whole.start + field.len());
        let message = format!("`{field}` cannot be changed as it is written here");
        let help = format!("write it as `{field}: …` on a line of its own, and run the command again");
        Err(Box::new(Diagnostic::error("front-matter-form", message).at(self.source.span(entry)).help(help)))
    }

    fn all_edits(&self) -> Vec<TextEdit> {
        let is_change = |edit: &&TextEdit| self.source.text[edit.range.clone()] != edit.new;
        let mut edits: Vec<TextEdit> = self.edits.iter().filter(is_change).cloned().collect();
        if !self.lines.is_empty() {
            let ending = self.ending();
            let lines: String = self.lines.iter().flat_map(|line| [line.as_str(), ending]).collect();
            edits.push(TextEdit { range: 0..0, new: format!("---{ending}{lines}---{ending}") });
        }
        edits
    }

    fn says_what_it_should(&self, new: &str) -> bool {
        let new = SourceText::new(std::sync::Arc::clone(&self.source.path), new);
        let is_file = self.yaml.as_ref().is_some_and(|range| *range == (0..self.source.text.len()));
        if is_file {
            return read(&new, 0..new.text.len()).as_ref() == Some(&self.expected);
        }
        let body = self.yaml.as_ref().map_or(0, |range| after_closing(&self.source.text, range.end));
        let document = Document::read(&new).value;
        let again = front_matter(&new.text, document.body_start).and_then(|range| read(&new, range));
        new.text[document.body_start..] == self.source.text[body..] && again.unwrap_or_default() == self.expected
    }

    fn expect(&mut self, field: &str, value: Value) {
        self.expected.insert(field.into(), value);
    }

    fn put(&mut self, token: &Token, new: &str) {
        let lead = self.lead(token.range.start);
        self.edits.push(TextEdit { range: token.range.clone(), new: format!("{lead}{}", token.written(new)) });
    }

    /// What must stand before a value where there was none.
    fn lead(&self, at: usize) -> &'static str {
        if self.source.text[..at].ends_with(':') { " " } else { "" }
    }

    fn add(&mut self, field: &str, written: &str, value: Value) {
        self.expect(field, value);
        let line = format!("{field}: {written}");
        let Some(yaml) = self.yaml.clone() else {
            return self.lines.push(line);
        };
        let at = LEADING.iter().filter_map(|field| self.entry(field)).map(|entry| entry.whole.end).max();
        let at = at.unwrap_or(yaml.end);
        self.edits.push(TextEdit { range: at..at, new: format!("{line}{}", self.ending()) });
    }

    fn ending(&self) -> &'static str {
        if self.source.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn entry(&self, field: &str) -> Option<Entry> {
        entry(&self.source.text, self.yaml.clone()?, field)
    }

    /// The name of a series, of the first when there are several.
    fn primary(&self, entry: &Entry) -> Option<Token> {
        let text = &self.source.text[..entry.whole.end];
        let (mut at, mut is_flow) = (entry.value, false);
        loop {
            at = next(text, at)?;
            match text[at..].chars().next()? {
                '[' | '{' => (at, is_flow) = (at + 1, true),
                '-' if text[at + 1..].starts_with([' ', '\n', '\r']) => at += 1,
                _ => break,
            }
        }
        let fields = text[at..].match_indices("name").map(|(found, _)| at + found);
        let mut named = fields.filter(|found| {
            let is_first = *found == at || text[..*found].ends_with([' ', ',', '"', '\'', '{']);
            is_first && text[found + 4..].trim_start_matches(['"', '\'']).trim_start().starts_with(':')
        });
        let is_mapping = matches!(self.first_series(), Some(Value::Mapping(_)));
        match named.next().filter(|_| is_mapping) {
            Some(name) => {
                let colon = name + text[name..].find(':')?;
                Some(Token::at(text, next(text, colon + 1)?, is_flow))
            }
            None => Some(Token::at(text, at, is_flow)),
        }
    }

    fn first_series(&self) -> Option<&Value> {
        match self.expected.get("series")? {
            Value::Sequence(all) => all.first(),
            one => Some(one),
        }
    }

    /// Writes a list with some of its entries and one more.
    fn list(&mut self, entry: &Entry, kept: &[bool], more: Option<&str>) {
        let text = &self.source.text[..entry.whole.end];
        let more = more.map(in_flow);
        let start = next(text, entry.value).unwrap_or(entry.value);
        if text[start..].starts_with("- ") {
            return self.block_list(entry, kept, more);
        }
        let is_flow = text[start..].starts_with('[');
        let items = if is_flow { flow_items(text, start + 1) } else { vec![Token::at(text, entry.value, false).range] };
        let items: Vec<Range<usize>> = items.into_iter().filter(|item| !item.is_empty()).collect();
        if is_flow && kept.iter().all(|stays| *stays) {
            let (at, lead) = items.last().map_or((start + 1, ""), |last| (last.end, ", "));
            let new = more.map(|more| format!("{lead}{more}")).unwrap_or_default();
            return self.edits.push(TextEdit { range: at..at, new });
        }
        let staying =
            items.iter().zip(kept).filter(|(_, stays)| **stays).map(|(item, _)| text[item.clone()].to_owned());
        let all: Vec<String> = staying.chain(more).collect();
        let range = match (is_flow, items.first(), items.last()) {
            (true, Some(first), Some(last)) => first.start..last.end,
            (_, Some(only), _) => only.clone(),
            _ => entry.value..entry.value,
        };
        let new = if is_flow { all.join(", ") } else { format!("[{}]", all.join(", ")) };
        self.edits.push(TextEdit { new: format!("{}{new}", self.lead(range.start)), range });
    }

    fn block_list(&mut self, entry: &Entry, kept: &[bool], more: Option<String>) {
        let text = &self.source.text[..entry.whole.end];
        let mut at = entry.value + text[entry.value..].find('\n').map_or(0, |end| end + 1);
        let (mut kept, mut indent) = (kept.iter(), "");
        for line in text[at..].split_inclusive('\n') {
            if line.trim_start().starts_with("- ") {
                indent = &line[..line.len() - line.trim_start().len()];
                if kept.next() == Some(&false) {
                    self.edits.push(TextEdit { range: at..at + line.len(), new: String::new() });
                }
            }
            at += line.len();
        }
        if let Some(more) = more {
            let end = entry.whole.end;
            let edit = TextEdit { range: end..end, new: format!("{indent}- {more}{}", self.ending()) };
            // Before any new line that is put behind the list.
            self.edits.insert(0, edit);
        }
    }
}

fn read(source: &SourceText, range: Range<usize>) -> Option<Mapping> {
    let read = yaml::read::<Mapping>(source, range, "front matter", &[]);
    read.diagnostics.is_empty().then_some(read.value)
}

#[cfg(test)]
mod tests;
