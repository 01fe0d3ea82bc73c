//! Routes against an oracle.
