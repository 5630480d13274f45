//! What there is to do apart from issuing: each errand's happy end, what a CA may refuse, second
//! attempts, and answers that are lost.

mod passing;

use serde_json::{Value, json};
use tabcert_acme::account::AccountStatus;
use tabcert_acme::base64url;
use tabcert_acme::http::Request;
use tabcert_acme::jws::Jws;
use tabcert_acme::key::AccountKey;
use tabcert_acme::problem::ProblemKind;
use tabcert_acme::revocation::Reason;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::effect::{RequestId, TimerId};
use tabcert_issuance::errand::{Done, Ended, Errand, Start, Task, Undone};
use tabcert_issuance::event::TransportError;
use tabcert_issuance::failure::Failure;
use tabcert_issuance::transcript::RequestKind;
use tabcert_issuance::{Effect, Event};

use crate::answers::{Answer, CA, ReplayNonce, account, bad_nonce, json, problem, text};
use crate::fixtures::{BEGIN_MS, account_key};

/// An errand and whom it talks to.
struct Talk {
    errand: Option<Errand>,
    now_ms: u64,
    nonces: usize,
    waiting: Vec<(RequestId, RequestKind, Request)>,
    timers: Vec<TimerId>,
    asked: Vec<RequestKind>,
}

fn new_key() -> AccountKey {
    // PKCS#8 around a scalar.
    let head = "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCA";
    let head = base64url::decode(head).expect("base64url");
    AccountKey::from_pkcs8_der(&[head, vec![7; 32]].concat()).expect("a key")
}

fn account_url() -> HttpsUrl {
    HttpsUrl::parse(&format!("{CA}/account/1")).expect("a URL")
}

impl Talk {
    /// The CA is reached, and this is what is asked first.
    fn begin(task: Task, account_url: Option<HttpsUrl>) -> Self {
        Self::begin_at(task, account_url, &["keyChange", "revokeCert"])
    }

    fn begin_at(task: Task, account_url: Option<HttpsUrl>, offers: &[&str]) -> Self {
        let start = Start {
            directory_url: HttpsUrl::parse(&format!("{CA}/directory")).expect("a URL"),
            key: account_key(),
            account_url,
            edge_available: false,
            task,
        };
        let (errand, effects) = Errand::begin(start, BEGIN_MS);
        let mut this = Self {
            errand: Some(errand),
            now_ms: BEGIN_MS,
            nonces: 0,
            waiting: Vec::new(),
            timers: Vec::new(),
            asked: Vec::new(),
        };
        this.owe(effects);
        let mut directory = json!({
            "newNonce": format!("{CA}/new-nonce"),
            "newAccount": format!("{CA}/new-account"),
            "newOrder": format!("{CA}/new-order"),
        });
        for name in offers {
            directory[name] = json!(format!("{CA}/{name}"));
        }
        this.answer(
            RequestKind::Directory,
            json(200, &directory).without_nonce(),
        );
        this.answer(RequestKind::NewNonce, text(200, ""));
        this
    }

    fn owe(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Http {
                    id, kind, request, ..
                } => {
                    self.asked.push(kind);
                    self.waiting.push((id, kind, request));
                }
                Effect::Wait { id, .. } => self.timers.push(id),
                other => panic!("an errand has no use for {other:?}"),
            }
        }
    }

    fn event(&mut self, event: Event) {
        self.now_ms += 100;
        let errand = self.errand.take().expect("it is put back below");
        let (errand, effects) = errand.handle(event, self.now_ms);
        self.errand = Some(errand);
        self.owe(effects);
    }

    /// Answers the one request that waits, and returns what was signed.
    fn answer(&mut self, kind: RequestKind, answer: Answer) -> Option<Signed> {
        let (id, request) = self.take(kind);
        let mut response = answer.response;
        if answer.nonce == ReplayNonce::Fresh {
            self.nonces += 1;
            response.replay_nonce = Some(format!("nonce-{:06}", self.nonces));
        }
        self.event(Event::Http {
            id,
            result: Ok(response),
        });
        request.body.as_deref().map(Signed::parse)
    }

    /// The answer gets lost, until nobody asks any more.
    fn lose(&mut self, kind: RequestKind, times: usize) {
        for _ in 0..times {
            let (id, _) = self.take(kind);
            let result = Err(TransportError::TimedOut);
            self.event(Event::Http { id, result });
            while let Some(timer) = self.timers.pop() {
                self.event(Event::TimerFired(timer));
            }
            if self
                .waiting
                .iter()
                .any(|(_, kind, _)| *kind == RequestKind::NewNonce)
            {
                self.answer(RequestKind::NewNonce, text(200, ""));
            }
        }
    }

    fn take(&mut self, kind: RequestKind) -> (RequestId, Request) {
        assert_eq!(
            self.waiting.len(),
            1,
            "one after the other: {:?}",
            self.waiting
        );
        let (id, asked, request) = self.waiting.remove(0);
        assert_eq!(asked, kind);
        (id, request)
    }

    fn ended(&self) -> Ended {
        let errand = self.errand.as_ref().expect("no event is handled");
        let ended = errand.ended();
        ended
            .unwrap_or_else(|| panic!("it waits for {:?}", self.waiting))
            .clone()
    }

    fn undone(&self) -> Undone {
        *self.ended().expect_err("it was done")
    }
}

