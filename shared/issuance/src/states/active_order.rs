//! The order that is worked on, as the CA shows it.

use tabcert_acme::AcmeError;
use tabcert_acme::authorization::Authorization;
use tabcert_acme::domain::DomainName;
use tabcert_acme::error::Resource;
use tabcert_acme::order::Order;
use tabcert_acme::url::HttpsUrl;

use crate::explain::words;
use crate::failure::Failure;

/// More authorizations than this belong to no order that was asked for here.
const MAX_AUTHORIZATIONS: usize = 200;

/// An order and the URL that names it.
#[derive(Debug, Clone)]
pub(crate) struct ActiveOrder {
    pub(crate) url: HttpsUrl,
    /// As it was when it was made; what changes is its status.
    pub(crate) order: Order,
    /// Names whose proof the CA still has from before.
    pub(crate) already_valid: Vec<String>,
    /// The authorizations that are not known to be valid, by their place in the order.
    pub(crate) open: Vec<usize>,
}

impl ActiveOrder {
    pub(super) fn new(url: HttpsUrl, order: Order) -> Result<Self, Failure> {
        if order.authorizations.len() > MAX_AUTHORIZATIONS {
            let reason = format!("{} authorizations", order.authorizations.len());
            return Err(Failure::Protocol(AcmeError::MalformedResource {
                resource: Resource::Order,
                reason,
            }));
        }
        Ok(Self {
            url,
            open: (0..order.authorizations.len()).collect(),
            order,
            already_valid: Vec::new(),
        })
    }
}

/// The name among those that were ordered that an authorization is about. RFC 8555 §7.1.4 has the
/// authorization of a wildcard say so; where a CA does not, and only the wildcard was ordered, nothing
/// else can be meant.
pub(super) fn ordered_name(
    authorization: &Authorization,
    ordered: &[DomainName],
) -> Option<String> {
    let said = authorization.ordered_name();
    let said = said.trim_end_matches('.').to_ascii_lowercase();
    let wildcard = format!("*.{said}");
    let is = |wanted: &str| ordered.iter().find(|name| name.as_str() == wanted);
    let name = is(&said).or_else(|| is(&wildcard))?;
    Some(name.as_str().to_owned())
}

/// The same for showing: what was not ordered as the CA names it, but no longer than a name can be
/// (RFC 1035 §2.3.4).
pub(super) fn shown_name(authorization: &Authorization, ordered: &[DomainName]) -> String {
    ordered_name(authorization, ordered).unwrap_or_else(|| {
        let said = authorization.ordered_name();
        let said = words::presentable(&said).unwrap_or_default();
        said.chars().take(255).collect()
    })
}
