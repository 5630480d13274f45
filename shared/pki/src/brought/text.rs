//! Text out of bytes, whatever wrote them.

use zeroize::Zeroizing;

/// Decodes text: UTF-8, UTF-16 of either byte order, and everything else as Latin-1, in which every octet
/// is a character. What PEM is made of is the same in all of them.
pub(super) fn decode(content: &[u8]) -> Zeroizing<String> {
    match content {
        [0xEF, 0xBB, 0xBF, rest @ ..] => eight_bits(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Without a byte-order mark, but with a first character of ASCII.
        [first, 0, ..] if first.is_ascii_graphic() => utf16(content, u16::from_le_bytes),
        [0, first, ..] if first.is_ascii_graphic() => utf16(content, u16::from_be_bytes),
        _ => eight_bits(content),
    }
}

/// Whether people and programs write such text: without control characters but those for layout.
pub(super) fn is_plain(text: &str) -> bool {
    // U+001A ends files of DOS.
    !text.chars().any(|character| {
        character.is_control() && !matches!(character, '\t' | '\n' | '\u{c}' | '\r' | '\u{1a}')
    })
}

fn eight_bits(content: &[u8]) -> Zeroizing<String> {
    // With room for all of it, here and below: growing would leave parts of keys behind in memory.
    let mut text = Zeroizing::new(String::with_capacity(2 * content.len()));
    match std::str::from_utf8(content) {
        Ok(utf8) => text.push_str(utf8),
        Err(_) => text.extend(content.iter().map(|octet| char::from(*octet))),
    }
    text
}

fn utf16(content: &[u8], unit: fn([u8; 2]) -> u16) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * content.len()));
    let units = content.chunks_exact(2).map(|pair| match pair {
        [first, second] => unit([*first, *second]),
        _ => 0,
    });
    text.extend(
        char::decode_utf16(units).map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER)),
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_says_the_same() {
        let units: Vec<u16> = "-é\n".encode_utf16().collect();
        let le: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let be: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for content in [
            "-é\n".as_bytes(),
            "\u{feff}-é\n".as_bytes(),
            b"-\xE9\n",
            &le,
            &be,
            &[&[0xFF, 0xFE][..], &le].concat(),
            &[&[0xFE, 0xFF][..], &be].concat(),
        ] {
            let text = decode(content);
            assert_eq!(*text, "-é\n", "{content:?}");
            assert!(is_plain(&text));
        }
    }

    #[test]
    fn nothing_is_too_odd_to_be_decoded() {
        for content in [
            &b""[..],
            &[0],
            &[0xFF],
            &[0xFF, 0xFE],
            &[0xFF, 0xFE, b'a'],
            &[b'a', 0, 0xD8],
            &[0, b'a', 0xD8, 0],
        ] {
            decode(content);
        }
        assert_eq!(*decode(&[0xFE, 0xFF, 0xD8, 0, 0, b'a']), "\u{fffd}a");
        assert!(!is_plain(&decode(&[0x30, 0x82, 0x01])));
    }
}
