//! The README of the archive: which file goes where, for this very certificate.

use super::archive::Contents;
use crate::{CheckedChain, SubjectName};
use der::DateTime;
use std::{fmt::Write, time::Duration};

/// The text, with `pfx_name` as the name of the PFX if there is one, and `answer_name` as that of what the
/// CA sent.
pub(super) fn serialize(
    contents: &Contents<'_>,
    pfx_name: &str,
    answer_name: Option<&str>,
) -> String {
    let chain = contents.chain;
    let names = Names::of(chain);
    let mut text = facts(contents);
    text.push_str(&files(contents, pfx_name, answer_name));
    text.push_str(&nginx(&names));
    text.push_str(&apache(&names));
    text.push_str(&haproxy(&names));
    text.push_str(&caddy(&names));
    text.push_str(&iis(contents, pfx_name));
    text
}

/// The forms of the first name that the examples need.
struct Names {
    /// As in the certificate, an IPv6 address in brackets.
    site: String,
    /// A host that the certificate is valid for.
    host: String,
    stem: String,
}

impl Names {
    fn of(chain: &CheckedChain) -> Self {
        let name = chain.primary_name();
        let site = match name {
            SubjectName::Ip(address) if address.is_ipv6() => format!("[{address}]"),
            other => other.to_string(),
        };
        let host = match site.strip_prefix("*.") {
            Some(parent) => format!("www.{parent}"),
            None => site.clone(),
        };
        Self {
            site,
            host,
            stem: super::file_stem(name),
        }
    }
}

fn facts(contents: &Contents<'_>) -> String {
    let leaf = contents.chain.leaf();
    let mut text = format!(
        "TLS certificate for {primary}

Valid from  {from}
       to   {to}
Issuer      {issuer}
Key         {key}
SHA-256     {fingerprint}
Names
",
        primary = contents.chain.primary_name(),
        from = utc(leaf.not_before()),
        to = utc(leaf.not_after()),
        issuer = leaf.issuer(),
        key = contents.key.key_type(),
        fingerprint = leaf.sha256_fingerprint(),
    );
    for name in contents.chain.names() {
        push_line(&mut text, format_args!("    {name}"));
    }
    text
}

fn files(contents: &Contents<'_>, pfx_name: &str, answer_name: Option<&str>) -> String {
    let has_issuers = !contents.chain.path().issuers().is_empty();
    let mut text = "
Files

"
    .to_owned();
    text.push_str(if has_issuers {
        "fullchain.pem   the certificate and its issuers: what most servers want
cert.pem        the certificate alone
chain.pem       its issuers alone
"
    } else {
        "fullchain.pem   the certificate; the CA sent no issuers with it
cert.pem        the same
"
    });
    if let Some(answer_name) = answer_name {
        push_line(
            &mut text,
            format_args!("{answer_name:<15} what the CA sent, as it came"),
        );
    }
    text.push_str(
        "privkey.pem     the private key (PKCS#8, not encrypted)
haproxy.pem     fullchain.pem and privkey.pem in one file
",
    );
    if contents.request.is_some() {
        text.push_str("request.csr     the certification request, for the record\n");
    }
    if contents.pfx.is_some() {
        push_line(&mut text, format_args!("{pfx_name}"));
        text.push_str(
            "                key, certificate and issuers under your password (PKCS#12)\n",
        );
    }
    text.push_str(
        "
privkey.pem, haproxy.pem and a .pfx hold the private key. Whoever has it can pose as your site: let
nobody but the server read them, send them to nobody, and delete this archive once it is installed.
",
    );
    text
}

fn nginx(names: &Names) -> String {
    let Names { site, stem, .. } = names;
    format!(
        "
nginx

    server {{
        listen 443 ssl;
        listen [::]:443 ssl;
        server_name {site};
        ssl_certificate     /etc/ssl/{stem}/fullchain.pem;
        ssl_certificate_key /etc/ssl/{stem}/privkey.pem;
    }}

    Then: nginx -t && nginx -s reload
"
    )
}

fn apache(names: &Names) -> String {
    let Names { site, host, stem } = names;
    let alias = if host == site {
        String::new()
    } else {
        format!("\n        ServerAlias {site}")
    };
    format!(
        "
Apache 2.4.8 and newer

    <VirtualHost *:443>
        ServerName {host}{alias}
        SSLEngine on
        SSLCertificateFile    /etc/ssl/{stem}/fullchain.pem
        SSLCertificateKeyFile /etc/ssl/{stem}/privkey.pem
    </VirtualHost>

    Then: apachectl configtest && apachectl graceful
"
    )
}

fn haproxy(names: &Names) -> String {
    let Names { stem, .. } = names;
    format!(
        "
HAProxy

    Save haproxy.pem as /etc/haproxy/certs/{stem}.pem

    frontend https
        bind :::443 v4v6 ssl crt /etc/haproxy/certs/{stem}.pem
        default_backend web

    Then: haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy
"
    )
}

fn caddy(names: &Names) -> String {
    let Names { site, stem, .. } = names;
    format!(
        "
Caddy

    {site} {{
        tls /etc/ssl/{stem}/fullchain.pem /etc/ssl/{stem}/privkey.pem
        reverse_proxy localhost:8080
    }}

    Then: caddy reload --config /etc/caddy/Caddyfile
"
    )
}

fn iis(contents: &Contents<'_>, pfx_name: &str) -> String {
    let mut text = "\nIIS (PowerShell as administrator)\n\n".to_owned();
    if contents.pfx.is_none() {
        // The script needs a file to import; OpenSSL is the shortest way to one.
        push_line(
            &mut text,
            format_args!(
                "    openssl pkcs12 -export -inkey privkey.pem -in fullchain.pem -out {pfx_name}"
            ),
        );
    }
    push_line(
        &mut text,
        format_args!(
            "    $cert = Import-PfxCertificate -FilePath .\\{pfx_name} `
        -CertStoreLocation Cert:\\LocalMachine\\My -Password (Read-Host -AsSecureString)
    New-WebBinding -Name 'Default Web Site' -Protocol https -Port 443
    (Get-WebBinding -Name 'Default Web Site' -Protocol https).AddSslCertificate($cert.Thumbprint, 'My')"
        ),
    );
    text
}

fn push_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

/// Such as `2026-11-22 12:34:56 UTC`.
fn utc(unix_seconds: u64) -> String {
    match DateTime::from_unix_duration(Duration::from_secs(unix_seconds)) {
        Ok(time) => format!(
            "{}-{:02}-{:02} {:02}:{:02}:{:02} UTC",
            time.year(),
            time.month(),
            time.day(),
            time.hour(),
            time.minutes(),
            time.seconds()
        ),
        // Beyond the year 9999: the number is as good as anything.
        Err(_) => format!("{unix_seconds} seconds after 1970-01-01"),
    }
}
