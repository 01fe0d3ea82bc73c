"""A track dozer of the 70 t class with raised sprocket, semi-U blade and ripper.

Nodes: `vehicle`, `blade` and `ripper` (they lift). The origin is on the ground in the middle between the tracks.
"""

from .crawler import crawler
from .fittings import beacon, ladder, lamp_box, louvres, rail
from .gltf import Node
from .paint import BLACK, CHROME, DECK, FRAME, GLASS, GREY, STEEL, WORN, YELLOW, shade
from .part import Part


def hull(detail):
    s = Part(detail)
    track = crawler(detail, [(-1.95, 0.62, 0.56), (1.95, 0.62, 0.56), (-0.85, 1.72, 0.50)], 1.02, 1.68, 46, FRAME, 7, 0.09)
    s.both(track)
    # Case, engine hood, grille.
    s.box((-2.1, -0.95, 0.75), (2.2, 0.95, 1.75), FRAME, 0.06)
    s.extrude("y", [(0.15, 1.6), (2.55, 1.5), (2.62, 2.55), (0.15, 2.78)], -0.72, 0.72, YELLOW, 0.07)
    louvres(s, "+x", (2.60, -0.58, 1.62), (2.60, 0.58, 2.42), 10, BLACK, shade(YELLOW, 0.7))
    for side, face in ((1.0, "+y"), (-1.0, "-y")):
        louvres(s, face, (0.9, side * 0.72, 1.85), (2.2, side * 0.72, 2.4), 6, BLACK, shade(YELLOW, 0.75))
        # Fenders over the tracks, tanks behind, steps, grab rails.
        s.extrude("y", [(-1.75, 2.28), (0.55, 2.28), (1.0, 1.95), (1.0, 2.02), (0.58, 2.38), (-1.75, 2.38)], side * 0.72, side * 1.68, YELLOW, 0.0)
        s.tube([(0.5, side * 1.55, 2.38), (0.5, side * 1.55, 3.2), (-0.1, side * 1.55, 3.2), (-0.1, side * 1.55, 2.38)], 0.022, YELLOW, 6)
    s.extrude("y", [(-2.35, 1.75), (-1.45, 1.75), (-1.45, 2.95), (-2.2, 2.85)], -1.35, 1.35, YELLOW, 0.08)
    s.bar((1.2, 0.38, 2.68), (1.2, 0.38, 3.35), 0.10, STEEL, 14)
    s.bar((1.85, -0.30, 2.6), (1.85, -0.30, 3.05), 0.17, BLACK, 16)
    s.bar((1.85, -0.30, 3.05), (1.85, -0.30, 3.16), 0.22, BLACK, 16, end=0.1)
    cab(s)
    for side in (1.0, -1.0):
        # Lift cylinders beside the nose, in yokes.
        s.bar((2.35, side * 0.86, 2.55), (2.95, side * 0.80, 1.30), 0.10, YELLOW, 14)
        s.bar((2.95, side * 0.80, 1.30), (3.12, side * 0.78, 0.92), 0.06, CHROME, 12)
        s.box((2.1, side * 0.70, 2.2), (2.5, side * 0.98, 2.6), YELLOW, 0.03)
        lamp_box(s, (2.52, side * 0.84, 2.72), (0.26, 0.16))
    return s


def cab(s):
    x0, x1, half = -1.45, 0.25, 0.80
    z0, sill, top = 2.35, 2.85, 3.95
    s.extrude("y", [(x0, z0), (x1, z0), (x1 + 0.03, sill), (x0, sill)], -half, half, YELLOW, 0.04)
    s.block(
        [(x0 + 0.05, -half + 0.05, sill), (x1 - 0.02, -half + 0.05, sill), (x1 - 0.02, half - 0.05, sill), (x0 + 0.05, half - 0.05, sill)],
        [(x0 + 0.10, -half + 0.10, top), (x1 - 0.12, -half + 0.10, top), (x1 - 0.12, half - 0.10, top), (x0 + 0.10, half - 0.10, top)],
        GLASS,
    )
    for side in (1.0, -1.0):
        for a, b, k in ((x0, x0 + 0.04, 0.12), (x0 + 0.75, x0 + 0.75, 0.08), (x1 - 0.10, x1 - 0.20, 0.09)):
            y0, y1, u0, u1 = side * (half - 0.07), side * (half - 0.005), side * (half - 0.12), side * (half - 0.055)
            s.block([(a, y0, sill), (a + k, y0, sill), (a + k, y1, sill), (a, y1, sill)], [(b, u0, top), (b + k, u0, top), (b + k, u1, top), (b, u1, top)], YELLOW)
        # Posts of the roll-over frame behind the cab.
        s.box((x0 - 0.20, side * 0.72, 2.4), (x0 - 0.02, side * 0.98, top + 0.12), YELLOW, 0.03)
    s.box((x0 - 0.25, -1.02, top - 0.01), (x1 + 0.15, 1.02, top + 0.17), YELLOW, 0.05)
    for y in (-0.75, 0.75):
        lamp_box(s, (x1 + 0.17, y, top + 0.06), (0.28, 0.15))
        lamp_box(s, (x0 - 0.26, y, top + 0.06), (0.28, 0.15), forward=-1.0)


