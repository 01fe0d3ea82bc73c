//! Messages of a recording for a reader that follows a run while it is in progress.
//!
//! Each message consists of: topic length (1 byte), topic, time in ns (8 bytes), content length (4 bytes), content.
//! Numbers are little-endian; contents are the same as in a recording.

use super::channels::{
    EventMessage, HeapsMessage, PathMessage, ShovelsMessage, TruckStateMessage, VehiclesMessage, WeatherMessage,
};
use super::frames;
use crate::event::Event;
use crate::frame::{Frame, HeapFrame, PathFrame, WeatherFrame};
use haul_core::{SimTime, TruckId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Simulated time between two state messages of the trucks, ns.
const STATES_EVERY: u64 = 200_000_000;

/// Messages for one reader. A slow reader can skip frames: any subset of the frames may be given.
#[derive(Debug, Default)]
pub struct MessageStream {
    paths: BTreeMap<TruckId, Option<Arc<PathFrame>>>,
    heaps: Option<Vec<HeapFrame>>,
    weather: Option<WeatherFrame>,
    states_at: Option<u64>,
}

impl MessageStream {
    /// Appends the messages of a frame: the motion of every truck, and everything that has changed since the last given
    /// frame. Trucks whose pose is not a number are left out.
    pub fn frame(&mut self, frame: &Frame, out: &mut Vec<u8>) {
        let now = frame.at.nanos();
        let is_finite = |t: &crate::TruckFrame| t.pose.to_homogeneous().iter().all(|v| v.is_finite());
        if frame.trucks.iter().all(is_finite) {
            append(out, "/frames", now, |out| frames::write(out, frame));
        } else {
            let trucks = frame.trucks.iter().filter(|t| is_finite(t)).cloned().collect();
            let sound = Frame { trucks, ..frame.clone() };
            append(out, "/frames", now, |out| frames::write(out, &sound));
        }
        for truck in frame.trucks.iter().filter(|t| is_finite(t)) {
            let known = self.paths.get(&truck.truck);
            let is_same = match (known, &truck.path) {
                (Some(Some(a)), Some(b)) => Arc::ptr_eq(a, b) || a == b,
                (Some(None), None) => true,
                _ => false,
            };
            if !is_same {
                self.paths.insert(truck.truck, truck.path.clone());
                let path = PathMessage::new(truck.path.as_deref().unwrap_or(&PathFrame::default()));
                json(out, &format!("/truck/{}/path", truck.truck), now, &path);
            }
        }
        if self.states_at.is_none_or(|at| now >= at + STATES_EVERY || now < at) {
            self.states_at = Some(now);
            for truck in frame.trucks.iter().filter(|t| is_finite(t)) {
                json(out, &format!("/truck/{}/state", truck.truck), now, &TruckStateMessage::new(truck));
            }
        }
        json(out, "/shovels", now, &ShovelsMessage::new(&frame.shovels));
        if !frame.vehicles.is_empty() {
            json(out, "/vehicles", now, &VehiclesMessage::new(&frame.vehicles));
        }
        if self.weather != Some(frame.weather) {
            self.weather = Some(frame.weather);
            json(out, "/weather", now, &WeatherMessage::new(&frame.weather));
        }
        if self.heaps.as_ref() != Some(&frame.heaps) {
            self.heaps = Some(frame.heaps.clone());
            json(out, "/heaps", now, &HeapsMessage::new(&frame.heaps));
        }
    }

    /// Appends the message of an event.
    pub fn event(event: &Event, out: &mut Vec<u8>) {
        json(out, "/events", event.at.nanos(), &EventMessage::new(event));
    }
}

/// Reads messages back in order: topic, time and content. The first damaged message gives `None`, and reading ends
/// there.
pub fn read_messages(mut bytes: &[u8]) -> impl Iterator<Item = Option<(&str, SimTime, &[u8])>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let message = split(bytes);
        bytes = message.map_or(&[], |(.., rest)| rest);
        Some(message.map(|(topic, time, content, _)| (topic, time, content)))
    })
}

