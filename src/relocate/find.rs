//! The post that is meant, by its path or its name.

use std::sync::Arc;

use crate::build::Builder;
use crate::content::{Document, Kind};
use crate::diagnostics::{nearest, nearest_path};
use crate::output::Error;
use crate::source::{SourcePath, SourceTree};

/// The post of a path from the site's root, or of a slug or the name of a file when no
/// other post has it. `below` is the same as a path from the root, when what was named is
/// a path from elsewhere.
///
/// # Errors
/// When there is no such post, with the nearest one; or more than one.
///
/// ```
/// use weeknotes::relocate::find_post;
/// use weeknotes::source::SourceTree;
/// let tree = SourceTree::from_texts([("content/posts/2026-01-06-cbt.md", "")]);
/// assert_eq!(&*find_post(&tree, "cbt", None).unwrap(), "content/posts/2026-01-06-cbt.md");
/// assert!(find_post(&tree, "cbd", None).unwrap_err().help_text().unwrap().contains("2026-01-06-cbt.md"));
/// ```
pub fn find_post(tree: &SourceTree, named: &str, below: Option<&str>) -> Result<SourcePath, Error> {
    let documents = Builder::new().read_documents(tree);
    let documents: Vec<&Arc<Document>> = documents.iter().map(|read| &read.value).collect();
    let named = named.replace('\\', "/");
    let named = named.strip_prefix("./").unwrap_or(&named).trim_end_matches('/');
    let at = |path: &str| {
        let paths = [path.to_owned(), format!("{path}/index.md"), format!("{path}.md")];
        paths.iter().find_map(|path| documents.iter().find(|document| &**document.path() == path.as_str()))
    };
    if let Some(document) = below.and_then(at).or_else(|| at(named)) {
        return post(document);
    }
    let called: Vec<&&Arc<Document>> = documents.iter().filter(|document| is_called(document, named)).collect();
    let posts: Vec<&&&Arc<Document>> = called.iter().filter(|document| document.kind == Kind::Post).collect();
    match (posts.as_slice(), called.as_slice()) {
        ([only], _) => post(only),
        ([], [other, ..]) => post(other),
        ([], []) => Err(unknown(named, below, &documents)),
        (several, _) => {
            let paths: Vec<String> = several.iter().map(|document| format!("\n  {}", document.path())).collect();
            let message = format!("`{named}` is the name of {} posts:{}", several.len(), paths.concat());
            Err(Error::new(message).help("name the one you mean by its path"))
        }
    }
}

fn post(document: &Document) -> Result<SourcePath, Error> {
    let what = match document.kind {
        Kind::Post => return Ok(Arc::clone(document.path())),
        Kind::Page => "a page",
        Kind::Series => "the file of a series",
    };
    Err(Error::new(format!("{} is {what}, and only posts can be moved", document.path())))
}

fn is_called(document: &Document, name: &str) -> bool {
    document.front.slug.as_deref() == Some(name) || document.stem == name || file_name(document) == name
}

/// The name of its file without the ending, or of its folder when it is a bundle.
fn file_name(document: &Document) -> &str {
    let path = document.bundle.as_deref().unwrap_or(document.path());
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".md").unwrap_or(name)
}

fn unknown(named: &str, below: Option<&str>, documents: &[&Arc<Document>]) -> Error {
    let posts = || documents.iter().filter(|document| document.kind == Kind::Post);
    let names = posts().flat_map(|post| [post.front.slug.as_deref(), Some(&*post.stem), Some(file_name(post))]);
    let by_name = nearest(named, names.flatten()).and_then(|near| posts().find(|post| is_called(post, near)));
    let path = below.unwrap_or(named);
    let path = if path.ends_with(".md") { path.to_owned() } else { format!("{path}.md") };
    let near = by_name.map(|post| &**post.path()).or_else(|| nearest_path(&path, posts().map(|post| &**post.path())));
    Error::new(format!("there is no post `{named}`")).help(match near {
        Some(near) => format!("did you mean {near}?"),
        None => {
            "name it by its slug, or by its path from the site's folder: content/posts/2026-01-06-cbt.md".to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_has_many_names() {
        let tree = SourceTree::from_texts([
            ("content/posts/2026-01-06-cbt.md", ""),
            ("content/posts/2026-01-13-dbt/index.md", "---\nslug: dialectics\n---\n"),
            ("content/posts/2026-01-20-cbt.md", ""),
            ("content/about.md", ""),
            ("content/series/dbt.md", ""),
        ]);
        let (cbt, dbt) = ("content/posts/2026-01-06-cbt.md", "content/posts/2026-01-13-dbt/index.md");
        let found = |named: &str| {
            find_post(&tree, named, None)
                .map(|path| path.to_string())
                .map_err(|error| format!("{error} ({})", error.help_text().unwrap_or_default()))
        };
        for (named, path) in [
            (cbt, cbt),
            ("./content/posts/2026-01-06-cbt.md", cbt),
            ("content\\posts\\2026-01-06-cbt", cbt),
            ("2026-01-06-cbt", cbt),
            (dbt, dbt),
            ("content/posts/2026-01-13-dbt/", dbt),
            ("dialectics", dbt),
            ("dbt", dbt),
        ] {
            assert_eq!(found(named).as_deref(), Ok(path), "{named}");
        }
        assert_eq!(find_post(&tree, "../cbt.md", Some(cbt)).ok().as_deref(), Some(cbt));
        for (named, told) in [
            (
                "cbt",
                "`cbt` is the name of 2 posts:\n  content/posts/2026-01-06-cbt.md\n  content/posts/2026-01-20-cbt.md (name the one you mean by its path)",
            ),
            ("about", "content/about.md is a page, and only posts can be moved ()"),
            ("dialetics", "there is no post `dialetics` (did you mean content/posts/2026-01-13-dbt/index.md?)"),
            (
                "content/posts/cbt.md",
                "there is no post `content/posts/cbt.md` (did you mean content/posts/2026-01-06-cbt.md?)",
            ),
            (
                "zebra",
                "there is no post `zebra` (name it by its slug, or by its path from the site's folder: content/posts/2026-01-06-cbt.md)",
            ),
        ] {
            assert_eq!(found(named), Err(told.to_owned()));
        }
    }
}
