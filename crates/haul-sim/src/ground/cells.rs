//! The surface of the roads, stored in cells.
//!
//! Ground that nobody drives on has one state for the whole mine. A cell gets its own state, copied from the common
//! one, when the first wheel or machine passes it. So only the roads in use cost memory and time.

use super::change;
use crate::weather::Forcing;
use haul_core::Point2;
use haul_core::state::{KeepState, StateError, StateReader, StateWriter};
use haul_vehicle::{DryRoad, RoadSurface, SurfaceSpec, road_surface};
use serde::{Deserialize, Serialize};

/// Side length of a cell, m: about the width of a lane.
const CELL: f64 = 8.0;
/// Number of turns in which all cells are advanced: one turn per second.
const TURNS: usize = 20;
/// Time constant (s) with which the surface temperature follows the air temperature.
pub(super) const SURFACE_LAG: f64 = 1_800.0;
/// Maximum number of cells along each side of the mine. A larger mine gets larger cells.
const MOST_COLUMNS: usize = 1_200;

/// Friction and rolling resistance at a point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Felt {
    /// Friction coefficient.
    pub friction: f64,
    /// Rolling resistance, as a fraction of the weight.
    pub rolling_resistance: f64,
}

/// State of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Cell {
    key: u32,
    surface: RoadSurface,
    felt: Felt,
    /// Number of trucks that have passed since the last turn.
    passes: f64,
}

/// Cells in the order in which they were first driven on, and the position of each cell in that order.
#[derive(Debug, Clone, Default)]
struct Table {
    cells: Vec<Cell>,
    /// For each key, the cell's index in `cells` plus 1; 0 for a cell without its own state.
    places: Vec<u32>,
}

impl Table {
    fn find(&self, key: u32) -> Option<usize> {
        self.places.get(key as usize).and_then(|place| (*place as usize).checked_sub(1))
    }

    fn note(&mut self, count: usize) {
        self.places = vec![0; count];
        for (cell, place) in self.cells.iter().zip(1..) {
            if let Some(slot) = self.places.get_mut(cell.key as usize) {
                *slot = place;
            }
        }
    }
}

// The indices follow from the cells, so they are not written.
impl KeepState for Table {
    fn save(&self, out: &mut StateWriter) -> Result<(), StateError> {
        out.value(&self.cells)
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), StateError> {
        self.cells = from.value()?;
        let count = self.places.len();
        self.note(count);
        Ok(())
    }
}

/// Surface of all roads.
#[derive(Debug, Clone)]
pub(super) struct RoadCells {
    low: Point2,
    side: f64,
    columns: usize,
    rows: usize,
    road: DryRoad,
    /// True once something has fallen, been sprayed or been given at the start. Until then roads are as their class
    /// says.
    awake: bool,
    turn: u64,
    /// Temperature of the road surface, K.
    temperature: f64,
    /// Surface of the ground that nobody has driven on since the start.
    open: RoadSurface,
    open_felt: Felt,
    table: Table,
}

haul_core::keep_state!(RoadCells {
    low: given,
    side: given,
    columns: given,
    rows: given,
    road: given,
    awake: value,
    turn: value,
    temperature: value,
    open: value,
    open_felt: value,
    table: part,
});

impl RoadCells {
    /// Creates the roads between two corners of a mine, all with one surface.
    pub fn new(low: Point2, high: Point2, road: DryRoad, surface: RoadSurface, air: f64) -> Self {
        let longest = (high.x - low.x).max(high.y - low.y).max(CELL);
        let side = CELL.max(longest / MOST_COLUMNS as f64);
        let count = |length: f64| (libm::ceil(length / side) as usize).max(1);
        let (columns, rows) = (count(high.x - low.x), count(high.y - low.y));
        let mut cells = Self {
            low,
            side,
            columns,
            rows,
            road,
            awake: !surface.is_dry(),
            turn: 0,
            temperature: air,
            open: surface,
            open_felt: Felt { friction: road.friction, rolling_resistance: road.rolling_resistance },
            table: Table { cells: Vec::new(), places: vec![0; columns * rows] },
        };
        cells.open_felt = cells.felt(&surface);
        cells
    }

    /// Returns true if the surface differs from the road class anywhere, so that cells are kept.
    #[cfg(test)]
    fn is_awake(&self) -> bool {
        self.awake
    }

    /// Returns the friction and rolling resistance at a point.
    pub fn at(&self, x: f64, y: f64) -> Felt {
        if !self.awake {
            return self.open_felt;
        }
        match self.key(x, y).and_then(|key| self.table.find(key)) {
            Some(place) => self.table.cells[place].felt,
            None => self.open_felt,
        }
    }

