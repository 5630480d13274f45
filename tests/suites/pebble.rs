//! The flow against a real CA: Pebble in strict mode, with its default share of refused nonces and
//! reused authorizations. What it issues is checked with openssl, not with the code under test.

#[path = "pebble/errands.rs"]
mod errands;
#[path = "pebble/lifecycle.rs"]
mod lifecycle;
#[path = "pebble/talk.rs"]
mod talk;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tabcert_acme::domain::DomainName;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_harness::{Challtestsrv, Pebble, PebbleOptions, PebblePackage};
use tabcert_issuance::Intent;
use tabcert_issuance::event::{Application, Delivery};
use tabcert_issuance::proof::Method;
use tabcert_issuance::view::{Failed, Phase, Proving};
use tabcert_pki::KeyType;
use tabcert_tests::native::{NativeShell, Run};
use tempfile::TempDir;

/// A CA and its DNS.
struct World {
    dns: Challtestsrv,
    pebble: Pebble,
    shell: NativeShell,
}

impl World {
    /// Starts both; `adjust` changes how Pebble behaves.
    fn start(adjust: impl FnOnce(&mut PebbleOptions)) -> Self {
        let package = PebblePackage::install().expect("Pebble can be had");
        let dns = Challtestsrv::start(&package, None).expect("challtestsrv starts");
        let mut options = PebbleOptions::new(dns.dns_address(), dns.http01_port());
        adjust(&mut options);
        let pebble = Pebble::start(&package, &options).expect("Pebble starts");
        let shell = NativeShell::new(pebble.ca_pem()).expect("a client");
        Self { dns, pebble, shell }
    }

    fn directory(&self) -> HttpsUrl {
        HttpsUrl::parse(&self.pebble.directory_url()).expect("Pebble's directory is https")
    }

    fn run(&self, account_key: AccountKey, visitor: &mut dyn FnMut(&Phase) -> Vec<Intent>) -> Run {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(self.shell.run(self.directory(), account_key, visitor))
    }

    /// Puts every proof in place that the visitor is asked for.
    fn prove(&self, proving: &Proving) {
        for record in &proving.records {
            for value in &record.values {
                self.dns.add_txt(&record.name, value).expect("a TXT record");
            }
        }
        for file in &proving.files {
            self.dns
                .add_http01(&file.file_name, &file.content)
                .expect("a challenge file");
        }
    }

    /// Asks for a certificate, proves what has to be proven, and leaves when it is there.
    fn issue(&self, names: &[String], key_type: KeyType, method: Method) -> (Run, Delivery) {
        let application = application(names, key_type);
        let run = self.run(NativeShell::account_key(), &mut |phase| match phase {
            Phase::Connected => vec![Intent::Begin(application.clone())],
            Phase::Proving(proving) => {
                let choices = choices(proving, method);
                if choices.is_empty() {
                    self.prove(proving);
                    return vec![Intent::Ready];
                }
                choices
            }
            _ => Vec::new(),
        });
        match run.delivery.clone() {
            Some(delivery) => (run, delivery),
            None => panic!("expected a certificate, not {:?}", run.view.phase),
        }
    }
}

fn application(names: &[String], key_type: KeyType) -> Application {
    let names = names
        .iter()
        .map(|name| DomainName::parse_a_labels(name).expect("a name"))
        .collect();
    Application {
        names,
        key_type,
        contact: Vec::new(),
        terms_agreed: true,
    }
}

/// The choices that are left to make until every name that can is proven by `method`.
fn choices(proving: &Proving, method: Method) -> Vec<Intent> {
    proving
        .names
        .iter()
        .filter(|name| name.method != method && name.methods.contains(&method))
        .map(|name| Intent::ChooseMethod {
            name: name.name.clone(),
            method,
        })
        .collect()
}

fn hosts(count: usize, domain: &str) -> Vec<String> {
    (0..count)
        .map(|index| format!("host-{index}.{domain}"))
        .collect()
}

