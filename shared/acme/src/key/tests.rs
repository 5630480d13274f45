use p256::ecdsa::SigningKey;
use rand_core::TryRng;

use super::blinding::Blinding;
use super::*;
use crate::jws::sign_without_nonce;
use crate::verify::verify;

/// The key of RFC 7515 appendix A.3.
pub(crate) fn rfc_7515_key() -> AccountKey {
    let scalar =
        base64url::decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").expect("base64url");
    AccountKey::from_p256(SigningKey::from_slice(&scalar).expect("a P-256 scalar"))
}

/// The key of RFC 7515 appendix A.2, with all its numbers; `qi` was computed from the others.
const RFC_7515_RSA: &str = include_str!("../../tests/files/rfc7515-a2.jwk");
/// A P-384 key.
const P384: &str = r#"{"kty":"EC","crv":"P-384","x":"w8G2gK_NI4wEKY0CO7k2MUT2YUaS1buxvzvqvjZorjNsbLf3U489kLhEoId81qKR","y":"kn8vdJEZTYZONzoJ7yX2gyk4CivtvmCtyMjpv2MGiUn_LR89k5w2BglCEU2QrWkj","d":"tF4tBSwbj6V9kP3pY_PVm0qGZlT1Qx38r5JxLE5M1cuX0VNyGlOSFZAGA4inRPrV"}"#;

pub(crate) fn rfc_7515_rsa_key() -> AccountKey {
    AccountKey::from_private_jwk(RFC_7515_RSA).expect("an RSA key")
}

fn one_of_each() -> [AccountKey; 3] {
    [
        rfc_7515_key(),
        AccountKey::from_private_jwk(P384).expect("a P-384 key"),
        rfc_7515_rsa_key(),
    ]
}

