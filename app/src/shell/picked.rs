//! Files that the visitor picks.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::exception_text;

/// The content of the file that was picked in an `<input type=file>`; nothing where none was.
///
/// # Errors
/// A sentence for the visitor: it is larger than `most` bytes, or cannot be read.
pub(crate) async fn content(
    input: &HtmlInputElement,
    most: usize,
) -> Result<Option<Vec<u8>>, String> {
    let Some(file) = input.files().and_then(|files| files.get(0)) else {
        return Ok(None);
    };
    #[allow(clippy::cast_precision_loss, reason = "far from 2^53")]
    if file.size() > most as f64 {
        return Err("This file is too large. Choose another.".to_owned());
    }
    match file.array_buffer().await {
        Ok(buffer) => Ok(Some(
            Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()).to_vec(),
        )),
        Err(exception) => Err(format!(
            "The browser could not read the file: {}. Choose it again.",
            exception_text(&exception)
        )),
    }
}
