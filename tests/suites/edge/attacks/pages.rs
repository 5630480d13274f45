//! Pages of others, in their visitors' browsers.

use tabcert_tests::edge_support::Request;
use tabcert_tests::edge_support::world::new_token;

use super::{Attack, HOST, attack, target};

pub(super) fn origins() -> Vec<Attack> {
    let world = target();
    let proxied = format!("/api/v1/proxy/{}/directory", world.recorder.authority());
    let mut attacks = Vec::new();
    for origin in [
        "https://evil.example",
        "null",
        "*",
        "http://page.example",
        "https://page.example:8443",
        "https://page.example.evil.example",
        "https://evil-page.example",
        "https://PAGE.example",
        "https://page.example/",
        "https://page.example, https://evil.example",
        "http://localhost",
        "file://",
        "chrome-extension://abc",
    ] {
        for request in [
            Request::new("GET", &world.host(), &proxied),
            Request::new("OPTIONS", &world.host(), &proxied)
                .header("Access-Control-Request-Method", "POST"),
            world.write("PUT", HOST, &new_token()).request(),
        ] {
            let request = request.header("Origin", origin);
            attacks.push(attack(origin, 403, "originNotAllowed", request));
        }
    }
    attacks
}
