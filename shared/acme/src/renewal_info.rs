//! Renewal information (RFC 9773): when the CA wants a certificate to be renewed.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Resource;
use crate::http::Response;
use crate::lenient::{FromAnswer, Members, malformed};
use crate::url::HttpsUrl;
use crate::{AcmeError, base64url, retry_after, timestamp};

/// RFC 9773 §4.3.2: clients "MUST set reasonable limits on their checking interval. For example,
/// values under one minute could be treated as if they were one minute, and values over one day could
/// be treated as if they were one day."
const CHECK_AGAIN: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(24 * 60 * 60)];

/// When to ask again after a long-term error, of which RFC 9773 §4.3.3 has an answer without
/// Retry-After be one: in six hours.
pub const CHECK_AFTER_ERROR: Duration = Duration::from_secs(6 * 60 * 60);

/// What names a certificate (RFC 9773 §4.1): the authority key identifier and the serial number, each
/// in base64url, with a period between them. `tabcert_pki::Certificate::ari_cert_id` makes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertId(String);

impl CertId {
    /// Longest one that is accepted: serial numbers have up to 20 octets (RFC 5280 §4.1.2.2), key
    /// identifiers as a rule too.
    pub const MAX_LENGTH: usize = 256;

    /// Reads one.
    ///
    /// # Errors
    /// [`AcmeError::InvalidCertId`].
    pub fn parse(text: &str) -> Result<Self, AcmeError> {
        let filled = |part: &str| base64url::decode(part).is_some_and(|bytes| !bytes.is_empty());
        match text.split_once('.') {
            Some((key, serial))
                if text.len() <= Self::MAX_LENGTH && filled(key) && filled(serial) =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(AcmeError::InvalidCertId),
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the CA keeps the certificate's renewal information, asked for with a plain GET. RFC 9773
    /// §4.1: the directory's renewalInfo URL, "a forward slash" unless it ends in one, and the name.
    ///
    /// # Errors
    /// [`AcmeError::InvalidUrl`] where that becomes too long.
    pub fn url(&self, renewal_info: &HttpsUrl) -> Result<HttpsUrl, AcmeError> {
        let base = renewal_info.as_str();
        let slash = if base.ends_with('/') { "" } else { "/" };
        HttpsUrl::parse(&format!("{base}{slash}{}", self.0))
    }
}

impl TryFrom<String> for CertId {
    type Error = AcmeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<CertId> for String {
    fn from(id: CertId) -> Self {
        id.0
    }
}

/// When to renew: from its start on, and before its end. Milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Not before this.
    pub start_ms: u64,
    /// Before this; always after the start.
    pub end_ms: u64,
}

impl Window {
    /// A window; `None` where it does not end after it starts. RFC 9773 §4.2: "A RenewalInfo object in
    /// which the end timestamp equals or precedes the start timestamp is invalid. Servers MUST NOT
    /// serve such a response, and clients MUST treat one as though they failed to receive any
    /// response".
    #[must_use]
    pub fn new(start_ms: u64, end_ms: u64) -> Option<Self> {
        (start_ms < end_ms).then_some(Self { start_ms, end_ms })
    }

    /// A time within. RFC 9773 §4.2: "Select a uniform random time within the suggested window."
    /// `dice` is what is random; the same number gives the same time.
    #[must_use]
    pub fn select(&self, dice: u64) -> u64 {
        let length = u128::from(self.end_ms.saturating_sub(self.start_ms));
        let share = (length * u128::from(dice)) >> u64::BITS;
        self.start_ms
            .saturating_add(u64::try_from(share).unwrap_or_default())
    }
}

/// What the CA says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalInfo {
    /// When to renew.
    pub window: Window,
    /// A page that says why, for the visitor to read.
    pub explanation_url: Option<HttpsUrl>,
    /// How long to leave the CA alone before asking again: one minute to one day.
    pub check_again: Duration,
}

impl FromAnswer for Window {
    fn from_answer(value: Value) -> Option<Self> {
        let mut members = Members::of_value(value)?;
        let start = timestamp::parse(&members.take::<String>("start")?)?;
        let end = timestamp::parse(&members.take::<String>("end")?)?;
        Self::new(start, end)
    }
}

impl RenewalInfo {
    /// Reads the answer to a GET of [`CertId::url`]; `now_ms` in milliseconds since 1970. An
    /// explanation that is no plain https URL is left out.
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where there is no window, or an impossible one.
    pub fn parse(response: &Response, now_ms: u64) -> Result<Self, AcmeError> {
        let mut members = Members::of_resource(Resource::RenewalInfo, &response.body)?;
        let window = members.take("suggestedWindow").ok_or_else(|| {
            malformed(
                Resource::RenewalInfo,
                "the window is not one of two times in order".to_owned(),
            )
        })?;
        let [least, most] = CHECK_AGAIN;
        let wait = response.retry_after.as_deref();
        let wait = wait.and_then(|value| retry_after::parse(value, now_ms));
        Ok(Self {
            window,
            explanation_url: members.take("explanationURL"),
            check_again: wait.unwrap_or(CHECK_AFTER_ERROR).clamp(least, most),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9773 §4.1.
    const CERT_ID: &str = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";
    /// RFC 9773 §4.2.
    const EXAMPLE: &str = r#"{
        "suggestedWindow": {
            "start": "2025-01-02T04:00:00Z",
            "end": "2025-01-03T04:00:00Z"
        },
        "explanationURL": "https://acme.example.com/docs/ari"
    }"#;

    fn answer(body: &str, retry_after: Option<&str>) -> Response {
        Response {
            status: 200,
            retry_after: retry_after.map(str::to_owned),
            body: body.as_bytes().to_vec(),
            ..Response::default()
        }
    }

    #[test]
    fn names_a_certificate_as_rfc_9773_does() {
        let id = CertId::parse(CERT_ID).expect("a name");
        for base in [
            "https://acme.example.com/renewal-info",
            "https://acme.example.com/renewal-info/",
        ] {
            let base = HttpsUrl::parse(base).expect("a URL");
            assert_eq!(
                id.url(&base).expect("a URL").as_str(),
                "https://acme.example.com/renewal-info/aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"
            );
        }
        let long = format!("AAAA.{}", "A".repeat(CertId::MAX_LENGTH));
        for text in [
            "",
            ".",
            "AAAA",
            "AAAA.",
            ".AAAA",
            "AAAA.AAAA.AAAA",
            "AA==.AAAA",
            "../x",
            &long,
        ] {
            assert_eq!(CertId::parse(text), Err(AcmeError::InvalidCertId), "{text}");
        }
    }

    #[test]
    fn reads_the_example_of_rfc_9773() {
        let info = RenewalInfo::parse(&answer(EXAMPLE, Some("21600")), 0).expect("renewal info");
        assert_eq!(info.window.start_ms, 1_735_790_400_000);
        assert_eq!(info.window.end_ms - info.window.start_ms, 86_400_000);
        assert_eq!(info.check_again, Duration::from_secs(21600));
        assert_eq!(
            info.explanation_url.map(String::from).as_deref(),
            Some("https://acme.example.com/docs/ari")
        );
    }

    #[test]
    fn waits_at_least_a_minute_and_at_most_a_day() {
        for (header, seconds) in [
            (Some("1"), 60),
            (Some("-1"), 21600),
            (Some("999999"), 86400),
            (Some("3600"), 3600),
            (None, 21600),
        ] {
            let info = RenewalInfo::parse(&answer(EXAMPLE, header), 0).expect("renewal info");
            assert_eq!(info.check_again, Duration::from_secs(seconds), "{header:?}");
        }
    }

    #[test]
    fn refuses_impossible_windows() {
        for body in [
            EXAMPLE.replace("2025-01-03", "2025-01-02"),
            EXAMPLE.replace("2025-01-03", "2025-01-01"),
            EXAMPLE.replace("2025-01-03T04:00:00Z", "soon"),
            EXAMPLE.replace("suggestedWindow", "window"),
            "[]".to_owned(),
        ] {
            assert!(
                RenewalInfo::parse(&answer(&body, None), 0).is_err(),
                "{body}"
            );
        }
        let link = EXAMPLE.replace("https://acme", "javascript://acme");
        let info = RenewalInfo::parse(&answer(&link, None), 0).expect("renewal info");
        assert_eq!(info.explanation_url, None);
        for odd in ["null", "\"\"", "7", "[]"] {
            let body = EXAMPLE.replace(r#""https://acme.example.com/docs/ari""#, odd);
            let info = RenewalInfo::parse(&answer(&body, None), 0).expect("renewal info");
            assert_eq!(info.explanation_url, None, "{odd}");
        }
    }

    #[test]
    fn selects_within_the_window() {
        let window = Window::new(1_000, 2_000).expect("a window");
        assert_eq!(window.select(0), 1_000);
        assert_eq!(window.select(u64::MAX / 2), 1_499);
        assert_eq!(window.select(u64::MAX), 1_999);
        assert_eq!(Window::new(5, 5), None);
    }
}
