"""A hydraulic shovel of the 250 t class with face-shovel equipment.

Nodes: `undercarriage`, `house` (turns about the upright through the origin), `boom`, `stick`, `bucket`, `heap` (its
height is the fill), and cylinders. The lengths of the arm are those of the simulator's shovel.
"""

from math import cos, sin

from .crawler import crawler
from .fittings import beacon, ladder, lamp_box, link, louvres, rail, teeth
from .gltf import Node
from .paint import BLACK, CHROME, DECK, FRAME, GLASS, GREY, ROCK, STEEL, WORN, YELLOW, shade
from .part import Part

# Foot of the boom (x, z), length of boom and stick, m: as `BOOM_FOOT`, `BOOM_LENGTH`, `STICK_LENGTH` of the viewer.
BOOM_FOOT = (1.4, 3.1)
BOOM_LENGTH = 8.2
STICK_LENGTH = 4.6
HALF_BUCKET = 1.75
# Rest: boom over the horizon, stick against the boom, bucket against the stick, rad.
REST = (0.55, -1.75, 1.20)


def undercarriage(detail):
    s = Part(detail)
    track = crawler(detail, [(-3.05, 0.88, 0.82), (3.05, 0.88, 0.82)], 1.75, 2.95, 54, YELLOW, 8)
    s.both(track)
    # Car body in H shape with the ring.
    s.extrude("z", [(-1.7, -1.9), (-1.3, -1.5), (1.3, -1.5), (1.7, -1.9), (1.7, 1.9), (1.3, 1.5), (-1.3, 1.5), (-1.7, 1.9)], 0.75, 1.55, YELLOW, 0.05)
    s.bar((0, 0, 1.5), (0, 0, 1.92), 1.65, FRAME, 40)
    s.bar((0, 0, 1.62), (0, 0, 1.78), 1.74, STEEL, 40)
    for side in (1.0, -1.0):
        s.box((-3.4, side * 2.0, 1.0), (-2.7, side * 1.72, 1.3), FRAME, 0.03)
    return s


