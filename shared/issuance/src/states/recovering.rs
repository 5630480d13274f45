//! newOrder may have been obeyed although its answer never arrived, in this tab or in one that ended:
//! the order is looked for in the account's list, so that it is not made twice.
//!
//! A CA without such a list (RFC 8555 §7.1.2.1 is optional in practice) cannot be asked. What fails in
//! passing says nothing about the order, and is not taken for "not there".

use tabcert_acme::account::Account;
use tabcert_acme::order::{Order, OrderStatus};
use tabcert_acme::orders::OrdersPage;
use tabcert_acme::timestamp;
use tabcert_acme::url::HttpsUrl;

use super::{Behaviour, Journey, Resuming, State};
use crate::failure::Failure;
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage};

/// A list may be long and is read for its newest orders only: so many pages, and no more.
const MAX_PAGES: usize = 50;

/// How many orders are looked at: the last of the list and, as RFC 8555 promises no order of it, the
/// first.
const LOOK_AT_EACH_END: usize = 4;

/// What follows where the order is not there, or the CA has no list that could tell.
#[derive(Debug)]
pub(super) enum Otherwise {
    /// It is ordered.
    Order,
    /// It is ordered after a pause; if it has been often enough, this is how it ends.
    Repeat(Failure),
    /// It is ordered without telling the CA of a predecessor.
    OrderAsNew,
    /// This is how it ends: another order would fare no better.
    Fail(Failure),
}

/// Reads the account, the list of its orders, and the likely ones.
#[derive(Debug)]
pub(crate) struct Recovering {
    pub(crate) journey: Journey,
    otherwise: Otherwise,
    pages: usize,
    listed: Vec<HttpsUrl>,
    /// Those that are looked at.
    candidates: Vec<HttpsUrl>,
    looked_at: usize,
    found: Option<Found>,
    /// What kept a candidate from being read, in passing.
    unread: Option<Failure>,
}

/// An order that may be the one. The greatest is taken: what expires last was made last, and so was, at
/// most CAs, what stands last in the list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    expires_ms: Option<u64>,
    position: usize,
}

impl Recovering {
    pub(super) fn begin(mut journey: Journey, otherwise: Otherwise) -> State {
        let Some(account) = journey.session.account_url().cloned() else {
            return journey.go_on();
        };
        journey.glance(RequestKind::Account, 0, account);
        journey.enter();
        Self {
            journey,
            otherwise,
            pages: 0,
            listed: Vec::new(),
            candidates: Vec::new(),
            looked_at: 0,
            found: None,
            unread: None,
        }
        .into()
    }

    fn read_page(mut self, url: HttpsUrl) -> State {
        self.pages += 1;
        self.journey.glance(RequestKind::Orders, 0, url);
        self.into()
    }

    fn look(mut self) -> State {
        let others = &self.journey.cx.start.other_orders;
        self.listed.retain(|url| !others.contains(url));
        let listed = std::mem::take(&mut self.listed);
        let (first, last) = (
            LOOK_AT_EACH_END,
            listed.len().saturating_sub(LOOK_AT_EACH_END),
        );
        let likely = listed
            .into_iter()
            .enumerate()
            .filter(|(index, _)| *index < first || *index >= last)
            .map(|(_, url)| url);
        self.candidates = likely.collect();
        for (index, url) in self.candidates.iter().enumerate() {
            self.journey.glance(RequestKind::Order, index, url.clone());
        }
        self.go_on()
    }

    fn go_on(mut self) -> State {
        if self.looked_at < self.candidates.len() {
            return self.into();
        }
        let found = self.found.take();
        let url = found.and_then(|found| self.candidates.get(found.position).cloned());
        match (url, self.unread.take()) {
            (Some(url), _) => {
                self.journey.order_made(url.clone());
                Resuming::begin(self.journey, url)
            }
            (None, Some(failure)) => self.could_not_look(failure),
            (None, None) => self.not_there(),
        }
    }

    /// The CA did not answer, or is busy. The visitor decides when to look again; a CA that is asked in
    /// vain a second time counts as one without a list.
    fn could_not_look(mut self, failure: Failure) -> State {
        if std::mem::replace(&mut self.journey.lost.looked_in_vain, true) {
            self.not_there()
        } else {
            self.journey.fail(failure)
        }
    }

    fn not_there(self) -> State {
        match self.otherwise {
            Otherwise::Order => self.journey.order(),
            Otherwise::Repeat(failure) => self.journey.order_again(failure),
            Otherwise::OrderAsNew => self.journey.order_as_new(),
            Otherwise::Fail(failure) => self.journey.fail(failure),
        }
    }

    fn candidate_arrived(mut self, reply: Reply) -> State {
        self.looked_at += 1;
        let position = reply.purpose.index;
        match reply.result {
            Ok(response) => {
                let order = Order::parse(&response.body).ok();
                let found = order
                    .filter(|order| self.is_the_one(order))
                    .map(|order| Found {
                        expires_ms: order.expires.as_deref().and_then(timestamp::parse),
                        position,
                    });
                self.found = self.found.max(found);
            }
            Err(failure) if failure.is_passing() => self.unread = Some(failure),
            // Lists may name orders that are gone.
            Err(_) => {}
        }
        self.go_on()
    }

    /// Whether this is what was asked for, and can still become a certificate for the key that is here:
    /// an order that was finalized was finalized for another one.
    fn is_the_one(&self, order: &Order) -> bool {
        let names = &self.journey.application.names;
        let usable = matches!(order.status, OrderStatus::Pending | OrderStatus::Ready);
        let asked = |value: &str| names.iter().any(|name| name.as_str() == value);
        usable
            && order.identifiers.len() == names.len()
            && order
                .identifiers
                .iter()
                .all(|identifier| identifier.kind == "dns" && asked(&identifier.value))
    }
}

impl Behaviour for Recovering {
    fn phase(&self) -> Phase {
        self.journey.phase(Stage::Resuming)
    }

    fn on_reply(mut self, reply: Reply) -> State {
        if reply.purpose.kind == RequestKind::Order {
            return self.candidate_arrived(reply);
        }
        let response = match reply.result {
            Ok(response) => response,
            Err(failure) if failure.is_passing() || failure.is_lost_account() => {
                return self.could_not_look(failure);
            }
            // A refusal that stays: there is no list, or none to be read.
            Err(_) if reply.purpose.kind == RequestKind::Orders => return self.look(),
            Err(_) => return self.not_there(),
        };
        match reply.purpose.kind {
            RequestKind::Account => {
                let account = Account::parse(&response.body).ok();
                match account.and_then(|account| account.orders) {
                    Some(url) => self.read_page(url),
                    None => self.not_there(),
                }
            }
            RequestKind::Orders => {
                let Ok(page) = OrdersPage::parse(&response) else {
                    return self.look();
                };
                self.listed.extend(page.orders);
                match page.next {
                    Some(next) if self.pages < MAX_PAGES => self.read_page(next),
                    _ => self.look(),
                }
            }
            _ => self.into(),
        }
    }
}
