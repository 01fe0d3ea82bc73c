"""An electric rope shovel of the 10 m³ class: house on crawlers, boom with point sheaves, handle through the saddle, dipper.

Nodes: `undercarriage`, `house`, `boom` (fixed; pivot: its foot), `stick` (the dipper handle; pivot: saddle), `bucket`
(the dipper), `heap`, `door` (dipper door; pivot: hinge), `rope_*` from the sheave to `bail_*` on the dipper.
"""

from math import cos, sin

from .crawler import crawler
from .fittings import beacon, ladder, lamp_box, louvres, rail, teeth
from .gltf import Node
from .paint import BLACK, DECK, FRAME, GLASS, GREY, ROCK, STEEL, WHITE, WORN, YELLOW, shade
from .part import Part

# Foot of the boom on the house (x, z), its angle (rad) and length; saddle along the boom; handle's length, m.
FOOT, ANGLE, LENGTH, SADDLE, HANDLE = (2.3, 2.9), 0.80, 11.5, 5.2, 6.2
HALF_DIPPER = 1.25
# Rest of the handle against the horizon, rad.
REST = -0.35
WHITE_BAND = shade(WHITE, 0.9)


def undercarriage(detail):
    s = Part(detail)
    track = crawler(detail, [(-3.1, 0.86, 0.80), (3.1, 0.86, 0.80)], 1.9, 3.0, 44, FRAME, 7)
    s.both(track)
    s.box((-2.2, -2.0, 0.7), (2.2, 2.0, 1.5), FRAME, 0.08)
    s.bar((0, 0, 1.45), (0, 0, 1.85), 2.15, FRAME, 44)
    s.bar((0, 0, 1.55), (0, 0, 1.72), 2.28, STEEL, 44)
    # Cable guard of the supply at the rear.
    s.box((-3.1, -0.5, 0.7), (-2.2, 0.5, 1.2), YELLOW, 0.04)
    return s


