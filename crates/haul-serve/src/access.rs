//! Access to the page: the right to read and to give orders.
//!
//! On loopback, the host name of each request must be one of this machine. This keeps out other sites whose name was
//! redirected to this machine after they were loaded (DNS rebinding). On any other address, each request needs the
//! token. A WebSocket from a browser must be opened by the page itself.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Name of the cookie that holds the token.
const COOKIE_NAME: &str = "haul_token";

/// Rule of access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Only requests to one of this machine's own names.
    Loopback,
    /// Only requests with this token, either in the address as `?token=`, as a bearer token, or in the cookie that the
    /// page sets.
    Token(Arc<str>),
}

/// Makes a token of 122 random bits.
pub fn new_token() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Refuses requests that have no right of access.
pub(crate) async fn check(State(access): State<Access>, request: Request, next: Next) -> Response {
    if !is_own_origin(request.headers()) {
        return refusal(StatusCode::FORBIDDEN, "the request comes from another site; open the page of haul itself");
    }
    match &access {
        Access::Loopback if is_local_host(request.headers()) => next.run(request).await,
        Access::Loopback => {
            refusal(StatusCode::FORBIDDEN, "expected the host localhost; open the address that haul printed")
        }
        Access::Token(token) => {
            let in_address = request.uri().query().and_then(token_of_query).is_some_and(|t| is_same(&t, token));
            if !in_address && !is_in_headers(request.headers(), token) {
                let help = "expected the token of the server, found none or a wrong one; open the address that haul \
                            printed, with ?token=";
                return refusal(StatusCode::UNAUTHORIZED, help);
            }
            let mut response = next.run(request).await;
            if in_address
                && let Ok(cookie) =
                    HeaderValue::from_str(&format!("{COOKIE_NAME}={token}; HttpOnly; SameSite=Strict; Path=/"))
            {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
    }
}

fn refusal(status: StatusCode, why: &'static str) -> Response {
    tracing::warn!(status = status.as_u16(), why, "a request was refused");
    (status, why).into_response()
}

/// Compares two texts. The time does not reveal how many letters agree.
fn is_same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

fn token_of_query(query: &str) -> Option<String> {
    query.split('&').find_map(|pair| pair.strip_prefix("token=")).map(str::to_owned)
}

fn is_in_headers(headers: &HeaderMap, token: &str) -> bool {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let bearer = headers.get(AUTHORIZATION).map(text);
    if bearer.as_deref().and_then(|b| b.strip_prefix("Bearer ")).is_some_and(|t| is_same(t, token)) {
        return true;
    }
    headers.get_all(COOKIE).iter().map(text).any(|cookies| {
        cookies
            .split(';')
            .filter_map(|cookie| cookie.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
            .any(|t| is_same(t, token))
    })
}

/// Returns true if the request names this machine as its host.
fn is_local_host(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|h| h.to_str().ok()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Returns true if a browser sent the request from the page itself. Programs other than browsers send no origin.
fn is_own_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN).and_then(|o| o.to_str().ok()) else { return true };
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, from)| from == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(axum::http::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn only_names_of_this_machine_are_local() {
        for local in ["localhost", "localhost:7180", "127.0.0.1:80", "127.9.9.9", "[::1]:7180"] {
            assert!(is_local_host(&headers(&[(HOST, local)])), "{local}");
        }
        for other in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.3", "[::2]", ""] {
            assert!(!is_local_host(&headers(&[(HOST, other)])), "{other}");
        }
        assert!(!is_local_host(&HeaderMap::new()));
    }

    #[test]
    fn origin_of_another_site_is_not_ours() {
        let from = |origin| headers(&[(HOST, "localhost:7180"), (ORIGIN, origin)]);
        assert!(is_own_origin(&from("http://localhost:7180")));
        assert!(!is_own_origin(&from("http://localhost:8000")) && !is_own_origin(&from("null")));
        assert!(is_own_origin(&headers(&[(HOST, "localhost:7180")])));
    }

    #[test]
    fn token_is_read_from_cookie_and_bearer() {
        assert!(is_in_headers(&headers(&[(COOKIE, "a=b; haul_token=secret")]), "secret"));
        assert!(is_in_headers(&headers(&[(AUTHORIZATION, "Bearer secret")]), "secret"));
        assert!(!is_in_headers(&headers(&[(COOKIE, "haul_token=secre")]), "secret"));
        assert!(!is_in_headers(&headers(&[(COOKIE, "other_haul_token=secret")]), "secret"));
        assert_eq!(token_of_query("a=1&token=x"), Some("x".into()));
    }

    #[test]
    fn tokens_differ() {
        assert_eq!(new_token().len(), 32);
        assert_ne!(new_token(), new_token());
    }
}
