//! The load: inner shape of the body, material, and heap.

mod body;
mod heap;
mod heap_table;
mod material;

pub use body::BodySpec;
pub use heap::Heap;
pub(crate) use heap_table::HeapTable;
pub use material::{MaterialSpec, material, materials};
