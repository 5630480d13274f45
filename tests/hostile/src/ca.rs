//! What CAs answer.

use tabcert_acme::directory::Directory;
use tabcert_acme::link;
use tabcert_acme::problem::Problem;
use tabcert_pki::{Chain, bundle, check_issued_for};

/// The answer to a certificate download, whose files are made if it belongs together.
pub fn chain(answer: &[u8]) {
    let text = String::from_utf8_lossy(answer);
    let Ok(chain) = Chain::from_pem(&text) else {
        return;
    };
    let again = chain.to_pem().and_then(|pem| Chain::from_pem(&pem));
    assert_eq!(again.as_ref(), Ok(&chain));
    let leaf = chain.leaf();
    let checked = check_issued_for(leaf.public_key_der().to_vec(), leaf.names(), &chain);
    match checked {
        Ok(verified) => {
            let fullchain = bundle::pem::fullchain(&verified).expect("PEM");
            let certificate = bundle::pem::certificate(&verified).expect("PEM");
            assert!(fullchain.starts_with(&certificate));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A directory: its addresses are such as can be asked.
pub fn directory(body: &[u8]) {
    if let Ok(directory) = Directory::parse(body) {
        assert!(directory.new_nonce.as_str().starts_with("https://"));
        let _ = directory.terms_of_service();
    }
}

/// A problem document, or whatever else stands in its place.
pub fn problem(body: &[u8]) {
    let problem = Problem::from_response(400, body);
    assert!(problem.status.is_some());
    for one in problem.flatten() {
        let _ = one.kind().name();
    }
}

/// A `Link` header.
pub fn link(value: &[u8]) {
    let value = String::from_utf8_lossy(value);
    let targets: Vec<&str> = link::targets(&value, "up").collect();
    assert_eq!(link::find(&value, "up"), targets.first().copied());
    for target in targets {
        assert!(value.contains(target) && !target.contains('<'));
    }
}
