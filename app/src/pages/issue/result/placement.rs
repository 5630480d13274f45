//! Which file goes where.

use leptos::prelude::*;

/// A server, what to write into its configuration, and what to do then.
const SERVERS: [(&str, &str, &str); 5] = [
    (
        "nginx",
        "ssl_certificate     /etc/ssl/tabcert/fullchain.pem;\nssl_certificate_key /etc/ssl/tabcert/privkey.pem;",
        "In the server block; then nginx -t && nginx -s reload.",
    ),
    (
        "Apache",
        "SSLCertificateFile    /etc/ssl/tabcert/fullchain.pem\nSSLCertificateKeyFile /etc/ssl/tabcert/privkey.pem",
        "In the VirtualHost; then apachectl configtest && apachectl graceful.",
    ),
    (
        "HAProxy",
        "bind :443 ssl crt /etc/haproxy/certs/haproxy.pem",
        "haproxy.pem is in the ZIP: fullchain.pem and privkey.pem in one file. Then reload it.",
    ),
    (
        "Caddy",
        "tls /etc/caddy/fullchain.pem /etc/caddy/privkey.pem",
        "In the site’s block; then caddy reload.",
    ),
    (
        "IIS",
        "",
        "Import the PFX into the computer’s Personal store (Server Certificates › Import), then choose it in the site’s https binding.",
    ),
];

#[component]
pub(super) fn Placement() -> impl IntoView {
    let servers = SERVERS.map(|(name, configuration, then)| {
        view! {
            <details name="placement">
                <summary>{name}</summary>
                {(!configuration.is_empty())
                    .then(|| {
                        view! {
                            <pre>
                                <code>{configuration}</code>
                            </pre>
                        }
                    })}
                <p class="hint">{then}</p>
            </details>
        }
    });
    view! {
        <section class="placement">
            <h3>"Where the files go"</h3>
            {servers}
        </section>
    }
}
