"""The planner beside OMPL and toppra, in one run, as ratios.

    python3 -m venv venv && venv/bin/pip install ompl toppra numpy
    cargo build --release -p haul-tests --example yardstick
    venv/bin/python tests/yardstick/compare.py target/release/examples/yardstick

Reeds-Shepp: lengths of random pairs, and the time of one. OMPL is called through its Python binding, whose own cost is
taken off by timing a call that does no more than cross it. toppra gets the same 3 km of bends at 1 m with bounds on speed
and acceleration; it does not know grades, gears or heat, which the planner's profile has on top.
"""

import math
import subprocess
import sys
import time

import numpy as np


def least(work, rounds):
    """The least of several runs, s."""
    best = math.inf
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def reeds_shepp(program):
    from ompl import base as ob

    rows = subprocess.run([program, "pairs", "100000"], check=True, capture_output=True, text=True).stdout
    pairs = [tuple(map(float, line.split(","))) for line in rows.splitlines()]
    space = ob.ReedsSheppStateSpace(1.0)
    bounds = ob.RealVectorBounds(2)
    bounds.setLow(-100.0)
    bounds.setHigh(100.0)
    space.setBounds(bounds)
    allocate = getattr(space, "allocState", None)
    start, goal = allocate(), allocate()
    start.setX(0.0), start.setY(0.0), start.setYaw(0.0)
    longer = shorter = 0
    worst = 0.0
    for x, y, yaw, length in pairs:
        goal.setX(x), goal.setY(y), goal.setYaw(yaw)
        theirs = space.distance(start, goal)
        worst = max(worst, length - theirs)
        longer += length > theirs + 1e-9
        shorter += length < theirs - 1e-6
    print(f"Reeds-Shepp, {len(pairs)} pairs: {longer} longer than OMPL's by over 1e-9, greatest excess {worst:.2e};"
          f" {shorter} shorter by over 1e-6")
    count = 20_000
    whole = least(lambda: [space.distance(start, goal) for _ in range(count)], 5) / count
    bridge = least(lambda: [space.getDimension() for _ in range(count)], 5) / count
    return 1e6 * (whole - bridge)


def profile():
    import toppra as ta
    import toppra.algorithm as algo
    import toppra.constraint as constraint

    ta.setup_logging("ERROR")
    stations = np.arange(0.0, 3001.0)
    heading = np.cumsum(0.02 * np.sin(stations / 90.0))
    points = np.stack([np.cumsum(np.cos(heading)), np.cumsum(np.sin(heading))], axis=1)
    path = ta.SplineInterpolator(stations, points)
    speeds = constraint.JointVelocityConstraint(np.array([[-13.0, 13.0]] * 2))
    pulls = constraint.JointAccelerationConstraint(np.array([[-0.7, 0.7]] * 2))

    def work():
        instance = algo.TOPPRA([speeds, pulls], path, gridpoints=stations, solver_wrapper="seidel")
        assert instance.compute_parameterization(0, 0) is not None

    return 1e3 * least(work, 5)


def main():
    program = sys.argv[1]
    theirs = reeds_shepp(program)
    ours = subprocess.run([program, "time"], check=True, capture_output=True, text=True).stdout.split()
    word, speeds = map(float, ours)
    toppra = profile()
    print(f"a Reeds-Shepp length: {word:.3f} us, OMPL {theirs:.3f} us, ratio {theirs / word:.1f}")
    print(f"a profile of 3 km at 1 m: {speeds:.3f} ms, toppra {toppra:.2f} ms, ratio {toppra / speeds:.0f}")


main()
