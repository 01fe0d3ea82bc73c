//! Starts of trucks: at a given pose, at a free spot of a place, or beside a full park.

use crate::check::line_of;
use crate::roster::RosterEntry;
use haul_core::units::{from_compass, to_compass};
use haul_core::{Fault, Footprint, PlaceId, Point2, Pose2, TomlText, TruckId, angle};
use haul_mine::{MineMap, Place, PlaceKind};
use haul_vehicle::TruckSpec;
use std::collections::{BTreeMap, BTreeSet};

/// Minimum distance (m) between two standing trucks, and between a standing truck and a machine.
const GAP: f64 = 0.5;
/// Distance (m) below which two outlines count as touching: above the rounding of the coordinates.
const TOUCH: f64 = 0.01;
/// Minimum distance (m) to the edge of the drivable surface for a truck outside the spots.
const EDGE_GAP: f64 = 1.0;
/// Half the width of the traffic area along a road's centreline, in truck widths: two lanes and a margin.
const HALF_ROAD: f64 = 1.75;
/// Free length ahead of a spot that a truck needs to drive out, in turning radii.
const ROOM_AHEAD: f64 = 2.6;
/// Search distance for positions beside and behind a park, in half truck lengths.
const BESIDE: i32 = 12;
/// Search distance for positions around a park, in truck lengths.
const AROUND: i32 = 60;
/// Search distance for a better pose of a truck that does not fit at its start, m.
const NEARBY: i32 = 30;

/// Start of a truck: the pose, and the park in which the truck stands.
pub type Placed = (Pose2, Option<PlaceId>);

/// Starts assigned so far.
pub struct Starts<'a> {
    map: &'a MineMap,
    text: &'a TomlText,
    standing: Vec<Occupied>,
    /// Trucks without a spot at their place, by place: the truck, and its start in words.
    moved: BTreeMap<PlaceId, Vec<(TruckId, String)>>,
    /// Parks without room for another truck, so that the search fails only once per park.
    full: BTreeSet<PlaceId>,
}

struct Occupied {
    truck: TruckId,
    path: String,
    footprint: Footprint,
    pose: Pose2,
}

impl<'a> Starts<'a> {
    /// Creates an empty list of starts.
    pub fn new(map: &'a MineMap, text: &'a TomlText) -> Self {
        Self { map, text, standing: Vec::new(), moved: BTreeMap::new(), full: BTreeSet::new() }
    }

    /// Starts a truck at a pose: east (m), north (m), compass bearing (degrees).
    ///
    /// # Errors
    /// Returns a fault if the outline leaves the drivable surface, or overlaps a machine or another truck.
    pub fn at_pose(&mut self, entry: &RosterEntry, spec: &TruckSpec, pose: [f64; 3]) -> Result<Pose2, Box<Fault>> {
        let [x, y, bearing] = pose;
        let footprint = spec.footprint();
        let pose = Pose2::new(x, y, from_compass(bearing));
        match self.obstruction(&footprint, pose) {
            None => {
                self.stand(entry, footprint, pose);
                Ok(pose)
            }
            Some(what) => {
                let fault =
                    self.text.fault(&entry.start_path, format!("{} does not fit there: {what}", TruckId(entry.id)));
                Err(Box::new(fault.help(match self.nearest_fit(&footprint, pose) {
                    Some(p) => format!("start_at = [{:.1}, {:.1}, {:.0}] is free", p.x, p.y, to_compass(p.heading)),
                    None => "give a pose on a road or a pad, or start = \"PLACE\"".to_owned(),
                })))
            }
        }
    }

