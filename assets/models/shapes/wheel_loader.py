"""A wheel loader of the 100 t class, bucket of 12 m³.

Nodes: `rear` (engine, cab; its wheels), `front` (articulation pivot at the origin), `boom` (lift arms), `bucket`, `heap`,
`wheel_*`, cylinders. The origin is on the ground under the articulation.
"""

from math import cos, sin

from .fittings import beacon, ladder, lamp_box, link, louvres, mirror, rail, tail_lamp, teeth
from .gltf import Node
from .paint import BLACK, DECK, FRAME, GLASS, GREY, ROCK, STEEL, WORN, YELLOW, shade
from .part import Part
from .road_vehicles import arch
from .tyre import front_wheel

# Tyres 45/65R45; half of the wheelbase; half of the track, m.
RADIUS, WIDTH, AXLE, TRACK = 1.36, 1.16, 2.95, 1.75
# Foot of the lift arms in the front frame, their length, half width of the bucket, m.
ARM_FOOT, ARM, HALF_BUCKET = (1.05, 3.30), 4.05, 2.62


def rear(detail):
    s = Part(detail)
    # Frame, axle, counterweight.
    s.extrude("y", [(-5.9, 1.2), (-0.4, 1.05), (0.35, 1.15), (0.35, 1.95), (-1.0, 2.1), (-5.9, 2.1)], -0.80, 0.80, FRAME, 0.04)
    s.bar((-AXLE, -1.6, RADIUS), (-AXLE, 1.6, RADIUS), 0.42, FRAME, 18)
    s.ball((-AXLE, 0, RADIUS), 0.62, FRAME, 16)
    s.extrude("y", [(-5.4, 1.15), (-6.55, 1.35), (-6.85, 1.9), (-6.75, 2.75), (-5.4, 2.75)], -1.55, 1.55, shade(YELLOW, 0.95), 0.10)
    # Engine hood, falling to the rear, with the radiator in the tail.
    s.extrude("y", [(-6.55, 2.3), (-1.15, 2.3), (-1.15, 3.75), (-5.6, 3.62), (-6.5, 3.35)], -1.25, 1.25, YELLOW, 0.10)
    s.extrude("y", [(-6.62, 2.45), (-6.50, 2.45), (-6.45, 3.25), (-6.57, 3.25)], -1.05, 1.05, BLACK)
    for k in range(9 if detail else 4):
        z = 2.52 + 0.08 * k
        s.box((-6.70, -1.0, z), (-6.60, 1.0, z + 0.035), shade(GREY, 0.8))
    for side, face in ((1.0, "+y"), (-1.0, "-y")):
        for x in (-5.6, -4.5, -3.4):
            louvres(s, face, (x, side * 1.25, 2.55), (x + 0.9, side * 1.25, 3.35), 7, BLACK, shade(YELLOW, 0.75))
        # Walkways over the wheels, mudguards, rails, stairs.
        s.box((-5.6, side * 1.25, 2.92), (-0.55, side * 2.30, 3.0), DECK)
        arch(s, -AXLE, RADIUS, RADIUS + 0.14, side * 1.15, side * 2.36, YELLOW, 0.35, 2.75, 0.06)
        rail(s, [(-5.5, side * 2.25, 3.0), (-1.6, side * 2.25, 3.0)], 1.0, YELLOW, 1.3)
        ladder(s, (-0.75, side * 2.25, 0.55), (-1.10, side * 1.95, 2.95), (1, 0, 0), 0.55, 8, BLACK, rails=0.0)
        tail_lamp(s, (-6.78, side * 1.25, 2.25))
        s.box((-1.0, side * 0.85, 1.05), (-0.1, side * 1.9, 1.8), shade(YELLOW, 0.9), 0.05)
    for y in (-0.5, 0.5):
        s.bar((-3.4, y, 3.6), (-3.4, y, 4.35), 0.13, STEEL, 14)
        s.bar((-2.3, y, 3.65), (-2.3, y, 4.15), 0.24, BLACK, 16)
        s.bar((-2.3, y, 4.15), (-2.3, y, 4.28), 0.29, BLACK, 16, end=0.12)
    cab(s)
    return s


