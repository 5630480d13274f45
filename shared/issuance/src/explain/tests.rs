use tabcert_acme::problem::TYPE_PREFIX;

use super::*;

fn problem(kind: &str, detail: &str) -> Problem {
    Problem {
        type_uri: format!("{TYPE_PREFIX}{kind}"),
        detail: detail.to_owned(),
        ..Problem::blank()
    }
}

#[test]
fn keeps_the_words_of_the_ca_and_its_subproblems() {
    let mut whole = problem("rejectedIdentifier", "some names were refused");
    let body = br#"{"type":"urn:ietf:params:acme:error:rejectedIdentifier","detail":"no","identifier":{"type":"dns","value":"bad.example"}}"#;
    whole.subproblems.push(Problem::from_response(400, body));
    let refusal = Refusal {
        kind: RequestKind::NewOrder,
        problem: whole,
        retry_at_ms: Some(7),
        link: None,
    };
    let failed = failed(&Failure::Refused(Box::new(refusal)), None);
    assert_eq!(
        failed.explanation.detail.as_deref(),
        Some("some names were refused – no")
    );
    assert_eq!(failed.names[0].name, "bad.example");
    assert_eq!(failed.not_before_ms, Some(7));
}

#[test]
fn names_the_one_name_that_failed() {
    let name = UnprovenName {
        name: "*.example.org".to_owned(),
        challenge: "dns-01".to_owned(),
        problem: problem("dns", "NXDOMAIN looking up TXT"),
        standing: ProofStanding::Failed,
    };
    let failed = failed(&Failure::Unproven(vec![name]), None);
    assert!(failed.explanation.sentence.contains("*.example.org"));
    assert_eq!(
        failed.names[0].explanation.detail.as_deref(),
        Some("NXDOMAIN looking up TXT")
    );
}
