"""A person on foot in high-visibility clothing with helmet, 1.78 m tall.

Nodes: `torso`, `leg_left`, `leg_right` (pivot: hip), `arm_left`, `arm_right` (pivot: shoulder). The origin is on the
ground between the feet.
"""

from math import cos, pi, sin

from .gltf import Node
from .paint import BLACK, HELMET, HI_VIS, REFLECTIVE, SKIN, TROUSERS, shade
from .part import Part


def _oval(part, sections, paint, sides=16):
    """Adds a limb or trunk through ovals (z, half depth, half width, forward shift), from low to high."""
    sides = part.sides(sides, 8)
    rings = []
    for z, a, b, shift in sections:
        rings.append([(shift + a * cos(2 * pi * k / sides), b * sin(2 * pi * k / sides), z) for k in range(sides)])
    rows, columns = len(rings), sides + 1
    part.grid(columns, rows, lambda i, j: rings[j][i % sides], paint)
    part.face(rings[0][::-1], paint)
    part.face(rings[-1], paint)


def torso(detail):
    s = Part(detail)
    _oval(s, [(0.86, 0.115, 0.165, 0), (0.98, 0.12, 0.17, 0)], TROUSERS)
    _oval(s, [(0.94, 0.125, 0.175, 0), (1.10, 0.125, 0.165, 0), (1.28, 0.135, 0.190, 0), (1.38, 0.12, 0.205, 0), (1.43, 0.10, 0.195, 0), (1.47, 0.075, 0.13, 0), (1.50, 0.055, 0.07, 0)], HI_VIS)
    # Reflective bands: round the waist, and over the shoulders.
    _oval(s, [(1.045, 0.131, 0.176, 0), (1.095, 0.131, 0.173, 0)], REFLECTIVE)
    for y in (-0.105, 0.105):
        s.box((-0.142, y - 0.025, 1.09), (0.142, y + 0.025, 1.40), REFLECTIVE, 0.01)
    # Neck, head, helmet with its brim, radio on the chest.
    s.bar((0, 0, 1.47), (0.01, 0, 1.56), 0.055, SKIN, 12)
    head = Part(detail)
    _oval(head, [(1.53, 0.055, 0.045, 0.02), (1.58, 0.085, 0.068, 0.015), (1.65, 0.095, 0.076, 0.01), (1.71, 0.09, 0.074, 0.005)], SKIN)
    s.add(head)
    _oval(s, [(1.665, 0.118, 0.098, 0.005), (1.70, 0.118, 0.100, 0.005), (1.75, 0.10, 0.085, 0.0), (1.775, 0.06, 0.05, 0.0), (1.785, 0.02, 0.02, 0.0)], HELMET)
    s.extrude("z", [(0.06, -0.10), (0.16, -0.06), (0.175, 0.0), (0.16, 0.06), (0.06, 0.10)], 1.662, 1.678, HELMET)
    s.box((0.095, -0.06, 1.60), (0.105, 0.06, 1.635), BLACK)
    s.box((0.125, -0.15, 1.22), (0.155, -0.10, 1.32), BLACK, 0.005)
    s.bar((0.14, -0.11, 1.32), (0.14, -0.11, 1.40), 0.006, BLACK, 5)
    return s


def leg(detail):
    s = Part(detail)
    _oval(s, [(-0.80, 0.058, 0.058, -0.01), (-0.45, 0.070, 0.068, 0.0), (-0.10, 0.095, 0.085, 0), (0.05, 0.10, 0.085, 0)], TROUSERS)
    _oval(s, [(-0.62, 0.069, 0.068, 0.0), (-0.57, 0.071, 0.070, 0.0)], REFLECTIVE)
    s.extrude("y", [(-0.09, -0.90), (0.18, -0.90), (0.18, -0.85), (0.09, -0.80), (0.06, -0.74), (-0.08, -0.74)], -0.052, 0.052, shade(BLACK, 1.6), 0.012)
    return s


def arm(detail):
    s = Part(detail)
    _oval(s, [(-0.50, 0.040, 0.040, 0.03), (-0.28, 0.048, 0.048, 0.0), (-0.05, 0.058, 0.055, 0), (0.01, 0.054, 0.050, 0), (0.04, 0.035, 0.032, 0)], HI_VIS)
    _oval(s, [(-0.24, 0.052, 0.052, 0.0), (-0.20, 0.053, 0.053, 0.0)], REFLECTIVE)
    s.ball((0.045, 0, -0.55), 0.048, SKIN, 10, squash=1.35)
    return s


def model(detail):
    root = Node("person")
    root.add(Node("torso", torso(detail)))
    limb, hand = leg(detail), arm(detail)
    for side, name in ((1.0, "left"), (-1.0, "right")):
        root.add(Node(f"leg_{name}", limb, (0.0, side * 0.095, 0.90), pitch=0.10 * side))
        root.add(Node(f"arm_{name}", hand, (0.0, side * 0.222, 1.40), pitch=-0.10 * side))
    return root


ABOUT = {"machine": "person"}
