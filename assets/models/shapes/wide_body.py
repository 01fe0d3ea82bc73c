"""A wide-body dump truck of 60 t: cab beside the engine, tandem of ten tyres, high narrow body.

Nodes: as the TR100AT, with `wheel_rear_2_*` for the second axle of the tandem and no struts.
"""

from math import radians, sqrt, tan

from .fittings import beacon, ladder, lamp, lamp_box, link, louvres, mirror, plate, rail, stage, tail_lamp
from .gltf import Node
from .paint import BLACK, BLUE, CHROME, DECK, FRAME, GLASS, GREY, STEEL, WHITE, WORN, YELLOW, shade
from .part import Part
from .seeds import truck as figures
from .tyre import front_wheel, rear_pair

# Half of the distance between the axles of the tandem, m: tyres of 1.5 m with a gap.
TANDEM = 0.82
PAINT = YELLOW


def body(truck, hinge, detail):
    b, g = truck.body, truck.geometry
    s = Part(detail)
    tail, front = -b.tail_behind, b.floor_length - b.tail_behind
    slope = tan(radians(b.floor_angle))
    half, outer, end = b.inside_width / 2.0, g.body_width / 2.0, -g.rear_overhang
    floor = lambda x: b.tail_height - slope * (x - tail)
    side_top = lambda x: b.side_height if x > tail + 1.1 else b.side_height - 0.75 * (tail + 1.1 - x) / (tail + 1.1 - end)
    stations = [end, tail + 0.5, tail + 1.1, -0.6, 0.8, 2.0, front]
    for p, q in zip(stations, stations[1:]):
        s.face([(p, -half, floor(p)), (q, -half, floor(q)), (q, half, floor(q)), (p, half, floor(p))], WORN)
        s.face([(p, -outer, floor(p) - 0.05), (p, outer, floor(p) - 0.05), (q, outer, floor(q) - 0.05), (q, -outer, floor(q) - 0.05)], PAINT)
        for side in (1.0, -1.0):
            inner = [(p, side * half, floor(p)), (q, side * half, floor(q)), (q, side * half, side_top(q)), (p, side * half, side_top(p))]
            s.face(inner if side > 0 else inner[::-1], WORN)
            y = side * (half + 0.05)
            skin = [(p, y, floor(p) - 0.05), (q, y, floor(q) - 0.05), (q, y, side_top(q)), (p, y, side_top(p))]
            s.face(skin[::-1] if side > 0 else skin, PAINT)
            low = [(p, side * (half - 0.01), side_top(p) - 0.18), (q, side * (half - 0.01), side_top(q) - 0.18), (q, side * outer, side_top(q) - 0.18), (p, side * outer, side_top(p) - 0.18)]
            s.block(low, [(v[0], v[1], v[2] + 0.18) for v in low], PAINT)
            low = [(p, side * (half + 0.03), floor(p) - 0.16), (q, side * (half + 0.03), floor(q) - 0.16), (q, side * outer, floor(q) - 0.16), (p, side * outer, floor(p) - 0.16)]
            s.block(low, [(v[0], v[1], v[2] + 0.20) for v in low], PAINT)
    count = 8
    for k in range(count):
        x = end + 0.35 + (front - end - 0.5) * k / (count - 1)
        for side in (1.0, -1.0):
            s.block(
                [(x - 0.09, side * (half + 0.04), floor(x)), (x + 0.09, side * (half + 0.04), floor(x)), (x + 0.09, side * outer, floor(x)), (x - 0.09, side * outer, floor(x))],
                [(x - 0.09, side * (half + 0.04), side_top(x) - 0.05), (x + 0.09, side * (half + 0.04), side_top(x) - 0.05), (x + 0.09, side * outer, side_top(x) - 0.05), (x - 0.09, side * outer, side_top(x) - 0.05)],
                PAINT,
            )
        if k % 2:
            s.box((x - 0.10, -outer + 0.1, floor(x) - 0.22), (x + 0.10, outer - 0.1, floor(x) - 0.05), PAINT)
    # Front wall with ribs, and a short canopy over the cab's back.
    z0, z1 = floor(front) - 0.05, b.front_height
    s.box((front, -outer + 0.02, z0), (front + 0.08, outer - 0.02, z1), PAINT)
    s.face([(front - 0.005, -half, z0), (front - 0.005, -half, z1), (front - 0.005, half, z1), (front - 0.005, half, z0)], WORN)
    for k in range(5):
        y = -half + 2.0 * half * (k + 0.5) / 5.0
        s.box((front + 0.07, y - 0.08, z0), (front + 0.20, y + 0.08, z1 - 0.05), PAINT, 0.01)
    for z in (z0 + 0.7, z0 + 1.4):
        s.box((front + 0.07, -half, z - 0.08), (front + 0.18, half, z + 0.08), PAINT, 0.01)
    for side in (1.0, -1.0):
        s.extrude("y", [(front - 1.0, b.side_height - 0.05), (front + 0.05, b.side_height - 0.4), (front + 0.05, z1), (front - 0.2, z1)], side * half, side * (half + 0.08), PAINT)
    edge = g.body_length - g.rear_overhang
    far = edge + 1.15
    s.block(
        [(front, -outer, z1 - 0.04), (far, -outer, g.height - 0.10), (far, outer, g.height - 0.10), (front, outer, z1 - 0.04)],
        [(front, -outer, z1 + 0.03), (far, -outer, g.height), (far, outer, g.height), (front, outer, z1 + 0.03)],
        PAINT,
    )
    for y in (-0.6, 0.6):
        s.box((-2.4, y - 0.11, floor(-2.4) - 0.55), (2.6, y + 0.11, floor(2.6) - 0.02), PAINT, 0.02)
        s.bar((hinge[0], y * 1.3 - 0.1, hinge[2]), (hinge[0], y * 1.3 + 0.1, hinge[2]), 0.14, FRAME, 14)
    return Part(detail).add(s, move=tuple(-v for v in hinge))


