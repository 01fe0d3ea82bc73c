//! The ground around the design: benches, batters and berms of the pit, embankments and cuttings of the roads, the
//! dump's slopes, and the windrows along drops.

use super::band::Band;
use super::design::{Design, formation_edges};
use super::edges::{Edge, Pieces};
use super::lattice::{Field, Lattice, TILE};
use super::layout::Earthworks;
use super::outline::Excavation;
use super::relief::{OnLattice, Relief};
use super::spec::{PitSpec, VERGE};
use super::spread::{Cell, Spread};
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
/// Its walls are followed this far, m: up to well above the embankment of the pad it feeds from.
const WELL_REACH: f64 = 8.0;
/// How far the ground's edges may lie off the formation's, m: they are dug and tipped, not built.
const THIN: f64 = 0.1;
/// Nodes from one of those that hold what the walls and fills stand on to the next.
const STRIDE: usize = 4;

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
    fn is_drivable(&self, node: usize) -> bool {
        self.marks[node] & DRIVABLE != 0
    }

    /// Height of the deepest dig where a node is marked so, but for the steps of the walls.
    fn dug(&self, mark: u8) -> f64 {
        self.depths[usize::from(mark >> 1)]
    }
}

/// What is made of one row of tiles: the windrows' nodes, each with the piece of the edge that it lies beside.
type Beside = Vec<(usize, u32)>;

/// Fields that know nothing of each other, spread from the formation, the pit and the fills.
struct Fields {
    /// The ground before, but for the fills.
    fill: Spread,
    /// By the rows of the lattice: runs of columns that are filled to a height.
    filled: Vec<Vec<(Range<usize>, f64)>>,
    /// The wall of the pit at its mean slope, its batters, what holds the ramp, and the cuttings outside of the pit.
    wall: Spread,
    batter: Band,
    support: Spread,
    cutting: Spread,
    /// Distances from the drivable edge.
    nearest: Band,
    /// The ground dug inside switchbacks.
    islands: Islands,
}

/// Heights that the ground is dug to, infinite where it is left, by tile and by the nodes of the tile.
type Islands = BTreeMap<(usize, usize), [f64; TILE * TILE]>;

