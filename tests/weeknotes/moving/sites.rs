//! Random small sites whose posts link to each other, and a move in each.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use weeknotes::relocate::{NewDate, NewSeries, Request};
use weeknotes::source::{SourceAsset, SourceText, SourceTree};

use crate::fixture::NOW;

const DATES: [&str; 7] =
    ["2026-02-17", "2026-02-24", "2026-03-03", "2026-03-09", "2026-03-17", "2026-03-24", "2026-03-31"];
const SLUGS: [&str; 6] = ["one", "two", "three", "four", "five", "six"];
const PATTERNS: [&str; 4] =
    ["/posts/{slug}/", "/{series}/{part}/", "/{year}/{month}/{slug}/", "/{series}/{day}-{slug}"];
/// A series as it stands in a front matter; `@` is its name.
const SERIES: [&str; 5] =
    ["series: @\n", "series: '@' # c\n", "series: {name: @, part: 1}\n", "series:\n  part: 2\n  name: @\n", ""];
/// A link as it stands in a text; `@` is the path.
const LINKS: [&str; 7] = [
    "[a](@)",
    "[a](@#part \"@\")",
    "[a](<@>)",
    "See [a][r] and ![A dot](dot.svg \"@\").\n\n[r]: @ 'r'",
    "> [a](\n> @?q)",
    "- `[c](@)` [**a**](./@)",
    "{% <callout> %}\n[a](@)\n{% </callout> %}",
];

/// A site, and what becomes of one of its posts.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) posts: Vec<Post>,
    pattern: &'static str,
    about: Vec<Link>,
    at: Index,
    date: Option<&'static str>,
    slug: Option<&'static str>,
    pub(super) series: Option<NewSeries>,
    pub(super) shift: bool,
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a way in which a post may be written")]
pub(super) struct Post {
    number: usize,
    date: &'static str,
    slug: &'static str,
    /// In which of the two places a date or a slug can stand: the name, the front matter.
    date_in: (bool, bool),
    is_slug_in_front: bool,
    is_bundle: bool,
    series: (&'static str, &'static str),
    is_draft: bool,
    has_alias: bool,
    links: Vec<Link>,
}

#[derive(Debug, Clone)]
struct Link {
    to: Index,
    form: &'static str,
    has_codes: bool,
}

impl Post {
    pub(super) fn is_bundle(&self) -> bool {
        self.is_bundle
    }

    fn name(&self) -> String {
        let slug = if self.is_slug_in_front { "named" } else { self.slug };
        let number = if self.is_slug_in_front { self.number.to_string() } else { String::new() };
        let date = if self.date_in.0 { format!("{}-", self.date) } else { String::new() };
        format!("{date}{slug}{number}")
    }

    pub(super) fn path(&self) -> String {
        format!("content/posts/{}{}", self.name(), if self.is_bundle { "/index.md" } else { ".md" })
    }

    fn text(&self, posts: &[Self]) -> String {
        let mut text = format!("---\ntitle: Title {}\n", self.number);
        if self.date_in.1 || !self.date_in.0 {
            writeln!(text, "date: {} 09:00 # c", self.date).expect("a string");
        }
        if self.is_slug_in_front {
            writeln!(text, "slug: \"{}\"", self.slug).expect("a string");
        }
        text.push_str(&self.series.0.replace('@', self.series.1));
        if self.is_draft {
            text.push_str("draft: true\n");
        }
        if self.has_alias {
            writeln!(text, "aliases:\n  - /old/{}/", self.number).expect("a string");
        }
        let up = if self.is_bundle { "../" } else { "" };
        text + "---\n## Part\n\n" + &linked(&self.links, posts, up)
    }

    fn series_name(&self) -> Option<&'static str> {
        (!self.series.0.is_empty()).then_some(self.series.1)
    }
}

fn linked(links: &[Link], posts: &[Post], up: &str) -> String {
    let link = |link: &Link| {
        let path = link.to.get(posts).path();
        let below = path.strip_prefix("content/posts/").expect("a post");
        let below = if link.has_codes { below.replace('-', "%2D") } else { below.to_owned() };
        link.form.replace('@', &format!("{up}{below}")) + "\n\n"
    };
    links.iter().map(link).collect()
}