fn split(bytes: &[u8]) -> Option<(&str, SimTime, &[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let (topic, rest) = rest.split_at_checked(usize::from(*length))?;
    let (time, rest) = rest.split_at_checked(8)?;
    let (length, rest) = rest.split_at_checked(4)?;
    let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
    let (content, rest) = rest.split_at_checked(length)?;
    let time = SimTime::from_nanos(u64::from_le_bytes(time.try_into().ok()?));
    Some((std::str::from_utf8(topic).ok()?, time, content, rest))
}

fn json(out: &mut Vec<u8>, topic: &str, time: u64, message: &impl Serialize) {
    append(out, topic, time, |out| {
        let before = out.len();
        if serde_json::to_writer(&mut *out, message).is_err() {
            // Plain data always serialises; an empty object is still a message.
            out.truncate(before);
            out.extend(b"{}");
        }
    });
}

fn append(out: &mut Vec<u8>, topic: &str, time: u64, content: impl FnOnce(&mut Vec<u8>)) {
    let topic = &topic.as_bytes()[..topic.len().min(usize::from(u8::MAX))];
    out.push(topic.len() as u8);
    out.extend(topic);
    out.extend(time.to_le_bytes());
    let length_at = out.len();
    out.extend([0; 4]);
    content(out);
    let length = (out.len() - length_at - 4) as u32;
    out[length_at..length_at + 4].copy_from_slice(&length.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TruckFrame;
    use haul_core::{Isometry3, Point2};

    fn frame(seconds: f64, path: Option<Arc<PathFrame>>) -> Frame {
        let truck = TruckFrame {
            truck: TruckId(3),
            pose: Isometry3::translation(1.0, 2.0, 3.0),
            speed: 4.0,
            steering: 0.0,
            body_angle: 0.0,
            payload: 0.0,
            detail: Default::default(),
            path,
            wheels: Vec::new(),
        };
        serde_json::from_value::<Frame>(serde_json::json!({
            "at": SimTime::from_seconds(seconds), "trucks": [truck], "shovels": [], "heaps": [],
        }))
        .unwrap()
    }

    fn topics(bytes: &[u8]) -> Vec<&str> {
        read_messages(bytes).map(|m| m.unwrap().0).collect()
    }

    #[test]
    fn paths_and_heaps_come_once_and_motion_every_time() {
        let points = vec![Point2::new(0.0, 0.0), Point2::new(5.0, 0.0)];
        let path = Arc::new(PathFrame { points, ..PathFrame::default() });
        let (mut stream, mut first, mut second, mut third) = (MessageStream::default(), vec![], vec![], vec![]);
        stream.frame(&frame(1.0, Some(Arc::clone(&path))), &mut first);
        assert_eq!(topics(&first), ["/frames", "/truck/T3/path", "/truck/T3/state", "/shovels", "/weather", "/heaps"]);
        stream.frame(&frame(1.1, Some(path)), &mut second);
        assert_eq!(topics(&second), ["/frames", "/shovels"]);
        stream.frame(&frame(1.3, None), &mut third);
        assert_eq!(topics(&third), ["/frames", "/truck/T3/path", "/truck/T3/state", "/shovels"]);
    }

    #[test]
    fn truck_whose_pose_is_not_a_number_is_left_out() {
        let mut broken = frame(1.0, None);
        broken.trucks[0].pose.translation.vector.x = f64::NAN;
        let mut out = Vec::new();
        MessageStream::default().frame(&broken, &mut out);
        let messages: Vec<_> = read_messages(&out).map(Option::unwrap).collect();
        let (_, trucks) = frames::read(messages[0].2).unwrap();
        assert!(trucks.is_empty());
        assert_eq!(topics(&out), ["/frames", "/shovels", "/weather", "/heaps"]);
    }

    #[test]
    fn damaged_messages_end_the_reading() {
        let mut out = Vec::new();
        MessageStream::default().frame(&frame(1.0, None), &mut out);
        for cut in 0..out.len() {
            let read: Vec<_> = read_messages(&out[..cut]).collect();
            assert!(read.iter().rev().skip(1).all(Option::is_some), "cut at {cut}");
        }
    }
}
