//! Slippery zones of a scenario.

use crate::check::line_of;
use crate::file::{ScenarioFile, SlipperyFile};
use crate::read::Scenario;
use haul_core::{Fault, Point2, SimTime, TomlText};
use haul_mine::MineMap;
use haul_sim::{SlipperyZone, TruckSetup};

/// Returns the zone described in a file; `None` if the zone has no area.
fn zone(file: &SlipperyFile) -> Option<SlipperyZone> {
    match (&file.ring, file.at, file.radius_m) {
        (Some(ring), ..) => {
            SlipperyZone::new(ring.iter().map(|corner| Point2::new(corner.0[0], corner.0[1])).collect(), file.friction)
        }
        (None, Some([x, y]), Some(radius)) => SlipperyZone::disc(Point2::new(x, y), radius, file.friction),
        _ => None,
    }
}

/// Returns the zones of a scenario. Adds a fault for a zone without an area, and for a zone that covers the start of a
/// truck: the truck would stand on ice before it could notice.
pub(crate) fn zones(scenario: &Scenario, trucks: &[TruckSetup], faults: &mut Vec<Fault>) -> Vec<SlipperyZone> {
    let mut zones = Vec::new();
    for (i, file) in scenario.file.slippery.iter().enumerate() {
        let path = format!("slippery.{i}");
        let Some(zone) = zone(file) else {
            let fault = scenario.text.fault(&path, "expected a zone with an area, found none");
            faults.push(fault.help("give `at` and `radius_m`, or a `ring` of three corners or more"));
            continue;
        };
        let covered = trucks.iter().find(|truck| {
            let footprint = truck.spec.footprint();
            zone.holds(truck.start.position()) || footprint.outline(truck.start, 1.0).any(|p| zone.holds(p))
        });
        if let Some(truck) = covered.filter(|_| file.from_s <= 0.0) {
            let at = truck.start;
            let what = format!("the zone covers the start of {} at ({:.1}, {:.1})", truck.id, at.x, at.y);
            let help = "move the zone, make it smaller, or let it begin later with `from_s`";
            faults.push(scenario.text.fault(&path, what).help(help));
            continue;
        }
        zones.push(zone.starting_at(SimTime::from_seconds(file.from_s)));
    }
    zones
}

/// Returns a note for each zone that no truck can meet.
pub(crate) fn without_effect(file: &ScenarioFile, text: &TomlText, map: &MineMap, duration_s: f64) -> Vec<String> {
    let mut notes = Vec::new();
    for (i, zone) in file.slippery.iter().enumerate() {
        let line = line_of(text, &format!("slippery.{i}.friction"));
        if zone.from_s >= duration_s {
            notes.push(format!("the slippery zone{line} does not come: the run ends at {duration_s} s"));
            continue;
        }
        let touches = self::zone(zone).is_some_and(|zone| {
            let mut roads = map.roads.roads.iter().flat_map(|road| road.line.points());
            zone.ring.iter().any(|p| map.drivable.contains(*p)) || roads.any(|p| zone.holds(p.xy()))
        });
        if !touches {
            notes.push(format!("the slippery zone{line} lies off the drivable surface: no truck meets it"));
        }
    }
    notes
}
