//! Routes of the server.
//!
//! | route | answer |
//! | --- | --- |
//! | `/`, `/page.js` … | the page |
//! | `/models/NAME` | a machine model |
//! | `/api/source` | the content of the server, JSON |
//! | `/api/recordings/NAME` | a recording; ranges of bytes are answered |
//! | `/api/recordings/NAME/map` | its map layer |
//! | `/api/map` | the map layer of the live run; of a packed mine that is posted |
//! | `/api/live` | the live run, a WebSocket |

use crate::access::{Access, check};
use crate::bundle;
use crate::content::{Content, layer_of_mine, layer_of_recording};
use crate::live;
use axum::body::Bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use haul_record::recording::MAP_LAYER_TYPE;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tower_http::services::ServeFile;

/// Maximum number of readers of a live run.
const MOST_READERS: usize = 32;
/// Maximum number of simultaneous conversions of mines; each uses a core.
const MOST_CONVERSIONS: usize = 2;
/// Maximum size of a packed mine that is converted, bytes.
const LONGEST_MINE: usize = 64 << 20;
/// Maximum size of an order from a reader, bytes.
const LONGEST_ORDER: usize = 4_096;

#[derive(Clone)]
struct Shared {
    content: Content,
    readers: Arc<Semaphore>,
    conversions: Arc<Semaphore>,
}

/// Creates the routes for a content and a rule of access.
pub fn router(content: Content, access: Access) -> Router {
    let shared = Shared {
        content,
        readers: Arc::new(Semaphore::new(MOST_READERS)),
        conversions: Arc::new(Semaphore::new(MOST_CONVERSIONS)),
    };
    Router::new()
        .route("/", get(|| async { bundle::page("index.html") }))
        .route("/{file}", get(|Path(name): Path<String>| async move { bundle::page(&name) }))
        .route("/models/{name}", get(|Path(name): Path<String>| async move { bundle::model(&name) }))
        .route("/api/source", get(source))
        .route("/api/recordings/{name}", get(recording))
        .route("/api/recordings/{name}/map", get(recording_map))
        .route("/api/map", get(live_map).post(convert).layer(DefaultBodyLimit::max(LONGEST_MINE)))
        .route("/api/live", get(live_socket))
        .fallback(|| async { (StatusCode::NOT_FOUND, "nothing is here; open /") })
        .layer(middleware::from_fn_with_state(access, check))
        .with_state(shared)
}

async fn source(State(shared): State<Shared>) -> Response {
    let (mode, recordings, live) = match &shared.content {
        Content::Page => ("page", [].as_slice(), None),
        Content::Recordings(recordings) => ("recordings", recordings.as_slice(), None),
        Content::Live(live) => ("live", [].as_slice(), Some(live.info())),
    };
    let haul = env!("CARGO_PKG_VERSION");
    Json(json!({ "mode": mode, "recordings": recordings, "live": live, "models": bundle::models(), "haul": haul }))
        .into_response()
}

async fn recording(State(shared): State<Shared>, Path(name): Path<String>, request: Request) -> Response {
    // Only files in the list are opened, so that no name leads to another file.
    let Some(recording) = shared.content.find(&name) else { return no_recording(&name) };
    match ServeFile::new(&recording.path).oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    }
}

async fn recording_map(State(shared): State<Shared>, Path(name): Path<String>) -> Response {
    let Some(recording) = shared.content.find(&name) else { return no_recording(&name) };
    let path = recording.path.clone();
    convert_with(&shared, move || layer_of_recording(&path)).await
}

fn no_recording(name: &str) -> Response {
    (StatusCode::NOT_FOUND, format!("no recording is named {name:?} here; /api/source lists them")).into_response()
}

async fn live_map(State(shared): State<Shared>) -> Response {
    match &shared.content {
        Content::Live(live) => layer(live.map_layer().to_vec()),
        _ => (StatusCode::NOT_FOUND, "no run is live here; start one with `haul web SCENARIO`").into_response(),
    }
}

async fn convert(State(shared): State<Shared>, body: Bytes) -> Response {
    convert_with(&shared, move || layer_of_mine(&body)).await
}

async fn convert_with(shared: &Shared, work: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static) -> Response {
    let Ok(_permit) = shared.conversions.acquire().await else {
        return (StatusCode::SERVICE_UNAVAILABLE, "the server is closing").into_response();
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(bytes)) => layer(bytes),
        Ok(Err(why)) => (StatusCode::UNPROCESSABLE_ENTITY, why).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the conversion of the mine broke off").into_response(),
    }
}

fn layer(bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, MAP_LAYER_TYPE)], bytes).into_response()
}

async fn live_socket(State(shared): State<Shared>, socket: WebSocketUpgrade) -> Response {
    let Content::Live(run) = &shared.content else {
        return (StatusCode::NOT_FOUND, "no run is live here; start one with `haul web SCENARIO`").into_response();
    };
    let Ok(permit) = Arc::clone(&shared.readers).try_acquire_owned() else {
        let why = format!("{MOST_READERS} readers follow the run already; close one of them");
        return (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    };
    let run = Arc::clone(run);
    socket.max_message_size(LONGEST_ORDER).on_upgrade(async move |socket| {
        live::follow(socket, run).await;
        drop(permit);
    })
}
