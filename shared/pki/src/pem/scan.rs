//! Finds the blocks of a file or answer, whatever is around and between them.
//!
//! RFC 7468 section 2: "Parsers SHOULD ignore whitespace and other non-base64 characters", and "data
//! before the encapsulation boundary is permitted". So the boundaries alone count, wherever on a line
//! they stand: explanations, bag attributes, comments, byte-order marks, line ends of every kind or
//! none, indentation, and the escapes of a JSON string are read over. Time and memory are linear in the
//! size of what is read.

use base64ct::{Base64Unpadded, Encoding};
use zeroize::Zeroizing;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// All blocks that can be decoded, in their order.
    pub(crate) blocks: Vec<Block>,
    /// Those that cannot.
    pub(crate) broken: Vec<Broken>,
    /// What is not in a block.
    pub(crate) outside: Outside,
}

/// What stands between `-----BEGIN <label>-----` and `-----END …-----`.
pub(crate) struct Block {
    pub(crate) label: String,
    pub(crate) der: Zeroizing<Vec<u8>>,
    /// Whether it has the headers of an encrypted key (RFC 1421 section 4.6.1.1).
    pub(crate) is_encrypted: bool,
}

/// A block that cannot be decoded.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) label: String,
    /// Whether it has no end; otherwise it holds something else than base64.
    pub(crate) is_cut_off: bool,
}

/// What there is besides blocks and white space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outside {
    /// A byte-order mark at the beginning.
    pub(crate) byte_order_mark: bool,
    /// Text before, between or behind the blocks.
    pub(crate) text: bool,
    /// Octets that are no text, such as NUL.
    pub(crate) octets: bool,
}

/// Shows no contents: they may be a key.
impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Block")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

const DASHES: &[u8] = b"-----";
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Longest label that is taken for one.
const MAX_LABEL: usize = 64;

/// A boundary, from its first dash to its last.
struct Boundary {
    is_begin: bool,
    label: String,
    start: usize,
    end: usize,
}

/// Looks for blocks.
pub(crate) fn scan(content: &[u8]) -> Scan {
    let mut found = Scan::default();
    let mut at = 0;
    if content.starts_with(BYTE_ORDER_MARK) {
        found.outside.byte_order_mark = true;
        at = BYTE_ORDER_MARK.len();
    }
    let mut open: Option<Boundary> = None;
    while let Some(boundary) = next_boundary(content, at) {
        let before = content.get(at..boundary.start).unwrap_or_default();
        at = boundary.end;
        match open.take() {
            None => found.outside.add(before),
            Some(begin) if boundary.is_begin => found.add_broken(begin.label, true),
            Some(begin) => match decode(begin.label, before) {
                Ok(block) => found.blocks.push(block),
                Err(label) => found.add_broken(label, false),
            },
        }
        if boundary.is_begin {
            open = Some(boundary);
        }
    }
    match open {
        None => found.outside.add(content.get(at..).unwrap_or_default()),
        Some(begin) => found.add_broken(begin.label, true),
    }
    found
}

impl Scan {
    fn add_broken(&mut self, label: String, is_cut_off: bool) {
        self.broken.push(Broken { label, is_cut_off });
    }
}

impl Outside {
    fn add(&mut self, octets: &[u8]) {
        for octet in octets {
            match octet {
                _ if octet.is_ascii_whitespace() => {}
                0..=0x1F | 0x7F => self.octets = true,
                _ => self.text = true,
            }
        }
    }
}

fn next_boundary(content: &[u8], from: usize) -> Option<Boundary> {
    let mut start = from;
    loop {
        let rest = content.get(start..)?;
        start += rest
            .windows(DASHES.len())
            .position(|octets| octets == DASHES)?;
        match boundary_at(content, start) {
            Some(boundary) => return Some(boundary),
            None => start += 1,
        }
    }
}

fn boundary_at(content: &[u8], start: usize) -> Option<Boundary> {
    let after = content.get(start + DASHES.len()..)?;
    let (is_begin, word) = match (after.strip_prefix(b"BEGIN "), after.strip_prefix(b"END ")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return None,
    };
    let window = word.get(..MAX_LABEL + DASHES.len()).unwrap_or(word);
    let length = window
        .windows(DASHES.len())
        .position(|octets| octets == DASHES)?;
    let label = std::str::from_utf8(window.get(..length)?).ok()?;
    if label.chars().any(char::is_control) {
        return None;
    }
    Some(Boundary {
        is_begin,
        label: label.trim().to_owned(),
        start,
        end: content.len() - word.len() + length + DASHES.len(),
    })
}

/// Decodes what a block holds; gives the label back where that is no base64.
fn decode(label: String, body: &[u8]) -> Result<Block, String> {
    // With room for all of it: growing would leave parts of keys behind in memory.
    let mut base64 = Zeroizing::new(Vec::with_capacity(body.len()));
    let mut is_encrypted = false;
    let mut rest = body;
    while !rest.is_empty() {
        let (line, after) = split_line(rest);
        rest = after;
        if line.contains(&b':') {
            is_encrypted |= line.windows(9).any(|word| word == b"ENCRYPTED");
        } else if !push_base64(&mut base64, line) {
            return Err(label);
        }
    }
    // Decoded where it is, so that nothing of it is left elsewhere.
    let length = match Base64Unpadded::decode_in_place(&mut base64) {
        Ok(der) => der.len(),
        Err(_) if is_encrypted => 0,
        Err(_) => return Err(label),
    };
    base64.truncate(length);
    Ok(Block {
        label,
        der: base64,
        is_encrypted,
    })
}

/// The first line and what follows it. A line ends in CR or LF, or, within a JSON string, in their
/// escapes.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    for (index, octet) in text.iter().enumerate() {
        let after = text.get(index + 1..).unwrap_or_default();
        let rest = match (octet, after) {
            (b'\n' | b'\r', rest) => rest,
            (b'\\', [b'n' | b'r', rest @ ..]) => rest,
            _ => continue,
        };
        return (text.get(..index).unwrap_or_default(), rest);
    }
    (text, &[])
}

/// Appends the base64 of a line without its padding and without what does not count; `false` where
/// there is something else.
fn push_base64(base64: &mut Vec<u8>, line: &[u8]) -> bool {
    let mut is_padded = false;
    let mut rest = line;
    while let [octet, after @ ..] = rest {
        rest = after;
        let octet = match (*octet, after) {
            (b'\\', [b'u', b'0', b'0', high, low, after @ ..]) => {
                rest = after;
                match (hex_digit(*high), hex_digit(*low)) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return false,
                }
            }
            (b'\\', [b't', after @ ..]) => {
                rest = after;
                b' '
            }
            (b'\\', [b'/', ..]) => continue,
            (octet, _) => octet,
        };
        match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if !is_padded => {
                base64.push(octet);
            }
            b'=' => is_padded = true,
            // Quotation marks and separators of other formats; what is beyond ASCII is white space of
            // another kind, or the octets will make no sense anyway.
            b' ' | b'"' | b'\'' | b',' | b';' | b'>' | b'|' | 0x80.. => {}
            octet if octet.is_ascii_control() => {}
            _ => return false,
        }
    }
    true
}

fn hex_digit(octet: u8) -> Option<u8> {
    let digit = char::from(octet).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests;
