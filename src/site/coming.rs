//! What is to come in a series and is not out yet.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};
use rustc_hash::FxHashMap;

use super::resolve::Resolver;
use super::series::{Names, Series};
use super::slots::{Slot, Slots, pause_on};
use super::{Page, slugify};
use crate::content::{Document, FrontMatter, Planned, When};
use crate::source::SourcePath;

/// An instalment that is not out.
#[derive(Debug, Clone)]
pub struct Coming {
    /// Its title.
    pub title: String,
    /// When it comes out. A plan without a date has that of the next free slot.
    pub date: Option<ZonedDateTime>,
    /// How far it is.
    pub state: ComingState,
    /// The last part of the address that it is planned under.
    pub slug: Option<String>,
    /// The file it is written in.
    pub document: Option<Arc<Document>>,
    /// Whether readers may know its title.
    pub is_announced: bool,
    /// Whether its date is only that of the next free slot.
    pub is_floating: bool,
}

/// How far an instalment is that is not out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ComingState {
    /// Written; its date has not come.
    Scheduled,
    /// Written, and not to be published as it is.
    Draft,
    /// Not written yet.
    Planned,
}

/// What readers are told of what comes next in a series.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Teaser {
    /// The instalment that comes out next.
    pub next: Option<Upcoming>,
    /// The pause that the series is in.
    pub pause: Option<Break>,
}

/// An instalment that is to come, as far as readers may know of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Upcoming {
    /// Its title, when the series announces titles or it is planned in public.
    pub title: Option<String>,
    /// When it comes out.
    pub date: ZonedDateTime,
}

/// A pause as readers are told of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Break {
    /// When the series goes on; nobody knows when the pause has no end.
    pub until: Option<ZonedDateTime>,
    /// Why.
    pub reason: Option<String>,
}

impl Coming {
    /// Whether it is a draft, of which readers hear nothing.
    pub fn is_draft(&self) -> bool {
        self.state == ComingState::Draft
    }
}

/// A plan's address within the series.
pub(super) fn planned_slug(planned: &Planned, slugs: crate::config::Slugs) -> String {
    planned.slug.clone().unwrap_or_else(|| slugify(&planned.title, slugs))
}

