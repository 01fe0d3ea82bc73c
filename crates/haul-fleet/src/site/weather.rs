//! The weather at the site, which the trucks are told.

use super::{Answers, SiteCore};
use haul_core::{SimTime, TruckId};
use haul_messages::{Body, WeatherReport};

/// Time after which a report is sent again, s: the line may have lost it.
const REPEAT_S: f64 = 60.0;

/// The weather that the trucks were told.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct ToldWeather {
    report: WeatherReport,
    at: SimTime,
}

impl ToldWeather {
    /// The message to a truck.
    pub fn message(&self) -> Body {
        Body::WeatherReportV1 { report: self.report }
    }
}

impl SiteCore {
    /// Tells all trucks a new report. A report that is not credible is dropped, and the log says so.
    pub(super) fn take_weather(&mut self, report: WeatherReport, now: SimTime, answers: &mut Answers) {
        if let Some(fault) = report.fault() {
            tracing::warn!(at = %now, %fault, "the weather station is not believed");
            return;
        }
        self.weather = Some(ToldWeather { report, at: now });
        self.tell_weather(answers);
    }

    /// Sends the report again where it is time.
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