    /// Returns the surface at a point.
    pub fn surface(&self, x: f64, y: f64) -> &RoadSurface {
        match self.key(x, y).and_then(|key| self.table.find(key)) {
            Some(place) => &self.table.cells[place].surface,
            None => &self.open,
        }
    }

    /// Returns the surfaces of the cells that were driven on, or that of the open ground if there are none.
    pub fn driven(&self) -> impl Iterator<Item = &RoadSurface> {
        let open = self.table.cells.is_empty().then_some(&self.open);
        self.table.cells.iter().map(|cell| &cell.surface).chain(open)
    }

    /// Returns the surface of the ground that nobody has driven on.
    pub fn open(&self) -> &RoadSurface {
        &self.open
    }

    /// Counts the traffic of a truck that has driven some metres over a point.
    pub fn count(&mut self, x: f64, y: f64, metres: f64) {
        if !self.awake {
            return;
        }
        let share = metres / self.side;
        if let Some(cell) = self.key(x, y).map(|key| self.cell(key)) {
            cell.passes += share;
        }
    }

    /// Changes the surface at a point where a machine has worked over some metres. `change` takes the share of a pass.
    pub fn work(&mut self, x: f64, y: f64, metres: f64, change: fn(&SurfaceSpec, &mut RoadSurface, f64)) {
        let share = metres / self.side;
        let Some(key) = self.key(x, y).filter(|_| share > 0.0) else { return };
        self.awake = true;
        let (law, road, temperature) = (road_surface(), self.road, self.temperature);
        let cell = self.cell(key);
        change(law, &mut cell.surface, share);
        cell.felt = felt(law, &road, &cell.surface, temperature);
    }

    /// Changes the surface everywhere, or within some metres of a point.
    pub fn change(&mut self, within: Option<(Point2, f64)>, change: impl Fn(&SurfaceSpec, &mut RoadSurface)) {
        self.awake = true;
        let (law, road, temperature) = (road_surface(), self.road, self.temperature);
        let alter = |cell: &mut Cell| {
            change(law, &mut cell.surface);
            cell.felt = felt(law, &road, &cell.surface, temperature);
        };
        match within {
            None => {
                change(law, &mut self.open);
                self.open_felt = felt(law, &road, &self.open, temperature);
                self.table.cells.iter_mut().for_each(alter);
            }
            Some((centre, radius)) => {
                for key in self.keys_within(centre, radius) {
                    alter(self.cell(key));
                }
            }
        }
    }

    /// Applies one second of weather to the ground.
    pub fn advance(&mut self, weather: &Forcing, dt: f64) {
        self.awake |= weather.rain > 0.0 || weather.snow > 0.0;
        self.temperature += (weather.air - self.temperature) * (1.0 - libm::exp(-dt / SURFACE_LAG));
        if !self.awake {
            return;
        }
        let (law, road) = (road_surface(), self.road);
        change::advance(law, &road, &mut self.open, weather, 0.0, dt);
        self.open_felt = self.felt(&self.open);
        let first = (self.turn % TURNS as u64) as usize;
        self.turn = self.turn.wrapping_add(1);
        let temperature = self.temperature;
        for cell in self.table.cells.iter_mut().skip(first).step_by(TURNS) {
            let passes = std::mem::take(&mut cell.passes);
            change::advance(law, &road, &mut cell.surface, weather, passes, dt * TURNS as f64);
            cell.felt = felt(law, &road, &cell.surface, temperature);
        }
    }

    fn felt(&self, surface: &RoadSurface) -> Felt {
        felt(road_surface(), &self.road, surface, self.temperature)
    }

    fn key(&self, x: f64, y: f64) -> Option<u32> {
        let (u, v) = ((x - self.low.x) / self.side, (y - self.low.y) / self.side);
        // Written so that NaN is outside.
        if !(u >= 0.0 && v >= 0.0) {
            return None;
        }
        let (column, row) = (u as usize, v as usize);
        (column < self.columns && row < self.rows).then_some((row * self.columns + column) as u32)
    }

    /// Returns the cell with a key, giving the cell its own state if it has none.
    fn cell(&mut self, key: u32) -> &mut Cell {
        let place = match self.table.find(key) {
            Some(place) => place,
            None => {
                self.table.cells.push(Cell { key, surface: self.open, felt: self.open_felt, passes: 0.0 });
                if let Some(slot) = self.table.places.get_mut(key as usize) {
                    *slot = self.table.cells.len() as u32;
                }
                self.table.cells.len() - 1
            }
        };
        &mut self.table.cells[place]
    }