def house(detail):
    s = Part(detail)
    # Main frame.
    s.extrude("y", [(-5.0, 1.95), (2.2, 1.95), (2.2, 2.35), (-5.0, 2.35)], -2.95, 2.95, FRAME, 0.04)
    for y in (-0.95, 0.62):
        s.extrude("y", [(0.2, 2.3), (2.25, 2.3), (2.25, 2.6), (1.75, 3.5), (1.1, 3.5), (0.2, 2.9)], y, y + 0.33, YELLOW, 0.03)
    s.bar((1.4, -1.15, 3.1), (1.4, 1.15, 3.1), 0.20, STEEL, 18)
    # Engine house, hydraulic room on the right, base of the cab on the left.
    s.box((-4.9, -2.9, 2.35), (-1.35, 2.9, 4.95), YELLOW, 0.08)
    s.box((-1.35, -2.9, 2.35), (1.7, -1.25, 4.35), YELLOW, 0.07)
    s.box((-1.35, -1.25, 2.35), (0.05, 1.2, 4.0), shade(YELLOW, 0.93), 0.04)
    s.box((-1.35, 1.2, 2.35), (1.95, 2.9, 4.45), YELLOW, 0.07)
    # Doors and louvres along the sides.
    for side, face in ((1.0, "+y"), (-1.0, "-y")):
        for x in (-4.6, -3.5, -2.4):
            louvres(s, face, (x, side * 2.9, 3.5), (x + 0.9, side * 2.9, 4.6), 8, BLACK, shade(YELLOW, 0.72))
            s.box((x, side * 2.89, 2.55), (x + 0.9, side * 2.915, 3.35), shade(YELLOW, 0.9))
    louvres(s, "-y", (-1.0, -2.9, 2.7), (1.3, -2.9, 4.0), 9, BLACK, shade(YELLOW, 0.72))
    # Counterweight.
    s.extrude("z", [(-5.0, -2.75), (-5.0, 2.75), (-5.45, 2.6), (-5.85, 1.7), (-5.98, 0.0), (-5.85, -1.7), (-5.45, -2.6)], 2.0, 4.55, shade(FRAME, 1.7), 0.10)
    s.box((-6.0, -0.9, 3.0), (-5.9, 0.9, 3.5), YELLOW, 0.02)
    # Roof: stacks, air cleaners, coolers, walkway rails.
    for y in (-1.7, -1.1, 1.1, 1.7):
        s.bar((-3.6, y, 4.95), (-3.6, y, 5.75), 0.17, FRAME, 16)
        s.tube([(-3.6, y, 5.70), (-3.85, y, 5.95)], 0.12, STEEL, 12)
        s.bar((-2.3, y, 4.95), (-2.3, y, 5.45), 0.26, BLACK, 18)
    s.box((-4.7, -0.7, 4.95), (-1.6, 0.7, 5.25), shade(YELLOW, 0.9), 0.04)
    e = 2.82
    rail(s, [(-1.4, e, 4.95), (-4.85, e, 4.95), (-4.85, -e, 4.95), (-1.4, -e, 4.95)], 1.05, YELLOW, 1.15)
    rail(s, [(-1.3, -e, 4.35), (1.62, -e, 4.35), (1.62, -1.3, 4.35)], 1.05, YELLOW, 1.0)
    # Walkway along the left, stairs.
    s.box((-4.9, 2.9, 2.45), (0.4, 3.5, 2.52), DECK)
    rail(s, [(-4.85, 3.45, 2.52), (-1.2, 3.45, 2.52)], 1.05, YELLOW, 1.2)
    ladder(s, (-1.5, 3.2, 2.5), (-0.15, 3.2, 4.45), (0, 1, 0), 0.55, 7, YELLOW, rails=0.9)
    ladder(s, (0.75, 3.2, 0.55), (-0.35, 3.2, 2.5), (0, 1, 0), 0.55, 6, YELLOW, rails=0.7)
    s.box((-0.2, 2.88, 4.38), (1.95, 3.5, 4.45), DECK)
    rail(s, [(0.0, 3.45, 4.45), (1.9, 3.45, 4.45)], 1.05, YELLOW, 1.0)
    cab(s)
    # Work lamps.
    for p in ((1.72, -2.5, 4.2), (1.72, -1.7, 4.2)):
        lamp_box(s, p, (0.36, 0.2))
    return s


def cab(s):
    x0, x1, y0, y1 = -0.25, 2.05, 1.25, 2.85
    z0, sill, top = 4.45, 5.0, 6.55
    s.extrude("y", [(x0, z0), (x1, z0), (x1 + 0.05, sill), (x0, sill)], y0, y1, YELLOW, 0.05)
    s.extrude("y", [(x0 + 0.1, sill), (x1 + 0.02, sill), (x1 - 0.10, top), (x0 + 0.1, top)], y0 + 0.03, y1 - 0.03, GLASS)
    s.box((x0, y0, sill - 0.02), (x0 + 0.45, y1, top), YELLOW, 0.04)
    s.box((x0 - 0.05, y0 - 0.06, top - 0.03), (x1 + 0.35, y1 + 0.06, top + 0.16), YELLOW, 0.05)
    for y in (y0 + 0.03, y1 - 0.03):
        for x in (1.0, x1 - 0.10):
            s.block(
                [(x, y - 0.04, sill), (x + 0.10, y - 0.04, sill), (x + 0.10, y + 0.04, sill), (x, y + 0.04, sill)],
                [(x - 0.06, y - 0.04, top), (x + 0.04, y - 0.04, top), (x + 0.04, y + 0.04, top), (x - 0.06, y + 0.04, top)],
                YELLOW,
            )
    # Bars of the guard before the windscreen.
    for k in range(5):
        y = y0 + 0.2 + (y1 - y0 - 0.4) * k / 4.0
        s.bar((x1 + 0.10, y, sill), (x1 + 0.02, y, top), 0.018, BLACK, 6)
    for y in (1.5, 2.05, 2.6):
        lamp_box(s, (x1 + 0.36, y, top + 0.02), (0.30, 0.16))


