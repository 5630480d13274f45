use super::*;

const ALL: [Method; 4] = [
    Method::Dns,
    Method::HttpFile,
    Method::HttpEdge,
    Method::HttpRedirect,
];

const THUMBPRINT: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

fn authorization(name: &str, wildcard: bool, kinds: &[&str]) -> Authorization {
    let challenges: Vec<_> = kinds
        .iter()
        .enumerate()
        .map(|(index, kind)| {
            format!(
                r#"{{"type":"{kind}","url":"https://ca.example/c/{name}/{index}","status":"pending","token":"token-{name:a<16}-{wildcard}-{index}"}}"#,
                name = name.replace('.', "-")
            )
        })
        .collect();
    let body = format!(
        r#"{{"identifier":{{"type":"dns","value":"{name}"}},"status":"pending","wildcard":{wildcard},"challenges":[{}]}}"#,
        challenges.join(",")
    );
    Authorization::parse(body.as_bytes()).expect("an authorization")
}

fn offered(name: &str, wildcard: bool, kinds: &[&str], edge: bool) -> Option<Proof> {
    let authorization = authorization(name, wildcard, kinds);
    Proof::offered(authorization.ordered_name(), &authorization, edge)
}

fn proof(name: &str, wildcard: bool, kinds: &[&str]) -> Proof {
    offered(name, wildcard, kinds, true).expect("usable")
}

fn thumbprint() -> Thumbprint {
    Thumbprint::parse(THUMBPRINT).expect("a thumbprint")
}

#[test]
fn apex_and_wildcard_share_a_record_with_two_values() {
    let proofs = [
        proof("example.org", false, &["http-01", "dns-01"]),
        proof("www.example.org", false, &["dns-01"]),
        proof("example.org", true, &["dns-01"]),
    ];
    let records = txt_records(&proofs, &thumbprint());
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].name, "_acme-challenge.example.org");
    assert_eq!(
        (records[0].relative_name.as_str(), records[0].zone.as_str()),
        ("_acme-challenge", "example.org")
    );
    assert_eq!(records[0].proves, ["example.org", "*.example.org"]);
    assert_eq!(records[0].values.len(), 2);
    assert_ne!(records[0].values[0], records[0].values[1]);
    assert_eq!(records[1].relative_name, "_acme-challenge.www");
}

#[test]
fn a_choice_moves_a_name_between_records_and_files() {
    let mut proof = proof("www.example.org", false, &["dns-01", "http-01"]);
    assert_eq!(NameProof::from(&proof).methods, ALL);
    proof.choose(Method::HttpFile);
    assert!(txt_records(std::slice::from_ref(&proof), &thumbprint()).is_empty());
    let files = challenge_files(std::slice::from_ref(&proof), &thumbprint());
    assert_eq!(
        files[0].url,
        format!(
            "http://www.example.org/.well-known/acme-challenge/{}",
            files[0].file_name
        )
    );
    assert_eq!(
        files[0].content,
        format!("{}.{THUMBPRINT}", files[0].file_name)
    );
    proof.choose(Method::HttpEdge);
    assert_eq!(
        edge_hosts(std::slice::from_ref(&proof)),
        ["www.example.org"]
    );
    proof.choose(Method::HttpRedirect);
    let proofs = std::slice::from_ref(&proof);
    assert!(edge_hosts(proofs).is_empty() && challenge_files(proofs, &thumbprint()).is_empty());
    assert_eq!(NameProof::from(&proof).methods, ALL);
}

#[test]
fn wildcards_are_proven_by_dns_only() {
    assert!(offered("example.org", true, &["http-01"], true).is_none());
    let mut proof = proof("example.org", true, &["http-01", "dns-01"]);
    proof.choose(Method::HttpFile);
    assert_eq!(NameProof::from(&proof).method, Method::Dns);
}

#[test]
fn unknown_challenges_are_no_use_but_no_harm() {
    assert!(offered("example.org", false, &["tls-alpn-01"], true).is_none());
    let proof = proof("example.org", false, &["tls-alpn-01", "dns-01"]);
    assert_eq!(NameProof::from(&proof).methods, [Method::Dns]);
    let without_edge = offered("example.org", false, &["http-01"], false);
    assert_eq!(
        NameProof::from(&without_edge.expect("usable")).methods,
        [Method::HttpFile]
    );
}

#[test]
fn guesses_the_zone() {
    for (name, zone) in [
        ("example.org", "example.org"),
        ("a.b.example.org", "example.org"),
        ("www.example.co.uk", "example.co.uk"),
        ("example.co.uk", "example.co.uk"),
        ("www.co.example", "co.example"),
        ("co.uk", "co.uk"),
    ] {
        assert_eq!(likely_zone(name), zone, "{name}");
    }
}
