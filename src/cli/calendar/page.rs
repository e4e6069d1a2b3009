//! The calendar as a page of its own.

use rustc_hash::FxHashMap;
use serde::Serialize;
use tera::{Context, Tera};

use super::{Rows, Text, away, day, head, notes, what};
use crate::site::{Entry, Site};

#[derive(Serialize)]
struct Table {
    head: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    day: String,
    state: &'static str,
    title: String,
    notes: String,
    away: String,
}

/// The page; it needs nothing but itself.
pub(super) fn render(site: &Site, all: &[Rows<'_>], texts: &FxHashMap<String, Text>) -> String {
    let row = |rows: &Rows<'_>, entry: &Entry<'_>| Row {
        day: day(entry),
        state: entry.state.name(),
        title: what(rows.series, entry),
        notes: notes(entry, texts),
        away: away(site, entry),
    };
    let table = |rows: &Rows<'_>| Table {
        head: head(site, rows.series),
        rows: rows.entries.iter().map(|entry| row(rows, entry)).collect(),
    };
    let mut context = Context::new();
    context.insert("title", &site.config.title);
    context.insert("language", &site.config.language);
    context.insert("tables", &all.iter().map(table).collect::<Vec<_>>());
    let mut tera = Tera::default();
    tera.add_raw_template("calendar.html", include_str!("page.html")).expect("the template is tested");
    tera.render("calendar.html", &context).expect("the template is tested")
}
