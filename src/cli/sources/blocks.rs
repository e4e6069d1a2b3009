//! A library in YAML as blocks of text: records, fields and the comments before them.
//!
//! The blocks are moved, never written anew, so that every value stays as its author
//! wrote it. Whether the result says the same is found out by reading it.

use std::borrow::Cow;

use crate::content::{Library, Record, SOURCE_FIELDS, Source};
use crate::source::SourceText;

/// A library with its records and fields in order. `None` when it is written in a form
/// that blocks cannot be told apart in, or would say something else.
pub(super) fn in_order(text: &SourceText, records: &[Record]) -> Option<String> {
    if records.is_empty() {
        return Some(text.text.to_string());
    }
    let mut blocks = Blocks::read(&text.text)?;
    if blocks.records.len() != records.len() {
        return None;
    }
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by_key(|at| &records[*at].source.id);
    for block in &mut blocks.records {
        block.fields.sort_by_key(Field::rank);
    }
    let new = blocks.write(&order);
    let again = Library::read(&SourceText::new(text.path.clone(), new.as_str()));
    let sorted: Vec<&Source> = order.iter().map(|at| &*records[*at].source).collect();
    let is_same = again.value.records.iter().map(|record| &*record.source).eq(sorted);
    (is_same && !again.value.is_broken).then_some(new)
}

struct Blocks<'t> {
    /// What stands before the first record and its comments.
    head: Vec<&'t str>,
    records: Vec<Block<'t>>,
    /// Comments behind the last record.
    foot: Vec<&'t str>,
    ending: &'static str,
}

#[derive(Default)]
struct Block<'t> {
    comments: Vec<&'t str>,
    /// The column of its hyphen.
    dash: usize,
    /// How many spaces are behind it; with none, the first field is on the next line.
    gap: usize,
    /// The column of its fields.
    column: usize,
    fields: Vec<Field<'t>>,
    /// Comments behind the last field.
    trail: Vec<&'t str>,
}

struct Field<'t> {
    comments: Vec<&'t str>,
    /// Its first line, from its name on.
    first: &'t str,
    rest: Vec<&'t str>,
}

impl Field<'_> {
    fn key(&self) -> &str {
        let key = self.first.split(':').next().unwrap_or_default();
        key.trim().trim_matches(['"', '\''])
    }

    /// Fields that are not known stay behind those that are.
    fn rank(&self) -> usize {
        let key = canonical(self.key());
        SOURCE_FIELDS.iter().position(|field| *field == key).unwrap_or(SOURCE_FIELDS.len())
    }

    /// Its first line with the name and the form that the documentation has.
    fn first_line(&self) -> Cow<'_, str> {
        let key = self.key();
        if key == "doi" {
            return bare_doi_line(self.first);
        }
        match canonical(key) {
            same if same == key => self.first.into(),
            other => self.first.replacen(key, other, 1).into(),
        }
    }
}

fn canonical(key: &str) -> &str {
    match key {
        "organization" => "organisation",
        "date" => "published",
        "authors" => "author",
        "editors" => "editor",
        other => other,
    }
}

/// `doi: https://doi.org/10.1037/x` without the address, in the quotation marks it has.
fn bare_doi_line(line: &str) -> Cow<'_, str> {
    let Some((name, value)) = line.split_once(':') else { return line.into() };
    let written = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    match crate::content::bare_doi(written) {
        Some(doi) if doi != written => format!("{name}:{}", value.replacen(written, &doi, 1)).into(),
        _ => line.into(),
    }
}

impl<'t> Blocks<'t> {
    fn read(text: &'t str) -> Option<Self> {
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut reader = Reader {
            blocks: Self { head: Vec::new(), records: Vec::new(), foot: Vec::new(), ending },
            pending: Vec::new(),
        };
        for line in text.split_inclusive('\n') {
            reader.line(line)?;
        }
        reader.end();
        let is_whole = reader.blocks.records.iter().all(|record| !record.fields.is_empty());
        is_whole.then_some(reader.blocks)
    }

