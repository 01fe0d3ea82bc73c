"""The dump body of the TR100AT: V-shaped floor, ribbed sides, front wall and canopy."""

from math import radians, tan

from .paint import FRAME, GREY, STEEL, WORN, YELLOW, shade
from .part import Part

# Rise of the V-shaped floor from the middle to the sides, m: the sides clear the tyres at full stroke.
V_RISE = 0.24
# Thickness of plates as drawn, m.
PLATE = 0.045


class Tray:
    """The inside of the body, from the seeds."""

    def __init__(self, truck):
        body, g = truck.body, truck.geometry
        self.tail = -body.tail_behind
        self.front = self.tail + body.floor_length
        self.half = body.inside_width / 2.0
        self.slope = tan(radians(body.floor_angle))
        self.tail_z, self.side_z, self.front_z = body.tail_height, body.side_height, body.front_height
        self.outer = g.body_width / 2.0
        self.top = g.height
        self.end = -g.rear_overhang

    def floor(self, x):
        return self.tail_z - self.slope * (x - self.tail)

    def side_top(self, x):
        """Upper edge of a side: level, falling to the open tail, rising to the canopy."""
        if x < self.tail + 1.5:
            t = (x - self.end) / (self.tail + 1.5 - self.end)
            return self.side_z - 0.52 * (1.0 - max(0.0, t)) ** 1.2
        return self.side_z


def body(truck, hinge, detail):
    """The body lowered, in the frame of its hinge."""
    t = Tray(truck)
    s = Part(detail)
    paint = YELLOW
    inside = WORN
    half, outer = t.half, t.outer
    # Floor in two halves of the V, from tail lip to front wall; worn inside, painted below.
    stations = [t.end, t.tail, -1.2, 0.3, 1.8, t.front - 0.10]
    for a, b in zip(stations, stations[1:]):
        za, zb = t.floor(a), t.floor(b)
        for side in (1.0, -1.0):
            for k in range(3):
                y0, y1 = side * half * k / 3.0, side * half * (k + 1) / 3.0
                rise0, rise1 = V_RISE * k / 3.0, V_RISE * (k + 1) / 3.0
                quad = [(a, y0, za + rise0), (b, y0, zb + rise0), (b, y1, zb + rise1), (a, y1, za + rise1)]
                s.face(quad if side > 0 else quad[::-1], shade(inside, 1.0 + 0.12 * ((k + len(stations)) % 2)))
                low = [(p[0], p[1], p[2] - PLATE) for p in quad]
                s.face(low[::-1] if side > 0 else low, paint)
    # Tail lip.
    s.box((t.end, -half, t.floor(t.end) - PLATE - 0.02), (t.end + 0.10, half, t.floor(t.end) + 0.01), STEEL)
    # Box ribs under the floor run across, and up the sides.
    ribs = [-2.55, -1.75, -0.95, -0.15, 0.65, 1.45, 2.25, 3.05]
    for k, x in enumerate(ribs):
        z = t.floor(x) - PLATE
        deep = 0.20 if k not in (0,) else 0.16
        if not (-1.3 < x < 1.3):
            for side in (1.0, -1.0):
                quad = [(x - 0.13, side * 0.80, z), (x + 0.13, side * 0.80, z), (x + 0.13, side * half, z + V_RISE), (x - 0.13, side * half, z + V_RISE)]
                low = [(p[0], p[1], p[2] - deep) for p in quad]
                s.block(low, quad, paint)
        side_rib(s, t, x, deep, paint)
    # Two longitudinal beams on which the body rests on the frame.
    for y in (0.62, -0.62):
        s.extrude(
            "y",
            [
                (-2.3, t.floor(-2.3) - PLATE + 0.05),
                (3.45, t.floor(3.45) - PLATE + 0.05),
                (3.45, t.floor(3.45) - 0.20),
                (0.4, t.floor(0.4) - 0.44),
                (-1.1, t.floor(-1.1) - 0.62),
                (-1.75, t.floor(-1.75) - 0.70),
                (-2.3, t.floor(-2.3) - 0.2),
            ],
            y - 0.16,
            y + 0.16,
            paint,
            0.02,
        )
    sides(s, t, paint, inside)
    front_and_canopy(s, t, paint, inside)
    # Hinge eyes.
    for y in (1.02, -1.02):
        s.bar((hinge[0], y - 0.14, hinge[2]), (hinge[0], y + 0.14, hinge[2]), 0.22, FRAME, 18)
        s.extrude(
            "y",
            [(hinge[0] - 0.24, hinge[2] - 0.05), (hinge[0] + 0.24, hinge[2] - 0.05), (hinge[0] + 0.45, t.floor(hinge[0]) - 0.05), (hinge[0] - 0.45, t.floor(hinge[0]) - 0.05)],
            y - 0.09,
            y + 0.09,
            paint,
        )
    # Rock ejectors hang between the twin tyres.
    for side in (1.0, -1.0):
        y = side * truck.geometry.track_rear / 2.0
        s.box((1.62, y - 0.05, 1.55), (1.70, y + 0.05, 2.5), FRAME)
        s.box((1.15, y - 0.05, 1.45), (1.66, y + 0.05, 1.60), FRAME)
    moved = Part(detail)
    return moved.add(s, move=(-hinge[0], -hinge[1], -hinge[2]))


