//! Syntax highlighting of fenced code, with classes in place of colours.
//!
//! The grammars are those of `two_face`. They are read when the first fence asks for
//! one of them, so a site without code never pays for them.

mod emit;
mod stylesheet;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use syntect::parsing::SyntaxSet;

pub use stylesheet::{stylesheet, theme_names};

/// Beyond these a fence stays plain: regular expressions may take time that is the
/// square of a line's length, and nobody reads code of that size on a page.
const MAX_LINE: usize = 5_000;
const MAX_BLOCK: usize = 500_000;

const PLAIN: [&str; 7] = ["", "text", "plain", "txt", "plaintext", "none", "nohighlight"];

/// Names and extensions of the usual languages, which need no look at the grammars to
/// be known.
const USUAL: [&str; 35] = [
    "asm", "bat", "cmake", "css", "csv", "dart", "elixir", "erlang", "fish", "graphql", "haskell", "html", "http",
    "ini", "java", "jsx", "julia", "latex", "lua", "nginx", "nix", "ocaml", "php", "r", "scala", "scss", "sql",
    "svelte", "swift", "toml", "tsx", "vim", "vue", "xml", "zig",
];

/// Other names, by the name or extension that a grammar goes by. Listed are the ones
/// no grammar has, and those that several have or the wrong one.
const ALIASES: [(&str, &[&str]); 27] = [
    ("bash", &["console", "sh", "shell", "shell-session", "shellsession", "zsh"]),
    ("c", &["h"]),
    ("clj", &["clojure"]),
    ("cpp", &["c++", "hpp"]),
    ("cs", &["c#", "csharp"]),
    ("diff", &["patch"]),
    ("dockerfile", &["docker"]),
    ("f90", &["fortran"]),
    ("fsx", &["f#", "fsharp"]),
    ("go", &["golang"]),
    ("html.j2", &["django", "html+jinja", "jinja", "jinja2", "nunjucks", "tera"]),
    ("javascript", &["cjs", "js", "mjs", "node"]),
    ("json", &["json5", "jsonc"]),
    ("kt", &["kotlin"]),
    ("lisp", &["elisp", "scheme"]),
    ("makefile", &["make"]),
    ("md", &["markdown"]),
    ("objective-c", &["objc"]),
    ("pl", &["perl"]),
    ("ps1", &["powershell"]),
    ("python", &["py", "python3"]),
    ("re", &["regex"]),
    ("ruby", &["rb"]),
    ("rust", &["rs"]),
    ("tf", &["hcl", "terraform"]),
    ("ts", &["typescript"]),
    ("yaml", &["yml"]),
];

struct Grammars {
    set: SyntaxSet,
    by_token: HashMap<String, usize>,
}

static GRAMMARS: LazyLock<Grammars> = LazyLock::new(|| {
    // The grammars for lines with their newline know where a line comment ends.
    let set = two_face::syntax::extra_newlines();
    let by_token = tokens(&set);
    Grammars { set, by_token }
});

/// The grammars by name and extension, in lower case. Of two with the same extension
/// the later one has it, as in syntect, and an extension goes before a name.
fn tokens(set: &SyntaxSet) -> HashMap<String, usize> {
    let all = || set.syntaxes().iter().enumerate();
    let names = all().map(|(index, syntax)| (syntax.name.to_lowercase(), index));
    let extensions =
        all().flat_map(|(index, syntax)| syntax.file_extensions.iter().map(move |e| (e.to_lowercase(), index)));
    let mut tokens: HashMap<String, usize> = names.chain(extensions).collect();
    for (token, names) in ALIASES {
        if let Some(index) = tokens.get(token).copied() {
            tokens.extend(names.iter().map(|name| ((*name).to_owned(), index)));
        }
    }
    tokens
}

fn is_plain(language: &str) -> bool {
    PLAIN.contains(&language)
}

fn is_usual(language: &str) -> bool {
    let has_name = |(token, names): &(&str, &[&str])| *token == language || names.contains(&language);
    USUAL.contains(&language) || ALIASES.iter().any(has_name)
}

fn lower(language: &str) -> Cow<'_, str> {
    if language.chars().any(char::is_uppercase) { language.to_lowercase().into() } else { language.into() }
}

