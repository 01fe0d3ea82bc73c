"""Tyres on their rims, about the y axis through the wheel's middle. The outside is towards +y."""

from math import cos, pi, sin

from .paint import BLACK, CHROME, FRAME, RUBBER, SIDEWALL, STEEL, shade
from .part import Part


def _carcass(part, r, w, rim, sides):
    h = w / 2.0
    # Without lugs the rubber itself reaches to the tyre's radius.
    base, crown = (0.945, 0.958) if part.detail else (0.975, 0.998)
    profile = [
        (rim, -0.80 * h),
        (1.03 * rim, -0.86 * h),
        (1.10 * rim, -0.84 * h),
        (0.70 * r, -0.985 * h),
        (0.80 * r, -1.00 * h),
        (0.885 * r, -0.955 * h),
        (base * r, -0.86 * h),
        (crown * r, -0.80 * h),
    ]
    profile += [(a, -b) for a, b in reversed(profile)]
    paints = [SIDEWALL] * 6 + [RUBBER] * 3 + [SIDEWALL] * 6
    part.lathe("y", profile, paints, sides)


def _rock_tread(part, r, w, lugs):
    """Lugs of a rock tread, set alternately left and right and raked back as on an E-4 tyre."""
    h = w / 2.0
    deep = 0.945 * r
    rake = 0.35 * 2.0 * pi / lugs
    for k in range(lugs):
        for side in (1.0, -1.0):
            start = 2.0 * pi * (k + (0.0 if side > 0 else 0.5)) / lugs
            wide = 0.60 * 2.0 * pi / lugs
            # Rows from the middle to the shoulder: place across, radius, rake.
            rows = [(0.03, r, 0.0), (0.55, 0.999 * r, 0.55), (0.86, 0.985 * r, 1.0), (0.985, 0.935 * r, 1.05)]

            def at(radius, share, turn):
                angle = start + turn
                return (radius * sin(angle), side * share * h, radius * cos(angle))

            for (s0, r0, k0), (s1, r1, k1) in zip(rows, rows[1:]):
                a0, b0 = k0 * rake, k0 * rake + wide * (1.0 if s0 < 0.5 else 0.9)
                a1, b1 = k1 * rake, k1 * rake + wide * 0.9
                d0, d1 = min(deep, r0 - 0.02), min(deep, r1 - 0.012)
                top = [at(r0, s0, a0), at(r0, s0, b0), at(r1, s1, b1), at(r1, s1, a1)]
                low = [at(d0, s0, a0), at(d0, s0, b0), at(d1, s1, b1), at(d1, s1, a1)]
                # The foot stands on the rubber, and rows hide each other's ends.
                hidden = {0} | ({2} if s0 > 0.1 else set()) | ({4} if s1 < 0.9 else set())
                part.block(low, top, shade(RUBBER, 1.25), hidden)


def mining_tyre(r, w, detail, lugs=22):
    """The rubber of a mining tyre."""
    part = Part(detail)
    _carcass(part, r, w, 0.49 * r, 44 if detail else 48)
    if detail:
        _rock_tread(part, r, w, lugs)
    return part


def _bolts(part, radius, place, count, size, axis_length, paint=STEEL):
    if not part.detail:
        return
    for k in range(count):
        t = 2.0 * pi * k / count
        p = (radius * sin(t), place, radius * cos(t))
        part.bar(p, (p[0], place + axis_length, p[2]), size, paint, 6)


def front_wheel(r, w, detail, paint):
    """A steered wheel: the rim is dished a little, and the hub's cover stands out."""
    part = mining_tyre(r, w, detail)
    h, rim = w / 2.0, 0.49 * r
    part.lathe(
        "y",
        [
            (0.0, -0.70 * h),
            (rim, -0.80 * h),
        ],
        [FRAME],
        36,
    )
    part.lathe(
        "y",
        [
            (1.03 * rim, 0.86 * h),
            (rim, 0.80 * h),
            (0.92 * rim, 0.66 * h),
            (0.90 * rim, 0.30 * h),
            (0.62 * rim, 0.22 * h),
            (0.46 * rim, 0.34 * h),
            (0.44 * rim, 0.72 * h),
            (0.36 * rim, 0.84 * h),
            (0.0, 0.86 * h),
        ],
        [STEEL, shade(paint, 0.85), paint, paint, paint, paint, paint, shade(paint, 0.8)],
        36,
    )
    _bolts(part, 0.76 * rim, 0.25 * h, 16, 0.028, 0.05)
    _bolts(part, 0.30 * rim, 0.84 * h, 10, 0.020, 0.03)
    return part


