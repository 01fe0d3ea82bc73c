//! Path requests of trucks, and the grants that answer them.

use super::{Answers, SiteCore};
use crate::FleetError;
use crate::right_of_way::PathRequest;
use haul_core::TruckId;
use haul_messages::{Body, Timestamp};

impl SiteCore {
    pub(super) fn path_request(
        &mut self,
        truck: TruckId,
        sent: Timestamp,
        request: &PathRequest<'_>,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        let Some(book) = self.trucks.get_mut(&truck) else { return Err(FleetError::UnknownTruck(truck)) };
        let known = self.right.is_on(truck, request);
        // A late request for an earlier path.
        if !known && book.path_asked.is_some_and(|newest| sent < newest) {
            return Ok(());
        }
        if !known && request.path.is_empty() {
            return Err(FleetError::UnknownPath(truck));
        }
        self.right.request(truck, &book.footprint, request).map_err(|what| FleetError::BadPath { truck, what })?;
        book.path_asked = book.path_asked.max(Some(sent));
        self.settle(Some(truck), answers);
        Ok(())
    }

    /// Grants free cells. Tells every truck whose right of way has changed, and `asker` in any case.
    pub(super) fn settle(&mut self, asker: Option<TruckId>, answers: &mut Answers) {
        let mut told = if self.is_stopped() { Vec::new() } else { self.right.settle() };
        told.extend(asker.filter(|asker| !told.contains(asker)));
        for truck in told {
            if let Some(grant) = self.right.grant(truck) {
                let (request_id, up_to_station, behind) = (grant.request_id, grant.up_to, grant.behind);
                answers.tell(truck, Body::PathGrantV1 { request_id, up_to_station, behind });
            }
        }
    }
}
