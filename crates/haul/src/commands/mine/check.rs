//! `haul mine check`: the roads of a mine against the rules of haul road design.

use crate::cli::mine::CheckArgs;
use crate::commands::{load_mine, truck_spec, write_file};
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_core::fault::SourceText;
use haul_mine::MineMap;
use haul_mine::check::{DesignReport, DesignRules, DesignTruck, Severity, check_design};
use haul_vehicle::{Limits, TruckSpec, road_class};

/// Checks a mine against the rules. A broken `must` rule gives exit status 1.
pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    let map = load_mine(&args.mine)?;
    let truck = truck_spec(args.truck.as_deref())?;
    let rules = match &args.rules {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| Fault::unreadable(path.display(), &e))?;
            DesignRules::from_toml(&SourceText::new(path.display().to_string(), text))?
        }
        None => DesignRules::standard(),
    };
    let report = report(&map, &rules, &truck)?;
    if let Some(path) = &args.geojson {
        write_file(path, &report.geojson())?;
    }
    if let Some(path) = &args.svg {
        write_file(path, &map.check_svg(&report))?;
    }
    if args.json {
        out::json(&report);
    } else {
        print(&report, args.all);
    }
    if report.passed { Ok(()) } else { Err(Failure::CheckFailed) }
}

/// Returns the check of a mine for a truck with its rated payload on the road class of the mine.
fn report(map: &MineMap, rules: &DesignRules, spec: &TruckSpec) -> Result<DesignReport, Failure> {
    let class = road_class(&map.road_class)
        .ok_or_else(|| Fault::new(format!("the mine's road class `{}` is unknown", map.road_class)))?;
    let limits = Limits::new(spec);
    let mass = limits.gross_mass(spec.rated_payload());
    let (rolling, friction) = (class.rolling_resistance, class.friction);
    let speed = |grade: f64| {
        let up = limits.climb_speed(mass, grade + rolling);
        let down = limits.descent_speed(mass, grade, rolling);
        if grade > 0.0 { up.min(limits.top_speed()) } else { down }
    };
    let stopping = |v: f64, grade: f64| limits.stopping_distance(v, mass, grade, rolling, friction, 0.0);
    let truck = DesignTruck {
        name: spec.name.clone(),
        width: spec.geometry.width,
        turning_circle: turning_circle(spec),
        speed: &speed,
        stopping: &stopping,
    };
    Ok(check_design(map, rules, &truck))
}

/// Returns the radius of the outer front wheel's circle at full lock, m.
fn turning_circle(spec: &TruckSpec) -> f64 {
    let aside = spec.min_turning_radius() + spec.geometry.track_front / 2.0;
    aside.hypot(spec.geometry.wheelbase)
}

fn print(report: &DesignReport, all: bool) {
    let rows = report.rules.iter().map(|r| {
        let kept = if r.findings == 0 { "kept".to_owned() } else { format!("{} in {:.0} m", r.findings, r.length_m) };
        vec![r.about.clone(), severity(r.severity).to_owned(), kept]
    });
    out::line(out::table(&["rule", "", "broken"], rows));
    let shown = if all { report.findings.len() } else { report.findings.len().min(SHOWN) };
    let rows = report.findings.iter().take(shown).enumerate().map(|(k, f)| {
        let road = f.road.map_or("edge".to_owned(), |r| r.to_string());
        vec![
            format!("{}", k + 1),
            severity(f.severity).to_owned(),
            format!("{road} {:.0}–{:.0}", f.from_m, f.to_m),
            format!("{:.0}, {:.0}, {:.0}", f.at[0], f.at[1], f.at[2]),
            f.what.clone(),
            format!("{} [{:?}]", f.source, f.standing),
        ]
    });
    if shown > 0 {
        out::line(out::table(&["", "", "road, m", "worst at (m)", "what", "rule's source"], rows));
    }
    if shown < report.findings.len() {
        out::line(format!("{} more; --all prints them", report.findings.len() - shown));
    }
    for reason in &report.not_judged {
        out::line(format!("not judged: {reason}"));
    }
    let verdict = if report.passed { "passed" } else { "failed" };
    out::line(format!(
        "{}: {verdict}; {:.0} m of road judged, {:.0} m over open ground left out; {} stretches break a must rule, {} a should rule",
        report.mine, report.judged_m, report.open_m, report.must_broken, report.should_broken
    ));
}

/// Number of findings printed without `--all`.
const SHOWN: usize = 25;

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Must => "must",
        Severity::Should => "should",
    }
}
