//! What the servers around the edge answer: a CA, the internet, and a resolver.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::json;
use tabcert_acme::jwk::Thumbprint;

use super::Recorded;
use super::raw_http::write_chunks;
use super::upstream::{respond_and_stay, respond_with};

/// What whoever floods the edge sends, in bytes, if all of it is taken.
pub const FLOOD: usize = 128 * 1024 * 1024;

/// An answer that announces four bytes, and has as many as are taken: `Content-Length` means nothing
/// beside `Transfer-Encoding` (RFC 9112 §6.3).
fn flood(out: &mut dyn io::Write) -> io::Result<()> {
    write!(
        out,
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    )?;
    write_chunks(out, FLOOD)
}

/// An answer that is small until it is unpacked.
fn bomb(out: &mut dyn io::Write) -> io::Result<()> {
    static PACKED: LazyLock<Vec<u8>> = LazyLock::new(pack_zeros);
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close";
    write!(out, "{head}\r\nContent-Length: {}\r\n\r\n", PACKED.len())?;
    out.write_all(&PACKED)
}

/// [`FLOOD`] zeros in gzip (RFC 1952), without the end: nobody gets that far. One block of fixed codes
/// (RFC 1951 §3.2.6) has a zero, and then again and again "258 times what was one byte before".
fn pack_zeros() -> Vec<u8> {
    const BLOCK_AND_ZERO: &str = "11000110000";
    const AGAIN: &str = "1100010100000";

    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let bits = BLOCK_AND_ZERO.bytes().chain(AGAIN.bytes().cycle());
    let bits: Vec<u8> = bits
        .take(BLOCK_AND_ZERO.len() + FLOOD / 258 * AGAIN.len())
        .collect();
    for byte in bits.chunks(8) {
        let bit = |(index, &bit): (usize, &u8)| (bit - b'0') << index;
        packed.push(byte.iter().enumerate().map(bit).sum());
    }
    packed
}

/// TXT records by name.
pub(super) type Records = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// Answers as the target asks for.
pub(super) fn respond(request: &Recorded, out: &mut dyn io::Write) -> io::Result<()> {
    match request.target.split(['/', '?']).nth(1) {
        Some("redirect") => respond_with(out, "302 Found\r\nLocation: https://evil.example/x", ""),
        Some("no-content") => {
            write!(
                out,
                "HTTP/1.1 204 No Content\r\nReplay-Nonce: n2\r\nConnection: close\r\n\r\n"
            )
        }
        Some("head") => write!(
            out,
            "HTTP/1.1 200 OK\r\nReplay-Nonce: n3\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
        ),
        Some("large") => respond_with(out, "200 OK", &"x".repeat(1024 * 1024 + 1)),
        Some("largest") => respond_with(out, "200 OK", &"x".repeat(1024 * 1024)),
        Some("endless") => {
            write!(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                out.write_all(&[b'x'; 8192])?;
            }
        }
        Some("kept") => respond_and_stay(out, "200 OK\r\nReplay-Nonce: n4", "{}"),
        Some("typed") => {
            // `/typed/text/html` is `Content-Type: text/html`; a `~` stands for a blank.
            let kind = request
                .target
                .trim_start_matches("/typed/")
                .replace('~', " ");
            respond_with(
                out,
                &format!("503 Busy\r\nRetry-After: 7\r\nContent-Type: {kind}"),
                "body",
            )
        }
        Some("untyped") => respond_with(out, "200 OK", "alert(1)"),
        Some("twice-typed") => respond_with(
            out,
            "200 OK\r\nContent-Type: application/json\r\nContent-Type: text/javascript",
            "alert(1)",
        ),
        Some("flood") => flood(out),
        Some("bomb") => bomb(out),
        Some("slow") => {
            std::thread::sleep(std::time::Duration::from_secs(40));
            Ok(())
        }
        Some("reset") => Ok(()),
        Some("gateway") => respond_with(out, "525 Origin SSL Error", "cloudflare"),
        Some("problem") => respond_with(
            out,
            "403 Forbidden\r\nContent-Type: application/problem+json\r\nTabcert-Edge: 1",
            r#"{"type":"urn:tabcert:edge:hostNotTied","title":"x","status":403,"detail":"x"}"#,
        ),
        _ => respond_with(
            out,
            "201 Created\r\nContent-Type: application/json\r\nReplay-Nonce: n1\r\n\
             Location: https://ca.example/acct/1\r\nLink: <https://ca.example/a>;rel=\"up\"\r\n\
             Link: <https://ca.example/b>;rel=\"next\"\r\nRetry-After: 7\r\nSet-Cookie: a=b\r\n\
             Access-Control-Allow-Origin: *\r\nContent-Security-Policy: default-src *\r\n\
             Cache-Control: public, max-age=99\r\nX-Of-The-CA: 1",
            r#"{"status":"valid"}"#,
        ),
    }
}

