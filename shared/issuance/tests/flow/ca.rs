//! A CA that keeps to RFC 8555, as far as the journey goes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tabcert_acme::base64url;
use tabcert_issuance::transcript::RequestKind;

use crate::answers::{self, Answer, CA, problem_json};
use crate::asked::Asked;

/// The CA's memory, and what a test wants it to do.
#[derive(Debug, Clone)]
pub(crate) struct Ca {
    /// Challenge types that are offered.
    pub(crate) offered: Vec<&'static str>,
    /// Names, as ordered, that it does not find the proof of, with its words.
    pub(crate) failing: BTreeMap<String, String>,
    /// Names, as ordered, that are proven.
    pub(crate) proven: BTreeSet<String>,
    /// Whether a proof serves later orders too.
    pub(crate) reuses_proofs: bool,
    /// How often the order is `pending` although all is proven.
    pub(crate) looks_before_ready: usize,
    /// How often the order is `processing`.
    pub(crate) looks_before_valid: usize,
    pub(crate) meta: Value,
    pub(crate) orders: Vec<Order>,
    /// How many accounts were made.
    pub(crate) accounts_made: usize,
    /// Whether it has lists of orders, and how many are on a page.
    pub(crate) orders_per_page: Option<usize>,
}

/// An order in the CA's memory.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    authorizations: Vec<Authorization>,
    /// How often it is still shown in its present status.
    looks_left: usize,
    /// What was handed in.
    pub(crate) csr: Option<String>,
}

#[derive(Debug, Clone)]
struct Authorization {
    name: String,
    status: &'static str,
    /// The challenge that was started.
    started: Option<String>,
}

impl Ca {
    pub(crate) fn new() -> Self {
        Self {
            offered: vec!["http-01", "dns-01", "tls-alpn-01"],
            failing: BTreeMap::new(),
            proven: BTreeSet::new(),
            reuses_proofs: true,
            looks_before_ready: 0,
            looks_before_valid: 0,
            meta: json!({}),
            orders: Vec::new(),
            accounts_made: 0,
            orders_per_page: Some(2),
        }
    }

    /// Does what is asked, and answers.
    pub(crate) fn answer(&mut self, asked: &Asked) -> Answer {
        match asked.kind {
            RequestKind::Directory => answers::directory(&self.meta),
            RequestKind::NewNonce => answers::text(200, ""),
            RequestKind::NewAccount => self.new_account(),
            RequestKind::Account => {
                let mut account = json!({"status": "valid"});
                if self.orders_per_page.is_some() {
                    account["orders"] = json!(format!("{CA}/orders/0"));
                }
                answers::json(200, &account)
            }
            RequestKind::Orders => self.list_orders(asked.numbers().0),
            RequestKind::NewOrder => self.new_order(asked.payload()),
            RequestKind::Authorization => {
                let (number, index) = asked.numbers();
                answers::json(200, &self.authorization(number, index))
            }
            RequestKind::Challenge => self.start_challenge(asked),
            RequestKind::Order => self.look(asked.numbers().0),
            RequestKind::Finalize => self.finalize(asked),
            RequestKind::UpdateAccount
            | RequestKind::KeyChange
            | RequestKind::RevokeCertificate
            | RequestKind::RenewalInfo => {
                panic!("no part of issuing")
            }
            RequestKind::Certificate => {
                let csr = self.orders[asked.numbers().0 - 1].csr.as_deref();
                answers::text(
                    200,
                    &format!("certificate: {}", csr.expect("a valid order")),
                )
            }
        }
    }

    fn new_account(&mut self) -> Answer {
        let mut answer = answers::account("valid");
        if self.accounts_made > 0 {
            answer.response.status = 200;
        } else {
            self.accounts_made = 1;
        }
        answer
    }

    /// A page of the list that begins after so many orders.
    fn list_orders(&self, after: usize) -> Answer {
        let page = self.orders_per_page.expect("a CA with lists");
        let end = self.orders.len().min(after + page);
        let urls: Vec<_> = (after..end)
            .map(|index| format!("{CA}/order/{}", index + 1))
            .collect();
        let answer = answers::json(200, &json!({"orders": urls}));
        if end < self.orders.len() {
            answer.link(&format!("<{CA}/orders/{end}>;rel=\"next\""))
        } else {
            answer
        }
    }

