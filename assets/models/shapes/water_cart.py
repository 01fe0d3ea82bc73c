"""A water cart on the chassis of an 8 × 4 road truck: tank of 20,000 l, spray bar, monitor.

Nodes: `vehicle`, `wheel_*`, `beacon`. The origin is on the ground under the middle of the rear tandem.
"""

from math import cos, pi, sin

from .fittings import beacon, flag, ladder, lamp_box, tail_lamp
from .gltf import Node
from .paint import BLACK, CHROME, FLAG, FRAME, GLASS, GREY, LAMP, ORANGE, STEEL, TANK_BLUE, WHITE, shade
from .part import Part
from .road_vehicles import arch
from .tyre import road_wheel

# Outline of `VehicleKind::WaterCart`, and its axles, m.
FRONT, REAR, HALF, TOP = 7.2, 2.8, 1.25, 3.2
AXLES, RADIUS, WIDTH = (-0.7, 0.7, 4.15, 6.0), 0.52, 0.34
NAMES = ("rear_2", "rear_1", "front_2", "front_1")


def tank(s):
    """An oval tank with bands, manholes, baffles' seams and walkway."""
    back, front, middle = -REAR + 0.55, 4.75, 2.18
    half, high = 1.14, 0.86
    n = 28 if s.detail else 14
    def ring(x, k):
        out = []
        for i in range(n):
            t = 2.0 * pi * i / n
            c, q = cos(t), sin(t)
            # A superellipse: flat sides, round shoulders.
            y = half * k * (abs(c) ** 0.62) * (1 if c > 0 else -1)
            z = high * k * (abs(q) ** 0.62) * (1 if q > 0 else -1)
            out.append((x, y, middle + z))
        return out

    sections = [(back, 0.86), (back + 0.12, 1.0), (front - 0.12, 1.0), (front, 0.86)]
    rings = [ring(x, k) for x, k in sections]
    for a, b in zip(rings, rings[1:]):
        for i in range(n):
            j = (i + 1) % n
            s.face([a[i], a[j], b[j], b[i]], TANK_BLUE)
    s.face(rings[0][::-1], TANK_BLUE)
    s.face(rings[-1], TANK_BLUE)
    for share in (0.04, 0.35, 0.66, 0.96):
        x = back + (front - back) * share
        a, b = ring(x - 0.05, 1.025), ring(x + 0.05, 1.025)
        for i in range(n):
            j = (i + 1) % n
            s.face([a[i], a[j], b[j], b[i]], STEEL)
        s.face(a[::-1], STEEL)
        s.face(b, STEEL)
        s.box((x - 0.12, -0.55, 1.0), (x + 0.12, 0.55, middle - 0.7), FRAME)
    # White stripe with wave-like blocks along each side.
    for side in (1.0, -1.0):
        s.box((back + 0.4, side * 1.10, middle - 0.10), (front - 0.4, side * 1.152, middle + 0.10), WHITE)
    for x in (0.4, 2.9):
        s.bar((x, 0, middle + high - 0.03), (x, 0, middle + high + 0.07), 0.27, BLACK, 18)
        s.bar((x, 0, middle + high + 0.06), (x, 0, middle + high + 0.09), 0.20, STEEL, 16)