/// One fence's code, highlighted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlighted {
    /// A balanced HTML fragment for each source line, without the line's end.
    pub lines: Vec<String>,
}

/// Highlights `code` for a `language` that is a name or an extension in any case.
/// `None` when no grammar goes by it. Code too large for the grammars, and code that
/// asks for none (`text`), comes back escaped and without spans.
///
/// ```
/// use weeknotes::markdown::highlight::highlight;
/// let code = highlight("Rust", "let a = 1;").unwrap();
/// assert_eq!(code.lines, [r#"<span class="kt">let</span> a <span class="o">=</span> <span class="n">1</span>;"#]);
/// assert!(highlight("klingon", "qapla'").is_none());
/// ```
pub fn highlight(language: &str, code: &str) -> Option<Highlighted> {
    let language = lower(language);
    if is_plain(&language) {
        return Some(Highlighted { lines: escape_lines(code) });
    }
    let grammars = &*GRAMMARS;
    let syntax = &grammars.set.syntaxes()[*grammars.by_token.get(&*language)?];
    if code.len() > MAX_BLOCK || code.lines().any(|line| line.len() > MAX_LINE) {
        return Some(Highlighted { lines: escape_lines(code) });
    }
    let lines = emit::emit(code, syntax, &grammars.set).unwrap_or_else(|_| escape_lines(code));
    Some(Highlighted { lines })
}

/// Whether [`highlight`] takes this language. Reads the grammars only for a language
/// that is not one of the usual ones.
///
/// ```
/// use weeknotes::markdown::highlight::is_known;
/// assert!(is_known("python") && is_known("text") && !is_known("klingon"));
/// ```
pub fn is_known(language: &str) -> bool {
    let language = lower(language);
    is_plain(&language) || is_usual(&language) || GRAMMARS.by_token.contains_key(&*language)
}

/// The known language nearest to a misspelt one, if one is near.
///
/// ```
/// use weeknotes::markdown::highlight::nearest;
/// assert_eq!(nearest("pyhton").as_deref(), Some("python"));
/// assert_eq!(nearest("qwertyuiop"), None);
/// ```
pub fn nearest(language: &str) -> Option<String> {
    let language = lower(language);
    let allowed = language.chars().count() / 3;
    let distance = |token: &str| strsim::damerau_levenshtein(&language, token);
    let near = known_tokens().map(|token| (distance(token), !is_usual(token), token));
    near.filter(|(distance, ..)| *distance <= allowed).min().map(|(.., token)| token.to_owned())
}

/// What an author may write after a fence: no hidden grammars' names, and none with
/// spaces, of which a fence would keep the first word only.
fn known_tokens() -> impl Iterator<Item = &'static str> {
    let Grammars { set, by_token } = &*GRAMMARS;
    let shown = by_token.iter().filter(|(_, index)| !set.syntaxes()[**index].hidden).map(|(token, _)| token.as_str());
    shown.chain(PLAIN).filter(|token| !token.is_empty() && !token.contains(char::is_whitespace))
}