/// Checks with openssl that the chain leads to Pebble's root, that the key belongs to the
/// certificate, and that the names are those that were asked for.
fn check_with_openssl(world: &World, issued: &Delivery, names: &[String]) {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("a file");
        path
    };
    let root = write(
        "root.pem",
        world.pebble.root_pem(0).expect("a root").as_bytes(),
    );
    let chain = write("chain.pem", issued.answer.as_bytes());
    let key = write("key.der", issued.key.as_ref().expect("a key").pkcs8_der());
    let verified = openssl(&[
        "verify",
        "-CAfile",
        text(&root),
        "-untrusted",
        text(&chain),
        text(&chain),
    ]);
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stderr)
    );

    let of_certificate = openssl(&["x509", "-in", text(&chain), "-noout", "-pubkey"]).stdout;
    let of_key = openssl(&["pkey", "-inform", "DER", "-in", text(&key), "-pubout"]).stdout;
    assert!(!of_key.is_empty());
    assert_eq!(of_certificate, of_key);

    let listed = openssl(&[
        "x509",
        "-in",
        text(&chain),
        "-noout",
        "-ext",
        "subjectAltName",
    ])
    .stdout;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let listed: BTreeSet<_> = listed
        .split([',', '\n'])
        .filter_map(|part| part.trim().strip_prefix("DNS:"))
        .collect();
    assert_eq!(listed, names.iter().map(String::as_str).collect());
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary path is UTF-8")
}

fn openssl(arguments: &[&str]) -> Output {
    Command::new("openssl")
        .args(arguments)
        .output()
        .expect("openssl is installed")
}

#[test]
fn issues_for_names_and_keys_of_all_kinds() {
    let world = World::start(|_| {});
    for (count, key_type, method) in [
        (1, KeyType::P256, Method::Dns),
        (1, KeyType::Rsa2048, Method::HttpFile),
        (20, KeyType::P256, Method::Dns),
        (20, KeyType::P256, Method::HttpFile),
        (20, KeyType::Rsa2048, Method::Dns),
        (1, KeyType::P384, Method::Dns),
    ] {
        let names = hosts(
            count,
            &format!("{}-{count}-{method:?}.test", key_type.as_str()).to_lowercase(),
        );
        let (_, issued) = world.issue(&names, key_type, method);
        check_with_openssl(&world, &issued, &names);
    }
}

#[test]
fn proves_a_name_and_its_wildcard_with_two_values_of_one_record() {
    let world = World::start(|_| {});
    let names = ["example.test".to_owned(), "*.example.test".to_owned()];
    let mut seen = None;
    let application = application(&names, KeyType::P256);
    let run = world.run(NativeShell::account_key(), &mut |phase| match phase {
        Phase::Connected => vec![Intent::Begin(application.clone())],
        Phase::Proving(proving) => {
            seen = Some(proving.records.clone());
            world.prove(proving);
            vec![Intent::Ready]
        }
        _ => Vec::new(),
    });
    let records = seen.expect("records to set");
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].name, "_acme-challenge.example.test");
    assert_eq!(records[0].values.len(), 2);
    let Some(issued) = run.delivery else {
        panic!("{:?}", run.view.phase)
    };
    check_with_openssl(&world, &issued, &names);
}

/// What RFC 8555 needs at least is 6 + 2N requests; polls of the order come on top, and one newNonce
/// for each call in flight beyond the first.
#[test]
fn asks_no_more_than_it_has_to() {
    let world = World::start(|options| {
        options.nonce_reject_percent = 0;
        options.authz_reuse_percent = 0;
    });
    for count in [1, 20] {
        let names = hosts(count, &format!("frugal-{count}.test"));
        let (run, _) = world.issue(&names, KeyType::P256, Method::Dns);
        let further_nonces = run.requests["newNonce"] - 1;
        assert!(further_nonces < 8, "{:?}", run.requests);
        assert!(
            run.all_requests() - further_nonces <= 6 + 2 * count + 4,
            "{:?}",
            run.requests
        );
        assert_eq!(run.requests["authorization"], count);
        assert_eq!(run.requests["challenge"], count);
    }
}

#[test]
fn survives_a_ca_that_refuses_every_third_nonce() {
    let world = World::start(|options| options.nonce_reject_percent = 33);
    let names = hosts(5, "nonces.test");
    let (run, issued) = world.issue(&names, KeyType::P256, Method::Dns);
    let retried = run
        .view
        .transcript
        .iter()
        .filter_map(|exchange| exchange.outcome)
        .filter(|outcome| outcome.retried);
    assert!(retried.count() > 0);
    check_with_openssl(&world, &issued, &names);
}