def house(detail):
    s = Part(detail)
    body = shade(YELLOW, 0.97)
    s.extrude("z", [(-6.2, -2.9), (2.9, -2.9), (2.9, 2.9), (-6.2, 2.9)], 1.85, 2.35, FRAME, 0.05)
    # Machinery house with a pitched roof, counterweight below its tail.
    s.extrude("x", [(-3.1, 2.35), (3.1, 2.35), (3.1, 5.7), (0.0, 6.25), (-3.1, 5.7)], -5.6, 1.1, body, 0.05)
    s.extrude("z", [(-5.6, -3.0), (-6.35, -2.6), (-6.55, 0.0), (-6.35, 2.6), (-5.6, 3.0)], 1.9, 4.3, shade(FRAME, 1.6), 0.08)
    for side, face in ((1.0, "+y"), (-1.0, "-y")):
        for x in (-5.2, -3.6, -2.0, -0.4):
            louvres(s, face, (x, side * 3.1, 3.9), (x + 1.1, side * 3.1, 5.1), 9, BLACK, shade(YELLOW, 0.75))
        s.box((-5.6, side * 3.08, 3.35), (1.1, side * 3.125, 3.55), WHITE_BAND)
        s.box((-5.6, side * 3.1, 2.32), (2.9, side * 3.75, 2.4), DECK)
        rail(s, [(-5.5, side * 3.7, 2.4), (2.85, side * 3.7, 2.4)], 1.05, YELLOW, 1.4)
        rail(s, [(-5.4, side * 2.9, 5.75), (1.0, side * 2.9, 5.75)], 0.95, YELLOW, 1.4)
    for x in (-4.4, -1.6):
        s.box((x, -1.2, 6.0), (x + 1.5, 1.2, 6.75), shade(GREY, 1.3), 0.05)
        louvres(s, "+x", (x + 1.5, -1.0, 6.2), (x + 1.5, 1.0, 6.65), 4, BLACK, GREY)
    ladder(s, (2.4, 3.4, 0.4), (1.1, 3.4, 2.4), (0, 1, 0), 0.6, 6, YELLOW, rails=0.8)
    # Operator's cab, high at the left front.
    x0, x1, y0, y1, z0, top = 0.6, 3.0, 1.45, 3.3, 4.3, 6.6
    s.box((x0, y0, 2.35), (x1 - 0.5, y1, z0), body, 0.05)
    s.box((x0, y0, z0), (x1, y1, z0 + 0.6), body, 0.05)
    s.box((x0 + 0.05, y0 + 0.05, z0 + 0.55), (x1 - 0.03, y1 - 0.05, top), GLASS)
    s.box((x0, y0, z0 + 0.55), (x0 + 0.5, y1, top), body)
    for y in (y0 + 0.03, y1 - 0.11):
        for x in (1.6, x1 - 0.10):
            s.box((x, y - 0.03, z0 + 0.55), (x + 0.10, y + 0.11, top), body)
    s.box((x0 - 0.05, y0 - 0.06, top - 0.02), (x1 + 0.25, y1 + 0.06, top + 0.15), body, 0.04)
    s.box((x1 - 0.5, y0, z0 - 0.08), (x1 + 0.6, y1 + 0.5, z0), DECK)
    rail(s, [(x1 + 0.55, y0, z0), (x1 + 0.55, y1 + 0.45, z0), (x0 + 0.2, y1 + 0.45, z0)], 1.0, YELLOW, 0.9)
    # A-frame (gantry) behind the boom, with the suspension ropes' anchor.
    for side in (1.0, -1.0):
        s.bar((1.0, side * 1.15, 2.4), (-0.3, side * 0.55, 8.6), 0.19, YELLOW, 12)
        s.bar((-3.6, side * 1.15, 5.8), (-0.3, side * 0.55, 8.6), 0.15, YELLOW, 12)
        # Suspension ropes to the boom's point.
        far = (FOOT[0] + (LENGTH - 0.5) * cos(ANGLE), FOOT[1] + (LENGTH - 0.5) * sin(ANGLE))
        for k in (0.0, 0.22):
            s.bar((-0.3, side * (0.55 + k), 8.6), (far[0], side * (0.45 + k), far[1] + 0.35), 0.045, STEEL, 6)
        s.box((1.6, side * 0.62, 2.3), (2.8, side * 1.15, 3.2), YELLOW, 0.04)
    s.bar((-0.3, -0.9, 8.6), (-0.3, 0.9, 8.6), 0.24, FRAME, 14)
    # Hoist drum seen at the house's front.
    s.bar((0.9, -1.1, 3.5), (0.9, 1.1, 3.5), 0.62, FRAME, 24)
    for y in (-2.2, 0.9):
        lamp_box(s, (1.12, y, 5.3), (0.4, 0.24))
    return s




