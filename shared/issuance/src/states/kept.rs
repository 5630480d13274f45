//! What a journey has that cannot be made again, and how often it has changed.

use std::collections::BTreeMap;

use tabcert_acme::url::HttpsUrl;

use crate::answer::Answer;
use crate::proof::Method;
use crate::saved::{SavedCertificate, SavedOrder};
use crate::view::Failed;

/// Counted memory: every change is a new revision, which is stored before what follows from it.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    revision: u64,
    order: SavedOrder,
    methods: BTreeMap<String, Method>,
    ready: bool,
    failed: Option<Failed>,
    delivered: Option<Answer>,
    issued: Option<SavedCertificate>,
}

impl Kept {
    /// What an earlier tab stored; the certificate, if there is one, is looked at by the caller.
    pub(super) fn restore(
        order: SavedOrder,
        methods: BTreeMap<String, Method>,
        ready: bool,
        delivered: Option<Answer>,
    ) -> Self {
        Self {
            order,
            methods,
            ready,
            delivered,
            ..Self::default()
        }
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Something changed that is stored with this, but kept elsewhere: account, key, CSR, names.
    pub(super) fn touch(&mut self) {
        self.revision += 1;
    }

    pub(crate) fn order(&self) -> &SavedOrder {
        &self.order
    }

    /// newOrder is about to be sent: whatever was ready was ready for another order.
    pub(super) fn order_asked(&mut self) {
        self.order = SavedOrder::Asked;
        self.ready = false;
        self.failed = None;
        self.delivered = None;
        self.touch();
    }

    pub(super) fn order_made(&mut self, url: HttpsUrl) {
        self.order = SavedOrder::Made(url);
        self.touch();
    }

    pub(crate) fn methods(&self) -> &BTreeMap<String, Method> {
        &self.methods
    }

    /// Another method than before is not in place yet.
    pub(super) fn choose(&mut self, name: &str, method: Method) {
        if self.methods.get(name) != Some(&method) {
            self.methods.insert(name.to_owned(), method);
            self.ready = false;
            self.touch();
        }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.ready
    }

    pub(super) fn set_ready(&mut self, ready: bool) {
        if self.ready != ready {
            self.ready = ready;
            self.touch();
        }
    }

    pub(crate) fn failed(&self) -> Option<&Failed> {
        self.failed.as_ref()
    }

    /// The order has ended at the CA, was never made, or is left by the visitor.
    pub(super) fn end_order(&mut self) {
        self.order = SavedOrder::None;
        self.ready = false;
        self.delivered = None;
        self.touch();
    }

    /// The journey stops.
    pub(super) fn fail(&mut self, shown: Failed) {
        self.failed = Some(shown);
        self.touch();
    }

    /// The visitor wants to go on.
    pub(super) fn go_on(&mut self) {
        self.failed = None;
        self.touch();
    }

    pub(crate) fn issued(&self) -> Option<&SavedCertificate> {
        self.issued.as_ref()
    }

    /// What the CA sent as the certificate, until that is found in it.
    pub(crate) fn delivered(&self) -> Option<&Answer> {
        self.delivered.as_ref()
    }

    pub(super) fn deliver(&mut self, answer: Answer) {
        self.delivered = Some(answer);
        self.touch();
    }

    pub(super) fn issue(&mut self, certificate: SavedCertificate) {
        self.delivered = None;
        self.issued = Some(certificate);
        self.touch();
    }
}
