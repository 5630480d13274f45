//! Which certificates become `fullchain.pem`, whatever came in whatever order: OpenSSL has the last word.

#![allow(clippy::unwrap_used)]

mod common;

use common::{
    EC_P256, EC_P384, EC_P521, ED25519, LEAF_EXTENSIONS, RSA_2048, Workshop, key, names, rng,
};
use tabcert_pki::{
    CertificationRequest, ChainNote, CheckedChain, KeyType, PrivateKey, bundle, check_issued,
};

const NAMES: [&str; 1] = ["example.org"];

fn check(workshop: &Workshop, key: &PrivateKey, parts: &[&str]) -> CheckedChain {
    check_issued(key, &names(&NAMES), &workshop.delivered(parts)).unwrap()
}

/// The certificates of a chain by the names of their files.
fn files(workshop: &Workshop, chain: &CheckedChain, among: &[&str]) -> Vec<String> {
    let name_of = |pem: String| {
        let is_it = |name: &&&str| workshop.read_text(&format!("{name}.pem")) == pem;
        (*among.iter().find(is_it).unwrap()).to_owned()
    };
    chain
        .path()
        .iter()
        .map(|it| name_of(it.to_pem().unwrap()))
        .collect()
}

fn kinds(chain: &CheckedChain) -> Vec<&'static str> {
    chain.notes().iter().map(ChainNote::kind).collect()
}

/// Whether OpenSSL finds its way from the first certificate of `fullchain.pem` to `root`.
fn openssl_verifies(workshop: &Workshop, chain: &CheckedChain, root: &str) -> bool {
    workshop.write("fullchain.pem", bundle::pem::fullchain(chain).unwrap());
    let root = format!("{root}.pem");
    let arguments = [
        "verify",
        "-no-CApath",
        "-no-CAstore",
        "-CAfile",
        &root,
        "-untrusted",
    ];
    let files = ["fullchain.pem", "fullchain.pem"];
    let output = workshop.run("openssl", "openssl", &[&arguments[..], &files].concat());
    output.status.success()
}

/// leaf ← issuing ← root, and issuing certified by another root as well.
fn cross_signed() -> (Workshop, PrivateKey) {
    let workshop = Workshop::new();
    workshop.root("root", EC_P384);
    workshop.root("old", RSA_2048);
    workshop.root("stranger", EC_P256);
    workshop.intermediate("issuing", EC_P256, "root", "-sha384");
    workshop.write("cross.csr", workshop.read("issuing.csr"));
    workshop.sign(
        "cross",
        "old",
        "-sha256",
        "basicConstraints=critical,CA:TRUE\n",
        &[],
    );
    let key = key(&workshop, KeyType::P256);
    workshop.issue(&key, &NAMES, "issuing", "-sha256");
    (workshop, key)
}

#[test]
fn the_path_is_found_among_certificates_in_any_order() {
    let (workshop, key) = cross_signed();
    for (came, path, root, kinds) in [
        (
            &["leaf", "issuing"][..],
            &["leaf", "issuing"][..],
            "root",
            &[][..],
        ),
        (
            &["leaf", "issuing", "root"],
            &["leaf", "issuing", "root"],
            "root",
            &["root-included"],
        ),
        (
            &["root", "issuing", "leaf"],
            &["leaf", "issuing", "root"],
            "root",
            &["out-of-order", "root-included"],
        ),
        (
            &["issuing", "leaf"],
            &["leaf", "issuing"],
            "root",
            &["out-of-order"],
        ),
        (
            &["leaf", "root", "issuing"],
            &["leaf", "issuing", "root"],
            "root",
            &["out-of-order", "root-included"],
        ),
        (
            &["leaf", "issuing", "cross", "root"],
            &["leaf", "issuing", "root"],
            "root",
            &["root-included", "beside"],
        ),
        (
            &["leaf", "cross", "issuing", "root"],
            &["leaf", "issuing", "root"],
            "root",
            &["root-included", "beside"],
        ),
        (
            &["leaf", "cross", "issuing", "old"],
            &["leaf", "cross", "old"],
            "old",
            &["root-included", "beside"],
        ),
        (
            &["leaf", "issuing", "cross"],
            &["leaf", "issuing"],
            "root",
            &["beside"],
        ),
        (
            &["leaf", "issuing", "issuing"],
            &["leaf", "issuing"],
            "root",
            &["duplicates"],
        ),
        (
            &["leaf", "leaf", "issuing"],
            &["leaf", "issuing"],
            "root",
            &["duplicates"],
        ),
        (
            &["leaf", "issuing", "stranger"],
            &["leaf", "issuing"],
            "root",
            &["beside"],
        ),
        (
            &["stranger", "leaf", "issuing"],
            &["leaf", "issuing"],
            "root",
            &["out-of-order", "beside"],
        ),
    ] {
        let checked = check(&workshop, &key, came);
        assert_eq!(files(&workshop, &checked, came), path, "{came:?}");
        assert_eq!(self::kinds(&checked), kinds, "{came:?}");
        assert!(openssl_verifies(&workshop, &checked, root), "{came:?}");
    }
}

