//! Using a check to reach what is inside a network.

use serde_json::json;
use tabcert_tests::edge_support::Request;
use tabcert_tests::edge_support::world::new_token;

use super::{Attack, attack, target};

pub(super) fn requests() -> Vec<Attack> {
    let world = target();
    let request = |host: &str, token: &str, content_type: &str| {
        let thumbprint = world.owner.thumbprint();
        let body = json!({ "host": host, "token": token, "thumbprint": thumbprint });
        Request::new("POST", &world.host(), "/api/v1/check/http01")
            .body(content_type, body.to_string())
    };
    let mut attacks = Vec::new();
    for host in [
        "localhost",
        "127.0.0.1",
        "127.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "[::1]",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "right.example:8080",
        "right.example/../x",
        "right.example?x",
        "right.example#x",
        "user@right.example",
        "*.right.example",
        "right.example\r\nX: y",
        "right.example\0",
        "r\u{456}ght.example",
        "RIGHT.example",
        "right.example.",
        "",
    ] {
        let request = request(host, &new_token(), "application/json");
        attacks.push(attack(&format!("host {host:?}"), 400, "malformed", request));
    }
    for token in [
        "",
        "short",
        "../../../../../../../etc/passwd",
        "token that is long enough",
    ] {
        let request = request("right.example", token, "application/json");
        attacks.push(attack(
            &format!("token {token:?}"),
            400,
            "malformed",
            request,
        ));
    }
    for content_type in [
        "text/plain",
        "application/jose+json",
        "application/json; x=y",
    ] {
        let request = request("right.example", &new_token(), content_type);
        attacks.push(attack(content_type, 415, "unsupportedMediaType", request));
    }
    let mut long = request("right.example", &new_token(), "application/json");
    long.body.resize(1025, b' ');
    attacks.push(attack("padded", 413, "tooLarge", long));
    for body in [
        "",
        "[]",
        "null",
        "{}",
        "{\"host\":",
        r#"{"host":"127.0.0.1"}"#,
        r#"{"host":"right.example","token":null,"thumbprint":null}"#,
        r#"{"host":"right.example","expected":"x"}"#,
        r#"{"host":"right.example","host":"private.example"}"#,
    ] {
        let mut request = request("right.example", &new_token(), "application/json");
        request.body = body.into();
        attacks.push(attack(&format!("body {body:?}"), 400, "malformed", request));
    }
    let mut deep = request("right.example", &new_token(), "application/json");
    deep.body = "[".repeat(1000).into();
    attacks.push(attack("deep arrays", 400, "malformed", deep));
    attacks
}
