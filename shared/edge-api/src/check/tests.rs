mod requests;

use std::net::IpAddr;

use super::target::TargetError;
use super::walk::{Answer, Fault, Network, Step, start};
use super::*;

const TOKEN: &str = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0";
const MARK: &str = "tabcert edge 9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
const THUMBPRINT: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

fn request() -> CheckRequest {
    let body =
        format!(r#"{{"host":"www.example.org","token":"{TOKEN}","thumbprint":"{THUMBPRINT}"}}"#);
    CheckRequest::parse(body.as_bytes()).expect("a request")
}

fn ok(body: &str) -> Answer {
    Answer {
        status: 200,
        location: None,
        body: body.as_bytes().to_vec(),
        truncated: false,
    }
}

fn redirect(status: u16, location: &str) -> Answer {
    Answer {
        status,
        location: Some(location.to_owned()),
        ..ok("")
    }
}

/// Plays answers, one for each fetch, and gives the report.
fn play(network: Network, answers: impl IntoIterator<Item = Result<Answer, Fault>>) -> CheckReport {
    play_for(&request(), network, answers)
}

fn play_for(
    request: &CheckRequest,
    network: Network,
    answers: impl IntoIterator<Item = Result<Answer, Fault>>,
) -> CheckReport {
    let mut answers = answers.into_iter();
    let mut step = start(request, MARK, network, 0);
    loop {
        step = match step {
            Step::Resolve(walk) => walk.resolved(Ok(vec![IpAddr::from([1, 1, 1, 1])]), 0),
            Step::Fetch(walk) => walk.answered(answers.next().expect("an answer"), 0),
            Step::Done(report) => {
                assert_eq!(answers.count(), 0, "answers left");
                return report;
            }
        };
    }
}

fn broken(report: &CheckReport) -> Option<&Break> {
    report.hops.last().and_then(|hop| hop.broken.as_ref())
}

#[test]
fn the_right_answer_is_found_at_once_or_behind_redirects() {
    let expected = format!("{TOKEN}.{THUMBPRINT}");
    let report = play(Network::Public, [Ok(ok(&expected))]);
    assert!(report.works, "{report:?}");
    assert_eq!(report.expected, expected);
    assert_eq!(report.hops.len(), 1);
    let path = "/.well-known/acme-challenge/";
    let hop = &report.hops[0];
    assert_eq!(hop.url, format!("http://www.example.org{path}{TOKEN}"));
    assert_eq!(hop.addresses, ["1.1.1.1"]);

    let report = play(
        Network::Public,
        [
            Ok(redirect(301, "https://www.example.org/a")),
            Ok(redirect(302, "/b")),
            Ok(redirect(307, "https://edge.example/c")),
            Ok(redirect(308, "http://edge.example/d")),
            Ok(ok(&format!("{expected}\r\n "))),
        ],
    );
    assert!(report.works, "{report:?}");
    let urls: Vec<_> = report.hops.iter().map(|hop| hop.url.as_str()).collect();
    assert_eq!(
        urls[1..],
        [
            "https://www.example.org/a",
            "https://www.example.org/b",
            "https://edge.example/c",
            "http://edge.example/d",
        ]
    );
    assert_eq!(report.hops[1].location.as_deref(), Some("/b"));
    assert_eq!(report.detail, None);
}

#[test]
fn ten_redirects_are_followed_and_not_eleven() {
    let redirects = |count: usize| (0..count).map(|at| Ok(redirect(302, &format!("/{at}"))));
    let expected = format!("{TOKEN}.{THUMBPRINT}");
    let report = play(Network::Public, redirects(10).chain([Ok(ok(&expected))]));
    assert!(report.works);
    assert_eq!(report.hops.len(), 11);
    let report = play(Network::Public, redirects(11));
    assert_eq!(report.hops.len(), 11);
    assert_eq!(
        broken(&report),
        Some(&Break::TooManyRedirects { limit: 10 })
    );
}

#[test]
fn every_way_to_break_is_told_apart() {
    let expected = format!("{TOKEN}.{THUMBPRINT}");
    let status = |status| Answer { status, ..ok("x") };
    let reason = || "reason".to_owned();
    for (answer, why) in [
        (Ok(ok("something else")), Break::WrongAnswer),
        (
            Ok(ok(&format!("\u{feff}{expected}"))),
            Break::HiddenCharacters {
                place: Place::Before,
                code_points: vec![0xfeff],
            },
        ),
        (
            Ok(Answer {
                body: expected.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                ..ok("")
            }),
            Break::Encoding {
                encoding: TextEncoding::Utf16LittleEndian,
            },
        ),
        (Ok(status(403)), Break::DotFileForbidden),
        (Ok(status(401)), Break::Status { status: 401 }),
        (Ok(ok(&format!("{expected}x"))), Break::WrongAnswer),
        (Ok(ok("")), Break::WrongAnswer),
        (
            Ok(Answer {
                truncated: true,
                ..ok(&expected)
            }),
            Break::TooLong { limit: 128 },
        ),
        (
            Ok(ok(&format!("{expected}{}", " ".repeat(128)))),
            Break::TooLong { limit: 128 },
        ),
        (Ok(status(404)), Break::Status { status: 404 }),
        (Ok(status(201)), Break::Status { status: 201 }),
        (Ok(status(500)), Break::Status { status: 500 }),
        (Ok(redirect(303, "/x")), Break::Status { status: 303 }),
        (Ok(redirect(300, "/x")), Break::Status { status: 300 }),
        (Ok(status(302)), Break::NoLocation),
        (Ok(redirect(302, "#same")), Break::Loop),
        (
            Ok(redirect(302, "http://127.0.0.1/")),
            Break::Redirect {
                reason: TargetError::IpAddress,
            },
        ),
        (Err(Fault::Timeout), Break::Timeout { seconds: 10 }),
        (Err(Fault::Tls(reason())), Break::Tls { reason: reason() }),
        (
            Err(Fault::NoAnswer(reason())),
            Break::NoAnswer { reason: reason() },
        ),
    ] {
        let report = play(Network::Unresolved, [answer]);
        assert!(!report.works);
        assert_eq!(broken(&report), Some(&why));
        let detail = report.detail.clone().unwrap_or_default();
        assert!(detail.starts_with("The check stops at www.example.org: "));
        let json = serde_json::to_string(&report).expect("JSON");
        assert_eq!(
            serde_json::from_str::<CheckReport>(&json).ok(),
            Some(report)
        );
    }
}

#[test]
fn names_lead_to_the_internet_unless_the_operator_says_otherwise() {
    let resolve = |network, addresses: &[&str]| {
        let Step::Resolve(walk) = start(&request(), MARK, network, 0) else {
            panic!("not resolved");
        };
        assert_eq!(walk.host(), "www.example.org");
        let addresses = addresses.iter().map(|text| text.parse().expect("address"));
        walk.resolved(Ok(addresses.collect()), 0)
    };
    let private = |address: &str| Break::PrivateAddress {
        address: address.to_owned(),
    };
    for (addresses, why) in [
        (&["127.0.0.1"][..], Some(private("127.0.0.1"))),
        (&["1.1.1.1", "10.0.0.1"], Some(private("10.0.0.1"))),
        (&["1.1.1.1", "::1"], Some(private("::1"))),
        (
            &["::ffff:169.254.169.254"],
            Some(private("::ffff:169.254.169.254")),
        ),
        (&[], Some(Break::NoAddress)),
        (&["1.1.1.1", "2606:4700::1"], None),
    ] {
        match resolve(Network::Public, addresses) {
            Step::Done(report) => assert_eq!(broken(&report), why.as_ref(), "{addresses:?}"),
            Step::Fetch(_) => assert_eq!(why, None, "{addresses:?}"),
            Step::Resolve(_) => panic!("resolved twice"),
        }
    }
    assert!(matches!(
        resolve(Network::Private, &["10.0.0.1"]),
        Step::Fetch(_)
    ));
    assert!(matches!(
        start(&request(), MARK, Network::Unresolved, 0),
        Step::Fetch(_)
    ));
}

/// A redirect is looked up like the first name: it must not lead inside either.
#[test]
fn a_redirect_into_a_local_network_is_not_followed() {
    for (location, why) in [
        ("http://printer.local/", Break::NoAddress),
        ("http://metadata.google.internal/", Break::NoAddress),
    ] {
        let report = play(Network::Public, [Ok(redirect(302, location))]);
        assert_eq!(report.hops.len(), 2);
        assert_eq!(broken(&report), Some(&why));
    }
    let Step::Resolve(walk) = start(&request(), MARK, Network::Public, 0) else {
        panic!("not resolved");
    };
    let Step::Fetch(walk) = walk.resolved(Ok(vec![IpAddr::from([1, 1, 1, 1])]), 0) else {
        panic!("not fetched");
    };
    let Step::Resolve(walk) = walk.answered(Ok(redirect(302, "https://b.example/")), 0) else {
        panic!("not resolved");
    };
    assert_eq!(walk.host(), "b.example");
    let Step::Done(report) = walk.resolved(Ok(vec![IpAddr::from([10, 0, 0, 1])]), 0) else {
        panic!("followed");
    };
    assert_eq!(report.hops[1].addresses, ["10.0.0.1"]);
}

#[test]
fn ten_seconds_are_for_everything_together() {
    let Step::Resolve(walk) = start(&request(), MARK, Network::Public, 1_000) else {
        panic!("not resolved");
    };
    assert_eq!(walk.time_left_ms(5_000), 6_000);
    let Step::Fetch(walk) = walk.resolved(Ok(vec![IpAddr::from([1, 1, 1, 1])]), 5_000) else {
        panic!("not fetched");
    };
    assert_eq!(walk.time_left_ms(10_999), 1);
    let expected = format!("{TOKEN}.{THUMBPRINT}");
    let Step::Done(report) = walk.answered(Ok(ok(&expected)), 11_000) else {
        panic!("goes on");
    };
    assert_eq!(broken(&report), Some(&Break::Timeout { seconds: 10 }));
}

#[test]
fn a_resolver_that_fails_is_told_from_a_name_that_is_not_there() {
    let Step::Resolve(walk) = start(&request(), MARK, Network::Public, 0) else {
        panic!("not resolved");
    };
    let reason = "it answered with DNS status 2".to_owned();
    let Step::Done(report) = walk.resolved(Err(reason.clone()), 0) else {
        panic!("goes on");
    };
    assert_eq!(broken(&report), Some(&Break::Lookup { reason }));
}

/// Only a path with a dot in it is refused by a rule about dots.
#[test]
fn a_refusal_elsewhere_is_no_rule_about_dots() {
    let refused = || Answer {
        status: 403,
        ..ok("Forbidden")
    };
    for (location, why) in [
        ("/challenges/x", Break::Status { status: 403 }),
        ("/challenges/x?a=/.b", Break::Status { status: 403 }),
        ("/files/.well-known/x", Break::DotFileForbidden),
    ] {
        let answers = [Ok(redirect(302, location)), Ok(refused())];
        let report = play(Network::Unresolved, answers);
        assert_eq!(broken(&report), Some(&why), "{location}");
    }
}

#[test]
fn the_longest_token_is_read_whole() {
    let token = "t".repeat(256);
    let body = format!(r#"{{"host":"a.example","token":"{token}","thumbprint":"{THUMBPRINT}"}}"#);
    let request = CheckRequest::parse(body.as_bytes()).expect("a request");
    let Step::Fetch(walk) = start(&request, MARK, Network::Unresolved, 0) else {
        panic!("not fetched");
    };
    let expected = format!("{token}.{THUMBPRINT}");
    assert!(walk.reading_limit() > expected.len());
    let Step::Done(report) = walk.answered(Ok(ok(&format!("{expected}\n"))), 0) else {
        panic!("goes on");
    };
    assert!(report.works, "{report:?}");
}

/// An older page reads what a newer edge found.
#[test]
fn tolerates_kinds_that_it_does_not_know() {
    let parsed: Break = serde_json::from_str(r#"{"kind":"brandNew","x":1}"#).expect("a kind");
    assert_eq!(parsed, Break::Unknown);
}