#[test]
fn a_missing_issuer_is_noted() {
    let (workshop, key) = cross_signed();
    for (came, kinds) in [
        (&["leaf"][..], &["issuer-missing"][..]),
        (&["leaf", "root"], &["issuer-missing", "beside"]),
        (&["leaf", "stranger"], &["issuer-missing", "beside"]),
    ] {
        let checked = check(&workshop, &key, came);
        assert_eq!(files(&workshop, &checked, came), ["leaf"], "{came:?}");
        assert_eq!(self::kinds(&checked), kinds, "{came:?}");
        assert!(!openssl_verifies(&workshop, &checked, "root"), "{came:?}");
    }
    let issuer = "issuing".to_owned();
    let missing = ChainNote::IssuerMissing { issuer };
    assert!(check(&workshop, &key, &["leaf"]).notes().contains(&missing));
}

/// Two CAs of the same name: only the signature tells them apart.
#[test]
fn a_namesake_of_the_issuer_is_told_and_takes_nothing_away() {
    for (algorithm, other) in [
        (EC_P256, EC_P256),
        (EC_P384, EC_P384),
        (RSA_2048, RSA_2048),
        (RSA_2048, EC_P256),
        (EC_P256, RSA_2048),
    ] {
        let workshop = Workshop::new();
        workshop.root("root", algorithm);
        let key = key(&workshop, KeyType::P256);
        workshop.issue(&key, &NAMES, "root", "-sha256");
        workshop.write("real.pem", workshop.read("root.pem"));
        workshop.root("root", other);
        let checked = check(&workshop, &key, &["root", "leaf"]);
        assert_eq!(
            files(&workshop, &checked, &["leaf", "root"]),
            ["leaf", "root"]
        );
        let wrong = ChainNote::SignatureWrong {
            certificate: "example.org".to_owned(),
            issuer: "root".to_owned(),
        };
        assert!(checked.notes().contains(&wrong), "{:?}", checked.notes());
        // Where the right one is there too, the other is beside the path.
        let checked = check(&workshop, &key, &["leaf", "root", "real"]);
        assert_eq!(
            files(&workshop, &checked, &["leaf", "real"]),
            ["leaf", "real"]
        );
        assert_eq!(kinds(&checked), ["root-included", "beside"]);
        assert!(openssl_verifies(&workshop, &checked, "real"));
    }
}

