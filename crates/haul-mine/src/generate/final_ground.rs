//! The ground around the drivable surface: benches, batters and catch berms of the pit, embankments and cuttings of the
//! roads, the slopes of the dump, and the safety berms along drops.

use super::layout::Earthworks;
use super::original_ground::{GroundOnGrid, OriginalGround};
use super::outline::Excavation;
use super::plan_grid::{Field, PlanGrid, TILE};
use super::slope_band::SlopeBand;
use super::slope_edges::{EdgeSegments, SlopeEdge};
use super::slope_projection::{ProjectionCell, SlopeProjection};
use super::spec::{PitSpec, VERGE};
use super::surface_layout::{SurfaceLayout, formation_edges};
use crate::threads::{self, joined};
use haul_core::{Point2, Polygon};
use std::collections::BTreeMap;
use std::ops::Range;

/// Slope of dumped rock, rise over run: the tangent of its angle of repose, 37°.
const REPOSE_SLOPE: f64 = 0.7536;
/// Slope of a cutting in overburden, rise over run.
const CUTTING_SLOPE: f64 = 1.0;
/// Depth below the original ground from which a cutting counts as a pit wall, m.
const PIT_WALL_DEPTH: f64 = 2.5;
/// Height of a safety berm above the road, m: the axle height (1.3 m) and half as much again, because the grid rounds
/// berms off.
const SAFETY_BERM_HEIGHT: f64 = 2.0;
/// Heights of the drop beside the verge at which a safety berm starts and at which it has its full height, m.
const BERM_DROPS: (f64, f64) = (0.7, 1.2);
/// Distances from the drivable edge between which the flat top of a safety berm lies, m.
const BERM_TOP: (f64, f64) = (1.2, 3.4);
/// Distances from the drivable edge at which the ground is checked for a drop, m.
const DROP_DISTANCES: [f64; 6] = [5.5, 7.5, 9.5, 11.5, 13.5, 15.5];
/// Number of nodes per task when threads build safety berms.
const NODES_PER_TASK: usize = 512;
/// Slope of the walls of a hopper's well, rise over run.
const WELL_WALL_SLOPE: f64 = 6.0;
/// Distance to which the walls of a well are projected, m. They then reach well above the embankment of the pad beside
/// the well.
const WELL_REACH: f64 = 8.0;
/// Maximum distance between the thinned edges and the formation's true edges, m. The ground is dug and dumped, not
/// built.
const EDGE_TOLERANCE: f64 = 0.1;
/// Ratio of the spacing of the coarse grid, which holds the slope projections, to that of the terrain grid.
const STRIDE: usize = 4;

/// Builder of the ground around a designed drivable surface.
pub struct FinalGround<'a> {
    /// Design figures of the pit.
    pub spec: &'a PitSpec,
    /// Floor and pushbacks of the pit.
    pub pit: &'a Excavation,
    /// Original ground before mining.
    pub original: &'a OriginalGround,
    /// Layout of the drivable surface.
    pub surface_layout: &'a SurfaceLayout,
    /// Outline of the drivable surface.
    pub surface: &'a Polygon,
    /// Fills, islands and wells.
    pub earthworks: &'a Earthworks,
}

/// Bit in a node's marks that stands for the drivable surface. Each excavation has one of the higher bits.
const DRIVABLE: u8 = 1;

/// The regions that each node of a grid lies in.
struct Regions {
    marks: Vec<u8>,
    /// Lowest excavated height for each combination of excavation bits, m; infinite if no bit is set.
    depths: Vec<f64>,
}

impl Regions {
    /// Returns true if a node lies in the drivable surface.
    fn is_drivable(&self, node: usize) -> bool {
        self.marks[node] & DRIVABLE != 0
    }

    /// Returns the height of the deepest excavation at a node with these marks, m. Benches are not included.
    fn dug(&self, mark: u8) -> f64 {
        self.depths[usize::from(mark >> 1)]
    }
}

/// Nodes of the safety berms in one row of tiles, each with the edge segment beside it.
type Beside = Vec<(usize, u32)>;

