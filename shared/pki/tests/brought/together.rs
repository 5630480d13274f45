//! What belongs together, and what does not.

use tabcert_pki::{
    KeyType,
    brought::{Brought, BroughtError, File, MAX_BYTES, MAX_FILES, Obstacle, Thing},
};

use crate::common::{EC_P521, ED25519, RSA_2048, Workshop};
use crate::{made, pair, server};

#[test]
fn certificates_are_put_in_order() {
    let (workshop, chain) = made(KeyType::P256, &[]);
    let read = |name| workshop.read(name);
    let [leaf, issuing, root] = [read("leaf.pem"), read("issuing.pem"), read("root.pem")];
    for contents in [
        vec![leaf.as_slice(), &issuing],
        vec![issuing.as_slice(), &leaf, &leaf],
    ] {
        assert_eq!(server(&contents).unwrap().chain, chain);
    }
    let whole = server(&[&root, &issuing, &leaf]).unwrap();
    assert_eq!(whole.chain.issuers().len(), 2, "up to the root");
    let alone = server(&[&root]).unwrap();
    assert_eq!(alone.chain.leaf().subject().short(), "root");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let (workshop, _) = made(KeyType::P384, &[]);
    let (other, other_chain) = made(KeyType::P256, &[]);
    let [leaf, another] = [workshop.read("leaf.pem"), other.read("leaf.pem")];
    let [key, other_key] = [workshop.read("leaf.key"), other.read("leaf.key")];
    let several = BroughtError::Several {
        thing: Thing::Certificate,
        count: 2,
    };
    assert_eq!(server(&[&leaf, &another]).unwrap_err(), several);
    assert_eq!(server(&[&leaf, &another, &key]).unwrap_err(), several);
    assert_eq!(pair(&[&leaf, &another]).unwrap_err(), several);
    // For revoking, the key decides.
    let pair = pair(&[&leaf, &another, &other_key]).unwrap();
    assert_eq!(&pair.certificate, other_chain.leaf());
    // The right one of several keys is found.
    assert!(server(&[&leaf, &other_key, &key]).unwrap().key.is_some());
    let wrong = BroughtError::OtherKey {
        file: "two".to_owned(),
    };
    assert_eq!(server(&[&leaf, &other_key]).unwrap_err(), wrong);
    let nothing = BroughtError::Missing {
        thing: Thing::Certificate,
        not_read: Vec::new(),
    };
    assert_eq!(server(&[]).unwrap_err(), nothing);
}

/// A key that CAs take, and for which there is no type here, still belongs to its certificate.
#[test]
fn an_rsa_key_of_an_odd_size_is_known_by_its_public_half() {
    let workshop = Workshop::new();
    workshop.root(
        "odd",
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2560"],
    );
    workshop.openssl(&["rsa", "-in", "odd.key", "-traditional", "-out", "old.key"]);
    for key in ["odd.key", "old.key"] {
        let read = pair(&[&workshop.read("odd.pem"), &workshop.read(key)]).unwrap();
        assert_eq!(
            read.key.private_key().unwrap_err(),
            Obstacle::RsaKeySize { bits: 2560 }
        );
    }
    for algorithm in [RSA_2048, ED25519, EC_P521] {
        workshop.root("any", algorithm);
        assert!(server(&[&workshop.read("any.pem")]).is_ok());
    }
}

#[test]
fn nobody_means_more_than_this() {
    let error = |contents: &[File<'_>]| Brought::read(contents).unwrap_err();
    let large = vec![b'x'; MAX_BYTES + 1];
    let file = |content| File { name: "f", content };
    assert_eq!(error(&[file(&large)]), BroughtError::TooLarge);
    assert_eq!(
        error(&[file(&large[2..]), file(b"xx")]),
        BroughtError::TooLarge
    );
    assert_eq!(
        error(&vec![file(b"x"); MAX_FILES + 1]),
        BroughtError::TooManyFiles
    );
}
