//! Looking through what a value may be wrapped in: base64 within base64, escapes, line ends.

use std::collections::BTreeSet;

use base64ct::{Base64Unpadded, Encoding};

use super::traces::Search;

/// Shortest text that is taken for base64.
const SHORTEST_RUN: usize = 24;

/// How deep base64 within base64 is looked into: a log has bytes in base64, a JWS its payload, and a
/// payload a CSR.
const DEPTH: usize = 4;

/// Adds to `found` what the text has of what is looked for, in whatever wrapping.
pub(super) fn look_into(text: &[u8], search: &Search<'_>, found: &mut BTreeSet<String>) {
    look_deeper(text, search, DEPTH, found);
}

fn look_deeper(text: &[u8], search: &Search<'_>, depth: usize, found: &mut BTreeSet<String>) {
    for text in [
        text,
        &without_percent_escapes(text),
        &without_line_ends(text),
    ] {
        found.extend(search.find_in(text).map(str::to_owned));
    }
    if depth > 0 {
        for decoded in decoded_runs(text) {
            look_deeper(&decoded, search, depth - 1, found);
        }
    }
}

/// What every run of base64 (of either alphabet) means.
fn decoded_runs(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    text.split(|byte| !(byte.is_ascii_alphanumeric() || b"+/-_".contains(byte)))
        .filter(|run| run.len() >= SHORTEST_RUN)
        .filter_map(|run| {
            // Bits that are left over at the end are not worth a byte.
            let whole = &run[..run.len() / 4 * 4];
            let standard: String = whole
                .iter()
                .map(|byte| match byte {
                    b'-' => '+',
                    b'_' => '/',
                    other => char::from(*other),
                })
                .collect();
            Base64Unpadded::decode_vec(&standard).ok()
        })
}

/// What is escaped in URLs and forms, plain.
fn without_percent_escapes(text: &[u8]) -> Vec<u8> {
    let escaped = |at: usize| {
        let digits = std::str::from_utf8(text.get(at..)?.strip_prefix(b"%")?.get(..2)?).ok()?;
        u8::from_str_radix(digits, 16).ok()
    };
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let byte = escaped(at);
        plain.push(byte.unwrap_or(text[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    plain
}

/// PEM in one line, also where JSON writes its line ends.
fn without_line_ends(text: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        rest = match (byte, after) {
            (b'\\', [b'n' | b'r', after @ ..]) | (b'\n' | b'\r', after) => after,
            _ => {
                joined.push(*byte);
                after
            }
        };
    }
    joined
}
