//! Heaps: at rest, loaded off-centre, running out.

use super::*;
use crate::load::{material, materials};
use crate::spec::TruckSpec;

fn body() -> BodySpec {
    TruckSpec::tr100at().body
}

#[test]
fn an_even_heap_weighs_what_it_should_and_lies_in_the_middle() {
    let (body, rock) = (body(), &materials()[0]);
    for mass in [1e3, 20e3, 60e3, 91e3] {
        let heap = Heap::even(&body, rock, mass).weighed(&body, rock);
        assert!((heap.mass / mass - 1.0).abs() < 1e-9, "{mass}: {}", heap.mass);
        assert!(heap.centre.y.abs() < 1e-9);
        assert!(heap.inertia.symmetric_eigenvalues().iter().all(|e| *e > 0.0));
    }
}

#[test]
fn a_heap_at_rest_is_nowhere_steeper_than_its_angle_of_repose() {
    let (body, rock) = (body(), &materials()[0]);
    let mut heap = Heap::empty();
    for (x, y) in [(2.0, 0.3), (0.5, -0.4), (1.5, 0.0), (0.0, 0.2)] {
        heap.receive(&body, rock, 22e3, Point3::new(x, y, 5.0));
    }
    let (grid, slope) = (HeapGrid::of(&body), libm::tan(rock.repose));
    for i in 0..ALONG {
        for j in 0..ACROSS - 1 {
            let across = (heap.depth[i][j + 1] - heap.depth[i][j]).abs();
            assert!(across <= slope * grid.dv + 1e-3, "{i} {j}: {across}");
        }
    }
    for i in 0..ALONG - 1 {
        for j in 0..ACROSS {
            let rise = heap.depth[i + 1][j] - heap.depth[i][j] - libm::tan(body.floor_angle) * grid.du;
            let stands = heap.depth[i + 1][j].min(heap.depth[i][j]) <= 0.0;
            assert!(stands || rise.abs() <= slope * grid.du + 1e-3, "{i} {j}: {rise}");
        }
    }
}

#[test]
fn a_pass_off_the_middle_puts_the_centre_off_the_middle() {
    let (body, rock) = (body(), &materials()[0]);
    let mut heap = Heap::empty();
    assert!(heap.receive(&body, rock, 25e3, Point3::new(1.5, 0.8, 5.0)) < 1.0);
    let off = heap.weighed(&body, rock);
    assert!((off.mass - 25e3).abs() < 1.0 && off.centre.y > 0.3, "{} {}", off.mass, off.centre);
    let before = off.centre.z;
    heap.receive(&body, rock, 25e3, Point3::new(1.5, -0.8, 5.0));
    let both = heap.weighed(&body, rock);
    assert!(both.centre.y.abs() < 0.2 && both.centre.z > before, "{}", both.centre);
}

#[test]
fn four_passes_that_an_operator_spreads_make_a_rated_load_and_nothing_falls() {
    let (body, rock) = (body(), &materials()[0]);
    let mut heap = Heap::empty();
    let mut fallen = 0.0;
    for (mass, x, y) in [(24e3, 1.4, 0.2), (26e3, 0.7, -0.2), (26e3, 1.1, 0.1), (15e3, 1.0, 0.0)] {
        fallen += heap.receive(&body, rock, mass, Point3::new(x, y, 6.0));
    }
    assert!(fallen < 100.0, "{fallen} kg fall");
    let centre = heap.weighed(&body, rock).centre;
    let even = Heap::even(&body, rock, 91e3).weighed(&body, rock).centre;
    assert!((centre - even).norm() < 0.4, "{centre} {even}");
}

#[test]
fn too_much_falls_over_the_sides() {
    let (body, rock) = (body(), &materials()[0]);
    let mut heap = Heap::even(&body, rock, 91e3);
    let fallen = heap.receive(&body, rock, 60e3, Point3::new(1.0, 0.0, 6.0));
    let left = heap.weighed(&body, rock).mass;
    assert!(fallen > 5e3 && (left + fallen - 151e3).abs() < 10.0, "{fallen} fell, {left} lie");
}

#[test]
fn the_heap_runs_from_the_top_and_then_slides_as_a_whole() {
    let (body, rock) = (body(), &materials()[0]);
    let mut heap = Heap::even(&body, rock, 91e3);
    let mut settle = |degrees: f64| {
        let mut gone = 0.0;
        for _ in 0..4000 {
            gone += heap.run_out(&body, rock, degrees.to_radians(), 0.005);
        }
        (gone, heap.weighed(&body, rock).mass)
    };
    let (gone, left) = settle(25.0);
    assert!(gone > 5e3 && left > 30e3, "part of it at 25°: {gone} gone, {left} left");
    assert!((gone + left - 91e3).abs() < 1.0, "nothing is lost");
    let (_, left) = settle(47.0);
    assert_eq!(left, 0.0, "all of it at 47°");
}

#[test]
fn clay_sticks() {
    let (body, clay) = (body(), material("wet_clay").unwrap());
    let mut heap = Heap::even(&body, &clay, 80e3);
    for _ in 0..6000 {
        heap.run_out(&body, &clay, 0.82, 0.005);
    }
    let left = heap.weighed(&body, &clay).mass;
    assert!((left / (clay.carry_back * 80e3) - 1.0).abs() < 0.01, "{left}");
}