def cab(s):
    """A cab over the engine."""
    back, front = 5.02, FRONT - 0.04
    w = HALF
    floor, waist, top = 0.98, 1.92, 2.98
    s.extrude("y", [(back, floor), (5.28, floor), (5.42, 1.20), (6.56, 1.20), (6.66, 0.52), (front, 0.52), (front + 0.02, 1.3), (front - 0.02, waist), (back, waist)], -w, w, ORANGE, 0.05)
    # Glazing behind posts.
    s.block(
        [(back + 0.55, -w + 0.05, waist), (front - 0.05, -w + 0.05, waist), (front - 0.05, w - 0.05, waist), (back + 0.55, w - 0.05, waist)],
        [(back + 0.55, -w + 0.11, top), (front - 0.20, -w + 0.11, top), (front - 0.20, w - 0.11, top), (back + 0.55, w - 0.11, top)],
        GLASS,
    )
    s.block(
        [(back, -w + 0.01, waist - 0.02), (back + 0.62, -w + 0.01, waist - 0.02), (back + 0.62, w - 0.01, waist - 0.02), (back, w - 0.01, waist - 0.02)],
        [(back, -w + 0.08, top), (back + 0.62, -w + 0.08, top), (back + 0.62, w - 0.08, top), (back, w - 0.08, top)],
        ORANGE,
    )
    s.extrude("y", [(back, top - 0.02), (front - 0.16, top - 0.02), (front - 0.22, top + 0.10), (back + 0.9, top + 0.20), (back, top + 0.16)], -w + 0.07, w - 0.07, ORANGE, 0.05)
    for side in (1.0, -1.0):
        for a, b, k in ((front - 0.12, front - 0.27, 0.10), (back + 0.98, back + 0.98, 0.07)):
            y0, y1 = side * (w - 0.06), side * (w - 0.005)
            u0, u1 = side * (w - 0.13), side * (w - 0.075)
            s.block([(a, y0, waist - 0.02), (a + k, y0, waist - 0.02), (a + k, y1, waist - 0.02), (a, y1, waist - 0.02)], [(b, u0, top), (b + k, u0, top), (b + k, u1, top), (b, u1, top)], ORANGE)
        # Mirrors, steps, door seams, arches.
        s.tube([(front - 0.15, side * (w - 0.03), 2.75), (front + 0.0, side * (w + 0.13), 2.75), (front + 0.0, side * (w + 0.13), 2.05), (front - 0.1, side * (w - 0.02), 2.0)], 0.02, BLACK, 6)
        s.box((front - 0.06, side * (w + 0.02), 2.15), (front + 0.03, side * (w + 0.22), 2.62), BLACK, 0.02)
        for z in (0.45, 0.80):
            s.box((6.62, side * (w - 0.25), z - 0.03), (6.92, side * (w - 0.0), z), GREY)
        arch(s, 6.0, RADIUS, RADIUS + 0.10, side * (w - 0.36), side * (w + 0.0), BLACK, 0.25, 2.9, 0.05)
        s.box((front - 0.02, side * 0.72, 0.66), (front + 0.03, side * 1.16, 0.90), LAMP, 0.02)
        if s.detail:
            s.box((5.86, side * (w - 0.01), 1.25), (5.875, side * (w + 0.004), waist), BLACK)
            s.box((6.95, side * (w - 0.01), 1.0), (6.965, side * (w + 0.004), waist), BLACK)
    s.box((front - 0.02, -w + 0.03, 0.36), (FRONT, w - 0.03, 0.64), BLACK, 0.03)
    s.box((front - 0.02, -0.85, 1.12), (front + 0.03, 0.85, 1.62), BLACK, 0.02)
    for z in (1.22, 1.33, 1.44, 1.55):
        s.box((front, -0.8, z - 0.02), (front + 0.045, 0.8, z + 0.02), CHROME)
    s.box((front - 0.02, -0.80, 1.66), (front + 0.025, 0.80, 1.84), ORANGE)
    s.box((front - 0.20, -1.0, top - 0.02), (front + 0.08, 1.0, top + 0.05), BLACK)
    for y in (-0.7, 0.7):
        lamp_box(s, (front - 0.35, y, top + 0.14), (0.26, 0.12))