    /// Starts a truck at the first free spot of a place. If a park is full, starts the truck at the nearest other park
    /// or beside it.
    ///
    /// # Errors
    /// Returns a fault if every spot is taken and there is no room beside the place.
    pub fn at_place(&mut self, entry: &RosterEntry, spec: &TruckSpec, id: &PlaceId) -> Result<Placed, Box<Fault>> {
        let footprint = spec.footprint();
        let full = |place: &str, count: usize| {
            let spots = if count == 1 { "its spot is".to_owned() } else { format!("all {count} spots are") };
            self.text.fault(&entry.start_path, format!("`{place}` has no room for all trucks: {spots} taken"))
        };
        let Some(place) = self.map.place(id) else { return Err(Box::new(full(id.as_str(), 0))) };
        if let Some(pose) = self.free_spot(place, &footprint) {
            self.stand(entry, footprint, pose);
            return Ok((pose, (place.kind == PlaceKind::Park).then(|| id.clone())));
        }
        let fault = full(id.as_str(), place.spots.len());
        let help = "start it elsewhere, start fewer trucks, or add a park: [[place]] kind = \"park\"";
        if self.full.contains(id) {
            return Err(Box::new(fault.help(help)));
        }
        if place.kind != PlaceKind::Park {
            return Err(Box::new(fault.help("start it at a park, or give a pose: start_at = [x, y, bearing]")));
        }
        let anchor = place.spots.first().map_or(Point2::origin(), |spot| spot.pose.position());
        let distance = |p: &Place| p.spots.first().map_or(f64::INFINITY, |s| (s.pose.position() - anchor).norm());
        let mut others: Vec<&Place> =
            self.map.places.iter().filter(|p| p.kind == PlaceKind::Park && p.id != *id).collect();
        others.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        let (pose, park, words) =
            match others.into_iter().find_map(|other| Some((self.free_spot(other, &footprint)?, other))) {
                Some((pose, other)) => (pose, other.id.clone(), format!("at `{}`", other.id)),
                None => match self.beside(place, spec) {
                    Some(pose) => (pose, id.clone(), format!("at ({:.1}, {:.1})", pose.x, pose.y)),
                    None => {
                        self.full.insert(id.clone());
                        return Err(Box::new(fault.help(help)));
                    }
                },
            };
        self.moved.entry(id.clone()).or_default().push((TruckId(entry.id), words));
        self.stand(entry, footprint, pose);
        Ok((pose, Some(park)))
    }

    /// Returns a note for every place with too few spots.
    pub fn notes(&self) -> Vec<String> {
        let note = |(place, moved): (&PlaceId, &Vec<(TruckId, String)>)| {
            let spots = self.map.place(place).map_or(0, |p| p.spots.len());
            let starts: Vec<String> = moved.iter().map(|(truck, words)| format!("{truck} starts {words}")).collect();
            format!("the {spots} spots of `{place}` are taken: {}", starts.join(", "))
        };
        self.moved.iter().map(note).collect()
    }

    fn stand(&mut self, entry: &RosterEntry, footprint: Footprint, pose: Pose2) {
        let path = entry.start_path.clone();
        self.standing.push(Occupied { truck: TruckId(entry.id), path, footprint, pose });
    }

    /// Returns the first obstruction of a pose in words; `None` if a truck can stand there.
    fn obstruction(&self, footprint: &Footprint, pose: Pose2) -> Option<String> {
        let at = format!("({:.1}, {:.1})", pose.x, pose.y);
        if !self.map.drivable.contains(pose.position()) {
            return Some(format!("{at} is off the drivable surface"));
        }
        let clearance = self.map.drivable.footprint_clearance(footprint, pose);
        if clearance < 0.0 {
            return Some(format!("its outline at {at} reaches {:.1} m off the drivable surface", -clearance));
        }
        for place in &self.map.places {
            let machine = place.machine.filter(|_| place.obstacle_radius > 0.0);
            if machine.is_some_and(|m| footprint.distance(pose, m.position()) < place.obstacle_radius) {
                return Some(format!("its outline at {at} reaches into the machine of `{}`", place.id));
            }
        }
        let other = self.standing.iter().find(|s| distance(footprint, pose, &s.footprint, s.pose) <= TOUCH)?;
        Some(format!("{} starts in the same place{}", other.truck, line_of(self.text, &other.path)))
    }

    /// Returns the nearest pose with the same or the opposite heading at which a truck fits with a margin.
    fn nearest_fit(&self, footprint: &Footprint, pose: Pose2) -> Option<Pose2> {
        let grown = footprint.grown(GAP);
        grid(NEARBY, false).into_iter().find_map(|(i, j)| {
            // Round the pose in the same way as it is printed in the remedy.
            let p = pose.place(f64::from(i), f64::from(j));
            let (x, y) = ((p.x * 10.0).round() / 10.0, (p.y * 10.0).round() / 10.0);
            let moved = Pose2::new(x, y, from_compass(to_compass(pose.heading).round()));
            self.obstruction(&grown, moved).is_none().then_some(moved)
        })
    }

    fn free_spot(&self, place: &Place, footprint: &Footprint) -> Option<Pose2> {
        let is_free =
            |pose: &Pose2| self.standing.iter().all(|s| distance(footprint, *pose, &s.footprint, s.pose) > GAP);
        place.spots.iter().map(|spot| spot.pose).find(is_free)
    }

