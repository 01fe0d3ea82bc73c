//! The ground around the design: benches, batters and berms of the pit, embankments and cuttings of the roads, the
//! dump's slopes, and the windrows along drops.

use super::design::{Design, formation_edges};
use super::lattice::{Field, Lattice, Source};
use super::layout::Earthworks;
use super::outline::Excavation;
use super::relief::Relief;
use super::spec::{PitSpec, VERGE};
use crate::region::densified;
use crate::threads::{self, joined};
use haul_core::{Point2, Polygon};

/// Slope of tipped rock: the tangent of 37°, its angle of repose.
const REPOSE: f64 = 0.7536;
/// Slope of a cutting in overburden.
const CUTTING: f64 = 1.0;
/// Depth below the original ground from which a cutting is a pit wall, m.
const PIT_DEPTH: f64 = 2.5;
/// Height of a windrow above the road, m: axle height, and a half more for what a grid rounds off. Drops behind the verge
/// from which one is begun and from which it is whole, m.
const WINDROW: f64 = 2.0;
const DROP: (f64, f64) = (0.7, 1.2);
/// Its flat top lies between these distances from the drivable edge, m.
const TOP: (f64, f64) = (1.2, 3.4);
/// How far behind the drivable edge a drop is looked for, m.
const DROP_REACHES: [f64; 6] = [5.5, 7.5, 9.5, 11.5, 13.5, 15.5];
/// Slope of the walls of the hopper's well.
const WELL_WALL: f64 = 6.0;
/// Its walls are followed to this far above the ground beside them, m: over the embankment of the pad it feeds from.
const WELL_RIM: f64 = 20.0;

/// The ground of a mine by its design.
pub struct Ground<'a> {
    /// What was asked.
    pub spec: &'a PitSpec,
    /// The pit.
    pub pit: &'a Excavation,
    /// The ground before.
    pub relief: &'a Relief,
    /// The drivable surface's design.
    pub design: &'a Design,
    /// Its outline.
    pub surface: &'a Polygon,
    /// Fills and digs.
    pub earthworks: &'a Earthworks,
}

