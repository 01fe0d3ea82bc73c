//! WebSocket of a reader of a live run.
//!
//! The server sends binary messages of [`haul_record::recording::stream`], and text messages in JSON: `{"is": "clock",
//! …}` after each binary message, `{"is": "notice", "text": …}` for the reader's log. The reader sends orders in JSON:
//! `{"do": "pause" | "go" | "all_stop" | "resume"}`, `{"do": "step", "seconds": 1}`, `{"do": "speed", "speed": 4}`.

use super::{LiveRun, Order, Snapshot};
use axum::extract::ws::{Message, WebSocket};
use haul_record::SimInput;
use haul_record::recording::stream::MessageStream;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Maximum number of earlier events that a new reader gets.
const MOST_EARLIER_EVENTS: usize = 5_000;
/// Time after which a reader that receives nothing is disconnected.
const PATIENCE: Duration = Duration::from_secs(20);
/// Wall time from one snapshot to the next for a run that stands still.
const QUIET_EVERY: Duration = Duration::from_millis(500);

/// An order from a reader, as received. All variants have braces, because serde refuses unknown keys only in such
/// variants.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Asked {
    Pause {},
    Go {},
    Step { seconds: f64 },
    Speed { speed: f64 },
    AllStop {},
    Resume {},
}

impl From<Asked> for Order {
    fn from(asked: Asked) -> Self {
        match asked {
            Asked::Pause {} => Order::Pause,
            Asked::Go {} => Order::Go,
            Asked::Step { seconds } => Order::Step(seconds),
            Asked::Speed { speed } => Order::Speed(speed),
            Asked::AllStop {} => Order::Input(SimInput::AllStop),
            Asked::Resume {} => Order::Input(SimInput::Resume),
        }
    }
}

/// Sends the run to a reader until the reader leaves.
pub(crate) async fn follow(mut socket: WebSocket, live: Arc<LiveRun>) {
    let mut reader = Reader::new(&live);
    let mut snapshots = live.snapshots();
    snapshots.mark_changed();
    loop {
        tokio::select! {
            changed = snapshots.changed() => {
                if changed.is_err() {
                    let _ = send(&mut socket, notice("the run has ended on the server")).await;
                    return;
                }
                let snapshot = snapshots.borrow_and_update().clone();
                for message in reader.messages(&snapshot) {
                    if !send(&mut socket, message).await {
                        return;
                    }
                }
            }
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => {
                    if let Err(why) = obey(&live, &text)
                        && !send(&mut socket, notice(&why)).await
                    {
                        return;
                    }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
}

fn obey(live: &LiveRun, text: &str) -> Result<(), String> {
    let asked: Asked = serde_json::from_str(text).map_err(|error| format!("the order cannot be read: {error}"))?;
    if live.order(asked.into()) { Ok(()) } else { Err("the run is busy or over; the order was dropped".into()) }
}

/// Sends a message; returns false if the reader has left, or has received nothing for too long.
async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(tokio::time::timeout(PATIENCE, socket.send(message)).await, Ok(Ok(())))
}

fn notice(text: &str) -> Message {
    Message::Text(json!({ "is": "notice", "text": text }).to_string().into())
}

/// Record of the data that a reader has received.
struct Reader<'a> {
    live: &'a LiveRun,
    stream: MessageStream,
    events: usize,
    number: Option<u64>,
    dropped: u64,
    earlier_left_out: usize,
    last: Option<(haul_core::SimTime, super::Clock, std::time::Instant)>,
}

impl<'a> Reader<'a> {
    fn new(live: &'a LiveRun) -> Self {
        let earlier = live.snapshots().borrow().events.saturating_sub(MOST_EARLIER_EVENTS);
        Self {
            live,
            stream: MessageStream::default(),
            events: earlier,
            number: None,
            dropped: 0,
            earlier_left_out: earlier,
            last: None,
        }
    }

    /// Returns the messages of a snapshot. If the run stands still, messages are sent only now and then.
    fn messages(&mut self, snapshot: &Snapshot) -> Vec<Message> {
        if let Some(number) = self.number {
            self.dropped += snapshot.number.saturating_sub(number + 1);
        }
        self.number = Some(snapshot.number);
        let at = snapshot.frame.at;
        let is_quiet = self.last.is_some_and(|(then, clock, sent)| {
            let same = clock.paused == snapshot.clock.paused && clock.speed == snapshot.clock.speed;
            then == at && same && clock.finished == snapshot.clock.finished && sent.elapsed() < QUIET_EVERY
        });
        if is_quiet && snapshot.events == self.events {
            return Vec::new();
        }
        let mut messages = Vec::new();
        if std::mem::take(&mut self.earlier_left_out) > 0 {
            messages.push(notice(&format!("only the last {MOST_EARLIER_EVENTS} events from before are shown")));
        }
        let mut bytes = Vec::new();
        for event in self.live.events_from(self.events) {
            MessageStream::event(&event, &mut bytes);
            self.events += 1;
        }
        if self.last.is_none_or(|(then, ..)| then != at) {
            self.stream.frame(&snapshot.frame, &mut bytes);
        }
        self.last = Some((at, snapshot.clock, std::time::Instant::now()));
        if !bytes.is_empty() {
            messages.push(Message::Binary(bytes.into()));
        }
        let (cycles, delivered_t) = snapshot.figures;
        let clock = snapshot.clock;
        let text = json!({
            "is": "clock", "at_s": at.seconds(), "paused": clock.paused, "speed": clock.speed, "reached": clock.reached,
            "finished": clock.finished, "dropped": self.dropped, "cycles": cycles, "delivered_t": delivered_t,
        });
        messages.push(Message::Text(text.to_string().into()));
        messages
    }
}
