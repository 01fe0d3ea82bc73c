//! The mine as a map: terrain, drivable surface, road graph, places, survey import, pit generator
