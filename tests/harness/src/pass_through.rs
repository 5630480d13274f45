//! Standing between browsers and the CA.
//!
//! A [`PassThrough`] passes requests on to a Pebble, and its answers back; its [`Passage`] sees both,
//! and may change or withhold them. [`WithoutCors`] makes a CA that browsers cannot call: Pebble lets
//! any page call it, as Let's Encrypt does, and many CAs do not.

mod message;

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
};

pub use self::message::Head;
use self::message::read_head;
use crate::{Error, Pebble, Result, TestCertificate};

/// How long either side may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a CA without CORS answers to a preflight.
const METHOD_NOT_ALLOWED: &[u8] =
    b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD, POST\r\nContent-Length: 0\r\n\
      Connection: close\r\n\r\n";

/// What happens to what passes.
pub trait Passage: Send + Sync + 'static {
    /// An answer in the CA's place, as it is sent; the CA hears nothing of the request then.
    fn intercept(&self, _request: &Head) -> Option<Vec<u8>> {
        None
    }

    /// The head of the CA's answer, as the visitor gets it. The CA has done what was asked for.
    fn answer(&self, _request: &Head, answer: Head) -> Head {
        answer
    }
}

/// Takes out of answers what lets a page read them, and refuses preflights.
#[derive(Debug)]
pub struct WithoutCors;

impl Passage for WithoutCors {
    fn intercept(&self, request: &Head) -> Option<Vec<u8>> {
        (request.method() == Some("OPTIONS")).then(|| METHOD_NOT_ALLOWED.to_vec())
    }

    fn answer(&self, _request: &Head, answer: Head) -> Head {
        answer.without("access-control-")
    }
}

/// A running pass-through; dropping it ends it.
///
/// It speaks HTTP/1.1, one request to a connection. Pebble makes its URLs from the `Host` header,
/// which is passed on: all of them lead here again.
#[derive(Debug)]
pub struct PassThrough {
    port: u16,
    certificate: TestCertificate,
    stop: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

/// Both sides' TLS, and where Pebble is.
struct Route {
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
    pebble: SocketAddr,
    passage: Box<dyn Passage>,
}

impl PassThrough {
    /// Starts one before `pebble`, with a certificate of its own.
    ///
    /// # Errors
    /// When there is no socket, or no randomness for keys.
    pub fn start(pebble: &Pebble, passage: impl Passage) -> Result<Self> {
        let certificate = TestCertificate::generate()?;
        let route = Arc::new(Route {
            server: server_config(&certificate)?,
            client: client_config(pebble.ca_pem())?,
            pebble: (Ipv4Addr::LOCALHOST, pebble.port()).into(),
            passage: Box::new(passage),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Error::Listen)?;
        let port = listener.local_addr().map_err(Error::Listen)?.port();
        let stop = Arc::new(AtomicBool::new(false));
        let listening = thread::spawn({
            let stop = Arc::clone(&stop);
            move || accept(&listener, &route, &stop)
        });
        Ok(Self {
            port,
            certificate,
            stop,
            listening: Some(listening),
        })
    }

    /// The directory's URL (RFC 8555 §7.1.1).
    pub fn directory_url(&self) -> String {
        format!("https://{}/dir", self.authority())
    }

    /// `host:port`, as in all its URLs.
    pub fn authority(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// The certificate to trust for HTTPS to this server.
    pub fn ca_pem(&self) -> &str {
        self.certificate.ca_pem()
    }

    /// The certificate that it shows.
    pub fn certificate(&self) -> &TestCertificate {
        &self.certificate
    }
}

impl Drop for PassThrough {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the listener, which then sees the flag.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

fn accept(listener: &TcpListener, route: &Arc<Route>, stop: &AtomicBool) {
    for connection in listener.incoming() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let Ok(connection) = connection else { continue };
        let route = Arc::clone(route);
        // A connection that fails is closed, which its client notices.
        thread::spawn(move || pass(connection, &route));
    }
}

/// Passes one request on, and its answer back.
fn pass(connection: TcpStream, route: &Route) -> io::Result<()> {
    connection.set_read_timeout(Some(PATIENCE))?;
    let tls = ServerConnection::new(Arc::clone(&route.server)).map_err(io::Error::other)?;
    let mut visitor = StreamOwned::new(tls, connection);

    let (request, started_body) = read_head(&mut visitor)?;
    if let Some(answer) = route.passage.intercept(&request) {
        visitor.write_all(&answer)?;
    } else {
        let body_length = request.content_length();
        let mut pebble = connect(route)?;
        let passed = request.clone().without("connection");
        pebble.write_all(&passed.with("Connection: close").to_bytes())?;
        pebble.write_all(&started_body)?;
        let missing = body_length.saturating_sub(started_body.len() as u64);
        io::copy(&mut Read::take(&mut visitor, missing), &mut pebble)?;
        pebble.flush()?;

        let (answer, started_body) = read_head(&mut pebble)?;
        let answer = route.passage.answer(&request, answer);
        visitor.write_all(&answer.to_bytes())?;
        visitor.write_all(&started_body)?;
        io::copy(&mut pebble, &mut visitor)?;
    }
    visitor.conn.send_close_notify();
    visitor.flush()
}

fn connect(route: &Route) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let connection = TcpStream::connect(route.pebble)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
    let tls = ClientConnection::new(Arc::clone(&route.client), name).map_err(io::Error::other)?;
    Ok(StreamOwned::new(tls, connection))
}

fn server_config(certificate: &TestCertificate) -> Result<Arc<ServerConfig>> {
    let chain = certificates(certificate.certificate_pem())?;
    let key = PrivateKeyDer::from_pem_slice(certificate.key_pem().as_bytes()).map_err(bad_pem)?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}

fn client_config(trusted_pem: &str) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(trusted_pem)? {
        roots.add(certificate)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<std::result::Result<_, _>>()
        .map_err(bad_pem)
}

fn bad_pem(error: rustls::pki_types::pem::Error) -> Error {
    Error::Tls(rustls::Error::General(error.to_string()))
}
