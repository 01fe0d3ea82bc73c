//! Block references (INSERT entities), expanded to the entities of the block.

use super::coordinates::Placement;
use super::drawing::Entity;
use super::reader::{Place, Reader};
use nalgebra::{Matrix3, Vector3};

/// Maximum depth of nested blocks.
const GREATEST_DEPTH: usize = 32;
/// Maximum number of rows or columns in a block array (Autodesk, DXF reference: a 16-bit number).
const MOST_COPIES: i64 = 32_767;

impl<'a> Reader<'a> {
    /// Reads the entities of a placed block, once for each row and column of the block array.
    pub(super) fn insert(&mut self, entity: &Entity<'a>, layer: &str, place: &Place<'a>) {
        let drawing = self.drawing;
        let name = super::encoding::unescaped(drawing.value(entity, 2).unwrap_or_default());
        let Some(block) = drawing.block(&name) else {
            let what = format!("references to the block {name} (INSERT)");
            return self.leave_out(&what, "the drawing does not hold this block; save it again with its blocks");
        };
        if let Some(path) = &block.external {
            let what = format!("references to another drawing ({path})");
            return self
                .leave_out(&what, "bind it before the export (XREF, Bind, Insert), or import it as a file of its own");
        }
        if place.blocks.contains(&block.name.as_str()) {
            let chain = [place.blocks.as_slice(), &[block.name.as_str()]].concat().join(" > ");
            let what = format!("expected blocks that do not hold themselves, found {chain}");
            return self.fault_at(entity.head, what, "delete the inner reference, or explode the block");
        }
        if place.blocks.len() >= GREATEST_DEPTH {
            let what = format!("expected blocks in blocks to a depth of at most {GREATEST_DEPTH}, found more");
            return self.fault_at(entity.head, what, "explode the outer blocks");
        }
        self.placed_blocks.insert(&block.name);
        let base = drawing
            .entities_in(block.head.clone())
            .next()
            .map_or(Vector3::zeros(), |head| self.vector(&head, 10).unwrap_or_default());
        let at = self.point(entity, 10).coords;
        let angle = self.number_or(entity, 50, 0.0).to_radians();
        let scale = Vector3::from([41, 42, 43].map(|code| self.number_or(entity, code, 1.0)));
        let scale = scale.map(|s| {
            if s == 0.0 {
                self.assume("placed blocks have the scale 0, which is none; they were placed with the scale 1");
                1.0
            } else {
                s
            }
        });
        let (columns, rows) = (self.copies(entity, 70), self.copies(entity, 71));
        let step = (self.number_or(entity, 44, 0.0), self.number_or(entity, 45, 0.0));
        let (sin, cos) = libm::sincos(angle);
        let (sin, cos) = if angle == 0.0 { (0.0, 1.0) } else { (sin, cos) };
        let turn = Matrix3::new(cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0);
        let stretch = turn * Matrix3::from_diagonal(&scale);
        let axes = self.axes(entity);
        let mut blocks = place.blocks.clone();
        blocks.push(&block.name);
        let mut inner = Place { placement: Placement::default(), layer: Some(layer.to_owned()), blocks };
        for copy in 0..columns * rows {
            // References directly in the model need no limit: their number is limited by the length of the file.
            let is_counted = copy > 0 || !place.blocks.is_empty();
            if is_counted && !self.may_place(entity) || !self.faults.is_empty() {
                return;
            }
            let (column, row) = ((copy % columns) as f64, (copy / columns) as f64);
            let offset = at + turn * Vector3::new(column * step.0, row * step.1, 0.0) - stretch * base;
            inner.placement = place.placement.with_axes(&axes).of(&Placement::new(stretch, offset));
            let before = self.count();
            self.walk(block.entities.clone(), &inner);
            let made = self.count() - before;
            if !self.may_make(entity, made) {
                return;
            }
        }
    }

    /// Returns the number of rows or columns in a block array.
    fn copies(&mut self, entity: &Entity<'a>, code: i32) -> i64 {
        let copies = self.drawing.whole(entity, code).unwrap_or(1);
        if copies > MOST_COPIES {
            let what = format!("INSERT: expected at most {MOST_COPIES} rows or columns (group {code}), found {copies}");
            self.fault_at(entity.head, what, "correct the array, or explode it");
        }
        copies.clamp(1, MOST_COPIES)
    }

    /// Returns the number of points read so far.
    fn count(&self) -> usize {
        self.points_of_strings + self.survey.points.len() + 3 * self.faces.faces()
    }
}