impl Case {
    /// Whether a number that the post has in its series goes with the series.
    pub(super) fn loses_its_number(&self) -> bool {
        self.series.is_some() && self.post().series.0.contains("part:")
    }

    pub(super) fn post(&self) -> &Post {
        self.at.get(&self.posts)
    }

    pub(super) fn tree(&self) -> SourceTree {
        let config = format!("title: T\nurl: https://a.example\npermalink: {}\n", self.pattern);
        let about = format!("---\ntitle: About\n---\n{}", linked(&self.about, &self.posts, "posts/"));
        let series = "---\ntitle: Alpha\nprefix: true\n---\nAll of [us](../about.md).\n";
        let mut tree = SourceTree::from_texts([
            ("weeknotes.yaml", config.as_str()),
            ("content/about.md", about.as_str()),
            ("content/series/a.md", series),
        ]);
        for post in &self.posts {
            let path = post.path();
            let folder = path.rsplit_once('/').expect("a folder").0;
            tree.insert_asset(SourceAsset::in_memory(
                format!("{folder}/dot.svg"),
                b"<svg width=\"1\" height=\"1\"/>".as_slice(),
            ));
            tree.insert_text(SourceText::new(path, post.text(&self.posts)));
        }
        tree
    }

    pub(super) fn request(&self) -> Request {
        Request {
            post: self.post().path().into(),
            date: self.date.and_then(NewDate::parse),
            slug: self.slug.map(str::to_owned),
            series: self.series.clone(),
            shift: self.shift && self.date.is_some(),
            now: NOW.parse().expect("a time"),
        }
    }

    /// What takes the move back.
    pub(super) fn request_back(&self, post: Arc<str>) -> Request {
        let named = self.post().series_name().map(|name| NewSeries::Named(name.to_owned()));
        Request {
            post,
            date: NewDate::parse(self.post().date),
            slug: Some(self.post().slug.to_owned()),
            series: Some(named.unwrap_or(NewSeries::None)),
            shift: false,
            now: NOW.parse().expect("a time"),
        }
    }
}

/// The files in a folder on a disk.
pub(super) fn written(tree: &SourceTree) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, bytes: &[u8]| {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().expect("below")).expect("a folder");
        std::fs::write(file, bytes).expect("a file");
    };
    for text in tree.texts_under("") {
        write(&text.path, text.text.as_bytes());
    }
    for asset in tree.assets_under("") {
        write(&asset.path, &asset.read().expect("in memory"));
    }
    folder
}

fn link() -> impl Strategy<Value = Link> {
    (any::<Index>(), select(&LINKS[..]), any::<bool>()).prop_map(|(to, form, has_codes)| Link { to, form, has_codes })
}

fn post() -> impl Strategy<Value = Post> {
    let places = select(vec![(true, false), (true, true), (false, true)]);
    let flags = (weighted(0.2, Just(())), any::<bool>(), weighted(0.2, Just(())), weighted(0.3, Just(())));
    let series = (select(&SERIES[..]), select(vec!["Alpha", "Beta"]));
    (select(&DATES[..]), places, flags, series, vec(link(), 0..4)).prop_map(|(date, date_in, flags, series, links)| {
        Post {
            number: 0,
            date,
            slug: "",
            date_in,
            is_slug_in_front: flags.0.is_some(),
            is_bundle: flags.1,
            series,
            is_draft: flags.2.is_some(),
            has_alias: flags.3.is_some(),
            links,
        }
    })
}

pub(super) fn cases() -> impl Strategy<Value = Case> {
    let series = select(vec![
        NewSeries::None,
        NewSeries::Named("Alpha".to_owned()),
        NewSeries::Named("beta".to_owned()),
        NewSeries::Named("It's: new".to_owned()),
    ]);
    let asked =
        (weighted(0.7, select(&DATES[..])), weighted(0.5, select(&SLUGS[..])), weighted(0.4, series), any::<bool>());
    (vec(post(), 1..5), select(&PATTERNS[..]), vec(link(), 0..3), any::<Index>(), asked).prop_map(
        |(mut posts, pattern, about, at, (date, slug, series, shift))| {
            for (at, post) in posts.iter_mut().enumerate() {
                (post.number, post.slug) = (at, SLUGS[at]);
            }
            Case { posts, pattern, about, at, date, slug, series, shift: shift && date.is_some() }
        },
    )
}
