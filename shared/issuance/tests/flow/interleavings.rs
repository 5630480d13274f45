//! Whatever happens in whatever order, the machine neither panics nor gets stuck, and as soon as
//! everybody does well again, the visitor gets the certificate.
//!
//! The conversation checks on the way that no nonce is used twice and that no more calls are in
//! flight than are allowed.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tabcert_acme::http::Response;
use tabcert_issuance::effect::{RequestId, TimerId};
use tabcert_issuance::event::{KeyError, PublishError, TransportError};
use tabcert_issuance::proof::Method;
use tabcert_issuance::view::Phase;
use tabcert_issuance::{Event, Intent};

use crate::answers::{self, Answer};
use crate::asked::Asked;
use crate::conversation::Conversation;
use crate::dice::Dice;

/// How many games are played, unless the environment's `TABCERT_GAMES` says otherwise.
const GAMES: u64 = 100;

/// No game with so little trouble is this long.
const MAX_TURNS: usize = 4_000;

const NAMES: &[&str] = &[
    "a.example",
    "*.a.example",
    "b.example",
    "c.example",
    "d.example",
    "e.example",
    "f.example",
    "g.example",
    "h.example",
    "i.example",
];

#[test]
fn every_game_ends_with_a_certificate() {
    let games = std::env::var("TABCERT_GAMES").ok();
    let games = games.and_then(|games| games.parse().ok()).unwrap_or(GAMES);
    for seed in 0..games {
        let game = AssertUnwindSafe(|| Game::new(seed).play());
        assert!(catch_unwind(game).is_ok(), "game {seed}");
    }
}

struct Game {
    dice: Dice,
    talk: Conversation,
    /// How many things can still go wrong.
    trouble: usize,
}

