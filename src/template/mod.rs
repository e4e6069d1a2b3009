//! Tera: themes, the engine, its functions and filters, and the recorded view of the
//! site.
//!
//! *Architecture Invariant:* templates get data only through a [`View`], which notes
//! each read with the fingerprint of what it found. Tera's functions own no site.

pub(crate) mod context;
mod engine;
mod feed;
mod functions;
mod picture;
mod report;
pub(crate) mod rope;
mod theme;
mod view;
mod world;

pub(crate) use functions::script_safe;

pub use engine::{Engine, KINDS};
pub use feed::{Format, Scope};
pub use rope::Rope;
pub use theme::{DEFAULT, Theme};
pub use view::View;
pub use world::{BodyTable, Listing, Read, World, picture_sizes};
