//! The visitor puts the proofs in place. Nothing is started before the visitor says so.

use tabcert_acme::authorization::{Authorization, AuthorizationStatus};
use tabcert_acme::challenge::ChallengeStatus;
use tabcert_acme::token::Token;

use super::active_order::{ActiveOrder, ordered_name, shown_name};
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
    /// Sorts the authorizations: valid ones need nothing, pending ones a proof, and those that have ended
    /// cannot be used again (RFC 8555 §7.1.6): their reason is what helps.
    pub(super) fn begin(
        mut journey: Journey,
        mut order: ActiveOrder,
        authorizations: Vec<Authorization>,
    ) -> State {
        let ordered = journey.application.names.clone();
        let edge = journey.cx.start.edge_available;
        let (mut proofs, mut unproven) = (Vec::new(), Vec::new());
        let (mut foreign, mut unusable) = (Vec::new(), Vec::new());
        order.open.clear();
        for (index, authorization) in authorizations.iter().enumerate() {
            let name = ordered_name(authorization, &ordered);
            if authorization.status == AuthorizationStatus::Valid {
                order.already_valid.extend(name);
                continue;
            }
            order.open.push(index);
            let Some(name) = name else {
                foreign.push(shown_name(authorization, &ordered));
                continue;
            };
            let wrong = diagnosing::unproven(authorization, &ordered);
            if let Some(wrong) = wrong.filter(|wrong| wrong.standing.ends_order()) {
                unproven.push(wrong);
            } else if is_being_validated(authorization) {
                // There is nothing to put in place any more.
            } else {
                match Proof::offered(name.clone(), authorization, edge) {
                    Some(proof) => proofs.push(proof),
                    None => unusable.push(name),
                }
            }
        }
        if !unproven.is_empty() {
            return journey.fail(Failure::Unproven(unproven));
        }
        if !foreign.is_empty() {
            foreign.truncate(ordered.len());
            return journey.fail(Failure::ForeignNames(foreign));
        }
        if !unusable.is_empty() {
            return journey.fail(Failure::NoUsableChallenge(unusable));
        }
        // The CA's order means nothing: show the names as the visitor wrote them.
        let position = |proof: &Proof| ordered.iter().position(|name| name.as_str() == proof.name);
        proofs.sort_by_key(|proof| position(proof).unwrap_or(usize::MAX));
        for proof in &mut proofs {
            let kept = journey.kept.methods().get(&proof.name).copied();
            let redirected = journey.cx.start.redirected.contains(&proof.name);
            if let Some(method) = kept {
                proof.choose_again(method);
            } else if redirected {
                proof.choose(Method::HttpRedirect);
            }
        }
        if proofs.is_empty() {
            return Validating::watch(journey, order);
        }
        let all_offered = proofs.iter().all(|proof| proof.not_offered.is_none());
        if journey.kept.is_ready() && all_offered {
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
            if proof.choose(method) {
                self.journey.kept.choose(name, method);
            }
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
            // Nothing stands in for a method that is not offered any more but the visitor's choice.
            Intent::Ready if self.proofs.iter().all(|proof| proof.not_offered.is_none()) => {
                for proof in &self.proofs {
                    self.journey.kept.choose(&proof.name, proof.method());
                }
                self.journey.kept.set_ready(true);
                Publishing::begin(self.journey, self.order, self.proofs)
            }
            _ => self.into(),
        }
    }
}

/// Whether the CA is looking at a proof, as far as it says so in a state of its own.
fn is_being_validated(authorization: &Authorization) -> bool {
    let mut challenges = authorization.challenges.iter();
    authorization.status == AuthorizationStatus::Unknown
        && challenges.all(|challenge| challenge.status != ChallengeStatus::Pending)
}
