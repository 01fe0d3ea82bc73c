//! The load: the body it lies in, the material it is of, and the heap it makes.

mod body;
mod heap;
mod material;

pub use body::BodySpec;
pub use heap::Heap;
pub(crate) use heap::HeapTable;
pub use material::{MaterialSpec, material, materials};
