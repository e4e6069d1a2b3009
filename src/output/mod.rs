//! What is written where: pages, feeds, the sitemap, assets; the manifest and the writer.
//!
//! *Architecture Invariant:* everything is rendered, and every error found, before the
//! first byte is written; nothing else in the crate writes a site's output.

mod asset;
pub(crate) mod calendar;
mod feed;
mod folder;
mod json_ld;
mod key;
mod manifest;
mod page;
mod plan;
mod reference;
mod scaffold;
mod series;
mod sitemap;
mod source_page;
mod swap;
mod transaction;
mod writer;
mod xml;

use crate::diagnostics::Diagnostic;
use crate::template::{Rope, View};

pub use asset::Assets;
pub use folder::OutputFolder;
pub use key::Key;
pub use manifest::last_written;
pub use plan::{Copied, Plan};
pub use reference::Download;
pub use scaffold::{create, replace};
pub use transaction::Transaction;
pub use writer::{Artifact, Content, Error, Written};

/// Renders an artifact; what it reads is recorded by the view.
///
/// # Errors
/// What is wrong in a template.
pub fn render(key: &Key, view: View<'_>) -> Result<Rope, Box<Diagnostic>> {
    match key {
        Key::Feed(scope, format) => Ok(feed::render(scope, *format, view)),
        Key::Calendar(slug) => Ok(calendar::render(slug, view)),
        Key::Sitemap => Ok(sitemap::whole(view).into()),
        Key::SitemapPart(number) => Ok(sitemap::part(*number, view).into()),
        Key::Robots => Ok(sitemap::robots(view).into()),
        Key::AllSources => Ok(reference::all(view)),
        page => page::render(page, view),
    }
}
