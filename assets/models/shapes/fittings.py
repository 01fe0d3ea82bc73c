"""Fittings that many machines carry: rails, ladders, lamps, mirrors, beacons, cylinders, seats of numbers."""

from math import sin

from .gltf import Node
from .paint import AMBER, BLACK, CHROME, FRAME, GREY, LAMP, RED, STEEL, WHITE, YELLOW, shade
from .part import Part
from .vector import add, length, mix, scale, sub, unit


def rail(part, points, height=1.05, paint=YELLOW, spacing=1.0, thick=0.026):
    """Adds a hand rail with a knee rail along points on a deck."""
    for level in (0.55, 1.0) if part.detail else (1.0,):
        part.tube([add(p, (0, 0, height * level)) for p in points], thick, paint, 6)
    for a, b in zip(points, points[1:]):
        bays = max(1, round(length(sub(b, a)) / spacing))
        for k in range(bays + 1):
            p = mix(a, b, k / bays)
            part.bar(p, add(p, (0, 0, height)), thick, paint, 6, caps=False)


def ladder(part, foot, head, across, width, steps, paint=YELLOW, rails=0.0):
    """Adds a ladder or stair from foot to head. `across` is the direction of its treads."""
    side = scale(across, width / 2.0)
    for s in (side, scale(side, -1.0)):
        part.bar(add(foot, s), add(head, s), 0.035, paint, 6)
        if rails:
            up = (0, 0, rails)
            part.tube([add(add(foot, s), scale(up, 0.8)), add(add(head, s), up)], 0.024, paint, 6)
            for t in (0.12, 0.55, 1.0) if part.detail else ():
                p = add(mix(foot, head, t), s)
                part.bar(p, add(p, scale(up, 0.8 + 0.2 * t)), 0.022, paint, 6, caps=False)
    if not part.detail:
        return
    deep = 0.09
    ahead = unit((across[1], -across[0], 0.0))
    for k in range(steps):
        c = mix(foot, head, (k + 0.5) / steps)
        ring = [
            add(add(c, s), scale(ahead, d))
            for s, d in ((side, deep), (scale(side, -1), deep), (scale(side, -1), -deep), (side, -deep))
        ]
        part.block([add(p, (0, 0, -0.02)) for p in ring], [add(p, (0, 0, 0.02)) for p in ring], GREY)


def lamp(part, at, towards, radius=0.13, paint=LAMP, box=True):
    """Adds a round lamp that shines along a direction, in its housing."""
    d = unit(towards)
    back = add(at, scale(d, -0.16))
    if box:
        part.bar(back, add(at, scale(d, -0.005)), radius * 0.75, BLACK, 16, end=radius * 1.18)
    part.bar(add(at, scale(d, -0.03)), add(at, scale(d, 0.012)), radius, paint, 16)


def lamp_box(part, at, size, paint=LAMP, forward=1.0):
    """Adds a flat work lamp that faces forward or back."""
    x, y, z = at
    w, h = size
    part.box((x - 0.10 * forward, y - w / 2 - 0.02, z - h / 2 - 0.02), (x, y + w / 2 + 0.02, z + h / 2 + 0.02), BLACK, 0.015)
    part.box((x - 0.02 * forward, y - w / 2, z - h / 2), (x + 0.012 * forward, y + w / 2, z + h / 2), paint)


def mirror(part, foot, head, wide=0.30, high=0.55):
    """Adds a mirror on its arm; the glass looks back."""
    part.tube([foot, (head[0], foot[1], head[2]), head], 0.022, BLACK, 6)
    x, y, z = head
    part.box((x - 0.03, y - wide / 2, z - high / 2), (x + 0.05, y + wide / 2, z + high / 2), BLACK, 0.02)
    part.box((x - 0.036, y - wide / 2 + 0.03, z - high / 2 + 0.03), (x - 0.025, y + wide / 2 - 0.03, z + high / 2 - 0.03), CHROME)


def beacon(name, at, detail, paint=AMBER, size=1.0):
    """A rotating light as a node of its own, so that it can flash."""
    part = Part(detail)
    part.lathe("z", [(0.0, 0.0), (0.11 * size, 0.0), (0.11 * size, 0.05 * size), (0.09 * size, 0.06 * size)], BLACK, 16)
    part.lathe(
        "z",
        [(0.09 * size, 0.06 * size), (0.085 * size, 0.17 * size), (0.06 * size, 0.21 * size), (0.0, 0.22 * size)],
        paint,
        16,
    )
    return Node(name, part, at)


