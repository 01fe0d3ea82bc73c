"""A motor grader of the 30 t class: long front frame, circle and moldboard, tandem drive.

Nodes: `vehicle`, `blade` (circle and moldboard), `wheel_*`, `beacon`. The origin is on the ground in the middle between
the tandem's wheels.
"""

from .fittings import beacon, ladder, lamp_box, louvres, mirror, tail_lamp
from .gltf import Node
from .paint import BLACK, CHROME, DECK, FRAME, GLASS, GREY, STEEL, WORN, YELLOW, shade
from .part import Part
from .tyre import road_wheel

RADIUS, WIDTH, TRACK, TANDEM, BASE = 0.84, 0.62, 1.32, 0.92, 6.9


def vehicle(detail):
    s = Part(detail)
    # Gooseneck: from the articulation up over the circle and down to the front axle.
    s.extrude("y", [(1.9, 1.05), (2.3, 1.05), (2.9, 1.55), (4.6, 2.02), (6.2, 1.85), (7.15, 1.25), (7.6, 1.15), (7.6, 1.65), (7.1, 1.78), (6.4, 2.38), (4.7, 2.50), (2.8, 2.02), (1.9, 1.62)], -0.24, 0.24, YELLOW, 0.04)
    # Front axle with its lean bar, nose plate with lamps.
    s.extrude("y", [(BASE - 0.2, 0.75), (BASE + 0.2, 0.75), (BASE + 0.15, 1.2), (BASE - 0.15, 1.2)], -0.95, 0.95, FRAME, 0.04)
    s.bar((BASE + 0.28, -1.0, 0.95), (BASE + 0.28, 1.0, 0.95), 0.05, STEEL, 8)
    for side in (1.0, -1.0):
        s.bar((BASE, side * 0.8, 0.84), (BASE, side * 1.1, 0.84), 0.22, FRAME, 14)
        s.bar((7.4, side * 0.2, 1.6), (7.4, side * 0.62, 2.15), 0.03, FRAME, 6)
        lamp_box(s, (7.46, side * 0.62, 2.2), (0.28, 0.18))
        # Tandem cases.
        s.extrude("y", [(-TANDEM - 0.25, 0.62), (TANDEM + 0.25, 0.62), (TANDEM + 0.2, 1.08), (0.3, 1.22), (-0.3, 1.22), (-TANDEM - 0.2, 1.08)], side * 0.72, side * 0.98, YELLOW, 0.04)
        # Engine hood and its louvres.
        louvres(s, "+y" if side > 0 else "-y", (-1.9, side * 0.72, 1.55), (-0.3, side * 0.72, 2.25), 8, BLACK, shade(YELLOW, 0.75))
        tail_lamp(s, (-2.62, side * 0.6, 1.35))
        s.box((0.55, side * 0.62, 1.05), (1.5, side * 1.15, 1.32), DECK, 0.02)
        ladder(s, (1.05, side * 1.45, 0.45), (1.05, side * 1.05, 1.3), (1, 0, 0), 0.5, 3, BLACK)
        mirror(s, (2.3, side * 0.85, 2.6), (2.5, side * 1.35, 2.9), 0.24, 0.42)
        # Lift cylinders of the blade in the saddle over the frame.
        s.bar((4.25, side * 0.62, 2.85), (4.25, side * 0.72, 1.75), 0.10, YELLOW, 14)
        s.bar((4.25, side * 0.72, 1.75), (4.2, side * 0.80, 1.05), 0.06, CHROME, 12)
    s.box((4.05, -0.72, 2.3), (4.45, 0.72, 2.62), FRAME, 0.04)
    s.bar((4.5, -0.5, 2.2), (4.0, 0.9, 1.2), 0.08, YELLOW, 12)
    # Rear: hood, radiator, ripper-like counterweight, frame.
    s.extrude("y", [(-2.45, 1.25), (0.75, 1.25), (0.75, 2.55), (-2.2, 2.35), (-2.45, 2.15)], -0.72, 0.72, YELLOW, 0.07)
    s.box((-2.75, -0.95, 0.95), (-2.35, 0.95, 1.5), YELLOW, 0.06)
    louvres(s, "-x", (-2.45, -0.55, 1.55), (-2.45, 0.55, 2.1), 7, BLACK, shade(YELLOW, 0.7))
    s.box((-2.3, -0.6, 0.85), (2.2, 0.6, 1.35), FRAME, 0.05)
    s.bar((-0.4, 0.3, 2.4), (-0.4, 0.3, 3.1), 0.09, STEEL, 14)
    s.bar((-1.1, -0.25, 2.35), (-1.1, -0.25, 2.75), 0.15, BLACK, 14)
    s.bar((-1.1, -0.25, 2.75), (-1.1, -0.25, 2.85), 0.20, BLACK, 14, end=0.08)
    # Cab with much glass.
    x0, x1, half, z0, top = 0.8, 2.45, 0.82, 1.35, 3.35
    s.extrude("y", [(x0, z0), (x1 - 0.15, z0), (x1, z0 + 0.45), (x0, z0 + 0.45)], -half, half, YELLOW, 0.04)
    s.block(
        [(x0 + 0.05, -half + 0.04, z0 + 0.42), (x1 - 0.03, -half + 0.04, z0 + 0.42), (x1 - 0.03, half - 0.04, z0 + 0.42), (x0 + 0.05, half - 0.04, z0 + 0.42)],
        [(x0 + 0.02, -half + 0.06, top), (x1 + 0.02, -half + 0.06, top), (x1 + 0.02, half - 0.06, top), (x0 + 0.02, half - 0.06, top)],
        GLASS,
    )
    for side in (1.0, -1.0):
        for x in (x0, x0 + 0.75, x1 - 0.09):
            s.box((x, side * (half - 0.06), z0 + 0.4), (x + 0.08, side * (half + 0.0), top), YELLOW)
    s.box((x0 - 0.05, -half - 0.05, top - 0.02), (x1 + 0.15, half + 0.05, top + 0.16), YELLOW, 0.05)
    for y in (-0.6, 0.6):
        lamp_box(s, (x1 + 0.16, y, top + 0.05), (0.26, 0.14))
    return s


