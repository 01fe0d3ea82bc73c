//! The load: the body it lies in, the material it is of, and the heap it makes.

mod body;
mod heap;
mod heap_table;
mod material;

pub use body::BodySpec;
pub use heap::Heap;
pub(crate) use heap_table::HeapTable;
pub use material::{MaterialSpec, material, materials};
