//! newOrder may have been sent by a tab that ended before its answer came: the order is looked for
//! in the account's list, so that it is not made twice.
//!
//! A CA without such a list (RFC 8555 §7.1.2.1 is optional in practice) is asked for a new order.

use tabcert_acme::account::Account;
use tabcert_acme::order::{Order, OrderStatus};
use tabcert_acme::orders::OrdersPage;
use tabcert_acme::url::HttpsUrl;

use super::{Behaviour, Journey, Resuming, State};
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage};

/// A list may be long and is read for its newest orders only: so many pages, and no more.
const MAX_PAGES: usize = 50;

/// How many orders are looked at: the last of the list and, as RFC 8555 promises no order of it, the
/// first.
const LOOK_AT_EACH_END: usize = 4;

/// Reads the account, the list of its orders, and the likely ones.
#[derive(Debug)]
pub(crate) struct Recovering {
    pub(crate) journey: Journey,
    pages: usize,
    listed: Vec<HttpsUrl>,
    /// Those that are looked at.
    candidates: Vec<HttpsUrl>,
    looked_at: usize,
    found: Option<HttpsUrl>,
}

impl Recovering {
    pub(super) fn begin(mut journey: Journey) -> State {
        let Some(account) = journey.session.account_url().cloned() else {
            return journey.order();
        };
        journey.fetch(RequestKind::Account, 0, account);
        journey.enter();
        Self {
            journey,
            pages: 0,
            listed: Vec::new(),
            candidates: Vec::new(),
            looked_at: 0,
            found: None,
        }
        .into()
    }

    fn read_page(mut self, url: HttpsUrl) -> State {
        self.pages += 1;
        self.journey.fetch(RequestKind::Orders, 0, url);
        self.into()
    }

    fn look(mut self) -> State {
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
            self.journey.fetch(RequestKind::Order, index, url.clone());
        }
        self.go_on()
    }

    fn go_on(mut self) -> State {
        if self.looked_at < self.candidates.len() {
            return self.into();
        }
        match self.found {
            Some(url) => {
                self.journey.kept.order_made(url.clone());
                Resuming::begin(self.journey, url)
            }
            None => self.journey.order(),
        }
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

    /// What cannot be read here is not there: a new order is made then.
    fn on_reply(mut self, reply: Reply) -> State {
        let response = reply.result.ok();
        match reply.purpose.kind {
            RequestKind::Account => {
                let account = response.and_then(|response| Account::parse(&response.body).ok());
                match account.and_then(|account| account.orders) {
                    Some(url) => self.read_page(url),
                    None => self.journey.order(),
                }
            }
            RequestKind::Orders => {
                let Some(page) = response.and_then(|response| OrdersPage::parse(&response).ok())
                else {
                    return self.look();
                };
                self.listed.extend(page.orders);
                match page.next {
                    Some(next) if self.pages < MAX_PAGES => self.read_page(next),
                    _ => self.look(),
                }
            }
            RequestKind::Order => {
                self.looked_at += 1;
                let order = response.and_then(|response| Order::parse(&response.body).ok());
                let url = self.candidates.get(reply.purpose.index).cloned();
                if order.is_some_and(|order| self.is_the_one(&order)) {
                    self.found = url.or(self.found);
                }
                self.go_on()
            }
            _ => self.into(),
        }
    }
}
