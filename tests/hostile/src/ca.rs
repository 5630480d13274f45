//! What CAs answer.

use tabcert_acme::directory::Directory;
use tabcert_acme::link;
use tabcert_acme::problem::Problem;
use tabcert_pki::{Chain, Delivered, bundle, check_issued_for};

/// The answer to a certificate download, whose files are made if there is a certificate in it.
pub fn chain(answer: &[u8]) {
    let delivered = Delivered::read(answer);
    let Some(leaf) = delivered.certificates().first() else {
        return;
    };
    let checked = check_issued_for(leaf.public_key_der().to_vec(), leaf.names(), &delivered);
    match checked {
        Ok(checked) => {
            let fullchain = bundle::pem::fullchain(&checked).expect("PEM");
            let certificate = bundle::pem::certificate(&checked).expect("PEM");
            assert!(fullchain.starts_with(&certificate));
            let again = Chain::from_pem(&fullchain);
            assert_eq!(again.as_ref(), Ok(checked.path()));
        }
        Err(misfit) => assert!(!misfit.to_string().is_empty()),
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
