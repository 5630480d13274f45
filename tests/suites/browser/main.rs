//! Journeys of visitors in a real browser, from the first click to the saved file, against a real
//! CA (Pebble) and the edge worker on the real Workers runtime.
//!
//! Each journey has servers and a browser of its own ([`world`]). What a journey ends with is judged
//! by openssl ([`saved`]), and everything that the browser sent is searched for keys ([`keys_stay`]).

mod account_in_use;
mod accounts;
mod backup;
mod bad_names;
mod certificates;
mod coming_back;
mod dns01;
mod endings;
mod http01;
mod keyboard;
mod keys_stay;
mod labels_in_two_tabs;
mod leaving;
mod mending;
mod parts;
mod protection;
mod proxy;
mod reach;
mod redirect;
mod renewing;
mod revoking;
mod saved;
mod screenshots;
mod site_data_blocked;
mod two_tabs;
mod world;