def cab(s):
    x0, x1, half = -1.35, 0.55, 0.98
    z0, sill, top = 3.0, 3.75, 5.35
    s.extrude("y", [(x0, z0), (x1 - 0.25, z0), (x1, 3.4), (x1 + 0.02, sill), (x0, sill)], -half, half, YELLOW, 0.05)
    s.block(
        [(x0 + 0.06, -half + 0.05, sill), (x1 - 0.02, -half + 0.05, sill), (x1 - 0.02, half - 0.05, sill), (x0 + 0.06, half - 0.05, sill)],
        [(x0 + 0.10, -half + 0.09, top), (x1 - 0.18, -half + 0.09, top), (x1 - 0.18, half - 0.09, top), (x0 + 0.10, half - 0.09, top)],
        GLASS,
    )
    for side in (1.0, -1.0):
        for a, b, k in ((x0, x0 + 0.04, 0.14), (x0 + 0.85, x0 + 0.85, 0.08), (x1 - 0.10, x1 - 0.26, 0.10)):
            y0, y1, u0, u1 = side * (half - 0.07), side * (half - 0.005), side * (half - 0.11), side * (half - 0.045)
            s.block([(a, y0, sill), (a + k, y0, sill), (a + k, y1, sill), (a, y1, sill)], [(b, u0, top), (b + k, u0, top), (b + k, u1, top), (b, u1, top)], YELLOW)
        mirror(s, (x1 - 0.1, side * half, 4.2), (x1 + 0.25, side * (half + 0.55), 4.55), 0.28, 0.5)
        rail(s, [(x0, side * 1.75, 3.0), (x1 - 0.4, side * 1.75, 3.0)], 1.0, YELLOW, 1.0)
    s.box((x0 - 0.08, -half - 0.06, top - 0.02), (x1 + 0.12, half + 0.06, top + 0.20), YELLOW, 0.06)
    s.box((x0 - 0.6, -1.9, z0 - 0.08), (x1 + 0.05, 1.9, z0), DECK)
    for y in (-0.7, 0.7):
        lamp_box(s, (x1 + 0.14, y, top + 0.06), (0.30, 0.16))


def front(detail):
    """Front frame with the tower that carries the lift arms."""
    s = Part(detail)
    s.extrude("y", [(-0.25, 1.05), (3.6, 0.95), (3.75, 1.5), (2.2, 1.95), (1.5, 3.45), (0.75, 3.45), (0.35, 2.1), (-0.25, 1.95)], -0.95, -0.62, YELLOW, 0.04)
    s.extrude("y", [(-0.25, 1.05), (3.6, 0.95), (3.75, 1.5), (2.2, 1.95), (1.5, 3.45), (0.75, 3.45), (0.35, 2.1), (-0.25, 1.95)], 0.62, 0.95, YELLOW, 0.04)
    s.box((0.3, -0.65, 1.1), (3.4, 0.65, 1.7), FRAME, 0.05)
    s.bar((AXLE, -1.6, RADIUS), (AXLE, 1.6, RADIUS), 0.42, FRAME, 18)
    s.ball((AXLE, 0, RADIUS), 0.60, FRAME, 16)
    s.bar((ARM_FOOT[0], -1.3, ARM_FOOT[1]), (ARM_FOOT[0], 1.3, ARM_FOOT[1]), 0.17, STEEL, 16)
    for z in (1.2, 1.85):
        s.bar((0, 0, z - 0.14), (0, 0, z + 0.14), 0.42, FRAME, 18)
    for side in (1.0, -1.0):
        arch(s, AXLE, RADIUS, RADIUS + 0.16, side * 1.15, side * 2.36, YELLOW, 0.95, 2.75, 0.06)
        lamp_box(s, (2.05, side * 1.55, 3.15), (0.34, 0.2))
        s.bar((1.3, side * 0.9, 2.9), (2.0, side * 1.55, 3.05), 0.05, FRAME, 8)
    return s


def arms(detail):
    """Lift arms along +x from their foot to the bucket's pin: two plates bent down, a cross tube, Z linkage."""
    s = Part(detail)
    for side in (1.0, -1.0):
        s.extrude("y", [(-0.28, -0.22), (0.2, -0.32), (1.9, -0.28), (2.9, -0.55), (ARM - 0.1, -0.28), (ARM + 0.26, -0.12), (ARM + 0.22, 0.20), (ARM - 0.3, 0.30), (2.6, 0.52), (1.3, 0.48), (-0.25, 0.24)], side * 1.02, side * 1.24, YELLOW, 0.04)
    s.bar((2.35, -1.05, 0.05), (2.35, 1.05, 0.05), 0.30, YELLOW, 20)
    # Bell crank and its cylinder in the middle.
    s.extrude("y", [(2.2, -0.1), (2.55, -0.1), (2.75, 0.9), (2.45, 1.25), (2.1, 0.9)], -0.22, 0.22, YELLOW, 0.03)
    s.extrude("y", [(2.2, -0.1), (2.55, -0.1), (2.6, -0.55), (2.35, -0.75), (2.1, -0.5)], -0.20, 0.20, YELLOW, 0.03)
    s.bar((0.35, 0, 0.55), (1.55, 0, 0.85), 0.19, shade(YELLOW, 0.95), 16)
    s.bar((1.55, 0, 0.85), (2.42, 0, 1.05), 0.11, STEEL, 14)
    s.bar((2.35, 0, -0.62), (ARM - 0.10, 0, -0.46), 0.12, FRAME, 12)
    s.bar((ARM, -1.4, 0), (ARM, 1.4, 0), 0.17, STEEL, 16)
    return s


