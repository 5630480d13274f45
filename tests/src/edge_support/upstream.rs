//! Servers for the edge to ask: each records what arrives and answers what the test wants.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tabcert_harness::TestCertificate;

/// Behind a target that begins so the connection stays open, and is closed without an answer when the
/// next request has arrived.
pub const KEPT: &str = "/kept";

/// Writes the whole answer, status line included.
type Respond = dyn Fn(&Recorded, &mut dyn Write) -> io::Result<()> + Send + Sync;

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// The request target.
    pub target: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, where its length was announced.
    pub body: Vec<u8>,
}

impl Recorded {
    /// A header's value; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A server on this machine. It runs as long as the process.
#[derive(Debug, Clone)]
pub struct Upstream {
    port: u16,
    recorded: Arc<Mutex<Vec<Recorded>>>,
}

impl Upstream {
    /// Starts a server for http.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn http(
        respond: impl Fn(&Recorded, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::start(None, Arc::new(respond))
    }

    /// Starts a server for https.
    ///
    /// # Errors
    /// Where no port can be had, or the certificate is unusable.
    pub fn https(
        certificate: &TestCertificate,
        respond: impl Fn(&Recorded, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::start(Some(tls(certificate)?), Arc::new(respond))
    }

    fn start(tls: Option<Arc<ServerConfig>>, respond: Arc<Respond>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let upstream = Self {
            port: listener.local_addr()?.port(),
            recorded: Arc::default(),
        };
        let recorded = Arc::clone(&upstream.recorded);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tls, respond) = (tls.clone(), Arc::clone(&respond));
                let recorded = Arc::clone(&recorded);
                // The edge hanging up is what some tests are about.
                thread::spawn(move || serve(stream, tls, &recorded, &*respond).ok());
            }
        });
        Ok(upstream)
    }

    /// `localhost:port`.
    #[must_use]
    pub fn authority(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many requests arrived.
    #[must_use]
    pub fn request_count(&self) -> usize {
        lock(&self.recorded).len()
    }

    /// What arrived with this target.
    #[must_use]
    pub fn requests_for(&self, target: &str) -> Vec<Recorded> {
        let recorded = lock(&self.recorded);
        recorded
            .iter()
            .filter(|request| request.target == target)
            .cloned()
            .collect()
    }
}

/// A complete answer with a length.
///
/// # Errors
/// Where the connection breaks.
pub fn respond_with(out: &mut dyn Write, head: &str, body: &str) -> io::Result<()> {
    write!(
        out,
        "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// A complete answer after which the connection may be used again.
///
/// # Errors
/// Where the connection breaks.
pub fn respond_and_stay(out: &mut dyn Write, head: &str, body: &str) -> io::Result<()> {
    write!(
        out,
        "HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn serve(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    recorded: &Mutex<Vec<Recorded>>,
    respond: &Respond,
) -> io::Result<()> {
    match tls {
        None => exchange(stream, recorded, respond),
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            exchange(StreamOwned::new(connection, stream), recorded, respond)
        }
    }
}

fn exchange(
    stream: impl Read + Write,
    recorded: &Mutex<Vec<Recorded>>,
    respond: &Respond,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let request = read(&mut stream)?;
    lock(recorded).push(request.clone());
    respond(&request, stream.get_mut())?;
    stream.get_mut().flush()?;
    if request.target.starts_with(KEPT) {
        // Gone when it is used again, as a connection is that a server closes at this very moment.
        lock(recorded).push(read(&mut stream)?);
    }
    Ok(())
}

fn read(stream: &mut impl BufRead) -> io::Result<Recorded> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Recorded {
        method,
        target,
        headers,
        body: Vec::new(),
    };
    let length = request
        .header("content-length")
        .and_then(|length| length.parse().ok());
    request.body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut request.body)?;
    Ok(request)
}

fn tls(certificate: &TestCertificate) -> io::Result<Arc<ServerConfig>> {
    let chain = CertificateDer::from_pem_slice(certificate.certificate_pem().as_bytes());
    let key = PrivateKeyDer::from_pem_slice(certificate.key_pem().as_bytes());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(
            vec![chain.map_err(io::Error::other)?],
            key.map_err(io::Error::other)?,
        )
        .map(Arc::new)
        .map_err(io::Error::other)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
