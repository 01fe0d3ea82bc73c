"""Crawler tracks: shoes around idler and sprocket, rollers, frame."""

from math import asin, atan2, cos, pi, sin

from .paint import FRAME, GREY, STEEL, WORN, shade
from .part import Part
from .vector import mix


def _path(circles):
    """Points of a belt around circles (x, z, radius), given anticlockwise as seen from the right, in small steps."""
    points = []
    n = len(circles)
    tangents = []
    for k in range(n):
        (x0, z0, r0), (x1, z1, r1) = circles[k], circles[(k + 1) % n]
        dx, dz = x1 - x0, z1 - z0
        d = (dx * dx + dz * dz) ** 0.5
        base = atan2(dz, dx)
        # Outer tangent: the belt lies to the right of the direction.
        a = base - pi / 2.0
        a += asin((r1 - r0) / d)
        tangents.append(((x0 + r0 * cos(a), z0 + r0 * sin(a), a), (x1 + r1 * cos(a), z1 + r1 * sin(a), a)))
    for k in range(n):
        x, z, r = circles[k]
        a0 = tangents[k - 1][1][2]
        a1 = tangents[k][0][2]
        while a1 < a0:
            a1 += 2.0 * pi
        steps = max(1, int((a1 - a0) / 0.12))
        points += [(x + r * cos(a0 + (a1 - a0) * i / steps), z + r * sin(a0 + (a1 - a0) * i / steps)) for i in range(steps + 1)]
        points.append(tangents[k][1][:2])
    return points


def _spaced(points, count):
    """Places and directions at even distances around a closed line."""
    points = points + [points[0]]
    lengths = [((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in zip(points, points[1:])]
    total = sum(lengths)
    out, k, done = [], 0, 0.0
    for i in range(count):
        want = total * i / count
        while done + lengths[k] < want:
            done += lengths[k]
            k += 1
        t = (want - done) / max(lengths[k], 1e-9)
        p = mix(points[k], points[k + 1], t)
        out.append((p, atan2(points[k + 1][1] - points[k][1], points[k + 1][0] - points[k][0])))
    return out, total / count


def crawler(detail, circles, y0, y1, shoes, frame, rollers=7, grouser=0.06):
    """One track between `y0` and `y1` around circles (x, z, radius); the first two stand on the ground."""
    s = Part(detail)
    path = _path(circles)
    count = shoes if detail else max(12, shoes // 3)
    places, pitch = _spaced(path, count)
    thick = 0.07
    for (x, z), a in places:
        c, n = cos(a), sin(a)

        def at(along, out, y):
            return (x + c * along + n * out, y, z + n * along - c * out)

        h = pitch * 0.47
        low = [at(-h, -thick, y0), at(h, -thick, y0), at(h, -thick, y1), at(-h, -thick, y1)]
        top = [at(-h, 0, y0), at(h, 0, y0), at(h, 0, y1), at(-h, 0, y1)]
        s.block(low, top, WORN)
        if detail:
            low = [at(-h * 0.9, -0.01, y0 + 0.02), at(-h * 0.45, -0.01, y0 + 0.02), at(-h * 0.45, -0.01, y1 - 0.02), at(-h * 0.9, -0.01, y1 - 0.02)]
            top = [at(-h * 0.8, grouser, y0 + 0.02), at(-h * 0.55, grouser, y0 + 0.02), at(-h * 0.55, grouser, y1 - 0.02), at(-h * 0.8, grouser, y1 - 0.02)]
            s.block(low, top, shade(WORN, 1.1))
    middle, wide = (y0 + y1) / 2.0, (y1 - y0)
    # Chain inside the shoes, wheels, rollers, frame.
    for x, z, r in circles:
        s.bar((x, middle - wide * 0.30, z), (x, middle + wide * 0.30, z), r - thick, shade(FRAME, 1.3), 28)
        s.bar((x, middle - wide * 0.40, z), (x, middle + wide * 0.40, z), r * 0.45, GREY, 18)
        if detail:
            for k in range(6):
                t = 2.0 * pi * k / 6
                p = (x + r * 0.66 * cos(t), z + r * 0.66 * sin(t))
                for e in (-0.32, 0.32):
                    s.bar((p[0], middle + wide * e - 0.01, p[1]), (p[0], middle + wide * e + 0.01, p[1]), r * 0.13, FRAME, 8)
    (xa, za, ra), (xb, zb, rb) = circles[0], circles[1]
    lo, hi = min(xa, xb), max(xa, xb)
    for k in range(rollers if detail else 0):
        x = lo + (hi - lo) * (k + 1) / (rollers + 1)
        s.bar((x, middle - wide * 0.36, 0.34), (x, middle + wide * 0.36, 0.34), 0.24, shade(FRAME, 1.5), 14)
    f0, f1 = lo + ra * 0.55, hi - rb * 0.55
    high = min(za + ra, zb + rb) - 0.22
    s.extrude("y", [(f0, 0.42), (f1, 0.42), (f1 + 0.25, za), (f1, high), (f0, high), (f0 - 0.25, za)], middle - wide * 0.33, middle + wide * 0.33, frame, 0.03)
    return s
