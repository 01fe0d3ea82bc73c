//! A server for tests, and a minimal client.

#![allow(dead_code, reason = "each test program uses a part")]

use haul_scenario::{Overrides, Recorder, Run, Scenario};
use haul_serve::{Content, ServeOptions, Server};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Answer of a server.
pub struct Reply {
    /// Status.
    pub status: u16,
    headers: String,
    /// Content.
    pub body: Vec<u8>,
}

impl Reply {
    /// Returns a header; empty if it is missing.
    pub fn header(&self, name: &str) -> String {
        let line = self.headers.lines().find_map(|l| l.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)));
        line.map(|(_, value)| value.to_owned()).unwrap_or_default()
    }

    /// Returns the content as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Starts a server and returns its address.
pub async fn running(options: ServeOptions, content: Content) -> SocketAddr {
    let server = Server::bind(options, content).await.unwrap();
    let local = server.local();
    tokio::spawn(server.serve(std::future::pending()));
    local
}

/// Requests a path.
pub async fn get(server: SocketAddr, path: &str) -> Reply {
    get_with(server, path, &[]).await
}

/// Requests a path with headers.
pub async fn get_with(server: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Reply {
    ask(server, "GET", path, headers, &[]).await
}

/// Posts a content to a path.
pub async fn post(server: SocketAddr, path: &str, content: &[u8]) -> Reply {
    ask(server, "POST", path, &[("Content-Length", &content.len().to_string())], content).await
}

async fn ask(server: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], content: &[u8]) -> Reply {
    let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        text += &format!("Host: {server}\r\n");
    }
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(format!("{text}\r\n").as_bytes()).await.unwrap();
    stream.write_all(content).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("an HTTP answer");
    let headers = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, headers, body: bytes[end + 4..].to_vec() }
}

/// Makes an empty folder for a test.
pub fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("haul-serve-{}-{name}", std::process::id())).join("recordings");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Prepares the first scenario.
pub fn prepared() -> Run {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/01_first_haul.toml");
    Scenario::load(&path).unwrap().prepare(&Overrides::default()).unwrap()
}

/// Records the first seconds of the first scenario.
pub fn recorded(folder: &Path) -> PathBuf {
    let (path, mut run) = (folder.join("run.mcap"), prepared());
    let mut recorder = Recorder::create(&path, &run, true).unwrap();
    while run.world().now().seconds() < 6.0 {
        run.step();
        recorder.sample(&mut run).unwrap();
    }
    recorder.finish(&run).unwrap();
    path
}
