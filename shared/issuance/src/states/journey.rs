//! What stays with an issuance from the visitor's "begin" to its end.

use tabcert_acme::directory::Directory;
use tabcert_acme::domain::DomainName;
use tabcert_acme::renewal_info::CertId;
use tabcert_acme::url::HttpsUrl;

use super::csr::Csr;
use super::kept::Kept;
use super::ordering::Lost;
use super::recovering::Otherwise;
use super::{Context, Failed, Issued, Recovering, Registering, Resuming, State};
use crate::Effect;
use crate::answer::Answer;
use crate::effect::TokenTask;
use crate::event::{Application, CertificateKey, Delivery, KeyError, PreparedCsr};
use crate::failure::Failure;
use crate::saved::{Saved, SavedOrder};
use crate::session::{Purpose, Session};
use crate::transcript::RequestKind;
use crate::view::{CaView, OrderStanding, Phase, Stage, Terms, Work};

/// The account's conversation with the CA, what is asked for, and the certificate's key.
#[derive(Debug)]
pub(crate) struct Journey {
    pub(crate) cx: Context,
    pub(crate) session: Session,
    pub(crate) application: Application,
    pub(crate) kept: Kept,
    csr: Csr,
    /// The certificate that this one shall take the place of.
    pub(super) replaces: Option<CertId>,
    pub(super) lost: Lost,
    /// What the edge answers, or was asked to.
    published: Vec<TokenTask>,
    /// Whether the certificate has been issued: nobody but the visitor ends the order then.
    is_issued: bool,
    stage_since_ms: u64,
}

impl Journey {
    pub(crate) fn new(cx: Context, mut session: Session, application: Application) -> Self {
        if let Some(url) = cx.start.account_url.clone() {
            session.set_account(url);
        }
        let mut kept = Kept::default();
        kept.touch();
        let csr = Csr::Missing { key: None };
        Self::with(cx, session, application, kept, csr)
    }

    fn with(cx: Context, session: Session, application: Application, kept: Kept, csr: Csr) -> Self {
        let stage_since_ms = cx.now_ms;
        Self {
            cx,
            session,
            application,
            kept,
            csr,
            replaces: None,
            lost: Lost::default(),
            published: Vec::new(),
            is_issued: false,
            stage_since_ms,
        }
    }

    /// Goes on with what an earlier tab stored.
    pub(crate) fn resume(cx: Context, mut session: Session, saved: Saved) -> State {
        let account_url = saved.account_url.or_else(|| cx.start.account_url.clone());
        if let Some(url) = account_url {
            session.set_account(url);
        }
        let csr = Csr::restore(saved.key, saved.csr_der);
        let kept = Kept::restore(saved.order, saved.methods, saved.ready, saved.delivered);
        let mut journey = Self::with(cx, session, saved.application, kept, csr);
        journey.replaces = saved.replaces;
        let standing = saved.failed.as_ref().map(|failed| failed.order);
        journey.is_issued = standing == Some(OrderStanding::Issued);
        match (saved.issued, saved.failed) {
            (Some(issued), _) => Issued::restore(journey, issued),
            (None, Some(failed)) => Failed::restore(journey, failed),
            (None, None) => journey.go_on(),
        }
    }

    /// What has to outlive the tab.
    pub(crate) fn saved(&self) -> Saved {
        Saved {
            application: self.application.clone(),
            account_url: self.session.account_url().cloned(),
            key: self.csr.key().cloned(),
            csr_der: self.csr.der().map(<[u8]>::to_vec),
            replaces: self.replaces.clone(),
            order: self.kept.order().clone(),
            methods: self.kept.methods().clone(),
            ready: self.kept.is_ready(),
            failed: self.kept.failed().cloned(),
            delivered: self.kept.delivered().cloned(),
            issued: self.kept.issued().cloned(),
        }
    }

    /// Lets key and CSR be made while the visitor and the CA do other things.
    pub(crate) fn prepare_csr(&mut self) {
        let task = self.csr.prepare(&self.application);
        self.cx.effects(task.map(Effect::PrepareCsr));
    }

    /// Takes the key and CSR. A result that nobody asked for is dropped.
    pub(crate) fn csr_prepared(
        &mut self,
        result: Result<PreparedCsr, KeyError>,
    ) -> Result<(), KeyError> {
        if self.csr.is_preparing() {
            self.kept.touch();
        }
        let task = self.csr.take(result, &self.application)?;
        self.cx.effects(task.map(Effect::PrepareCsr));
        Ok(())
    }

    /// The CA has told the account's URL.
    pub(crate) fn account_known(&mut self, url: HttpsUrl) {
        self.session.set_account(url);
        self.kept.touch();
    }

    /// The request, PKCS#10 in DER, once there is one.
    pub(crate) fn csr_der(&self) -> Option<&[u8]> {
        self.csr.der()
    }

    /// The certificate's key, once there is one; never with a request that the visitor brought.
    pub(crate) fn certificate_key(&self) -> Option<&CertificateKey> {
        self.csr.key()
    }

    /// What files can be made of, with an answer of the CA's.
    pub(crate) fn delivery_of(&self, csr_der: Vec<u8>, answer: Answer) -> Delivery {
        Delivery {
            key: self.certificate_key().cloned(),
            csr_der,
            names: self.application.names.clone(),
            answer,
        }
    }

    /// The same for an answer in which there is no certificate for the key and the names.
    pub(crate) fn misdelivery(&self) -> Option<Delivery> {
        let answer = self.kept.delivered()?.clone();
        let csr_der = self.csr_der().unwrap_or_default().to_vec();
        Some(self.delivery_of(csr_der, answer))
    }

