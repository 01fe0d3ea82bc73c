//! The ground around the design: benches, batters and berms of the pit, embankments and cuttings of the roads, the
//! dump's slopes, and the windrows along drops.

use super::design::{Design, formation_edges};
use super::lattice::{Field, Lattice, Source};
use super::layout::Earthworks;
use super::outline::Excavation;
use super::relief::Relief;
use super::spec::{PitSpec, VERGE};
use super::spread::{Spread, TILE, Tile};
use crate::region::densified;
use crate::threads::{self, joined};
use haul_core::{Point2, Polygon};
use std::collections::BTreeMap;
use std::ops::Range;

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
/// Nodes beside the edge that a thread heaps a windrow on at a time.
const SHARE: usize = 512;
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

/// What regions a node lies in: the drivable surface, and a bit above it for each dig.
const DRIVABLE: u8 = 1;

/// The regions of a mine on a lattice.
struct Regions {
    marks: Vec<u8>,
    /// By the marks of the digs, the depth of the deepest; infinite outside.
    depths: Vec<f64>,
}

impl Regions {
    /// Whether nodes lie in none of the regions.
    fn are_bare(&self, nodes: Range<usize>) -> bool {
        self.marks[nodes].iter().all(|mark| *mark == 0)
    }

    fn is_drivable(&self, node: usize) -> bool {
        self.marks[node] & DRIVABLE != 0
    }

    /// Height of the deepest dig at a node, but for the steps of the walls.
    fn dug(&self, node: usize) -> f64 {
        self.depths[usize::from(self.marks[node] >> 1)]
    }
}

/// What is made of one row of tiles: the windrows' nodes, each with the point of the edge that it lies beside.
type Beside = Vec<(usize, u32)>;

/// Fields that know nothing of each other, spread from the formation, the pit and the fills.
struct Fields {
    /// What stands: the ground before, with fills.
    stands: Vec<f64>,
    walls: Walls,
    /// Distances from the drivable edge.
    nearest: Spread,
    /// The ground dug inside switchbacks.
    islands: Islands,
}

/// The wall of the pit at its mean slope, its batters, what holds the ramp, and the cuttings outside of the pit.
struct Walls {
    wall: Spread,
    batter: Spread,
    support: Spread,
    cutting: Spread,
}

/// Heights that the ground is dug to, infinite where it is left, by tile and by the nodes of the tile.
type Islands = BTreeMap<(usize, usize), [f64; TILE * TILE]>;

