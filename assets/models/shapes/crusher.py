"""A primary crusher station: tip pad and hopper, dump pocket with grizzly and rock breaker, building, conveyor, stockpile.

The origin is on the ground at the hopper's lip; trucks reverse up to it from +x. Nodes: `station`, `conveyor`,
`stockpile`, `lights`.
"""

from math import cos, pi, sin

from .fittings import ladder, lamp_box, louvres, rail
from .gltf import Node
from .paint import AMBER, BLACK, CONCRETE, DECK, FRAME, GLASS, GREY, LAMP, RED, ROCK, STEEL, WHITE, WORN, YELLOW, shade
from .part import Part

HALF, DEPTH, PIT = 5.5, 7.0, -6.0
CLADDING = (shade(GREY, 2.0), shade(GREY, 1.85))


def cladding(s, x0, x1, y0, y1, z0, z1):
    """Adds walls of ribbed sheet around a box, with its roof."""
    s.box((x0, y0, z0), (x1, y1, z1), CLADDING[0])
    pitch = 0.6 if s.detail else 2.4
    for a, b, c, d in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
        n = max(1, int(max(abs(c - a), abs(d - b)) / pitch))
        for k in range(n):
            x, y = a + (c - a) * (k + 0.5) / n, b + (d - b) * (k + 0.5) / n
            s.box((x - 0.10, y - 0.10, z0), (x + 0.10, y + 0.10, z1), CLADDING[1])


