//! Copies written into the library: a line at the end of a record, and nothing else.

use std::fs;
use std::ops::Range;
use std::path::Path;

use super::Addition;
use crate::content::{LIBRARY, SOURCE_FIELDS, Source, to_yaml};
use crate::output::Error;
use crate::source::SourceText;
use crate::source::yaml::{self, Mapping, Value};

/// Writes the copies that were found for records of the site's own library,
/// `content/sources.yaml`, into it: each a field `archived` at the record's end, the rest
/// byte for byte as it was. Returns how many. Records elsewhere (in posts, in files of
/// other programs) are not touched.
///
/// # Errors
/// When the file cannot be read or written, or when it is written in a way that a line
/// cannot be added to safely; then nothing is changed.
pub fn write_archived(root: &Path, additions: &[Addition]) -> Result<usize, Error> {
    let mine: Vec<&Addition> = additions.iter().filter(|addition| addition.is_in_library()).collect();
    if mine.is_empty() {
        return Ok(0);
    }
    let file = root.join(LIBRARY);
    let old = fs::read_to_string(&file).map_err(|error| Error::io("read", &file, &error))?;
    let mut new = old.clone();
    for addition in &mine {
        new = with_copy(&new, addition).ok_or_else(|| refusal(addition))?;
    }
    let fresh = file.with_extension(format!("yaml.{}.new", std::process::id()));
    let written = fs::write(&fresh, new).and_then(|()| {
        fs::set_permissions(&fresh, fs::metadata(&file)?.permissions())?;
        fs::rename(&fresh, &file)
    });
    written.map(|()| mine.len()).map_err(|error| {
        // The error that is told is the one that counts.
        let _ = fs::remove_file(&fresh);
        Error::io("write", &file, &error)
    })
}

fn refusal(addition: &Addition) -> Error {
    let id = addition.id.as_deref().unwrap_or_default();
    Error::new(format!("cannot add an archived copy to `{id}` in {LIBRARY}, so the file is left as it was"))
        .help(format!("add it by hand: `{}`", field(addition)))
}

/// The text with a copy in the record of that id; `None` when that would change anything
/// else, or cannot be done. Where a record ends is guessed; reading it again decides.
fn with_copy(text: &str, addition: &Addition) -> Option<String> {
    let old = records(text)?;
    let id = addition.id.as_deref()?;
    let at = old.iter().position(|record| has_id(record, id)).filter(|at| !old[*at].contains_key("archived"))?;
    let begins = beginnings(text);
    if begins.len() != old.len() {
        return None;
    }
    let record = begins[at]..begins.get(at + 1).copied().unwrap_or(text.len());
    let mut wanted = old;
    wanted[at].insert("archived".into(), parsed(&format!("{{{}}}", field(addition)))?.get("archived")?.clone());
    let places = ends(text, record.clone()).into_iter();
    let in_block = places.map(|end| in_block(text, &record, end, &field(addition)));
    let in_braces = in_braces(text, &record, &field(addition));
    in_block.chain([in_braces]).flatten().find(|new| records(new).as_ref() == Some(&wanted))
}

/// The field as it is written: `archived: {url: …, date: …}`.
fn field(addition: &Addition) -> String {
    let record = to_yaml(&Source { archived: Some(addition.archived.clone()), ..Source::default() });
    record.trim_start_matches("- ").trim_end().to_owned()
}

fn parsed(text: &str) -> Option<Value> {
    let text = SourceText::new(LIBRARY, text.trim_start_matches('\u{feff}'));
    let read = yaml::read::<Value>(&text, 0..text.text.len(), "library", &SOURCE_FIELDS);
    read.diagnostics.is_empty().then_some(read.value)
}

fn records(text: &str) -> Option<Vec<Mapping>> {
    let Value::Sequence(entries) = parsed(text)? else { return None };
    let mappings = entries.into_iter().map(|entry| match entry {
        Value::Mapping(mapping) => Some(mapping),
        _ => None,
    });
    mappings.collect()
}

