//! What was asked for, as changes of front matters and of names.

use std::sync::Arc;

use jiff::ZonedDateTime;
use jiff::civil::Date;

use super::planner::Planner;
use super::{NewSeries, Refused, schedule};
use crate::content::{Document, Kind, slugify};
use crate::diagnostics::{Diagnostic, nearest};
use crate::output::Error;
use crate::site::Page;
use crate::source::{SourcePath, SourceText};

impl Planner<'_> {
    /// The post's own front matter and name.
    pub(super) fn change_post(&mut self) -> Result<(), Refused> {
        let path = Arc::clone(&self.request.post);
        self.draft(&path)?;
        let document = Arc::clone(&self.documents[&path].value);
        if document.kind != Kind::Post {
            return Err(Error::new(format!("{path} is no post, and only posts can be moved")).into());
        }
        if let Some(slug) = self.request.slug.clone() {
            self.check_slug(&document, &slug)?;
        }
        let (date, slug) = (self.request.date.clone(), self.request.slug.clone());
        if date.as_ref().is_some_and(|date| !date.has_time()) {
            self.written_day(&path)?;
        }
        let draft = self.draft(&path)?;
        if let Some(date) = &date
            && (document.front.date.is_some() || document.name_date.is_none() || date.has_time())
        {
            draft.date(|old| date.instead_of(old));
        }
        let written_slug = slug.as_deref().filter(|_| document.front.slug.is_some());
        if let Some(slug) = written_slug {
            draft.text("slug", slug);
        }
        let named_slug = slug.as_deref().filter(|_| written_slug.is_none());
        self.moves.add(&document, date.as_ref().map(schedule::NewDate::day), named_slug);
        match self.request.series.clone() {
            Some(NewSeries::Named(name)) => self.change_series(&path, &name),
            Some(NewSeries::None) => self.leave_series(&path),
            None => Ok(()),
        }
    }

    /// A slug must be what comes of it in an address, and as a file's name be read as itself.
    fn check_slug(&self, document: &Document, slug: &str) -> Result<(), Error> {
        let plain = slugify(slug, self.config.slugs);
        if plain != slug || slug.is_empty() {
            let error = Error::new(format!("`{slug}` is no slug"));
            let help = "a slug is made of small letters, digits and hyphens";
            return Err(if plain.is_empty() { error.help(help) } else { error.help(format!("{help}: {plain}")) });
        }
        let mut moves = super::moves::Moves::default();
        moves.add(document, None, Some(slug));
        let again = Document::read(&SourceText::new(moves.of(document.path()), "")).value;
        let is_read = again.stem == slug && again.bundle.is_some() == document.bundle.is_some();
        if document.front.slug.is_some() || is_read && again.name_date == document.name_date {
            return Ok(());
        }
        Err(Error::new(format!("a file of the name `{slug}` would be read as something else"))
            .help("a slug that begins as a date does, or is `index`, can only stand in the front matter: `slug: …`"))
    }

    fn change_series(&mut self, path: &str, wanted: &str) -> Result<(), Refused> {
        let name = wanted.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(Error::new("a series has a name".to_owned())
                .help("to take the post out of its series: --no-series")
                .into());
        }
        let known = &self.before.all.series;
        let found = known.iter().find(|series| series.slug == name || series.title.eq_ignore_ascii_case(&name));
        let title = found.map_or_else(|| name.clone(), |series| series.title.clone());
        if found.is_none() {
            let near = nearest(&name, known.iter().map(|series| series.title.as_str()));
            let hint = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
            self.notes.push(format!("\"{name}\" is a new series{hint}"));
        }
        if slugify(&title, self.config.slugs).is_empty() {
            return Err(Error::new(format!("`{title}` has no letter or digit to make an address of")).into());
        }
        let present = self.before.all.page(path).and_then(Page::place);
        let is_there = present.is_some_and(|place| found.is_some_and(|found| found.slug == known[place.series].slug));
        if !is_there {
            self.draft(path)?.series(&title);
        }
        Ok(())
    }

    fn leave_series(&mut self, path: &str) -> Result<(), Refused> {
        let draft = self.draft(path)?;
        if draft.series_count() < 2 {
            draft.remove("series");
            return Ok(());
        }
        let place = self.documents[path].value.place_of("series", "");
        let message = "this post is in several series, and which one it leaves is not said";
        let help = "take the series out of the list by hand";
        Err(Box::new(Diagnostic::error("series", message).at(place).help(help)).into())
    }

    /// The instalments behind the post that are not out, by as many slots of their series as
    /// the post moves, or as many days where the series has no cadence.
    pub(super) fn shift(&mut self) -> Result<(), Refused> {
        let path = Arc::clone(&self.request.post);
        let nothing =
            |why: &str| Error::new(format!("{path} {why}, so no instalment follows it")).help("leave --shift out");
        let Some(new) = self.request.date.as_ref().map(schedule::NewDate::day) else {
            return Err(nothing("gets no other date").into());
        };
        let old = self.written_day(&path)?.ok_or_else(|| nothing("has no date"))?;
        let Some(place) = self.before.all.page(&path).and_then(Page::place) else {
            return Err(nothing("is in no series").into());
        };
        let behind = self.behind(&path);
        if behind.is_empty() {
            self.notes.push("no instalment that is not out follows it".to_owned());
        }
        let mut days = Vec::new();
        for path in &behind {
            days.extend(self.written_day(path)?);
        }
        let slots = self.before.all.slots(&self.before.all.series[place.series]);
        let days = schedule::following((old, new), &days, slots)
            .ok_or_else(|| Error::new("an instalment would come out after the last day there is".to_owned()))?;
        for (path, day) in behind.iter().zip(days) {
            let document = Arc::clone(&self.documents[path].value);
            if document.front.date.is_some() {
                self.draft(path)?.date(|old| schedule::on(day, old));
            }
            self.moves.add(&document, Some(day), None);
        }
        Ok(())
    }

    /// The parts of the post's series that are dated after it and not out, by date.
    fn behind(&self, path: &str) -> Vec<SourcePath> {
        let sites = &self.before;
        let Some((post, place)) = sites.all.page(path).and_then(|post| Some((post, post.place()?))) else {
            return Vec::new();
        };
        let moment = |page: &Page| page.date.as_ref().map(ZonedDateTime::timestamp);
        let parts = sites.all.series[place.series].parts.iter().map(|at| &sites.all.posts[*at]);
        let later = parts.filter(|part| moment(part) > moment(post) && sites.public.page(part.path()).is_none());
        let mut behind: Vec<&Page> = later.collect();
        behind.sort_by_key(|part| (moment(part), Arc::clone(part.path())));
        behind.into_iter().map(|part| Arc::clone(part.path())).collect()
    }

    /// The day of a document as its author wrote it.
    fn written_day(&mut self, path: &str) -> Result<Option<Date>, Refused> {
        let document = Arc::clone(&self.documents[path].value);
        if document.front.date.is_none() {
            return Ok(document.name_date);
        }
        let written = self.draft(path)?.original("date").unwrap_or_default();
        let day = schedule::day(&written).ok_or_else(|| {
            let message = format!("`{written}` is a date that cannot be moved as it is written");
            let place = document.place_of("date", &written);
            Box::new(
                Diagnostic::error("front-matter-form", message)
                    .at(place)
                    .help("write it as 2026-01-06 or \"2026-01-06 09:00\""),
            )
        })?;
        Ok(Some(day))
    }
}