impl Ground<'_> {
    /// Heights on a lattice.
    pub fn build(&self, lattice: &Lattice) -> Field {
        let spec = self.spec;
        let edges = formation_edges(self.design, self.surface);
        let in_pit = |s: &Source| s.height < self.relief.height(s.at) - PIT_DEPTH;
        let (ramp, outside): (Vec<Source>, Vec<Source>) = edges.iter().copied().partition(|s| in_pit(s));
        let mut dug = ramp.clone();
        dug.extend(self.pit.sources());
        let mut tipped = outside.clone();
        for (ring, height) in &self.earthworks.fills {
            tipped.extend(densified(ring, 2.0).into_iter().map(|at| Source { at, height: *height }));
        }
        let edge = edge_points(self.surface);
        let rings: Vec<&[Point2]> = self.surface.rings().collect();
        let drivable = lattice.inside(&rings);
        let within = |rings: &[(Vec<Point2>, f64)]| -> Vec<(Vec<bool>, f64)> {
            rings.iter().map(|(ring, height)| (lattice.inside(&[ring]), *height)).collect()
        };

        // What stands: the ground before, with fills.
        let mut stands = self.relief.on(lattice);
        let tips = within(&self.earthworks.fills);
        let highest = stands.iter().chain(tipped.iter().map(|s| &s.height)).copied().fold(f64::MIN, f64::max);
        // What is dug, but for the steps of the walls: no deeper than this.
        let mut digs = within(&self.pit.pushbacks);
        digs.push((lattice.inside(&[&self.pit.floor]), self.pit.floor_height));

        // Fields that know nothing of each other, on as many threads as the machine gives: the result is the same on any.
        // Each is spread only as far as it can show.
        let steep = libm::tan(spec.batter_angle);
        let wall_slope = spec.wall_slope();
        let (wall, fill, nearest) = std::thread::scope(|scope| {
            let wall = scope.spawn(|| lattice.cones_where(&dug, wall_slope, |_, height, _| height < highest).cost);
            let fill = lattice.cone_roof(&tipped, REPOSE, |k, height| height > stands[k]);
            // Only the verge is asked for.
            let nearest = lattice.cones_where(&edge, 1.0, |_, distance, _| distance <= VERGE);
            (joined(wall), fill, nearest)
        });
        raise(&mut stands, &fill);
        for (inside, height) in &tips {
            masked(&mut stands, inside, |v| v.max(*height));
        }
        let mut lowest = wall.clone();
        for (inside, height) in &digs {
            masked(&mut lowest, inside, |v| v.min(*height));
        }
        // A bench's rise above the wall's mean slope, and a cell's corner: farther out the batter's cone is the higher one.
        let batter_reach = spec.bench_height / (steep - wall_slope) + 2.0 * lattice.spacing;
        let (batter, support, cutting) = std::thread::scope(|scope| {
            let batter =
                scope.spawn(|| lattice.cones_where(&dug, steep, |_, _, distance| distance < batter_reach).cost);
            let support = lattice.cone_roof(&ramp, steep, |k, height| height > lowest[k]);
            let cutting = lattice.cones_where(&outside, CUTTING, |k, height, _| height < stands[k]).cost;
            (joined(batter), support, cutting)
        });
        let islands = self.islands(lattice);

        let mut values = vec![0.0; lattice.len()];
        let mut beside = vec![None; lattice.len()];
        let node = |k: usize, value: &mut f64, beside: &mut Option<u32>| {
            let p = lattice.node(k % lattice.nx, k / lattice.nx);
            let is_near = drivable[k] || nearest.source(k).is_some_and(|s| (edge[s as usize].at - p).norm() <= VERGE);
            if is_near && let Some(z) = self.design.height(p) {
                *value = z;
                if !drivable[k] {
                    *beside = nearest.source(k);
                }
                return;
            }
            let surface = stands[k].min(cutting[k]);
            let mut dug = self.benched(wall[k]).min(batter[k]);
            for (inside, height) in &digs {
                if inside[k] {
                    dug = dug.min(*height);
                }
            }
            *value = surface.min(dug.max(support[k])).min(islands[k]);
        };
        let threads = threads::count();
        let share = lattice.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            for (part, (values, beside)) in values.chunks_mut(share).zip(beside.chunks_mut(share)).enumerate() {
                let node = &node;
                scope.spawn(move || {
                    for (k, (value, beside)) in values.iter_mut().zip(beside).enumerate() {
                        node(part * share + k, value, beside);
                    }
                });
            }
        });
        let mut field = Field { lattice: lattice.clone(), values };
        self.sink_wells(&mut field, &drivable);
        self.heap_windrows(&mut field, &edge, &beside);
        field
    }

    /// The wall with benches: the batter first, then the berm, at whole bench heights above the floor.
    fn benched(&self, smooth: f64) -> f64 {
        if !smooth.is_finite() {
            return smooth;
        }
        let height = self.spec.bench_height;
        let benches = (smooth - self.pit.floor_height) / height;
        let whole = benches.floor();
        let run = self.spec.batter_run() + self.spec.berm_width;
        self.pit.floor_height + height * (whole + ((benches - whole) * run / self.spec.batter_run()).min(1.0))
    }

    /// Height of the ground dug inside switchbacks; infinite elsewhere.
    fn islands(&self, lattice: &Lattice) -> Vec<f64> {
        let mut heights = vec![f64::INFINITY; lattice.len()];
        for island in &self.earthworks.islands {
            let inside = lattice.inside(&[&island.ring()]);
            for (k, height) in heights.iter_mut().enumerate().filter(|(k, _)| inside[*k]) {
                *height = height.min(island.height(lattice.node(k % lattice.nx, k / lattice.nx)));
            }
        }
        heights
    }

    fn sink_wells(&self, field: &mut Field, drivable: &[bool]) {
        for (ring, depth) in &self.earthworks.wells {
            let sources: Vec<Source> =
                densified(ring, 1.0).into_iter().map(|at| Source { at, height: *depth }).collect();
            let inside = field.lattice.inside(&[ring]);
            let ground = &field.values;
            let walls =
                field.lattice.cones_where(&sources, WELL_WALL, |k, height, _| height < ground[k] + WELL_RIM).cost;
            for (k, value) in field.values.iter_mut().enumerate() {
                if !drivable[k] {
                    *value = value.min(if inside[k] { *depth } else { walls[k] });
                }
            }
        }
    }

    /// Windrows on the verge wherever the ground falls away behind it.
    fn heap_windrows(&self, field: &mut Field, edge: &[Source], beside: &[Option<u32>]) {
        let mut heaps = Vec::new();
        for (k, s) in beside.iter().enumerate() {
            let Some(s) = s else { continue };
            let p = field.lattice.node(k % field.lattice.nx, k / field.lattice.nx);
            let away = p - edge[*s as usize].at;
            let d = away.norm();
            if d < 1e-6 {
                continue;
            }
            let behind = DROP_REACHES.map(|reach| field.at(edge[*s as usize].at + away * (reach / d)));
            let lowest = behind.into_iter().fold(f64::INFINITY, f64::min);
            // The road's own height, a metre inside: the verge may have sunk towards a floor beside it.
            let road = field.at(edge[*s as usize].at - away / d);
            let whole = ((road - lowest - DROP.0) / (DROP.1 - DROP.0)).clamp(0.0, 1.0);
            let profile = (d / TOP.0).min((VERGE - d) / (VERGE - TOP.1)).clamp(0.0, 1.0);
            let sunk = (road - field.values[k]).max(0.0);
            heaps.push((k, profile * whole * (WINDROW + sunk)));
        }
        for (k, h) in heaps {
            field.values[k] += h;
        }
    }
}

/// Raises heights to others that are higher.
fn raise(heights: &mut [f64], to: &[f64]) {
    heights.iter_mut().zip(to).for_each(|(h, to)| *h = h.max(*to));
}

/// Changes heights inside a region.
fn masked(heights: &mut [f64], inside: &[bool], change: impl Fn(f64) -> f64) {
    heights.iter_mut().zip(inside).filter(|(_, inside)| **inside).for_each(|(h, _)| *h = change(*h));
}

fn edge_points(surface: &Polygon) -> Vec<Source> {
    surface.rings().flat_map(|ring| densified(ring, 1.0)).map(|at| Source { at, height: 0.0 }).collect()
}