def chassis(truck, r, detail):
    g = truck.geometry
    s = Part(detail)
    nose = g.wheelbase + g.front_overhang
    for y in (-0.58, 0.40):
        s.extrude("y", [(-2.3, 1.05), (2.4, 0.92), (nose - 0.4, 0.80), (nose - 0.4, 1.20), (2.6, 1.30), (-2.3, 1.42)], y, y + 0.18, FRAME, 0.02)
    for x in (-TANDEM, TANDEM):
        s.bar((x, -1.05, r), (x, 1.05, r), 0.22, FRAME, 14)
        s.ball((x, 0, r), 0.36, FRAME, 14)
    for side in (1.0, -1.0):
        # Balanced leaf springs over the tandem, leaf springs in front.
        for k in range(4):
            s.box((-TANDEM + 0.12 * k, side * 0.66 - 0.06, 1.02 + 0.045 * k), (TANDEM - 0.12 * k, side * 0.66 + 0.06, 1.05 + 0.045 * k), GREY)
            s.box((g.wheelbase - 0.75 + 0.1 * k, side * 0.62 - 0.05, 0.92 + 0.04 * k), (g.wheelbase + 0.75 - 0.1 * k, side * 0.62 + 0.05, 0.95 + 0.04 * k), GREY)
        s.box((0.0 + 1.75, side * 0.65, 0.75), (2.95, side * 1.45, 1.40), shade(GREY, 1.5) if side < 0 else PAINT, 0.05)
        tail_lamp(s, (-2.40, side * 0.6, 1.25))
        # Mudguards in front.
        s.box((g.wheelbase - 0.95, side * 0.95, 1.66), (nose - 0.35, side * 1.72, 1.72), PAINT, 0.02)
        s.box((g.wheelbase - 1.0, side * 1.0, 1.05), (g.wheelbase - 0.94, side * 1.72, 1.70), BLACK)
    s.bar((g.wheelbase, -1.0, r), (g.wheelbase, 1.0, r), 0.13, FRAME, 12)
    s.box((3.0, -0.35, 0.75), (4.2, 0.35, 1.35), shade(GREY, 0.6), 0.05)
    s.bar((0.9, 0, 0.95), (3.0, 0, 1.0), 0.08, STEEL, 10)
    # Nose: radiator on the right, bonnet, bumper with lamps.
    s.box((4.15, -1.62, 1.30), (nose - 0.22, 0.10, 2.45), PAINT, 0.06)
    louvres(s, "+x", (nose - 0.22, -1.50, 1.42), (nose - 0.22, 0.0, 2.30), 10, BLACK, shade(GREY, 0.9))
    s.extrude("z", [(nose - 0.35, -1.74), (nose - 0.08, -1.62), (nose, -1.1), (nose, 1.1), (nose - 0.08, 1.62), (nose - 0.35, 1.74)], 0.55, 1.12, PAINT, 0.04)
    for side in (1.0, -1.0):
        for y in (1.15, 1.45):
            lamp(s, (nose + 0.005 - 0.05 * (y > 1.2), side * y, 0.86), (1, 0, 0), 0.105)
    s.box((4.25, -1.3, 2.45), (5.2, -0.3, 2.75), shade(GREY, 0.9), 0.04)
    s.bar((4.6, -1.45, 2.45), (4.6, -1.45, 3.4), 0.09, STEEL, 12)
    s.bar((5.35, -0.6, 2.45), (5.35, -0.6, 2.95), 0.19, BLACK, 14)
    # Cab on the left.
    x0, x1, y0, y1, z0, sill, top = 4.35, nose - 0.28, 0.18, 1.70, 1.30, 2.35, 3.45
    s.extrude("y", [(x0, z0), (x1, z0), (x1 + 0.03, sill), (x0, sill)], y0, y1, PAINT, 0.05)
    s.extrude("y", [(x0 + 0.05, sill), (x1, sill), (x1 - 0.16, top), (x0 + 0.05, top)], y0 + 0.04, y1 - 0.04, GLASS)
    for y in (y0 + 0.04, y1 - 0.04):
        for a, c, w in ((x0, x0, 0.24), (x0 + 0.85, x0 + 0.85, 0.08), (x1 - 0.09, x1 - 0.24, 0.09)):
            s.block(
                [(a, y - 0.045, sill), (a + w, y - 0.045, sill), (a + w, y + 0.045, sill), (a, y + 0.045, sill)],
                [(c, y - 0.045, top), (c + w, y - 0.045, top), (c + w, y + 0.045, top), (c, y + 0.045, top)],
                PAINT,
            )
    s.box((x0 - 0.03, y0 - 0.04, top - 0.02), (x1 + 0.02, y1 + 0.04, top + 0.13), PAINT, 0.05)
    mirror(s, (x1 - 0.2, y1, 2.7), (x1 + 0.05, g.width / 2.0 - 0.12, 3.0), 0.22, 0.5)
    mirror(s, (x1 - 0.2, -1.62, 2.5), (x1 + 0.05, 0.12 - g.width / 2.0, 2.85), 0.22, 0.5)
    s.box((4.2, -1.72, 2.44), (nose - 0.25, 0.14, 2.48), DECK)
    rail(s, [(4.3, -1.68, 2.48), (nose - 0.3, -1.68, 2.48), (nose - 0.3, 0.1, 2.48)], 0.8, PAINT, 1.0, 0.02)
    ladder(s, (nose - 0.14, -0.2, 1.12), (nose - 0.24, -0.2, 2.45), (0, 1, 0), 0.42, 5, BLACK)
    ladder(s, (x0 + 1.25, 1.68, 0.50), (x0 + 1.25, 1.66, 1.70), (1, 0, 0), 0.40, 4, BLACK)
    # Autonomy kit: lidars, antennas.
    for y in (-1.55, 1.45):
        s.bar((nose - 0.2, y, 2.45 if y < 0 else top), (nose - 0.2, y, 3.45 if y < 0 else top + 0.25), 0.03, FRAME, 8)
        z = 3.45 if y < 0 else top + 0.25
        s.bar((nose - 0.2, y, z), (nose - 0.2, y, z + 0.18), 0.11, GLASS, 16)
        s.bar((nose - 0.2, y, z + 0.18), (nose - 0.2, y, z + 0.22), 0.12, CHROME, 16)
    for y in (0.5, 1.4):
        s.bar((x0 + 0.3, y, top + 0.1), (x0 + 0.3, y, top + 0.18), 0.10, WHITE, 14, end=0.06)
    lamp_box(s, (x1 + 0.03, 0.5, top + 0.02), (0.26, 0.13))
    lamp_box(s, (x1 + 0.03, 1.35, top + 0.02), (0.26, 0.13))
    return s


