//! Weather reports of the site, which are sent to the trucks.

use super::{Answers, SiteCore};
use haul_core::{SimTime, TruckId};
use haul_messages::{Body, WeatherReport};

/// Time after which a report is sent again, s: the line may have lost it.
const REPEAT_S: f64 = 60.0;

/// The weather that was last reported to the trucks.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct ToldWeather {
    report: WeatherReport,
    at: SimTime,
}

impl ToldWeather {
    /// Returns the message to a truck.
    pub fn message(&self) -> Body {
        Body::WeatherReportV1 { report: self.report }
    }
}

impl SiteCore {
    /// Sends a new report to all trucks. A report that is not credible is dropped and logged.
    pub(super) fn take_weather(&mut self, report: WeatherReport, now: SimTime, answers: &mut Answers) {
        if let Some(fault) = report.fault() {
            tracing::warn!(at = %now, %fault, "the weather station is not believed");
            return;
        }
        self.weather = Some(ToldWeather { report, at: now });
        self.tell_weather(answers);
    }

    /// Sends the report again when it is due.
    pub(super) fn repeat_weather(&mut self, now: SimTime, answers: &mut Answers) {
        let Some(told) = &mut self.weather else { return };
        if now.since(told.at) >= REPEAT_S {
            told.at = now;
            self.tell_weather(answers);
        }
    }

    fn tell_weather(&self, answers: &mut Answers) {
        let Some(message) = self.weather.map(|told| told.message()) else { return };
        let trucks: Vec<TruckId> = self.present().collect();
        trucks.into_iter().for_each(|truck| answers.tell(truck, message.clone()));
    }
}