impl Ground<'_> {
    /// Heights on a lattice.
    pub fn build(&self, lattice: &Lattice) -> Field {
        let regions = self.regions(lattice);
        let fields = self.fields(lattice, &regions);
        let relief = self.relief.on(lattice);
        let benches = Benches::of(self);
        let digging = Digging { design: self.design, lattice, relief, fields: &fields, regions: &regions, benches };
        let mut values = vec![0.0_f32; lattice.len()];
        // Rows of tiles in turn, on as many threads as the machine gives: the result is the same on any.
        let threads = threads::count();
        let mut shares: Vec<Vec<(usize, &mut [f32])>> = (0..threads).map(|_| Vec::new()).collect();
        for (row, values) in values.chunks_mut(TILE * lattice.nx).enumerate() {
            shares[row % threads].push((row, values));
        }
        let work = |share: Vec<(usize, &mut [f32])>| -> Beside {
            share.into_iter().flat_map(|(row, values)| digging.row(row, values)).collect()
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
        heap_windrows(&mut field, fields.nearest.pieces(), &beside);
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
    fn fields(&self, lattice: &Lattice, regions: &Regions) -> Fields {
        let spec = self.spec;
        let steep = libm::tan(spec.batter_angle);
        let slope = spec.wall_slope();
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| {
                let rim: Vec<Edge> = self.surface.rings().map(|ring| Edge::level(ring, 0.0)).collect();
                // Only the verge is asked for.
                (Band::about(lattice, Pieces::rising(1.0).with(&rim), VERGE), self.islands(lattice))
            });
            let (mut ramp, mut outside) = (Vec::new(), Vec::new());
            for edge in formation_edges(self.design, self.surface) {
                let [within, beyond] = edge.parted(|p| p.z < self.relief.height(p.xy()) - PIT_DEPTH);
                let thin = |edge: &Edge| edge.thinned(THIN);
                ramp.extend(within.iter().map(thin));
                outside.extend(beyond.iter().map(thin));
            }
            let mut dug = ramp.clone();
            dug.extend(self.pit.edges());
            // So far from its toe the first bench begins: farther out the batter's cone is the higher one, and a little more is
            // for the grade along its edge.
            let batter_reach = 1.1 * spec.batter_run() + 0.5;
            let batters = Pieces::rising(steep).with(&dug);
            let batter = scope.spawn(move || Band::about(lattice, batters, batter_reach));

            let coarse = lattice.coarser(STRIDE);
            let (mut filled, mut tipped) = (vec![Vec::new(); lattice.ny], outside.clone());
            let mut stands = self.relief.on(&coarse).all();
            for (ring, height) in &self.earthworks.fills {
                tipped.push(Edge::level(ring, *height).thinned(THIN));
                let row = |run: &Range<usize>| (run.start / lattice.nx, run.start % lattice.nx, run.len());
                for (j, i, across) in lattice.runs(&[ring]).iter().map(row) {
                    filled[j].push((i..i + across, *height));
                }
                for run in coarse.runs(&[ring]) {
                    stands[run].iter_mut().for_each(|v| *v = v.max(*height));
                }
            }
            // Cones are handed on a cell farther than the nodes ask for, as what is between them may ask.
            let farther = |slope: f64| slope * coarse.spacing;
            let spread =
                |pieces: Pieces, wanted: &dyn Fn(usize, f64) -> bool| Spread::new(coarse.clone(), pieces, wanted);
            let fill = Pieces::falling(REPOSE).with(&tipped);
            let fill = spread(fill, &|node, height| height + farther(REPOSE) > stands[node]);
            stands.iter_mut().enumerate().for_each(|(node, v)| *v = v.max(fill.node(node)));
            // Above what stands nothing is dug, and the walls rise faster than the ground does.
            let cutting = Pieces::rising(CUTTING).with(&outside);
            let cutting = spread(cutting, &|node, height| height - farther(CUTTING) < stands[node]);
            let wall = Pieces::rising(slope).with(&dug);
            let wall = spread(wall, &|node, height| height - farther(slope) < stands[node]);
            let fine = |node: usize| {
                let (i, j) = (node % coarse.nx * STRIDE, node / coarse.nx * STRIDE);
                j.min(lattice.ny - 1) * lattice.nx + i.min(lattice.nx - 1)
            };
            let support = Pieces::falling(steep).with(&ramp);
            let support = spread(support, &|node, height| {
                height + farther(steep) > wall.node(node).min(regions.dug(regions.marks[fine(node)]))
            });
            let (nearest, islands) = joined(beside);
            Fields { fill, filled, wall, batter: joined(batter), support, cutting, nearest, islands }
        })
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
            let walls = Pieces::rising(WELL_WALL).with([&Edge::level(ring, *depth)]);
            let walls = Band::about(&lattice, walls, WELL_REACH);
            let walls = walls.reached().map(|((i, j), height)| (j * lattice.nx + i, height));
            let floor = lattice.runs(&[ring]).into_iter().flatten().map(|k| (k, *depth));
            for (k, height) in walls.chain(floor).filter(|(k, _)| !regions.is_drivable(*k)) {
                field.values[k] = field.values[k].min(height as f32);
            }
        }
    }
}

/// The ground as it is dug, row by row of tiles.
struct Digging<'a> {
    design: &'a Design,
    lattice: &'a Lattice,
    relief: OnLattice<'a>,
    fields: &'a Fields,
    regions: &'a Regions,
    benches: Benches,
}