impl Resolver<'_> {
    /// Gives each series what is to come in it.
    pub(super) fn await_instalments(&mut self, posts: &[Page], all: &mut [Series], names: &mut Names) {
        for document in std::mem::take(&mut self.unpublished) {
            for reference in &document.front.series {
                let Some(at) = self.known(&reference.name, names) else { continue };
                let state = if document.front.draft { ComingState::Draft } else { ComingState::Scheduled };
                let is_announced = all[at].front().is_some_and(|front| front.announce);
                all[at].coming.push(Coming {
                    title: document.title(),
                    date: self.date(&document),
                    state,
                    slug: None,
                    document: Some(Arc::clone(&document)),
                    is_announced,
                    is_floating: false,
                });
            }
        }
        for series in all.iter_mut() {
            self.plan(posts, series);
            series.coming.sort_by_cached_key(|coming| {
                let path = coming.document.as_ref().map(|document| Arc::clone(document.path()));
                (coming.date.is_none(), coming.date.as_ref().map(ZonedDateTime::timestamp), path)
            });
            self.look_ahead(posts, series);
        }
        self.next_change = all.iter().filter_map(|series| series.turns).chain(self.next_change).min();
    }

    /// Adds what is planned and not written, each to its slot.
    fn plan(&self, posts: &[Page], series: &mut Series) {
        let Some(described) = series.document.clone() else { return };
        let front = &described.front;
        let slots = series.slots(front, self.config, posts);
        for planned in &front.planned {
            let slug = planned_slug(planned, self.config.slugs);
            let is_out = series.parts.iter().any(|post| is_written_as(&posts[*post].document, planned, &slug, self));
            let written = series.coming.iter_mut().find(|coming| {
                coming.document.as_ref().is_some_and(|document| is_written_as(document, planned, &slug, self))
            });
            if let Some(written) = written {
                written.is_announced = true;
                written.slug = Some(slug);
            } else if !is_out {
                let time = slots.map_or(self.config.publish_at, |slots| slots.time());
                series.coming.push(Coming {
                    title: planned.title.clone(),
                    date: planned.date.map(|date| date.resolve(&self.config.timezone, time)),
                    state: ComingState::Planned,
                    slug: Some(slug),
                    document: None,
                    is_announced: true,
                    is_floating: planned.date.is_none(),
                });
            }
        }
        if let Some(slots) = slots {
            let out = series.parts.iter().filter_map(|post| Some(posts[*post].date.as_ref()?.date()));
            self.fill(slots, &out.collect::<Vec<_>>(), &mut series.coming);
        }
    }

    /// Gives plans without a date the free slots to come, in the order they are written in.
    fn fill(&self, slots: Slots<'_>, out: &[Date], coming: &mut [Coming]) {
        if !coming.iter().any(|one| one.is_floating) {
            return;
        }
        let now = self.instant.now;
        let dated = coming.iter().filter_map(|one| one.date.as_ref().map(ZonedDateTime::date));
        let days = dated.chain(out.iter().copied());
        let taken: Vec<Date> = days.filter_map(|day| Some(slots.nearest(day)?.day)).collect();
        let free = slots.from(self.today()).filter(|slot| slot.at.timestamp() > now && !slot.is_paused);
        let mut free = free.filter(|slot| !taken.contains(&slot.day));
        for one in coming.iter_mut().filter(|one| one.is_floating) {
            one.date = free.next().map(|slot| slot.at);
        }
    }

    /// What readers are told, and when that is another thing.
    fn look_ahead(&self, posts: &[Page], series: &mut Series) {
        let now = self.instant.now;
        let next = series
            .coming
            .iter()
            .find(|one| !one.is_draft() && one.date.as_ref().is_some_and(|date| date.timestamp() > now));
        let next = next.and_then(|one| {
            let title = one.is_announced.then(|| one.title.clone());
            Some(Upcoming { title, date: one.date.clone()? })
        });
        let described = series.document.clone();
        let front = described.as_ref().map(|document| &document.front);
        let ends = front.and_then(|front| front.ends);
        let has_ended = ends.is_some_and(|ends| self.today() > ends) && series.to_come() == 0;
        series.is_finished = front.is_some_and(|front| front.finished) || has_ended;
        let slots = front.and_then(|front| series.slots(front, self.config, posts));
        let pause = front.and_then(|front| self.pause(front, slots, next.as_ref()));
        series.turns = front.and_then(|front| self.turns(front, slots, &series.coming));
        series.teaser = if series.is_finished { Teaser::default() } else { Teaser { next, pause } };
    }

    /// The pause that the series is in: it holds today, or the next slot.
    fn pause(&self, front: &FrontMatter, slots: Option<Slots<'_>>, next: Option<&Upcoming>) -> Option<Break> {
        let now = self.instant.now;
        let coming = slots.and_then(|slots| slots.from(self.today()).find(|slot| slot.at.timestamp() > now));
        let ahead = coming.and_then(|slot| pause_on(front, slot.day));
        let pause = pause_on(front, self.today()).or(ahead)?;
        if next.is_some_and(|next| next.date.date() < pause.from) {
            return None;
        }
        let first_after = pause.to.and_then(|to| to.tomorrow().ok());
        let slot = first_after.and_then(|day| slots.and_then(|slots| slots.from(day).find(|slot| !slot.is_paused)));
        let until = slot
            .map(|slot| slot.at)
            .or_else(|| first_after.map(|day| When::Date(day).resolve(&self.config.timezone, self.config.publish_at)));
        Some(Break { until, reason: pause.reason.clone() })
    }

    /// The next moment at which the clock alone changes what is told: a slot passes that
    /// something was planned for, a pause begins or ends, the series ends.
    fn turns(&self, front: &FrontMatter, slots: Option<Slots<'_>>, coming: &[Coming]) -> Option<Timestamp> {
        let now = self.instant.now;
        let planned = coming.iter().filter(|one| one.state == ComingState::Planned);
        let planned = planned.filter_map(|one| one.date.as_ref().map(ZonedDateTime::timestamp));
        let midnight =
            |day: Date| Some(When::Date(day).resolve(&self.config.timezone, jiff::civil::Time::midnight()).timestamp());
        let pauses =
            front.pauses.iter().flat_map(|pause| [Some(pause.from), pause.to.and_then(|to| to.tomorrow().ok())]);
        let ends = front.ends.and_then(|ends| ends.tomorrow().ok());
        let days = pauses.chain([ends]).flatten().filter_map(midnight);
        let slot = slots.and_then(|slots| self.last_before_pause(front, slots));
        planned.chain(days).chain(slot).filter(|at| *at > now).min()
    }

    /// When the last slot before a pause, or the last within it, passes: then what is next is
    /// another thing.
    fn last_before_pause(&self, front: &FrontMatter, slots: Slots<'_>) -> Option<Timestamp> {
        let last = front.pauses.iter().map(|pause| pause.to.unwrap_or(pause.from)).max()?;
        let ahead = slots.from(self.today()).filter(|slot| slot.at.timestamp() > self.instant.now);
        let mut before: Option<Slot> = None;
        for slot in ahead {
            if let Some(before) = before.filter(|before| before.is_paused != slot.is_paused) {
                return Some(before.at.timestamp());
            }
            if slot.day > last {
                return None;
            }
            before = Some(slot);
        }
        None
    }

    /// The day that it is in the site's time zone.
    fn today(&self) -> Date {
        self.instant.day(self.config)
    }

    /// The files in which what was planned is written, by the slugs of the plans: links to
    /// a plan lead there.
    pub(super) fn plans(&self, posts: &[Page], all: &[Series]) -> FxHashMap<String, Plan> {
        let mut plans = FxHashMap::default();
        for series in all {
            for planned in series.front().iter().flat_map(|front| &front.planned) {
                let slug = planned_slug(planned, self.config.slugs);
                let coming = series.coming.iter().find(|coming| coming.slug.as_ref() == Some(&slug));
                let out = series.parts.iter().map(|post| &posts[*post].document);
                let mut written = out.chain(series.coming.iter().filter_map(|coming| coming.document.as_ref()));
                let written = written.find(|document| is_written_as(document, planned, &slug, self));
                let date = coming.and_then(|coming| coming.date.clone());
                let plan = Plan {
                    written: written.map(|document| Arc::clone(document.path())),
                    date: date.filter(|date| date.timestamp() > self.instant.now),
                };
                plans.insert(slug, plan);
            }
        }
        plans
    }
}

/// A plan, as a link to it sees it.
#[derive(Debug)]
pub(super) struct Plan {
    /// The file it is written in by now.
    pub(super) written: Option<SourcePath>,
    /// When it comes out, unless that day has passed without it.
    pub(super) date: Option<ZonedDateTime>,
}

/// Whether a document is what was planned.
fn is_written_as(document: &Document, planned: &Planned, slug: &str, resolver: &Resolver<'_>) -> bool {
    let is_slug = |stem: &str| stem.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    let has_slug = match &document.front.slug {
        Some(own) => own == slug,
        None if is_slug(&document.stem) => document.stem == slug,
        None => slugify(&document.stem, resolver.config.slugs) == slug,
    };
    has_slug || document.title().eq_ignore_ascii_case(&planned.title)
}
