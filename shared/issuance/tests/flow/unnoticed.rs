//! CAs that leave an order pending although a proof has failed, or has never been looked at.

use serde_json::{Value, json};
use tabcert_issuance::Intent;
use tabcert_issuance::transcript::RequestKind::{self, Authorization, Challenge, NewOrder, Order};
use tabcert_issuance::view::{Cause, NameCause, OrderStanding, Phase, Stage, Undecided};

use crate::answers::{self, CA};
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example"];

/// The challenge as it is started, or shown, with this in addition.
fn challenge(more: &Value) -> Value {
    let mut challenge = json!({
        "type": "dns-01",
        "url": format!("{CA}/challenge/1/0/dns-01"),
        "token": "token-of-order-0001-name-0000-dns-01",
    });
    let members = challenge.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    challenge
}

/// Everybody does well but the CA, which leaves the order pending and shows this of the challenge.
struct Stuck {
    talk: Conversation,
    shown: Value,
}

impl Stuck {
    /// The answer to the challenge's start, and what is shown of it later.
    fn after(answer: &Value, shown: &Value) -> Self {
        let mut talk = Conversation::at(Point::Starting, NAMES);
        talk.answer(Challenge, answers::json(200, &challenge(answer)));
        let shown = shown.clone();
        Self { talk, shown }
    }

    fn step(&mut self) {
        let talk = &mut self.talk;
        match talk.waiting().first() {
            Some(Order) => {
                talk.answer(Order, answers::order_for(1, "pending", NAMES));
            }
            Some(Authorization) => {
                let mut shown = answers::authorization((1, 0), NAMES[0], "pending", &["dns-01"]);
                shown["challenges"] = json!([challenge(&self.shown)]);
                talk.answer(Authorization, answers::json(200, &shown));
            }
            Some(Challenge) => {
                talk.answer(Challenge, answers::json(200, &challenge(&self.shown)));
            }
            _ => talk.step(),
        }
    }

    fn go_on_until(&mut self, is_reached: fn(&Conversation) -> bool) {
        for _ in 0..2_000 {
            if is_reached(&self.talk) {
                return;
            }
            self.step();
        }
        panic!("never: {:?}", self.talk.phase());
    }

    fn go_to_failure(&mut self) {
        self.go_on_until(|talk| matches!(talk.phase(), Phase::Failed(_)));
    }

    fn undecided(&self) -> Option<Undecided> {
        match self.talk.phase() {
            Phase::Working(work) => work.undecided,
            _ => None,
        }
    }
}

fn not_found() -> Value {
    answers::problem_json("rejectedIdentifier", "no TXT record")
}

#[test]
fn a_proof_that_failed_at_once_is_told_at_once() {
    let failed = json!({"status": "invalid", "error": not_found()});
    let bare = json!({"status": "invalid"});
    for (answer, detail) in [(&failed, Some("no TXT record")), (&bare, None)] {
        let pending = json!({"status": "pending"});
        for shown in [answer, &pending] {
            let mut stuck = Stuck::after(answer, shown);
            let began_ms = stuck.talk.now_ms;
            stuck.go_to_failure();
            assert!(stuck.talk.now_ms - began_ms < 1_000);
            assert_eq!(stuck.talk.count(Order), 0);
            assert_eq!(
                stuck.talk.count(Authorization),
                2,
                "before, and to learn why"
            );
            let failed = stuck.talk.failed();
            assert_eq!(
                (failed.cause, failed.order),
                (Cause::Unproven, OrderStanding::None)
            );
            assert_eq!(failed.names[0].name, NAMES[0]);
            assert_eq!(failed.names[0].cause, NameCause::ProofFailed);
            assert_eq!(failed.names[0].explanation.detail.as_deref(), detail);
            stuck.talk.want(Intent::TryAgain);
            stuck.talk.go_to(Point::Issued);
            assert_eq!(stuck.talk.count(NewOrder), 2);
        }
    }
}

