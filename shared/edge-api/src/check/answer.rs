//! Whether an answer is the expected one to a CA, and if not, what is in its way.

use super::{Break, MAX_BODY_BYTES, Place, TextEncoding};

/// How much longer than a long key authorization an answer may be, in bytes: room for line ends.
const SPARE_BYTES: usize = 16;

/// Code points that are named at most.
const MAX_NAMED: usize = 8;

/// The longest answer that is as good as the expected text, in bytes. Tokens have up to 256 characters
/// here, and the limit grows with them.
pub(super) fn limit(expected: &str) -> usize {
    MAX_BODY_BYTES.max(expected.len() + SPARE_BYTES)
}

/// How many bytes of an answer are wanted: so many that the right text is seen whole in UTF-16 too.
pub(super) fn reading_limit(expected: &str) -> usize {
    2 * limit(expected)
}

/// What is wrong with an answer, which may go on behind `body`.
///
/// CAs take white space behind the key authorization: "The server SHOULD ignore whitespace characters
/// at the end of the body" (RFC 8555 §8.3).
pub(super) fn judge(expected: &str, body: &[u8], truncated: bool) -> Option<Break> {
    let limit = limit(expected);
    if !truncated && body.len() <= limit && body.trim_ascii_end() == expected.as_bytes() {
        return None;
    }
    if truncated {
        return Some(Break::TooLong { limit });
    }
    if let Some(encoding) = other_encoding(expected, body) {
        return Some(Break::Encoding { encoding });
    }
    let text = String::from_utf8_lossy(body);
    if let Some(hidden) = hidden_characters(expected, &text) {
        return Some(hidden);
    }
    Some(if body.len() > limit {
        Break::TooLong { limit }
    } else {
        Break::WrongAnswer
    })
}

/// The right text, as another program wrote it.
fn other_encoding(expected: &str, body: &[u8]) -> Option<TextEncoding> {
    let reads_as = |unit: fn([u8; 2]) -> u16| {
        let units = body.as_chunks().0.iter().map(|&pair| unit(pair));
        let text = char::decode_utf16(units).collect::<Result<String, _>>();
        text.is_ok_and(|text| visible(&text) == expected)
    };
    if reads_as(u16::from_le_bytes) {
        Some(TextEncoding::Utf16LittleEndian)
    } else if reads_as(u16::from_be_bytes) {
        Some(TextEncoding::Utf16BigEndian)
    } else {
        None
    }
}

/// The right text with characters around or in it that nobody sees.
fn hidden_characters(expected: &str, text: &str) -> Option<Break> {
    if visible(text) != expected {
        return None;
    }
    let text = text.trim_end_matches(|character: char| character.is_ascii_whitespace());
    let before = text.starts_with(is_hidden);
    let after = text.ends_with(is_hidden);
    let within = text.trim_matches(is_hidden).contains(is_hidden);
    let place = match (before, within, after) {
        (false, false, false) => return None,
        (true, false, false) => Place::Before,
        (false, false, true) => Place::After,
        (true, false, true) => Place::Around,
        (_, true, _) => Place::Within,
    };
    let mut code_points = Vec::new();
    for character in text.chars().filter(|&character| is_hidden(character)) {
        let code_point = u32::from(character);
        if !code_points.contains(&code_point) && code_points.len() < MAX_NAMED {
            code_points.push(code_point);
        }
    }
    Some(Break::HiddenCharacters { place, code_points })
}

fn visible(text: &str) -> String {
    let visible = text.chars().filter(|&character| !is_hidden(character));
    visible.collect()
}

