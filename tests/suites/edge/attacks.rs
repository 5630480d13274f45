//! Token writes that must not happen. Each case changes one thing of a write that would be accepted;
//! each is refused with the status that says why, and nothing is stored.

use serde_json::{Value, json};
use tabcert_acme::base64url;
use tabcert_tests::edge_support::signing::now;
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Request, Signer, World, Write};

/// The host that the owner may write for.
const HOST: &str = "tied.example";

type Attack = (&'static str, u16, &'static str, fn(Write) -> Request);

/// Sends each attack with a token of its own, then asks for the token.
fn refuse(attacks: &[Attack]) {
    let world = World::shared();
    for (name, status, problem, attack) in attacks {
        let token = new_token();
        let answer = world.send(&attack(world.write("PUT", HOST, &token)));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (*status, *problem),
            "{name}: {}",
            answer.text()
        );
        assert_eq!(world.challenge(HOST, &token).status, 404, "{name}: stored");
    }
}

/// The table above means something only if the unchanged write is accepted.
#[test]
fn the_write_that_all_attacks_start_from_is_accepted() {
    let world = World::shared();
    let answer = world.send(&world.write("PUT", HOST, &new_token()).request());
    assert_eq!(answer.status, 204, "{}", answer.text());
}

fn token_of(write: &Write) -> String {
    write
        .target
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn with_claim(mut write: Write, name: &str, value: Value) -> Request {
    write.claims[name] = value;
    write.request()
}

fn with_header(mut write: Write, name: &str, value: Value) -> Request {
    write.header[name] = value;
    write.request()
}

/// Signs these texts as they are.
fn with_texts(write: &Write, edit: impl Fn(&str, &str) -> (String, String)) -> Request {
    let (header, claims) = edit(&write.header.to_string(), &write.claims.to_string());
    write.request_with(write.signer.sign(&header, &claims).to_string())
}

/// Changes the JWS after it was signed.
fn with_jws(write: &Write, edit: impl Fn(&mut Value)) -> Request {
    let mut jws = write.jws();
    edit(&mut jws);
    write.request_with(jws.to_string())
}

fn with_signature(write: &Write, edit: impl Fn(&mut Vec<u8>)) -> Request {
    with_jws(write, |jws| {
        let signature = jws["signature"].as_str().and_then(base64url::decode);
        let mut signature = signature.unwrap_or_default();
        edit(&mut signature);
        jws["signature"] = base64url::encode(&signature).into();
    })
}

#[test]
fn signatures() {
    refuse(&[
        ("of another key", 403, "unauthorized", |write| {
            let other = Signer::p256().sign(&write.header.to_string(), &write.claims.to_string());
            write.request_with(other.to_string())
        }),
        ("one bit off", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature[10] ^= 1)
        }),
        ("truncated", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature.truncate(63))
        }),
        ("prolonged", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature.push(0))
        }),
        ("of zeroes", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature.fill(0))
        }),
        ("of ones", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature.fill(0xff))
        }),
        ("empty", 403, "unauthorized", |write| {
            with_signature(&write, Vec::clear)
        }),
        ("missing", 400, "malformed", |write| {
            with_jws(&write, |jws| {
                jws.as_object_mut().map(|jws| jws.remove("signature"));
            })
        }),
        ("not base64url", 400, "malformed", |write| {
            with_jws(&write, |jws| jws["signature"] = "a+b/".into())
        }),
        ("padded", 400, "malformed", |write| {
            with_jws(&write, |jws| {
                jws["signature"] =
                    format!("{}==", jws["signature"].as_str().unwrap_or_default()).into();
            })
        }),
        ("over another payload", 403, "unauthorized", |write| {
            with_jws(&write, |jws| {
                jws["payload"] =
                    base64url::encode(write.claims.to_string().replace("put", "put ").as_bytes())
                        .into();
            })
        }),
        ("over another header", 403, "unauthorized", |write| {
            with_jws(&write, |jws| {
                let header = write.header.to_string().replacen(',', " ,", 1);
                jws["protected"] = base64url::encode(header.as_bytes()).into();
            })
        }),
        ("header and payload swapped", 403, "unauthorized", |write| {
            with_jws(&write, |jws| {
                let payload = jws["payload"].clone();
                jws["payload"] = jws["protected"].clone();
                jws["protected"] = payload;
            })
        }),
    ]);
}

