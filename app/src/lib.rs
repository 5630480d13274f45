//! The page: Leptos in the browser.