/// Slope projections from the formation, the pit and the fills. They are independent of each other.
struct Fields {
    /// Slopes of dumped fill, down from the formation and from fills.
    fill: SlopeProjection,
    /// Level fills by grid row: ranges of columns with the height of the fill, m.
    filled: Vec<Vec<(Range<usize>, f64)>>,
    /// Wall of the pit at its mean slope.
    wall: SlopeProjection,
    /// First batters above the toes of the pit and of the ramp.
    batter: SlopeBand,
    /// Batters below the ramp that support it.
    support: SlopeProjection,
    /// Cutting slopes outside the pit.
    cutting: SlopeProjection,
    /// Distance from the drivable edge.
    nearest: SlopeBand,
    /// Ground excavated inside switchbacks.
    islands: Islands,
}

/// Heights that islands are excavated to, by tile and node; infinite where nothing is excavated.
type Islands = BTreeMap<(usize, usize), [f64; TILE * TILE]>;

impl FinalGround<'_> {
    /// Returns the heights at the nodes of a grid.
    pub fn build(&self, grid: &PlanGrid) -> Field {
        let regions = self.regions(grid);
        let fields = self.fields(grid, &regions);
        let original = self.original.on(grid);
        let benches = Benches::of(self);
        let digging = Digging {
            surface_layout: self.surface_layout,
            grid,
            original,
            fields: &fields,
            regions: &regions,
            benches,
        };
        let mut values = vec![0.0_f32; grid.len()];
        // Rows of tiles are distributed to the threads. The result does not depend on the number of threads.
        let threads = threads::count();
        let mut shares: Vec<Vec<(usize, &mut [f32])>> = (0..threads).map(|_| Vec::new()).collect();
        for (row, values) in values.chunks_mut(TILE * grid.nx).enumerate() {
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
        let mut field = Field { grid: grid.clone(), values };
        self.sink_wells(&mut field, &regions);
        raise_safety_berms(&mut field, fields.nearest.segments(), &beside);
        field
    }

    /// Marks the regions of all nodes.
    fn regions(&self, grid: &PlanGrid) -> Regions {
        let mut marks = vec![0; grid.len()];
        let rings: Vec<&[Point2]> = self.surface.rings().collect();
        grid.runs(&rings).into_iter().for_each(|run| marks[run].fill(DRIVABLE));
        let floor = (&self.pit.floor, self.pit.floor_height);
        let digs: Vec<(&Vec<Point2>, f64)> =
            self.pit.pushbacks.iter().map(|(ring, height)| (ring, *height)).chain([floor]).collect();
        for (k, (ring, _)) in digs.iter().enumerate() {
            for run in grid.runs(&[ring]) {
                marks[run].iter_mut().for_each(|mark| *mark |= DRIVABLE << (k + 1));
            }
        }
        let deepest = |which: usize| {
            let within = digs.iter().enumerate().filter(|(k, _)| which >> k & 1 == 1);
            within.map(|(_, (_, height))| *height).fold(f64::INFINITY, f64::min)
        };
        Regions { marks, depths: (0..1 << digs.len()).map(deepest).collect() }
    }

    /// Projects all slopes, each only as far as it can be visible.
    ///
    /// The longest chain of work leads from the formation's edges over the fills to the walls. The other
    /// projections run beside it on other threads.
    fn fields(&self, grid: &PlanGrid, regions: &Regions) -> Fields {
        let spec = self.spec;
        let steep = libm::tan(spec.batter_angle);
        let slope = spec.wall_slope();
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| {
                let rim: Vec<SlopeEdge> = self.surface.rings().map(|ring| SlopeEdge::level(ring, 0.0)).collect();
                // Only distances up to the verge are needed.
                (SlopeBand::about(grid, EdgeSegments::rising(1.0).with(&rim), VERGE), self.islands(grid))
            });
            let (mut ramp, mut outside) = (Vec::new(), Vec::new());
            for edge in formation_edges(self.surface_layout, self.surface) {
                let [within, beyond] = edge.parted(|p| p.z < self.original.height(p.xy()) - PIT_WALL_DEPTH);
                let thin = |edge: &SlopeEdge| edge.thinned(EDGE_TOLERANCE);
                ramp.extend(within.iter().map(thin));
                outside.extend(beyond.iter().map(thin));
            }
            let mut dug = ramp.clone();
            dug.extend(self.pit.edges());
            // The first bench starts at this distance from its toe. Further out the batter is higher than
            // the wall. The margin covers the grade along the edge.
            let batter_reach = 1.1 * spec.batter_run() + 0.5;
            let batters = EdgeSegments::rising(steep).with(&dug);
            let batter = scope.spawn(move || SlopeBand::about(grid, batters, batter_reach));

            let coarse = grid.coarser(STRIDE);
            let (mut filled, mut tipped) = (vec![Vec::new(); grid.ny], outside.clone());
            let mut stands = self.original.on(&coarse).all();
            for (ring, height) in &self.earthworks.fills {
                tipped.push(SlopeEdge::level(ring, *height).thinned(EDGE_TOLERANCE));
                let row = |run: &Range<usize>| (run.start / grid.nx, run.start % grid.nx, run.len());
                for (j, i, across) in grid.runs(&[ring]).iter().map(row) {
                    filled[j].push((i..i + across, *height));
                }
                for run in coarse.runs(&[ring]) {
                    stands[run].iter_mut().for_each(|v| *v = v.max(*height));
                }
            }
            // Slopes are projected one cell further than the nodes need, because points between nodes may
            // need them.
            let farther = |slope: f64| slope * coarse.spacing;
            let projection = |segments: EdgeSegments, wanted: &dyn Fn(usize, f64) -> bool| {
                SlopeProjection::new(coarse.clone(), segments, wanted)
            };
            let fill = EdgeSegments::falling(REPOSE_SLOPE).with(&tipped);
            let fill = projection(fill, &|node, height| height + farther(REPOSE_SLOPE) > stands[node]);
            stands.iter_mut().enumerate().for_each(|(node, v)| *v = v.max(fill.node(node)));
            // Nothing is excavated above the standing ground, and the walls rise faster than the ground
            // does.
            let cutting = EdgeSegments::rising(CUTTING_SLOPE).with(&outside);
            let cutting = projection(cutting, &|node, height| height - farther(CUTTING_SLOPE) < stands[node]);
            let wall = EdgeSegments::rising(slope).with(&dug);
            let wall = projection(wall, &|node, height| height - farther(slope) < stands[node]);
            let fine = |node: usize| {
                let (i, j) = (node % coarse.nx * STRIDE, node / coarse.nx * STRIDE);
                j.min(grid.ny - 1) * grid.nx + i.min(grid.nx - 1)
            };
            let support = EdgeSegments::falling(steep).with(&ramp);
            let support = projection(support, &|node, height| {
                height + farther(steep) > wall.node(node).min(regions.dug(regions.marks[fine(node)]))
            });
            let (nearest, islands) = joined(beside);
            Fields { fill, filled, wall, batter: joined(batter), support, cutting, nearest, islands }
        })
    }

    /// Computes the ground excavated inside switchbacks.
    fn islands(&self, grid: &PlanGrid) -> Islands {
        let mut heights = Islands::new();
        for island in &self.earthworks.islands {
            let mut near = [None; 2];
            for k in grid.runs(&[&island.ring()]).into_iter().flatten() {
                let (i, j) = (k % grid.nx, k / grid.nx);
                let tile = heights.entry((i / TILE, j / TILE)).or_insert([f64::INFINITY; TILE * TILE]);
                let height = &mut tile[j % TILE * TILE + i % TILE];
                *height = height.min(island.height(grid.node(i, j), &mut near));
            }
        }
        heights
    }

    /// Lowers the ground to the wells' floors and walls, outside the drivable surface.
    fn sink_wells(&self, field: &mut Field, regions: &Regions) {
        let grid = field.grid.clone();
        for (ring, depth) in &self.earthworks.wells {
            let walls = EdgeSegments::rising(WELL_WALL_SLOPE).with([&SlopeEdge::level(ring, *depth)]);
            let walls = SlopeBand::about(&grid, walls, WELL_REACH);
            let walls = walls.reached().map(|((i, j), height)| (j * grid.nx + i, height));
            let floor = grid.runs(&[ring]).into_iter().flatten().map(|k| (k, *depth));
            for (k, height) in walls.chain(floor).filter(|(k, _)| !regions.is_drivable(*k)) {
                field.values[k] = field.values[k].min(height as f32);
            }
        }
    }
}

