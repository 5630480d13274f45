//! What the suites share: [`native`], the shell that runs the flow without a browser, [`browser`],
//! a real browser with the page, [`edge_support`], an edge with everything around it, and
//! [`foreign`], certificates that were made elsewhere.
//!
//! The servers themselves are started by `tabcert-harness`.

pub mod browser;
pub mod edge_support;
pub mod foreign;
pub mod native;