fn has_id(record: &Mapping, id: &str) -> bool {
    match record.get("id") {
        Some(Value::String(text)) => text.trim() == id,
        Some(Value::Number(number)) => number.to_string() == id,
        _ => false,
    }
}

/// Where the lines begin that begin an entry of the outermost list.
fn beginnings(text: &str) -> Vec<usize> {
    let mut indent = None;
    let mut begins = Vec::new();
    for (at, line) in lines(text, 0..text.len()) {
        let bare = line.trim_start_matches('\u{feff}');
        let after = bare.trim_start_matches(' ');
        let is_entry =
            after.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if is_entry && *indent.get_or_insert(bare.len() - after.len()) == bare.len() - after.len() {
            begins.push(at);
        }
    }
    begins
}

/// Where a record may end, the likeliest first: after its last indented line, after its
/// last line that is no comment, before the next record.
fn ends(text: &str, record: Range<usize>) -> [usize; 3] {
    let indent = indent_of(&text[record.start..]);
    let last = |is_part: &dyn Fn(&str) -> bool| {
        let parts = lines(text, record.clone()).filter(|(at, line)| *at == record.start || is_part(line));
        parts.last().map_or(record.end, |(at, line)| at + line.len())
    };
    let is_indented = last(&|line: &str| !line.trim().is_empty() && indent_of(line) > indent);
    let is_content = last(&|line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    [is_indented, is_content, record.end]
}

/// With a field on a line of its own at `end`, indented as the record's fields are.
fn in_block(text: &str, record: &Range<usize>, end: usize, field: &str) -> Option<String> {
    let indent = field_indent(&text[record.clone()])?;
    let before = &text[..end];
    let ending = if text[record.clone()].contains("\r\n") { "\r\n" } else { "\n" };
    let line = format!("{}{field}", " ".repeat(indent));
    let added = if before.ends_with('\n') { format!("{line}{ending}") } else { format!("{ending}{line}") };
    Some([before, &added, &text[end..]].concat())
}

/// The column of a record's fields: after the hyphen, or in the first line below it.
fn field_indent(record: &str) -> Option<usize> {
    let first = record.lines().next()?.trim_start_matches('\u{feff}');
    let hyphen = indent_of(first) + 1;
    let rest = &first[hyphen..];
    if !rest.trim().is_empty() && !rest.trim_start().starts_with('#') {
        return Some(hyphen + indent_of(rest));
    }
    let is_field = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    record.lines().skip(1).find(is_field).map(indent_of)
}

/// With a field before the brace that closes a record: `- {id: a, url: …}`.
fn in_braces(text: &str, record: &Range<usize>, field: &str) -> Option<String> {
    let brace = record.start + text[record.clone()].rfind('}')?;
    let inside = text[..brace].trim_end();
    let comma = if inside.ends_with(',') { " " } else { ", " };
    Some([inside, comma, field, &text[inside.len()..]].concat())
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The lines of a range with where they begin, their endings included.
fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = (usize, &str)> {
    text[range.clone()].split_inclusive('\n').scan(range.start, |at, line| {
        let begin = *at;
        *at += line.len();
        Some((begin, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Archived, PartialDate};
    use crate::diagnostics::Span;

    const FIELD: &str = "archived: {url: https://web.archive.org/web/2024/https://a.example/x, date: 2024-01-02}";

    fn addition(id: &str) -> Addition {
        let url = "https://web.archive.org/web/2024/https://a.example/x".to_owned();
        let archived = Archived { url, date: PartialDate::parse("2024-01-02") };
        Addition { id: Some(id.to_owned()), place: Span::file(LIBRARY), archived }
    }

    /// Adds to the record `a`, where a line with `~` is to come, `@` being the field.
    #[track_caller]
    fn adds(marked: &str) {
        let (old, new) = (marked.replace('@', ""), marked.replace('@', FIELD));
        let old: String = old.split_inclusive('\n').filter(|line| !line.contains('~')).collect();
        let new = new.replace('~', "");
        assert_eq!(with_copy(&old, &addition("a")).as_deref(), Some(new.as_str()));
    }

    #[test]
    fn after_the_last_field_and_before_what_belongs_to_the_next() {
        adds("# mine\n\n- id: a\n  title: A\n~  @\n\n# the second\n- id: b\n  title: B # b\n");
        adds("- id: b\n  title: B\n- id: a\n  url: https://a.example/x\n  # seen in May\n~  @\n");
        adds("---\n- id: a\n  title: A\n~  @\n...\n");
    }

    #[test]
    fn however_it_is_indented() {
        adds("-   id: a\n    title: A\n~    @\n-   id: b\n    title: B\n");
        adds("  - id: a\n    author:\n      - One, A.\n      - Two, B.\n~    @\n  - id: b\n    title: B\n");
        adds("-\n   # first\n   id: a\n   title: A\n~   @\n");
        adds(
            "- title: |\n    A\n\n    # not a remark\n  id: a\n  note: >\n     - folded\n\n     # text\n~  @\n\n- id: b\n  title: B\n",
        );
        adds("- id: a\n  note: |+\n    kept\n\n~  @\n- id: b\n  title: B\n");
        adds("- id: a\r\n  title: A\r\n~  @\r\n- id: b\r\n  title: B\r\n");
        adds("\u{feff}- id: a\n  title: A\n~  @\n");
    }

    #[test]
    fn inside_braces() {
        for (old, new) in [
            ("- {id: a, title: A}\n", format!("- {{id: a, title: A, {FIELD}}}\n")),
            ("- {id: a, title: 'A }'} # one\n", format!("- {{id: a, title: 'A }}', {FIELD}}} # one\n")),
            ("- {\n    id: a,\n    title: A,\n  }\n", format!("- {{\n    id: a,\n    title: A, {FIELD}\n  }}\n")),
        ] {
            assert_eq!(with_copy(old, &addition("a")), Some(new));
        }
    }

    #[test]
    fn without_a_last_line_break() {
        assert_eq!(with_copy("- id: a\n  title: A", &addition("a")), Some(format!("- id: a\n  title: A\n  {FIELD}")));
    }

    #[test]
    fn nothing_where_it_is_not_safe() {
        for text in [
            "[{id: a, title: A}]\n",
            "- id: a\n  archived: https://web.archive.org/web/1/x\n",
            "- id: b\n  title: A\n",
            "- id: a\n  title: 'A\n",
            "id: a\n",
            "- id: a\n  title: A\n- just text\n",
            "",
        ] {
            assert_eq!(with_copy(text, &addition("a")), None, "{text}");
        }
    }

    #[test]
    fn the_file_is_replaced_or_left() {
        let root = tempfile::tempdir().expect("a folder");
        let file = root.path().join(LIBRARY);
        fs::create_dir_all(file.parent().expect("below")).expect("a folder");
        let old = "- id: a\n  title: A\n- id: 2020\n  title: B\n";
        fs::write(&file, old).expect("room");
        let unknown = [addition("a"), addition("unknown")];
        let error = write_archived(root.path(), &unknown).expect_err("no such record");
        assert!(error.to_string().contains("`unknown`") && error.help_text().is_some_and(|help| help.contains(FIELD)));
        assert_eq!(fs::read_to_string(&file).expect("there"), old);
        let elsewhere = Addition { place: Span::file("content/posts/a.md"), ..addition("a") };
        assert_eq!(write_archived(root.path(), &[addition("a"), elsewhere, addition("2020")]).expect("room"), 2);
        let new = format!("- id: a\n  title: A\n  {FIELD}\n- id: 2020\n  title: B\n  {FIELD}\n");
        assert_eq!(fs::read_to_string(&file).expect("there"), new);
        assert_eq!(fs::read_dir(file.parent().expect("below")).expect("there").count(), 1, "nothing is left beside it");
    }
}