    /// Whether the names are those of a request that the visitor brought.
    pub(crate) fn has_fixed_names(&self) -> bool {
        self.csr.is_given()
    }

    /// The order is valid (RFC 8555 §7.1.6).
    pub(crate) fn order_is_valid(&mut self) {
        self.is_issued = true;
    }

    /// Leaves names out, and with them an order that was made for all; `false`, and nothing changes,
    /// where none would be left or they are fixed, or a certificate for all is there.
    pub(crate) fn drop_names(&mut self, refused: &[String]) -> bool {
        if self.has_fixed_names() || self.is_issued {
            return false;
        }
        let stays = |name: &&DomainName| !refused.iter().any(|other| other == name.as_str());
        let names: Vec<_> = self
            .application
            .names
            .iter()
            .filter(stays)
            .cloned()
            .collect();
        if names.is_empty() {
            return false;
        }
        if names.len() < self.application.names.len() {
            self.application.names = names;
            self.csr.outdate();
            self.kept.end_order();
        }
        true
    }

    pub(crate) fn call(&mut self, kind: RequestKind, url: HttpsUrl, payload: String) {
        let purpose = Purpose { kind, index: 0 };
        self.session.post(&mut self.cx, purpose, url, payload);
    }

    pub(crate) fn fetch(&mut self, kind: RequestKind, index: usize, url: HttpsUrl) {
        self.session
            .post_as_get(&mut self.cx, Purpose { kind, index }, url);
    }

    /// The same for what may have gone: that it is not found is no reason to wait for it.
    pub(crate) fn glance(&mut self, kind: RequestKind, index: usize, url: HttpsUrl) {
        self.session
            .glance(&mut self.cx, Purpose { kind, index }, url);
    }

    /// Does what comes next: makes the account if there is none yet, goes on with the order if there
    /// is one, orders otherwise.
    ///
    /// RFC 8555 §11.1 has clients, too, see to it that no CSR is for an account's key: one that the
    /// visitor brought is refused before anything is ordered.
    pub(crate) fn go_on(mut self) -> State {
        if self.csr.is_for(self.cx.account_key()) {
            return self.fail(Failure::AccountKeyInRequest);
        }
        if !self.session.has_account() {
            return Registering::begin(self);
        }
        match self.kept.order().clone() {
            SavedOrder::None => {
                self.lost = Lost::default();
                self.order()
            }
            SavedOrder::Asked => {
                self.lost.orders = 1;
                Recovering::begin(self, Otherwise::Order)
            }
            SavedOrder::Made(url) => Resuming::begin(self, url),
        }
    }

    /// After a failure: what comes next.
    pub(crate) fn try_again(mut self) -> State {
        self.kept.go_on();
        self.go_on()
    }

    /// The visitor leaves the order for a new one.
    pub(crate) fn order_anew(mut self) -> State {
        self.is_issued = false;
        self.kept.end_order();
        self.try_again()
    }

    /// What has become of the order.
    pub(crate) fn order_standing(&self) -> OrderStanding {
        match self.kept.order() {
            SavedOrder::Made(_) if self.is_issued => OrderStanding::Issued,
            SavedOrder::Made(_) => OrderStanding::Open,
            SavedOrder::None | SavedOrder::Asked => OrderStanding::None,
        }
    }

    /// Lets the edge answer these, and nothing else.
    pub(crate) fn publish(&mut self, tokens: Vec<TokenTask>) {
        let goes = |old: &TokenTask| tokens.iter().all(|new| new.token != old.token);
        self.published.retain(goes);
        self.withdraw();
        self.cx
            .effects(tokens.iter().cloned().map(Effect::PublishToken));
        self.published = tokens;
    }

    /// The edge need not answer any more.
    pub(crate) fn withdraw(&mut self) {
        let tokens = self.published.drain(..);
        self.cx.effects(tokens.map(Effect::WithdrawToken));
    }

    /// Stops. The order ends with it only where the CA has said so.
    pub(crate) fn fail(mut self, failure: Failure) -> State {
        self.session.abandon_calls();
        self.withdraw();
        if failure.is_lost_account() {
            self.session.forget_account();
        }
        if failure.ends_order() && !self.is_issued {
            self.kept.end_order();
        }
        Failed::enter(self, &failure)
    }

    /// A new stage begins now.
    pub(crate) fn enter(&mut self) {
        self.stage_since_ms = self.cx.now_ms;
    }

    pub(crate) fn working(&self, stage: Stage) -> Work {
        Work {
            stage,
            since_ms: self.stage_since_ms,
            progress: None,
            next_at_ms: None,
            hold: None,
            undecided: None,
        }
    }

    pub(crate) fn phase(&self, stage: Stage) -> Phase {
        Phase::Working(self.working(stage))
    }
}

fn terms(directory: &Directory) -> Option<Terms> {
    let given = directory.meta.terms_of_service.clone()?;
    Some(
        directory
            .terms_of_service()
            .map_or(Terms::Text(given), Terms::Link),
    )
}

pub(crate) fn ca_view(cx: &Context, session: &Session) -> CaView {
    let directory = &session.directory;
    let website = directory.meta.website.as_deref();
    CaView {
        directory_url: cx.start.directory_url.clone(),
        route: session.route(),
        terms_of_service: terms(directory),
        website: website.and_then(|url| HttpsUrl::parse(url).ok()),
        external_account_required: directory.meta.external_account_required
            && cx.start.account_url.is_none()
            && !session.has_account(),
    }
}
