//! The CA's own words, fit to be stored and shown.

use tabcert_acme::problem::{Problem, ProblemKind};

/// As much as anybody reads; what a CA says may be far longer.
const MAX_CHARACTERS: usize = 2_000;

/// More subproblems than this say nothing new.
const MAX_PROBLEMS: usize = 50;

/// The words of a problem, subproblems included; nothing where there are none for people.
#[must_use]
pub fn of(problem: &Problem) -> Option<String> {
    let mut details: Vec<String> = Vec::new();
    for problem in problem.flatten().take(MAX_PROBLEMS) {
        match presentable(&problem.detail) {
            Some(detail) if !details.contains(&detail) => details.push(detail),
            _ => {}
        }
    }
    presentable(&details.join(" – "))
}

/// A text from outside as it may be shown: bounded, without what is invisible, and nothing where it is
/// the source of a page.
#[must_use]
pub fn presentable(text: &str) -> Option<String> {
    let text = text.trim_matches(|it: char| it.is_whitespace() || it == '\u{feff}');
    if text.is_empty() || is_markup(text) {
        return None;
    }
    let shown = |character: &char| !is_invisible(*character);
    let mut characters = text.chars().filter(shown);
    let mut bounded: String = characters.by_ref().take(MAX_CHARACTERS).collect();
    if characters.next().is_some() {
        bounded.push('…');
    }
    Some(bounded)
}

/// Whether a problem says anything at all.
pub(crate) fn is_bare(problem: &Problem) -> bool {
    problem.flatten().all(|problem| {
        problem.kind() == ProblemKind::Other && presentable(&problem.detail).is_none()
    })
}

fn is_markup(text: &str) -> bool {
    let begins = |tag: &str| {
        text.get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
    };
    [
        "<!doctype",
        "<html",
        "<head",
        "<body",
        "<?xml",
        "<!--",
        "<script",
    ]
    .into_iter()
    .any(begins)
}

/// Control characters, and those that turn the direction of the text around them.
fn is_invisible(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_people_can_read() {
        let cases = [
            ("no TXT record found", Some("no TXT record found")),
            ("  \u{feff} spaced ", Some("spaced")),
            ("ex\u{202e}elpma", Some("exelpma")),
            ("a\0b\nc", Some("ab\nc")),
            ("1 < 2", Some("1 < 2")),
            ("", None),
            (" \n", None),
            ("<html>\n<head><title>503</title>", None),
            ("<!DOCTYPE html><p>busy", None),
            ("<?xml version=\"1.0\"?><e/>", None),
        ];
        for (text, expected) in cases {
            assert_eq!(presentable(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn is_bounded() {
        let long = "ä".repeat(100_000);
        let shown = presentable(&long).expect("words");
        assert_eq!(shown.chars().count(), MAX_CHARACTERS + 1);
        let mut many = Problem::blank();
        many.subproblems = (0..20_000)
            .map(|number| Problem {
                detail: format!("problem number {number}"),
                ..Problem::blank()
            })
            .collect();
        let words = of(&many).expect("words");
        assert!(words.chars().count() <= MAX_CHARACTERS + 1);
    }

    #[test]
    fn a_problem_that_says_nothing_is_bare() {
        let typed = Problem {
            type_uri: "urn:ietf:params:acme:error:dns".to_owned(),
            ..Problem::blank()
        };
        let page = Problem {
            detail: "<html>busy</html>".to_owned(),
            ..Problem::blank()
        };
        let words = Problem {
            detail: "busy".to_owned(),
            ..Problem::blank()
        };
        assert!(is_bare(&Problem::blank()) && is_bare(&page));
        assert!(!is_bare(&typed) && !is_bare(&words));
    }
}
