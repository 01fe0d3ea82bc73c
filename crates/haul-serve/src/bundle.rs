//! The files of the page and the machine models, which are part of the program.

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

/// The page, as Vite builds it from `web/`.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Page;

/// The folder of the machine models; only its glTF files are served.
#[derive(RustEmbed)]
#[folder = "../../assets/models"]
#[allow_missing = true]
struct Models;

/// Sources that the page may load from. Recordings may come from any address that the reader gives.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                      connect-src 'self' blob: data: http: https: ws: wss:; worker-src 'self' blob:; object-src 'none'; \
                      base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// Answers with a file of the page.
pub fn page(name: &str) -> Response {
    match Page::get(name) {
        Some(file) => answer(name, file),
        None => (StatusCode::NOT_FOUND, format!("the page has no file {name:?}; open /")).into_response(),
    }
}

/// Answers with a machine model.
pub fn model(name: &str) -> Response {
    match Models::get(name).filter(|_| is_model(name)) {
        Some(file) => answer(name, file),
        None => (StatusCode::NOT_FOUND, format!("no machine model is named {name:?}")).into_response(),
    }
}

/// Returns the names of the machine models.
pub fn models() -> Vec<String> {
    let mut names: Vec<String> = Models::iter().filter(|name| is_model(name)).map(|name| name.to_string()).collect();
    names.sort();
    names
}

fn is_model(name: &str) -> bool {
    name.ends_with(".glb")
}

fn answer(name: &str, file: EmbeddedFile) -> Response {
    let headers = [
        (CONTENT_TYPE, media_type(name)),
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, file.data.into_owned()).into_response()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        Some("glb") => "model/gltf-binary",
        _ => "application/octet-stream",
    }
}