impl Digging<'_> {
    /// The heights of one row of tiles.
    fn row(&self, row: usize, values: &mut [f32]) -> Beside {
        // What stands: the ground before, with fills.
        let mut stands = vec![0.0; self.lattice.nx];
        for (j, values) in values.chunks_mut(self.lattice.nx).enumerate() {
            self.relief.row(row * TILE + j, &mut stands);
            for (run, height) in &self.fields.filled[row * TILE + j] {
                stands[run.clone()].iter_mut().for_each(|v| *v = v.max(*height));
            }
            values.iter_mut().zip(&stands).for_each(|(value, v)| *value = *v as f32);
        }
        let mut beside = Vec::new();
        for column in 0..self.lattice.nx.div_ceil(TILE) {
            self.tile((column, row), values, &mut beside);
        }
        beside
    }

    /// Those of one tile.
    fn tile(&self, (column, row): (usize, usize), values: &mut [f32], beside: &mut Beside) {
        let (lattice, fields) = (self.lattice, self.fields);
        const { assert!(TILE.is_multiple_of(STRIDE)) };
        let (cells, south) = (TILE / STRIDE, row * TILE);
        let spreads = [&fields.fill, &fields.wall, &fields.support, &fields.cutting];
        let spreads = spreads.map(|spread| {
            let ends = |tile: usize| tile * cells..tile * cells + cells + 1;
            spread.reaches(ends(column), ends(row)).then_some(spread)
        });
        let [batter, nearest] = [&fields.batter, &fields.nearest].map(|band| band.tile(column, row));
        let islands = fields.islands.get(&(column, row));
        let is_bare = islands.is_none() && batter.is_bare() && nearest.is_bare();
        let mut design = None;
        let corner = |n: usize| lattice.node(column * TILE + n, row * TILE + n);
        let rows_in = TILE.min(lattice.ny - south);
        for (north, west) in (0..rows_in)
            .step_by(STRIDE)
            .flat_map(|n| (0..TILE).step_by(STRIDE).map(move |e| (n, column * TILE + e)))
            .filter(|(_, west)| *west < lattice.nx)
        {
            let across = STRIDE.min(lattice.nx - west);
            let nodes = |n: usize| (n * lattice.nx + west)..(n * lattice.nx + west + across);
            let rows = north..(north + STRIDE).min(rows_in);
            let marks = |n: usize| &self.regions.marks[south * lattice.nx..][nodes(n)];
            let is_dug = rows.clone().any(|n| marks(n).iter().any(|mark| *mark != 0));
            let cell = CellHeights::of(spreads, (west / STRIDE, (south + north) / STRIDE), is_dug, || {
                let stands = rows.clone().flat_map(|n| &values[nodes(n)]);
                let (low, high) = stands.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
                (f64::from(low), f64::from(high))
            });
            if is_bare && !is_dug && cell.is_bare() {
                continue;
            }
            for n in rows {
                let points: [Point2; STRIDE] = std::array::from_fn(|e| lattice.node(west + e, south + n));
                // Asked for where the design does not say what the height is.
                let mut around = None;
                for (e, (value, mark)) in values[nodes(n)].iter_mut().zip(marks(n)).enumerate() {
                    let in_tile = n * TILE + west % TILE + e;
                    let is_drivable = mark & DRIVABLE != 0;
                    if is_drivable || nearest.height(in_tile) <= VERGE {
                        let design = design.get_or_insert_with(|| self.design.near((corner(0), corner(TILE - 1))));
                        if let Some(z) = design.height(points[e]) {
                            *value = z as f32;
                            let node = (south + n) * lattice.nx + west + e;
                            beside.extend(nearest.piece(in_tile).filter(|_| !is_drivable).map(|s| (node, s)));
                            continue;
                        }
                    }
                    let around: &[[f64; STRIDE]; 4] = around.get_or_insert_with(|| cell.heights(&points));
                    let [fill, wall, support, cutting] = [0, 1, 2, 3].map(|k| around[k][e]);
                    let surface = f64::from(*value).max(fill).min(cutting);
                    let dug = self.benches.at(wall).min(batter.height(in_tile)).min(self.regions.dug(*mark));
                    let island = islands.map_or(f64::INFINITY, |heights| heights[in_tile]);
                    *value = surface.min(dug.max(support)).min(island) as f32;
                }
            }
        }
    }
}

