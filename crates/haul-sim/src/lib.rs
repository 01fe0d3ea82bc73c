//! The world: physics, ground contact, sensors, shovels and crushers; closes the loop
