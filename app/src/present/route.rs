//! How a CA is reached.

use tabcert_issuance::effect::Route;

/// In a word or two.
pub(crate) fn short(route: Route) -> &'static str {
    match route {
        Route::Direct => "directly",
        Route::Edge => "through the edge",
    }
}

/// In a sentence.
pub(crate) fn sentence(route: Route) -> &'static str {
    match route {
        Route::Direct => "This browser talks to it directly, with nobody in between.",
        Route::Edge => {
            "It does not let web pages in, so the requests go through this site’s edge worker. They \
             are signed here, and the edge can neither change nor repeat them."
        }
    }
}
