//! A real browser, driven as a visitor drives it, and what can be said afterwards about what it
//! sent and what it saved.
//!
//! Start at [`Browser::run`]: it opens Tabcert in headless Chromium and hands a [`Page`] to the
//! journey. What the visitor sees and does there in Tabcert's terms is [`Tabcert`]. After the journey
//! the [`Record`] holds every byte that the browser sent, to be searched for [`Traces`]; what was
//! saved is judged by [`openssl`], which shares no code with Tabcert.

pub mod accessibility;
mod account;
mod browser_process;
mod downloads;
mod measured;
pub mod openssl;
mod page;
mod record;
mod tabcert;
mod traces;
mod watched;
mod wrapping;

pub use account::rebuild_account_key;
pub use browser_process::{Browser, Finished, Mortal};
pub use downloads::Downloads;
pub use measured::Measured;
pub use page::Page;
pub use record::{Jws, Record, SentRequest};
pub use tabcert::{Chip, Facts, Tabcert, TxtRecord};
pub use traces::{Search, Traces};
pub use watched::WatchedPage;