def rear_pair(r, w, spacing, detail, paint):
    """A pair of wheels on one hub: deep dish, and the planetary gear's case with its bolts."""
    part = Part(detail)
    tyre = mining_tyre(r, w, detail)
    half = spacing / 2.0
    part.add(tyre, move=(0, -half, 0)).add(tyre, move=(0, half, 0))
    h, rim = w / 2.0, 0.49 * r
    # The inner rim towards the axle, and the spacer between the wheels.
    part.lathe("y", [(0.40 * rim, -half - 0.75 * h), (rim, -half - 0.80 * h)], [FRAME], 36)
    part.lathe("y", [(rim, -half + 0.8 * h), (0.97 * rim, 0.0), (rim, half - 0.8 * h)], [BLACK, BLACK], 36)
    part.lathe(
        "y",
        [
            (1.03 * rim, half + 0.86 * h),
            (rim, half + 0.80 * h),
            (0.93 * rim, half + 0.62 * h),
            (0.91 * rim, half - 0.55 * h),
            (0.74 * rim, half - 0.62 * h),
            (0.70 * rim, half - 0.10 * h),
            (0.62 * rim, half + 0.20 * h),
            (0.34 * rim, half + 0.34 * h),
            (0.30 * rim, half + 0.46 * h),
            (0.0, half + 0.47 * h),
        ],
        [STEEL, shade(paint, 0.85), paint, paint, paint, paint, paint, paint, shade(paint, 0.7)],
        36,
    )
    _bolts(part, 0.82 * rim, half - 0.60 * h, 20, 0.026, 0.05)
    _bolts(part, 0.50 * rim, half + 0.24 * h, 12, 0.022, 0.05)
    _bolts(part, 0.20 * rim, half + 0.46 * h, 8, 0.018, 0.03, CHROME)
    return part


def road_wheel(r, w, detail, paint, lugs=30, dish=0.5, rim_share=0.56, spokes=6):
    """A wheel of a road vehicle or a grader, with a block tread and slots in the disc."""
    part = Part(detail)
    rim = rim_share * r
    h = w / 2.0
    _carcass(part, r, w, rim, 32 if detail else 36)
    if detail:
        deep = 0.94 * r
        for k in range(lugs):
            for side in (1.0, -1.0):
                start = 2.0 * pi * (k + (0.0 if side > 0 else 0.5)) / lugs
                wide = 0.62 * 2.0 * pi / lugs

                def at(radius, share, angle):
                    return (radius * sin(angle), side * share * h, radius * cos(angle))

                top = [at(r, 0.06, start), at(r, 0.06, start + wide), at(0.985 * r, 0.84, start + wide), at(0.985 * r, 0.84, start)]
                low = [at(deep, 0.06, start), at(deep, 0.06, start + wide), at(deep, 0.88, start + wide), at(deep, 0.88, start)]
                part.block(low, top, shade(RUBBER, 1.25))
    part.lathe("y", [(0.0, -0.70 * h), (rim, -0.80 * h)], [FRAME], 28)
    part.lathe(
        "y",
        [
            (1.03 * rim, 0.86 * h),
            (rim, 0.80 * h),
            (0.90 * rim, 0.70 * h),
            (0.86 * rim, (dish - 0.2) * h),
            (0.40 * rim, dish * h),
            (0.34 * rim, (dish + 0.25) * h),
            (0.0, (dish + 0.28) * h),
        ],
        [shade(paint, 0.9), paint, paint, paint, shade(paint, 0.8), shade(paint, 0.6)],
        28,
    )
    if detail:
        for k in range(spokes):
            t = 2.0 * pi * (k + 0.5) / spokes
            p = (0.64 * rim * sin(t), (dish - 0.10) * h, 0.64 * rim * cos(t))
            part.bar(p, (p[0], p[1] + 0.012, p[2]), 0.12 * rim, BLACK, 8)
        _bolts(part, 0.26 * rim, (dish + 0.27) * h, 6, 0.02, 0.02)
    return part