def station(detail):
    s = Part(detail)
    # Retaining walls of the tip, with wing walls to both sides, and the kerb that stops wheels.
    for side in (1.0, -1.0):
        s.box((-DEPTH, side * HALF, PIT), (0.6, side * (HALF + 0.9), 1.6), CONCRETE, 0.05)
        s.extrude("x", [(side * (HALF + 0.9), PIT), (side * 13.0, PIT), (side * 13.0, -0.2), (side * (HALF + 0.9), 0.0)], -0.3, 0.6, CONCRETE)
        for k in range(6):
            y = side * (HALF + 1.5 + 1.2 * k)
            s.box((0.2, y - 0.45, 0.0), (0.9, y + 0.45, 0.85), CONCRETE if k % 2 else WHITE, 0.04)
        rail(s, [(-DEPTH, side * (HALF + 0.45), 1.6), (0.5, side * (HALF + 0.45), 1.6)], 1.1, YELLOW, 1.5)
        # Red and green lamps at the lip, as the crusher gives the tip free.
        s.bar((0.3, side * (HALF + 1.4), 0), (0.3, side * (HALF + 1.4), 4.2), 0.07, FRAME, 8)
        s.box((0.2, side * (HALF + 1.4) - 0.22, 3.3), (0.42, side * (HALF + 1.4) + 0.22, 4.3), BLACK, 0.02)
        s.bar((0.42, side * (HALF + 1.4), 4.02), (0.46, side * (HALF + 1.4), 4.02), 0.15, RED, 14)
        s.bar((0.42, side * (HALF + 1.4), 3.58), (0.46, side * (HALF + 1.4), 3.58), 0.15, AMBER, 14)
    s.box((-0.05, -HALF, 0.0), (0.75, HALF, 0.8), CONCRETE, 0.08)
    for k in range(11):
        y = -HALF + 0.5 + k
        s.box((0.745, y - 0.22, 0.05), (0.757, y + 0.22, 0.75), YELLOW if k % 2 == 0 else BLACK)
    # Hopper: steel-lined slopes to the crusher's mouth.
    mouth = 1.7
    low, top = -4.2, 0.1
    ring_top = [(0.0, -HALF, top), (0.0, HALF, top), (-DEPTH, HALF, top), (-DEPTH, -HALF, top)]
    ring_low = [(-DEPTH / 2 + mouth, -mouth, low), (-DEPTH / 2 + mouth, mouth, low), (-DEPTH / 2 - mouth, mouth, low), (-DEPTH / 2 - mouth, -mouth, low)]
    for i in range(4):
        j = (i + 1) % 4
        s.face([ring_top[i], ring_top[j], ring_low[j], ring_low[i]], WORN, both=True)
    s.face(ring_low, BLACK, both=True)
    # Rock that fills the hopper to the grizzly's bars.
    rock = Part(detail)
    rows = 15 if detail else 5

    def at(i, j):
        u, v = i / (rows - 1), j / (rows - 1) * 2 - 1
        x, y = -DEPTH * (1.0 - 0.985 * u), v * (HALF - 0.02)
        edge = min(1.0, 6.0 * u, 6.0 * (1.0 - u), 4.0 * (1.0 - abs(v)))
        return (x, y, 0.12 + edge * (0.16 + 0.14 * sin(3.7 * x + 1.9 * y) * cos(2.9 * y - 1.3 * x) + 0.10 * sin(7.3 * x - 5.1 * y)))

    rock.grid(rows, rows, at, ROCK)
    s.add(rock)
    for k in range(8):
        y = -HALF + 0.7 + (2.0 * HALF - 1.4) * k / 7.0
        s.box((-DEPTH, y - 0.09, 0.16), (-0.05, y + 0.09, 0.46), STEEL, 0.02)
    # Back wall.
    s.box((-DEPTH - 0.9, -HALF - 0.9, PIT), (-DEPTH, HALF + 0.9, 2.2), CONCRETE, 0.05)
    # Rock breaker on its pedestal at the left.
    s.bar((-DEPTH + 1.2, HALF + 0.5, 1.6), (-DEPTH + 1.2, HALF + 0.5, 2.6), 0.55, YELLOW, 18)
    a, b, c = (-DEPTH + 1.2, HALF + 0.4, 2.7), (-DEPTH + 2.6, 2.2, 5.4), (-DEPTH + 3.4, 0.2, 2.2)
    s.bar(a, b, 0.30, YELLOW, 10, end=0.22)
    s.bar(b, c, 0.22, YELLOW, 10, end=0.18)
    s.bar(c, (c[0] + 0.05, c[1], c[2] - 1.5), 0.26, FRAME, 12)
    s.bar((c[0] + 0.05, c[1], c[2] - 1.5), (c[0] + 0.06, c[1], c[2] - 2.4), 0.09, STEEL, 10, end=0.05)
    s.bar((a[0] + 0.2, a[1] - 0.9, a[2] + 0.2), (b[0] - 0.3, b[1] + 1.1, b[2] - 1.3), 0.14, STEEL, 10)
    # Control cabin on the right, looking down on the tip.
    x0, x1, y0, y1, z0, z1 = -DEPTH - 0.8, -DEPTH + 2.6, -HALF - 4.6, -HALF - 1.3, 4.4, 7.2
    for x in (x0 + 0.3, x1 - 0.3):
        for y in (y0 + 0.3, y1 - 0.3):
            s.bar((x, y, PIT), (x, y, z0), 0.16, FRAME, 10)
    s.box((x0, y0, z0), (x1, y1, z0 + 1.0), WHITE, 0.05)
    s.box((x0 + 0.08, y0 + 0.08, z0 + 0.95), (x1 - 0.08, y1 - 0.08, z1 - 0.3), GLASS)
    for x in (x0, (x0 + x1) / 2 - 0.08, x1 - 0.16):
        for y in (y0, y1 - 0.16):
            s.box((x, y, z0 + 0.9), (x + 0.16, y + 0.16, z1 - 0.3), WHITE)
    s.box((x0 - 0.4, y0 - 0.4, z1 - 0.35), (x1 + 0.5, y1 + 0.4, z1), WHITE, 0.06)
    s.box((x0 - 1.2, y0, z0 - 0.12), (x1 + 0.1, y1 + 1.2, z0), DECK)
    rail(s, [(x1 + 0.05, y1 + 1.15, z0), (x0 - 1.15, y1 + 1.15, z0), (x0 - 1.15, y0, z0)], 1.1, YELLOW, 1.4)
    ladder(s, (x0 - 0.7, y1 + 4.2, 1.6), (x0 - 0.7, y1 + 1.1, z0), (1, 0, 0), 0.9, 10, YELLOW, rails=1.0)
    # Crusher building, lower part of concrete, with a crane gantry and a dust collector.
    s.box((-DEPTH - 9.5, -5.6, PIT), (-DEPTH - 0.9, 5.6, 1.0), CONCRETE, 0.06)
    cladding(s, -DEPTH - 9.2, -DEPTH - 1.4, -5.0, 5.0, 1.0, 10.5)
    s.extrude("y", [(-DEPTH - 9.6, 10.5), (-DEPTH - 1.0, 10.5), (-DEPTH - 1.0, 10.8), (-DEPTH - 5.3, 12.0), (-DEPTH - 9.6, 10.8)], -5.5, 5.5, shade(GREY, 1.1), 0.0)
    s.box((-DEPTH - 1.42, -2.2, 2.4), (-DEPTH - 1.34, 2.2, 7.4), shade(GREY, 0.8))
    for y in (-3.8, 3.8):
        s.box((-DEPTH - 1.42, y - 0.8, 7.4), (-DEPTH - 1.28, y + 0.8, 8.8), GLASS)
    s.bar((-DEPTH - 4.5, 6.6, PIT), (-DEPTH - 4.5, 6.6, 6.0), 1.1, shade(GREY, 1.9), 24)
    s.bar((-DEPTH - 4.5, 6.6, PIT), (-DEPTH - 4.5, 6.6, PIT + 1.0), 1.3, CONCRETE, 24)
    s.bar((-DEPTH - 4.5, 6.6, 6.0), (-DEPTH - 4.5, 6.6, 7.4), 1.1, shade(GREY, 1.9), 24, end=0.3)
    s.tube([(-DEPTH - 4.5, 6.6, 7.4), (-DEPTH - 4.5, 6.6, 8.6), (-DEPTH - 4.5, 4.9, 9.2)], 0.28, shade(GREY, 1.7), 14)
    return s


TAIL, HEAD = (-DEPTH - 8.5, -3.6), (-DEPTH - 44.0, 13.0)