def bucket(detail):
    """A rock bucket with a spade lip: pivot at the origin, floor towards +x, mouth to the front."""
    s = Part(detail)
    w = HALF_BUCKET
    paint = shade(YELLOW, 0.9)
    outline = [(0.62, 1.32), (0.10, 1.02), (-0.12, 0.35), (0.02, -0.30), (0.42, -0.58), (2.15, -0.62)]
    skin = 0.07
    for (xa, za), (xb, zb) in zip(outline, outline[1:]):
        dx, dz = xb - xa, zb - za
        n = (dx * dx + dz * dz) ** 0.5
        ox, oz = dz / n * skin, -dx / n * skin
        inner = [(xa, -w, za), (xa, w, za), (xb, w, zb), (xb, -w, zb)]
        outer = [(xa + ox, -w, za + oz), (xa + ox, w, za + oz), (xb + ox, w, zb + oz), (xb + ox, -w, zb + oz)]
        s.face(inner, WORN, both=True)
        s.face(outer, paint, both=True)
    wall = [(0.62, 1.32), (0.10, 1.02), (-0.12, 0.35), (0.02, -0.30), (0.42, -0.58), (2.15, -0.62), (2.05, -0.25), (1.35, 0.70)]
    for side in (1.0, -1.0):
        s.extrude("y", wall, side * w, side * (w + 0.07), paint, 0.02)
        s.extrude("y", [(1.30, 0.62), (1.95, -0.30), (2.12, -0.24), (1.45, 0.74)], side * (w - 0.03), side * (w + 0.10), STEEL)
        s.extrude("y", [(-0.30, -0.24), (0.25, -0.35), (0.30, 0.75), (-0.05, 0.75), (-0.30, 0.25)], side * 1.0, side * 1.26, FRAME, 0.02)
    # Spade lip and teeth.
    lip = [(1.95, -w - 0.03), (2.10, -w - 0.03), (2.62, -0.75), (2.62, 0.75), (2.10, w + 0.03), (1.95, w + 0.03)]
    s.extrude("z", lip, -0.70, -0.60, STEEL, 0.01)
    count = 8
    for k in range(count):
        y = -w + 0.2 + (2 * w - 0.4) * k / (count - 1)
        x = 2.62 if abs(y) < 0.75 else 2.62 - 0.52 * (abs(y) - 0.75) / (w - 0.72)
        teeth(s, [(x, y, -0.64)], 0.34, (1, 0, 0.06), STEEL)
    # Spill guard.
    s.box((0.55, -w * 0.7, 1.28), (0.66, w * 0.7, 1.62), paint, 0.02)
    return s


def heap(detail):
    s = Part(detail)
    rows, columns = (9, 15) if detail else (4, 5)
    w = HALF_BUCKET - 0.03

    def at(i, j):
        u, v = i / (rows - 1), j / (columns - 1) * 2.0 - 1.0
        x = 0.02 + 2.25 * u
        crest = 2.35 * (1.0 - 0.45 * abs(v) ** 2.4) * min(1.0, 1.30 - 1.05 * u) * min(1.0, 0.72 + 1.6 * u)
        return (x, v * w, max(0.04, crest + 0.09 * sin(6.3 * x + 3.1 * v * w) * cos(4.9 * v * w)) if u < 0.999 else 0.03)

    s.grid(rows, columns, at, ROCK)
    return s


def model(detail):
    root = Node("wheel_loader")
    back = Node("rear", rear(detail))
    ahead = Node("front", front(detail))
    arm = Node("boom", arms(detail), (ARM_FOOT[0], 0.0, ARM_FOOT[1]), pitch=-0.45)
    scoop = Node("bucket", bucket(detail), (ARM, 0.0, 0.0), pitch=0.85)
    scoop.add(Node("heap", heap(detail), (0.0, 0.0, -0.58)))
    root.add(back, ahead.add(arm.add(scoop)))
    back.add(beacon("beacon", (-0.9, 0.5, 5.55), detail))
    left = front_wheel(RADIUS, WIDTH, detail, YELLOW)
    right = Part(detail).add(left, mirror=True)
    for parent, x, where in ((back, -AXLE, "rear"), (ahead, AXLE, "front")):
        parent.add(Node(f"wheel_{where}_left", left, (x, TRACK, RADIUS), {"radius": RADIUS}))
        parent.add(Node(f"wheel_{where}_right", right, (x, -TRACK, RADIUS), {"radius": RADIUS}))
    for side, name in ((1.0, "left"), (-1.0, "right")):
        a, b = link(f"boom_cylinder_{name}", (0.20, side * 0.80, 1.35), (1.95, side * 0.90, -0.18), 2.36, 0.18, 0.12, detail, YELLOW, 0.86)
        ahead.add(a)
        arm.add(b)
        a, b = link(f"steering_cylinder_{name}", (-1.1, side * 0.95, 1.5), (0.75, side * 0.78, 1.5), 1.85, 0.12, 0.08, detail, FRAME, 0.6)
        back.add(a)
        ahead.add(b)
    return root


ABOUT = {"machine": "wheel loader"}