    fn write(&self, order: &[usize]) -> String {
        let mut out = Out { text: String::new(), ending: self.ending };
        let head = self.head.iter().rposition(|line| !is_blank(line)).map_or(0, |last| last + 1);
        self.head[..head].iter().for_each(|line| out.line("", line));
        if head > 0 && head < self.head.len() {
            out.line("", "");
        }
        for (at, record) in order.iter().map(|at| &self.records[*at]).enumerate() {
            if at > 0 {
                out.line("", "");
            }
            record.write(&mut out);
        }
        if !self.foot.is_empty() {
            out.line("", "");
            self.foot.iter().for_each(|line| out.line("", line));
        }
        out.text
    }
}

impl Block<'_> {
    fn write(&self, out: &mut Out) {
        let (before, after) = (" ".repeat(self.dash), " ".repeat(self.column));
        self.comments.iter().for_each(|line| out.line(&before, line.trim_start()));
        for (at, field) in self.fields.iter().enumerate() {
            // Behind the hyphen a comment would be one of the record before.
            let is_first = at == 0;
            for line in &field.comments {
                if is_first { out.line(&before, line.trim_start()) } else { out.line("", line) }
            }
            if is_first && self.gap == 0 {
                out.line(&before, "-");
            }
            let lead =
                if is_first && self.gap > 0 { format!("{before}-{}", " ".repeat(self.gap)) } else { after.clone() };
            out.line(&lead, &field.first_line());
            field.rest.iter().for_each(|line| out.line("", line));
        }
        self.trail.iter().for_each(|line| out.line("", line));
    }
}

struct Out {
    text: String,
    ending: &'static str,
}

impl Out {
    fn line(&mut self, lead: &str, line: &str) {
        self.text.push_str(lead);
        self.text.push_str(line);
        if !line.ends_with('\n') {
            self.text.push_str(self.ending);
        }
    }
}

struct Reader<'t> {
    blocks: Blocks<'t>,
    /// Comments and empty lines, until it is known what they stand before.
    pending: Vec<&'t str>,
}

impl<'t> Reader<'t> {
    /// `None` for a line that has no place in a list of records.
    fn line(&mut self, line: &'t str) -> Option<()> {
        let text = line.trim();
        let indent = line.len() - line.trim_start_matches(' ').len();
        let is_comment = text.starts_with('#');
        if text.is_empty() {
            self.pending.push(line);
            return Some(());
        }
        let is_item = text == "-" || text.starts_with("- ");
        let Some(record) = self.blocks.records.last_mut() else {
            match (is_item, is_comment) {
                (true, _) => self.begin(line, indent),
                (_, true) => self.pending.push(line),
                _ => {
                    self.blocks.head.append(&mut self.pending);
                    self.blocks.head.push(line);
                }
            }
            return Some(());
        };
        let is_inside = indent > record.column || (indent == record.column && text.starts_with(['-', ']', '}']));
        if let Some(field) = record.fields.last_mut().filter(|_| is_inside && indent > record.dash) {
            field.rest.append(&mut self.pending);
            field.rest.push(line);
            return Some(());
        }
        if is_comment {
            self.pending.push(line);
            return Some(());
        }
        if is_item && indent == record.dash {
            self.begin(line, indent);
            return Some(());
        }
        self.field(line, indent)
    }

    fn field(&mut self, line: &'t str, indent: usize) -> Option<()> {
        let record = self.blocks.records.last_mut()?;
        if record.fields.is_empty() && indent > record.dash {
            record.column = indent;
            record.gap = indent - record.dash - 1;
        }
        let first = &line[indent..];
        let is_field = indent == record.column && first.contains(':');
        is_field.then(|| {
            let comments = self.pending.drain(..).filter(|line| !is_blank(line)).collect();
            record.fields.push(Field { comments, first, rest: Vec::new() });
        })
    }

    fn begin(&mut self, line: &'t str, dash: usize) {
        let comments = self.split_pending();
        let after = &line[dash + 1..];
        let gap = after.len() - after.trim_start_matches(' ').len();
        let mut block = Block { comments, dash, gap, column: dash + 1 + gap, ..Block::default() };
        let first = &after[gap..];
        if first.starts_with('#') {
            block.comments.push(first);
        } else if !first.trim().is_empty() {
            // A record in braces has no fields that are lines: all of it is one.
            block.column = if first.starts_with('{') { dash } else { block.column };
            block.fields.push(Field { comments: Vec::new(), first, rest: Vec::new() });
        }
        self.blocks.records.push(block);
    }

