//! What posts said would come, and what became of it.

use jiff::ZonedDateTime;

use super::Report;
use crate::diagnostics::Span;
use crate::markdown::Body;
use crate::site::{Coming, Page, Place, Series, Site, is_called};
use crate::source::{SourcePath, SourceTree};

/// Something that a post said would come.
#[derive(Debug)]
pub struct Promise<'a> {
    /// The post.
    pub by: &'a Page,
    /// Its series, and its place there.
    pub series: &'a Series,
    /// Its place in it.
    pub place: Place,
    /// What it promised: a title, or the author's words.
    pub what: String,
    /// Where it says so.
    pub at: Span,
    /// When it was to come, when it was promised as the next of a series with a cadence.
    pub due: Option<ZonedDateTime>,
    /// What became of it.
    pub state: PromiseState<'a>,
}

/// What became of a promise.
#[derive(Debug, Clone, Copy)]
pub enum PromiseState<'a> {
    /// It came as it was promised.
    Kept(&'a Page),
    /// It came, after others.
    KeptLate(&'a Page),
    /// Its time has not come.
    Open,
    /// Its time has passed, and nothing came instead.
    Late,
    /// Something else came instead; it is still to come.
    Changed(&'a Page),
    /// It is neither written nor planned any more.
    Dropped,
}

impl PromiseState<'_> {
    /// As it is named.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Kept(_) => "kept",
            Self::KeptLate(_) | Self::Late => "late",
            Self::Open => "open",
            Self::Changed(_) => "changed",
            Self::Dropped => "dropped",
        }
    }
}

/// What a post points to, before it is known what became of it.
enum Pointed<'a> {
    /// The next part, in words that name nothing else.
    Next,
    Post(&'a Page),
    Coming(&'a Coming),
    Nothing,
}

/// Every promise of the posts that are out, oldest first.
pub fn promises<'a>(report: &'a Report, tree: &SourceTree) -> Vec<Promise<'a>> {
    let site: &Site = &report.site;
    let mut all = Vec::new();
    let bodies: Vec<(&Page, &Body)> = report.bodies().collect();
    for (post, body) in bodies.into_iter().rev() {
        let Some(place) = post.place() else { continue };
        let series = &site.series[place.series];
        let teller = Teller { site, post, place, series };
        if let Some(words) = &post.document.front.next_week {
            let at = post.document.place_of("next_week", words);
            let pointed = teller.named(words);
            let what = match pointed {
                Pointed::Post(page) => page.title.clone(),
                Pointed::Coming(coming) => coming.title.clone(),
                _ => words.clone(),
            };
            all.push(teller.promise(what, at, &pointed, true));
        }
        all.extend(teller.links(body, tree));
    }
    all
}

struct Teller<'a> {
    site: &'a Site,
    post: &'a Page,
    place: Place,
    series: &'a Series,
}

