//! The headers that every answer has, so that a browser refuses what the page does not need.

use std::cell::OnceCell;

use serde_json::json;
use tabcert_edge_api::path::API_VERSION;
use tabcert_edge_api::proxy::{MEDIA_TYPES, OTHER_MEDIA_TYPE, RELAY_HEADER, RESPONSE_HEADERS};

use crate::runtime;
use crate::target::{Target, host_of};

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The page and its files.
    Page,
    /// Data: never cached, never rendered.
    Api,
    /// Data for a CA that validates http-01, at any host.
    KeyAuthorization,
    /// What a CA answered.
    Relay,
}

/// `connect-src https:` because the visitor may name any CA; the page's own code is the only code.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:; connect-src 'self' https:; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; sandbox";

const COMMON: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

const PAGE: [(&str, &str); 3] = [
    ("content-security-policy", PAGE_POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
         gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), \
         usb=()",
    ),
];

const API: [(&str, &str); 2] = [
    ("content-security-policy", DATA_POLICY),
    ("cache-control", "no-store"),
];

/// RFC 8555 §8.3: "The server SHOULD provide it with the content type application/octet-stream".
const KEY_AUTHORIZATION: [(&str, &str); 1] = [("content-type", "application/octet-stream")];

/// The media type is this one unless the CA's own is one of ACME.
const RELAY: [(&str, &str); 2] = [("content-type", OTHER_MEDIA_TYPE), (RELAY_HEADER, "1")];
// The mark says which version this is.
const _: () = assert!(API_VERSION == 1);

/// Two years, as browsers' preload lists ask for. A browser keeps it for the whole host, also for what
/// others serve there: so it is for the edge's own host alone. Most hosts that ask for challenges
/// are others', and get a certificate because https does not work there yet.
const HSTS: (&str, &str) = ("strict-transport-security", "max-age=63072000");

/// What the store says about a file that is still true for the page. The runtime packs the body again
/// where it unpacked it.
const PASSED_WITH_FILES: [&str; 5] = [
    "content-encoding",
    "content-type",
    "etag",
    "location",
    "vary",
];

thread_local! {
    // Made once: for each request they are copied inside the runtime, which is far cheaper than
    // handing over every name and value again.
    static DEFINED: [OnceCell<()>; 8] = const { [const { OnceCell::new() }; 8] };
}

/// The number that `runtime.js` knows these headers by. `pinned` is whether browsers are told to use
/// https only at this host.
pub(crate) fn number(kind: Kind, pinned: bool) -> u32 {
    let index = kind as usize * 2 + usize::from(pinned);
    DEFINED.with(|defined| {
        defined[index].get_or_init(|| {
            let headers = json!(list(kind, pinned).collect::<Vec<_>>()).to_string();
            let passed = json!(passed(kind)).to_string();
            let types = (kind == Kind::Relay).then(|| json!(MEDIA_TYPES).to_string());
            runtime::define_kind(index as u32, &headers, &passed, types.as_deref());
        });
    });
    index as u32
}

/// Whether an answer pins https: to a request by https (RFC 6797 §7.2) at the host that the operator has
/// said is the edge's own, with the variable `EDGE_ORIGIN`. Without it nobody knows whose host it is.
pub(crate) fn pins(target: &Target<'_>, edge_origin: Option<&str>) -> bool {
    target.is_https()
        && edge_origin
            .is_some_and(|own| own.starts_with("https://") && host_of(own) == target.host())
}

fn list(kind: Kind, pinned: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    let special: &[_] = match kind {
        Kind::Page => &PAGE,
        Kind::Api | Kind::KeyAuthorization | Kind::Relay => &API,
    };
    let own: &[_] = match kind {
        Kind::KeyAuthorization => &KEY_AUTHORIZATION,
        Kind::Relay => &RELAY,
        Kind::Page | Kind::Api => &[],
    };
    COMMON
        .into_iter()
        .chain(special.iter().copied())
        .chain(own.iter().copied())
        .chain((pinned && kind != Kind::KeyAuthorization).then_some(HSTS))
}

/// The headers of another server's answer that an answer of this kind passes on.
fn passed(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Page => &PASSED_WITH_FILES,
        Kind::Relay => &RESPONSE_HEADERS,
        Kind::Api | Kind::KeyAuthorization => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(kind: Kind, https: bool, name: &str) -> Option<&'static str> {
        list(kind, https).find_map(|(n, value)| (n == name).then_some(value))
    }

    #[test]
    fn the_page_runs_its_own_code_only() {
        let policy = value(Kind::Page, true, "content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert!(!policy.contains("  ") && !policy.contains('\n'));
    }

    #[test]
    fn data_is_neither_stored_nor_rendered() {
        assert_eq!(value(Kind::Api, true, "cache-control"), Some("no-store"));
        let policy = value(Kind::Api, true, "content-security-policy").expect("a policy");
        assert!(policy.contains("sandbox"));
    }

    #[test]
    fn https_is_pinned_at_the_edges_own_host_alone() {
        let own = Some("https://edge.example");
        for (url, edge_origin, expected) in [
            ("https://edge.example/", own, true),
            ("https://EDGE.example.:443/x", own, true),
            ("https://edge.example:8443/", own, true),
            ("http://edge.example/", own, false),
            ("https://theirs.example/", own, false),
            ("https://www.edge.example/", own, false),
            ("https://edge.example/", None, false),
            ("https://edge.example/", Some("http://edge.example"), false),
        ] {
            let pinned = pins(&Target::parse(url), edge_origin);
            assert_eq!(pinned, expected, "{url} {edge_origin:?}");
        }
        for kind in [Kind::Page, Kind::Api, Kind::Relay] {
            assert!(value(kind, true, HSTS.0).is_some());
            assert!(value(kind, false, HSTS.0).is_none());
        }
        assert!(value(Kind::KeyAuthorization, true, HSTS.0).is_none());
    }

    #[test]
    fn what_is_about_pages_is_for_the_page() {
        for name in ["permissions-policy", "cross-origin-opener-policy"] {
            assert!(value(Kind::Page, false, name).is_some());
            for kind in [Kind::Api, Kind::KeyAuthorization, Kind::Relay] {
                assert!(value(kind, true, name).is_none());
                assert_eq!(
                    value(kind, false, "x-content-type-options"),
                    Some("nosniff")
                );
            }
        }
    }
}
