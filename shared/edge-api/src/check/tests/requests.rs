//! What a request may ask for.

use super::*;

#[test]
fn requests_have_one_spelling() {
    let good = format!(r#"{{"host":"a.example","token":"{TOKEN}","thumbprint":"{THUMBPRINT}"}}"#);
    let request = CheckRequest::parse(good.as_bytes());
    assert_eq!(request.map(|request| request.to_json()), Some(good.clone()));
    for (from, to) in [
        ("a.example", "A.example"),
        ("a.example", "*.example.org"),
        ("a.example", "a.example."),
        ("a.example", "a.example:80"),
        ("a.example", "user@a.example"),
        ("a.example", "127.0.0.1"),
        ("a.example", "0x7f.1"),
        ("a.example", "[::1]"),
        ("a.example", "localhost"),
        ("a.example", "a.example/x"),
        ("a.example", ""),
        (TOKEN, "../../etc/passwd-aaaaaaaaaaa"),
        (TOKEN, "short"),
        (THUMBPRINT, TOKEN.get(1..).unwrap_or_default()),
        ("{", r#"{"x":1,"#),
        ("{", r#"{"host":"b.example","#),
        ("\"host\"", "\"HOST\""),
        ("}", "}}"),
        ("{", "[{"),
    ] {
        let body = good.replacen(from, to, 1);
        assert_eq!(CheckRequest::parse(body.as_bytes()), None, "{body}");
    }
}

#[test]
fn the_edge_is_sought_by_the_host_alone() {
    let good = r#"{"host":"a.example"}"#;
    let request = CheckRequest::parse(good.as_bytes()).expect("a request");
    assert_eq!(request.to_json(), good);
    for more in [
        format!(r#","token":"{TOKEN}""#),
        format!(r#","thumbprint":"{THUMBPRINT}""#),
        r#","token":null"#.to_owned(),
        r#","token":null,"thumbprint":null"#.to_owned(),
        r#","edge":true"#.to_owned(),
        r#","host":"b.example""#.to_owned(),
    ] {
        let body = good.replace('}', &format!("{more}}}"));
        assert_eq!(CheckRequest::parse(body.as_bytes()), None, "{body}");
    }

    let found = play_for(&request, Network::Public, [Ok(ok(MARK))]);
    assert!(found.works, "{found:?}");
    assert_eq!(
        found.hops[0].url,
        "http://a.example/.well-known/acme-challenge/tabcert-does-this-host-reach-the-edge"
    );
    let another = MARK.replace("9jg", "8jg");
    for answer in [
        ok(&another),
        ok(""),
        Answer {
            status: 404,
            ..ok("")
        },
    ] {
        let report = play_for(&request, Network::Public, [Ok(answer)]);
        let next_step = report.next_step.unwrap_or_default();
        assert!(
            !report.works && next_step.contains("to this edge"),
            "{next_step}"
        );
    }
}