def blade(detail):
    """Semi-U blade about the pins of its push arms; the arms go with it."""
    s = Part(detail)
    half, front = 2.45, 4.05
    # Curved moldboard in five sections across: the wings turn forward.
    across = [(-half, 0.42), (-1.45, 0.0), (1.45, 0.0), (half, 0.42)]
    rows = [(0.30, -0.62), (0.10, -0.30), (0.0, 0.1), (0.02, 0.55), (0.16, 1.0), (0.34, 1.32)]
    x = front - 0.55 - 0.2
    for (ya, fa), (yb, fb) in zip(across, across[1:]):
        for (da, za), (db, zb) in zip(rows, rows[1:]):
            quad = [(x + fa + da, ya, za), (x + fb + da, yb, za), (x + fb + db, yb, zb), (x + fa + db, ya, zb)]
            s.face(quad, WORN, both=False)
            back = [(p[0] - 0.12, p[1], p[2]) for p in quad]
            s.face(back[::-1], YELLOW)
        for z, d in ((-0.62, 0.30), (1.32, 0.34)):
            edge = [(x + fa + d, ya, z), (x + fb + d, yb, z), (x + fb + d - 0.12, yb, z), (x + fa + d - 0.12, ya, z)]
            s.face(edge, YELLOW, both=True)
        s.block(
            [(x + fa + 0.20, ya, -0.62), (x + fb + 0.20, yb, -0.62), (x + fb + 0.34, yb, -0.62), (x + fa + 0.34, ya, -0.62)],
            [(x + fa + 0.12, ya, -0.34), (x + fb + 0.12, yb, -0.34), (x + fb + 0.18, yb, -0.34), (x + fa + 0.18, ya, -0.34)],
            STEEL,
        )
    for side in (1.0, -1.0):
        for (da, za), (db, zb) in zip(rows, rows[1:]):
            y = side * half
            s.face([(x + 0.42 + da, y, za), (x + 0.42 + db, y, zb), (x + 0.30 + db, y, zb), (x + 0.30 + da, y, za)], YELLOW, both=True)
        # Push arm outside the track, brace, and the box on the blade's back.
        s.extrude("y", [(-0.16, -0.14), (0.16, -0.16), (x + 0.2, -0.48), (x + 0.2, -0.16), (0.16, 0.15), (-0.16, 0.14)], side * 1.74, side * 1.98, YELLOW, 0.03)
        s.bar((1.6, side * 1.85, 0.1), (x - 0.05, side * 1.7, 0.95), 0.09, FRAME, 12)
        s.box((x - 0.35, side * 0.70, 0.25), (x - 0.05, side * 0.95, 0.75), YELLOW, 0.03)
    s.box((x - 0.26, -1.40, -0.35), (x - 0.08, 1.40, 0.0), YELLOW, 0.03)
    s.box((x - 0.22, -1.40, 0.85), (x - 0.02, 1.40, 1.1), YELLOW, 0.03)
    return s


def ripper(detail):
    s = Part(detail)
    for side in (1.0, -1.0):
        s.bar((0, side * 0.55, 0.0), (-1.25, side * 0.55, 0.05), 0.14, YELLOW, 12)
        s.bar((0.1, side * 0.40, 0.95), (-1.05, side * 0.40, 0.55), 0.12, YELLOW, 14)
    s.box((-1.55, -1.15, -0.20), (-1.10, 1.15, 0.55), YELLOW, 0.06)
    for y in (-0.85, 0.85):
        s.extrude("y", [(-1.62, 0.75), (-1.34, 0.75), (-1.30, -0.45), (-1.05, -0.90), (-1.18, -0.98), (-1.52, -0.55)], y - 0.08, y + 0.08, STEEL, 0.02)
    return s


def model(detail):
    root = Node("dozer")
    root.add(Node("vehicle", hull(detail)))
    root.add(Node("blade", blade(detail), (0.0, 0.0, 0.72)))
    root.add(Node("ripper", ripper(detail), (-2.15, 0.0, 1.15)))
    root.add(beacon("beacon", (-1.2, 0.6, 4.12), detail))
    return root


ABOUT = {"machine": "dozer"}
