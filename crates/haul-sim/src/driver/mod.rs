//! Drivers of trucks, behind one trait.

mod by_hand;
mod test_drivers;

pub use by_hand::ByHand;
pub use test_drivers::{FullBrake, FullThrottle};

use haul_autonomy::{OnBoard, SensorFrame};
use haul_core::SimTime;
use haul_messages::Envelope;
use haul_record::Controls;
use haul_vehicle::ActuatorCommand;
use serde::{Deserialize, Serialize};

/// Inputs of a driver in one control step.
#[derive(Debug, Clone, Copy)]
pub struct DriverStep<'a> {
    /// Present time.
    pub now: SimTime,
    /// Newest readings of the truck's sensors.
    pub frame: &'a SensorFrame,
    /// Messages of the site that have arrived at the truck.
    pub inbox: &'a [Envelope],
}

/// Output of a driver in one control step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DriverOutput {
    /// Command to the actuators until the next step.
    pub command: ActuatorCommand,
    /// Messages to the site.
    pub outbox: Vec<Envelope>,
}

/// A driver of a truck. A driver sees the truck's sensors and its inbox, and nothing else of the world.
pub trait Driver {
    /// Runs one control step.
    fn drive(&mut self, step: &DriverStep<'_>) -> DriverOutput;
}

impl Driver for OnBoard {
    fn drive(&mut self, step: &DriverStep<'_>) -> DriverOutput {
        let output = self.step(step.now, step.frame, step.inbox);
        DriverOutput { command: output.command, outbox: output.outbox }
    }
}

/// Kind of driver that a truck starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriverKind {
    /// The on-board stack.
    #[default]
    Stack,
    /// A person; the truck stands until an input drives it.
    Manual,
    /// A test driver at full throttle, straight ahead.
    FullThrottle,
    /// A test driver on the service brake.
    FullBrake,
}

/// The driver at the wheel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Seat {
    /// The on-board stack.
    Stack,
    /// A person.
    ByHand(ByHand),
    /// A test driver.
    FullThrottle(FullThrottle),
    /// A test driver.
    FullBrake(FullBrake),
}

impl Seat {
    /// Creates the seat for a kind of driver.
    pub fn of(kind: DriverKind) -> Self {
        match kind {
            DriverKind::Stack => Seat::Stack,
            DriverKind::Manual => Seat::by_hand(Controls::default()),
            DriverKind::FullThrottle => Seat::FullThrottle(FullThrottle),
            DriverKind::FullBrake => Seat::FullBrake(FullBrake),
        }
    }

    /// Creates the seat of a person who holds the controls at these set points.
    pub fn by_hand(controls: Controls) -> Self {
        Seat::ByHand(ByHand::new(controls))
    }

    /// Returns the kind of the driver.
    pub fn kind(&self) -> DriverKind {
        match self {
            Seat::Stack => DriverKind::Stack,
            Seat::ByHand(_) => DriverKind::Manual,
            Seat::FullThrottle(_) => DriverKind::FullThrottle,
            Seat::FullBrake(_) => DriverKind::FullBrake,
        }
    }

    /// Runs one control step. The stack also runs while another driver drives: it locates the truck and reports to the
    /// site. The command comes from the driver at the wheel.
    pub fn drive(&mut self, stack: &mut OnBoard, step: &DriverStep<'_>) -> DriverOutput {
        let own: Option<&mut dyn Driver> = match self {
            Seat::Stack => None,
            Seat::ByHand(driver) => Some(driver),
            Seat::FullThrottle(driver) => Some(driver),
            Seat::FullBrake(driver) => Some(driver),
        };
        stack.set_by_hand(own.is_some());
        let watched = stack.drive(step);
        match own {
            None => watched,
            Some(driver) => DriverOutput { command: driver.drive(step).command, outbox: watched.outbox },
        }
    }
}