def blade(detail):
    """Drawbar, circle and moldboard, set at an angle, about the middle of the circle."""
    s = Part(detail)
    # Drawbar to the nose.
    for side in (1.0, -1.0):
        s.block(
            [(0.6, side * 0.62, 0.22), (0.6, side * 0.82, 0.22), (2.95, side * 0.10, 0.30), (2.95, side * 0.02, 0.30)],
            [(0.6, side * 0.62, 0.40), (0.6, side * 0.82, 0.40), (2.95, side * 0.10, 0.48), (2.95, side * 0.02, 0.48)],
            YELLOW,
        )
    s.box((-0.75, -0.95, 0.22), (0.7, 0.95, 0.36), YELLOW, 0.03)
    s.lathe("z", [(0.62, 0.02), (0.86, 0.02), (0.86, 0.18), (0.62, 0.18), (0.62, 0.02)], FRAME, 36)
    # Moldboard: a curved plate 4.3 m long, turned 35 degrees, with cutting edge.
    m = Part(detail)
    half = 2.15
    rows = [(0.20, -0.70), (0.02, -0.50), (-0.07, -0.25), (-0.06, 0.0), (0.05, 0.18)]
    for (da, za), (db, zb) in zip(rows, rows[1:]):
        quad = [(da, -half, za), (da, half, za), (db, half, zb), (db, -half, zb)]
        m.face(quad, WORN)
        m.face([(p[0] - 0.06, p[1], p[2]) for p in quad][::-1], YELLOW)
    m.box((0.14, -half, -0.78), (0.23, half, -0.62), STEEL)
    m.box((-0.02, -half, 0.16), (0.06, half, 0.22), YELLOW)
    for side in (1.0, -1.0):
        m.extrude("y", [(0.24, -0.76), (0.05, -0.5), (-0.1, -0.2), (0.08, 0.22), (-0.03, 0.22), (-0.17, -0.2), (-0.05, -0.55)], side * half, side * (half - 0.03), YELLOW)
        m.extrude("y", [(-0.75, 0.1), (-0.05, 0.1), (-0.10, -0.35), (-0.30, -0.35)], side * 0.70, side * 0.84, FRAME, 0.02)
    s.add(m, axis=(0.0, 0.0, 1.0), angle=0.60, move=(0.35, 0.0, 0.0))
    return s


def model(detail):
    root = Node("grader")
    root.add(Node("vehicle", vehicle(detail)))
    root.add(Node("blade", blade(detail), (4.0, 0.0, 0.80)))
    root.add(beacon("beacon", (1.2, 0.0, 3.50), detail))
    left = road_wheel(RADIUS, WIDTH, detail, YELLOW, lugs=16, dish=0.35, rim_share=0.50, spokes=0)
    right = Part(detail).add(left, mirror=True)
    for x, name in ((-TANDEM, "rear_2"), (TANDEM, "rear_1"), (BASE, "front")):
        root.add(Node(f"wheel_{name}_left", left, (x, TRACK, RADIUS), {"radius": RADIUS}))
        root.add(Node(f"wheel_{name}_right", right, (x, -TRACK, RADIUS), {"radius": RADIUS}))
    return root


ABOUT = {"machine": "grader"}
