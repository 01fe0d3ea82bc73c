//! Faults between a truck's sensors and its stack.

use super::TruckFaults;
use haul_autonomy::SensorFrame;
use haul_core::Vector3;
use haul_record::TruckFault;

impl TruckFaults {
    /// Applies the sensor faults to the readings.
    pub(crate) fn spoil(&mut self, frame: &mut SensorFrame) {
        if !self.has(TruckFault::WheelSpeedsStuck) {
            self.held_wheels = None;
        }
        for fault in &self.faults {
            match *fault {
                TruckFault::SatelliteLost => frame.gnss = None,
                TruckFault::SatelliteOffset { east, north } => {
                    if let Some(fix) = &mut frame.gnss {
                        fix.position += Vector3::new(east, north, 0.0);
                    }
                }
                TruckFault::WheelSpeedsStuck => {
                    frame.wheel_speeds = *self.held_wheels.get_or_insert(frame.wheel_speeds);
                }
                TruckFault::StrutsDead => frame.payload_kg = f64::NAN,
                TruckFault::DetectorBlind => {
                    frame.objects.clear();
                    frame.lidar = None;
                    frame.is_blind = true;
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_autonomy::GnssFix;
    use haul_core::Point3;

    fn frame(wheels: f64) -> SensorFrame {
        let fix = GnssFix { position: Point3::new(10.0, 20.0, 3.0), heading: 0.0, sigma: 0.02, heading_sigma: 0.002 };
        SensorFrame { gnss: Some(fix), wheel_speeds: [wheels; 6], payload_kg: 5_000.0, ..SensorFrame::default() }
    }

    #[test]
    fn readings_of_a_truck_without_faults_are_unchanged() {
        let mut read = frame(1.0);
        TruckFaults::default().spoil(&mut read);
        assert_eq!(read, frame(1.0));
    }

    #[test]
    fn stuck_wheel_sensors_repeat_their_first_reading_until_repaired() {
        let mut faults = TruckFaults::default();
        let read = |faults: &mut TruckFaults, wheels: f64| {
            let mut frame = frame(wheels);
            faults.spoil(&mut frame);
            frame.wheel_speeds[0]
        };
        assert_eq!(read(&mut faults, 1.0), 1.0);
        faults.fail(TruckFault::WheelSpeedsStuck);
        assert_eq!((read(&mut faults, 2.0), read(&mut faults, 3.0)), (2.0, 2.0));
        faults.repair(TruckFault::WheelSpeedsStuck);
        assert_eq!(read(&mut faults, 4.0), 4.0);
        faults.fail(TruckFault::WheelSpeedsStuck);
        assert_eq!(read(&mut faults, 5.0), 5.0, "the second fault repeats the reading at its own start");
    }

    #[test]
    fn a_satellite_offset_is_replaced_and_not_added_twice() {
        let mut faults = TruckFaults::default();
        faults.fail(TruckFault::SatelliteOffset { east: 1.0, north: 0.0 });
        faults.fail(TruckFault::SatelliteOffset { east: 3.0, north: -4.0 });
        let mut read = frame(0.0);
        faults.spoil(&mut read);
        assert_eq!(read.gnss.unwrap().position, Point3::new(13.0, 16.0, 3.0));
        assert_eq!(faults.active().len(), 1);
    }

    #[test]
    fn a_blind_detector_reports_it_and_dead_struts_read_no_number() {
        let mut faults = TruckFaults::default();
        faults.fail(TruckFault::DetectorBlind);
        faults.fail(TruckFault::StrutsDead);
        let mut read = frame(0.0);
        faults.spoil(&mut read);
        assert!(read.is_blind && read.objects.is_empty() && read.payload_kg.is_nan());
    }
}
