//! Reading bodies without trusting their length. The bytes stay in JavaScript's memory: most are
//! only passed on.

use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Boolean, Reflect, Uint8Array};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{ReadableStream, ReadableStreamDefaultReader};

/// Why a body was not read to its end.
pub(crate) enum BodyError {
    /// It is larger than the limit.
    TooLarge,
    /// The stream failed.
    Broken(JsValue),
}

impl From<JsValue> for BodyError {
    fn from(exception: JsValue) -> Self {
        Self::Broken(exception)
    }
}

/// Reads a stream to its end, or stops it as soon as it gave more than `limit` bytes.
pub(crate) async fn read(
    stream: Option<ReadableStream>,
    limit: usize,
) -> Result<Uint8Array, BodyError> {
    let Some(stream) = stream else {
        return Ok(Uint8Array::new_with_length(0));
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut chunks: Vec<Uint8Array> = Vec::new();
    let mut length = 0;
    while let Some(chunk) = next(&reader).await? {
        length += chunk.length() as usize;
        if length > limit {
            // Whoever sends endlessly is not waited for.
            let _ = reader.cancel();
            return Err(BodyError::TooLarge);
        }
        chunks.push(chunk);
    }
    Ok(match chunks.len() {
        1 => chunks.remove(0),
        _ => concatenate(&chunks, length),
    })
}

async fn next(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let result = JsFuture::from(reader.read()).await?;
    let done = Reflect::get(&result, &JsValue::from_str("done"))?;
    if done.loose_eq(&JsValue::from(Boolean::from(true))) {
        return Ok(None);
    }
    Reflect::get(&result, &JsValue::from_str("value"))?
        .dyn_into()
        .map(Some)
}

fn concatenate(chunks: &[Uint8Array], length: usize) -> Uint8Array {
    // The limits are far below 4 GiB.
    let joined = Uint8Array::new_with_length(length as u32);
    let mut offset = 0;
    for chunk in chunks {
        joined.set(chunk, offset);
        offset += chunk.length();
    }
    joined
}