    fn keys_within(&self, centre: Point2, radius: f64) -> Vec<u32> {
        let reach = libm::ceil(radius / self.side).clamp(0.0, MOST_COLUMNS as f64) as i64;
        let mut keys = Vec::new();
        for (j, i) in (-reach..=reach).flat_map(|j| (-reach..=reach).map(move |i| (j, i))) {
            let (dx, dy) = (i as f64 * self.side, j as f64 * self.side);
            if libm::hypot(dx, dy) <= radius.max(0.5 * self.side) {
                keys.extend(self.key(centre.x + dx, centre.y + dy));
            }
        }
        keys
    }
}

fn felt(law: &SurfaceSpec, road: &DryRoad, surface: &RoadSurface, temperature: f64) -> Felt {
    Felt {
        friction: law.friction(road, surface, temperature),
        rolling_resistance: law.rolling_resistance(road, surface, temperature),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROAD: DryRoad = DryRoad { friction: 0.55, rolling_resistance: 0.025, slurry: 1.0, mud: 0.04 };
    const MM_H: f64 = 1e-3 / 3_600.0;
    const RAIN: Forcing = Forcing { rain: 20.0 * MM_H, snow: 0.0, evaporation: 0.0, air: 293.15, thaw: 1e-6 };
    const FAIR: Forcing = Forcing { rain: 0.0, evaporation: 0.8 * MM_H, ..RAIN };

    fn roads() -> RoadCells {
        let corner = Point2::new(400.0, 300.0);
        RoadCells::new(Point2::origin(), corner, ROAD, RoadSurface::default(), 293.15)
    }

    #[test]
    fn roads_without_weather_are_as_their_class_says_and_keep_no_cells() {
        let mut roads = roads();
        roads.count(10.0, 10.0, 100.0);
        for _ in 0..100 {
            roads.advance(&FAIR, 1.0);
        }
        assert!(!roads.is_awake() && roads.table.cells.is_empty());
        assert_eq!(roads.at(10.0, 10.0), Felt { friction: 0.55, rolling_resistance: 0.025 });
    }

    #[test]
    fn only_ground_that_is_driven_on_gets_muddy() {
        let mut roads = roads();
        for _ in 0..3_600 {
            roads.advance(&RAIN, 1.0);
            roads.count(100.0, 100.0, 0.2);
        }
        let (driven, open) = (roads.surface(100.0, 100.0), roads.surface(200.0, 200.0));
        assert!(driven.mud > 0.005 && open.mud == 0.0, "{driven:?} {open:?}");
        assert_eq!(roads.table.cells.len(), 1);
        assert!(roads.at(100.0, 100.0).rolling_resistance > roads.at(200.0, 200.0).rolling_resistance);
    }

    #[test]
    fn a_watered_stretch_is_wet_and_the_rest_is_dry() {
        let mut roads = roads();
        roads.work(100.0, 100.0, 8.0, change::spray);
        assert!(roads.is_awake());
        assert!(roads.at(100.0, 100.0).friction < 0.55 && roads.at(150.0, 100.0).friction == 0.55);
    }

    #[test]
    fn ice_within_a_radius_stays_within_it() {
        let mut roads = roads();
        roads.change(Some((Point2::new(200.0, 150.0), 20.0)), |_, at| at.ice += 0.005);
        assert!(roads.at(200.0, 165.0).friction < 0.3);
        assert_eq!(roads.at(200.0, 185.0).friction, 0.55);
    }

    #[test]
    fn points_off_the_grid_are_open_ground() {
        let mut roads = roads();
        roads.work(-5.0, f64::NAN, 8.0, change::spray);
        assert_eq!(roads.at(1e9, -1e9).friction, 0.55);
        assert_eq!(roads.at(f64::NAN, 0.0).friction, 0.55);
    }

    #[test]
    fn cells_that_were_kept_are_found_again() {
        let mut roads = roads();
        roads.work(100.0, 100.0, 8.0, change::spray);
        roads.work(50.0, 20.0, 8.0, change::spray);
        let mut writer = StateWriter::to_bytes();
        writer.part(&roads).unwrap();
        let mut again = super::tests::roads();
        let bytes = writer.into_bytes();
        StateReader::new(&bytes).part(&mut again).unwrap();
        assert_eq!(again.at(50.0, 20.0), roads.at(50.0, 20.0));
        assert_eq!(again.surface(100.0, 100.0), roads.surface(100.0, 100.0));
    }
}
