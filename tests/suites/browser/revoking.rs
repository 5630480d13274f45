//! Revoking, judged by what the CA itself holds: certificates that are kept, by either key, and one that
//! was made elsewhere.

use serde_json::json;
use tabcert_pki::PrivateKey;
use tabcert_tests::browser::openssl::secret_numbers;
use tabcert_tests::browser::{Tabcert, Traces};
use tabcert_tests::native::NativeShell;

use crate::accounts::{choose_local, issue};
use crate::screenshots::shoot;
use crate::world::World;

/// Opens the details of the certificate for a name, and in them the part about revoking.
async fn choose_kept(tabcert: &Tabcert, name: &str) {
    tabcert.page.click("nav a[href='#certificates']").await;
    let open = "const links = [...document.querySelectorAll('[data-testid=certificate-row] a')];
        const link = links.find((link) => link.innerText === given[0]);
        link?.click();
        return Boolean(link);";
    tabcert.page.wait(name, open, &[json!(name)]).await;
    tabcert
        .page
        .click("#revoke-kept:not([open]) > summary")
        .await;
}

async fn confirm(tabcert: &Tabcert, answer: bool) {
    let script = format!("window.confirm = () => {answer};");
    tabcert.page.evaluate(&script, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_certificates_are_revoked_by_either_key() {
    let world = World::start().await;
    let finished = world
        .browser()
        .run("revoking", async |tabcert| {
            let mut saved = Vec::new();
            for (name, by_account, reason) in [("one.test", true, 4), ("two.test", false, 1)] {
                issue(&world, tabcert, name).await;
                tabcert.save("zip").await;
                tabcert.save("cert.pem").await;
                let certificate = tabcert.downloads.text("cert.pem").await;
                let file = tabcert.downloads.directory().join("cert.pem");
                std::fs::remove_file(file).expect("removes it");
                assert_eq!(world.certificate_status(&certificate), "Valid");

                choose_kept(tabcert, name).await;
                tabcert.page.click(&format!("label[for=revoke-reason-{reason}]")).await;
                if !by_account {
                    tabcert.page.click("label[for=revoke-by-certificate]").await;
                    shoot(tabcert, "8-revoke").await;
                }
                // Nothing happens to whoever says no.
                confirm(tabcert, false).await;
                tabcert.page.click("[data-testid=revoke]").await;
                assert_eq!(world.certificate_status(&certificate), "Valid");
                confirm(tabcert, true).await;
                tabcert.page.click("[data-testid=revoke]").await;
                tabcert.page.wait_for("[data-testid=revoked]").await;
                assert_eq!(world.certificate_status(&certificate), "Revoked");
                saved.push(certificate);
            }
            tabcert.page.open("about:blank").await;
            tabcert.page.open(&world.edge_origin()).await;
            let standing = "const all = [...document.querySelectorAll('[data-testid=status]')].map((it) => it.innerText); return all.length === 2 && all;";
            let standing = tabcert.page.wait("two certificates", standing, &[]).await;
            assert_eq!(standing, json!(["Revoked", "Revoked"]));
            choose_kept(tabcert, "one.test").await;
            tabcert.page.wait_for("[data-testid=is-revoked]").await;
        })
        .await;
    let revocations: Vec<_> = finished
        .record
        .jws()
        .into_iter()
        .filter(|jws| jws.payload["certificate"].is_string())
        .collect();
    // By the account's URL, and by the certificate's public key.
    for (member, reason) in [("kid", 4), ("jwk", 1)] {
        let is_it = |jws: &&tabcert_tests::browser::Jws| {
            jws.protected.get(member).is_some() && jws.payload["reason"] == json!(reason)
        };
        assert!(
            revocations.iter().any(|jws| is_it(&jws)),
            "{member}: {revocations:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_made_elsewhere_is_revoked_by_its_files() {
    let world = World::start().await;
    let issued = world
        .issue_natively(&NativeShell::account_key(), "elsewhere.test")
        .await;
    let key =
        PrivateKey::from_pkcs8_der(issued.key.as_ref().expect("a key").pkcs8_der()).expect("a key");
    let key_pem = key.to_pkcs8_pem().expect("PEM");
    let other =
        PrivateKey::from_pkcs8_der(&NativeShell::account_key().to_pkcs8_der().expect("DER"));
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let certificate = write("server.crt", &issued.answer.text());
    let right = write("server.key", &key_pem);
    let wrong = write(
        "other.key",
        &other.expect("a key").to_pkcs8_pem().expect("PEM"),
    );
    let finished = world
        .browser()
        .run("revoking-brought", async |tabcert| {
            tabcert
                .page
                .open(&format!("{}#accounts", world.edge_origin()))
                .await;
            tabcert.page.click("#revoke-brought > summary").await;
            let files = [certificate.clone(), wrong];
            tabcert.page.choose_files("#revoke-files", &files).await;
            let refused = "[data-testid=revoke-refused][data-reason=other-key]";
            tabcert.page.wait_for(refused).await;
            shoot(tabcert, "8-revoke-other-key").await;
            tabcert.page.click("[data-testid=brought] button").await;

            tabcert
                .page
                .choose_files("#revoke-files", &[certificate])
                .await;
            let refused = "[data-testid=revoke-refused][data-reason=no-key]";
            tabcert.page.wait_for(refused).await;
            tabcert.page.choose_files("#revoke-files", &[right]).await;
            tabcert
                .page
                .wait_for("[data-testid=certificate-recognised]")
                .await;
            let says = tabcert
                .page
                .text("[data-testid=certificate-recognised]")
                .await;
            assert!(says.contains("elsewhere.test"), "{says}");
            choose_local(tabcert, "#revoke-ca", &world.directory_url()).await;
            tabcert
                .page
                .click("label[for=revoke-brought-reason-1]")
                .await;
            shoot(tabcert, "8-revoke-brought").await;
            confirm(tabcert, true).await;
            tabcert.page.click("[data-testid=revoke-brought]").await;
            tabcert.page.wait_for("[data-testid=revoked]").await;
            assert_eq!(world.certificate_status(&issued.answer.text()), "Revoked");
        })
        .await;
    let line = key_pem.lines().nth(1).expect("a line of base64");
    let mut secrets = Traces::default().with_text("PEM", line);
    for (name, number) in &secret_numbers(&key_pem) {
        secrets = secrets.with(name, number);
    }
    let found = finished.record.find(&secrets);
    assert!(found.is_empty(), "the key went out: {found:?}");
}

/// What a server has in one file: its certificate, the issuers and its key, with text between them.
#[tokio::test(flavor = "multi_thread")]
async fn certificate_and_key_from_one_file_are_enough() {
    let world = World::start().await;
    let issued = world
        .issue_natively(&NativeShell::account_key(), "one-file.test")
        .await;
    let key = issued.key.as_ref().expect("a key").pkcs8_der();
    let key = PrivateKey::from_pkcs8_der(key).expect("a key");
    let key_pem = key.to_pkcs8_pem().expect("PEM");
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    };
    let text = format!(
        "\u{feff}# Schl\u{fc}ssel\r\n{}Bag Attributes\r\n{}",
        key_pem.replace('\n', "\r\n"),
        issued.answer.text()
    );
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let all = write("haproxy.pem", &utf16);
    // What a PFX begins with (RFC 7292 section 4), which is not read.
    let pfx = write(
        "all.pfx",
        b"\x30\x10\x02\x01\x03\x30\x0B\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01",
    );
    world
        .browser()
        .run("revoking-from-one-file", async |tabcert| {
            let page = &tabcert.page;
            page.open(&format!("{}#accounts", world.edge_origin()))
                .await;
            page.click("#revoke-brought > summary").await;
            page.choose_files("#revoke-files", &[pfx]).await;
            let refused =
                "[data-testid=revoke-refused][data-reason=no-certificate][data-obstacle=pfx]";
            page.wait_for(refused).await;
            shoot(tabcert, "8-revoke-pfx").await;
            page.click("[data-testid=brought] button").await;

            page.choose_files("#revoke-files", &[all]).await;
            page.wait_for("[data-testid=certificate-recognised]").await;
            choose_local(tabcert, "#revoke-ca", &world.directory_url()).await;
            confirm(tabcert, true).await;
            page.click("[data-testid=revoke-brought]").await;
            page.wait_for("[data-testid=revoked]").await;
            assert_eq!(world.certificate_status(&issued.answer.text()), "Revoked");
        })
        .await;
}
