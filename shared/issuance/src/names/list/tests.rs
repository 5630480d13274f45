//! What becomes of the names that a visitor collects.

use super::*;
use crate::names::to_ascii;

fn list(text: &str) -> NameList {
    let mut list = NameList::default();
    list.add(text, to_ascii);
    list
}

fn written(list: &NameList) -> Vec<&str> {
    list.entries()
        .iter()
        .map(|listed| listed.entry.written.as_str())
        .collect()
}

#[test]
fn keeps_no_more_than_can_be_shown() {
    let many: String = (0..20_000).map(|n| format!("n{n}.example ")).collect();
    let mut list = NameList::default();
    assert!(list.add(&many, to_ascii).left_out);
    assert_eq!(list.entries().len(), MAX_ENTRIES);
    assert!(list.add("another.example", to_ascii).left_out);
    assert_eq!(list.entries().len(), MAX_ENTRIES);
}

#[test]
fn a_list_keeps_the_order_and_each_name_once() {
    let mut list = list("b.example a.example");
    assert_eq!(
        list.add(
            "A.example, c.example; https://b.example/ ,nonsense nonsense",
            to_ascii
        ),
        Added {
            new: 2,
            duplicates: 2,
            left_out: false
        }
    );
    assert_eq!(
        written(&list),
        ["b.example", "a.example", "c.example", "nonsense"]
    );
    assert_eq!(list.add("nonsense", to_ascii).duplicates, 1);
}

#[test]
fn entries_keep_their_id_and_are_mended_where_they_stand() {
    let mut list = list("a.example b_ad c.example");
    let ids: Vec<EntryId> = list.entries().iter().map(|listed| listed.id).collect();
    list.replace(ids[1], "bad.example, b.example", to_ascii);
    assert_eq!(
        written(&list),
        ["a.example", "bad.example", "b.example", "c.example"]
    );
    assert_eq!(list.entries()[3].id, ids[2]);
    list.remove(ids[2]);
    list.remove(ids[2]);
    assert_eq!(written(&list), ["a.example", "bad.example", "b.example"]);
    // Mending to what is there already leaves that one; mending to nothing removes.
    let last = list.entries()[2].id;
    assert_eq!(list.replace(last, "a.example", to_ascii).duplicates, 1);
    let last = list.entries()[1].id;
    list.replace(last, " ", to_ascii);
    assert_eq!(written(&list), ["a.example"]);
    // What is gone cannot be replaced: the text comes to the end.
    list.replace(ids[1], "z.example", to_ascii);
    assert_eq!(written(&list), ["a.example", "z.example"]);
}

#[test]
fn says_what_a_list_lacks() {
    assert_eq!(list("").names(), Err(NameListError::Empty));
    assert_eq!(
        list("a.example b_ad localhost").names(),
        Err(NameListError::Invalid(2))
    );
    let hundred: String = (0..MAX_NAMES).map(|n| format!("n{n}.example ")).collect();
    let mut many = list(&hundred);
    assert_eq!(many.names().map(|names| names.len()), Ok(MAX_NAMES));
    many.add("one.example two.example", to_ascii);
    assert_eq!(many.names(), Err(NameListError::TooMany(2)));
    let noted: Vec<&str> = many
        .entries()
        .iter()
        .filter(|listed| listed.note == Some(Note::TooMany))
        .map(|listed| listed.entry.written.as_str())
        .collect();
    assert_eq!(noted, ["one.example", "two.example"]);
    many.remove(many.entries()[0].id);
    many.remove(many.entries()[0].id);
    assert!(many.names().is_ok());
    assert!(many.entries().iter().all(|listed| listed.note.is_none()));

    for (error, sentence) in [
        (
            NameListError::Invalid(1),
            "One entry cannot be certified. Mend or remove it.",
        ),
        (
            NameListError::Invalid(3),
            "3 entries cannot be certified. Mend or remove them.",
        ),
        (
            NameListError::TooMany(2),
            "A certificate takes at most 100 names. Remove 2.",
        ),
    ] {
        assert_eq!(error.to_string(), sentence);
    }
}

#[test]
fn notes_what_a_wildcard_covers() {
    let noted = |text: &str| -> Vec<String> {
        list(text)
            .entries()
            .iter()
            .filter(|listed| matches!(listed.note, Some(Note::CoveredBy(_))))
            .map(|listed| listed.entry.written.clone())
            .collect()
    };
    assert_eq!(noted("www.a.example *.a.example"), ["www.a.example"]);
    assert_eq!(noted("*.a.example www.A.example"), ["www.A.example"]);
    for text in [
        "a.example *.a.example",
        "x.y.a.example *.a.example",
        "*.y.a.example *.a.example",
        "www.b.example *.a.example",
        "xa.example *.a.example",
    ] {
        assert_eq!(noted(text), [""; 0], "{text}");
    }
}

#[test]
fn suggests_what_is_often_wanted_too() {
    let suggested = |text: &str| -> Vec<String> {
        list(text)
            .suggestions()
            .into_iter()
            .map(|suggestion| suggestion.name.into())
            .collect()
    };
    for (text, expected) in [
        ("", &[] as &[&str]),
        ("a.example", &["www.a.example", "*.a.example"]),
        ("a.co.uk", &["www.a.co.uk", "*.a.co.uk"]),
        ("a.example www.a.example", &["*.a.example"]),
        ("a.example *.a.example", &[]),
        ("*.a.example", &["a.example"]),
        ("www.a.example", &["a.example"]),
        ("www.a.example *.a.example", &["a.example"]),
        ("app.a.example", &[]),
        ("*.*.a.example", &[]),
        (
            "bücher.example",
            &["www.xn--bcher-kva.example", "*.xn--bcher-kva.example"],
        ),
    ] {
        assert_eq!(suggested(text), expected, "{text}");
    }
    let reasons: Vec<SuggestionReason> = list("a.example www.b.example")
        .suggestions()
        .into_iter()
        .map(|suggestion| suggestion.reason)
        .collect();
    assert_eq!(
        reasons,
        [
            SuggestionReason::Www,
            SuggestionReason::Wildcard,
            SuggestionReason::Bare
        ]
    );
}