    /// What belongs to the record before, by its indentation, is put there; the rest is
    /// about what comes next. At the top an empty line parts the file's comments from them.
    fn split_pending(&mut self) -> Vec<&'t str> {
        let mut rest = match self.blocks.records.last_mut() {
            Some(record) => {
                let dash = record.dash;
                let inner = self
                    .pending
                    .iter()
                    .rposition(|line| !is_blank(line) && line.len() - line.trim_start().len() > dash);
                let rest = self.pending.split_off(inner.map_or(0, |at| at + 1));
                record.trail.extend(self.pending.drain(..).filter(|line| !is_blank(line)));
                rest
            }
            None => {
                let blank = self.pending.iter().rposition(|line| is_blank(line));
                let rest = self.pending.split_off(blank.map_or(0, |at| at + 1));
                self.blocks.head.append(&mut self.pending);
                rest
            }
        };
        self.pending.clear();
        if !self.blocks.records.is_empty() {
            rest.retain(|line| !is_blank(line));
        }
        rest
    }

    fn end(&mut self) {
        let last = self.pending.iter().rposition(|line| !is_blank(line)).map_or(0, |at| at + 1);
        self.pending.truncate(last);
        let dash = self.blocks.records.last().map(|record| record.dash);
        let inner =
            self.pending.iter().rposition(|line| !is_blank(line) && Some(line.len() - line.trim_start().len()) > dash);
        let foot = self.pending.split_off(inner.map_or(0, |at| at + 1));
        if let Some(record) = self.blocks.records.last_mut() {
            record.trail.extend(self.pending.drain(..).filter(|line| !is_blank(line)));
        }
        self.blocks.foot = foot.into_iter().skip_while(|line| is_blank(line)).collect();
    }
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECES: [&str; 8] = [
        "- id: b\n  title: B\n",
        "- title: 'A: a'\n  id: a\n",
        "# before c\n- id: c\n  # about the title\n  title: C\n  # behind\n",
        "\n\n\n",
        "- date: 2020\n  id: d\n  organisation: D\n  quote: |+\n    Kept.\n\n    # kept\n\n",
        "-\n  # first\n  url: https://example.org/#x\n  id: e\n",
        "# alone\n\n",
        "- {title: F, id: f}\n",
    ];

    fn read(text: &str) -> (Vec<Source>, Option<String>) {
        let text = SourceText::new("content/sources.yaml", text);
        let library = Library::read(&text).value;
        let mut sources: Vec<Source> = library.records.iter().map(|record| (*record.source).clone()).collect();
        sources.sort_by(|one, other| one.id.cmp(&other.id));
        (sources, in_order(&text, &library.records))
    }

    fn check(text: &str) {
        let (before, once) = read(text);
        let once = once.unwrap_or_else(|| panic!("{text}"));
        let (after, twice) = read(&once);
        assert_eq!(before, after, "{text}");
        assert_eq!(twice.as_deref(), Some(once.as_str()), "{text}");
        assert_eq!(once.matches('#').count(), text.matches('#').count(), "{once}");
    }

    /// However it is written, it says the same afterwards, and a second time changes nothing.
    #[test]
    fn order_changes_nothing_that_is_said() {
        for start in 0..PIECES.len() {
            for step in [1, 3, 5, 7] {
                let text: String = (0..PIECES.len()).map(|at| PIECES[(start + at * step) % PIECES.len()]).collect();
                check(&text);
                check(&format!("---\n{text}"));
                check(&text.replace('\n', "\r\n"));
                check(text.trim_end());
            }
        }
    }

    #[test]
    fn every_place_of_a_list_is_kept() {
        check("  - id: b\n    title: B\n  # about a\n  - id: a\n    title: A\n");
        check("-  title: B\n   id: b\n\n-\n id: a\n title: A\n");
        check("# only\n");
        check("");
    }
}
