//! The visitor puts the proofs in place. Nothing is started before the visitor says so.

use tabcert_acme::authorization::{Authorization, AuthorizationStatus};
use tabcert_acme::token::Token;

use super::journey::ActiveOrder;
use super::{Behaviour, Journey, Publishing, State, Validating, diagnosing};
use crate::Intent;
use crate::event::PublishError;
use crate::failure::Failure;
use crate::proof::{Method, Proof};
use crate::view::{self, NameProof, Phase};

/// Waits for the visitor.
#[derive(Debug)]
pub(crate) struct Proving {
    pub(crate) journey: Journey,
    order: ActiveOrder,
    proofs: Vec<Proof>,
}

impl Proving {
    /// Sorts the authorizations: valid ones need nothing, pending ones a proof.
    pub(super) fn begin(
        mut journey: Journey,
        mut order: ActiveOrder,
        authorizations: Vec<Authorization>,
    ) -> State {
        let (valid, open): (Vec<_>, Vec<_>) = authorizations
            .into_iter()
            .partition(|authorization| authorization.status == AuthorizationStatus::Valid);
        order.already_valid = valid.iter().map(Authorization::ordered_name).collect();
        // One that has ended cannot be used again (RFC 8555 §7.1.6): its reason is what helps.
        let ended: Vec<_> = open
            .iter()
            .filter(|authorization| authorization.status.has_ended())
            .filter_map(diagnosing::unproven)
            .collect();
        if !ended.is_empty() {
            return journey.fail(Failure::Unproven(ended));
        }
        let edge = journey.cx.start.edge_available;
        let mut proofs = Vec::new();
        let mut unusable = Vec::new();
        for authorization in open {
            let name = authorization.ordered_name();
            match Proof::offered(authorization, edge) {
                Some(proof) => proofs.push(proof),
                None => unusable.push(name),
            }
        }
        if !unusable.is_empty() {
            return journey.fail(Failure::NoUsableChallenge(unusable));
        }
        // The CA's order means nothing: show the names as the visitor wrote them.
        let position = |proof: &Proof| {
            let asked = |name: &tabcert_acme::domain::DomainName| name.as_str() == proof.name;
            journey.application.names.iter().position(asked)
        };
        proofs.sort_by_key(|proof| position(proof).unwrap_or(usize::MAX));
        for proof in &mut proofs {
            let redirected = journey.cx.start.redirected.contains(&proof.name);
            let method = journey.kept.methods().get(&proof.name).copied();
            let method = method.or(redirected.then_some(Method::HttpRedirect));
            if let Some(method) = method {
                proof.choose(method);
            }
        }
        if proofs.is_empty() {
            return Validating::watch(journey, order);
        }
        if journey.kept.is_ready() {
            // An earlier tab was told so, for this order.
            return Publishing::begin(journey, order, proofs);
        }
        journey.enter();
        Self {
            journey,
            order,
            proofs,
        }
        .into()
    }

    /// Some hosts are not answered for by the edge: the visitor decides anew.
    pub(super) fn again(
        mut journey: Journey,
        order: ActiveOrder,
        mut proofs: Vec<Proof>,
        errors: Vec<(Token, PublishError)>,
    ) -> State {
        journey.kept.set_ready(false);
        for (token, error) in errors {
            for proof in proofs.iter_mut().filter(|proof| proof.token() == &token) {
                proof.publish_error = Some(error.clone());
            }
        }
        Self {
            journey,
            order,
            proofs,
        }
        .into()
    }

    fn choose(&mut self, name: &str, method: Method) {
        for proof in self.proofs.iter_mut().filter(|proof| proof.name == name) {
            proof.choose(method);
            self.journey.kept.choose(name, proof.method());
        }
        // For the orders after this one.
        let redirected = &mut self.journey.cx.start.redirected;
        redirected.retain(|known| known != name);
        let chosen = |proof: &Proof| proof.name == name && proof.method() == Method::HttpRedirect;
        if self.proofs.iter().any(chosen) {
            redirected.push(name.to_owned());
        }
    }
}

impl Behaviour for Proving {
    fn phase(&self) -> Phase {
        let thumbprint = self.journey.cx.account_key().thumbprint();
        Phase::Proving(view::Proving {
            names: self.proofs.iter().map(NameProof::from).collect(),
            already_valid: self.order.already_valid.clone(),
            records: crate::proof::txt_records(&self.proofs, thumbprint),
            files: crate::proof::challenge_files(&self.proofs, thumbprint),
            edge_hosts: crate::proof::edge_hosts(&self.proofs),
        })
    }

    fn on_intent(mut self, intent: Intent) -> State {
        match intent {
            Intent::ChooseMethod { name, method } => {
                self.choose(&name, method);
                self.into()
            }
            Intent::Ready => {
                self.journey.kept.set_ready(true);
                Publishing::begin(self.journey, self.order, self.proofs)
            }
            _ => self.into(),
        }
    }
}
