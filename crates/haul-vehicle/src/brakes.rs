//! Service and park brakes: what they can take, and how fast they build up.

use crate::spec::quantity::Quantity::{Duration, Force};
use crate::spec::reader::{Bound, Reader};
use serde::Serialize;

/// The brakes' figures. Forces are at the tyres, both wheels of an axle together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BrakeSpec {
    /// Service brake of the front axle, N.
    pub service_front: f64,
    /// Service brake of the rear axle, N.
    pub service_rear: f64,
    /// Time from command to full service brake, s.
    pub build_up: f64,
    /// Time from full service brake to none, s.
    pub release: f64,
    /// Park brake, rear axle, N.
    pub park: f64,
    /// Time from command to full park brake, s.
    pub park_build_up: f64,
}

impl BrakeSpec {
    pub(crate) fn read(r: &mut Reader, gross_weight: f64) -> Self {
        let spec = Self {
            service_front: r.figure("brakes.service_front", Force, Bound::Positive),
            service_rear: r.figure("brakes.service_rear", Force, Bound::Positive),
            build_up: r.figure("brakes.build_up", Duration, Bound::Positive),
            release: r.figure("brakes.release", Duration, Bound::Positive),
            park: r.figure("brakes.park", Force, Bound::Positive),
            park_build_up: r.figure("brakes.park_build_up", Duration, Bound::Positive),
        };
        let least = PARK_GRADE_SINE * gross_weight;
        if spec.park < least {
            let what = format!(
                "the park brake holds {:.0} kN, the loaded truck on 15 % needs {:.0}",
                spec.park / 1e3,
                least / 1e3
            );
            r.wrong("brakes.park.value", what, format!("at least {:.0} kN", (least / 1e3).ceil()));
        }
        let least = SERVICE_SHARE * gross_weight;
        if spec.service_front + spec.service_rear < least {
            let what = format!(
                "the service brakes give {:.0} kN, too little for the loaded truck",
                (spec.service_front + spec.service_rear) / 1e3
            );
            r.wrong(
                "brakes.service_rear.value",
                what,
                format!("front and rear together at least {:.0} kN", least / 1e3),
            );
        }
        spec
    }

    /// All service brakes together, N.
    pub fn service(&self) -> f64 {
        self.service_front + self.service_rear
    }
}

/// A park brake must hold the loaded truck on 15 % (ISO 3450, as the literature gives it): sine of that slope.
const PARK_GRADE_SINE: f64 = 0.14834;
/// Deceleration V²/48 of ISO 3450 is about 0.17 g mean fully developed; less brake than this is a slip of the pen.
const SERVICE_SHARE: f64 = 0.17;

/// What is applied of each brake, as a share of its capacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Brakes {
    pub(crate) service: f64,
    pub(crate) park: f64,
}

impl Brakes {
    /// A truck left alone stands on its park brake.
    pub(crate) fn parked() -> Self {
        Self { service: 0.0, park: 1.0 }
    }

    /// Follows the demands with the brakes' build-up and release.
    pub(crate) fn advance(&mut self, spec: &BrakeSpec, service: f64, park: bool, dt: f64) {
        self.service += (service - self.service).clamp(-dt / spec.release, dt / spec.build_up);
        let park = if park { 1.0 } else { 0.0 };
        self.park += (park - self.park).clamp(-dt / spec.park_build_up, dt / spec.park_build_up);
    }

    /// Capacity on the front axle, N at the tyres.
    pub(crate) fn front(&self, spec: &BrakeSpec) -> f64 {
        self.service * spec.service_front
    }

    /// Capacity on the rear axle, N at the tyres. Service and park brake press the same discs, and a valve keeps them
    /// from adding up.
    pub(crate) fn rear(&self, spec: &BrakeSpec) -> f64 {
        (self.service * spec.service_rear).max(self.park * spec.park)
    }
}
