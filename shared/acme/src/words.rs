//! What a CA says, made fit to be stored and shown: bounded, and without characters that change how
//! the text around them looks.

/// Longest sentence of a CA's that is kept, in characters.
pub const MAX_SENTENCE: usize = 2000;

/// Text of at most `max` characters. Controls and characters that reorder text (U+202A to U+202E, U+2066
/// to U+2069 and the marks) become U+FFFD, tabs become blanks; line ends stay. What is cut ends in `…`.
#[must_use]
pub fn fit(text: &str, max: usize) -> String {
    let mut fitting: String = text
        .chars()
        .take(max.saturating_add(1))
        .map(harmless)
        .collect();
    if let Some((cut, _)) = fitting.char_indices().nth(max) {
        fitting.truncate(cut);
        fitting.pop();
        if max > 0 {
            fitting.push('\u{2026}');
        }
    }
    fitting
}

fn harmless(character: char) -> char {
    match character {
        '\n' => '\n',
        '\t' | '\r' => ' ',
        '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        control if control.is_control() => '\u{fffd}',
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_by_characters_and_says_so() {
        assert_eq!(fit("b\u{fc}cher", 6), "b\u{fc}cher");
        assert_eq!(fit("b\u{fc}cher", 5), "b\u{fc}ch\u{2026}");
        assert_eq!(fit("ab", 1), "\u{2026}");
        assert_eq!(fit("ab", 0), "");
        assert_eq!(fit("", 5), "");
    }

    #[test]
    fn shows_nothing_that_reorders_or_controls() {
        for odd in ('\u{202a}'..='\u{202e}')
            .chain('\u{2066}'..='\u{2069}')
            .chain(['\0', '\u{1b}', '\u{7f}', '\u{85}', '\u{200f}', '\u{feff}'])
        {
            assert_eq!(fit(&format!("a{odd}b"), 9), "a\u{fffd}b", "{odd:?}");
        }
        assert_eq!(fit("one\ttwo\nthree", 99), "one two\nthree");
    }
}