def flag(part, foot, top, paint_flag, size=(0.65, 0.42)):
    """Adds a whip with a flag that blows back."""
    part.bar(foot, (foot[0], foot[1], top), 0.018, WHITE, 6)
    long, high = size
    at = lambda i, j: (
        foot[0] - long * i / 6,
        foot[1] + 0.05 * sin(i * 1.3) * i / 6,
        top - high * j - 0.04 * i / 6 - 0.02 * sin(i * 1.1),
    )
    for i in range(6):
        quad = [at(i, 0), at(i, 1), at(i + 1, 1), at(i + 1, 0)]
        part.face(quad, paint_flag if i % 4 < 3 else WHITE, both=True)


def link(name, foot, head, span, barrel, rod, detail, paint=YELLOW, share=0.60):
    """Returns the two nodes of a hydraulic cylinder of length `span` at rest.

    The barrel lies along +x of the first node, the rod along +x of the second. The viewer turns each towards the
    other, so the rod slides in the barrel. `share` is the barrel's length over the span.
    """
    long = span * share
    b = Part(detail)
    b.bar((-0.02, -0.5 * barrel, 0), (-0.02, 0.5 * barrel, 0), barrel * 1.05, FRAME, 14)
    b.lathe(
        "x",
        [(0.0, 0.0), (barrel, 0.05), (barrel, long - 0.10), (barrel * 1.14, long - 0.08), (barrel * 1.14, long), (0.0, long)],
        [paint, paint, paint, FRAME, FRAME],
        18,
    )
    r = Part(detail)
    r.bar((0, -0.5 * barrel, 0), (0, 0.5 * barrel, 0), barrel * 0.95, FRAME, 14)
    r.bar((0.0, 0, 0), (max(span * 0.96 - 0.05, 0.3), 0, 0), rod, CHROME, 14)
    return (
        Node(name, b, foot, {"points_at": name + "_rod"}),
        Node(name + "_rod", r, head, {"points_at": name}),
    )


def stage(name, foot, rod, span, radius, detail, paint=STEEL):
    """Returns the middle tube of a two-stage cylinder, which slides half way between its ends."""
    s = Part(detail)
    s.bar((-span / 2.0, 0, 0), (span / 2.0, 0, 0), radius, paint, 16)
    return Node(name, s, foot, {"points_at": rod, "slides": 0.5})


def louvres(part, axis_face, a, b, count, paint=BLACK, slat=None):
    """Adds a panel of horizontal slats in the plane x = const or y = const between two corners.

    `axis_face` is "x" or "y" with the sign of the side it faces, such as "+x".
    """
    sign = 1.0 if axis_face[0] == "+" else -1.0
    slat = slat or shade(YELLOW, 0.8)
    lo = [min(p, q) for p, q in zip(a, b)]
    hi = [max(p, q) for p, q in zip(a, b)]
    i = "xyz".index(axis_face[1])
    back_lo, back_hi = list(lo), list(hi)
    back_lo[i], back_hi[i] = a[i] - 0.02, a[i] + 0.008 * sign
    part.box(back_lo, back_hi, paint)
    if not part.detail:
        count = min(count, 4)
    for k in range(count):
        z = lo[2] + (hi[2] - lo[2]) * (k + 0.5) / count
        t = 0.28 * (hi[2] - lo[2]) / count
        p, q = list(lo), list(hi)
        p[i], q[i] = a[i], a[i] + 0.05 * sign
        p[2], q[2] = z - t, z + t
        part.box(p, q, slat)


def teeth(part, points, size, direction, paint=STEEL):
    """Adds digging teeth at points along a lip."""
    d = unit(direction)
    for p in points:
        s = size
        base = add(p, scale(d, -0.25 * s))
        side = (0.0, 0.32 * s, 0.0)
        up = scale(unit((-d[2], 0.0, d[0])), 0.28 * s)
        ring = [add(add(base, side), up), add(sub(base, side), up), sub(sub(base, side), up), sub(add(base, side), up)]
        tip = add(p, scale(d, s))
        k = 0.45
        end = [add(tip, scale(sub(q, base), k * f)) for q, f in zip(ring, (0.6, 0.6, 0.6, 0.6))]
        part.block(ring, end, paint)


def plate(name, at, extras):
    """An empty node that marks the middle of a number plate, and its direction and size."""
    return Node(name, None, at, extras)


def tail_lamp(part, at, wide=0.28):
    x, y, z = at
    part.box((x, y - wide / 2 - 0.02, z - 0.11), (x + 0.08, y + wide / 2 + 0.02, z + 0.11), BLACK, 0.015)
    part.box((x - 0.012, y - wide / 2, z - 0.085), (x + 0.01, y + wide / 6, z + 0.085), RED)
    part.box((x - 0.012, y + wide / 6, z - 0.085), (x + 0.01, y + wide / 2, z + 0.085), AMBER)