def boom(detail):
    """Box boom in two legs that join at the point, with sheaves and walkway."""
    s = Part(detail)
    L = LENGTH
    for side in (1.0, -1.0):
        s.extrude("y", [(-0.3, -0.30), (0.3, -0.40), (SADDLE, -0.62), (L - 0.6, -0.38), (L, -0.22), (L, 0.30), (SADDLE, 0.55), (0.3, 0.36), (-0.3, 0.28)], side * 0.62, side * 1.02, YELLOW, 0.05)
    for x in (1.6, 3.4, 7.0, 8.8, 10.4):
        s.box((x - 0.12, -0.64, -0.25), (x + 0.12, 0.64, 0.25), YELLOW, 0.03)
    s.bar((0, -1.15, 0), (0, 1.15, 0), 0.24, STEEL, 18)
    # Shipper shaft with pinions and the crowd motor's case.
    s.bar((SADDLE, -1.3, 0), (SADDLE, 1.3, 0), 0.30, STEEL, 20)
    s.box((SADDLE - 0.8, -0.5, 0.30), (SADDLE + 0.5, 0.5, 1.15), shade(YELLOW, 0.9), 0.06)
    for side in (1.0, -1.0):
        s.bar((SADDLE, side * 1.02, 0), (SADDLE, side * 1.16, 0), 0.62, FRAME, 24)
        # Point sheaves.
        s.bar((L + 0.15, side * 0.36, 0.1), (L + 0.15, side * 0.56, 0.1), 0.82, FRAME, 30)
        s.bar((L + 0.15, side * 0.30, 0.1), (L + 0.15, side * 0.62, 0.1), 0.28, STEEL, 16)
        # Walkway along the boom's side.
        s.box((0.8, side * 1.02, -0.08), (L - 1.2, side * 1.5, -0.02), DECK)
        for k in range(9 if detail else 0):
            x = 0.9 + (L - 2.2) * k / 8.0
            s.bar((x, side * 1.48, -0.05), (x - 0.72, side * 1.48, 0.72), 0.022, YELLOW, 6)
        s.bar((0.2, side * 1.48, 0.70), (L - 2.0, side * 1.48, 0.70), 0.024, YELLOW, 6)
        # Hoist ropes from the drum over the sheave.
        s.bar((-0.9, side * 0.44, 1.0), (L + 0.05, side * 0.46, 0.92), 0.045, STEEL, 6)
    s.bar((L + 0.15, -0.9, 0.1), (L + 0.15, 0.9, 0.1), 0.14, STEEL, 14)
    for z in (0.5,):
        for y in (-0.8, 0.8):
            lamp_box(s, (L - 0.3, y, z), (0.34, 0.2))
    return s


def handle(detail):
    """Twin-legged dipper handle outside the boom, racked, about the saddle; the dipper hangs at its end."""
    s = Part(detail)
    for side in (1.0, -1.0):
        s.box((-2.6, side * 1.22, -0.24), (HANDLE, side * 1.58, 0.24), YELLOW, 0.05)
        for k in range(22 if detail else 0):
            x = -2.4 + 0.28 * k
            s.box((x, side * 1.24, -0.33), (x + 0.13, side * 1.44, -0.22), STEEL)
        s.box((-0.55, side * 1.16, -0.45), (0.55, side * 1.66, 0.45), FRAME, 0.05)
    s.box((-2.75, -1.58, -0.2), (-2.45, 1.58, 0.2), YELLOW, 0.04)
    s.box((HANDLE - 0.5, -1.22, -0.16), (HANDLE - 0.1, 1.22, 0.16), YELLOW, 0.04)
    return s


def dipper(detail):
    """A dipper: a rectangular shell open to the front and above, with tooth lip, bail, and a door behind."""
    s = Part(detail)
    w = HALF_DIPPER
    shell = shade(FRAME, 1.7)
    # The mouth faces +z (up in the dipper's frame when the handle is level and the teeth lead).
    back, front, deep, lip = -0.15, 2.15, -2.05, 0.25
    for side in (1.0, -1.0):
        s.extrude("y", [(back, deep), (front - 0.35, deep), (front, lip - 0.2), (front - 0.15, lip), (back, 0.15)], side * w, side * (w + 0.14), shell, 0.03)
        s.extrude("y", [(front - 0.32, deep + 0.2), (front - 0.12, deep + 0.2), (front + 0.08, lip - 0.1), (front - 0.1, lip)], side * (w - 0.02), side * (w + 0.2), STEEL, 0.02)
        s.box((back - 0.28, side * (w - 0.2), -1.0), (back + 0.02, side * (w + 0.36), 0.3), shell, 0.03)
    s.box((back - 0.1, -w, deep), (back + 0.05, w, 0.35), shell, 0.02)
    s.extrude("y", [(front - 0.40, deep), (front - 0.28, deep), (front + 0.06, lip - 0.2), (front - 0.08, lip)], -w, w, shell)
    s.face([(back + 0.06, -w, deep + 0.02), (back + 0.06, w, deep + 0.02), (back + 0.06, w, 0.3), (back + 0.06, -w, 0.3)], WORN, both=True)
    for z in (-1.5, -0.9, -0.35):
        x = front - 0.30 + 0.26 * (z - deep) / (lip - deep) + 0.1
        s.box((x, -w, z - 0.08), (x + 0.14, w, z + 0.08), STEEL)
    teeth(s, [(front - 0.05, -w + 0.2 + (2 * w - 0.4) * k / 4.0, lip + 0.02) for k in range(5)], 0.50, (0.30, 0, 1), STEEL)
    # Bail with its equaliser.
    for side in (1.0, -1.0):
        s.bar((0.1, side * (w + 0.2), 0.15), (0.15, side * 0.5, 1.0), 0.11, FRAME, 10)
    s.bar((0.15, -0.62, 1.0), (0.15, 0.62, 1.0), 0.20, FRAME, 14)
    return s