/// The lines of `code`, escaped.
///
/// ```
/// use weeknotes::markdown::highlight::escape_lines;
/// assert_eq!(escape_lines("a < b\nc & d"), ["a &lt; b", "c &amp; d"]);
/// ```
pub fn escape_lines(code: &str) -> Vec<String> {
    code.lines()
        .map(|line| {
            let mut html = String::with_capacity(line.len());
            emit::escape_into(&mut html, line);
            html
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: [(&str, &str); 7] = [
        ("python", "def f(a, *, b=\"x\"):\n    '''Doc\n\n    <b> & more'''\n    return f\"{a!r} & {b}\"  # ünïcode\n"),
        ("rust", "/* a\n * \"b\" */\nfn main() { let s: &'a str = r#\"x\ny\"#; assert!(1 < 2 && s != \"\"); }\n"),
        ("html", "<p class=\"a\">&amp;<script>const x = `a ${b < 1}\nc`;</script>\n<!-- a\nb -->"),
        ("js", "const f = async (a) => `x ${a?.b} <\n`; // c\r\nclass A extends B {}\n\n"),
        ("sh", "cat <<EOF | sort > \"$x\"\nhi ${USER:-me} & $(ls \"a b\")\nEOF\n"),
        ("yaml", "a: &x [1, \"two\", {b: c}]\nd: |\n  <text>\n  more\ne: *x"),
        ("diff", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old <\n+new >\n same"),
    ];

    fn lines(language: &str, code: &str) -> Vec<String> {
        highlight(language, code).map(|highlighted| highlighted.lines).unwrap_or_default()
    }

    /// The text of a line, or `None` if its spans are nested or not balanced.
    fn text_of(html: &str) -> Option<String> {
        let mut text = String::new();
        let mut open = false;
        for part in html.split_inclusive('>') {
            let (before, tag) = part.rfind('<').map_or((part, ""), |at| part.split_at(at));
            text.push_str(before);
            open = match tag {
                "" => open,
                "</span>" if open => false,
                _ if tag.starts_with("<span class=\"") && !open => true,
                _ => return None,
            };
        }
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
        (!open).then(|| entities.iter().fold(text, |text, (entity, char)| text.replace(entity, char)))
    }

    #[test]
    fn every_line_is_balanced_and_keeps_its_text() {
        for (language, code) in SAMPLES.iter().flat_map(|(language, _)| SAMPLES.map(|(_, code)| (*language, code))) {
            let found: Vec<_> = lines(language, code).iter().map(|line| text_of(line)).collect();
            let wanted: Vec<_> = code.lines().map(|line| Some(line.to_owned())).collect();
            assert_eq!(found, wanted, "{language}");
        }
    }

    #[test]
    fn python_gets_these_classes() {
        let code = "@once\ndef mean(days, low=0.5):  # of <all>\n    return {'a\\n': sum(days)}\n";
        let wanted = [
            r#"@<span class="b">once</span>"#,
            concat!(
                r#"<span class="k">def</span> <span class="f">mean</span>(<span class="v">days</span>, "#,
                r#"<span class="v">low</span><span class="o">=</span><span class="n">0.5</span>):  "#,
                r#"<span class="c"># of &lt;all&gt;</span>"#,
            ),
            concat!(
                r#"    <span class="k">return</span> {<span class="s">'a</span><span class="se">\n</span>"#,
                r#"<span class="s">'</span>: <span class="b">sum</span>(days)}"#,
            ),
        ];
        assert_eq!(lines("Python", code), wanted);
    }

    #[test]
    fn an_expression_in_a_string_is_not_the_string() {
        assert_eq!(lines("js", "`a ${b}`")[0], r#"<span class="s">`a </span>${b}<span class="s">`</span>"#);
    }

    #[test]
    fn plain_text_is_escaped_only() {
        assert_eq!(lines("TEXT", "def f(): <x>\n"), ["def f(): &lt;x&gt;"]);
        assert_eq!(lines("", "a & b"), ["a &amp; b"]);
        assert!(lines("text", "").is_empty() && lines("rust", "").is_empty());
    }

    #[test]
    fn an_unknown_language_is_none() {
        assert!(highlight("klingon", "x").is_none());
        assert!(!is_known("klingon") && !is_known("klingon "));
    }

    #[test]
    fn usual_languages_have_a_grammar() {
        for name in USUAL.iter().chain(ALIASES.iter().flat_map(|(token, names)| names.iter().chain([token]))) {
            assert!(is_usual(name) && is_known(&name.to_uppercase()));
            assert!(GRAMMARS.by_token.contains_key(*name), "{name}");
        }
    }

    #[test]
    fn a_misspelt_language_has_a_neighbour() {
        let misspelt = [("pyhton", "python"), ("javascirpt", "javascript"), ("Rsut", "rust"), ("ymal", "yaml")];
        for (wrong, right) in misspelt {
            assert_eq!(nearest(wrong).as_deref(), Some(right));
        }
        assert_eq!(nearest("q"), None);
    }

    #[test]
    fn code_beyond_the_limits_stays_plain() {
        for code in ["[".repeat(10_000_000), "let a = \"b\";\n".repeat(50_000), "(".repeat(100_000)] {
            assert_eq!(lines("rust", &code), escape_lines(&code));
        }
        assert_eq!(lines("js", &"[".repeat(MAX_LINE)).len(), 1);
    }
}