impl Game {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let names = &NAMES[..=dice.roll(NAMES.len())];
        let mut talk = Conversation::new(names, dice.chance(80));
        talk.ca.looks_before_ready = dice.roll(3);
        talk.ca.looks_before_valid = dice.roll(3);
        talk.ca.reuses_proofs = dice.chance(50);
        for name in names {
            if dice.chance(15) {
                talk.ca.proven.insert((*name).to_owned());
            } else if dice.chance(15) {
                let words = "not found".to_owned();
                talk.ca.failing.insert((*name).to_owned(), words);
            }
        }
        let trouble = dice.roll(25);
        Self {
            dice,
            talk,
            trouble,
        }
    }

    fn play(mut self) {
        for _ in 0..MAX_TURNS {
            if matches!(self.talk.phase(), Phase::Issued(_)) {
                return self.check_the_end();
            }
            self.turn();
        }
        panic!("no end: {:?}", self.talk.view());
    }

    fn check_the_end(self) {
        let talk = self.talk;
        let issued = talk.issued();
        let delivery = talk.delivery();
        let csr = String::from_utf8(delivery.csr_der).expect("a text");
        assert_eq!(delivery.answer.text(), format!("certificate: {csr}"));
        let mut names = issued.summary.names;
        names.sort_unstable();
        assert!(csr.ends_with(&format!(" for {}", names.join(" "))));
        let published: BTreeSet<_> = talk.published.iter().map(ToString::to_string).collect();
        let withdrawn = talk.withdrawn.iter().map(ToString::to_string).collect();
        assert!(published.is_subset(&withdrawn), "the edge still answers");
    }

    /// Somebody who owes an answer gives one, good or bad; now and then something happens that
    /// nobody waits for.
    fn turn(&mut self) {
        if self.dice.chance(10) {
            self.disturb();
        }
        let talk = &self.talk;
        let owed = [
            talk.requests.len(),
            talk.csr_tasks.len(),
            talk.to_publish.len(),
            talk.checks.len(),
            talk.timers.len(),
        ];
        let owing: Vec<_> = (0..owed.len()).filter(|index| owed[*index] > 0).collect();
        let impatient = matches!(talk.phase(), Phase::Failed(_)) && self.dice.chance(30);
        if owing.is_empty() || impatient {
            return self.visitor_acts();
        }
        let bad = self.something_goes_wrong();
        match self.dice.pick(&owing) {
            0 => {
                let index = self.dice.roll(owed[0]);
                let asked = self.talk.requests.remove(index);
                if bad {
                    self.answer_badly(&asked);
                } else {
                    let answer = self.talk.ca.answer(&asked);
                    self.talk.reply(&asked, answer);
                }
            }
            1 if bad => {
                self.talk.csr_tasks.remove(0);
                let error = KeyError("out of memory".to_owned());
                self.talk.event(Event::CsrPrepared(Err(error)));
            }
            1 => self.talk.make_csr(),
            2 => {
                let refusal = PublishError {
                    detail: "not tied".to_owned(),
                    not_tied: true,
                };
                self.talk.publish(if bad { Err(refusal) } else { Ok(()) });
            }
            3 => self.talk.check(),
            _ => {
                self.talk.tick();
            }
        }
    }

    fn something_goes_wrong(&mut self) -> bool {
        let wrong = self.trouble > 0 && self.dice.chance(25);
        self.trouble -= usize::from(wrong);
        wrong
    }

    fn answer_badly(&mut self, asked: &Asked) {
        // The CA may have done what was asked for, and only its answer is bad.
        if self.dice.chance(50) {
            let answer = self.talk.ca.answer(asked);
            if self.dice.chance(30) {
                self.talk.reply(asked, answer.without_nonce());
                return;
            }
        }
        let lost = [
            TransportError::TimedOut,
            TransportError::Network("gone".to_owned()),
            TransportError::Edge("no route".to_owned()),
            TransportError::TooLarge,
        ];
        match self.dice.roll(3) {
            0 => {
                let error = lost[self.dice.roll(lost.len())].clone();
                self.talk.reply_nothing(asked, error);
            }
            _ => {
                let answer = self.bad_answer();
                self.talk.reply(asked, answer);
            }
        }
    }

    fn bad_answer(&mut self) -> Answer {
        let names = self.talk.application.names.iter();
        let names: Vec<_> = names.map(|name| name.as_str()).collect();
        let refused = [self.dice.pick(&names)];
        let answer = match self.dice.roll(16) {
            0..4 => answers::bad_nonce(),
            4 => answers::text(503, "busy"),
            5 => answers::text(503, "busy").retry_after("3"),
            6 => answers::problem(429, "rateLimited", "slowly").retry_after("5"),
            7 => answers::problem(429, "rateLimited", "later").retry_after("9999"),
            8 => answers::text(200, "welcome to this network"),
            9 => answers::rejected(&refused),
            10 => answers::problem(400, "accountDoesNotExist", "who?"),
            11 => answers::problem(404, "malformed", "not here yet"),
            12 => answers::text(403, "<html>blocked</html>"),
            13 => answers::text(502, "<html>bad gateway</html>"),
            14 => answers::text(408, ""),
            _ => answers::problem(403, "orderNotReady", "not yet"),
        };
        if self.dice.chance(30) {
            answer.without_nonce()
        } else {
            answer
        }
    }

    /// What nobody waits for: answers and timers once more, and clicks that come at any time.
    fn disturb(&mut self) {
        let number = self.dice.roll(100) as u64;
        let talk = &mut self.talk;
        let awaited = talk
            .requests
            .iter()
            .any(|asked| asked.id == RequestId(number))
            || talk.timers.iter().any(|timer| timer.0 == TimerId(number));
        let event = match self.dice.roll(5) {
            0 | 1 if awaited => return,
            0 => Event::Http {
                id: RequestId(number),
                result: Ok(Response::default()),
            },
            1 => Event::TimerFired(TimerId(number)),
            2 => Event::Intent(Intent::Ready),
            3 => Event::Intent(Intent::Stop),
            _ => Event::Intent(Intent::AskNow),
        };
        self.talk.event(event);
    }

    fn visitor_acts(&mut self) {
        match self.talk.phase() {
            Phase::Connected => {
                self.talk.want(Intent::Begin(self.talk.application.clone()));
            }
            Phase::Proving(proving) => {
                for proof in proving.names {
                    let name = proof.name;
                    let method = self.dice.pick(&proof.methods);
                    // In the end the visitor takes the way that needs no edge.
                    let method = if self.trouble > 0 {
                        method
                    } else {
                        Method::Dns
                    };
                    self.talk.want(Intent::ChooseMethod { name, method });
                }
                self.talk.want(Intent::Ready);
            }
            Phase::Failed(failed) => {
                if self.trouble == 0 || self.dice.chance(30) {
                    self.talk.ca.failing.clear();
                }
                let blamed: Vec<_> = failed.names.into_iter().map(|name| name.name).collect();
                let intent = if self.dice.chance(30) {
                    Intent::TryAgainWithout(blamed)
                } else {
                    Intent::TryAgain
                };
                self.talk.want(intent);
            }
            other => panic!("stuck, and nobody owes anything: {other:?}"),
        }
    }
}