def boom(detail):
    """The boom along +x from its foot; its back is humped."""
    s = Part(detail)
    L = BOOM_LENGTH
    s.extrude("y", [(-0.35, -0.30), (0.35, -0.42), (3.6, -0.52), (L - 0.3, -0.42), (L + 0.32, -0.28), (L + 0.36, 0.22), (L - 0.2, 0.42), (4.4, 1.02), (2.6, 0.98), (0.2, 0.42), (-0.35, 0.28)], -0.62, 0.62, YELLOW, 0.06)
    for side in (1.0, -1.0):
        s.extrude("y", [(0.6, -0.2), (3.6, -0.3), (L - 0.8, -0.25), (L - 0.9, 0.2), (4.3, 0.75), (2.6, 0.7), (0.6, 0.3)], side * 0.62, side * 0.645, shade(YELLOW, 0.92))
        s.bar((3.6, side * 0.6, -0.25), (3.6, side * 1.15, -0.25), 0.16, STEEL, 14)
        s.bar((0, side * 0.55, 0), (0, side * 0.72, 0), 0.42, FRAME, 20)
        # Hoses.
        if detail:
            for k in range(3):
                y = side * (0.30 + 0.10 * k)
                s.tube([(0.3, y, 0.55), (2.6, y, 1.06), (4.4, y, 1.10), (L - 0.4, y, 0.50)], 0.035, BLACK, 6)
    s.bar((L, -0.85, 0), (L, 0.85, 0), 0.30, STEEL, 20)
    return s


def stick(detail):
    s = Part(detail)
    L = STICK_LENGTH
    s.extrude("y", [(-0.85, 0.10), (-0.55, -0.42), (0.35, -0.58), (1.7, -0.62), (L + 0.25, -0.30), (L + 0.28, 0.26), (L - 0.4, 0.36), (0.8, 0.62), (-0.3, 0.58)], -0.50, 0.50, YELLOW, 0.05)
    for side in (1.0, -1.0):
        s.bar((1.6, side * 0.5, -0.45), (1.6, side * 0.98, -0.45), 0.14, STEEL, 14)
        # Bucket cylinders along the front of the stick, and the link to the bucket.
        s.bar((0.25, side * 0.72, 0.52), (2.7, side * 0.72, 0.62), 0.19, shade(YELLOW, 0.95), 16)
        s.bar((2.7, side * 0.72, 0.62), (3.75, side * 0.72, 0.66), 0.11, CHROME, 14)
        s.extrude("y", [(3.55, 0.50), (3.95, 0.48), (L + 0.22, 0.05), (L + 0.05, -0.18), (L - 0.25, -0.05), (3.6, 0.78), (3.85, 0.80)], side * 0.60, side * 0.72, FRAME)
    s.bar((L, -0.95, 0), (L, 0.95, 0), 0.24, STEEL, 18)
    return s


