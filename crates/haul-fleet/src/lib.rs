//! What runs at the site: fixed assignments, right of way, spots and queues, all-stop, and the production record.
pub mod right_of_way;
