//! The TR100AT as a machine: mass and load, powertrain, brakes, tyres, steering, hoist, fuel
