//! Tera: themes, the engine, its functions and filters, and the recorded view of the
//! site.
//!
//! *Architecture Invariant:* templates get data only through a [`View`], which notes
//! each read. Tera's functions own no site.

mod archetype;
pub(crate) mod context;
pub mod data;
mod engine;
mod feed;
mod functions;
mod mentions;
mod read;
mod report;
pub(crate) mod rope;
mod source_index;
mod summary;
mod theme;
mod view;
mod world;

pub(crate) use functions::script_safe;

pub use archetype::fill_archetype;
pub use engine::{Engine, KINDS};
pub use feed::{Format, Scope};
pub use mentions::{Mention, Mentions};
pub use read::{Listing, Marks, Read};
pub use rope::Rope;
pub use source_index::{CitedSource, SourceIndex};
pub use summary::{Card, Summary};
pub use tera::Value;
pub use theme::{DEFAULT, Theme};
pub use view::View;
pub use world::{AssetAddresses, Citing, RenderedBody, World};