def side_rib(s, t, x, deep, paint):
    top = t.side_top(x) - 0.05
    z = t.floor(x) + V_RISE - PLATE - deep
    for side in (1.0, -1.0):
        y0, y1 = side * (t.half + 0.05), side * t.outer
        lower = [(x - 0.13, y0, z), (x + 0.13, y0, z), (x + 0.13, y1, z + 0.22), (x - 0.13, y1, z + 0.22)]
        upper = [(p[0], p[1], top) for p in lower]
        s.block(lower, upper, paint)


def sides(s, t, paint, inside):
    """Side plates, their top rails, and the bottom rails along the floor."""
    stations = [t.end, t.tail + 0.4, t.tail + 1.0, t.tail + 1.5, -0.4, 1.0, 2.4, t.front + 0.05]
    for side in (1.0, -1.0):
        yi, yo = side * t.half, side * (t.half + 0.06)
        for a, b in zip(stations, stations[1:]):
            la, lb = t.floor(a) + V_RISE, t.floor(b) + V_RISE
            ta, tb = t.side_top(a), t.side_top(b)
            inner = [(a, yi, la - 0.02), (a, yi, ta), (b, yi, tb), (b, yi, lb - 0.02)]
            s.face(inner[::-1] if side > 0 else inner, inside)
            plate = [(a, yo, la - 0.08), (b, yo, lb - 0.08), (b, yo, tb), (a, yo, ta)]
            s.face(plate[::-1] if side > 0 else plate, shade(paint, 0.96))
            # Top rail.
            rail_low = [(a, yi - side * 0.02, ta - 0.24), (b, yi - side * 0.02, tb - 0.24), (b, side * t.outer, tb - 0.24), (a, side * t.outer, ta - 0.24)]
            rail_top = [(p[0], p[1], q) for p, q in zip(rail_low, (ta, tb, tb, ta))]
            s.block(rail_low, rail_top, paint)
            # Bottom rail.
            low = [(a, yo - side * 0.055, la - 0.16), (b, yo - side * 0.055, lb - 0.16), (b, yo + side * 0.10, lb - 0.10), (a, yo + side * 0.10, la - 0.10)]
            high = [(a, yo - side * 0.055, la + 0.08), (b, yo - side * 0.055, lb + 0.08), (b, yo + side * 0.10, lb + 0.03), (a, yo + side * 0.10, la + 0.03)]
            s.block(low, high, paint)
        # Tail post.
        s.block(
            [(t.end, yi, t.floor(t.end)), (t.end + 0.16, yi, t.floor(t.end)), (t.end + 0.16, side * t.outer, t.floor(t.end)), (t.end, side * t.outer, t.floor(t.end))],
            [(t.end, yi, t.side_top(t.end)), (t.end + 0.16, yi, t.side_top(t.end + 0.16)), (t.end + 0.16, side * t.outer, t.side_top(t.end + 0.16)), (t.end, side * t.outer, t.side_top(t.end))],
            paint,
        )


