//! Reading bodies without trusting their length. The bytes stay in JavaScript's memory: most are
//! only passed on.

use worker::js_sys::{Boolean, Promise, Reflect, Uint8Array};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{Headers, ReadableStream, ReadableStreamDefaultReader, Request, Response};

use crate::promise::settled;

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

/// A request or an answer.
pub(crate) trait Message {
    fn headers(&self) -> Headers;
    fn stream(&self) -> Option<ReadableStream>;
    fn whole(&self) -> Result<Promise, JsValue>;
}

impl Message for Request {
    fn headers(&self) -> Headers {
        self.headers()
    }

    fn stream(&self) -> Option<ReadableStream> {
        self.body()
    }

    fn whole(&self) -> Result<Promise, JsValue> {
        self.array_buffer()
    }
}

impl Message for Response {
    fn headers(&self) -> Headers {
        self.headers()
    }

    fn stream(&self) -> Option<ReadableStream> {
        self.body()
    }

    fn whole(&self) -> Result<Promise, JsValue> {
        self.array_buffer()
    }
}

/// Reads a body to its end, or gives up as soon as it is known to have more than `limit` bytes.
pub(crate) async fn read(message: &impl Message, limit: usize) -> Result<Uint8Array, BodyError> {
    match announced_length(&message.headers())? {
        Some(length) if length > limit => {
            if let Some(stream) = message.stream() {
                let _ = stream.cancel();
            }
            Err(BodyError::TooLarge)
        }
        Some(_) => {
            let body = Uint8Array::new(&settled(&message.whole()?).await?);
            if body.length() as usize > limit {
                return Err(BodyError::TooLarge);
            }
            Ok(body)
        }
        None => read_stream(message.stream(), limit).await,
    }
}

/// Reads the first `limit` bytes of a stream, and whether it goes on; then stops it.
pub(crate) async fn read_start(
    stream: Option<ReadableStream>,
    limit: usize,
) -> Result<(Vec<u8>, bool), JsValue> {
    let mut start = Vec::new();
    let Some(stream) = stream else {
        return Ok((start, false));
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    while let Some(chunk) = next(&reader).await? {
        let room = limit - start.len();
        if chunk.length() as usize > room {
            start.extend(chunk.subarray(0, room as u32).to_vec());
            let _ = reader.cancel();
            return Ok((start, true));
        }
        start.extend(chunk.to_vec());
    }
    Ok((start, false))
}

/// How long the body will be. HTTP holds the sender to what it announces (RFC 9110 §8.6), except
/// where the runtime unpacks the body.
fn announced_length(headers: &Headers) -> Result<Option<usize>, JsValue> {
    let Some(length) = headers.get("content-length")? else {
        return Ok(None);
    };
    if headers.has("content-encoding")? {
        return Ok(None);
    }
    Ok(length.parse().ok())
}

/// Stops the stream as soon as it gave more than `limit` bytes.
async fn read_stream(
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
    let result = settled(&reader.read()).await?;
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
