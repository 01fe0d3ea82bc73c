//! A live run over WebSocket: frames, clock, orders.

mod server;

use futures_util::{SinkExt, StreamExt};
use haul_record::recording::stream::read_messages;
use haul_serve::live::Order;
use haul_serve::{Content, LiveRun, ServeOptions};
use serde_json::{Value, json};
use server::{prepared, running};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

type Socket = tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>;

async fn connect(server: SocketAddr) -> Socket {
    let stream = tokio::net::TcpStream::connect(server).await.unwrap();
    let request = format!("ws://{server}/api/live").into_client_request().unwrap();
    tokio_tungstenite::client_async(request, stream).await.unwrap().0
}

/// Reads until a message matches; fails after a while.
async fn until<T>(socket: &mut Socket, mut fits: impl FnMut(&Message) -> Option<T>) -> T {
    let read = async {
        loop {
            let message = socket.next().await.expect("the socket stays open").unwrap();
            if let Some(found) = fits(&message) {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), read).await.expect("a message within a minute")
}

fn text_of(message: &Message, kind: &str) -> Option<Value> {
    let Message::Text(text) = message else { return None };
    let value: Value = serde_json::from_str(text).unwrap();
    (value["is"] == kind).then_some(value)
}

async fn clock(socket: &mut Socket, mut fits: impl FnMut(&Value) -> bool) -> Value {
    until(socket, |message| text_of(message, "clock").filter(|clock| fits(clock))).await
}

async fn order(socket: &mut Socket, order: Value) {
    socket.send(Message::Text(order.to_string().into())).await.unwrap();
}

async fn live(speed: f64) -> (SocketAddr, Arc<LiveRun>) {
    let live = Arc::new(LiveRun::start(prepared(), speed).unwrap());
    let options = ServeOptions { port: 0, ..ServeOptions::default() };
    (running(options, Content::Live(Arc::clone(&live))).await, live)
}

#[tokio::test]
async fn frames_and_events_of_the_run_arrive() {
    let (server, live) = live(16.0).await;
    let mut socket = connect(server).await;
    let (mut topics, mut last) = (std::collections::BTreeSet::new(), -1.0);
    while last < 4.0 {
        let message = until(&mut socket, |m| matches!(m, Message::Binary(_)).then(|| m.clone())).await;
        let Message::Binary(bytes) = message else { unreachable!() };
        for message in read_messages(&bytes) {
            let (topic, at, _) = message.expect("sound messages");
            if topic == "/frames" {
                assert!(at.seconds() > last, "{} after {last}", at.seconds());
                last = at.seconds();
            }
            topics.insert(topic.to_owned());
        }
    }
    for topic in ["/frames", "/truck/T1/state", "/truck/T1/path", "/shovels", "/weather", "/events"] {
        assert!(topics.contains(topic), "{topic} is missing in {topics:?}");
    }
    assert!(live.end().is_some_and(|report| report.sim_seconds >= 4.0));
    assert!(live.end().is_none(), "a report comes once");
}

#[tokio::test]
async fn run_pauses_steps_and_changes_its_speed_on_order() {
    let (server, _live) = live(4.0).await;
    let mut socket = connect(server).await;
    order(&mut socket, json!({ "do": "pause" })).await;
    let paused = clock(&mut socket, |c| c["paused"] == true).await["at_s"].as_f64().unwrap();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    order(&mut socket, json!({ "do": "step", "seconds": 2.5 })).await;
    let stepped = clock(&mut socket, |c| c["at_s"].as_f64().unwrap() > paused).await;
    assert!((stepped["at_s"].as_f64().unwrap() - paused - 2.5).abs() < 1e-6, "{paused} {stepped}");
    assert_eq!(stepped["paused"], true);
    order(&mut socket, json!({ "do": "speed", "speed": 1000.0 })).await;
    clock(&mut socket, |c| c["speed"] == 64.0).await;
    order(&mut socket, json!({ "do": "go" })).await;
    clock(&mut socket, |c| c["paused"] == false).await;
}

#[tokio::test]
async fn all_stop_enters_the_world_as_an_input() {
    let (server, live) = live(8.0).await;
    let mut socket = connect(server).await;
    order(&mut socket, json!({ "do": "all_stop" })).await;
    let told = |message: &Message| {
        let Message::Binary(bytes) = message else { return None };
        read_messages(bytes).flatten().find_map(|(topic, _, content)| {
            (topic == "/events" && String::from_utf8_lossy(content).contains("all-stop")).then_some(())
        })
    };
    until(&mut socket, told).await;
    assert!(live.order(Order::Input(haul_record::SimInput::Resume)));
}

#[tokio::test]
async fn order_that_cannot_be_read_is_answered_and_changes_nothing() {
    let (server, _live) = live(1.0).await;
    let mut socket = connect(server).await;
    for wrong in [
        json!({ "do": "explode" }),
        json!({ "do": "speed", "speed": "fast" }),
        json!("pause"),
        json!({ "do": "pause", "x": 1 }),
    ] {
        order(&mut socket, wrong).await;
        let notice = until(&mut socket, |m| text_of(m, "notice")).await;
        assert!(notice["text"].as_str().unwrap().contains("cannot be read"), "{notice}");
    }
    assert_eq!(clock(&mut socket, |_| true).await["paused"], false);
}

#[tokio::test]
async fn slow_reader_misses_frames_and_does_not_slow_the_run() {
    let (server, live) = live(4.0).await;
    let mut slow = connect(server).await;
    let mut snapshots = live.snapshots();
    let at =
        |snapshots: &mut tokio::sync::watch::Receiver<haul_serve::live::Snapshot>| snapshots.borrow_and_update().number;
    let before = at(&mut snapshots);
    // The reader receives nothing; the run continues.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(at(&mut snapshots) > before + 10, "the run stands still");
    // The missed messages are counted, or were buffered on the way. In both cases the reader catches up with the newest
    // frame.
    let newest = live.snapshots().borrow().frame.at.seconds();
    clock(&mut slow, |c| c["at_s"].as_f64().unwrap() >= newest).await;
}

#[test]
fn served_run_has_the_state_of_a_run_by_itself() {
    let live = LiveRun::start(prepared(), 64.0).unwrap();
    assert!(live.order(Order::Pause) && live.order(Order::Step(20.0)));
    let served = live.end().unwrap();
    let mut alone = prepared();
    while alone.world().now().seconds() < served.sim_seconds - 1e-9 {
        alone.step();
    }
    assert_eq!(served.state_hash, format!("{:016x}", alone.world().state_hash()));
}