#[test]
fn derives_the_public_key_of_rfc_7515_a_3() {
    let Jwk::Ec { x, y, .. } = rfc_7515_key().jwk().clone() else {
        panic!("an EC key")
    };
    assert_eq!(x, "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    assert_eq!(y, "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
}

/// RSASSA-PKCS1-v1_5 has one signature per message: RFC 7515 appendix A.2 gives it.
#[test]
fn signs_as_rfc_7515_a_2() {
    let key = rfc_7515_rsa_key();
    let input = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    assert_eq!(
        base64url::encode(&key.sign(input.as_bytes())),
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    );
}

#[test]
fn every_kind_signs_what_it_says_and_the_same_each_time() {
    for (key, algorithm) in one_of_each().iter().zip(["ES256", "ES384", "RS256"]) {
        assert_eq!(key.algorithm(), algorithm);
        let jws = sign_without_nonce(key, "https://ca.example/x", b"{}");
        let verified = verify::<serde_json::Value>(&jws).expect("verifies");
        assert_eq!(&verified.thumbprint, key.thumbprint());
        assert_eq!(sign_without_nonce(key, "https://ca.example/x", b"{}"), jws);
    }
}

#[test]
fn every_kind_survives_each_form_and_hides_itself() {
    for key in one_of_each() {
        let der = key.to_pkcs8_der().expect("encodes");
        let jwk = key.to_private_jwk().expect("encodes");
        for again in [
            AccountKey::from_pkcs8_der(&der).expect("decodes"),
            AccountKey::from_private_jwk(&jwk).expect("decodes"),
        ] {
            assert_eq!(again.thumbprint(), key.thumbprint());
            assert_eq!(again.to_pkcs8_der().expect("encodes"), der);
        }
        let shown = format!("{key:?}");
        assert!(shown.contains(key.thumbprint().as_str()), "{shown}");
        assert_eq!(
            shown.len(),
            "AccountKey { thumbprint: Thumbprint(\"\"), .. }".len() + 43
        );
        assert_eq!(
            AccountKey::from_pkcs8_der(&der[1..]).err(),
            Some(JoseError::Key)
        );
    }
}

/// What is exported from the key of RFC 7515 A.2 is what is printed there.
#[test]
fn a_private_jwk_has_the_numbers_of_the_rfc() {
    let key = rfc_7515_rsa_key();
    let jwk: serde_json::Value =
        serde_json::from_str(&key.to_private_jwk().expect("encodes")).expect("JSON");
    let expected: serde_json::Value = serde_json::from_str(RFC_7515_RSA).expect("JSON");
    assert_eq!(jwk, expected);
}

#[test]
fn primes_are_found_where_they_are_missing() {
    let mut jwk: serde_json::Value = serde_json::from_str(RFC_7515_RSA).expect("JSON");
    let members = jwk.as_object_mut().expect("an object");
    for name in ["p", "q", "dp", "dq", "qi"] {
        members.remove(name).expect("a member");
    }
    let key = AccountKey::from_private_jwk(&jwk.to_string()).expect("a key");
    assert_eq!(key.thumbprint(), rfc_7515_rsa_key().thumbprint());
}

/// The numbers of a JWK, edited; nothing removes a member.
fn edited(jwk: &str, edit: &[(&str, Option<&[u8]>)]) -> Result<AccountKey, JoseError> {
    let mut jwk: serde_json::Value = serde_json::from_str(jwk).expect("JSON");
    for (name, number) in edit {
        match number {
            Some(number) => jwk[name] = base64url::encode(number).into(),
            None => {
                jwk.as_object_mut().expect("an object").remove(*name);
            }
        }
    }
    AccountKey::from_private_jwk(&jwk.to_string())
}

const NO_PRIMES: [(&str, Option<&[u8]>); 2] = [("p", None), ("q", None)];

#[test]
fn private_exponents_out_of_range_are_refused_without_a_panic() {
    let number = |name: &str| {
        let jwk: serde_json::Value = serde_json::from_str(RFC_7515_RSA).expect("JSON");
        base64url::decode(jwk[name].as_str().expect("text")).expect("base64url")
    };
    let (n, above) = (number("n"), [&[1][..], &number("n")].concat());
    let odd = vec![0xff; 256];
    let exponents: [&[u8]; 10] = [
        &[],
        &[0],
        &[0; 256],
        &[1],
        &[2],
        &[3],
        &n,
        &above,
        &odd,
        &[0xff; 600],
    ];
    for primes in [&[][..], &NO_PRIMES] {
        for d in exponents {
            for more in [None, Some(("n", &odd[..])), Some(("e", &[0][..]))] {
                let mut edit = primes.to_vec();
                edit.push(("d", Some(d)));
                edit.extend(more.map(|(name, number)| (name, Some(number))));
                let key = edited(RFC_7515_RSA, &edit).map(|_| ());
                assert_eq!(key, Err(JoseError::Key), "{d:?}");
            }
        }
        let absent: Vec<_> = primes.iter().copied().chain([("d", None)]).collect();
        assert_eq!(edited(RFC_7515_RSA, &absent).err(), Some(JoseError::Key));
    }
    for (p, q) in [(&[0][..], &[0][..]), (&[], &[]), (&[1], &n), (&n, &[1])] {
        let edit = [("p", Some(p)), ("q", Some(q))];
        assert_eq!(edited(RFC_7515_RSA, &edit).err(), Some(JoseError::Key));
    }
}

#[test]
fn zeros_in_front_of_numbers_are_no_part_of_them() {
    for (jwk, names) in [
        (RFC_7515_RSA, &["n", "e", "d", "p", "q"][..]),
        (P384, &["x", "y", "d"]),
    ] {
        let whole = edited(jwk, &[]).expect("a key");
        let numbers: serde_json::Value = serde_json::from_str(jwk).expect("JSON");
        for name in names {
            let number = base64url::decode(numbers[name].as_str().expect("text"));
            let longer = [&[0][..], &number.expect("base64url")].concat();
            let key = edited(jwk, &[(name, Some(&longer))]).expect("a key");
            assert_eq!(key.thumbprint(), whole.thumbprint(), "{name}");
        }
    }
}

#[test]
fn the_size_of_a_modulus_is_that_of_its_number() {
    assert_eq!(bits(&[]), 0);
    assert_eq!(bits(&[1]), 1);
    assert_eq!(bits(&[0x80, 0]), 16);
    assert_eq!(bits(&[0x01, 0]), 9);
    // A modulus of 2041 bits has as many octets as one of 2048.
    let mut small = vec![0xff; 256];
    small[0] = 1;
    assert_eq!(bits(&small), 2041);
    let edit = [("n", Some(&small[..]))];
    assert_eq!(edited(RFC_7515_RSA, &edit).err(), Some(JoseError::Key));
}

#[test]
fn halves_that_do_not_belong_together_are_refused() {
    let edit = |text: &str, name: &str, value: &str| {
        let mut jwk: serde_json::Value = serde_json::from_str(text).expect("JSON");
        jwk[name] = value.into();
        AccountKey::from_private_jwk(&jwk.to_string()).map(|_| ())
    };
    let own: serde_json::Value = serde_json::from_str(P384).expect("JSON");
    let y = own["y"].as_str().expect("text");
    for (text, name, value) in [
        (P384, "x", y),
        (P384, "crv", "P-256"),
        (P384, "crv", "P-521"),
        (P384, "d", "AA"),
        (P384, "kty", "OKP"),
        (P384, "kty", "RSA"),
        (RFC_7515_RSA, "e", "AQAD"),
        (RFC_7515_RSA, "n", "AQAB"),
        (RFC_7515_RSA, "p", "AQAB"),
        (RFC_7515_RSA, "d", "AQAB"),
    ] {
        assert_eq!(edit(text, name, value), Err(JoseError::Key), "{name}");
    }
    assert_eq!(edit(P384, "kid", "mine"), Ok(()));
}

#[test]
fn pem_has_lines_of_64() {
    let pem = rfc_7515_key().to_pkcs8_pem().expect("encodes");
    let lines: Vec<_> = pem.lines().collect();
    assert_eq!(lines.first(), Some(&"-----BEGIN PRIVATE KEY-----"));
    assert_eq!(lines.last(), Some(&"-----END PRIVATE KEY-----"));
    assert!(
        lines[1..lines.len() - 2]
            .iter()
            .all(|line| line.len() == 64)
    );
    assert!(pem.ends_with("-----\n"));
}

#[test]
fn blinding_differs_by_key_and_message_and_does_not_repeat() {
    let draw = |secret: [u8; 32], message: &[u8]| {
        let mut rng = Blinding::new(&secret, message);
        let mut bytes = [0; 96];
        let Ok(()) = rng.try_fill_bytes(&mut bytes);
        bytes
    };
    let first = draw([1; 32], b"a");
    assert_eq!(first, draw([1; 32], b"a"));
    assert_ne!(first, draw([2; 32], b"a"));
    assert_ne!(first, draw([1; 32], b"b"));
    assert_ne!(first[..32], first[32..64]);
}