/// The CA has looked, and waits for being asked again (RFC 8555 §8.2).
#[test]
fn a_proof_that_was_not_found_can_be_mended_within_the_order() {
    let answer = json!({"status": "pending", "error": not_found()});
    let mut stuck = Stuck::after(&answer, &answer);
    let told = stuck.undecided().expect("told at once");
    assert_eq!(
        (told.words.as_deref(), told.names.len()),
        (Some("no TXT record"), 1)
    );
    assert_eq!(told.records[0].name, "_acme-challenge.a.example");
    let began_ms = stuck.talk.now_ms;
    stuck.go_to_failure();
    assert!(stuck.talk.now_ms - began_ms <= 10_000);
    let failed = stuck.talk.failed();
    assert_eq!(
        (failed.cause, failed.order),
        (Cause::Unproven, OrderStanding::Open)
    );
    assert_eq!(failed.names[0].cause, NameCause::ProofNotFound);
    stuck.talk.want(Intent::TryAgain);
    stuck.talk.go_to(Point::Proving);
    assert_eq!(
        stuck.talk.proving().records,
        told.records,
        "the same values"
    );
    stuck.talk.go_to(Point::Issued);
    assert_eq!(
        (stuck.talk.count(NewOrder), stuck.talk.count(Challenge)),
        (1, 2)
    );
}

#[test]
fn a_challenge_that_failed_in_silence_is_found_by_the_tenth_second() {
    let shown = json!({"status": "invalid", "error": not_found()});
    let mut stuck = Stuck::after(&json!({"status": "pending"}), &shown);
    let began_ms = stuck.talk.now_ms;
    stuck.go_to_failure();
    assert!(stuck.talk.now_ms - began_ms <= 10_000);
    assert_eq!(stuck.talk.failed().names[0].cause, NameCause::ProofFailed);
    assert_eq!(stuck.talk.count(Authorization), 2);
}

#[test]
fn a_ca_that_says_nothing_is_told_as_that_and_is_no_circle() {
    let pending = json!({"status": "pending"});
    let mut stuck = Stuck::after(&pending, &pending);
    let began_ms = stuck.talk.now_ms;
    stuck.go_on_until(|talk| talk.count(Authorization) == 2);
    stuck.step();
    assert!(stuck.talk.now_ms - began_ms <= 10_000);
    let told = stuck.undecided().expect("told");
    assert_eq!((told.names, told.words), (vec![NAMES[0].to_owned()], None));
    assert_eq!(told.records.len(), 1, "what can be checked meanwhile");
    stuck.go_to_failure();
    let minutes = (stuck.talk.now_ms - began_ms) / 60_000;
    assert!((15..18).contains(&minutes), "{minutes}");
    // Ever more seldom.
    assert!((5..10).contains(&stuck.talk.count(Authorization)));
    let failed = stuck.talk.failed();
    assert_eq!(failed.cause, Cause::SilentAboutProofs);
    assert_eq!(failed.names[0].cause, NameCause::Undecided);
    assert_eq!(failed.order, OrderStanding::Open);
    let mut anew = stuck.talk.count(NewOrder);
    stuck.talk.want(Intent::TryAgain);
    stuck.go_on_until(|talk| talk.count(Challenge) == 2);
    assert_eq!(
        stuck.talk.count(NewOrder),
        anew,
        "the CA is asked to look again"
    );
    stuck.go_to_failure();
    stuck.talk.want(Intent::OrderAnew);
    stuck.talk.go_to(Point::Issued);
    anew += 1;
    assert_eq!(stuck.talk.count(NewOrder), anew);
}

