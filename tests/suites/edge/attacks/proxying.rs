//! Using the edge to reach what is no CA, or a CA with what is no ACME.

use tabcert_tests::edge_support::Request;

use super::{Attack, attack, target};

const JOSE: &str = "application/jose+json";

pub(super) fn hosts() -> Vec<Attack> {
    let world = target();
    let port = world.recorder.port();
    let foreign = [
        "evil.example/directory".to_owned(),
        "evil-acme-v02.api.letsencrypt.org/directory".to_owned(),
        "acme-v02.api.letsencrypt.org.evil.example/directory".to_owned(),
        "acme-v02.api.letsencrypt.org./directory".to_owned(),
        "acme-v02.api.letsencrypt.org:8443/directory".to_owned(),
        "acme-v02.api.letsencrypt.org:80/directory".to_owned(),
        "www.acme-v02.api.letsencrypt.org/directory".to_owned(),
        "letsencrypt.org/".to_owned(),
        "api.letsencrypt.org/".to_owned(),
        "localhost/".to_owned(),
        "localhost:80/".to_owned(),
        format!("127.0.0.1:{port}/"),
        format!("127.1:{port}/"),
        format!("0x7f000001:{port}/"),
        format!("2130706433:{port}/"),
        format!("0177.0.0.1:{port}/"),
        format!("[::1]:{port}/"),
        format!("[::ffff:127.0.0.1]:{port}/"),
        format!("[0:0:0:0:0:0:0:1]:{port}/"),
        format!("localhost.:{port}/"),
        format!("localhost:{}/api/v1/health", world.edge.port()),
        "169.254.169.254/latest/meta-data".to_owned(),
        "[fd00:ec2::254]/latest/meta-data".to_owned(),
        "metadata.google.internal/".to_owned(),
        "2852039166/".to_owned(),
        "100.100.100.200/".to_owned(),
        "10.0.0.1/".to_owned(),
        "192.168.0.1/".to_owned(),
        "0.0.0.0/".to_owned(),
        "file:1/etc/passwd".to_owned(),
    ];
    let malformed = [
        String::new(),
        "/directory".to_owned(),
        "?x".to_owned(),
        format!("http://localhost:{port}/"),
        format!("https://localhost:{port}/"),
        format!("HTTPS:localhost:{port}/"),
        "file:///etc/passwd".to_owned(),
        "ftp://evil.example/".to_owned(),
        "data:text/plain,x".to_owned(),
        format!("localhost:{port}@evil.example/"),
        format!("user@localhost:{port}/"),
        format!("user:password@localhost:{port}/"),
        format!("localhost%3a{port}/"),
        format!("loc%61lhost:{port}/"),
        format!("localhost:0{port}0/"),
        format!("localhost:{port}%00/"),
        format!("localhost:{port}%0d%0aX:%20y/"),
        format!("/localhost:{port}/"),
        format!("localhost:{port}/{}", "x".repeat(2048)),
        "l\u{43e}calhost:1/".to_owned(),
        "localhost:99999/".to_owned(),
    ];
    let read = |rest: &str| Request::new("GET", &world.host(), &format!("/api/v1/proxy/{rest}"));
    let mut attacks = Vec::new();
    for rest in &foreign {
        attacks.push(attack("no CA", 403, "caNotAllowed", read(rest)));
    }
    for rest in &malformed {
        attacks.push(attack("no CA's URL", 400, "malformed", read(rest)));
    }
    attacks
}

pub(super) fn requests() -> Vec<Attack> {
    let world = target();
    let path = format!("/api/v1/proxy/{}/refused", world.recorder.authority());
    let request = |method: &str| Request::new(method, &world.host(), &path);
    let mut attacks = Vec::new();
    for method in ["PUT", "DELETE", "PATCH", "PROPFIND", "QUERY"] {
        let request = request(method).body(JOSE, "{}");
        attacks.push(attack("no ACME method", 405, "methodNotAllowed", request));
    }
    for content_type in [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jose+json; charset=utf-8",
        "multipart/form-data; boundary=x",
        "application/jose",
        "",
    ] {
        let request = request("POST").body(content_type, "{}");
        attacks.push(attack("no JWS", 415, "unsupportedMediaType", request));
    }
    attacks.push(attack(
        "no body",
        415,
        "unsupportedMediaType",
        request("POST"),
    ));
    let jws = r#"{"protected":"e30","payload":"e30","signature":"e30"}"#;
    for (name, body) in [
        ("nothing", String::new()),
        ("an empty object", "{}".to_owned()),
        ("no JSON", "<script>".to_owned()),
        (
            "a form",
            "protected=e30&payload=e30&signature=e30".to_owned(),
        ),
        ("null", "null".to_owned()),
        ("compact", "e30.e30.e30".to_owned()),
        (
            "general",
            r#"{"payload":"e30","signatures":[{"protected":"e30","signature":"e30"}]}"#.to_owned(),
        ),
        ("two", format!("{jws}{jws}")),
        ("a list", format!("[{jws}]")),
        (
            "an unprotected header",
            jws.replace('{', r#"{"header":{},"#),
        ),
        ("a member twice", jws.replace('{', r#"{"payload":"","#)),
        ("no signature", jws.replace(r#","signature":"e30""#, "")),
        (
            "an empty signature",
            jws.replace(r#""signature":"e30""#, r#""signature":"""#),
        ),
        ("other characters", jws.replace("e30", "<b>")),
        ("deep arrays", "[".repeat(60_000)),
        ("cut off", jws[..jws.len() - 1].to_owned()),
    ] {
        let request = request("POST").body(JOSE, body);
        attacks.push(attack(
            &format!("no JWS but {name}"),
            400,
            "malformed",
            request,
        ));
    }
    for (name, value) in [
        ("Sec-Fetch-Dest", "script"),
        ("Sec-Fetch-Dest", "document"),
        ("Sec-Fetch-Dest", "worker"),
        ("Sec-Fetch-Dest", "object"),
        ("Sec-Fetch-Mode", "navigate"),
    ] {
        let request = request("GET").header(name, value);
        attacks.push(attack(value, 403, "destinationNotAllowed", request));
    }
    for chunked in [false, true] {
        let mut request = request("POST").body(JOSE, vec![b'x'; 64 * 1024 + 1]);
        request.chunked = chunked;
        attacks.push(attack("too large", 413, "tooLarge", request));
    }
    attacks
}
