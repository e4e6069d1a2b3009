//! Diagnostics as text: for a person, for a program, for GitHub's annotations.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::json;

use super::{Diagnostic, Severity};

/// How diagnostics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With the source line, for a terminal.
    Human {
        /// Whether to use ANSI colours.
        color: bool,
    },
    /// One JSON object a line.
    Json,
    /// GitHub Actions workflow commands, which annotate the changed lines.
    Github,
}

/// Writes one diagnostic, ending in a newline.
///
/// ```
/// use weeknotes::diagnostics::{Diagnostic, Format, Span, render};
/// let text = render(
///     &Diagnostic::error("broken-link", "there is no file `cbt.md`")
///         .at(Span::locate("content/a.md", "see [x](cbt.md)", 8..14)),
///     Format::Human { color: false },
/// );
/// assert!(text.contains("content/a.md:1:9"));
/// ```
pub fn render(diagnostic: &Diagnostic, format: Format) -> String {
    match format {
        Format::Human { color } => human(diagnostic, color),
        Format::Json => json_line(diagnostic),
        Format::Github => github(diagnostic),
    }
}

fn human(diagnostic: &Diagnostic, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = printable(&diagnostic.message);
    let mut group = Group::with_title(level.primary_title(&message).id(diagnostic.code));
    let excerpt;
    let label;
    if let Some(span) = &diagnostic.span {
        label = diagnostic.label.as_deref().map(printable);
        if span.excerpt.trim().is_empty() {
            group = group.element(Origin::path(span.path.as_ref()).line(span.line).char_column(span.column));
        } else {
            excerpt = printable(&span.excerpt);
            let mut end = span.underline.end.min(excerpt.len());
            let start = span.underline.start.min(end);
            if start == end && end < excerpt.len() {
                end += excerpt[end..].chars().next().map_or(0, char::len_utf8);
            }
            let annotation = AnnotationKind::Primary.span(start..end).label(label.as_deref());
            group = group.element(
                Snippet::source(excerpt).line_start(span.line).path(span.path.as_ref()).annotation(annotation),
            );
        }
    }
    let notes: Vec<String> = diagnostic.notes.iter().map(|note| printable(note)).collect();
    let help = diagnostic.help.as_deref().map(printable);
    let group = group
        .elements(notes.iter().map(|note| Level::NOTE.message(note)))
        .elements(help.as_ref().map(|help| Level::HELP.message(help)));
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.decor_style(DecorStyle::Ascii).render(&[group]);
    text.push_str("\n\n");
    restore_column(&text, diagnostic)
}

/// The excerpt of a very long line begins in its middle, so the column that the
/// renderer counted is the window's; the line's own is what an editor needs.
fn restore_column(text: &str, diagnostic: &Diagnostic) -> String {
    let Some(span) = &diagnostic.span else {
        return text.to_owned();
    };
    let shown = span.excerpt[..span.underline.start].chars().count() + 1;
    if shown == span.column {
        return text.to_owned();
    }
    let place = |column| format!("{}:{}:{column}", span.path, span.line);
    text.replacen(&place(shown), &place(span.column), 1)
}

/// What a terminal may be sent: a control character in an author's text must not
/// move the cursor or change colours. Same length in bytes, so that ranges hold.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_control() && c != '\n' && c != '\t' { ' ' } else { c }).collect()
}

fn json_line(diagnostic: &Diagnostic) -> String {
    let span = diagnostic.span.as_ref();
    let object = json!({
        "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "code": diagnostic.code,
        "message": diagnostic.message,
        "path": span.map(|s| s.path.as_ref()),
        "line": span.map(|s| s.line),
        "column": span.map(|s| s.column),
        "source": span.map(|s| s.excerpt.as_str()),
        "label": diagnostic.label,
        "notes": diagnostic.notes,
        "help": diagnostic.help,
    });
    format!("{object}\n")
}

/// `::error file=…,line=…::message`, GitHub's workflow command syntax ("Workflow
/// commands for GitHub Actions", setting an error message).
fn github(diagnostic: &Diagnostic) -> String {
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let place = diagnostic.span.as_ref().map_or_else(String::new, |span| {
        format!("file={},line={},col={},", property(&span.path), span.line, span.column)
    });
    let mut message = diagnostic.message.clone();
    for more in diagnostic.notes.iter().chain(&diagnostic.help) {
        message.push('\n');
        message.push_str(more);
    }
    format!("::{kind} {place}title={}::{}\n", property(diagnostic.code), data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::super::Span;
    use super::*;

    fn sample() -> Diagnostic {
        Diagnostic::error("broken-link", "no file, 100% sure\nreally")
            .at(Span::locate("content/a,b.md", "see [x](cbt.md)\n", 8..14))
            .label("not found")
            .help("did you mean `cbd.md`?")
    }

    #[test]
    fn human_names_path_line_and_column() {
        let text = render(&sample(), Format::Human { color: false });
        assert!(text.contains("content/a,b.md:1:9"), "{text}");
        assert!(text.contains("^^^^^^ not found"), "{text}");
        assert!(text.contains("help: did you mean"), "{text}");
    }

    #[test]
    fn human_of_a_long_line_names_the_true_column() {
        let line = "x".repeat(3000);
        let diagnostic = Diagnostic::error("c", "m").at(Span::locate("a.md", &line, 2000..2003));
        assert!(render(&diagnostic, Format::Human { color: false }).contains("a.md:1:2001"));
    }

    #[test]
    fn human_sends_no_control_characters() {
        let diagnostic = Diagnostic::error("c", "m\u{1b}[31m").at(Span::locate("a.md", "a\u{7}b\u{1b}c", 1..2));
        assert!(!render(&diagnostic, Format::Human { color: false }).contains(['\u{1b}', '\u{7}']));
    }

    #[test]
    fn github_escapes_what_would_end_a_command() {
        let text = render(&sample(), Format::Github);
        assert!(
            text.starts_with("::error file=content/a%2Cb.md,line=1,col=9,title=broken-link::no file, 100%25 sure%0A")
        );
        assert_eq!(text.lines().count(), 1);
    }
}
