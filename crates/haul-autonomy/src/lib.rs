//! What runs on board: the haul-cycle behaviour, tracking control and the safety supervisor
