//! Table of the message names in JSON.

/// Declares the names and their JSON texts, in the order in which the reader looks for them.
macro_rules! names {
    ($($name:ident = $text:literal,)+) => {
        /// Name of a message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum MessageName {
            $(#[doc = concat!("`", $text, "`.")] $name,)+
        }

        impl MessageName {
            /// All names, in the order in which the reader looks for them.
            pub(crate) const ALL: &'static [MessageName] = &[$(MessageName::$name,)+];

            /// Returns the name as written in JSON.
            pub(crate) const fn text(self) -> &'static str {
                match self {
                    $(MessageName::$name => $text,)+
                }
            }
        }
    };
}

names! {
    Assignment = "HaulTruckAssignmentRequestV2",
    OccupyPlace = "OccupyPlaceRequestV1",
    LeavePlace = "LeavePlaceRequestV1",
    AllStopRequest = "MachineAllStopRequestV1",
    AllStopResponse = "MachineAllStopResponseV1",
    ProductionState = "HaulTruckProductionStateV2",
    ApproachingLastMile = "ApproachingLastMileV2",
    OccupyingPlace = "OccupyingPlaceV2",
    LeftPlace = "LeftPlaceV2",
    TaskComplete = "TaskCompleteV1",
    PathRequest = "Haul.PathRequestV1",
    PathGrant = "Haul.PathGrantV1",
    NoPath = "Haul.NoPathV1",
    Receipt = "Haul.ReceiptV1",
    VehicleState = "Haul.VehicleStateV1",
    Traffic = "Haul.TrafficV1",
    SlipperyRoad = "Haul.SlipperyRoadV1",
    WeatherReport = "Haul.WeatherReportV1",
}