def front_and_canopy(s, t, paint, inside):
    """Front wall, the gussets beside it, and the canopy over deck and cab."""
    foot, head = t.front - 0.10, t.front + 0.42
    zf, zh = t.floor(foot), t.front_z
    o = t.half + 0.06
    # Wall in two faces with thickness.
    s.block(
        [(foot, -o, zf + V_RISE - 0.06), (foot + 0.09, -o, zf + V_RISE - 0.08), (foot + 0.09, o, zf + V_RISE - 0.08), (foot, o, zf + V_RISE - 0.06)],
        [(head, -o, zh), (head + 0.09, -o, zh), (head + 0.09, o, zh), (head, o, zh)],
        paint,
    )
    wall = [(foot - 0.05, -t.half, zf - 0.02), (foot - 0.05, t.half, zf - 0.02), (head - 0.006, t.half, zh), (head - 0.006, -t.half, zh)]
    s.face(wall[::-1], inside)
    s.block(
        [(foot, -0.95, zf - 0.05), (foot + 0.09, -0.95, zf - 0.05), (foot + 0.09, 0.95, zf - 0.05), (foot, 0.95, zf - 0.05)],
        [(foot, -o, zf + V_RISE - 0.05), (foot + 0.09, -o, zf + V_RISE - 0.05), (foot + 0.09, o, zf + V_RISE - 0.05), (foot, o, zf + V_RISE - 0.05)],
        paint,
    )
    for k in range(5):
        y = -o + 2.0 * o * (k + 0.5) / 5.0
        low = [(foot + 0.08, y - 0.12, zf + 0.45), (foot + 0.30, y - 0.12, zf + 0.45), (foot + 0.30, y + 0.12, zf + 0.45), (foot + 0.08, y + 0.12, zf + 0.45)]
        high = [(head + 0.06, y - 0.12, zh - 0.05), (head + 0.26, y - 0.12, zh - 0.05), (head + 0.26, y + 0.12, zh - 0.05), (head + 0.06, y + 0.12, zh - 0.05)]
        s.block(low, high, paint)
    for z in (0.42, 0.72):
        x = foot + (head - foot) * z
        level = zf + (zh - zf) * z
        s.box((x + 0.07, -o, level - 0.11), (x + 0.25, o, level + 0.11), paint, 0.02)
    # Gussets carry the sides up to the canopy.
    for side in (1.0, -1.0):
        s.extrude(
            "y",
            [(t.front - 1.15, t.side_z - 0.06), (t.front + 0.15, t.side_z - 0.6), (head + 0.10, zh - 0.4), (head + 0.10, zh + 0.05), (head - 0.35, zh + 0.02)],
            side * (t.half - 0.01),
            side * (t.half + 0.14),
            paint,
        )
    # Canopy: plate, cross ribs below, edge beams, a lip at the front.
    far = 7.42
    rise = 0.10
    zc = zh - 0.03
    w = t.outer
    s.block(
        [(head, -w, zc), (far, -w, zc + rise), (far, w, zc + rise), (head, w, zc)],
        [(head, -w, zc + 0.06), (far, -w, zc + rise + 0.06), (far, w, zc + rise + 0.06), (head, w, zc + 0.06)],
        paint,
    )
    for k in range(5):
        x = head + 0.35 + (far - head - 0.6) * k / 4.0
        z = zc + rise * (x - head) / (far - head)
        s.box((x - 0.09, -w + 0.02, z + 0.05), (x + 0.09, w - 0.02, z + 0.17), paint, 0.015)
    for side in (1.0, -1.0):
        s.block(
            [(head - 0.25, side * (w - 0.14), zc - 0.10), (far, side * (w - 0.14), zc + rise - 0.04), (far, side * w, zc + rise - 0.04), (head - 0.25, side * w, zc - 0.10)],
            [(head - 0.25, side * (w - 0.14), zc + 0.16), (far, side * (w - 0.14), zc + rise + 0.20), (far, side * w, zc + rise + 0.20), (head - 0.25, side * w, zc + 0.16)],
            paint,
        )
        y = side * 1.2
        s.block(
            [(head, y - 0.10, zc - 0.26), (far - 1.3, y - 0.10, zc + rise * 0.62 - 0.10), (far - 1.3, y + 0.10, zc + rise * 0.62 - 0.10), (head, y + 0.10, zc - 0.26)],
            [(head, y - 0.10, zc), (far - 1.3, y - 0.10, zc + rise * 0.62), (far - 1.3, y + 0.10, zc + rise * 0.62), (head, y + 0.10, zc)],
            paint,
        )
    s.box((far - 0.10, -w, zc + rise - 0.06), (far, w, t.top), paint, 0.02)
