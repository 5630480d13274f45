//! What the edge suites are made of: an edge with everything around it ([`World`]), requests that
//! leave exactly as written ([`raw_http`]), servers that record what the edge sends ([`upstream`]) and what they answer ([`answers`]),
//! messages signed in every wrong way ([`signing`]), and token storage that fails as told ([`store`]).

pub mod answers;
pub mod raw_http;
pub mod signing;
pub mod store;
pub mod upstream;
pub mod world;

pub use raw_http::{Answer, Request};
pub use signing::{Signer, Write};
pub use store::{Store, StoreFault};
pub use upstream::{Recorded, Upstream};
pub use world::World;
