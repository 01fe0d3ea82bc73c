//! What runs at the site: assignment, right of way, the production record