/// What a request says, and who says it.
struct Signed {
    protected: Value,
    payload: Option<Value>,
}

impl Signed {
    fn parse(body: &str) -> Self {
        let jws: Jws = serde_json::from_str(body).expect("a JWS");
        let decode = |part: &str| {
            let bytes = base64url::decode(part).expect("base64url");
            serde_json::from_slice(&bytes).expect("JSON")
        };
        Self {
            protected: decode(&jws.protected),
            payload: (!jws.payload.is_empty()).then(|| decode(&jws.payload)),
        }
    }

    fn is_by(&self, key: &AccountKey) -> bool {
        self.protected["jwk"] == serde_json::to_value(key.jwk()).expect("JSON")
    }
}

fn unknown() -> Answer {
    problem(400, "accountDoesNotExist", "no such account")
}

fn kind(undone: &Undone) -> ProblemKind {
    match &undone.failure {
        Failure::Refused(refusal) => refusal.problem.kind(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn an_account_is_found_without_making_one() {
    let mut talk = Talk::begin(Task::Find, None);
    let signed = talk.answer(RequestKind::NewAccount, account("valid"));
    let signed = signed.expect("signed");
    assert!(signed.is_by(&account_key()));
    assert_eq!(signed.payload, Some(json!({"onlyReturnExisting": true})));
    let Ok(Done::Account(found)) = talk.ended() else {
        panic!("{:?}", talk.ended());
    };
    assert_eq!(
        (found.url, found.account.status),
        (account_url(), AccountStatus::Valid)
    );

    let mut talk = Talk::begin(Task::Find, None);
    talk.answer(RequestKind::NewAccount, unknown());
    assert!(talk.undone().is_unknown_account());
}

/// An account without a body is one that the CA says nothing of: `Location` names it.
#[test]
fn an_account_is_found_and_changed_whatever_is_said_of_it() {
    for body in ["", "{}", r#"{"contact":null}"#, r#"{"status":""}"#] {
        for location in [&format!("{CA}/account/1")[..], "/account/1"] {
            let mut talk = Talk::begin(Task::Find, None);
            let answer = text(200, body).location(location);
            talk.answer(RequestKind::NewAccount, answer);
            let Ok(Done::Account(found)) = talk.ended() else {
                panic!("{body}: {:?}", talk.ended());
            };
            assert_eq!(found.url, account_url(), "{body}");
            assert_eq!(found.account.status, AccountStatus::Valid, "{body}");
        }
        let contact = vec!["mailto:new@example.org".to_owned()];
        let task = Task::ChangeContact(contact.clone());
        let mut talk = Talk::begin(task, Some(account_url()));
        talk.answer(RequestKind::UpdateAccount, text(200, body));
        let Ok(Done::Account(found)) = talk.ended() else {
            panic!("{body}: {:?}", talk.ended());
        };
        assert_eq!(found.account.contact, contact, "{body}");
    }
}

#[test]
fn the_account_is_read_whole_and_its_url_asked_for_where_it_is_unknown() {
    let object = r#"{"status":"valid","contact":[],"future":{"member":1}}"#;
    for known in [true, false] {
        let mut talk = Talk::begin(Task::Read, known.then(account_url));
        if !known {
            talk.answer(RequestKind::NewAccount, account("valid"));
        }
        let signed = talk.answer(RequestKind::Account, text(200, object));
        let signed = signed.expect("signed");
        assert_eq!(signed.protected["kid"], account_url().as_str());
        assert_eq!(signed.payload, None, "POST-as-GET");
        let Ok(Done::Account(found)) = talk.ended() else {
            panic!("{:?}", talk.ended());
        };
        assert_eq!(found.json, object);
    }
}

#[test]
fn a_contact_is_changed_and_a_refusal_kept_whole() {
    let contact = || Task::ChangeContact(vec!["mailto:new@example.org".to_owned()]);
    let changed = json!({"status": "valid", "contact": ["mailto:new@example.org"]});
    let mut talk = Talk::begin(contact(), Some(account_url()));
    // A stale nonce is no failure.
    talk.answer(RequestKind::UpdateAccount, bad_nonce());
    let signed = talk.answer(RequestKind::UpdateAccount, json(200, &changed));
    assert_eq!(
        signed.expect("signed").payload,
        Some(json!({"contact": ["mailto:new@example.org"]}))
    );
    let Ok(Done::Account(found)) = talk.ended() else {
        panic!("{:?}", talk.ended());
    };
    assert_eq!(found.account.contact, ["mailto:new@example.org"]);

    let mut talk = Talk::begin(contact(), Some(account_url()));
    let refusal = problem(400, "invalidContact", "example.org takes no mail");
    talk.answer(RequestKind::UpdateAccount, refusal);
    let undone = talk.undone();
    assert_eq!(kind(&undone), ProblemKind::InvalidContact);
    let explanation = undone.shown().explanation;
    assert_eq!(
        explanation.detail.as_deref(),
        Some("example.org takes no mail")
    );
}

#[test]
fn a_key_is_changed_after_a_look_whether_it_was_before() {
    let mut talk = Talk::begin(Task::ChangeKey(Box::new(new_key())), Some(account_url()));
    let looked = talk.answer(RequestKind::NewAccount, unknown());
    assert!(looked.expect("signed").is_by(&new_key()));
    talk.answer(RequestKind::KeyChange, bad_nonce());
    let signed = talk.answer(RequestKind::KeyChange, text(200, ""));
    let signed = signed.expect("signed");
    // By the old key, in the account's name; inside of it is one by the new key.
    assert_eq!(signed.protected["kid"], account_url().as_str());
    let inner = Signed::parse(&signed.payload.expect("a JWS").to_string());
    assert!(inner.is_by(&new_key()));
    let payload = inner.payload.expect("a payload");
    assert_eq!(payload["account"], account_url().as_str());
    assert_eq!(
        payload["oldKey"],
        serde_json::to_value(account_key().jwk()).expect("JSON")
    );
    assert_eq!(talk.ended(), Ok(Done::KeyChanged(account_url())));

    // The tab died after keyChange: the CA knows the new key.
    let mut talk = Talk::begin(Task::ChangeKey(Box::new(new_key())), Some(account_url()));
    talk.answer(RequestKind::NewAccount, account("valid"));
    assert_eq!(talk.ended(), Ok(Done::KeyChanged(account_url())));
    assert!(!talk.asked.contains(&RequestKind::KeyChange));
}

#[test]
fn a_key_change_whose_answer_is_lost_is_found_out() {
    let lost = || {
        let mut talk = Talk::begin(Task::ChangeKey(Box::new(new_key())), Some(account_url()));
        talk.answer(RequestKind::NewAccount, unknown());
        // Done the first time; then the old key is none any more.
        talk.lose(RequestKind::KeyChange, 1);
        talk.answer(RequestKind::KeyChange, unknown());
        talk
    };
    let mut talk = lost();
    let looked = talk.answer(RequestKind::NewAccount, account("valid"));
    assert!(looked.expect("signed").is_by(&new_key()));
    assert_eq!(talk.ended(), Ok(Done::KeyChanged(account_url())));

    // The CA knows neither: nothing of what was stored is given up.
    let mut talk = lost();
    talk.answer(
        RequestKind::NewAccount,
        problem(500, "serverInternal", "no"),
    );
    for timer in std::mem::take(&mut talk.timers) {
        talk.event(Event::TimerFired(timer));
    }
    talk.lose(RequestKind::NewAccount, 3);
    assert!(!talk.undone().old_key_counts);
}

#[test]
fn a_refused_key_change_leaves_the_old_key() {
    let mut talk = Talk::begin(Task::ChangeKey(Box::new(new_key())), Some(account_url()));
    talk.answer(RequestKind::NewAccount, unknown());
    talk.answer(
        RequestKind::KeyChange,
        problem(409, "malformed", "that key is in use"),
    );
    talk.answer(RequestKind::NewAccount, unknown());
    let undone = talk.undone();
    assert!(undone.old_key_counts);
    assert_eq!(
        undone.shown().explanation.detail.as_deref(),
        Some("that key is in use")
    );

    // A key that another account has is not this one's.
    let others = || account("valid").location(&format!("{CA}/account/2"));
    let mut talk = Talk::begin(Task::ChangeKey(Box::new(new_key())), Some(account_url()));
    talk.answer(RequestKind::NewAccount, others());
    talk.answer(
        RequestKind::KeyChange,
        problem(409, "malformed", "that key is in use"),
    );
    talk.answer(RequestKind::NewAccount, others());
    assert!(talk.undone().old_key_counts);

    // What nobody answered may be on its way still.
    let mut talk = Talk::begin(Task::ChangeKey(Box::new(new_key())), Some(account_url()));
    talk.answer(RequestKind::NewAccount, unknown());
    talk.lose(RequestKind::KeyChange, 4);
    talk.answer(RequestKind::NewAccount, unknown());
    let undone = talk.undone();
    assert!(
        matches!(undone.failure, Failure::Silent { .. }),
        "{undone:?}"
    );
    assert!(!undone.old_key_counts);
}

#[test]
fn what_a_ca_does_not_offer_is_said() {
    let task = || Task::ChangeKey(Box::new(new_key()));
    let mut talk = Talk::begin_at(task(), Some(account_url()), &[]);
    talk.answer(RequestKind::NewAccount, unknown());
    let undone = talk.undone();
    assert!(undone.old_key_counts);
    let shown = undone.shown();
    assert!(!shown.can_try_again);
    assert_eq!(
        shown.explanation.detail.as_deref(),
        Some("The CA's directory has no keyChange.")
    );
}

#[test]
fn ending_an_account_twice_ends_it() {
    let mut talk = Talk::begin(Task::Deactivate, Some(account_url()));
    let ended = json(200, &json!({"status": "deactivated"}));
    let signed = talk.answer(RequestKind::UpdateAccount, ended);
    assert_eq!(
        signed.expect("signed").payload,
        Some(json!({"status": "deactivated"}))
    );
    assert_eq!(talk.ended(), Ok(Done::Deactivated));

    // CAs tell in two ways that it was done before, and a third answer is a refusal.
    let says = "Account is not valid, has status \"deactivated\"";
    for (looked, done) in [
        (account("deactivated"), true),
        (problem(403, "unauthorized", says), true),
        (account("valid"), false),
        (problem(403, "unauthorized", "not you"), false),
    ] {
        let mut talk = Talk::begin(Task::Deactivate, Some(account_url()));
        talk.lose(RequestKind::UpdateAccount, 1);
        talk.answer(
            RequestKind::UpdateAccount,
            problem(401, "unauthorized", "no"),
        );
        talk.answer(RequestKind::NewAccount, looked);
        assert_eq!(talk.ended().is_ok(), done, "{:?}", talk.ended());
    }
}

#[test]
fn certificates_are_revoked_by_either_key_once_or_twice() {
    let der = vec![0xfb, 0xff];
    for by_account in [true, false] {
        let task = || {
            let reason = Reason::Superseded;
            if by_account {
                Task::RevokeByAccount(der.clone(), reason)
            } else {
                Task::RevokeByCertificateKey(der.clone(), reason)
            }
        };
        let url = by_account.then(account_url);
        let mut talk = Talk::begin(task(), url.clone());
        talk.answer(RequestKind::RevokeCertificate, bad_nonce());
        let signed = talk.answer(RequestKind::RevokeCertificate, text(200, ""));
        let signed = signed.expect("signed");
        assert_eq!(
            signed.payload,
            Some(json!({"certificate": "-_8", "reason": 4}))
        );
        assert_eq!(signed.is_by(&account_key()), !by_account);
        assert_eq!(talk.ended(), Ok(Done::Revoked { before: false }));

        let mut talk = Talk::begin(task(), url.clone());
        talk.lose(RequestKind::RevokeCertificate, 1);
        let before = problem(400, "alreadyRevoked", "revoked before");
        talk.answer(RequestKind::RevokeCertificate, before);
        assert_eq!(talk.ended(), Ok(Done::Revoked { before: true }));

        let mut talk = Talk::begin(task(), url);
        let refusal = problem(400, "badRevocationReason", "not that one");
        talk.answer(RequestKind::RevokeCertificate, refusal);
        assert_eq!(kind(&talk.undone()), ProblemKind::BadRevocationReason);
    }
}