impl Ground<'_> {
    /// Heights on a lattice.
    pub fn build(&self, lattice: &Lattice) -> Field {
        let edge = edge_points(self.surface);
        let regions = self.regions(lattice);
        let fields = self.fields(lattice, &edge, &regions);
        let mut values = vec![0.0; lattice.len()];
        // Rows of tiles in turn, on as many threads as the machine gives: the result is the same on any.
        let threads = threads::count();
        let mut shares: Vec<Vec<(usize, &mut [f64])>> = (0..threads).map(|_| Vec::new()).collect();
        for (row, values) in values.chunks_mut(TILE * lattice.nx).enumerate() {
            shares[row % threads].push((row, values));
        }
        let work = |share: Vec<(usize, &mut [f64])>| -> Beside {
            share.into_iter().flat_map(|(row, values)| self.row(lattice, &fields, &regions, row, values)).collect()
        };
        let beside: Beside = std::thread::scope(|scope| {
            let own = shares.pop();
            let others: Vec<_> = shares.into_iter().map(|share| scope.spawn(|| work(share))).collect();
            let mut beside = own.map_or_else(Vec::new, &work);
            others.into_iter().for_each(|thread| beside.extend(joined(thread)));
            beside
        });
        let mut field = Field { lattice: lattice.clone(), values };
        self.sink_wells(&mut field, &regions);
        heap_windrows(&mut field, &edge, &beside);
        field
    }

    fn regions(&self, lattice: &Lattice) -> Regions {
        let mut marks = vec![0; lattice.len()];
        let rings: Vec<&[Point2]> = self.surface.rings().collect();
        lattice.runs(&rings).into_iter().for_each(|run| marks[run].fill(DRIVABLE));
        let floor = (&self.pit.floor, self.pit.floor_height);
        let digs: Vec<(&Vec<Point2>, f64)> =
            self.pit.pushbacks.iter().map(|(ring, height)| (ring, *height)).chain([floor]).collect();
        for (k, (ring, _)) in digs.iter().enumerate() {
            for run in lattice.runs(&[ring]) {
                marks[run].iter_mut().for_each(|mark| *mark |= DRIVABLE << (k + 1));
            }
        }
        let deepest = |which: usize| {
            let within = digs.iter().enumerate().filter(|(k, _)| which >> k & 1 == 1);
            within.map(|(_, (_, height))| *height).fold(f64::INFINITY, f64::min)
        };
        Regions { marks, depths: (0..1 << digs.len()).map(deepest).collect() }
    }

    /// Each field only as far as it can show. The longest way is that from the formation's edges over the fills to the walls:
    /// the other fields are spread beside it.
    fn fields(&self, lattice: &Lattice, edge: &[Source], regions: &Regions) -> Fields {
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| {
                // Only the verge is asked for.
                let nearest = Spread::cones(lattice, edge, 1.0, |_, distance, _| distance <= VERGE);
                (nearest, self.islands(lattice))
            });
            let relief = scope.spawn(|| self.relief.on(lattice));
            let edges = formation_edges(self.design, self.surface);
            let mut stands = joined(relief);
            let walls = self.walls(lattice, &edges, regions, &mut stands);
            let (nearest, islands) = joined(beside);
            Fields { stands, walls, nearest, islands }
        })
    }

    /// Adds the fills to what stands, and spreads the walls below it.
    fn walls(&self, lattice: &Lattice, edges: &[Source], regions: &Regions, stands: &mut [f64]) -> Walls {
        let spec = self.spec;
        let in_pit = |s: &Source| s.height < self.relief.height(s.at) - PIT_DEPTH;
        let (ramp, outside): (Vec<Source>, Vec<Source>) = edges.iter().copied().partition(|s| in_pit(s));
        let mut dug = ramp.clone();
        dug.extend(self.pit.sources());
        let steep = libm::tan(spec.batter_angle);
        let slope = spec.wall_slope();
        let number = |(i, j): (usize, usize)| j * lattice.nx + i;
        // A bench's rise above the wall's mean slope, and a cell's corner: farther out the batter's cone is the higher one.
        let batter_reach = spec.bench_height / (steep - slope) + 2.0 * lattice.spacing;
        std::thread::scope(|scope| {
            let batter = scope.spawn(|| Spread::cones(lattice, &dug, steep, |_, _, distance| distance < batter_reach));
            self.fill(lattice, &outside, stands);
            let stands = &*stands;
            // Above what stands nothing is dug, and the walls rise faster than the ground does.
            let least = stands.iter().copied().fold(f64::INFINITY, f64::min);
            let is_dug = |at: (usize, usize), height: f64, _: f64| height < least || height < stands[number(at)];
            std::thread::scope(|scope| {
                let cutting = scope.spawn(|| Spread::cones(lattice, &outside, CUTTING, is_dug));
                let wall = Spread::cones(lattice, &dug, slope, is_dug);
                let is_needed = |at, height| height > wall.height(at).min(regions.dug(number(at)));
                let support = Spread::roof(lattice, &ramp, steep, is_needed);
                Walls { wall, batter: joined(batter), support, cutting: joined(cutting) }
            })
        })
    }

    /// Raises what stands to the fills and to the embankments of the roads outside of the pit.
    fn fill(&self, lattice: &Lattice, outside: &[Source], stands: &mut [f64]) {
        let number = |(i, j): (usize, usize)| j * lattice.nx + i;
        let mut tipped = outside.to_vec();
        for (ring, height) in &self.earthworks.fills {
            tipped.extend(densified(ring, 2.0).into_iter().map(|at| Source { at, height: *height }));
        }
        let fill = Spread::roof(lattice, &tipped, REPOSE, |at, height| height > stands[number(at)]);
        for (at, height) in fill.reached() {
            let stands = &mut stands[number(at)];
            *stands = stands.max(height);
        }
        for (ring, height) in &self.earthworks.fills {
            for run in lattice.runs(&[ring]) {
                stands[run].iter_mut().for_each(|v| *v = v.max(*height));
            }
        }
    }

    /// The heights of one row of tiles.
    fn row(&self, lattice: &Lattice, fields: &Fields, regions: &Regions, row: usize, values: &mut [f64]) -> Beside {
        let mut beside = Vec::new();
        let benches = Benches::of(self);
        let first = row * TILE * lattice.nx;
        for column in 0..lattice.nx.div_ceil(TILE) {
            let Fields { stands, walls: Walls { wall, batter, support, cutting }, nearest, islands } = fields;
            let [wall, batter, support, cutting, nearest] =
                [wall, batter, support, cutting, nearest].map(|spread| spread.tile(column, row));
            let islands = islands.get(&(column, row));
            let is_bare = islands.is_none() && [wall, batter, support, cutting, nearest].iter().all(Tile::is_bare);
            let across = TILE.min(lattice.nx - column * TILE);
            let in_rows = (0..values.len() / lattice.nx).map(|j| j * lattice.nx + column * TILE);
            if is_bare && in_rows.clone().all(|k| regions.are_bare(first + k..first + k + across)) {
                in_rows.for_each(|k| values[k..k + across].copy_from_slice(&stands[first + k..first + k + across]));
                continue;
            }
            let corner = |n: usize| lattice.node(column * TILE + n, row * TILE + n);
            let mut design = None;
            for (row_in, column_in) in in_rows.enumerate().flat_map(|(j, _)| (0..across).map(move |i| (j, i))) {
                let (i, j) = (column * TILE + column_in, row * TILE + row_in);
                let (k, n) = (row_in * lattice.nx + i, row_in * TILE + column_in);
                let node = first + k;
                let p = lattice.node(i, j);
                let is_drivable = regions.is_drivable(node);
                if is_drivable || nearest.height(n) <= VERGE {
                    let design = design.get_or_insert_with(|| self.design.near((corner(0), corner(TILE - 1))));
                    if let Some(z) = design.height(p) {
                        values[k] = z;
                        beside.extend(nearest.source(n).filter(|_| !is_drivable).map(|s| (node, s)));
                        continue;
                    }
                }
                let surface = stands[node].min(cutting.height(n));
                let dug = benches.at(wall.height(n)).min(batter.height(n)).min(regions.dug(node));
                let island = islands.map_or(f64::INFINITY, |heights| heights[n]);
                values[k] = surface.min(dug.max(support.height(n))).min(island);
            }
        }
        beside
    }

    /// The ground dug inside switchbacks.
    fn islands(&self, lattice: &Lattice) -> Islands {
        let mut heights = Islands::new();
        for island in &self.earthworks.islands {
            let mut near = [None; 2];
            for k in lattice.runs(&[&island.ring()]).into_iter().flatten() {
                let (i, j) = (k % lattice.nx, k / lattice.nx);
                let tile = heights.entry((i / TILE, j / TILE)).or_insert([f64::INFINITY; TILE * TILE]);
                let height = &mut tile[j % TILE * TILE + i % TILE];
                *height = height.min(island.height(lattice.node(i, j), &mut near));
            }
        }
        heights
    }

    fn sink_wells(&self, field: &mut Field, regions: &Regions) {
        let lattice = field.lattice.clone();
        for (ring, depth) in &self.earthworks.wells {
            let sources: Vec<Source> =
                densified(ring, 1.0).into_iter().map(|at| Source { at, height: *depth }).collect();
            let ground = &field.values;
            let is_wanted = |(i, j): (usize, usize), height, _| height < ground[j * lattice.nx + i] + WELL_RIM;
            let walls = Spread::cones(&lattice, &sources, WELL_WALL, is_wanted);
            let walls = walls.reached().map(|((i, j), height)| (j * lattice.nx + i, height));
            let floor = lattice.runs(&[ring]).into_iter().flatten().map(|k| (k, *depth));
            for (k, height) in walls.chain(floor).filter(|(k, _)| !regions.is_drivable(*k)) {
                field.values[k] = field.values[k].min(height);
            }
        }
    }
}