#[test]
fn signatures_that_cannot_be_checked_are_noted_with_their_algorithm() {
    let rsa_1024 = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
    let rsa_5120 = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:5120"];
    let pss = &["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"];
    let pss_option = &["-sigopt", "rsa_padding_mode:pss"];
    for (algorithm, digest, options, id) in [
        (ED25519, "", &[][..], "1.3.101.112"),
        (&["-algorithm", "ED448"], "", &[], "1.3.101.113"),
        (EC_P521, "-sha512", &[], "1.3.132.0.35"),
        (RSA_2048, "-sha1", &[], "1.2.840.113549.1.1.5"),
        (RSA_2048, "-sha256", pss_option, "1.2.840.113549.1.1.10"),
        (pss, "-sha256", &[], "1.2.840.113549.1.1.10"),
        (rsa_5120, "-sha256", &[], ""),
        (rsa_1024, "-sha256", &[], ""),
    ] {
        let workshop = Workshop::new();
        workshop.root("root", algorithm);
        let key = key(&workshop, KeyType::P256);
        let request = CertificationRequest::build(&key, &names(&NAMES), &mut rng(1)).unwrap();
        workshop.write("leaf.csr", request.to_pem().unwrap());
        workshop.sign("leaf", "root", digest, LEAF_EXTENSIONS, options);
        let came = ["leaf", "root"];
        let checked = check(&workshop, &key, &came);
        assert_eq!(files(&workshop, &checked, &came), came, "{algorithm:?}");
        let unchecked = ChainNote::SignatureUnchecked {
            certificate: "example.org".to_owned(),
            algorithm: id.to_owned(),
        };
        assert_eq!(
            checked.notes().contains(&unchecked),
            !id.is_empty(),
            "{algorithm:?}: {:?}",
            checked.notes()
        );
        assert!(
            !kinds(&checked).contains(&"signature-wrong"),
            "{algorithm:?}"
        );
        workshop.openssl(&[
            "verify",
            "-auth_level",
            "0",
            "-CAfile",
            "root.pem",
            "leaf.pem",
        ]);
    }
}

#[test]
fn a_root_without_constraints_is_an_issuer_too() {
    let workshop = Workshop::new();
    workshop.root("template", EC_P256);
    let convert = [
        "x509",
        "-x509toreq",
        "-in",
        "template.pem",
        "-signkey",
        "template.key",
    ];
    workshop.openssl(&[&convert[..], &["-out", "v1.csr"]].concat());
    let sign = [
        "x509",
        "-req",
        "-in",
        "v1.csr",
        "-signkey",
        "template.key",
        "-days",
        "30",
    ];
    workshop.openssl(&[&sign[..], &["-out", "template.pem"]].concat());
    let key = key(&workshop, KeyType::P256);
    let request = CertificationRequest::build(&key, &names(&NAMES), &mut rng(1)).unwrap();
    workshop.write("leaf.csr", request.to_pem().unwrap());
    workshop.sign(
        "leaf",
        "template",
        "-sha256",
        "basicConstraints=CA:FALSE\n",
        &[],
    );
    let came = ["leaf", "template"];
    let checked = check(&workshop, &key, &came);
    assert_eq!(files(&workshop, &checked, &came), came);
    assert_eq!(kinds(&checked), ["root-included", "issuer-unconstrained"]);
    assert!(openssl_verifies(&workshop, &checked, "template"));
}

#[test]
fn a_certificate_that_says_that_it_is_no_ca_is_no_issuer() {
    let workshop = Workshop::new();
    workshop.root("root", EC_P256);
    workshop.intermediate("issuing", EC_P256, "root", "-sha256");
    workshop.sign("issuing", "root", "-sha256", LEAF_EXTENSIONS, &[]);
    let key = key(&workshop, KeyType::P256);
    workshop.issue(&key, &NAMES, "issuing", "-sha256");
    let came = ["leaf", "issuing"];
    let checked = check(&workshop, &key, &came);
    assert_eq!(files(&workshop, &checked, &came), ["leaf"]);
    assert_eq!(kinds(&checked), ["issuer-missing", "beside"]);
}

/// RFC 5280 section 7.1: what kind of string a name is written in does not matter, nor does case.
#[test]
fn issuers_are_found_by_the_meaning_of_their_names() {
    let workshop = Workshop::new();
    workshop.root("root", EC_P256);
    workshop.intermediate("issuing", EC_P256, "root", "-sha256");
    let key = key(&workshop, KeyType::P256);
    workshop.issue(&key, &NAMES, "issuing", "-sha256");
    // The same CA, certified once more under its name in capitals and in another type.
    let config = "[req]\ndistinguished_name=name\nprompt=no\nstring_mask=pkix\n[name]\nO=TEST\nCN= ISSUING\n";
    workshop.write("req.cnf", config);
    let request = [
        "req",
        "-new",
        "-config",
        "req.cnf",
        "-key",
        "issuing.key",
        "-out",
        "issuing.csr",
    ];
    workshop.openssl(&request);
    let extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n";
    workshop.sign("issuing", "root", "-sha256", extensions, &[]);
    let came = ["leaf", "issuing", "root"];
    let checked = check(&workshop, &key, &came);
    assert_eq!(files(&workshop, &checked, &came), came);
    assert!(openssl_verifies(&workshop, &checked, "root"));
}