    /// Returns a free pose beside or behind the row of a park's spots, or else the nearest free pose around the park.
    /// The pose is one truck length from all other trucks, and clear of roads, of spots and the room ahead of them, and
    /// of waiting poses.
    fn beside(&self, park: &Place, spec: &TruckSpec) -> Option<Pose2> {
        let footprint = spec.footprint();
        let row = park.spots.first()?.pose;
        let length = footprint.length();
        let turn = std::f64::consts::FRAC_PI_2;
        // Beside and behind: steps of half a length, with the heading of the row. Around: steps of one length, any
        // heading that fits.
        let near =
            grid(BESIDE, true).into_iter().map(|(i, j)| (0.5 * length * f64::from(i), 0.5 * length * f64::from(j)));
        let wide = grid(AROUND, false).into_iter().map(|(i, j)| (length * f64::from(i), length * f64::from(j)));
        let poses =
            near.map(|offset| (offset, 1)).chain(wide.map(|offset| (offset, 4))).flat_map(|((ahead, left), turns)| {
                let at = row.place(ahead, left);
                (0..turns).map(move |k| Pose2::new(at.x, at.y, angle::wrap(row.heading + turn * f64::from(k))))
            });
        let radius = spec.min_turning_radius();
        poses.filter(|pose| self.map.drivable.contains(pose.position())).find(|p| self.is_clear(&footprint, *p, radius))
    }

    fn is_clear(&self, footprint: &Footprint, pose: Pose2, turning_radius: f64) -> bool {
        let (length, width) = (footprint.length(), 2.0 * footprint.half_width);
        let drivable = &self.map.drivable;
        let leaves = |ahead: f64| drivable.footprint_clearance(footprint, pose.advanced(ahead)) >= EDGE_GAP;
        if !(leaves(0.0) && leaves(0.5 * length) && leaves(length)) {
            return false;
        }
        let far = |other: &Footprint, at: Pose2, gap: f64| distance(footprint, pose, other, at) >= gap;
        let from_trucks = self.standing.iter().all(|s| far(&s.footprint, s.pose, length));
        let from_places = self.map.places.iter().all(|place| {
            let way_out = |spot: Pose2| {
                let ahead = Footprint { front: footprint.front + ROOM_AHEAD * turning_radius, ..*footprint };
                far(&ahead, spot, GAP)
            };
            let machine = place.machine.filter(|_| place.obstacle_radius > 0.0);
            place.spots.iter().all(|spot| way_out(spot.pose))
                && place.queue.iter().all(|queue| far(footprint, *queue, width))
                && machine.is_none_or(|m| footprint.distance(pose, m.position()) >= place.obstacle_radius + width)
        });
        let from_roads = || {
            let middle = pose.advanced(0.5 * (footprint.front - footprint.rear)).position();
            let reach = 0.5 * length + HALF_ROAD * width;
            self.map.roads.within(middle, reach).iter().all(|near| {
                self.map.roads.road(near.road).is_none_or(|road| {
                    road.line.points().iter().all(|p| footprint.distance(pose, p.xy()) >= HALF_ROAD * width)
                })
            })
        };
        from_trucks && from_places && from_roads()
    }
}

/// Returns the cells of a square grid around the origin, the nearest first; without the cells ahead if `behind` is
/// true.
fn grid(reach: i32, behind: bool) -> Vec<(i32, i32)> {
    let ahead = if behind { 0 } else { reach };
    let mut cells: Vec<(i32, i32)> = (-reach..=ahead).flat_map(|i| (-reach..=reach).map(move |j| (i, j))).collect();
    cells.sort_by_key(|(i, j)| (i * i + j * j, *i, *j));
    cells
}

/// Returns the distance between two outlines, m; 0 if they overlap. The outlines are sampled every 0.5 m.
fn distance(a: &Footprint, at_a: Pose2, b: &Footprint, at_b: Pose2) -> f64 {
    let least = at_a.distance(at_b) - a.reach() - b.reach();
    if least > a.length().max(b.length()) {
        return least;
    }
    let to = |from: &Footprint, pose: Pose2, other: &Footprint, at: Pose2| {
        from.outline(pose, 0.5).map(|p| other.distance(at, p)).fold(f64::INFINITY, f64::min)
    };
    to(a, at_a, b, at_b).min(to(b, at_b, a, at_a))
}
