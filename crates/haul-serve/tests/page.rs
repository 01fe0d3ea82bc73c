//! The page over HTTP: files, recordings, access.

mod server;

use haul_serve::{Content, ServeError, ServeOptions, Server};
use server::{Reply, get, get_with, recorded, running, scratch};

#[tokio::test]
async fn the_page_and_its_files_are_answered() {
    let server = running(ServeOptions { port: 0, ..ServeOptions::default() }, Content::Page).await;
    let page = get(server, "/").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("page.js") && page.header("content-type").contains("text/html"), "{}", page.text());
    assert!(page.header("content-security-policy").contains("default-src 'self'"));
    let script = get(server, "/page.js").await;
    assert!(script.status == 200 && script.body.len() > 100_000, "{} bytes", script.body.len());
    let source: serde_json::Value = serde_json::from_slice(&get(server, "/api/source").await.body).unwrap();
    assert_eq!((source["mode"].as_str(), source["live"].is_null()), (Some("page"), true));
    for absent in ["/nothing.js", "/api/nothing", "/models/nothing.glb", "/api/map", "/api/recordings/x.mcap"] {
        let reply = get(server, absent).await;
        assert!(reply.status == 404 && !reply.body.is_empty(), "{absent}: {}", reply.status);
    }
}

#[tokio::test]
async fn recording_is_answered_whole_and_in_ranges() {
    let folder = scratch("ranges");
    let path = recorded(&folder);
    let bytes = std::fs::read(&path).unwrap();
    let server = running(ServeOptions { port: 0, ..ServeOptions::default() }, Content::recording(&path).unwrap()).await;
    let whole = get(server, "/api/recordings/run.mcap").await;
    assert_eq!((whole.status, whole.body.len()), (200, bytes.len()));
    let part = get_with(server, "/api/recordings/run.mcap", &[("Range", "bytes=8-23")]).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &bytes[8..24]));
    assert_eq!(part.header("content-range"), format!("bytes 8-23/{}", bytes.len()));
    let beyond = get_with(server, "/api/recordings/run.mcap", &[("Range", "bytes=999999999-")]).await;
    assert_eq!(beyond.status, 416);
}

#[tokio::test]
async fn only_listed_recordings_are_answered() {
    let folder = scratch("listed");
    recorded(&folder);
    std::fs::write(folder.join("secret.txt"), "secret").unwrap();
    std::fs::write(folder.parent().unwrap().join("outside.mcap"), "outside").unwrap();
    let server = running(ServeOptions { port: 0, ..ServeOptions::default() }, Content::folder(&folder).unwrap()).await;
    let source: serde_json::Value = serde_json::from_slice(&get(server, "/api/source").await.body).unwrap();
    assert_eq!(source["recordings"][0]["name"], "run.mcap");
    assert_eq!(source["recordings"].as_array().unwrap().len(), 1);
    for escape in [
        "/api/recordings/secret.txt",
        "/api/recordings/..%2Foutside.mcap",
        "/api/recordings/../outside.mcap",
        "/api/recordings/%2e%2e%2foutside.mcap",
        "/api/recordings/..%5coutside.mcap",
        "/api/recordings/run.mcap%00",
        "/api/recordings/",
        "/..%2f..%2fCargo.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/models/..%2fmines%2fsample_pit%2fmine.toml",
    ] {
        let reply = get(server, escape).await;
        assert!(reply.status == 404 || reply.status == 400, "{escape}: {} {}", reply.status, reply.text());
        assert!(!reply.text().contains("secret") || escape.contains("secret"), "{escape}");
    }
}