#[test]
fn skips_what_the_ca_holds_as_proven() {
    let world = World::start(|options| options.authz_reuse_percent = 100);
    let names = hosts(3, "again.test");
    let account_key = NativeShell::account_key();
    let application = application(&names, KeyType::P256);
    let mut asked_to_prove = Vec::new();
    for _ in 0..2 {
        let run = world.run(account_key.clone(), &mut |phase| match phase {
            Phase::Connected => vec![Intent::Begin(application.clone())],
            Phase::Proving(proving) => {
                asked_to_prove.push(proving.names.len());
                world.prove(proving);
                vec![Intent::Ready]
            }
            _ => Vec::new(),
        });
        let Some(issued) = &run.delivery else {
            panic!("{:?}", run.view.phase)
        };
        check_with_openssl(&world, issued, &names);
    }
    assert_eq!(asked_to_prove, [3], "the second order needs no proofs");
}

#[test]
fn says_which_name_failed_in_the_words_of_the_ca_and_goes_on_with_the_same_key() {
    let world = World::start(|options| options.authz_reuse_percent = 100);
    let names = ["good.mend.test".to_owned(), "bad.mend.test".to_owned()];
    let application = application(&names, KeyType::P256);
    let mut failures: Vec<Failed> = Vec::new();
    let mut asked_to_prove = Vec::new();
    let run = world.run(NativeShell::account_key(), &mut |phase| match phase {
        Phase::Connected => vec![Intent::Begin(application.clone())],
        Phase::Proving(proving) => {
            asked_to_prove.push(
                proving
                    .names
                    .iter()
                    .map(|name| name.name.clone())
                    .collect::<BTreeSet<_>>(),
            );
            if failures.is_empty() {
                let mut wrong = proving.clone();
                for record in wrong
                    .records
                    .iter_mut()
                    .filter(|record| record.name.contains("bad"))
                {
                    record.values = vec!["forgotten".to_owned()];
                }
                world.prove(&wrong);
            } else {
                world.prove(proving);
            }
            vec![Intent::Ready]
        }
        Phase::Failed(failed) if failures.is_empty() => {
            failures.push(failed.clone());
            vec![Intent::TryAgain]
        }
        _ => Vec::new(),
    });
    let failed = &failures[0];
    assert_eq!(failed.names.len(), 1, "{failed:?}");
    assert_eq!(failed.names[0].name, "bad.mend.test");
    let words = failed.names[0]
        .explanation
        .detail
        .as_deref()
        .unwrap_or_default();
    assert!(
        words.contains("Correct value not found for DNS challenge"),
        "{words}"
    );
    let Some(issued) = &run.delivery else {
        panic!("{:?}", run.view.phase)
    };
    check_with_openssl(&world, issued, &names);
    assert_eq!(run.requests["newAccount"], 1, "the account is kept");
    assert!(
        asked_to_prove[1].contains("bad.mend.test"),
        "{asked_to_prove:?}"
    );
}

#[test]
fn a_name_that_the_ca_refuses_can_be_left_out() {
    let world = World::start(|options| options.blocked_names = vec!["blocked.test".to_owned()]);
    let names = ["fine.test".to_owned(), "www.blocked.test".to_owned()];
    let application = application(&names, KeyType::P256);
    let mut refusals: Vec<Failed> = Vec::new();
    let run = world.run(NativeShell::account_key(), &mut |phase| match phase {
        Phase::Connected => vec![Intent::Begin(application.clone())],
        Phase::Proving(proving) => {
            world.prove(proving);
            vec![Intent::Ready]
        }
        Phase::Failed(failed) if refusals.is_empty() => {
            refusals.push(failed.clone());
            vec![Intent::TryAgainWithout(vec!["www.blocked.test".to_owned()])]
        }
        _ => Vec::new(),
    });
    let words = refusals[0]
        .explanation
        .detail
        .as_deref()
        .unwrap_or_default();
    assert!(words.contains("blocked.test"), "{words}");
    let Some(issued) = &run.delivery else {
        panic!("{:?}", run.view.phase)
    };
    check_with_openssl(&world, issued, &names[..1]);
}

#[test]
fn terms_have_to_be_accepted_before_anything_is_asked_for() {
    let world = World::start(|_| {});
    let names = hosts(1, "terms.test");
    let application = Application {
        terms_agreed: false,
        ..application(&names, KeyType::P256)
    };
    let mut tries = 0;
    let run = world.run(NativeShell::account_key(), &mut |phase| {
        assert!(matches!(phase, Phase::Connected));
        tries += 1;
        if tries == 1 {
            vec![Intent::Begin(application.clone())]
        } else {
            Vec::new()
        }
    });
    assert!(matches!(run.view.phase, Phase::Connected));
    assert_eq!(
        run.all_requests(),
        2,
        "directory and newNonce only: {:?}",
        run.requests
    );
    assert!(run.view.ca.and_then(|ca| ca.terms_of_service).is_some());
}
