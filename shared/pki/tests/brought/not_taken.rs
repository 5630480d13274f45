//! What is named instead of read.

use tabcert_pki::{
    KeyType,
    brought::{BroughtError, NotRead, Obstacle, Thing},
};

use crate::{made, not_read, pair, server};

/// What is beside a certificate and is not taken is named, and costs nothing else.
#[test]
fn what_is_not_taken_is_named() {
    let (workshop, chain) = made(
        KeyType::P256,
        &[
            "pkcs8 -topk8 -in leaf.key -passout pass:x -out encrypted.key",
            "pkcs8 -topk8 -in leaf.key -passout pass:x -outform DER -out encrypted.der",
            "ec -in leaf.key -aes128 -passout pass:x -out old.key",
            "pkey -in leaf.key -pubout -out public.pem",
            "pkey -in leaf.key -pubout -outform DER -out public.der",
            "pkcs12 -export -inkey leaf.key -in leaf.pem -passout pass:x -out all.pfx",
            "genpkey -algorithm ED25519 -out ed25519.key",
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out p521.key",
            "ec -in p521.key -out p521-old.key",
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out small.key",
            "genpkey -genparam -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out parameters.pem",
        ],
    );
    let text = |name| workshop.read_text(name);
    let run = |program, package, line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let output = workshop.run(program, package, &words);
        assert!(output.status.success(), "{line}: {output:?}");
    };
    run("ssh-keygen", "openssh-client", "-q -t ed25519 -N  -f ssh");
    run(
        "keytool",
        "default-jre-headless",
        "-importcert -noprompt -file leaf.pem -keystore all.jks -storetype JKS -storepass secret",
    );
    let key = text("leaf.key");
    let algorithm = |name: &str| Obstacle::KeyAlgorithm {
        algorithm: name.to_owned(),
    };
    let leaf = workshop.read("leaf.pem");
    for (content, obstacle) in [
        (workshop.read("encrypted.key"), Obstacle::EncryptedKey),
        (workshop.read("encrypted.der"), Obstacle::EncryptedKey),
        (workshop.read("old.key"), Obstacle::EncryptedKey),
        (workshop.read("public.pem"), Obstacle::PublicKey),
        (workshop.read("public.der"), Obstacle::PublicKey),
        (workshop.read("ssh.pub"), Obstacle::PublicKey),
        (workshop.read("all.pfx"), Obstacle::Pfx),
        (workshop.read("all.jks"), Obstacle::JavaKeyStore),
        (workshop.read("ssh"), Obstacle::OpenSshKey),
        (workshop.read("ed25519.key"), algorithm("Ed25519")),
        (workshop.read("p521.key"), algorithm("ECDSA P-521")),
        (workshop.read("p521-old.key"), algorithm("ECDSA P-521")),
        (
            workshop.read("small.key"),
            Obstacle::RsaKeySize { bits: 1024 },
        ),
        (
            key.replace("MI", "M!").into_bytes(),
            Obstacle::Damaged(Thing::Key),
        ),
        (
            key.replace("MI", "NI").into_bytes(),
            Obstacle::Damaged(Thing::Key),
        ),
        (
            key.replacen('a', "b", 1).replacen("MIGH", "MIGI", 1).into_bytes(),
            Obstacle::Damaged(Thing::Key),
        ),
        (
            key.as_bytes()[..key.len() / 2].to_vec(),
            Obstacle::CutOff(Thing::Key),
        ),
        (
            leaf[..leaf.len() / 2].to_vec(),
            Obstacle::CutOff(Thing::Certificate),
        ),
        (
            b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ==\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----\n"
                .to_vec(),
            Obstacle::OpenPgp,
        ),
        (
            b"PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\n".to_vec(),
            Obstacle::PuttyKey,
        ),
        (b"PK\x03\x04\x14\x00".to_vec(), Obstacle::Zip),
        (b" \r\n".to_vec(), Obstacle::Empty),
        (b"".to_vec(), Obstacle::Empty),
        (b"notes".to_vec(), Obstacle::OtherText),
        (b"\x89PNG\r\n\x1a\n\0\0".to_vec(), Obstacle::OtherData),
        (vec![0x30, 0x82, 0x01, 0x00, 0x02], Obstacle::OtherData),
    ] {
        let what = [not_read("two", obstacle)];
        let read = server(&[&leaf, &content]).unwrap();
        assert_eq!(read.chain.leaf(), chain.leaf(), "{what:?}");
        assert!(read.key.is_none(), "{what:?}");
        assert_eq!(read.not_read, what);
        let missing = |thing, not_read: &[NotRead]| BroughtError::Missing {
            thing,
            not_read: not_read.to_vec(),
        };
        // Alone it is no certificate, and for revoking a key is missing.
        let alone = [not_read("one", what[0].obstacle.clone())];
        let error = server(&[&content]).unwrap_err();
        assert_eq!(error, missing(Thing::Certificate, &alone));
        let about_key = if what[0].obstacle.is_about_a_key() {
            &what[..]
        } else {
            &[]
        };
        let error = pair(&[&leaf, &content]).unwrap_err();
        assert_eq!(error, missing(Thing::Key, about_key));
    }
    let read = server(&[&leaf, &workshop.read("parameters.pem")]).unwrap();
    assert_eq!(read.not_read, [], "parameters are nobody's loss");
    let error = server(&[&workshop.read("leaf.csr")]).unwrap_err();
    let request = not_read("one", Obstacle::NotWanted(Thing::Request));
    assert_eq!(
        error,
        BroughtError::Missing {
            thing: Thing::Certificate,
            not_read: vec![request]
        }
    );
}
