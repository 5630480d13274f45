//! How often one client may ask, counted by the platform. Token reads and the stateless route are
//! never limited: CAs ask from several places at once.

use js_sys::{JSON, Reflect};
use tabcert_edge_api::client::client_key;
use wasm_bindgen::{JsCast, JsValue};
use worker::worker_sys::RateLimiter;

use crate::Call;
use crate::error::{EdgeError, describe};
use crate::executor::settled;
use crate::routes::{Api, Route};
use crate::runtime::Header;

/// The longest period that the platform counts over, in seconds; it does not say how much is left.
const PERIOD_SECONDS: u32 = 60;

/// Refuses a client that has asked too often. Where no limiter is bound, nobody is limited.
pub(crate) async fn check(call: &Call<'_>, route: Route<'_>) -> Result<(), EdgeError> {
    let (general, checks) = match route {
        Route::Challenge { .. } | Route::Stateless(_) => return Ok(()),
        // Only the answer to the request itself can be read, also where it is a refusal.
        Route::Api(_) if call.method == "OPTIONS" => return Ok(()),
        // One check makes up to 33 requests.
        Route::Api(Api::Check) => (call.config.api_limit(), call.config.check_limit()),
        Route::Api(_) | Route::Page => (call.config.api_limit(), None),
    };
    for limiter in [general, checks].into_iter().flatten() {
        // Without the platform's header all clients are one.
        let address = call.header(Header::CfConnectingIp);
        match allows(limiter, &client_key(address.as_deref())).await {
            Ok(true) => {}
            Ok(false) => {
                return Err(EdgeError::RateLimited {
                    seconds: PERIOD_SECONDS,
                });
            }
            // A limiter that fails must not take the edge with it.
            Err(exception) => call.note(&describe(&exception)),
        }
    }
    Ok(())
}

async fn allows(limiter: &RateLimiter, key: &str) -> Result<bool, JsValue> {
    let options = JSON::parse(&format!(r#"{{"key":"{key}"}}"#))?;
    let outcome = settled(&limiter.limit(options.unchecked_into())?).await?;
    let success = Reflect::get(&outcome, &JsValue::from_str("success"))?;
    Ok(success.is_truthy())
}
