//! What the servers around the edge answer: a CA, the internet, and a resolver.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tabcert_acme::jwk::Thumbprint;

use super::Recorded;
use super::upstream::respond_with;

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
        "right" => respond_with(out, "200 OK", &right),
        "newline" => respond_with(out, "200 OK", &format!("{right}\r\n")),
        "wrong" => respond_with(out, "200 OK", "<html>It works!</html>"),
        "other" => respond_with(out, "200 OK", &format!("{token}.somebody-else")),
        "long" => respond_with(out, "200 OK", &"x".repeat(100_000)),
        "endless" => {
            write!(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                out.write_all(&[b'x'; 8192])?;
            }
        }
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
    if name.contains("servfail") {
        return respond_with(out, "200 OK", r#"{"Status":2}"#);
    }
    if name.contains("teapot") {
        return respond_with(out, "418 I'm a teapot", "");
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