    fn new_order(&mut self, payload: &Value) -> Answer {
        let asked = payload["identifiers"].as_array().expect("identifiers");
        let names = asked.iter().map(|identifier| {
            assert_eq!(identifier["type"], "dns");
            identifier["value"].as_str().expect("a name").to_owned()
        });
        // RFC 8555 §7.1.3 promises no order.
        let authorizations = names.rev().map(|name| {
            let proven = self.proven.contains(&name);
            let status = if proven { "valid" } else { "pending" };
            Authorization {
                name,
                status,
                started: None,
            }
        });
        let authorizations: Vec<_> = authorizations.collect();
        let proven = authorizations.iter().all(|it| it.status == "valid");
        let looks_left = if proven { 0 } else { self.looks_before_ready };
        self.orders.push(Order {
            authorizations,
            looks_left,
            csr: None,
        });
        let mut answer = self.show(self.orders.len());
        answer.response.status = 201;
        answer
    }

    fn authorization(&self, number: usize, index: usize) -> Value {
        let authorization = &self.orders[number - 1].authorizations[index];
        let name = &authorization.name;
        let status = authorization.status;
        let mut shown = answers::authorization((number, index), name, status, &self.offered);
        let challenges = shown["challenges"].as_array_mut().expect("challenges");
        match authorization.started.as_deref() {
            Some(kind) if status != "pending" => {
                // RFC 8555 §7.1.4: only the challenge that was decided is shown then.
                challenges.retain(|challenge| challenge["type"] == kind);
                if status == "invalid" {
                    let words = self.failing.get(name);
                    let words = words.map_or("not found then", String::as_str);
                    challenges[0]["error"] = problem_json("unauthorized", words);
                }
            }
            _ => {}
        }
        shown
    }

    fn start_challenge(&mut self, asked: &Asked) -> Answer {
        let (number, index) = asked.numbers();
        let authorization = &mut self.orders[number - 1].authorizations[index];
        if authorization.status != "pending" {
            let words = format!("the authorization is {}", authorization.status);
            return answers::problem(400, "malformed", &words);
        }
        let kind = asked.path.rsplit('/').next().expect("a type");
        authorization.started = Some(kind.to_owned());
        if self.failing.contains_key(&authorization.name) {
            authorization.status = "invalid";
        } else {
            authorization.status = "valid";
            if self.reuses_proofs {
                self.proven.insert(authorization.name.clone());
            }
        }
        let challenge =
            json!({"type": kind, "url": format!("{CA}{}", asked.path), "status": "processing"});
        answers::json(200, &challenge)
    }

    fn look(&mut self, number: usize) -> Answer {
        let answer = self.show(number);
        let order = &mut self.orders[number - 1];
        if order.authorizations.iter().all(|it| it.status == "valid") {
            order.looks_left = order.looks_left.saturating_sub(1);
        }
        answer
    }

    fn show(&self, number: usize) -> Answer {
        let order = &self.orders[number - 1];
        let names: Vec<_> = order.authorizations.iter().map(|it| &*it.name).collect();
        answers::order_for(number, order.status(), &names)
    }

    fn finalize(&mut self, asked: &Asked) -> Answer {
        let number = asked.numbers().0;
        let status = self.orders[number - 1].status();
        if status != "ready" {
            let words = format!("the order is {status}");
            return answers::problem(403, "orderNotReady", &words);
        }
        let csr = asked.payload()["csr"].as_str().expect("a CSR");
        let csr = base64url::decode(csr).expect("base64url");
        let csr = String::from_utf8(csr).expect("the tests' kind of CSR");
        let order = &mut self.orders[number - 1];
        let mut names: Vec<_> = order.authorizations.iter().map(|it| &*it.name).collect();
        names.sort_unstable();
        if !csr.ends_with(&format!(" for {}", names.join(" "))) {
            return answers::problem(400, "badCSR", &csr);
        }
        order.csr = Some(csr);
        order.looks_left = self.looks_before_valid;
        self.show(number)
    }
}

impl Order {
    /// RFC 8555 §7.1.6.
    fn status(&self) -> &'static str {
        let any = |status| self.authorizations.iter().any(|it| it.status == status);
        match (&self.csr, self.looks_left) {
            _ if any("invalid") => "invalid",
            _ if any("pending") => "pending",
            (None, 1..) => "pending",
            (None, 0) => "ready",
            (Some(_), 1..) => "processing",
            (Some(_), 0) => "valid",
        }
    }
}
