//! Panics: where they were goes to the console. That the page has ended is said by `app/js/boot.js`,
//! since nothing of this module can be relied on then.

use std::panic;

use web_sys::console;

/// Has panics say in which file and line they were. What they say may be the visitor's, and stays unsaid.
pub(crate) fn tell() {
    panic::set_hook(Box::new(|info| {
        if let Some(place) = info.location() {
            // Of a dependency, its name and what is below it: where it was compiled is nobody's business.
            let parts: Vec<_> = place.file().rsplitn(4, '/').take(3).collect();
            let file = parts.into_iter().rev().collect::<Vec<_>>().join("/");
            let words = format!("panicked at {file}:{}", place.line());
            console::error_1(&words.into());
        }
    }));
}