def door(detail):
    """The dipper's door, which closes its bottom, about the hinge at its rear edge."""
    s = Part(detail)
    w = HALF_DIPPER
    s.box((0.0, -w, -0.16), (2.0, w, 0.0), shade(FRAME, 1.5), 0.03)
    for y in (-0.8, 0.0, 0.8):
        s.box((0.0, y - 0.1, -0.32), (1.9, y + 0.1, -0.14), shade(FRAME, 1.3), 0.02)
    return s


def heap(detail):
    s = Part(detail)
    rows, columns = (9, 9) if detail else (4, 4)
    w = HALF_DIPPER - 0.03

    def at(i, j):
        u, v = i / (rows - 1), j / (columns - 1) * 2.0 - 1.0
        x = -0.08 + (1.8 + 0.35) * u
        crest = 2.45 - 0.55 * v * v - 0.5 * (2.0 * u - 1.0) ** 2
        return (min(x, 2.02), v * w, crest + 0.08 * sin(6.3 * x + 5.1 * v) * cos(4.9 * v - 2.0 * x))

    s.grid(rows, columns, at, ROCK)
    return s


def rope(detail):
    """Two ropes of 1 m, which the viewer stretches to the dipper."""
    s = Part(detail)
    for y in (-0.08, 0.08):
        s.bar((0, y, 0), (1.0, y, 0), 0.045, STEEL, 6)
    return s


def model(detail):
    root = Node("shovel")
    root.add(Node("undercarriage", undercarriage(detail)))
    upper = Node("house", house(detail))
    arm = Node("boom", boom(detail), (FOOT[0], 0.0, FOOT[1]), pitch=ANGLE)
    saddle = (FOOT[0] + SADDLE * cos(ANGLE), 0.0, FOOT[1] + SADDLE * sin(ANGLE))
    hand = Node("stick", handle(detail), saddle, pitch=REST)
    scoop = Node("bucket", dipper(detail), (HANDLE, 0.0, 0.0))
    scoop.add(Node("door", door(detail), (-0.15, 0.0, -2.05)))
    scoop.add(Node("heap", heap(detail), (0.0, 0.0, -2.03)))
    root.add(upper.add(arm, hand.add(scoop)))
    upper.add(beacon("beacon", (1.4, 2.4, 6.75), detail))
    point = (FOOT[0] + (LENGTH + 0.75) * cos(ANGLE), FOOT[1] + (LENGTH + 0.75) * sin(ANGLE))
    for side, name in ((1.0, "left"), (-1.0, "right")):
        # From the sheave down to the dipper's bail.
        extras = {"points_at": f"bail_{name}", "length": 1.0}
        upper.add(Node(f"rope_{name}", rope(detail), (point[0], side * 0.46, point[1]), extras))
        scoop.add(Node(f"bail_{name}", None, (0.15, side * 0.46, 1.0)))
    return root


ABOUT = {"machine": "rope shovel"}
