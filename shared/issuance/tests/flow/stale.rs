//! Every event at every point of the journey: where it is not expected it changes nothing.

use tabcert_acme::http::Response;
use tabcert_acme::token::Token;
use tabcert_issuance::effect::{RequestId, TimerId};
use tabcert_issuance::event::{CheckError, KeyError, PreparedCsr, PublishError, TransportError};
use tabcert_issuance::proof::Method;
use tabcert_issuance::{Event, Intent};

use crate::conversation::Conversation;
use crate::fixtures::{application, certificate_key, summary};
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example"];

/// An event, and where it is expected.
struct Case {
    name: &'static str,
    make: fn() -> Event,
    expected_at: &'static [Point],
}

const fn case(name: &'static str, expected_at: &'static [Point], make: fn() -> Event) -> Case {
    Case {
        name,
        make,
        expected_at,
    }
}

const CASES: [Case; 19] = [
    case("an answer to nothing", &[], || {
        answered(u64::MAX, Ok(Response::default()))
    }),
    case("the first answer once more", &[Point::Connecting], || {
        answered(1, Ok(Response::default()))
    }),
    case(
        "the first answer lost after all",
        &[Point::Connecting],
        || answered(1, Err(TransportError::TimedOut)),
    ),
    case("a timer of nobody", &[], || {
        Event::TimerFired(TimerId(u64::MAX))
    }),
    case("a request's number as a timer", &[], || {
        Event::TimerFired(TimerId(1))
    }),
    case("a second key", &[Point::MakingKey], || {
        let key = certificate_key(99);
        let csr_der = b"another".to_vec();
        Event::CsrPrepared(Ok(PreparedCsr { key, csr_der }))
    }),
    case("a second key that failed", &[Point::MakingKey], || {
        Event::CsrPrepared(Err(KeyError("no".to_owned())))
    }),
    case("an unknown token published", &[], || published(Ok(()))),
    case("an unknown token refused", &[], || {
        let detail = "no".to_owned();
        let not_tied = false;
        published(Err(PublishError { detail, not_tied }))
    }),
    case("a good check", &[Point::Checking], || {
        Event::Checked(Ok(summary(&application(NAMES).names)))
    }),
    case("a bad check", &[Point::Checking], || {
        Event::Checked(Err(CheckError::NoKey("no".to_owned())))
    }),
    case("begin", &[Point::Connected], || {
        Event::Intent(Intent::Begin(application(NAMES)))
    }),
    case("a method", &[Point::Proving], || {
        method("a.example", Method::HttpFile)
    }),
    case("a method for no name", &[], || {
        method("c.example", Method::Dns)
    }),
    case("ready", &[Point::Proving], || Event::Intent(Intent::Ready)),
    case(
        "ask now",
        &[Point::AwaitingLook, Point::AwaitingCertificate],
        || Event::Intent(Intent::AskNow),
    ),
    case("try again", &[Point::Unreached, Point::Failed], || {
        Event::Intent(Intent::TryAgain)
    }),
    case("try again without a name", &[Point::Failed], || {
        Event::Intent(Intent::TryAgainWithout(vec!["b.example".to_owned()]))
    }),
    case("try again without any name", &[], || {
        let names = NAMES.iter().map(ToString::to_string).collect();
        Event::Intent(Intent::TryAgainWithout(names))
    }),
];

fn answered(id: u64, result: Result<Response, TransportError>) -> Event {
    let id = RequestId(id);
    Event::Http { id, result }
}

fn published(result: Result<(), PublishError>) -> Event {
    let token = Token::parse("a-token-that-nobody-asked-for").expect("a token");
    Event::TokenPublished { token, result }
}

fn method(name: &str, method: Method) -> Event {
    let name = name.to_owned();
    Event::Intent(Intent::ChooseMethod { name, method })
}

/// Whether the event had an effect, or changed what the visitor sees.
fn matters(talk: &mut Conversation, event: Event) -> bool {
    let before = format!("{:?}", talk.view());
    let effects = talk.event(event);
    effects > 0 || format!("{:?}", talk.view()) != before
}

#[test]
fn a_stale_event_changes_nothing() {
    for point in Point::ALL {
        let mut talk = Conversation::at(point, NAMES);
        for case in &CASES {
            if !case.expected_at.contains(&point) {
                let mattered = matters(&mut talk, (case.make)());
                assert!(!mattered, "{} at {point:?}", case.name);
            }
        }
        // And nothing is broken: the journey goes on to its end.
        talk.slow_key = false;
        if matches!(point, Point::Diagnosing) {
            talk.go_to(Point::Failed);
        }
        if matches!(point, Point::Unreached | Point::Diagnosing | Point::Failed) {
            talk.ca.failing.clear();
            talk.want(Intent::TryAgain);
        }
        talk.go_to(Point::Issued);
        assert_eq!(
            talk.delivery().key.as_ref().expect("a key").pkcs8_der(),
            b"key-1",
            "from {point:?}"
        );
    }
}

#[test]
fn an_expected_event_changes_something() {
    for case in &CASES {
        for point in case.expected_at {
            let mut talk = Conversation::at(*point, NAMES);
            let mattered = matters(&mut talk, (case.make)());
            assert!(mattered, "{} at {point:?}", case.name);
        }
    }
}
