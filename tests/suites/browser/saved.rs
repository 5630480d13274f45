//! What the visitor saved, judged by openssl.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use tabcert_tests::browser::openssl::{
    assert_chain_leads_to, certificates, fingerprint, kind_of_private_key, list_with_keytool,
    names_of_certificate, open_pfx, public_key_of_certificate, public_key_of_csr,
    public_key_of_private_key,
};
use tabcert_tests::browser::{Facts, Tabcert};

/// The password of every PFX file here.
pub(crate) const PASSWORD: &str = "Kohl & 7 \"Zwerge\"";
const FRIENDLY_NAME: &str = "the web server";

/// What a certificate has to be.
pub(crate) struct Expected<'a> {
    /// The root that it leads to, PEM.
    pub(crate) root_pem: &'a str,
    /// Its names.
    pub(crate) names: &'a [&'a str],
    /// How openssl describes its key.
    pub(crate) kind: &'a str,
}

/// The files that other checks need.
pub(crate) struct Saved {
    pub(crate) private_key_pem: String,
    pub(crate) csr_pem: String,
}

/// Saves every file that the result offers, and checks each.
pub(crate) async fn save_and_check(
    tabcert: &Tabcert,
    facts: &Facts,
    expected: &Expected<'_>,
) -> Saved {
    let mut files = BTreeMap::new();
    for name in [
        "fullchain.pem",
        "privkey.pem",
        "cert.pem",
        "chain.pem",
        "request.csr",
    ] {
        tabcert.save(name).await;
        files.insert(name.to_owned(), tabcert.downloads.text(name).await);
    }
    check_pem(&files, facts, expected);

    let stem = facts.names[0].replacen("*.", "wildcard.", 1);
    let pfx_name = format!("{stem}.pfx");
    tabcert.save_pfx(PASSWORD, FRIENDLY_NAME).await;
    let pfx = tabcert.downloads.file(&pfx_name).await;
    check_pfx(&pfx, &files);

    tabcert.save("zip").await;
    let zip = tabcert.downloads.file(&format!("{stem}.zip")).await;
    check_archive(&zip, &files, &pfx_name, &pfx);

    let mut take = |name: &str| files.remove(name).expect("it was saved");
    Saved {
        private_key_pem: take("privkey.pem"),
        csr_pem: take("request.csr"),
    }
}

fn check_pem(files: &BTreeMap<String, String>, facts: &Facts, expected: &Expected<'_>) {
    let fullchain = &files["fullchain.pem"];
    assert_chain_leads_to(expected.root_pem, fullchain);
    assert_eq!(
        format!("{}{}", files["cert.pem"], files["chain.pem"]),
        *fullchain
    );
    assert_eq!(certificates(&files["cert.pem"]).len(), 1);

    let key = public_key_of_private_key(&files["privkey.pem"]);
    assert_eq!(
        public_key_of_certificate(fullchain),
        key,
        "the key is not the certificate's"
    );
    assert_eq!(
        public_key_of_csr(&files["request.csr"]),
        key,
        "the key is not the request's"
    );
    assert!(
        files["privkey.pem"].starts_with("-----BEGIN PRIVATE KEY-----\n"),
        "not PKCS#8"
    );
    let kind = kind_of_private_key(&files["privkey.pem"]);
    assert!(kind.contains(expected.kind), "{kind}");

    let names: BTreeSet<String> = expected
        .names
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    assert_eq!(names_of_certificate(fullchain), names);
    assert_eq!(facts.names.iter().cloned().collect::<BTreeSet<_>>(), names);
    assert_eq!(facts.fingerprint, fingerprint(fullchain));
}

fn check_pfx(pfx: &[u8], files: &BTreeMap<String, String>) {
    let opened = open_pfx(pfx, PASSWORD).expect("the PFX opens with its password");
    assert_eq!(
        public_key_of_private_key(&opened),
        public_key_of_private_key(&files["privkey.pem"])
    );
    assert_eq!(
        certificates_within(&opened),
        certificates_within(&files["fullchain.pem"])
    );
    assert!(
        opened.contains(&format!("friendlyName: {FRIENDLY_NAME}")),
        "no friendly name"
    );
    for wrong in ["", "kohl & 7 \"Zwerge\""] {
        let refused = open_pfx(pfx, wrong).expect_err("the PFX opens with another password");
        assert!(refused.contains("invalid password"), "{refused}");
    }

    let listed = list_with_keytool(pfx, PASSWORD).expect("Java opens the PFX");
    assert!(
        listed.contains(FRIENDLY_NAME) && listed.contains("PrivateKeyEntry"),
        "{listed}"
    );
    assert!(list_with_keytool(pfx, "another").is_err());
}

fn certificates_within(pem: &str) -> BTreeSet<String> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    certificates(pem)
        .into_iter()
        .filter_map(|part| Some(part[part.find(BEGIN)?..].to_owned()))
        .collect()
}

fn check_archive(zip: &[u8], files: &BTreeMap<String, String>, pfx_name: &str, pfx: &[u8]) {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).expect("a ZIP file");
    let mut packed: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("an entry");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("its content");
        let name = file.name().expect("a name").into_owned();
        packed.insert(name, content);
    }
    for (name, content) in files {
        let same = packed
            .remove(name)
            .is_some_and(|packed| packed == content.as_bytes());
        assert!(same, "{name} in the ZIP is not the one that was saved");
    }
    assert_eq!(
        packed.remove(pfx_name).as_deref(),
        Some(pfx),
        "the PFX in the ZIP"
    );
    let mut text = |name: &str| {
        let content = packed
            .remove(name)
            .unwrap_or_else(|| panic!("no {name} in the ZIP"));
        String::from_utf8(content).expect("text")
    };
    let readme = text("README.txt");
    for server in ["nginx", "Apache", "HAProxy", "Caddy", "IIS"] {
        assert!(readme.contains(server), "the README does not tell {server}");
    }
    let haproxy = text("haproxy.pem");
    assert!(haproxy.contains(&*files["privkey.pem"]) && haproxy.contains(&*files["fullchain.pem"]));
    assert!(packed.is_empty(), "more in the ZIP: {:?}", packed.keys());
}
