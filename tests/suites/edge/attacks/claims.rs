//! Messages for another address, time, value or purpose.

use tabcert_tests::edge_support::Signer;
use tabcert_tests::edge_support::signing::now_ms;
use tabcert_tests::edge_support::world::new_token;

use super::{Attack, HOST, token_of, with_claim, with_header, with_texts, writes};

pub(super) fn urls_of_the_signed_message() -> Vec<Attack> {
    writes(&[
        ("of another edge", 403, "unauthorized", |write| {
            let url = format!("http://edge.example{}", write.target);
            with_header(write, "url", url.into())
        }),
        ("of another port", 403, "unauthorized", |write| {
            let url = format!("http://localhost:1{}", write.target);
            with_header(write, "url", url.into())
        }),
        ("by https", 403, "unauthorized", |write| {
            let url = format!("https://{}{}", write.edge_host, write.target);
            with_header(write, "url", url.into())
        }),
        ("of another host", 403, "unauthorized", |write| {
            let target = write.target.replace(HOST, "other.example");
            let url = format!("http://{}{target}", write.edge_host);
            with_header(write, "url", url.into())
        }),
        ("of another token", 403, "unauthorized", |write| {
            let target = write.target.replace(&token_of(&write), &new_token());
            let url = format!("http://{}{target}", write.edge_host);
            with_header(write, "url", url.into())
        }),
        ("with a query", 403, "unauthorized", |write| {
            let url = format!("http://{}{}?x", write.edge_host, write.target);
            with_header(write, "url", url.into())
        }),
        ("without origin", 403, "unauthorized", |write| {
            let url = write.target.clone();
            with_header(write, "url", url.into())
        }),
        ("missing", 403, "unauthorized", |mut write| {
            write
                .header
                .as_object_mut()
                .map(|header| header.remove("url"));
            write.request()
        }),
        ("for removal, sent to write", 403, "unauthorized", |write| {
            with_claim(write, "what", "remove".into())
        }),
    ])
}

pub(super) fn claims_of_the_signed_message() -> Vec<Attack> {
    writes(&[
        ("value of another account", 403, "unauthorized", |write| {
            let value = format!("{}.{}", token_of(&write), Signer::p256().thumbprint());
            with_claim(write, "key_authorization", value.into())
        }),
        ("value of another token", 403, "unauthorized", |write| {
            let value = format!("{}.{}", new_token(), write.signer.thumbprint());
            with_claim(write, "key_authorization", value.into())
        }),
        ("value with a line behind", 403, "unauthorized", |write| {
            let value = format!(
                "{}.{}\n<script>",
                token_of(&write),
                write.signer.thumbprint()
            );
            with_claim(write, "key_authorization", value.into())
        }),
        ("value empty", 403, "unauthorized", |write| {
            with_claim(write, "key_authorization", "".into())
        }),
        ("value missing", 400, "malformed", |mut write| {
            write
                .claims
                .as_object_mut()
                .map(|claims| claims.remove("key_authorization"));
            write.request()
        }),
        ("an hour old", 403, "stale", |write| {
            with_claim(write, "issued_at_ms", (now_ms() - 3_600_000).into())
        }),
        ("an hour ahead", 403, "stale", |write| {
            with_claim(write, "issued_at_ms", (now_ms() + 3_600_000).into())
        }),
        ("of 1970", 403, "stale", |write| {
            with_claim(write, "issued_at_ms", 0.into())
        }),
        ("of the end of time", 403, "stale", |write| {
            with_claim(write, "issued_at_ms", u64::MAX.into())
        }),
        ("time in seconds", 403, "stale", |write| {
            with_claim(write, "issued_at_ms", (now_ms() / 1000).into())
        }),
        ("time negative", 400, "malformed", |write| {
            with_claim(write, "issued_at_ms", (-1).into())
        }),
        ("time a fraction", 400, "malformed", |write| {
            with_claim(write, "issued_at_ms", 1.5.into())
        }),
        ("time a text", 400, "malformed", |write| {
            with_claim(write, "issued_at_ms", now_ms().to_string().into())
        }),
        ("time twice", 400, "malformed", |write| {
            with_texts(&write, |header, claims| {
                (
                    header.to_owned(),
                    claims.replacen('{', r#"{"issued_at_ms":1,"#, 1),
                )
            })
        }),
        ("a claim too many", 400, "malformed", |write| {
            with_claim(write, "host", "x".into())
        }),
        ("another operation", 400, "malformed", |write| {
            with_claim(write, "what", "list".into())
        }),
        ("an empty payload", 400, "malformed", |write| {
            with_texts(&write, |header, _| (header.to_owned(), String::new()))
        }),
        ("a payload of deep arrays", 400, "malformed", |write| {
            with_texts(&write, |header, _| (header.to_owned(), "[".repeat(2000)))
        }),
    ])
}