impl<'a> Teller<'a> {
    /// Links to parts that came later, and to what has not come.
    fn links(&self, body: &Body, tree: &SourceTree) -> Vec<Promise<'a>> {
        let text = tree.text(self.post.path());
        let later = body.mentions.iter().filter_map(|path| self.site.page(path)).filter(|page| self.is_later(page));
        let kept = later.map(|page| {
            let file = page.path().rsplit('/').next().unwrap_or_default().to_owned();
            let place = text.and_then(|text| Some(text.span(text.text.find(&file).map(|at| at..at + file.len())?)));
            let at = place.unwrap_or_else(|| self.post.document.top());
            self.promise(page.title.clone(), at, &Pointed::Post(page), self.is_next(page))
        });
        let open = body.forward.iter().map(|link| {
            let at = text.map_or_else(|| self.post.document.top(), |text| text.span(link.range.clone()));
            let is_turn = link.to.starts_with("next:");
            let coming = self.coming(&link.to);
            let pointed = if is_turn { Pointed::Next } else { coming.map_or(Pointed::Nothing, Pointed::Coming) };
            let what = match &pointed {
                Pointed::Coming(coming) => coming.title.clone(),
                _ if is_turn => "the next part".to_owned(),
                _ => link.to.clone(),
            };
            self.promise(what, at, &pointed, is_turn)
        });
        kept.chain(open).collect()
    }

    fn promise(&self, what: String, at: Span, pointed: &Pointed<'a>, is_next: bool) -> Promise<'a> {
        let own = if let Pointed::Coming(coming) = pointed { coming.date.clone() } else { None };
        let due = if is_next { self.due() } else { own };
        let state = self.state(pointed, is_next, due.as_ref());
        Promise { by: self.post, series: self.series, place: self.place, what, at, due, state }
    }

    /// The slot after that of the post.
    fn due(&self) -> Option<ZonedDateTime> {
        let slots = self.site.slots(self.series)?;
        let own = slots.nearest(self.post.date.as_ref()?.date())?;
        slots.from(own.day.tomorrow().ok()?).find(|slot| !slot.is_paused).map(|slot| slot.at)
    }

    fn state(&self, pointed: &Pointed<'a>, is_next: bool, due: Option<&ZonedDateTime>) -> PromiseState<'a> {
        let after = self.after();
        let has_passed = due.is_some_and(|due| due.timestamp() <= self.site.instant.now);
        match pointed {
            Pointed::Post(page) if !is_next || after.is_some_and(|next| next.path() == page.path()) => {
                PromiseState::Kept(page)
            }
            Pointed::Post(page) => PromiseState::KeptLate(page),
            Pointed::Coming(_) => match after.filter(|_| is_next) {
                Some(other) => PromiseState::Changed(other),
                None if has_passed => PromiseState::Late,
                None => PromiseState::Open,
            },
            Pointed::Nothing if after.is_some() => PromiseState::Dropped,
            Pointed::Next | Pointed::Nothing if self.series.is_finished => PromiseState::Dropped,
            Pointed::Next | Pointed::Nothing if has_passed => PromiseState::Late,
            Pointed::Next | Pointed::Nothing => PromiseState::Open,
        }
    }

    /// What an author means by the words of `next_week`.
    fn named(&self, words: &str) -> Pointed<'a> {
        let parts = self.series.parts.iter().map(|at| &self.site.posts[*at]);
        let mut later = parts.filter(|page| self.is_later(page));
        if let Some(page) = later.find(|page| is_called(&page.document, words)) {
            return Pointed::Post(page);
        }
        self.coming(words).map_or(Pointed::Nothing, Pointed::Coming)
    }

    /// The instalment to come of a file, slug or title.
    fn coming(&self, name: &str) -> Option<&'a Coming> {
        let all = self.site.series.iter().flat_map(|series| &series.coming);
        let planned = self.site.planned_title(name);
        all.into_iter().find(|coming| {
            let is_file = coming.document.as_ref().is_some_and(|document| is_called(document, name));
            is_file
                || coming.slug.as_deref() == Some(name)
                || coming.title.eq_ignore_ascii_case(name)
                || planned == Some(coming.title.as_str())
        })
    }

    /// The part that came next.
    fn after(&self) -> Option<&'a Page> {
        let parts = self.series.parts.iter().map(|at| &self.site.posts[*at]);
        parts.filter(|page| self.is_later(page)).min_by_key(|page| page.date.as_ref().map(ZonedDateTime::timestamp))
    }

    fn is_next(&self, page: &Page) -> bool {
        self.after().is_some_and(|next| next.path() == page.path())
    }

    fn is_later(&self, page: &Page) -> bool {
        match (&self.post.date, &page.date) {
            (Some(own), Some(other)) => other.timestamp() > own.timestamp(),
            _ => false,
        }
    }
}

impl Promise<'_> {
    /// The file of the post that makes it.
    pub fn path(&self) -> &SourcePath {
        self.by.path()
    }
}
