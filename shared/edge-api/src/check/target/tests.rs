use super::*;

fn start() -> Target {
    let host = DomainName::parse_a_labels("www.example.org").expect("a name");
    Target::first(host, "/.well-known/acme-challenge/x".to_owned())
}

#[test]
fn follows_what_cas_follow() {
    for (location, url) in [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d"),
        ("HTTP://A.Example", "http://a.example/"),
        ("https://a.example:443/x", "https://a.example:443/x"),
        ("http://a.example:80?x", "http://a.example:80/?x"),
        ("//a.example/x", "http://a.example/x"),
        ("/x", "http://www.example.org/x"),
        ("/a:b", "http://www.example.org/a:b"),
        (
            "?x",
            "http://www.example.org/.well-known/acme-challenge/x?x",
        ),
        ("y", "http://www.example.org/.well-known/acme-challenge/y"),
        ("#y", "http://www.example.org/.well-known/acme-challenge/x"),
        (
            "https://xn--bcher-kva.example/",
            "https://xn--bcher-kva.example/",
        ),
        ("https://a.example//b/../c", "https://a.example//b/../c"),
    ] {
        let followed = start().follow(location).map(|target| target.url());
        assert_eq!(followed.as_deref(), Ok(url), "{location}");
    }
}

#[test]
fn goes_nowhere_else() {
    use TargetError::{IpAddress, Malformed, Name, Port, Scheme, UserInformation};
    for (location, expected) in [
        ("ftp://a.example/", Scheme),
        ("file:///etc/passwd", Scheme),
        ("javascript:alert(1)", Scheme),
        ("data:text/plain,x", Scheme),
        ("gopher://a.example:80/", Scheme),
        ("http:a.example/", Malformed),
        ("http:/a.example/", Malformed),
        ("http:\\\\a.example/", Malformed),
        ("\\\\a.example\\", Malformed),
        ("http://a.example\\@b.example/", Malformed),
        ("http://a.example/\r\nX: y", Malformed),
        ("http://a.example/ x", Malformed),
        ("http://a.example/\0", Malformed),
        ("http://b\u{fc}cher.example/", Malformed),
        ("http://user@a.example/", UserInformation),
        ("http://user:80@a.example/", UserInformation),
        ("http://a.example:80@b.example/", UserInformation),
        ("http://a.example:8080/", Port),
        ("http://a.example:/", Port),
        ("http://a.example:080/", Port),
        ("http://a.example:65616/", Port),
        ("http://a.example:80:443/", Port),
        ("http://127.0.0.1/", IpAddress),
        ("http://127.1/", IpAddress),
        ("http://2130706433/", IpAddress),
        ("http://0177.0.0.1/", IpAddress),
        ("http://0x7f.0.0.1/", IpAddress),
        ("http://0x7f000001/", IpAddress),
        ("http://127.0.0.0x1/", IpAddress),
        ("http://127.0.0.0X1./", IpAddress),
        ("http://127.0.0.1./", IpAddress),
        ("http://127.0.0.0x/", IpAddress),
        ("http://169.254.169.254/latest/meta-data", IpAddress),
        ("http://[::1]/", IpAddress),
        ("http://[::ffff:127.0.0.1]:80/", IpAddress),
        ("http://[fe80::1%25eth0]/", IpAddress),
        ("http://localhost/", Name),
        ("http://%31%32%37.0.0.example/", Name),
        ("http://a%2eexample/", Name),
        ("http://*.example.org/", Name),
        ("http://a.example./", Name),
        ("http://a..example/", Name),
        ("http://a_b.example/", Name),
        ("http://-a.example/", Name),
        ("http:///x", Name),
        ("//", Name),
    ] {
        assert_eq!(start().follow(location), Err(expected), "{location}");
    }
    let long = format!("/{}", "x".repeat(MAX_LENGTH));
    let refused = start().follow(&long);
    assert_eq!(refused, Err(TargetError::TooLong { limit: MAX_LENGTH }));
}

#[test]
fn knows_names_of_local_networks() {
    for (host, local) in [
        ("metadata.google.internal", true),
        ("printer.local", true),
        ("app.localhost", true),
        ("router.home.arpa", true),
        ("www.example.org", false),
        ("internal.example", false),
    ] {
        let target = start().follow(&format!("http://{host}/"));
        assert_eq!(target.expect("a target").is_local_name(), local, "{host}");
    }
}
