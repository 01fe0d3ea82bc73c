//! Speed profiles: how fast a path may be driven, and what binds at each station.
