"""Vectors and rigid motions of the project's frames: x forward, y left, z up, metres."""

from math import cos, sin, sqrt


def add(a, b):
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def sub(a, b):
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def scale(a, k):
    return (a[0] * k, a[1] * k, a[2] * k)


def mix(a, b, t):
    return tuple(p + (q - p) * t for p, q in zip(a, b))


def dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def length(a):
    return sqrt(dot(a, a))


def unit(a):
    n = length(a)
    return (a[0] / n, a[1] / n, a[2] / n) if n > 1e-12 else (0.0, 0.0, 1.0)


def across(axis):
    """Returns two unit vectors that make a right-handed frame with a unit `axis` as its third."""
    other = (0.0, 0.0, 1.0) if abs(axis[2]) < 0.9 else (1.0, 0.0, 0.0)
    u = unit(cross(other, axis))
    return u, cross(axis, u)


def turned(p, axis, angle):
    """Turns a point about a unit axis through the origin (Rodrigues 1840)."""
    c, s = cos(angle), sin(angle)
    k = cross(axis, p)
    along = dot(axis, p) * (1.0 - c)
    return tuple(p[i] * c + k[i] * s + axis[i] * along for i in range(3))
