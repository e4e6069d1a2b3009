//! The parts of a web page that tell what it is.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// What a page's markup says of it. No tree is built: only tags and their texts matter.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) title: Option<String>,
    pub(super) canonical: Option<String>,
    /// Where a browser says that it saved the page from.
    pub(super) saved_from: Option<String>,
    pub(super) language: Option<String>,
    /// The texts of its JSON-LD scripts.
    pub(super) json_ld: Vec<String>,
    metas: Vec<(String, String)>,
}

impl Page {
    pub(super) fn read(text: &str) -> Self {
        let sink = tokenise(text, Sink::default());
        sink.page.into_inner()
    }

    /// The contents of every `meta` of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.metas.iter().filter(move |(known, _)| known == name).map(|(_, content)| content.as_str())
    }

    /// The content of the first of these names that is there.
    pub(super) fn one(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.all(name).next()).map(str::to_owned)
    }

    fn tag(&mut self, tag: &Tag) {
        let get = |name: &str| {
            let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
            found.map(|attribute| one_line(&attribute.value)).filter(|value| !value.is_empty())
        };
        match &*tag.name {
            "html" => self.language = self.language.take().or_else(|| get("lang")),
            "link" if get("rel").is_some_and(|rel| rel.split(' ').any(|one| one.eq_ignore_ascii_case("canonical"))) => {
                self.canonical = self.canonical.take().or_else(|| get("href"));
            }
            "meta" => {
                let name = ["name", "property", "itemprop"].into_iter().find_map(get);
                if let (Some(name), Some(content)) = (name, get("content")) {
                    self.metas.push((name.to_lowercase(), content));
                }
            }
            _ => {}
        }
    }

    /// `saved from url=(0042)https://…` is what browsers write, `url: https://…` `SingleFile`.
    fn comment(&mut self, text: &str) {
        let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest.trim_start());
        let found = after("saved from url=").and_then(|rest| rest.split_once(')')).map(|(_, url)| url);
        let found = found.or_else(|| {
            after("Page saved with SingleFile").and_then(|rest| rest.split_once("url:")).map(|(_, url)| url)
        });
        let url = found.and_then(|url| url.split_whitespace().next());
        self.saved_from = self.saved_from.take().or_else(|| url.map(str::to_owned));
    }
}

/// The words of a text that may have character references and tags in it.
pub(super) fn unescaped(text: &str) -> String {
    if !text.contains(['&', '<']) {
        return one_line(text);
    }
    one_line(&tokenise(text, Sink { is_text: true, ..Sink::default() }).words.into_inner())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tokenise(text: &str, sink: Sink) -> Sink {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(text));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    // The sink never asks to stop, so one turn takes in all of it.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink
}

/// Whose text is being read.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Inside {
    #[default]
    Other,
    Title,
    JsonLd,
}

#[derive(Default)]
struct Sink {
    page: RefCell<Page>,
    inside: Cell<Inside>,
    words: RefCell<String>,
    /// Whether every text is wanted, and tags are not.
    is_text: bool,
}

impl Sink {
    fn open(&self, tag: &Tag) -> TokenSinkResult<()> {
        let mut page = self.page.borrow_mut();
        page.tag(tag);
        let is_json_ld = || {
            tag.attrs.iter().any(|attribute| {
                &*attribute.name.local == "type" && attribute.value.trim().eq_ignore_ascii_case("application/ld+json")
            })
        };
        let inside = match &*tag.name {
            "title" if page.title.is_none() => Inside::Title,
            "script" if is_json_ld() => Inside::JsonLd,
            _ => Inside::Other,
        };
        self.inside.set(inside);
        self.words.borrow_mut().clear();
        match &*tag.name {
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        }
    }

    fn close(&self) {
        let words = std::mem::take(&mut *self.words.borrow_mut());
        let mut page = self.page.borrow_mut();
        match self.inside.take() {
            Inside::Title => page.title = Some(one_line(&words)).filter(|title| !title.is_empty()),
            Inside::JsonLd => page.json_ld.push(words),
            Inside::Other => {}
        }
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag && !self.is_text => return self.open(&tag),
            Token::TagToken(_) if !self.is_text => self.close(),
            Token::CharacterTokens(text) if self.is_text || self.inside.get() != Inside::Other => {
                self.words.borrow_mut().push_str(&text);
            }
            Token::CommentToken(text) => self.page.borrow_mut().comment(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
