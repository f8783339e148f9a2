//! Who is answered at all.
//!
//! A server on one's own machine can be reached by every page that one's browser shows. Hence the `Host` header
//! must name this server (a foreign name that resolves to this machine does not), pages of other sites may only
//! lead here, not ask (`Sec-Fetch-Site`, `Origin`), and whoever is not on this machine has to show a token.

use super::Options;
use super::reply::{Failure, Reply};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, Version};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What the pages of this server may do: show themselves, and ask this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A secret that requests must show, kept as its digest.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// The token with this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// Whether it is this one. Digests of one length are compared whole, so the time tells nothing.
    pub(super) fn is(&self, text: &str) -> bool {
        let other = Self::new(text);
        self.0.iter().zip(other.0).fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
    }
}

/// The rules of one server.
#[derive(Debug)]
pub(super) struct Guard {
    /// Names with and without the port, in small letters.
    hosts: Vec<String>,
    origins: Vec<String>,
    token: Option<Token>,
}

impl Guard {
    /// The rules of a server at this address.
    pub(super) fn new(address: SocketAddr, options: &Options) -> Self {
        let ip = match address {
            SocketAddr::V4(address) => address.ip().to_string(),
            SocketAddr::V6(address) => format!("[{}]", address.ip()),
        };
        let own = if address.ip().is_loopback() {
            vec![ip, "localhost".into(), "127.0.0.1".into(), "[::1]".into()]
        } else {
            vec![ip]
        };
        let with_port = own.iter().map(|host| format!("{host}:{}", address.port()));
        let mut hosts: Vec<String> = with_port.collect();
        if address.port() == 80 {
            hosts.extend(own);
        }
        // Behind a proxy the port is the proxy's: a name that is allowed is allowed with any.
        hosts.extend(options.hosts.iter().map(|host| host.to_ascii_lowercase()));
        let origins = options.origins.iter().map(|origin| origin.trim_end_matches('/').to_owned());
        Self { hosts, origins: origins.collect(), token: options.token.clone() }
    }

    /// The host under which the client knows this server.
    ///
    /// # Errors
    /// The request is not for this server, or comes from a page that may not ask.
    pub(super) fn admit<B>(&self, request: &Request<B>) -> Result<String, Failure> {
        let host = self.host(request)?;
        self.check_site(request, &host)?;
        self.check_token(request)?;
        Ok(host)
    }

    fn host<B>(&self, request: &Request<B>) -> Result<String, Failure> {
        let mut headers = request.headers().get_all(header::HOST).iter();
        let header = headers.next().and_then(|host| host.to_str().ok());
        if headers.next().is_some() {
            return Err(Failure::bad_request("two Host headers").closing());
        }
        let host = match (request.uri().authority(), header) {
            // RFC 9112, 3.2.2: the target's own authority counts; a client must say the same in both.
            (Some(target), Some(header)) if !target.as_str().eq_ignore_ascii_case(header) => {
                return Err(Failure::bad_request("the Host header and the target name two servers").closing());
            }
            (Some(target), _) => target.as_str(),
            (None, Some(header)) => header,
            (None, None) => return Err(Failure::bad_request("no Host header").closing()),
        };
        let host = host.to_ascii_lowercase();
        let is_allowed = self.hosts.contains(&host)
            || host.rsplit_once(':').is_some_and(|(name, port)| {
                port.bytes().all(|byte| byte.is_ascii_digit()) && self.hosts.iter().any(|own| own == name)
            });
        if is_allowed {
            return Ok(host);
        }
        Err(Failure::new(StatusCode::MISDIRECTED_REQUEST, "this server does not go by that name")
            .with_help("ask it by its address; serve --allow-host NAME allows another name")
            .closing())
    }

