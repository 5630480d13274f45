//! What the integration tests share: OpenSSL as an independent judge and a CA made with it.

// Each test binary uses a part of it.
#![allow(dead_code, clippy::unwrap_used)]

use chacha20::{ChaCha20Rng, rand_core::SeedableRng};
use std::{
    fs,
    io::ErrorKind,
    path::PathBuf,
    process::{Command, Output},
};
use tabcert_pki::{CertificationRequest, Chain, Delivered, KeyType, PrivateKey, SubjectName};
use tempfile::TempDir;

/// An rng that gives the same in every run.
pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub(crate) fn names(texts: &[&str]) -> Vec<SubjectName> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// A directory of the test's own, with OpenSSL and other tools to run in it.
pub(crate) struct Workshop {
    dir: TempDir,
}

/// How a CA's key is made, as arguments of `openssl genpkey`.
pub(crate) const EC_P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
pub(crate) const EC_P384: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
pub(crate) const EC_P521: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"];
pub(crate) const RSA_2048: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
pub(crate) const ED25519: &[&str] = &["-algorithm", "ED25519"];

const CA_EXTENSIONS: &str =
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n";
pub(crate) const LEAF_EXTENSIONS: &str =
    "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";

impl Workshop {
    pub(crate) fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn read_text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// Runs a tool in the directory, whatever comes out of it.
    ///
    /// # Panics
    /// If the tool is missing: a test that cannot ask its judge has not passed.
    pub(crate) fn run(&self, program: &str, package: &str, args: &[&str]) -> Output {
        match Command::new(program)
            .args(args)
            .current_dir(self.dir.path())
            .output()
        {
            Ok(output) => output,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                panic!("this test needs `{program}`: apt-get install {package}")
            }
            Err(error) => panic!("`{program}` cannot be started: {error}"),
        }
    }

    /// Runs `openssl`, expects success and returns what it wrote to either output.
    pub(crate) fn openssl(&self, args: &[&str]) -> String {
        let output = self.run("openssl", "openssl", args);
        let text = text(&output);
        assert!(output.status.success(), "openssl {args:?}:\n{text}");
        text
    }

    /// Runs `openssl`, expects failure and returns what it wrote.
    pub(crate) fn openssl_fails(&self, args: &[&str]) -> String {
        let output = self.run("openssl", "openssl", args);
        let text = text(&output);
        assert!(
            !output.status.success(),
            "openssl {args:?} should have failed:\n{text}"
        );
        text
    }

    /// Makes `<name>.key` and a self-signed `<name>.pem`.
    pub(crate) fn root(&self, name: &str, algorithm: &[&str]) {
        self.key(name, algorithm);
        let subject = format!("/O=Test/CN={name}");
        let [key, pem] = [format!("{name}.key"), format!("{name}.pem")];
        self.openssl(&[
            "req",
            "-x509",
            "-new",
            "-key",
            &key,
            "-subj",
            &subject,
            "-days",
            "30",
            "-out",
            &pem,
            "-addext",
            "keyUsage=critical,keyCertSign",
        ]);
    }

    /// Makes `<name>.key` and a `<name>.pem` signed by `issuer` with `digest`.
    pub(crate) fn intermediate(&self, name: &str, algorithm: &[&str], issuer: &str, digest: &str) {
        self.key(name, algorithm);
        let [key, csr] = [format!("{name}.key"), format!("{name}.csr")];
        let subject = format!("/O=Test/CN={name}");
        self.openssl(&["req", "-new", "-key", &key, "-subj", &subject, "-out", &csr]);
        self.sign(name, issuer, digest, CA_EXTENSIONS, &[]);
    }

    /// Signs `<name>.csr` as `<name>.pem`, copying the extensions that it asks for.
    pub(crate) fn sign(
        &self,
        name: &str,
        issuer: &str,
        digest: &str,
        extensions: &str,
        more: &[&str],
    ) {
        let ext = format!("{name}.ext");
        self.write(&ext, extensions);
        let csr = format!("{name}.csr");
        let [ca, key, pem] = [
            format!("{issuer}.pem"),
            format!("{issuer}.key"),
            format!("{name}.pem"),
        ];
        let mut args = vec![
            "x509",
            "-req",
            "-in",
            &csr,
            "-CA",
            &ca,
            "-CAkey",
            &key,
            "-CAcreateserial",
            "-days",
            "10",
            "-extfile",
            &ext,
            "-copy_extensions",
            "copyall",
            "-out",
            &pem,
        ];
        // Ed25519 hashes by itself and takes no digest.
        if !digest.is_empty() {
            args.push(digest);
        }
        args.extend_from_slice(more);
        self.openssl(&args);
    }

    /// A new key as PKCS#8 in DER, from arguments of `openssl genpkey`.
    pub(crate) fn pkcs8(&self, algorithm: &[&str]) -> Vec<u8> {
        self.key("made", algorithm);
        self.openssl(&[
            "pkcs8", "-topk8", "-nocrypt", "-in", "made.key", "-outform", "DER", "-out", "made.der",
        ]);
        self.read("made.der")
    }

    fn key(&self, name: &str, algorithm: &[&str]) {
        let file = format!("{name}.key");
        self.openssl(&[&["genpkey", "-out", &file], algorithm].concat());
    }

    /// Has `issuer` certify `key` for `texts`, by way of a request of ours, as `leaf.pem`.
    pub(crate) fn issue(&self, key: &PrivateKey, texts: &[&str], issuer: &str, digest: &str) {
        let request = CertificationRequest::build(key, &names(texts), &mut rng(1)).unwrap();
        self.write("leaf.csr", request.to_pem().unwrap());
        self.sign("leaf", issuer, digest, LEAF_EXTENSIONS, &[]);
    }

    /// The named `.pem` files one after the other.
    pub(crate) fn chain(&self, parts: &[&str]) -> Chain {
        Chain::from_pem(&self.chain_pem(parts)).unwrap()
    }

    /// The named `.pem` files as a CA's answer.
    pub(crate) fn delivered(&self, parts: &[&str]) -> Delivered {
        Delivered::read(self.chain_pem(parts).as_bytes())
    }

    pub(crate) fn chain_pem(&self, parts: &[&str]) -> String {
        parts
            .iter()
            .map(|part| self.read_text(&format!("{part}.pem")))
            .collect()
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The chain as a CA's answer.
pub(crate) fn delivered(chain: &Chain) -> Delivered {
    Delivered::read(chain.to_pem().unwrap().as_bytes())
}

/// A key of every type. RSA comes from OpenSSL: making one here takes long in a debug build.
pub(crate) fn key(workshop: &Workshop, kind: KeyType) -> PrivateKey {
    match kind.rsa_bits() {
        None => PrivateKey::generate(kind, &mut rng(2)).unwrap(),
        Some(bits) => {
            let option = format!("rsa_keygen_bits:{bits}");
            let der = workshop.pkcs8(&["-algorithm", "RSA", "-pkeyopt", &option]);
            PrivateKey::from_pkcs8_der(&der).unwrap()
        }
    }
}

/// A key, `leaf` ← `issuing` ← `root`, and the chain without the root.
pub(crate) fn issued(kind: KeyType, texts: &[&str]) -> (Workshop, PrivateKey, Chain) {
    let workshop = Workshop::new();
    workshop.root("root", EC_P384);
    workshop.intermediate("issuing", EC_P256, "root", "-sha384");
    let key = key(&workshop, kind);
    workshop.issue(&key, texts, "issuing", "-sha256");
    let chain = workshop.chain(&["leaf", "issuing"]);
    (workshop, key, chain)
}
