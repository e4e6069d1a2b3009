//! Links looked at over a network: one that is made up, and a real one that ends at this
//! machine.

mod fake;
mod links;
mod live;
mod network;
mod records;
pub(crate) mod server;
