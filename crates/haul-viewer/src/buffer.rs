//! Frames of the past: all of the last minute, one a second of the time before.

use haul_core::SimTime;
use haul_record::{Event, Frame};
use std::collections::VecDeque;
use std::sync::Arc;

/// Simulated time for which every frame is kept, s.
const FINE_SPAN: f64 = 60.0;
/// Simulated time between the older frames, s.
const COARSE_STEP: f64 = 1.0;
/// Most trucks in all older frames together. A truck takes about half a kilobyte.
const MAX_COARSE_TRUCKS: usize = 200_000;

/// Frames and events of a run up to its latest frame, for showing any instant among them.
#[derive(Debug)]
pub struct FrameBuffer {
    frames: VecDeque<Arc<Frame>>,
    /// Number of leading frames that are thinned out.
    coarse: usize,
    /// Trucks in the thinned frames.
    coarse_trucks: usize,
    /// Simulated time for which every frame is kept, s.
    fine_span: f64,
    /// Events, in order.
    pub events: Vec<Event>,
}

impl Default for FrameBuffer {
    fn default() -> Self {
        Self { frames: VecDeque::new(), coarse: 0, coarse_trucks: 0, fine_span: FINE_SPAN, events: Vec::new() }
    }
}

impl FrameBuffer {
    /// A buffer that keeps every frame, for a recording that was thinned when it was read.
    pub fn unlimited() -> Self {
        Self { fine_span: f64::INFINITY, ..Self::default() }
    }

    /// Adds the latest frame. A frame that is not later than the last one takes the place of those from its time on.
    pub fn push(&mut self, frame: Arc<Frame>) {
        if self.frames.back().is_some_and(|last| last.at >= frame.at) {
            self.cut(frame.at, false);
        }
        let now = frame.at.seconds();
        self.frames.push_back(frame);
        // The frames between two kept ones go when they leave the fine span.
        while let Some(oldest) = self.frames.get(self.coarse) {
            if now - oldest.at.seconds() <= self.fine_span {
                break;
            }
            let kept = self.coarse.checked_sub(1).and_then(|i| self.frames.get(i));
            if kept.is_some_and(|kept| oldest.at.since(kept.at) < COARSE_STEP - 1e-9) {
                self.frames.remove(self.coarse);
            } else {
                self.coarse_trucks += oldest.trucks.len();
                self.coarse += 1;
            }
        }
        while self.coarse > 1 && self.coarse_trucks > MAX_COARSE_TRUCKS {
            if let Some(first) = self.frames.pop_front() {
                self.coarse_trucks -= first.trucks.len();
                self.coarse -= 1;
            }
        }
    }

    /// Forgets the frames and events after an instant. A frame at the instant stays if `keep` is true; events at the
    /// instant always stay.
    pub fn cut(&mut self, at: SimTime, keep: bool) {
        self.frames.truncate(self.frames.partition_point(|frame| frame.at < at || (keep && frame.at == at)));
        self.events.truncate(self.events.partition_point(|event| event.at <= at));
        self.coarse = self.coarse.min(self.frames.len());
        self.coarse_trucks = self.frames.iter().take(self.coarse).map(|frame| frame.trucks.len()).sum();
    }

    /// Forgets what comes after an instant, and keeps the rest as thinly as that of a live run.
    pub fn cut_for_live(&mut self, at: SimTime) {
        self.cut(at, true);
        self.fine_span = FINE_SPAN;
    }

    /// First and last instant, s.
    pub fn span(&self) -> Option<(f64, f64)> {
        Some((self.frames.front()?.at.seconds(), self.frames.back()?.at.seconds()))
    }

    /// The latest frame.
    pub fn last(&self) -> Option<&Arc<Frame>> {
        self.frames.back()
    }

    /// The frames before and after an instant, s, with the share of the way from the first to the second, 0 to 1.
    pub fn around(&self, at: f64) -> Option<(Arc<Frame>, Arc<Frame>, f64)> {
        let after = self.frames.partition_point(|frame| frame.at.seconds() <= at);
        let b = self.frames.get(after).or_else(|| self.frames.back())?;
        let a = after.checked_sub(1).and_then(|i| self.frames.get(i)).unwrap_or(b);
        let length = b.at.since(a.at);
        let share = if length > 0.0 { ((at - a.at.seconds()) / length).clamp(0.0, 1.0) } else { 0.0 };
        Some((Arc::clone(a), Arc::clone(b), share))
    }

    /// The frames between two instants, s: at most about `count` of them, evenly spread.
    pub fn between(&self, from: f64, to: f64, count: usize) -> impl Iterator<Item = &Arc<Frame>> {
        let start = self.frames.partition_point(|frame| frame.at.seconds() < from);
        let end = self.frames.partition_point(|frame| frame.at.seconds() <= to).max(start);
        let stride = ((end - start) / count.max(1)).max(1);
        // Strides count from the first frame, so that the points of a plot do not jump when time moves on.
        let is_on_stride = move |i: usize| (start + i).is_multiple_of(stride);
        self.frames.range(start..end).enumerate().filter(move |(i, _)| is_on_stride(*i)).map(|(_, frame)| frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(seconds: f64) -> Arc<Frame> {
        Arc::new(Frame {
            at: SimTime::from_seconds(seconds),
            trucks: Vec::new(),
            shovels: Vec::new(),
            heaps: Vec::new(),
            vehicles: Vec::new(),
            weather: haul_record::WeatherFrame::default(),
        })
    }

    #[test]
    fn the_last_minute_is_fine_and_the_time_before_is_coarse() {
        let mut buffer = FrameBuffer::default();
        (0..=20 * 300).for_each(|k| buffer.push(frame(f64::from(k) / 20.0)));
        assert_eq!(buffer.span(), Some((0.0, 300.0)));
        assert_eq!(buffer.between(0.0, 200.0, usize::MAX).count(), 201);
        assert_eq!(buffer.between(250.0, 300.0, usize::MAX).count(), 1_001);
        let (a, b, share) = buffer.around(100.25).unwrap();
        assert_eq!((a.at.seconds(), b.at.seconds()), (100.0, 101.0));
        assert!((share - 0.25).abs() < 1e-9);
    }

    #[test]
    fn a_frame_of_an_earlier_time_replaces_what_came_after_it() {
        let mut buffer = FrameBuffer::default();
        (0..=20 * 90).for_each(|k| buffer.push(frame(f64::from(k) / 20.0)));
        buffer.push(frame(20.0));
        assert_eq!(buffer.span(), Some((0.0, 20.0)));
        (0..2_000).for_each(|k| buffer.push(frame(20.05 + f64::from(k) / 20.0)));
        assert_eq!(buffer.between(0.0, 30.5, usize::MAX).count(), 31, "one frame a second");
    }

    #[test]
    fn an_instant_outside_shows_the_nearest_frame() {
        let mut buffer = FrameBuffer::default();
        assert!(buffer.around(1.0).is_none());
        buffer.push(frame(5.0));
        buffer.push(frame(6.0));
        assert_eq!(buffer.around(0.0).map(|(a, _, s)| (a.at.seconds(), s)), Some((5.0, 0.0)));
        assert_eq!(buffer.around(9.0).map(|(a, b, _)| (a.at.seconds(), b.at.seconds())), Some((6.0, 6.0)));
    }
}
