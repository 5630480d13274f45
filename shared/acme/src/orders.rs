//! The list of an account's orders (RFC 8555 §7.1.2.1). Not every CA has one.

use serde::Deserialize;

use crate::AcmeError;
use crate::error::{Resource, parse_json};
use crate::http::Response;
use crate::link;
use crate::url::HttpsUrl;

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrdersPage {
    /// Orders, in the CA's order.
    pub orders: Vec<HttpsUrl>,
    /// The next page, if there is one.
    pub next: Option<HttpsUrl>,
}

impl OrdersPage {
    /// Reads a page. RFC 8555 §7.1.2.1: "The server MAY return an incomplete list, along with a Link
    /// header field with a "next" link relation indicating where further entries can be acquired."
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where it is none.
    pub fn parse(response: &Response) -> Result<Self, AcmeError> {
        #[derive(Deserialize)]
        struct Object {
            orders: Vec<HttpsUrl>,
        }
        let Object { orders } = parse_json(Resource::OrdersList, &response.body)?;
        let links = response.link.as_deref().unwrap_or_default();
        let next = link::find(links, "next").and_then(|url| HttpsUrl::parse(url).ok());
        Ok(Self { orders, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8555 §7.1.2.1.
    #[test]
    fn reads_the_example_of_rfc_8555() {
        let response = Response {
            status: 200,
            link: Some("<https://example.com/acme/orders/rzGoeA?cursor=2>;rel=\"next\"".to_owned()),
            body: br#"{"orders": ["https://example.com/acme/order/TOlocE8rfgo",
                "https://example.com/acme/order/4E16bbL5iSw"]}"#
                .to_vec(),
            ..Response::default()
        };
        let page = OrdersPage::parse(&response).expect("a page");
        assert_eq!(page.orders.len(), 2);
        let next = page.next.map(String::from);
        assert_eq!(
            next.as_deref(),
            Some("https://example.com/acme/orders/rzGoeA?cursor=2")
        );
    }

    #[test]
    fn the_last_page_has_no_next_and_nonsense_is_no_page() {
        let page = |body: &str| {
            OrdersPage::parse(&Response {
                status: 200,
                body: body.as_bytes().to_vec(),
                ..Response::default()
            })
        };
        assert_eq!(page(r#"{"orders":[]}"#).expect("a page").next, None);
        assert!(page(r#"{"orders":["javascript:alert(1)"]}"#).is_err());
        assert!(page("[]").is_err());
    }
}
