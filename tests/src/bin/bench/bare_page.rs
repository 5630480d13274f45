//! A page with nothing on it but a package to compare with.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::repository;

const HTML: &str = "<!doctype html><meta charset=utf-8><title>Bare</title>\
    <script type=module src=/peer.js></script>";

/// Serves the page on localhost, an origin that browsers treat as secure, until this program ends.
/// `script` becomes a bundle. Returns the address.
pub(crate) fn serve(script: &Path) -> Result<String> {
    let bundle = bundle(script)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let bundle = bundle.clone();
            // A browser opens connections before it needs them.
            thread::spawn(move || answer(connection, &bundle));
        }
    });
    Ok(format!("http://localhost:{port}/"))
}

/// As the page's own scripts are bundled.
fn bundle(script: &Path) -> Result<Vec<u8>> {
    let esbuild = repository()?.join("xtask/npm/node_modules/esbuild/bin/esbuild");
    let output = Command::new("node")
        .arg(esbuild)
        .arg(script)
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--platform=browser",
            "--log-level=error",
        ])
        .output()
        .context("cannot start node")?;
    ensure!(
        output.status.success(),
        "{} cannot be bundled:\n{}",
        script.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}

fn answer(mut connection: TcpStream, bundle: &[u8]) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection.try_clone()?).lines();
    let Some(request) = lines.next().transpose()? else {
        return Ok(());
    };
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (status, kind, body) = match request.split(' ').nth(1) {
        Some("/") => ("200 OK", "text/html", HTML.as_bytes()),
        Some("/peer.js") => ("200 OK", "text/javascript", bundle),
        _ => ("404 Not Found", "text/plain", &b""[..]),
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    connection.write_all(body)
}