/// Hosts with an http-01 challenge in every state.
pub(super) fn be_checked(
    account: &Thumbprint,
    request: &Recorded,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let redirect = |out: &mut dyn io::Write, status: &str, to: &str| {
        respond_with(out, &format!("{status}\r\nLocation: {to}"), "moved")
    };
    let token = request.target.rsplit('/').next().unwrap_or_default();
    let right = format!("{token}.{account}");
    let host = request.header("host").unwrap_or_default();
    let (label, rest) = host.split_once('.').unwrap_or((host, ""));
    match label {
        "right" | "right-v4" => respond_with(out, "200 OK", &right),
        "newline" => respond_with(out, "200 OK", &format!("{right}\r\n")),
        "bom" => respond_with(out, "200 OK", &format!("\u{feff}{right}")),
        "zero-width" => respond_with(out, "200 OK", &format!("{right}\u{200b}\n")),
        "nul" => respond_with(out, "200 OK", &format!("{right}\0")),
        "utf16" => {
            let units = right.encode_utf16();
            let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
            let head = "HTTP/1.1 200 OK\r\nConnection: close";
            write!(out, "{head}\r\nContent-Length: {}\r\n\r\n", bytes.len() + 2)?;
            out.write_all(&[0xff, 0xfe])?;
            out.write_all(&bytes)
        }
        "forbidden" => respond_with(out, "403 Forbidden", "<h1>Forbidden</h1>"),
        "wrong" => respond_with(out, "200 OK", "<html>It works!</html>"),
        "other" => respond_with(out, "200 OK", &format!("{token}.somebody-else")),
        "long" => respond_with(out, "200 OK", &"x".repeat(100_000)),
        "endless" => {
            write!(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                out.write_all(&[b'x'; 8192])?;
            }
        }
        "flood" => flood(out),
        "bomb" => bomb(out),
        "slow" => {
            write!(out, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")?;
            out.flush()?;
            std::thread::sleep(std::time::Duration::from_secs(15));
            Ok(())
        }
        "missing" => respond_with(out, "404 Not Found", "no such file"),
        "reset" => Ok(()),
        "seeother" => redirect(out, "303 See Other", "/x"),
        "nowhere" => respond_with(out, "302 Found", ""),
        "circle" => redirect(out, "301 Moved", &request.target),
        "to-https" => redirect(
            out,
            "301 Moved",
            &format!("https://right.{rest}{}", request.target),
        ),
        "to-edge" => redirect(
            out,
            "308 Moved",
            &format!("//right.{rest}{}", request.target),
        ),
        "to-private" => redirect(out, "302 Found", "http://private.example/"),
        "to-ip" => redirect(out, "302 Found", "http://169.254.169.254/latest/meta-data"),
        "to-port" => redirect(out, "302 Found", "http://right.example:8080/"),
        "to-file" => redirect(out, "302 Found", "file:///etc/passwd"),
        "forever" => {
            let count = request.target.len() + 1;
            redirect(out, "307 Temporary", &format!("/{}", "x".repeat(count)))
        }
        _ => respond_with(out, "500 Oops", ""),
    }
}

/// DNS over HTTPS in JSON.
pub(super) fn resolve(
    records: &Records,
    request: &Recorded,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    let name = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("name="))
        .unwrap_or_default();
    if name.contains("late") {
        std::thread::sleep(std::time::Duration::from_millis(2500));
    }
    if name.contains("servfail") {
        return respond_with(out, "200 OK", r#"{"Status":2}"#);
    }
    if name.contains("teapot") {
        return respond_with(out, "418 I'm a teapot", "");
    }
    if name.contains("torrent") {
        return flood(out);
    }
    if name.contains("nonsense") {
        return respond_with(out, "200 OK", "<html>");
    }
    let mut address = |kind: u16, data: &str| {
        let answer = json!({ "name": name, "type": kind, "TTL": 60, "data": data });
        respond_with(
            out,
            "200 OK",
            &json!({ "Status": 0, "Answer": [answer] }).to_string(),
        )
    };
    let kind = query.rsplit("type=").next().unwrap_or_default();
    match (kind, name.split('.').next().unwrap_or_default()) {
        ("A" | "AAAA", "none") | ("AAAA", "right") => {
            return respond_with(out, "200 OK", r#"{"Status":0}"#);
        }
        ("A" | "AAAA", "null") => {
            return respond_with(out, "200 OK", r#"{"Status":0,"Answer":null}"#);
        }
        ("A", "half") | ("AAAA", "right-v4") => {
            return respond_with(out, "200 OK", r#"{"Status":2}"#);
        }
        ("A", "private") => return address(1, "10.0.0.1"),
        ("AAAA", "rebind") => return address(28, "::ffff:127.0.0.1"),
        ("A", _) => return address(1, "1.1.1.1"),
        ("AAAA", _) => return address(28, "2606:4700::1111"),
        _ => {}
    }
    let records = records.lock().unwrap_or_else(PoisonError::into_inner);
    let body = match records.get(name) {
        None => json!({ "Status": 3 }),
        Some(texts) => {
            let answer = texts.iter().map(|text| {
                json!({ "name": name, "type": 16, "TTL": 60, "data": format!("\"{text}\"") })
            });
            json!({ "Status": 0, "Answer": answer.collect::<Vec<_>>() })
        }
    };
    respond_with(
        out,
        "200 OK\r\nContent-Type: application/dns-json",
        &body.to_string(),
    )
}