def model(detail):
    truck, tyre = figures("wide_body_60t")
    g = truck.geometry
    r, w = tyre.diameter / 2.0, tyre.width
    root = Node("truck")
    root.add(Node("chassis", chassis(truck, r, detail)))
    root.add(beacon("beacon", (4.9, 1.2, 3.56), detail, BLUE, 1.0))
    hinge = (-truck.hoist.hinge_behind, 0.0, truck.hoist.hinge_height)
    dump = Node("body", body(truck, hinge, detail), hinge)
    dump.add(Node("load", None, tuple(-v for v in hinge)))
    root.add(dump, Node("axle_rear", None, (0, 0, r)))
    left = front_wheel(r, w, detail, shade(GREY, 1.6))
    pair = rear_pair(r, w, g.dual_spacing, detail, shade(GREY, 1.6))
    right, pair_right = Part(detail).add(left, mirror=True), Part(detail).add(pair, mirror=True)
    for side, name, front, rear in ((1.0, "left", left, pair), (-1.0, "right", right, pair_right)):
        pivot = Node(f"steer_front_{name}", None, (g.wheelbase, side * g.track_front / 2.0, r))
        root.add(pivot.add(Node(f"wheel_front_{name}", front)))
        root.add(Node(f"wheel_rear_{name}", rear, (TANDEM, side * g.track_rear / 2.0, r)))
        root.add(Node(f"wheel_rear_2_{name}", rear, (-TANDEM, side * g.track_rear / 2.0, r)))
        # Two-stage cylinders before the front wall.
        foot, head = (3.50, side * 0.35, 0.95), (3.42, side * 0.35, 3.55)
        span = sqrt(sum((p - q) ** 2 for p, q in zip(foot, head)))
        a, b = link(f"hoist_{name}", foot, tuple(p - q for p, q in zip(head, hinge)), span, 0.15, 0.08, detail, FRAME, 0.93)
        tubes = [stage(f"hoist_{name}_stage", foot, f"hoist_{name}_rod", 0.88 * span, 0.115, detail)]
        root.add(a, *tubes)
        dump.add(b)
        dump.add(plate(f"number_{name}", (1.3 - hinge[0], side * 1.745, 2.9 - hinge[2]), {"facing": [0, side, 0], "size": [0.9, 0.36], "dark": False}))
    return root


ABOUT = {"machine": "wide-body 60 t", "seed": "trucks/wide_body_60t.toml"}
