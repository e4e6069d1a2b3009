//! The address that opens a file in an editor.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a path keeps as it is in an address.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The names that stand for an editor's own address.
const KNOWN: [(&str, &str); 3] = [
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
];

/// An address with `{path}`, `{line}` and `{column}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor(String);

impl Editor {
    /// Reads the name of a known editor, or an address of one's own. An address that a
    /// browser would run as a script is none.
    ///
    /// ```
    /// use weeknotes::config::Editor;
    /// let editor = Editor::parse("vscode").unwrap();
    /// assert_eq!(editor.link("/site/content/a b.md", 3, 7), "vscode://file/site/content/a%20b.md:3:7");
    /// assert!(Editor::parse("emacs").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((_, address)) = KNOWN.iter().find(|(name, _)| *name == text) {
            return Some(Self((*address).to_owned()));
        }
        let scheme = text.split_once(':')?.0.to_ascii_lowercase();
        let is_script = matches!(scheme.as_str(), "javascript" | "data" | "vbscript");
        (text.contains("{path}") && !is_script).then(|| Self(text.to_owned()))
    }

    /// The address that opens the absolute `path` at a line and column, both from 1.
    pub fn link(&self, path: &str, line: usize, column: usize) -> String {
        let slash = if path.starts_with('/') { "" } else { "/" };
        let path = format!("{slash}{}", utf8_percent_encode(&path.replace('\\', "/"), PATH));
        self.0.replace("{path}", &path).replace("{line}", &line.to_string()).replace("{column}", &column.to_string())
    }
}