def conveyor(detail):
    """Covered gallery on trestles, with truss, belt and head drum."""
    s = Part(detail)
    (xa, za), (xb, zb) = TAIL, HEAD
    long = ((xb - xa) ** 2 + (zb - za) ** 2) ** 0.5
    ux, uz = (xb - xa) / long, (zb - za) / long

    def at(t, y, up):
        return (xa + ux * t, y, za + uz * t + up)

    w = 1.25
    for y in (-w, w):
        for up in (0.0, 1.3):
            s.bar(at(0, y, up), at(long, y, up), 0.08, YELLOW, 6)
        n = 22 if detail else 8
        for k in range(n):
            t0, t1 = long * k / n, long * (k + 1) / n
            s.bar(at(t0, y, 0.0), at((t0 + t1) / 2, y, 1.3), 0.045, YELLOW, 5, caps=False)
            s.bar(at((t0 + t1) / 2, y, 1.3), at(t1, y, 0.0), 0.045, YELLOW, 5, caps=False)
    # Belt with its rock, and the hood over its lower half.
    s.block([at(0, -0.75, 0.95), at(long, -0.75, 0.95), at(long, 0.75, 0.95), at(0, 0.75, 0.95)], [at(0, -0.75, 1.02), at(long, -0.75, 1.02), at(long, 0.75, 1.02), at(0, 0.75, 1.02)], BLACK)
    s.block([at(0, -0.45, 1.02), at(long, -0.45, 1.02), at(long, 0.45, 1.02), at(0, 0.45, 1.02)], [at(0, -0.12, 1.22), at(long, -0.12, 1.22), at(long, 0.12, 1.22), at(0, 0.12, 1.22)], ROCK)
    n = 12 if detail else 4
    for k in range(n):
        t0, t1 = long * 0.62 * k / n, long * 0.62 * (k + 0.96) / n
        s.block([at(t0, -1.1, 1.3), at(t1, -1.1, 1.3), at(t1, 1.1, 1.3), at(t0, 1.1, 1.3)], [at(t0, -0.6, 2.0), at(t1, -0.6, 2.0), at(t1, 0.6, 2.0), at(t0, 0.6, 2.0)], CLADDING[0])
    # Walkway on the left.
    s.block([at(0, w + 0.05, 0.15), at(long, w + 0.05, 0.15), at(long, w + 0.75, 0.15), at(0, w + 0.75, 0.15)], [at(0, w + 0.05, 0.2), at(long, w + 0.05, 0.2), at(long, w + 0.75, 0.2), at(0, w + 0.75, 0.2)], DECK)
    rail(s, [at(0, w + 0.72, 0.2), at(long, w + 0.72, 0.2)], 1.1, YELLOW, 2.4)
    s.bar(at(long, -0.85, 0.7), at(long, 0.85, 0.7), 0.40, STEEL, 18)
    s.box((HEAD[0] - 1.2, -1.2, HEAD[1] - 0.2), (HEAD[0] + 0.6, 1.2, HEAD[1] + 1.9), CLADDING[1], 0.05)
    for share in (0.30, 0.55, 0.80):
        t = long * share
        x, _, z = at(t, 0, 0)
        for y in (-1.0, 1.0):
            s.bar((x - 0.5, y * 2.1, PIT), (x, y * 1.15, z), 0.14, FRAME, 8)
            s.bar((x + 0.5, y * 2.1, PIT), (x, y * 1.15, z), 0.14, FRAME, 8)
        for k in (0.35, 0.7):
            y, zz = 2.1 - 0.95 * k, PIT + (z - PIT) * k
            s.bar((x, -y, zz), (x, y, zz), 0.07, FRAME, 6)
    return s


def stockpile(detail):
    """A cone of crushed rock under the head of the conveyor."""
    s = Part(detail)
    rings, sides = (14, 40) if detail else (5, 16)
    x0, high, base = HEAD[0] - 0.9, HEAD[1] - 2.2, PIT
    radius = (high - base) / 0.72

    def at(i, j):
        t = 2.0 * pi * i / (sides - 1)
        r = radius * (j / (rings - 1))
        lump = 0.35 * sin(3 * t + r * 0.9) * cos(5 * t - r * 0.5) * min(1.0, r / 4.0)
        if i == sides - 1:
            t = 0.0
            lump = 0.35 * sin(r * 0.9) * cos(-r * 0.5) * min(1.0, r / 4.0)
        return (x0 + r * cos(t), r * sin(t), high - 0.72 * r + lump * 0.5)

    s.grid(sides, rings, lambda i, j: at(i, rings - 1 - j), ROCK)
    return s


def lights(detail):
    s = Part(detail)
    for y in (-4.2, 4.2):
        lamp_box(s, (-DEPTH - 1.2, y, 10.0), (0.7, 0.35))
    lamp_box(s, (HEAD[0] + 0.7, 0.0, HEAD[1] + 1.7), (0.5, 0.3))
    return s


def model(detail):
    root = Node("crusher")
    root.add(Node("station", station(detail)))
    root.add(Node("conveyor", conveyor(detail)))
    root.add(Node("stockpile", stockpile(detail)))
    root.add(Node("lights", lights(detail)))
    return root


ABOUT = {"machine": "crusher"}
