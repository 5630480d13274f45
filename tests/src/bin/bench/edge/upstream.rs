//! A CA that answers everything alike, at once, over connections that stay open.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::Result;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tabcert_harness::TestCertificate;

/// What a CA says of an order.
pub(crate) const BODY: &str = r#"{"status":"pending","expires":"2026-12-01T00:00:00Z","identifiers":[{"type":"dns","value":"www.example.org"}],"authorizations":["https://ca.example/authz/1"],"finalize":"https://ca.example/finalize/1"}"#;

/// Where it listens; it runs as long as the process.
pub(crate) struct Upstream {
    pub(crate) authority: String,
    pub(crate) ca_pem: String,
}

impl Upstream {
    pub(crate) fn start() -> Result<Self> {
        let certificate = TestCertificate::generate()?;
        let chain = CertificateDer::from_pem_slice(certificate.certificate_pem().as_bytes())?;
        let key = PrivateKeyDer::from_pem_slice(certificate.key_pem().as_bytes())?;
        let tls = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![chain], key)?;
        let tls = Arc::new(tls);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let tls = Arc::clone(&tls);
                // A connection ends when the runtime hangs up.
                thread::spawn(move || serve(stream, tls).ok());
            }
        });
        Ok(Self {
            authority: format!("localhost:{port}"),
            ca_pem: certificate.ca_pem().to_owned(),
        })
    }
}

fn serve(stream: TcpStream, tls: Arc<ServerConfig>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let connection = ServerConnection::new(tls).map_err(io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    let answer = format!(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nReplay-Nonce: bm9uY2Ux\r\n\
         Location: https://ca.example/order/1\r\nLink: <https://ca.example/dir>;rel=\"index\"\r\n\
         Content-Length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    while skip_request(&mut stream)? {
        stream.get_mut().write_all(answer.as_bytes())?;
        stream.get_mut().flush()?;
    }
    Ok(())
}

/// Reads a request to its end; false where there is none any more.
fn skip_request(stream: &mut impl BufRead) -> io::Result<bool> {
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Ok(false);
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        if line == "\r\n" {
            break;
        }
    }
    io::copy(&mut stream.take(length), &mut io::sink())?;
    Ok(true)
}
