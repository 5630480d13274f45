//! The stateless route: what a domain's web server redirects its challenge path to.

use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Request, World};

#[test]
fn any_token_is_answered_for_any_account_and_nothing_is_stored() {
    let world = World::shared();
    let (token, thumbprint) = (new_token(), world.owner.thumbprint());
    let path = format!("/api/v1/r/{thumbprint}/{token}");
    // CAs come by whatever name the redirect has, from anywhere, and add what they like.
    for request in [
        Request::new("GET", &world.host(), &path),
        Request::new("GET", "www.edge.example:80", &path),
        Request::new("GET", &world.host(), &format!("{path}?x=y")),
        Request::new("GET", &world.host(), &path).header("Origin", "https://evil.example"),
    ] {
        let answer = world.send(&request);
        assert_eq!(answer.status, 200, "{request:?}");
        assert_eq!(answer.text(), format!("{token}.{thumbprint}"));
        for (name, value) in [
            ("content-type", Some("application/octet-stream")),
            ("x-content-type-options", Some("nosniff")),
            ("cache-control", Some("no-store")),
            ("access-control-allow-origin", None),
            ("cross-origin-opener-policy", None),
            ("permissions-policy", None),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }
    let head = world.send(&Request::new("HEAD", &world.host(), &path));
    assert_eq!((head.status, head.text().as_str()), (200, ""));
    assert_eq!(world.challenge("localhost", &token).status, 404);
    assert_eq!(world.challenge("www.edge.example", &token).status, 404);
}

#[test]
fn what_is_no_thumbprint_and_token_is_not_echoed() {
    let world = World::shared();
    let (token, thumbprint) = (new_token(), world.owner.thumbprint());
    let thumbprint = thumbprint.as_str();
    for rest in [
        String::new(),
        thumbprint.to_owned(),
        format!("{thumbprint}/"),
        format!("{thumbprint}/short"),
        format!("{thumbprint}/{token}/x"),
        format!("{thumbprint}/{token}.txt"),
        format!("{thumbprint}/{token}%0d%0aSet-Cookie:%20a=b"),
        format!("{thumbprint}/%3Cscript%3E{token}"),
        format!("{thumbprint}/{}", "a".repeat(257)),
        format!("{thumbprint}x/{token}"),
        format!("{}/{token}", &thumbprint[1..]),
        format!("{thumbprint}%3d/{token}"),
        format!("{thumbprint}%2f{token}"),
    ] {
        let answer = world.get(&format!("/api/v1/r/{rest}"));
        assert_eq!((answer.status, answer.text().as_str()), (404, ""), "{rest}");
    }
    let path = format!("/api/v1/r/{thumbprint}/{token}");
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = world.send(&Request::new(method, &world.host(), &path));
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method}");
    }
}