/// Inputs for computing the ground, one row of tiles at a time.
struct Digging<'a> {
    surface_layout: &'a SurfaceLayout,
    grid: &'a PlanGrid,
    original: GroundOnGrid<'a>,
    fields: &'a Fields,
    regions: &'a Regions,
    benches: Benches,
}

impl Digging<'_> {
    /// Computes the heights of one row of tiles. Returns the nodes of its safety berms.
    fn row(&self, row: usize, values: &mut [f32]) -> Beside {
        // Start with the original ground and the level fills.
        let mut stands = vec![0.0; self.grid.nx];
        for (j, values) in values.chunks_mut(self.grid.nx).enumerate() {
            self.original.row(row * TILE + j, &mut stands);
            for (run, height) in &self.fields.filled[row * TILE + j] {
                stands[run.clone()].iter_mut().for_each(|v| *v = v.max(*height));
            }
            values.iter_mut().zip(&stands).for_each(|(value, v)| *value = *v as f32);
        }
        let mut beside = Vec::new();
        for column in 0..self.grid.nx.div_ceil(TILE) {
            self.tile((column, row), values, &mut beside);
        }
        beside
    }

    /// Computes the heights of one tile.
    fn tile(&self, (column, row): (usize, usize), values: &mut [f32], beside: &mut Beside) {
        let (grid, fields) = (self.grid, self.fields);
        const { assert!(TILE.is_multiple_of(STRIDE)) };
        let (cells, south) = (TILE / STRIDE, row * TILE);
        let projections = [&fields.fill, &fields.wall, &fields.support, &fields.cutting];
        let projections = projections.map(|projection| {
            let ends = |tile: usize| tile * cells..tile * cells + cells + 1;
            projection.reaches(ends(column), ends(row)).then_some(projection)
        });
        let [batter, nearest] = [&fields.batter, &fields.nearest].map(|band| band.tile(column, row));
        let islands = fields.islands.get(&(column, row));
        let is_bare = islands.is_none() && batter.is_bare() && nearest.is_bare();
        let mut surface_layout = None;
        let corner = |n: usize| grid.node(column * TILE + n, row * TILE + n);
        let rows_in = TILE.min(grid.ny - south);
        for (north, west) in (0..rows_in)
            .step_by(STRIDE)
            .flat_map(|n| (0..TILE).step_by(STRIDE).map(move |e| (n, column * TILE + e)))
            .filter(|(_, west)| *west < grid.nx)
        {
            let across = STRIDE.min(grid.nx - west);
            let nodes = |n: usize| (n * grid.nx + west)..(n * grid.nx + west + across);
            let rows = north..(north + STRIDE).min(rows_in);
            let marks = |n: usize| &self.regions.marks[south * grid.nx..][nodes(n)];
            let is_dug = rows.clone().any(|n| marks(n).iter().any(|mark| *mark != 0));
            let cell = CellHeights::of(projections, (west / STRIDE, (south + north) / STRIDE), is_dug, || {
                let stands = rows.clone().flat_map(|n| &values[nodes(n)]);
                let (low, high) = stands.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
                (f64::from(low), f64::from(high))
            });
            if is_bare && !is_dug && cell.is_bare() {
                continue;
            }
            for n in rows {
                let points: [Point2; STRIDE] = std::array::from_fn(|e| grid.node(west + e, south + n));
                // Computed only if the surface layout does not define the height.
                let mut around = None;
                for (e, (value, mark)) in values[nodes(n)].iter_mut().zip(marks(n)).enumerate() {
                    let in_tile = n * TILE + west % TILE + e;
                    let is_drivable = mark & DRIVABLE != 0;
                    if is_drivable || nearest.height(in_tile) <= VERGE {
                        let surface_layout = surface_layout
                            .get_or_insert_with(|| self.surface_layout.near((corner(0), corner(TILE - 1))));
                        if let Some(z) = surface_layout.height(points[e]) {
                            *value = z as f32;
                            let node = (south + n) * grid.nx + west + e;
                            beside.extend(nearest.segment(in_tile).filter(|_| !is_drivable).map(|s| (node, s)));
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

/// The projections that can be visible in one cell of the coarse grid.
struct CellHeights<'a> {
    fill: Option<(&'a SlopeProjection, ProjectionCell)>,
    wall: Option<(&'a SlopeProjection, ProjectionCell)>,
    support: Option<(&'a SlopeProjection, ProjectionCell)>,
    cutting: Option<(&'a SlopeProjection, ProjectionCell)>,
}

impl<'a> CellHeights<'a> {
    /// Selects the projections of a cell by its south-western node, in the order fill, wall, support, cutting. `stands`
    /// returns the minimum and the maximum height of the ground in the cell before excavation.
    fn of(
        projections: [Option<&'a SlopeProjection>; 4],
        (i, j): (usize, usize),
        is_dug: bool,
        stands: impl FnOnce() -> (f64, f64),
    ) -> Self {
        let [fill, wall, support, cutting] =
            projections.map(|projection| projection.and_then(|s| Some((s, s.cell(i, j)?))));
        if [&fill, &wall, &support, &cutting].iter().all(|cell| cell.is_none()) {
            return Self { fill, wall, support, cutting };
        }
        let (low, high) = stands();
        let fill = fill.filter(|(_, fill)| fill.bound > low);
        let top = fill.as_ref().map_or(high, |(_, fill)| fill.bound.max(high));
        // Benches and batters are never below the wall's mean slope.
        let least = wall.as_ref().map_or(f64::INFINITY, |(_, wall)| wall.bound);
        let support = support.filter(|(_, support)| is_dug || support.bound > least);
        let below = |(_, cell): &(&SlopeProjection, ProjectionCell)| cell.bound < top;
        Self { fill, wall: wall.filter(below), support, cutting: cutting.filter(below) }
    }

    /// Returns true if no projection is visible in the cell.
    fn is_bare(&self) -> bool {
        self.fill.is_none() && self.wall.is_none() && self.support.is_none() && self.cutting.is_none()
    }

    /// Returns the heights of fill, wall, support and cutting at points of the cell, m.
    #[inline(always)]
    fn heights<const N: usize>(&self, points: &[Point2; N]) -> [[f64; N]; 4] {
        let heights = |cell: &Option<(&SlopeProjection, ProjectionCell)>, none: f64| match cell {
            Some((projection, cell)) => projection.heights(cell, points),
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

/// The benched wall: at each bench height above the floor, first the batter and then the catch berm.
struct Benches {
    floor: f64,
    height: f64,
    /// Length in plan of a batter and a catch berm together, divided by the length of the batter.
    steepness: f64,
}

impl Benches {
    fn of(ground: &FinalGround) -> Self {
        let batter = ground.spec.batter_run();
        let steepness = (batter + ground.spec.berm_width) / batter;
        Self { floor: ground.pit.floor_height, height: ground.spec.bench_height, steepness }
    }

    /// Returns the height of the benched wall where the wall of mean slope has the height `smooth`, m.
    fn at(&self, smooth: f64) -> f64 {
        if smooth == f64::INFINITY {
            return smooth;
        }
        // No wall is below the floor, so the conversion to an integer rounds down.
        let benches = (smooth - self.floor) / self.height;
        let whole = f64::from(benches as u32);
        self.floor + self.height * (whole + ((benches - whole) * self.steepness).min(1.0))
    }
}

/// Raises safety berms on the verge wherever the ground falls away beside it.
fn raise_safety_berms(field: &mut Field, edge: &EdgeSegments, beside: &[(usize, u32)]) {
    let shares: Vec<&[(usize, u32)]> = beside.chunks(NODES_PER_TASK).collect();
    let heap = |&(k, segment): &(usize, u32)| {
        let p = field.grid.node(k % field.grid.nx, k / field.grid.nx);
        let foot = edge.foot(segment, p).xy();
        let away = p - foot;
        let d = away.norm();
        if d < 1e-6 {
            return (k, 0.0);
        }
        // The height of the road 1 m inside its edge. The verge itself may slope down to a floor beside it.
        let road = field.at(foot - away / d);
        let mut whole: f64 = 0.0;
        for reach in DROP_DISTANCES {
            let drop = road - field.at(foot + away * (reach / d));
            whole = whole.max((drop - BERM_DROPS.0) / (BERM_DROPS.1 - BERM_DROPS.0));
            if whole >= 1.0 {
                break;
            }
        }
        let whole = whole.min(1.0);
        let profile = (d / BERM_TOP.0).min((VERGE - d) / (VERGE - BERM_TOP.1)).clamp(0.0, 1.0);
        let sunk = (road - f64::from(field.values[k])).max(0.0);
        (k, profile * whole * (SAFETY_BERM_HEIGHT + sunk))
    };
    let heaps = threads::each(&shares, |share| share.iter().map(heap).collect::<Vec<_>>());
    for (k, h) in heaps.into_iter().flatten() {
        field.values[k] += h as f32;
    }
}
