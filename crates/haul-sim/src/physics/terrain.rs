//! The terrain as a collider.

use super::Physics;
use super::contact::Tag;
use super::relief::Relief;
use rapier3d::parry::utils::Array2;
use rapier3d::prelude as rapier;
use std::f64::consts::FRAC_PI_2;

impl Physics {
    /// Adds the ground as a grid of heights: `height(column, row)` with columns to the east and rows to the north of
    /// `(west, south)`, `spacing` metres apart. Returns `false` for a grid without a surface: fewer than two columns or
    /// rows, or a height that is not finite.
    pub fn add_terrain(
        &mut self,
        (west, south): (f64, f64),
        spacing: f64,
        (columns, rows): (usize, usize),
        height: impl Fn(usize, usize) -> f64,
    ) -> bool {
        if columns < 2 || rows < 2 || !(spacing.is_finite() && spacing > 0.0) {
            return false;
        }
        // The engine's height field has y up, x along its columns and z along its rows. Turned by a right angle about
        // x, its z points south, so its rows are taken from the north.
        let mut heights = Vec::with_capacity(columns * rows);
        for column in 0..columns {
            for row in 0..rows {
                heights.push(height(column, rows - 1 - row));
            }
        }
        if heights.iter().any(|h| !h.is_finite()) {
            return false;
        }
        let (wide, deep) = ((columns - 1) as f64 * spacing, (rows - 1) as f64 * spacing);
        let field = rapier::ColliderBuilder::heightfield_with_flags(
            Array2::new(rows, columns, heights),
            rapier::Vector::new(wide, 1.0, deep),
            rapier::HeightFieldFlags::FIX_INTERNAL_EDGES,
        )
        .position(rapier::Pose::new(
            rapier::Vector::new(west + wide / 2.0, south + deep / 2.0, 0.0),
            rapier::Vector::new(FRAC_PI_2, 0.0, 0.0),
        ))
        .friction(super::bodies::SCRAPE_FRICTION)
        .active_hooks(rapier::ActiveHooks::FILTER_CONTACT_PAIRS)
        .user_data(Tag::Terrain.pack());
        self.engine.colliders.insert(field);
        self.relief = Some(Relief::new((west, south), spacing, (columns, rows), height));
        true
    }
}