/// Characters without a shape of their own: blanks, controls (NUL among them), and Unicode's
/// `Default_Ignorable_Code_Point`, of which U+FEFF is the byte order mark.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: &str =
        "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

    fn hidden(place: Place, code_points: &[u32]) -> Option<Break> {
        Some(Break::HiddenCharacters {
            place,
            code_points: code_points.to_vec(),
        })
    }

    #[test]
    fn hidden_characters_are_told_by_place_and_number() {
        let (start, end) = EXPECTED.split_at(50);
        for (body, expected) in [
            (
                format!("\u{feff}{EXPECTED}"),
                hidden(Place::Before, &[0xfeff]),
            ),
            (
                format!("\u{feff}{EXPECTED}\r\n"),
                hidden(Place::Before, &[0xfeff]),
            ),
            (format!("\n{EXPECTED}\n"), hidden(Place::Before, &[0x0a])),
            (format!(" {EXPECTED}"), hidden(Place::Before, &[0x20])),
            (
                format!("{EXPECTED}\u{200b}"),
                hidden(Place::After, &[0x200b]),
            ),
            (format!("{EXPECTED}\0"), hidden(Place::After, &[0])),
            (format!("{EXPECTED}\0\0\n"), hidden(Place::After, &[0])),
            (format!("{EXPECTED}\u{a0}"), hidden(Place::After, &[0xa0])),
            (
                format!("{EXPECTED}\u{200b}\n\u{a0}\n"),
                hidden(Place::After, &[0x200b, 0x0a, 0xa0]),
            ),
            (
                format!("\u{feff}{EXPECTED}\u{200b}"),
                hidden(Place::Around, &[0xfeff, 0x200b]),
            ),
            (
                format!("{start}\u{ad}{end}"),
                hidden(Place::Within, &[0xad]),
            ),
            (
                format!("{start}\r\n{end}"),
                hidden(Place::Within, &[0x0d, 0x0a]),
            ),
            (format!("{EXPECTED}\r\n \t"), None),
            (EXPECTED.to_owned(), None),
            (format!("\u{feff}{EXPECTED}x"), Some(Break::WrongAnswer)),
            (format!("\u{feff}{start}"), Some(Break::WrongAnswer)),
            (format!("\"{EXPECTED}\""), Some(Break::WrongAnswer)),
            ("\u{feff}".to_owned(), Some(Break::WrongAnswer)),
            (String::new(), Some(Break::WrongAnswer)),
            // What is longer than a CA reads is right for nobody, and still told as what it is.
            (
                format!("{EXPECTED}{}", "\0".repeat(100)),
                hidden(Place::After, &[0]),
            ),
            (
                format!("{EXPECTED}{}", " ".repeat(100)),
                Some(Break::TooLong { limit: 128 }),
            ),
        ] {
            assert_eq!(
                judge(EXPECTED, body.as_bytes(), false),
                expected,
                "{body:?}"
            );
        }
    }

    #[test]
    fn few_of_many_hidden_characters_are_named() {
        let many: String = ('\u{1}'..='\u{1f}').collect();
        let Some(Break::HiddenCharacters { code_points, .. }) =
            judge(EXPECTED, format!("{many}{EXPECTED}").as_bytes(), false)
        else {
            panic!("not told");
        };
        assert_eq!(code_points.len(), MAX_NAMED);
    }

    #[test]
    fn other_encodings_are_told_from_other_answers() {
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(bytes).collect()
        };
        for (text, right) in [
            (format!("\u{feff}{EXPECTED}\r\n"), true),
            (EXPECTED.to_owned(), true),
            (format!("\u{feff}{EXPECTED}x"), false),
        ] {
            for (bytes, encoding) in [
                (
                    utf16(&text, u16::to_le_bytes),
                    TextEncoding::Utf16LittleEndian,
                ),
                (utf16(&text, u16::to_be_bytes), TextEncoding::Utf16BigEndian),
            ] {
                assert!(bytes.len() <= reading_limit(EXPECTED));
                let found = judge(EXPECTED, &bytes, false);
                assert_eq!(
                    found == Some(Break::Encoding { encoding }),
                    right,
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn the_limit_grows_with_the_token() {
        for token_length in [22, 43, 84, 85, 100, 256] {
            let expected = format!("{}.{}", "t".repeat(token_length), &EXPECTED[44..]);
            for body in [expected.clone(), format!("{expected}\r\n")] {
                assert_eq!(
                    judge(&expected, body.as_bytes(), false),
                    None,
                    "{token_length}"
                );
            }
            let limit = limit(&expected);
            let long = "x".repeat(limit + 1);
            assert_eq!(
                judge(&expected, long.as_bytes(), false),
                Some(Break::TooLong { limit })
            );
            assert_eq!(
                judge(&expected, expected.as_bytes(), true),
                Some(Break::TooLong { limit })
            );
        }
        assert_eq!(limit(EXPECTED), 128);
    }
}