def model(detail):
    s = Part(detail)
    for y in (-0.55, 0.41):
        s.box((-REAR + 0.15, y, 0.72), (FRONT - 0.5, y + 0.14, 1.02), FRAME)
    for x in AXLES:
        s.bar((x, -0.95, RADIUS), (x, 0.95, RADIUS), 0.11, FRAME, 10)
        s.box((x - 0.45, -0.62, RADIUS + 0.10), (x + 0.45, -0.50, RADIUS + 0.20), FRAME)
        s.box((x - 0.45, 0.50, RADIUS + 0.10), (x + 0.45, 0.62, RADIUS + 0.20), FRAME)
    for x in AXLES[:2]:
        s.ball((x, 0, RADIUS), 0.26, FRAME, 12)
    tank(s)
    cab(s)
    # Fuel tank, pump box, side guards.
    for side in (1.0, -1.0):
        s.box((1.75, side * 0.72, 0.55), (2.95, side * 1.20, 1.05), shade(GREY, 1.6) if side > 0 else ORANGE, 0.05)
        s.box((3.05, side * 0.80, 0.55), (3.4, side * 1.18, 1.0), BLACK, 0.03)
        for x in AXLES[:2]:
            arch(s, x, RADIUS, RADIUS + 0.08, side * (HALF - 0.66), side * HALF, BLACK, 0.35, 2.8, 0.04)
        arch(s, 4.15, RADIUS, RADIUS + 0.08, side * (HALF - 0.40), side * HALF, BLACK, 0.35, 2.8, 0.04)
        tail_lamp(s, (-REAR + 0.12, side * 0.9, 0.86))
    # Spray bar with fan nozzles, riser, water monitor on the tank, ladder.
    s.bar((-REAR + 0.12, -HALF + 0.06, 1.12), (-REAR + 0.12, HALF - 0.06, 1.12), 0.075, CHROME, 12)
    for k in range(6):
        y = (HALF - 0.14) * (k / 2.5 - 1.0)
        s.bar((-REAR + 0.12, y, 1.08), (-REAR + 0.02, y, 0.94), 0.05, BLACK, 10, end=0.10)
    s.tube([(-REAR + 0.60, 0.3, 1.45), (-REAR + 0.12, 0.3, 1.45), (-REAR + 0.12, 0.3, 1.15)], 0.09, STEEL, 12)
    s.tube([(-REAR + 0.9, 0, 3.0), (-REAR + 0.9, 0, 3.12)], 0.07, STEEL, 10)
    s.bar((-REAR + 1.05, 0, 3.10), (-REAR + 0.55, 0, 3.16), 0.055, ORANGE, 10, end=0.035)
    ladder(s, (-REAR + 0.48, -0.75, 1.0), (-REAR + 0.50, -0.75, 3.0), (0, 1, 0), 0.42, 7, STEEL)
    s.box((-REAR + 0.1, -HALF + 0.05, 0.62), (-REAR + 0.2, HALF - 0.05, 0.78), WHITE, 0.01)
    for k in range(6):
        y = -HALF + 0.12 + 0.40 * k
        s.box((-REAR + 0.09, y, 0.63), (-REAR + 0.10, y + 0.2, 0.77), FLAG)
    flag(s, (4.92, HALF - 0.2, 1.1), 4.6, FLAG)
    root = Node("water_cart")
    root.add(Node("vehicle", s))
    root.add(beacon("beacon", (5.5, 0.0, 3.16), detail))
    left = road_wheel(RADIUS, WIDTH, detail, shade(GREY, 1.7), lugs=26, spokes=8)
    right = Part(detail).add(left, mirror=True)
    for x, name in zip(AXLES, NAMES):
        y = HALF - WIDTH / 2.0
        twin = name.startswith("rear")
        pair_left, pair_right = left, right
        if twin:
            pair_left = Part(detail).add(left).add(left, move=(0, -WIDTH - 0.02, 0)) if name == "rear_2" else pairs[0]
            pair_right = Part(detail).add(pair_left, mirror=True) if name == "rear_2" else pairs[1]
            pairs = (pair_left, pair_right)
        root.add(Node(f"wheel_{name}_left", pair_left, (x, y, RADIUS), {"radius": RADIUS}))
        root.add(Node(f"wheel_{name}_right", pair_right, (x, -y, RADIUS), {"radius": RADIUS}))
    return root


ABOUT = {"machine": "water cart"}