/// What may show in a cell of the lattice that fills and walls are spread on.
struct CellHeights<'a> {
    fill: Option<(&'a Spread, Cell)>,
    wall: Option<(&'a Spread, Cell)>,
    support: Option<(&'a Spread, Cell)>,
    cutting: Option<(&'a Spread, Cell)>,
}

impl<'a> CellHeights<'a> {
    /// Of a cell by its south-western node, from fills, walls, supports and cuttings. `stands` tells between what heights the
    /// ground before lies there.
    fn of(
        spreads: [Option<&'a Spread>; 4],
        (i, j): (usize, usize),
        is_dug: bool,
        stands: impl FnOnce() -> (f64, f64),
    ) -> Self {
        let [fill, wall, support, cutting] = spreads.map(|spread| spread.and_then(|s| Some((s, s.cell(i, j)?))));
        if [&fill, &wall, &support, &cutting].iter().all(|cell| cell.is_none()) {
            return Self { fill, wall, support, cutting };
        }
        let (low, high) = stands();
        let fill = fill.filter(|(_, fill)| fill.bound > low);
        let top = fill.as_ref().map_or(high, |(_, fill)| fill.bound.max(high));
        // Benches and batters stand above the wall's mean slope.
        let least = wall.as_ref().map_or(f64::INFINITY, |(_, wall)| wall.bound);
        let support = support.filter(|(_, support)| is_dug || support.bound > least);
        let below = |(_, cell): &(&Spread, Cell)| cell.bound < top;
        Self { fill, wall: wall.filter(below), support, cutting: cutting.filter(below) }
    }

    fn is_bare(&self) -> bool {
        self.fill.is_none() && self.wall.is_none() && self.support.is_none() && self.cutting.is_none()
    }

    /// Heights of fills, walls, supports and cuttings at points of the cell, m.
    #[inline(always)]
    fn heights<const N: usize>(&self, points: &[Point2; N]) -> [[f64; N]; 4] {
        let heights = |cell: &Option<(&Spread, Cell)>, none: f64| match cell {
            Some((spread, cell)) => spread.heights(cell, points),
            None => [none; N],
        };
        [
            heights(&self.fill, f64::NEG_INFINITY),
            heights(&self.wall, f64::INFINITY),
            heights(&self.support, f64::NEG_INFINITY),
            heights(&self.cutting, f64::INFINITY),
        ]
    }
}

/// The wall with benches: the batter first, then the berm, at whole bench heights above the floor.
struct Benches {
    floor: f64,
    height: f64,
    /// Plan length of a batter and a berm over that of the batter alone.
    steepness: f64,
}

impl Benches {
    fn of(ground: &Ground) -> Self {
        let batter = ground.spec.batter_run();
        let steepness = (batter + ground.spec.berm_width) / batter;
        Self { floor: ground.pit.floor_height, height: ground.spec.bench_height, steepness }
    }

    /// Height of the benched wall where the wall of mean slope has a height.
    fn at(&self, smooth: f64) -> f64 {
        if smooth == f64::INFINITY {
            return smooth;
        }
        // Nothing of a wall is below the floor: cut off, it is rounded down.
        let benches = (smooth - self.floor) / self.height;
        let whole = f64::from(benches as u32);
        self.floor + self.height * (whole + ((benches - whole) * self.steepness).min(1.0))
    }
}

/// Windrows on the verge wherever the ground falls away behind it.
fn heap_windrows(field: &mut Field, edge: &Pieces, beside: &[(usize, u32)]) {
    let shares: Vec<&[(usize, u32)]> = beside.chunks(SHARE).collect();
    let heap = |&(k, piece): &(usize, u32)| {
        let p = field.lattice.node(k % field.lattice.nx, k / field.lattice.nx);
        let foot = edge.foot(piece, p).xy();
        let away = p - foot;
        let d = away.norm();
        if d < 1e-6 {
            return (k, 0.0);
        }
        // The road's own height, a metre inside: the verge may have sunk towards a floor beside it.
        let road = field.at(foot - away / d);
        let mut whole: f64 = 0.0;
        for reach in DROP_REACHES {
            let drop = road - field.at(foot + away * (reach / d));
            whole = whole.max((drop - DROP.0) / (DROP.1 - DROP.0));
            if whole >= 1.0 {
                break;
            }
        }
        let whole = whole.min(1.0);
        let profile = (d / TOP.0).min((VERGE - d) / (VERGE - TOP.1)).clamp(0.0, 1.0);
        let sunk = (road - f64::from(field.values[k])).max(0.0);
        (k, profile * whole * (WINDROW + sunk))
    };
    let heaps = threads::each(&shares, |share| share.iter().map(heap).collect::<Vec<_>>());
    for (k, h) in heaps.into_iter().flatten() {
        field.values[k] += h as f32;
    }
}