    /// Refuses what a page of another site asks, but for following a link, and for origins that are allowed.
    fn check_site<B>(&self, request: &Request<B>, host: &str) -> Result<(), Failure> {
        let text = |name: &HeaderName| {
            request.headers().get(name).map(|value| value.to_str().unwrap_or("invalid").to_owned())
        };
        let origin = text(&header::ORIGIN);
        if let Some(origin) = &origin
            && self.origins.contains(origin)
            && is_endpoint(request.uri().path())
            && [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS].contains(request.method())
        {
            return Ok(());
        }
        let is_foreign = match text(&SEC_FETCH_SITE).as_deref() {
            Some("same-origin" | "none") => false,
            Some(_) => true,
            // What sends no such header may be an older browser, which sends where a form or script is from.
            None => origin.as_deref().is_some_and(|origin| {
                let own = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
                own.is_none_or(|own| !own.eq_ignore_ascii_case(host))
            }),
        };
        let is_link = request.method() == Method::GET
            && text(&SEC_FETCH_MODE).as_deref() == Some("navigate")
            && text(&SEC_FETCH_DEST).as_deref() == Some("document");
        match is_foreign && !is_link {
            false => Ok(()),
            true => {
                Err(Failure::new(StatusCode::FORBIDDEN, "a page of another site may not ask this server")
                    .with_help("serve --cors ORIGIN lets the pages of an origin ask /sparql")
                    .closing())
            }
        }
    }

    fn check_token<B>(&self, request: &Request<B>) -> Result<(), Failure> {
        let Some(token) = &self.token else { return Ok(()) };
        // A browser asks before it shows a token (CORS preflight).
        if request.method() == Method::OPTIONS {
            return Ok(());
        }
        let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| {
            let (scheme, value) = value.split_once(' ')?;
            match scheme.to_ascii_lowercase().as_str() {
                "bearer" => Some(value.trim().to_owned()),
                // What a browser sends that asked its user: any name, and the token as password.
                "basic" => decoded(value.trim()).and_then(|text| Some(text.split_once(':')?.1.to_owned())),
                _ => None,
            }
        });
        match shown.is_some_and(|shown| token.is(&shown)) {
            true => Ok(()),
            false => Err(Failure::new(StatusCode::UNAUTHORIZED, "this server wants its token")
                .with_help("send `Authorization: Bearer TOKEN`; a browser takes it as the password")
                .asking_token()),
        }
    }

    /// The answer to a question about methods, and to a browser that asks for a page (CORS preflight).
    pub(super) fn options<B>(&self, request: &Request<B>, methods: &str) -> Reply {
        let path = request.uri().path();
        let reply = Reply::empty(StatusCode::NO_CONTENT).with(header::ALLOW, methods);
        if self.allowed_origin(request.headers(), path).is_none() {
            return reply;
        }
        reply
            .with(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, OPTIONS")
            .with(header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Authorization, Content-Type")
            .with(header::ACCESS_CONTROL_MAX_AGE, "600")
    }

    fn allowed_origin<'h>(&self, headers: &'h HeaderMap, path: &str) -> Option<&'h HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        let is_allowed = self.origins.iter().any(|own| own.as_bytes() == origin.as_bytes());
        (is_allowed && is_endpoint(path)).then_some(origin)
    }

    /// Puts the headers on a response that every response has.
    pub(super) fn seal<B>(&self, response: &mut Response<B>, origin: Option<HeaderValue>) {
        let headers = response.headers_mut();
        let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
        set(header::CONTENT_SECURITY_POLICY, POLICY);
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::REFERRER_POLICY, "no-referrer");
        set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        if let Some(origin) = origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            let exposed = HeaderValue::from_static("ETag, Standpoint-Revision, Retry-After");
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
            let resource = HeaderName::from_static("cross-origin-resource-policy");
            headers.insert(resource, HeaderValue::from_static("cross-origin"));
        }
        if !self.origins.is_empty() {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
    }

    /// The origin of a request that may read the answer, besides this server itself.
    pub(super) fn reader<B>(&self, request: &Request<B>) -> Option<HeaderValue> {
        self.allowed_origin(request.headers(), request.uri().path()).cloned()
    }
}

/// Whether a request's framing can be read in one way only: with both lengths, two servers may take different bytes
/// for the next request (RFC 9112, 6.1).
pub(super) fn is_framed_once<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    let lengths = headers.get_all(header::CONTENT_LENGTH).iter().count();
    let encodings = headers.get_all(header::TRANSFER_ENCODING).iter().count();
    lengths + encodings <= 1 && (encodings == 0 || request.version() == Version::HTTP_11)
}

fn is_endpoint(path: &str) -> bool {
    matches!(path, "/sparql" | "/sparql/")
}

/// Text in base 64 (RFC 4648, 4).
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}