#[test]
fn a_certificate_that_is_marked_as_a_ca_is_noted() {
    let workshop = Workshop::new();
    workshop.root("root", EC_P256);
    let key = key(&workshop, KeyType::P256);
    let request = CertificationRequest::build(&key, &names(&NAMES), &mut rng(1)).unwrap();
    workshop.write("leaf.csr", request.to_pem().unwrap());
    workshop.sign("leaf", "root", "-sha256", "basicConstraints=CA:TRUE\n", &[]);
    let checked = check(&workshop, &key, &["leaf", "root"]);
    assert_eq!(kinds(&checked), ["root-included", "marked-as-ca"]);
}

#[test]
fn extensions_that_cannot_be_read_cost_only_themselves() {
    let workshop = Workshop::new();
    workshop.root("root", EC_P256);
    let key = key(&workshop, KeyType::P256);
    let request = CertificationRequest::build(&key, &names(&NAMES), &mut rng(1)).unwrap();
    workshop.write("leaf.csr", request.to_pem().unwrap());
    for (extension, notes) in [
        (
            "1.3.6.1.4.1.99999999999.1=DER:05:00\n",
            &["root-included"][..],
        ),
        (
            "2.25.329800735698586629295641978511506172918=DER:FF\n",
            &["root-included"],
        ),
        ("1.2.3.4=DER:1C:04:00:00:00:41\n", &["root-included"]),
        (
            "2.5.29.19=DER:FF\n",
            &["root-included", "extensions-unreadable"],
        ),
    ] {
        workshop.sign("leaf", "root", "-sha256", extension, &[]);
        let checked = check(&workshop, &key, &["leaf", "root"]);
        assert_eq!(kinds(&checked), notes, "{extension}");
        assert_eq!(checked.leaf().names(), names(&NAMES));
    }
}

#[test]
fn validity_is_judged_by_the_time_that_is_passed_in() {
    let (workshop, key) = cross_signed();
    let checked = check(&workshop, &key, &["leaf"]);
    let (from, to) = (checked.leaf().not_before(), checked.leaf().not_after());
    assert_eq!(checked.notes_at(from), checked.notes());
    assert_eq!(checked.notes_at(to), checked.notes());
    let certificate = "example.org".to_owned();
    let expired = ChainNote::Expired {
        certificate,
        not_after: to,
    };
    assert!(checked.notes_at(to + 1).contains(&expired));
    let early = checked.notes_at(from - 1_000);
    let not_yet = |note: &ChainNote| matches!(note, ChainNote::NotYetValid { not_before, .. } if *not_before == from);
    assert!(early.iter().any(not_yet), "{early:?}");
}

/// A hostile CA: all of one name, and none signed by the others.
#[test]
fn many_issuers_of_one_name_are_looked_at_to_a_bound() {
    let workshop = Workshop::new();
    let mut parts = vec!["leaf".to_owned()];
    workshop.root("root", EC_P256);
    let key = key(&workshop, KeyType::P256);
    workshop.issue(&key, &NAMES, "root", "-sha256");
    for index in 0..80 {
        workshop.root("root", EC_P256);
        let name = format!("root{index}");
        workshop.write(&format!("{name}.pem"), workshop.read("root.pem"));
        parts.push(name);
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let checked = check(&workshop, &key, &parts);
    assert!(kinds(&checked).contains(&"truncated"));
    assert!(kinds(&checked).contains(&"signature-wrong"));
    assert_eq!(checked.path().issuers().len(), 80);
}