#[tokio::test]
async fn every_route_needs_the_token() {
    let folder = scratch("token");
    let path = recorded(&folder);
    let options = ServeOptions { port: 0, token: Some("correct-horse".into()), ..ServeOptions::default() };
    let server = running(options, Content::recording(&path).unwrap()).await;
    for route in ["/", "/page.js", "/api/source", "/api/recordings/run.mcap", "/api/live", "/models/x.glb", "/nothing"]
    {
        assert_eq!(get(server, route).await.status, 401, "{route}");
        assert_eq!(get(server, &format!("{route}?token=wrong-horse1")).await.status, 401, "{route}");
        assert_eq!(get_with(server, route, &[("Cookie", "haul_token=")]).await.status, 401, "{route}");
    }
    let page = get(server, "/?token=correct-horse").await;
    assert_eq!(page.status, 200);
    let cookie = page.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    for route in ["/page.js", "/api/source", "/api/recordings/run.mcap"] {
        assert_eq!(get_with(server, route, &[("Cookie", pair)]).await.status, 200, "{route}");
    }
    assert_eq!(get_with(server, "/api/source", &[("Authorization", "Bearer correct-horse")]).await.status, 200);
}

#[test]
fn address_that_others_reach_gets_a_token() {
    let options = ServeOptions { listen: [0, 0, 0, 0].into(), ..ServeOptions::default() };
    assert!(matches!(options.access(), haul_serve::Access::Token(token) if token.len() == 32));
}

#[tokio::test]
async fn other_host_names_and_other_sites_are_refused_on_loopback() {
    let server = running(ServeOptions { port: 0, ..ServeOptions::default() }, Content::Page).await;
    let rebound = get_with(server, "/api/source", &[("Host", "evil.example")]).await;
    assert_eq!(rebound.status, 403);
    let cross_site = get_with(server, "/api/source", &[("Origin", "http://evil.example")]).await;
    assert_eq!(cross_site.status, 403);
    let own = format!("http://{server}");
    assert_eq!(get_with(server, "/api/source", &[("Origin", &own)]).await.status, 200);
}

#[tokio::test]
async fn taken_port_is_told_with_its_mend() {
    let first = Server::bind(ServeOptions { port: 0, ..ServeOptions::default() }, Content::Page).await.unwrap();
    let options = ServeOptions { port: first.local().port(), ..ServeOptions::default() };
    let error = Server::bind(options, Content::Page).await.unwrap_err();
    assert!(matches!(error, ServeError::PortTaken(_)) && error.to_string().contains("--port"), "{error}");
}

#[test]
fn file_that_is_no_recording_is_refused() {
    let folder = scratch("refused");
    let path = folder.join("x.mcap");
    std::fs::write(&path, "not a recording").unwrap();
    let error = Content::recording(&path).unwrap_err().to_string();
    assert!(error.contains("x.mcap") && error.contains("haul run --record"), "{error}");
    assert!(Content::recording(&folder.join("absent.mcap")).unwrap_err().to_string().contains("absent.mcap"));
    let empty = scratch("empty");
    assert!(Content::folder(&empty).unwrap_err().to_string().contains("expected recordings, found none"));
}

#[tokio::test]
async fn cut_recording_is_offered_and_says_where_it_is_cut() {
    let folder = scratch("cut");
    let path = recorded(&folder);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let server = running(ServeOptions { port: 0, ..ServeOptions::default() }, Content::recording(&path).unwrap()).await;
    let source: serde_json::Value = serde_json::from_slice(&get(server, "/api/source").await.body).unwrap();
    assert!(source["recordings"][0]["cut"].is_string(), "{source}");
    assert_eq!(get(server, "/api/recordings/run.mcap").await.body.len(), bytes.len() / 2);
}

#[tokio::test]
async fn map_layer_comes_from_the_recording_and_a_foreign_mine_is_refused() {
    let folder = scratch("map");
    let path = recorded(&folder);
    let server = running(ServeOptions { port: 0, ..ServeOptions::default() }, Content::recording(&path).unwrap()).await;
    let layer = get(server, "/api/recordings/run.mcap/map").await;
    assert_eq!((layer.status, layer.body.get(..8)), (200, Some(b"HAULMAP1".as_slice())));
    let posted: Reply = server::post(server, "/api/map", b"no mine at all").await;
    assert_eq!(posted.status, 422);
    assert!(posted.text().contains("packed mine"), "{}", posted.text());
    let recording = haul_record::Recording::open(&path).unwrap();
    let packed = recording.attachment(haul_record::recording::MINE_FILE).unwrap();
    assert_eq!(server::post(server, "/api/map", packed).await.body[..8], *b"HAULMAP1");
}
