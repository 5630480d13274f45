//! The CAs that the page offers by name.
