"""Parts that road vehicles share: cabs with windows in frames, mudguards."""

from math import cos, sin

from .paint import GLASS


def cabin(s, lower, upper, y_low, y_high, paint, posts, glass=GLASS, roof=0.10, thick=0.05):
    """Adds a glazed upper cabin between the waist line and the roof.

    `lower` and `upper` are (rear x, front x, z) at waist and roof; `y_low`, `y_high` the half widths there. `posts` are
    pairs (x at the waist, x at the roof) of the posts on each side.
    """
    (xr, xf, z), (ur, uf, top) = lower, upper
    i = thick
    s.block(
        [(xr + i, -y_low + i, z), (xf - i, -y_low + i, z), (xf - i, y_low - i, z), (xr + i, y_low - i, z)],
        [(ur + i, -y_high + i, top), (uf - i, -y_high + i, top), (uf - i, y_high - i, top), (ur + i, y_high - i, top)],
        glass,
    )
    s.block(
        [(ur - 0.02, -y_high, top - 0.02), (uf + 0.04, -y_high, top - 0.02), (uf + 0.04, y_high, top - 0.02), (ur - 0.02, y_high, top - 0.02)],
        [(ur + 0.06, -y_high + 0.08, top + roof), (uf - 0.12, -y_high + 0.08, top + roof), (uf - 0.12, y_high - 0.08, top + roof), (ur + 0.06, y_high - 0.08, top + roof)],
        paint,
    )
    for side in (1.0, -1.0):
        for a, b in posts:
            w = 0.045
            s.block(
                [(a - w, side * (y_low - i - 0.01), z), (a + w, side * (y_low - i - 0.01), z), (a + w, side * y_low, z), (a - w, side * y_low, z)],
                [(b - w, side * (y_high - i - 0.01), top), (b + w, side * (y_high - i - 0.01), top), (b + w, side * y_high, top), (b - w, side * y_high, top)],
                paint,
            )


def arch(s, x, z, radius, y0, y1, paint, begin=0.0, end=3.1416, thick=0.05, steps=9):
    """Adds a mudguard around a wheel between two angles, rad from straight ahead over the top."""
    if not s.detail:
        steps = 5
    for k in range(steps):
        a, b = begin + (end - begin) * k / steps, begin + (end - begin) * (k + 1) / steps
        ring = [(radius, a), (radius, b), (radius + thick, b), (radius + thick, a)]
        points = [(x + r * cos(t), z + r * sin(t)) for r, t in ring]
        low = [(p[0], y0, p[1]) for p in points]
        high = [(p[0], y1, p[1]) for p in points]
        s.block(low, high, paint)
