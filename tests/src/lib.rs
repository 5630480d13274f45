//! What the suites share: [`native`], the shell that runs the flow without a browser, [`browser`],
//! a real browser with the page, and [`edge_support`], an edge with everything around it.
//!
//! The servers themselves are started by `tabcert-harness`.

pub mod browser;
pub mod edge_support;
pub mod native;