def bucket(detail):
    """A face-shovel bucket: back wall at the pivot, floor towards +x, lip with teeth; mouth to the front and above."""
    s = Part(detail)
    w = HALF_BUCKET
    thick = 0.09
    outline = [(0.05, 0.62), (-0.12, -0.45), (0.22, -1.18), (0.90, -1.52), (2.45, -1.50)]
    for (xa, za), (xb, zb) in zip(outline, outline[1:]):
        dx, dz = xb - xa, zb - za
        n = (dx * dx + dz * dz) ** 0.5
        ox, oz = dz / n * thick, -dx / n * thick
        s.face([(xa, -w, za), (xa, w, za), (xb, w, zb), (xb, -w, zb)], WORN)
        s.face([(xa + ox, -w - 0.05, za + oz), (xb + ox, -w - 0.05, zb + oz), (xb + ox, w + 0.05, zb + oz), (xa + ox, w + 0.05, za + oz)], shade(FRAME, 1.6))
    # Both skins are seen from both sides.
    shell = s.fresh()
    for points, _, paint in list(s.triangles):
        shell.face(list(points)[::-1], paint)
    s.add(shell)
    side_wall = [(0.05, 0.62), (-0.12, -0.45), (0.22, -1.18), (0.90, -1.52), (2.45, -1.50), (2.30, -1.05), (1.45, 0.25), (0.75, 0.62)]
    for side in (1.0, -1.0):
        s.extrude("y", side_wall, side * w, side * (w + 0.09), shade(FRAME, 1.6), 0.02)
        # Wear bars.
        s.extrude("y", [(0.95, -1.60), (2.40, -1.58), (2.40, -1.40), (0.95, -1.42)], side * (w - 0.02), side * (w + 0.13), STEEL)
        s.extrude("y", [(1.35, 0.22), (2.2, -1.1), (2.36, -1.02), (1.52, 0.30)], side * (w - 0.03), side * (w + 0.12), STEEL)
    for y in (-1.1, -0.35, 0.35, 1.1):
        s.extrude("y", [(-0.22, -0.45), (0.14, -1.24), (0.9, -1.63), (2.2, -1.62), (2.2, -1.72), (0.85, -1.74), (0.02, -1.30), (-0.34, -0.45)], y - 0.10, y + 0.10, FRAME)
    # Lip, teeth, and the ears on the pivot.
    s.box((2.20, -w - 0.05, -1.62), (2.62, w + 0.05, -1.46), STEEL, 0.02)
    teeth(s, [(2.62, -w + 0.22 + (2 * w - 0.44) * k / 5.0, -1.54) for k in range(6)], 0.46, (1, 0, 0.12), STEEL)
    for side in (1.0, -1.0):
        s.extrude("y", [(-0.32, 0.30), (0.30, 0.34), (0.20, -0.9), (-0.20, -0.55)], side * 0.72, side * 0.94, FRAME, 0.02)
    s.box((-0.12, -w, 0.50), (0.16, w, 0.68), FRAME, 0.03)
    return s


def heap(detail):
    """Rock of a full bucket on its floor, about the floor; its height is scaled with the fill."""
    s = Part(detail)
    rows, columns = (11, 13) if detail else (5, 5)
    w = HALF_BUCKET - 0.03

    def at(i, j):
        u, v = i / (rows - 1), j / (columns - 1) * 2.0 - 1.0
        x = -0.02 + 2.5 * u
        crest = 2.15 * (1.0 - 0.55 * abs(v) ** 2.2) * min(1.0, 1.35 - 0.95 * u) * min(1.0, 0.62 + 1.9 * u)
        lump = 0.10 * sin(7.3 * x + 4.1 * v * w) * cos(5.9 * v * w - 3.3 * x)
        edge = 1.0 if 0 < i < rows - 1 and 0 < j < columns - 1 else 0.92
        return (x, v * w, max(0.05, (crest + lump) * edge) if u < 0.999 else 0.04)

    s.grid(rows, columns, at, ROCK)
    return s


def model(detail):
    root = Node("shovel")
    root.add(Node("undercarriage", undercarriage(detail)))
    upper = Node("house", house(detail))
    arm = Node("boom", boom(detail), (BOOM_FOOT[0], 0.0, BOOM_FOOT[1]), pitch=REST[0])
    hand = Node("stick", stick(detail), (BOOM_LENGTH, 0.0, 0.0), pitch=REST[1])
    scoop = Node("bucket", bucket(detail), (STICK_LENGTH, 0.0, 0.0), pitch=REST[2])
    scoop.add(Node("heap", heap(detail), (0.0, 0.0, -1.50)))
    root.add(upper.add(arm.add(hand.add(scoop))))
    upper.add(beacon("beacon", (0.2, 2.05, 6.72), detail))
    for side, name in ((1.0, "left"), (-1.0, "right")):
        # Boom cylinder: 3.4 m at the lowest boom angle, 4.3 m at the greatest.
        a, b = link(f"boom_cylinder_{name}", (2.05, side * 0.98, 2.25), (3.6, side * 0.98, -0.25), 3.1, 0.24, 0.15, detail, YELLOW, 0.74)
        upper.add(a)
        arm.add(b)
        # Crowd cylinder under the boom: 3.9 m drawn in, 5.4 m pushed out.
        a, b = link(f"stick_cylinder_{name}", (3.0, side * 0.82, -0.60), (1.6, side * 0.82, -0.45), 3.9, 0.22, 0.14, detail, YELLOW, 0.86)
        arm.add(a)
        hand.add(b)
    return root


ABOUT = {"machine": "hydraulic shovel"}
