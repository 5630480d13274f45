//! The flow from the first contact to the certificate, with canned answers: every state's happy
//! end, its failures, its second attempts, and what it has to ignore.
//!
//! Start with `conversation` (who talks to the machine), `points` (how to get to a state) and `ca`
//! (a CA that keeps to RFC 8555).

mod answers;
mod asked;
mod ca;
mod conversation;
mod dice;
mod fixtures;
mod points;

mod authorizing;
mod connecting;
mod diagnosing;
mod downloading_and_checking;
mod errands;
mod failed;
mod finalizing;
mod gate;
mod interleavings;
mod killed;
mod lost_orders;
mod nonces;
mod ordering;
mod orders_stay;
mod passing;
mod proofs_resumed;
mod proving;
mod publishing;
mod redirecting;
mod registering;
mod renewing;
mod retries;
mod routes;
mod stale;
mod unnoticed;
mod validating;
mod whole_journeys;
