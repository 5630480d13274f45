//! Redirects that a host's owner sets up once, so that the stateless route
//! ([`crate::path::stateless_path`]) answers every later http-01 challenge of the host: lines for the
//! usual web servers.
//!
//! All redirect with 302, which CAs follow (RFC 8555 §8.3 leaves redirects to them) and nobody keeps.

use tabcert_acme::jwk::Thumbprint;

use crate::path::{CHALLENGE_PREFIX, stateless_path};

/// What to write into a server's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The server.
    pub server: &'static str,
    /// Where it goes.
    pub place: &'static str,
    /// The lines.
    pub lines: String,
}

/// The redirects of a host's challenges to the edge at `origin` (`https://edge.example`, without a
/// slash at its end) for the account with this key.
#[must_use]
pub fn redirects(origin: &str, thumbprint: &Thumbprint) -> [Redirect; 7] {
    let target = format!("{origin}{}", stateless_path(thumbprint));
    // The token is one segment of base64url: nothing else is passed on.
    let path = r"^/\.well-known/acme-challenge/([-\w]+)$";
    let redirect = |server, place, lines| Redirect {
        server,
        place,
        lines,
    };
    [
        redirect(
            "nginx",
            "In the server block for port 80. A return outside of a location would come first: move it into location /.",
            format!("location ~ {path} {{\n    return 302 {target}$1;\n}}"),
        ),
        redirect(
            "Apache",
            "In the VirtualHost for port 80. A RewriteRule would come first: exempt the path from it.",
            format!("RedirectMatch 302 \"{path}\" \"{target}$1\""),
        ),
        redirect(
            "Caddy",
            "In the site’s block for http://; make one where Caddy redirects to https by itself.",
            format!("@acme path_regexp acme {path}\nredir @acme {target}{{re.acme.1}} 302"),
        ),
        redirect(
            "HAProxy",
            "In the frontend for port 80, before other redirects.",
            format!(
                "http-request redirect code 302 location {target}%[path,field(4,/)] if {{ path_beg {CHALLENGE_PREFIX} }}"
            ),
        ),
        redirect(
            "IIS",
            "In web.config, first in <system.webServer><rewrite><rules>; needs the URL Rewrite module.",
            format!(
                "<rule name=\"acme\" stopProcessing=\"true\">\n  <match url=\"{}\" />\n  <action type=\"Redirect\" url=\"{target}{{R:1}}\" redirectType=\"Found\" appendQueryString=\"false\" />\n</rule>",
                // Without the leading slash, as URL Rewrite sees paths.
                path.replacen("^/", "^", 1)
            ),
        ),
        redirect(
            "Traefik",
            "In the dynamic configuration; web is the entry point for port 80, which must not redirect everything by itself.",
            format!(
                "http:\n  routers:\n    acme:\n      entryPoints: [web]\n      rule: PathPrefix(`{CHALLENGE_PREFIX}`)\n      priority: 10000\n      middlewares: [acme]\n      service: noop@internal\n  middlewares:\n    acme:\n      redirectRegex:\n        regex: '^https?://[^/]+{}'\n        replacement: '{target}${{1}}'",
                &path[1..]
            ),
        ),
        redirect(
            "Netlify, Cloudflare Pages",
            "In the file _redirects, as its first line.",
            format!("{CHALLENGE_PREFIX}* {target}:splat 302"),
        ),
    ]
}

/// Whether a URL is that of the stateless route for this account, whatever the edge's name.
#[must_use]
pub fn is_answered_for(url: &str, thumbprint: &Thumbprint) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let start = rest.find('/').unwrap_or(rest.len());
    rest[start..].starts_with(&stateless_path(thumbprint))
}

#[cfg(test)]
mod tests {
    use super::*;

    const THUMBPRINT: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
    const TARGET: &str =
        "https://edge.example/api/v1/r/9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI/";

    fn all() -> [Redirect; 7] {
        let thumbprint = Thumbprint::parse(THUMBPRINT).expect("a thumbprint");
        redirects("https://edge.example", &thumbprint)
    }

    #[test]
    fn each_leads_to_the_stateless_route_and_keeps_the_token() {
        let tokens = [
            ("nginx", "$1;\n"),
            ("Apache", "$1\""),
            ("Caddy", "{re.acme.1} 302"),
            ("HAProxy", "%[path,field(4,/)] if { path_beg"),
            ("IIS", "{R:1}\" redirectType=\"Found\""),
            ("Traefik", "${1}'"),
            ("Netlify, Cloudflare Pages", ":splat 302"),
        ];
        for (redirect, (server, token)) in all().into_iter().zip(tokens) {
            assert_eq!(redirect.server, server);
            let lines = &redirect.lines;
            assert_eq!(lines.matches(TARGET).count(), 1, "{lines}");
            assert!(lines.contains(&format!("{TARGET}{token}")), "{lines}");
            assert!(!redirect.place.is_empty());
        }
    }

    #[test]
    fn each_takes_the_challenge_path_and_no_other() {
        for Redirect { server, lines, .. } in all() {
            let plain = lines.replace(r"\.", ".");
            let path = CHALLENGE_PREFIX.trim_start_matches('/');
            assert_eq!(
                plain.matches(path).count(),
                1 + usize::from(server == "Traefik")
            );
        }
    }

    #[test]
    fn none_is_permanent() {
        for Redirect { server, lines, .. } in all() {
            let temporary = lines.contains("302") || lines.contains("Found");
            // Traefik's is temporary unless it is told otherwise.
            assert!(temporary || (server == "Traefik" && !lines.contains("permanent")));
        }
    }

    #[test]
    fn knows_the_route_of_this_account_and_no_other() {
        let thumbprint = Thumbprint::parse(THUMBPRINT).expect("a thumbprint");
        let own = format!("/api/v1/r/{THUMBPRINT}/LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0");
        for (url, expected) in [
            (format!("https://edge.example{own}"), true),
            (format!("http://edge.example:80{own}"), true),
            (own.clone(), false),
            (format!("https://edge.example/x{own}"), false),
            (format!("https://edge.example/?{own}"), false),
            (
                format!("https://edge.example{}", own.replace("9jg", "8jg")),
                false,
            ),
            ("https://edge.example".to_owned(), false),
        ] {
            assert_eq!(is_answered_for(&url, &thumbprint), expected, "{url}");
        }
    }
}
