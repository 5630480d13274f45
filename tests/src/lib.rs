//! What the suites share: the native shell that runs the flow without a browser.
//!
//! The servers themselves are started by `tabcert-harness`.

pub mod native;
