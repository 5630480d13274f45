//! The edge's parsers against whatever anybody may send.

mod checks;

use std::fs;
use std::path::Path;

use proptest::prelude::*;

/// Pieces of attacks, and of what is right.
const PIECES: [&str; 40] = [
    "example.org",
    "www",
    "xn--bcher-kva",
    "localhost:14000",
    "acme-v02.api.letsencrypt.org",
    "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0",
    "127.0.0.1",
    "169.254.169.254",
    "0x7f.1",
    "0x7f",
    "0177",
    "2130706433",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "evil.example",
    "directory",
    ".",
    "..",
    "...",
    "/",
    "//",
    "\\",
    "%2e",
    "%2E%2e",
    "%2f",
    "%00",
    "%",
    "\0",
    "\r\n",
    "@",
    "user:password@",
    ":80",
    ":",
    "?",
    "#",
    "*",
    "*.",
    "bücher",
    "ｅ",
    " ",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..8).prop_map(|all| all.concat())
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => pieces(),
        1 => any::<String>(),
        1 => (pieces(), any::<String>(), pieces()).prop_map(|(one, two, three)| one + &two + &three),
        1 => "[a-z0-9.-]{1,80}",
    ]
}

/// Text that is JSON as far as its brackets go.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        hostile().prop_map(|text| serde_json::Value::from(text).to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        Just("null".to_owned()),
        Just("1e999".to_owned()),
    ];
    let names = prop::sample::select(
        &[
            "protected",
            "payload",
            "signature",
            "header",
            "Status",
            "Answer",
            "type",
            "data",
            "example.org",
            "*.example.org",
            "*",
        ][..],
    );
    leaf.prop_recursive(6, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn hosts(text in hostile()) {
        checks::host(&text);
    }

    #[test]
    fn token_paths(text in hostile()) {
        checks::token_path(&text);
    }

    #[test]
    fn every_good_token_path_is_taken(
        host in "[a-z][a-z0-9]{0,20}\\.[a-z]{2,10}",
        token in "[A-Za-z0-9_-]{22,256}",
    ) {
        let path = format!("{host}/{token}");
        prop_assert!(checks::token_path(&path));
    }

    #[test]
    fn proxy_paths(text in hostile()) {
        checks::proxy_path(&text);
    }

    #[test]
    fn proxy_paths_behind_a_listed_ca(text in hostile()) {
        checks::proxy_path(&format!("localhost:14000/{text}"));
        checks::proxy_path(&format!("localhost:14000{text}"));
    }

    #[test]
    fn bodies_of_token_writes(text in json(), bytes in any::<Vec<u8>>()) {
        checks::jws(text.as_bytes());
        checks::jws(&bytes);
    }

    #[test]
    fn settings_and_answers(text in json(), bytes in any::<Vec<u8>>()) {
        checks::ties(&text);
        checks::dns_answer(text.as_bytes());
        checks::dns_answer(&bytes);
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    for open in ["[", "{\"payload\":"] {
        let deep = open.repeat(100_000);
        checks::jws(deep.as_bytes());
        checks::ties(&deep);
        checks::dns_answer(deep.as_bytes());
    }
}

/// What fuzzing starts from, so that it is tried wherever tests run.
#[test]
fn the_corpus_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/corpus");
    let mut tried = 0;
    let mut each = |target: &str, check: &dyn Fn(&[u8])| {
        for file in fs::read_dir(corpus.join(target)).expect("a corpus") {
            check(&fs::read(file.expect("an entry").path()).expect("a file"));
            tried += 1;
        }
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    each("host", &|bytes| {
        checks::host(&text(bytes));
    });
    each("proxy_path", &|bytes| {
        checks::proxy_path(&text(bytes));
    });
    each("jws", &checks::jws);
    assert!(tried >= 30, "{tried}");
}