/// The wall with benches: the batter first, then the berm, at whole bench heights above the floor.
struct Benches {
    floor: f64,
    height: f64,
    batter: f64,
    /// Plan length of a batter and a berm, m.
    run: f64,
}

impl Benches {
    fn of(ground: &Ground) -> Self {
        let batter = ground.spec.batter_run();
        let run = batter + ground.spec.berm_width;
        Self { floor: ground.pit.floor_height, height: ground.spec.bench_height, batter, run }
    }

    /// Height of the benched wall where the wall of mean slope has a height.
    fn at(&self, smooth: f64) -> f64 {
        if !smooth.is_finite() {
            return smooth;
        }
        let benches = (smooth - self.floor) / self.height;
        let whole = benches.floor();
        self.floor + self.height * (whole + ((benches - whole) * self.run / self.batter).min(1.0))
    }
}

/// Windrows on the verge wherever the ground falls away behind it.
fn heap_windrows(field: &mut Field, edge: &[Source], beside: &[(usize, u32)]) {
    let shares: Vec<&[(usize, u32)]> = beside.chunks(SHARE).collect();
    let heap = |&(k, s): &(usize, u32)| {
        let p = field.lattice.node(k % field.lattice.nx, k / field.lattice.nx);
        let away = p - edge[s as usize].at;
        let d = away.norm();
        if d < 1e-6 {
            return (k, 0.0);
        }
        let behind = DROP_REACHES.map(|reach| field.at(edge[s as usize].at + away * (reach / d)));
        let lowest = behind.into_iter().fold(f64::INFINITY, f64::min);
        // The road's own height, a metre inside: the verge may have sunk towards a floor beside it.
        let road = field.at(edge[s as usize].at - away / d);
        let whole = ((road - lowest - DROP.0) / (DROP.1 - DROP.0)).clamp(0.0, 1.0);
        let profile = (d / TOP.0).min((VERGE - d) / (VERGE - TOP.1)).clamp(0.0, 1.0);
        let sunk = (road - field.values[k]).max(0.0);
        (k, profile * whole * (WINDROW + sunk))
    };
    let heaps = threads::each(&shares, |share| share.iter().map(heap).collect::<Vec<_>>());
    for (k, h) in heaps.into_iter().flatten() {
        field.values[k] += h;
    }
}

fn edge_points(surface: &Polygon) -> Vec<Source> {
    surface.rings().flat_map(|ring| densified(ring, 1.0)).map(|at| Source { at, height: 0.0 }).collect()
}
