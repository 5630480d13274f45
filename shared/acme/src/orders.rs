//! The list of an account's orders (RFC 8555 §7.1.2.1). Not every CA has one.

use crate::AcmeError;
use crate::error::Resource;
use crate::http::Response;
use crate::lenient::Members;
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
        let mut members = Members::of_resource(Resource::OrdersList, &response.body)?;
        Ok(Self {
            orders: members.list("orders"),
            next: response.link_url("next"),
        })
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
        for body in ["[]", "", "<html>"] {
            assert!(page(body).is_err(), "{body}");
        }
    }

    #[test]
    fn what_is_no_order_is_left_out_and_links_are_resolved() {
        for (list, expected) in [
            (
                r#"["javascript:alert(1)",null,"https://ca.example/o/1"]"#,
                1,
            ),
            ("null", 0),
            ("\"\"", 0),
            ("{}", 0),
        ] {
            let page = OrdersPage::parse(&Response {
                status: 200,
                url: HttpsUrl::parse("https://ca.example/orders/1?cursor=1").ok(),
                link: Some("</orders/1?cursor=2>;rel=next".to_owned()),
                body: format!(r#"{{"orders":{list}}}"#).into_bytes(),
                ..Response::default()
            });
            let page = page.expect("a page");
            assert_eq!(page.orders.len(), expected, "{list}");
            assert_eq!(
                page.next.map(String::from).as_deref(),
                Some("https://ca.example/orders/1?cursor=2")
            );
        }
    }
}
