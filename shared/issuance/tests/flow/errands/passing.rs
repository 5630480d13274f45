//! Errands at CAs that are busy, silent, or do not do what is asked, and the keys that are kept then.

use tabcert_issuance::Intent;
use tabcert_issuance::view::HoldReason;

use super::*;

fn change_key() -> Talk {
    let mut talk = Talk::begin(Task::ChangeKey(Box::new(new_key())), Some(account_url()));
    talk.answer(RequestKind::NewAccount, unknown());
    talk
}

impl Talk {
    /// The answer to the one request that waits; what is asked again is asked at once.
    fn answer_and_hurry(&mut self, kind: RequestKind, answer: Answer) {
        self.answer(kind, answer);
        while let Some(timer) = self.timers.pop() {
            self.event(Event::TimerFired(timer));
        }
        let waits_for_nonce = |talk: &Self| {
            let mut waiting = talk.waiting.iter();
            waiting.any(|(_, kind, _)| *kind == RequestKind::NewNonce)
        };
        if waits_for_nonce(self) {
            self.answer(RequestKind::NewNonce, text(200, ""));
        }
    }

    fn hold_reason(&self) -> Option<HoldReason> {
        let errand = self.errand.as_ref().expect("no event is handled");
        errand.hold().map(|hold| hold.reason)
    }
}

/// The first attempt may be on its way still, whatever a balancer says to the others, and a CA that does
/// not know the new key yet may do so soon.
#[test]
fn both_keys_are_kept_as_long_as_an_attempt_was_not_answered() {
    let mut talk = change_key();
    talk.lose(RequestKind::KeyChange, 1);
    for _ in 0..3 {
        talk.answer_and_hurry(RequestKind::KeyChange, text(503, "<html>"));
    }
    talk.answer(RequestKind::NewAccount, unknown());
    assert!(!talk.undone().old_key_counts);

    // A refusal that is plain by itself, after an attempt that got no answer.
    for lost in [
        text(504, "<html>"),
        text(408, ""),
        text(403, "<html>"),
        text(200, "<html>"),
    ] {
        let mut talk = change_key();
        talk.answer_and_hurry(RequestKind::KeyChange, lost);
        let refusal = problem(409, "malformed", "that key is in use");
        talk.answer(RequestKind::KeyChange, refusal);
        talk.answer(RequestKind::NewAccount, unknown());
        assert!(!talk.undone().old_key_counts);
    }
}

#[test]
fn the_old_key_counts_only_where_the_ca_refuses_the_change() {
    let cases = [
        (problem(409, "malformed", "in use"), true),
        (problem(400, "badPublicKey", "weak"), true),
        (problem(400, "malformed", "no"), true),
        (text(405, "Method Not Allowed"), true),
        (problem(501, "rejectedIdentifier", "not implemented"), true),
        // By the wrong key, perhaps, as it was changed before.
        (problem(403, "unauthorized", "no"), false),
        (problem(400, "accountDoesNotExist", "who?"), false),
        // Later, perhaps.
        (
            problem(429, "rateLimited", "later").retry_after("3600"),
            false,
        ),
        (
            problem(503, "serverInternal", "later").retry_after("3600"),
            false,
        ),
        (text(400, "what?"), false),
    ];
    for (refusal, expected) in cases {
        let mut talk = change_key();
        talk.answer(RequestKind::KeyChange, refusal.clone());
        talk.answer(RequestKind::NewAccount, unknown());
        assert_eq!(talk.undone().old_key_counts, expected, "{refusal:?}");
    }
}

#[test]
fn what_a_ca_does_not_serve_is_asked_for_once() {
    let der = || vec![1, 2, 3];
    let tasks = [
        (Task::ChangeKey(Box::new(new_key())), RequestKind::KeyChange),
        (Task::ChangeContact(Vec::new()), RequestKind::UpdateAccount),
        (Task::Deactivate, RequestKind::UpdateAccount),
        (
            Task::RevokeByAccount(der(), Reason::Unspecified),
            RequestKind::RevokeCertificate,
        ),
    ];
    for (task, kind) in tasks {
        for status in [405, 501] {
            let mut talk = Talk::begin(task.clone(), Some(account_url()));
            if kind == RequestKind::KeyChange {
                talk.answer(RequestKind::NewAccount, unknown());
            }
            talk.answer(kind, problem(status, "rejectedIdentifier", "not here"));
            if kind == RequestKind::KeyChange {
                talk.answer(RequestKind::NewAccount, unknown());
            }
            let undone = talk.undone();
            assert!(
                matches!(undone.failure, Failure::NotServed(_)),
                "{undone:?}"
            );
            assert!(!undone.shown().can_try_again);
            let asked = talk.asked.iter().filter(|asked| **asked == kind).count();
            assert_eq!(asked, 1);
        }
    }
}

