#![allow(clippy::unwrap_used)]

use super::*;

const BLOCK: &str = "-----BEGIN A-----\nAQIDBA==\n-----END A-----\n";
const OCTETS: [u8; 4] = [1, 2, 3, 4];

fn contents(scan: &Scan) -> Vec<(&str, &[u8])> {
    let blocks = scan.blocks.iter();
    blocks
        .map(|block| (block.label.as_str(), block.der.as_slice()))
        .collect()
}

#[test]
fn every_form_of_a_block_is_read() {
    let two = BLOCK.repeat(2);
    for text in [
        two.clone(),
        two.replace('\n', "\r\n"),
        two.replace('\n', "\r"),
        two.replace('\n', "\n\n"),
        two.replace('\n', "\n  \t"),
        two.replace("-----\n-----", "----------"),
        two.replace('\n', ""),
        two.replace('\n', " "),
        two.replace('\n', "\u{a0}\n"),
        two.trim_end().to_owned(),
        two.replace("==", ""),
        two.replace("QID", "Q\nI\0D"),
        two.replace('\n', "\n> "),
        format!("\u{feff}{two}"),
        format!("{two}\0\0"),
        format!("subject=CN = a\n{two}# the end: -----\n"),
        format!("Bag Attributes\n    friendlyName: x\n{two}Bag Attributes: <No Attributes>\n"),
        format!("\"{}\"", two.replace('\n', "\\n")),
        format!("\"{}\"", two.replace('\n', "\\r\\n")),
        format!("\"{}\"", two.replace("AQID", "\\u0041Q\\u0049D")),
    ] {
        let scan = scan(text.as_bytes());
        let expected = [("A", OCTETS.as_slice()), ("A", &OCTETS)];
        assert_eq!(contents(&scan), expected, "{text:?}");
        assert!(scan.broken.is_empty(), "{text:?}");
    }
    let escaped = b"-----BEGIN A-----\\n\\/\\/\\/\\/\\u002B\\u002b++\\n-----END A-----";
    assert_eq!(
        contents(&scan(escaped)),
        [("A", [255, 255, 255, 251, 239, 190].as_slice())]
    );
}

#[test]
fn what_is_outside_is_told() {
    let none = Outside::default();
    let text = Outside { text: true, ..none };
    let mark = Outside {
        byte_order_mark: true,
        ..none
    };
    let octets = Outside {
        octets: true,
        ..none
    };
    for (content, outside) in [
        (BLOCK.to_owned(), none),
        (format!("\r\n\t {BLOCK}\n\n"), none),
        (format!("{BLOCK}# comment\n{BLOCK}"), text),
        (format!("Subject: x\n{BLOCK}"), text),
        (format!("{BLOCK}x"), text),
        (format!("\u{feff}{BLOCK}"), mark),
        (format!("{BLOCK}\0"), octets),
        (
            "\u{feff}a\u{1}".to_owned(),
            Outside {
                byte_order_mark: true,
                text: true,
                octets: true,
            },
        ),
    ] {
        assert_eq!(scan(content.as_bytes()).outside, outside, "{content:?}");
    }
}

#[test]
fn broken_blocks_cost_only_themselves() {
    for (broken, is_cut_off) in [
        ("-----BEGIN B-----\nAQIDBA==\n", Some(true)),
        ("-----BEGIN B-----\nA!ID\n-----END B-----\n", Some(false)),
        ("-----BEGIN B-----\nA\n-----END B-----\n", Some(false)),
        ("-----BEGIN B-----\nAQID\n-----EMD B-----\n", Some(true)),
        ("-----BEGIN B----\nAQID\n-----END B----\n", None),
        ("-----BEGIN B\nAQID\n-----END B\n", None),
        ("-----END B-----\n", None),
    ] {
        for content in [format!("{broken}{BLOCK}"), format!("{BLOCK}{broken}")] {
            let scan = scan(content.as_bytes());
            assert_eq!(contents(&scan), [("A", OCTETS.as_slice())], "{content:?}");
            let broken: Vec<_> = scan
                .broken
                .iter()
                .map(|broken| (broken.label.as_str(), broken.is_cut_off))
                .collect();
            let expected: Vec<_> = is_cut_off.map(|it| ("B", it)).into_iter().collect();
            assert_eq!(broken, expected, "{content:?}");
        }
    }
    assert!(scan(b"").blocks.is_empty());
}

#[test]
fn an_encrypted_key_is_known_by_its_headers() {
    let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n";
    let encrypted = BLOCK.replace("AQID", &format!("{headers}AQID"));
    let found = scan(encrypted.as_bytes());
    assert!(found.blocks[0].is_encrypted);
    assert!(!scan(BLOCK.as_bytes()).blocks[0].is_encrypted);
}

/// 4 MiB of beginnings: what takes time or room for each of them is not done in a minute.
#[test]
fn many_beginnings_are_read_in_linear_time_and_room() {
    let many = b"-----BEGIN A-----\n".repeat(240_000);
    let found = scan(&many);
    assert_eq!((found.blocks.len(), found.broken.len()), (0, 240_000));
    let dashes = vec![b'-'; 4_000_000];
    assert!(scan(&dashes).outside.text);
    let nearly = b"-----BEGIN ".repeat(360_000);
    assert!(scan(&nearly).blocks.is_empty());
}