#[test]
fn headers_of_the_signed_message() {
    refuse(&[
        ("alg none", 403, "unauthorized", |write| {
            with_header(write, "alg", "none".into())
        }),
        ("alg None", 403, "unauthorized", |write| {
            with_header(write, "alg", "None".into())
        }),
        ("alg HS256", 403, "unauthorized", |write| {
            with_header(write, "alg", "HS256".into())
        }),
        ("alg RS256 with an EC key", 403, "unauthorized", |write| {
            with_header(write, "alg", "RS256".into())
        }),
        ("alg ES384 with a P-256 key", 403, "unauthorized", |write| {
            with_header(write, "alg", "ES384".into())
        }),
        ("alg ES256K", 403, "unauthorized", |write| {
            with_header(write, "alg", "ES256K".into())
        }),
        ("alg missing", 403, "unauthorized", |mut write| {
            write
                .header
                .as_object_mut()
                .map(|header| header.remove("alg"));
            write.request()
        }),
        ("alg a number", 403, "unauthorized", |write| {
            with_header(write, "alg", 256.into())
        }),
        ("alg twice", 403, "unauthorized", |write| {
            with_texts(&write, |header, claims| {
                (
                    header.replacen('{', r#"{"alg":"none","#, 1),
                    claims.to_owned(),
                )
            })
        }),
        ("a nonce, as CAs get", 403, "unauthorized", |write| {
            with_header(write, "nonce", "6S8IqOGY7eL2lsGoTZYifg".into())
        }),
        ("kid beside jwk", 403, "unauthorized", |write| {
            with_header(write, "kid", "https://ca.example/acct/1".into())
        }),
        ("kid in place of jwk", 403, "unauthorized", |mut write| {
            write
                .header
                .as_object_mut()
                .map(|header| header.remove("jwk"));
            with_header(write, "kid", "https://ca.example/acct/1".into())
        }),
        ("crit", 403, "unauthorized", |write| {
            with_header(write, "crit", json!(["b64"]))
        }),
        ("b64 false", 403, "unauthorized", |write| {
            with_header(write, "b64", false.into())
        }),
        ("jku", 403, "unauthorized", |write| {
            with_header(write, "jku", "https://evil.example/keys".into())
        }),
        ("x5c", 403, "unauthorized", |write| {
            with_header(write, "x5c", json!(["AAAA"]))
        }),
        ("jwk of another key", 403, "unauthorized", |write| {
            with_header(write, "jwk", Signer::p256().jwk())
        }),
        ("jwk off the curve", 403, "unauthorized", |mut write| {
            write.header["jwk"]["y"] = base64url::encode(&[1; 32]).into();
            write.request()
        }),
        (
            "jwk with a short coordinate",
            403,
            "unauthorized",
            |mut write| {
                write.header["jwk"]["x"] = base64url::encode(&[1; 31]).into();
                write.request()
            },
        ),
        (
            "jwk with private parts",
            403,
            "unauthorized",
            |mut write| {
                write.header["jwk"]["d"] = base64url::encode(&[1; 32]).into();
                write.request()
            },
        ),
        ("jwk symmetric", 403, "unauthorized", |write| {
            with_header(write, "jwk", json!({ "kty": "oct", "k": "AAAA" }))
        }),
        (
            "jwk of a small RSA key",
            403,
            "unauthorized",
            |mut write| {
                write.header["alg"] = "RS256".into();
                let modulus = base64url::encode(&[0xff; 128]);
                with_header(
                    write,
                    "jwk",
                    json!({ "kty": "RSA", "n": modulus, "e": "AQAB" }),
                )
            },
        ),
        ("jwk of a huge RSA key", 403, "unauthorized", |mut write| {
            write.header["alg"] = "RS256".into();
            let modulus = base64url::encode(&[0xff; 2048]);
            with_header(
                write,
                "jwk",
                json!({ "kty": "RSA", "n": modulus, "e": "AQAB" }),
            )
        }),
        ("header not JSON", 403, "unauthorized", |write| {
            with_texts(&write, |_, claims| {
                ("alg: ES256".to_owned(), claims.to_owned())
            })
        }),
        ("header empty", 403, "unauthorized", |write| {
            with_texts(&write, |_, claims| (String::new(), claims.to_owned()))
        }),
    ]);
}

#[test]
fn urls_of_the_signed_message() {
    refuse(&[
        ("of another edge", 403, "unauthorized", |write| {
            let url = format!("http://edge.example{}", write.target);
            with_header(write, "url", url.into())
        }),
        ("of another port", 403, "unauthorized", |write| {
            let url = format!("http://localhost:1{}", write.target);
            with_header(write, "url", url.into())
        }),
        ("by https", 403, "unauthorized", |write| {
            let url = format!("https://{}{}", write.edge_host, write.target);
            with_header(write, "url", url.into())
        }),
        ("of another host", 403, "unauthorized", |write| {
            let target = write.target.replace(HOST, "other.example");
            let url = format!("http://{}{target}", write.edge_host);
            with_header(write, "url", url.into())
        }),
        ("of another token", 403, "unauthorized", |write| {
            let target = write.target.replace(&token_of(&write), &new_token());
            let url = format!("http://{}{target}", write.edge_host);
            with_header(write, "url", url.into())
        }),
        ("with a query", 403, "unauthorized", |write| {
            let url = format!("http://{}{}?x", write.edge_host, write.target);
            with_header(write, "url", url.into())
        }),
        ("without origin", 403, "unauthorized", |write| {
            let url = write.target.clone();
            with_header(write, "url", url.into())
        }),
        ("missing", 403, "unauthorized", |mut write| {
            write
                .header
                .as_object_mut()
                .map(|header| header.remove("url"));
            write.request()
        }),
        ("for removal, sent to write", 403, "unauthorized", |write| {
            with_claim(write, "what", "remove".into())
        }),
    ]);
}

#[test]
fn claims_of_the_signed_message() {
    refuse(&[
        ("value of another account", 403, "unauthorized", |write| {
            let value = format!("{}.{}", token_of(&write), Signer::p256().thumbprint());
            with_claim(write, "key_authorization", value.into())
        }),
        ("value of another token", 403, "unauthorized", |write| {
            let value = format!("{}.{}", new_token(), write.signer.thumbprint());
            with_claim(write, "key_authorization", value.into())
        }),
        ("value with a line behind", 403, "unauthorized", |write| {
            let value = format!(
                "{}.{}\n<script>",
                token_of(&write),
                write.signer.thumbprint()
            );
            with_claim(write, "key_authorization", value.into())
        }),
        ("value empty", 403, "unauthorized", |write| {
            with_claim(write, "key_authorization", "".into())
        }),
        ("value missing", 400, "malformed", |mut write| {
            write
                .claims
                .as_object_mut()
                .map(|claims| claims.remove("key_authorization"));
            write.request()
        }),
        ("an hour old", 403, "stale", |write| {
            with_claim(write, "issued_at", (now() - 3600).into())
        }),
        ("an hour ahead", 403, "stale", |write| {
            with_claim(write, "issued_at", (now() + 3600).into())
        }),
        ("of 1970", 403, "stale", |write| {
            with_claim(write, "issued_at", 0.into())
        }),
        ("of the end of time", 403, "stale", |write| {
            with_claim(write, "issued_at", u64::MAX.into())
        }),
        ("time in milliseconds", 403, "stale", |write| {
            with_claim(write, "issued_at", (now() * 1000).into())
        }),
        ("time negative", 400, "malformed", |write| {
            with_claim(write, "issued_at", (-1).into())
        }),
        ("time a fraction", 400, "malformed", |write| {
            with_claim(write, "issued_at", 1.5.into())
        }),
        ("time a text", 400, "malformed", |write| {
            with_claim(write, "issued_at", now().to_string().into())
        }),
        ("time twice", 400, "malformed", |write| {
            with_texts(&write, |header, claims| {
                (
                    header.to_owned(),
                    claims.replacen('{', r#"{"issued_at":1,"#, 1),
                )
            })
        }),
        ("a claim too many", 400, "malformed", |write| {
            with_claim(write, "host", "x".into())
        }),
        ("another operation", 400, "malformed", |write| {
            with_claim(write, "what", "list".into())
        }),
        ("an empty payload", 400, "malformed", |write| {
            with_texts(&write, |header, _| (header.to_owned(), String::new()))
        }),
        ("a payload of deep arrays", 400, "malformed", |write| {
            with_texts(&write, |header, _| (header.to_owned(), "[".repeat(2000)))
        }),
    ]);
}

#[test]
fn bodies() {
    refuse(&[
        ("empty", 400, "malformed", |write| write.request_with("")),
        ("not JSON", 400, "malformed", |write| {
            write.request_with("protected=x")
        }),
        ("not UTF-8", 400, "malformed", |write| {
            write.request_with([0xff, 0xfe, 0x7b])
        }),
        ("null", 400, "malformed", |write| write.request_with("null")),
        ("compact serialisation", 400, "malformed", |write| {
            let jws = write.jws();
            let part = |name: &str| jws[name].as_str().unwrap_or_default().to_owned();
            let compact = [part("protected"), part("payload"), part("signature")].join(".");
            write.request_with(compact)
        }),
        ("general serialisation", 400, "malformed", |write| {
            let jws = write.jws();
            let signature = json!({ "protected": jws["protected"], "signature": jws["signature"] });
            write.request_with(
                json!({ "payload": jws["payload"], "signatures": [signature] }).to_string(),
            )
        }),
        ("an unprotected header", 400, "malformed", |write| {
            with_jws(&write, |jws| jws["header"] = json!({ "alg": "none" }))
        }),
        ("a member twice", 400, "malformed", |write| {
            write.request_with(
                write
                    .jws()
                    .to_string()
                    .replacen('{', r#"{"payload":"","#, 1),
            )
        }),
        ("two messages", 400, "malformed", |write| {
            write.request_with(format!("{0}{0}", write.jws()))
        }),
        ("cut off", 400, "malformed", |write| {
            let body = write.jws().to_string();
            write.request_with(&body[..body.len() - 1])
        }),
        ("deep arrays", 400, "malformed", |write| {
            write.request_with("[".repeat(8000))
        }),
        ("padded beyond the limit", 413, "tooLarge", |write| {
            write.request_with(format!("{}{}", write.jws(), " ".repeat(8 * 1024)))
        }),
        (
            "padded beyond the limit, length not announced",
            413,
            "tooLarge",
            |write| {
                let mut request =
                    write.request_with(format!("{}{}", write.jws(), " ".repeat(8 * 1024)));
                request.chunked = true;
                request
            },
        ),
        ("a megabyte", 413, "tooLarge", |write| {
            write.request_with(vec![b'x'; 1024 * 1024])
        }),
        ("as JSON", 415, "unsupportedMediaType", |mut write| {
            write.content_type = "application/json".to_owned();
            write.request()
        }),
        (
            "as a form, which needs no preflight",
            415,
            "unsupportedMediaType",
            |mut write| {
                write.content_type = "text/plain".to_owned();
                write.request()
            },
        ),
        (
            "with two media types",
            415,
            "unsupportedMediaType",
            |mut write| {
                write.content_type = "application/jose+json, text/plain".to_owned();
                write.request()
            },
        ),
        ("without media type", 415, "unsupportedMediaType", |write| {
            let mut request = write.request();
            request.headers.retain(|(name, _)| name != "Content-Type");
            request
        }),
    ]);
}

#[test]
fn methods() {
    for (method, status, problem) in [
        ("POST", 405, "methodNotAllowed"),
        ("PATCH", 405, "methodNotAllowed"),
        ("GET", 405, "methodNotAllowed"),
        ("HEAD", 405, ""),
        ("DELETE", 403, "unauthorized"),
    ] {
        let world = World::shared();
        let token = new_token();
        let mut request = world.write("PUT", HOST, &token).request();
        request.method = method.to_owned();
        if matches!(method, "GET" | "HEAD") {
            request.body.clear();
        }
        let answer = world.send(&request);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (status, problem),
            "{method}"
        );
        assert_eq!(world.challenge(HOST, &token).status, 404, "{method}");
    }
}

/// Hosts that no request may name, each signed for in good order.
#[test]
fn hosts_that_are_none() {
    let world = World::shared();
    for host in [
        "localhost",
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "*.tied.example",
        "Tied.example",
        "tied.example.",
        ".tied.example",
        "tied..example",
        "tied.example:80",
        "user@tied.example",
        "tied.example%00",
        "tied%2eexample",
        "tied.example%0d%0aX:%20y",
        "t\u{456}ed.example",
        "t_ed.example",
        "-tied.example",
        "..",
        "%2e%2e",
        "",
    ] {
        let token = new_token();
        let write = world.write("PUT", host, &token);
        let answer = world.send(&write.request());
        assert!(
            matches!(
                (answer.status, answer.problem().as_str()),
                (400, "malformed") | (404, "notFound")
            ),
            "{host}: {} {}",
            answer.status,
            answer.text()
        );
    }
}

#[test]
fn tokens_that_are_none() {
    let world = World::shared();
    let long = "a".repeat(257);
    for token in [
        "",
        "short",
        "token-of-twentyone-ch",
        long.as_str(),
        "token-that-is-long-enough/../x",
        "token-that-is-long-enough%2fx",
        "token-that-is-long-enough%00",
        "token-that-is-long-enough.x",
        "token-that-is-long-enough=",
        "token-that-is-long-enough/x",
        "token-that-is-long-enough?x",
        "t\u{f6}ken-that-is-long-enough",
    ] {
        let answer = world.send(&world.write("PUT", HOST, token).request());
        assert!(
            matches!(answer.status, 400 | 404) && answer.header("tabcert-edge").is_some(),
            "{token}: {} {}",
            answer.status,
            answer.text()
        );
    }
}

/// Signed well, for hosts that nobody gave to the signer.
#[test]
fn hosts_of_others() {
    let world = World::shared();
    let stranger = Signer::p256();
    world.set_txt(
        "_tabcert.recorded.example",
        &[&format!("tabcert-account={}", stranger.thumbprint())],
    );
    world.set_txt(
        "_tabcert.odd.example",
        &["tabcert-account=*", world.owner.thumbprint().as_str()],
    );
    for (signer, host) in [
        (&stranger, HOST),
        (&stranger, "www.tied.example"),
        (&world.owner, "untied.example"),
        (&world.owner, "nottied.example"),
        (&world.owner, "tied.example.evil.example"),
        (&world.owner, "recorded.example"),
        (&world.owner, "www.recorded.example"),
        (&stranger, "www.recorded.example"),
        (&world.owner, "odd.example"),
        (&stranger, "nottest.example"),
    ] {
        let token = new_token();
        let write = Write::new("PUT", &world.host(), signer, host, &token);
        let answer = world.send(&write.request());
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (403, "hostNotTied"),
            "{host}"
        );
        assert_eq!(world.challenge(host, &token).status, 404, "{host}");
    }
}

/// Whoever gets a certificate for the edge can read what every visitor does.
#[test]
fn the_edges_own_host() {
    let world = World::shared();
    let token = new_token();
    let own = "edge.test";
    world.set_txt(
        "_tabcert.edge.test",
        &[&format!("tabcert-account={}", world.owner.thumbprint())],
    );
    for edge_host in ["edge.test", "EDGE.test", "edge.test:8787", "edge.test."] {
        let mut write = Write::new("PUT", edge_host, &world.owner, own, &token);
        write.header["url"] =
            format!("http://{}{}", edge_host.to_ascii_lowercase(), write.target).into();
        let answer = world.send(&write.request());
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (403, "hostNotTied"),
            "{edge_host}"
        );
        assert_eq!(world.challenge(own, &token).status, 404);
    }
    // `*.test` is tied to any account: another host is none of the edge's.
    let write = Write::new("PUT", "edge.test", &world.owner, "www.test", &token);
    assert_eq!(world.send(&write.request()).status, 204);
}

/// A message that was used once changes nothing when it comes again.
#[test]
fn removals_of_others() {
    let world = World::shared();
    let token = new_token();
    assert_eq!(
        world
            .send(&world.write("PUT", HOST, &token).request())
            .status,
        204
    );
    let stranger = Signer::p256();
    let mut removal = world.write("DELETE", HOST, &token);
    removal.header["jwk"] = stranger.jwk();
    removal.signer = stranger.clone();
    let answer = world.send(&removal.request());
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (403, "unauthorized")
    );
    removal.claims["key_authorization"] = format!("{token}.{}", stranger.thumbprint()).into();
    let answer = world.send(&removal.request());
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (403, "hostNotTied")
    );
    assert_eq!(world.challenge(HOST, &token).status, 200);
}
