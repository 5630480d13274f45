//! How the journey calls itself: the CA in a line, and the tab's title.

use leptos::prelude::*;
use tabcert_issuance::catalogue;

use super::{Face, Journey};
use crate::present;

impl Journey {
    /// The chosen CA's name.
    pub(in super::super) fn ca_name(&self) -> String {
        self.wanted.with(|wanted| match wanted {
            Some(url) if self.store.local_ca().get().as_ref() == Some(url) => {
                "Local test CA".to_owned()
            }
            Some(url) => catalogue::name_of(url).to_owned(),
            None => "the CA".to_owned(),
        })
    }

    /// The CA in a line.
    pub(in super::super) fn ca_summary(&self) -> String {
        let route = self.ca.with(|ca| ca.as_ref().map(|ca| ca.route));
        match route {
            Some(route) => format!("{}, {}", self.ca_name(), present::route::short(route)),
            None => self.ca_name(),
        }
    }

    /// The tab's title.
    pub(crate) fn title(&self) -> String {
        let says = match self.face.get() {
            _ if !self.ordered.get() => {
                return self.counted("Tabcert – TLS certificates from a browser tab".to_owned());
            }
            Face::Working => self
                .work
                .with(|work| work.as_ref().map(|work| present::stage::title(work.stage)))
                .unwrap_or("Working"),
            Face::Proving => "Your turn",
            Face::Issued => "Certificate ready",
            Face::Failed => "Stopped",
            Face::Unconnected | Face::Connecting | Face::Connected => "Ordering",
        };
        self.counted(format!("{says} – Tabcert"))
    }

    /// With the number of certificates that are due.
    fn counted(&self, title: String) -> String {
        match self.store.count_due() {
            0 => title,
            due => format!("({due}) {title}"),
        }
    }
}