#[test]
fn a_busy_ca_is_waited_for_in_view_and_the_visitor_decides() {
    let revoke = || Task::RevokeByAccount(vec![1], Reason::Unspecified);
    let kind = RequestKind::RevokeCertificate;
    let cases = [
        (text(503, "<html>"), HoldReason::Busy),
        (problem(500, "serverInternal", "oh"), HoldReason::Busy),
        (
            problem(429, "rateLimited", "slowly").retry_after("5"),
            HoldReason::Limited,
        ),
    ];
    for (answer, reason) in cases {
        let mut talk = Talk::begin(revoke(), Some(account_url()));
        assert_eq!(talk.hold_reason(), None);
        talk.answer(kind, answer.clone());
        assert_eq!(talk.hold_reason(), Some(reason));
        talk.event(Event::Intent(Intent::AskNow));
        assert_eq!(talk.hold_reason(), None);
        talk.answer(kind, answer);
        talk.event(Event::Intent(Intent::Stop));
        assert!(matches!(talk.undone().failure, Failure::Refused(_)));
    }
}

/// A portal answers 200 to everything, and has done nothing.
#[test]
fn a_page_of_markup_is_no_success() {
    let tasks = [
        (Task::ChangeKey(Box::new(new_key())), RequestKind::KeyChange),
        (Task::ChangeContact(Vec::new()), RequestKind::UpdateAccount),
        (Task::Deactivate, RequestKind::UpdateAccount),
        (
            Task::RevokeByAccount(vec![1], Reason::Unspecified),
            RequestKind::RevokeCertificate,
        ),
    ];
    for (task, kind) in tasks {
        let mut talk = Talk::begin(task, Some(account_url()));
        let changes_key = kind == RequestKind::KeyChange;
        if changes_key {
            talk.answer(RequestKind::NewAccount, unknown());
        }
        for _ in 0..4 {
            talk.answer_and_hurry(kind, text(200, "<html>Sign in</html>"));
        }
        if changes_key {
            talk.answer(RequestKind::NewAccount, unknown());
        }
        let undone = talk.undone();
        assert!(matches!(undone.failure, Failure::Protocol(_)), "{undone:?}");
        assert!(!undone.old_key_counts);
    }
}

/// RFC 8555 §7.3.2 has the CA show the account; not every one does.
#[test]
fn a_contact_is_changed_whatever_the_ca_shows() {
    let contact = vec!["mailto:new@example.org".to_owned()];
    for body in ["", "OK", "[]"] {
        let task = Task::ChangeContact(contact.clone());
        let mut talk = Talk::begin(task, Some(account_url()));
        talk.answer(RequestKind::UpdateAccount, text(200, body));
        let shown = json!({"status": "valid", "contact": contact});
        if talk
            .errand
            .as_ref()
            .is_some_and(|errand| errand.ended().is_none())
        {
            talk.answer(RequestKind::Account, json(200, &shown));
        }
        let Ok(Done::Account(found)) = talk.ended() else {
            panic!("{:?}", talk.ended());
        };
        assert_eq!(found.account.status, AccountStatus::Valid);
    }
}

/// A CA that makes no accounts over ACME, and an account whose URL came with its files.
#[test]
fn an_account_is_found_by_its_url_where_the_ca_does_not_look_for_keys() {
    let mut talk = Talk::begin(Task::Find, Some(account_url()));
    talk.answer(
        RequestKind::NewAccount,
        problem(403, "externalAccountRequired", "bind it"),
    );
    talk.answer(RequestKind::Account, json(200, &json!({"status": "valid"})));
    let Ok(Done::Account(found)) = talk.ended() else {
        panic!("{:?}", talk.ended());
    };
    assert_eq!(found.url, account_url());
}

#[test]
fn a_ca_that_is_not_there_ends_the_errand_after_a_second_look() {
    let start = Start {
        directory_url: HttpsUrl::parse(&format!("{CA}/directory")).expect("a URL"),
        key: account_key(),
        account_url: None,
        edge_available: false,
        task: Task::Read,
    };
    let (mut errand, effects) = Errand::begin(start, BEGIN_MS);
    let mut asked = effects;
    for is_last in [false, true] {
        let [Effect::Http { id, .. }] = asked.as_slice() else {
            panic!("{asked:?}");
        };
        let result = Err(TransportError::Network("no route".to_owned()));
        let (next, effects) = errand.handle(Event::Http { id: *id, result }, BEGIN_MS);
        errand = next;
        if is_last {
            assert!(effects.is_empty());
            break;
        }
        assert_eq!(
            errand.hold().map(|it| it.reason),
            Some(HoldReason::NoAnswer)
        );
        let [Effect::Wait { id, .. }] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        let (next, effects) = errand.handle(Event::TimerFired(*id), BEGIN_MS);
        (errand, asked) = (next, effects);
    }
    let ended = errand.ended().expect("it has ended").clone();
    let undone = ended.expect_err("nobody is there");
    assert!(matches!(undone.failure, Failure::Unreachable { .. }));
}
