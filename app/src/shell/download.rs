//! Files for the visitor.

use gloo::file::ObjectUrl;
use js_sys::{Array, Uint8Array};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement};

use super::{exception_text, timer};
use crate::task;

/// How long a file stays available to the browser's download. There is no event for its end.
const KEPT_MS: u64 = 60_000;

/// Offers bytes as a file of this name.
///
/// # Errors
/// [`DownloadError`]
pub(crate) fn save(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), DownloadError> {
    let refused = |exception: JsValue| DownloadError(exception_text(&exception));
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or_else(|| DownloadError("there is no page".to_owned()))?;

    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(refused)?;
    let url = ObjectUrl::from(blob);

    let link: HtmlAnchorElement = document
        .create_element("a")
        .map_err(refused)?
        .unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();

    // A URL that is revoked at once may be gone before the browser has read it.
    task::to_the_end(async move {
        timer::sleep(KEPT_MS).await;
        drop(url);
    });
    Ok(())
}

/// The browser did not take the file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the browser did not take the file: {0}")]
pub(crate) struct DownloadError(String);
