//! The built edge worker on the Workers runtime: what it does, and what it refuses.

mod attacks;
mod check;
mod cors;
mod faults;
mod issuance;
mod limits;
mod page;
mod proxy;
mod reach;
mod self_host;
mod stateless;
mod storage;
mod tokens;
