//! Addresses in the site, which can only lead to files inside the output folder.

use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::config::Config;

/// What a URL path may not hold as it is (the WHATWG URL Standard's path set, and `%`).
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'%')
    .add(b'\\')
    .add(b'^')
    .add(b'|');

/// A path from the site's root, without the base path: `/posts/cbt/`. Never has an
/// empty, `.` or `..` part, a backslash or a control character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permalink(Arc<str>);

impl Permalink {
    /// Checks a path that begins with a slash; percent-encoded characters are decoded
    /// first, so that nothing hides in them.
    ///
    /// # Errors
    /// Says in words what is wrong with it.
    ///
    /// ```
    /// use weeknotes::site::Permalink;
    /// assert_eq!(Permalink::parse("/posts/cbt/").unwrap().as_str(), "/posts/cbt/");
    /// assert!(Permalink::parse("/posts/%2e%2e/%2e%2e/etc/").is_err());
    /// ```
    pub fn parse(path: &str) -> Result<Self, String> {
        let decoded = percent_decode_str(path).decode_utf8().map_err(|_| "it is not valid UTF-8".to_owned())?;
        let Some(rest) = decoded.strip_prefix('/') else {
            return Err("it does not begin with a slash".to_owned());
        };
        if decoded.len() > 1024 {
            return Err("it is longer than 1,024 bytes".to_owned());
        }
        if let Some(c) =
            decoded.chars().find(|c| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'))
        {
            return Err(format!("it holds {c:?}, which file names may not hold everywhere"));
        }
        let mut parts = rest.split('/').peekable();
        while let Some(part) = parts.next() {
            let last = parts.peek().is_none();
            if part == "." || part == ".." || (part.is_empty() && !last) {
                return Err(format!("the part `{part}` could lead out of the site"));
            }
            if part.len() > 255 {
                return Err("a part of it is longer than 255 bytes".to_owned());
            }
        }
        Ok(Self(decoded.into()))
    }

    /// The front page's.
    pub fn root() -> Self {
        Self("/".into())
    }

    /// The path, not encoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as it stands in a link, with the base path before it.
    pub fn href(&self, base_path: &str) -> String {
        format!("{base_path}{}", utf8_percent_encode(&self.0, PATH))
    }

    /// The whole address.
    pub fn absolute(&self, config: &Config) -> String {
        config.absolute(&self.href(&config.base_path))
    }

    /// The file in the output folder: a path that ends in a slash is a folder with an
    /// `index.html`.
    pub fn file(&self) -> String {
        let path = &self.0[1..];
        if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
    }

    /// The path of a file or page below this one.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn child(&self, name: &str) -> Result<Self, String> {
        Self::parse(&format!("{}{}", self.0.strip_suffix('/').map_or(self.folder(), |_| &self.0), name))
    }

    /// The path up to its last slash, inclusive.
    fn folder(&self) -> &str {
        &self.0[..=self.0.rfind('/').unwrap_or(0)]
    }
}

impl fmt::Display for Permalink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out() {
        for path in
            ["../x", "/../x/", "/a/../../x", "/a/%2E%2E/", "/a//b", "/a\\..\\b", "/a\0b", "x", "/a/./b", "/c:/x"]
        {
            assert!(Permalink::parse(path).is_err(), "{path}");
        }
    }

    #[test]
    fn folders_have_an_index() {
        assert_eq!(Permalink::parse("/").expect("valid").file(), "index.html");
        assert_eq!(Permalink::parse("/feed.xml").expect("valid").file(), "feed.xml");
        assert_eq!(
            Permalink::parse("/терапия/").expect("valid").href("/b"),
            "/b/%D1%82%D0%B5%D1%80%D0%B0%D0%BF%D0%B8%D1%8F/"
        );
    }
}