/// RFC 8555 §8.2: "Clients can explicitly request a retry by re-sending their response to a challenge in
/// a new POST request".
#[test]
fn the_visitor_can_have_the_ca_look_again() {
    for shown in [
        json!({"status": "pending"}),
        json!({"status": "pending", "error": not_found()}),
    ] {
        let mut stuck = Stuck::after(&shown, &shown);
        stuck.talk.want(Intent::AskNow);
        stuck.go_on_until(|talk| talk.waiting().contains(&Challenge));
        let path = &stuck.talk.requests[0].path;
        assert_eq!(path, "/challenge/1/0/dns-01");
        stuck.talk.go_to(Point::Issued);
        assert_eq!(stuck.talk.count(Challenge), 2);
        assert_eq!(stuck.talk.count(NewOrder), 1);
    }
}

/// What is being looked at is not started again.
#[test]
fn a_challenge_that_is_processing_is_left_alone() {
    let shown = json!({"status": "processing", "error": not_found()});
    let mut stuck = Stuck::after(&json!({"status": "processing"}), &shown);
    stuck.talk.want(Intent::AskNow);
    stuck.go_on_until(|talk| talk.count(Authorization) == 2);
    stuck.step();
    assert_eq!(stuck.talk.count(Challenge), 1);
    assert_eq!(stuck.talk.stage(), Some(Stage::Validating));
    let told = stuck.undecided().expect("told");
    assert_eq!(told.words.as_deref(), Some("no TXT record"));
}

/// A refusal to start it again says that it is being looked at already.
#[test]
fn a_challenge_that_cannot_be_started_again_is_no_failure() {
    let pending = json!({"status": "pending"});
    let mut stuck = Stuck::after(&pending, &pending);
    stuck.talk.want(Intent::AskNow);
    stuck.go_on_until(|talk| talk.waiting().contains(&Challenge));
    let refusal = answers::problem(400, "malformed", "already processing");
    stuck.talk.answer(Challenge, refusal);
    assert_eq!(stuck.talk.stage(), Some(Stage::Validating));
    assert!(!stuck.talk.timers.is_empty(), "it is watched");
}

/// Patience is what was waited, not what the clock says.
#[test]
fn a_computer_that_slept_has_not_waited() {
    let mut talk = Conversation::at(Point::AwaitingLook, NAMES);
    talk.tick();
    talk.answer(Order, answers::order_for(1, "pending", NAMES));
    talk.now_ms += 8 * 3_600_000;
    talk.tick();
    talk.answer(Order, answers::order_for(1, "pending", NAMES));
    assert_eq!(talk.stage(), Some(Stage::Validating));
    talk.go_to(Point::Issued);
    let mut talk = Conversation::at(Point::AwaitingCertificate, NAMES);
    talk.now_ms += 8 * 3_600_000;
    talk.tick();
    talk.answer(Order, answers::order_for(1, "processing", NAMES));
    assert_eq!(talk.stage(), Some(Stage::Finalizing));
    talk.go_to(Point::Issued);
}

/// CAs that do well are asked as little as before.
#[test]
fn a_ca_that_is_done_within_seconds_is_not_looked_at() {
    let mut talk = Conversation::at(Point::Proving, &["a.example", "b.example"]);
    talk.ca.looks_before_ready = 5;
    talk.go_to(Point::Issued);
    let counts = [Authorization, Challenge, RequestKind::Finalize].map(|kind| talk.count(kind));
    assert_eq!(counts, [2, 2, 1]);
}

#[test]
fn the_first_real_reason_is_told() {
    let mut talk = Conversation::at(Point::Looking, NAMES);
    talk.answer(Order, answers::order_for(1, "invalid", NAMES));
    let kinds = ["http-01", "dns-01"];
    let mut shown = answers::authorization((1, 0), NAMES[0], "invalid", &kinds);
    shown["challenges"][0]["error"] = json!({"type": "about:blank"});
    shown["challenges"][1]["error"] = answers::problem_json("dns", "no TXT record");
    talk.answer(Authorization, answers::json(200, &shown));
    let detail = talk.failed().names.remove(0).explanation.detail;
    assert_eq!(detail.as_deref(), Some("no TXT record"));
}
