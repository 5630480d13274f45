use super::*;

/// RFC 8555 §6.7.1.
const EXAMPLE: &str = r#"{
    "type": "urn:ietf:params:acme:error:malformed",
    "detail": "Some of the identifiers requested were rejected",
    "subproblems": [
        {
            "type": "urn:ietf:params:acme:error:malformed",
            "detail": "Invalid underscore in DNS name \"_example.org\"",
            "identifier": { "type": "dns", "value": "_example.org" }
        },
        {
            "type": "urn:ietf:params:acme:error:rejectedIdentifier",
            "detail": "This CA will not issue for \"example.net\"",
            "identifier": { "type": "dns", "value": "example.net" }
        }
    ]
}"#;

#[test]
fn reads_the_example_of_rfc_8555() {
    let problem = Problem::from_response(403, EXAMPLE.as_bytes());
    assert_eq!(problem.kind(), ProblemKind::Malformed);
    assert_eq!(problem.status, Some(403));
    let kinds: Vec<_> = problem.flatten().map(Problem::kind).collect();
    assert_eq!(
        kinds,
        [
            ProblemKind::Malformed,
            ProblemKind::Malformed,
            ProblemKind::RejectedIdentifier
        ]
    );
    let named = problem.subproblems[0]
        .identifier
        .as_ref()
        .map(ToString::to_string);
    assert_eq!(named.as_deref(), Some("_example.org"));
}

#[test]
fn an_odd_member_costs_only_itself() {
    let typed = |rest: &str| {
        let body = format!(r#"{{"type":"{TYPE_PREFIX}badNonce"{rest}}}"#);
        Problem::from_response(400, body.as_bytes())
    };
    for (rest, detail) in [
        (r#","detail":"x","subproblems":null"#, "x"),
        (r#","detail":"x","algorithms":null"#, "x"),
        (r#","detail":"x","subproblems":"","algorithms":7"#, "x"),
        (r#","detail":"x","status":"400""#, "x"),
        (r#","detail":"x","status":[]"#, "x"),
        (r#","detail":"x","status":99999"#, "x"),
        (r#","detail":"x","instance":{},"identifier":null"#, "x"),
        (r#","detail":null"#, ""),
        (r#","detail":{}"#, ""),
        (r#","detail":["x",null,"y"]"#, "x y"),
        (r#","title":"a title""#, "a title"),
        (r#","detail":"","title":"a title""#, "a title"),
    ] {
        let problem = typed(rest);
        assert_eq!(problem.kind(), ProblemKind::BadNonce, "{rest}");
        assert_eq!(problem.status, Some(400), "{rest}");
        assert_eq!(problem.detail, detail, "{rest}");
        assert_eq!(problem.has_words(), !detail.is_empty(), "{rest}");
        assert!(problem.subproblems.is_empty(), "{rest}");
        assert_eq!(problem.origin, Origin::Document, "{rest}");
    }
    let marked = format!("\u{feff}{{\"type\":\"{TYPE_PREFIX}rateLimited\",\"status\":\"503\"}}");
    let problem = Problem::from_response(429, marked.as_bytes());
    assert_eq!(
        (problem.kind(), problem.status),
        (ProblemKind::RateLimited, Some(429))
    );
}

#[test]
fn subproblems_may_name_what_they_are_about_by_a_text() {
    let body =
        r#"{"subproblems":[null,{"detail":"x","status":"403","identifier":"example.com"},7]}"#;
    let problem = Problem::from_response(403, body.as_bytes());
    let [one] = &problem.subproblems[..] else {
        panic!("one subproblem in {problem:?}");
    };
    let about = one.identifier.as_ref().map(ToString::to_string);
    assert_eq!(about.as_deref(), Some("example.com"));
    assert_eq!(one.status, Some(403));
    assert!(problem.has_words() && !problem.is_bare());
}

#[test]
fn what_is_no_problem_document_is_not_quoted() {
    for (body, origin) in [
        (&b""[..], Origin::Empty),
        (b" \r\n", Origin::Empty),
        (b"\xef\xbb\xbf", Origin::Empty),
        (b"<html>busy</html>", Origin::Html),
        (b"\n<!DOCTYPE html><p>", Origin::Html),
        (b"busy", Origin::Unreadable),
        (b"\"busy\"", Origin::Unreadable),
        (b"[{}]", Origin::Unreadable),
        (b"{\"detail\":\"bu", Origin::Unreadable),
        (b"\xff\xfe\x00", Origin::Unreadable),
    ] {
        let problem = Problem::from_response(503, body);
        let expected = Problem {
            status: Some(503),
            origin,
            ..Problem::blank()
        };
        assert_eq!(problem, expected, "{body:?}");
        assert!(!problem.has_words() && problem.is_bare());
    }
    let bare = Problem::from_response(403, b"{}");
    assert!(bare.is_bare() && bare.origin == Origin::Document);
    let typed = Problem::from_response(403, br#"{"type":"urn:ietf:params:acme:error:dns"}"#);
    assert!(!typed.has_words() && !typed.is_bare());
}

#[test]
fn nothing_is_unbounded_or_reorders_what_is_around_it() {
    let many = vec![serde_json::json!({"detail": "x", "subproblems": [{}, {}]}); 400];
    let body = serde_json::json!({
        "type": "t".repeat(9000),
        "detail": format!("a\u{202e}b{}", "c".repeat(9000)),
        "algorithms": vec!["ES256"; 5000],
        "subproblems": many,
    });
    let problem = Problem::from_response(400, body.to_string().as_bytes());
    assert_eq!(problem.detail.chars().count(), words::MAX_SENTENCE);
    assert!(problem.detail.starts_with("a\u{fffd}b"));
    assert_eq!(problem.flatten().count(), 1 + MAX_SUBPROBLEMS);
    assert!(problem.algorithms.len() <= MAX_ALGORITHMS);
    assert!(problem.type_uri.chars().count() <= 2048);
}

#[test]
fn what_was_stored_is_read_again() {
    let problem = Problem::from_response(403, EXAMPLE.as_bytes());
    let stored = serde_json::to_string(&problem).expect("JSON");
    assert_eq!(serde_json::from_str::<Problem>(&stored).ok(), Some(problem));
}
