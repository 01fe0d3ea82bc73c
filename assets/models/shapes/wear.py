"""Wear and dirt of a machine: shade in corners, dust from the ground up.

The shade of a vertex is the share of directions in which other parts stand near it (ambient occlusion, Zhukov et al.
1998), found by marching through a grid of filled cells. Wheels roll, so they shade only themselves.
"""

from math import cos, pi, sin

from .vector import across, add, cross, length, mix, scale, sub, unit

# Side of a cell, m, at most, and as a share of the machine's size; number of steps of a ray; share of the light that full
# shade takes.
_CELL, _CELL_SHARE = 0.11, 1.0 / 110.0
_STEPS, _GROWTH = 10, 1.19
_DEPTH = 0.72
# Number of the cell at the origin, so that all numbers are positive, and of cells in a row.
_ZERO, _ROW = 2048.0, 4096
_DUST = (0.36, 0.29, 0.21)
# Longest edge that keeps its shade even, m, and as a share of a large machine's size.
_EDGE, _EDGE_SHARE, _EDGE_MOST = 0.85, 1.0 / 16.0, 2.6
# Area below which a triangle is left whole, m²: rails and edges.
_SLENDER = 0.11
# Share of dust that a surface takes.
_TAKES = {"rubber": 0.42, "rough": 0.25, "glass": 0.10, "lamp": 0.0, "red": 0.0, "amber": 0.0, "blue": 0.0, "steel": 0.30}


def refined(triangles, longest):
    """Splits triangles until no edge is longer than `longest`."""
    todo, out = list(triangles), []
    while todo:
        points, normals, paint = todo.pop()
        edges = [length(sub(points[(k + 1) % 3], points[k])) for k in range(3)]
        k = max(range(3), key=lambda i: round(edges[i], 6))
        area = 0.5 * length(cross(sub(points[1], points[0]), sub(points[2], points[0])))
        if edges[k] <= longest or area < _SLENDER:
            out.append((points, normals, paint))
            continue
        a, b, c = k, (k + 1) % 3, (k + 2) % 3
        p, n = mix(points[a], points[b], 0.5), unit(mix(normals[a], normals[b], 0.5))
        todo.append(((points[a], p, points[c]), (normals[a], n, normals[c]), paint))
        todo.append(((p, points[b], points[c]), (n, normals[b], normals[c]), paint))
    return out[::-1]


def _filled(triangles, place, cell):
    cells = set()
    for points, _, _ in triangles:
        a, b, c = (add(p, place) for p in points)
        n = max(1, int(max(length(sub(b, a)), length(sub(c, a)), length(sub(c, b))) / cell) + 1)
        for i in range(n + 1):
            for j in range(n + 1 - i):
                u, v = i / n, j / n
                p = tuple(a[k] + (b[k] - a[k]) * u + (c[k] - a[k]) * v for k in range(3))
                cells.add(_cell(p[0], p[1], p[2], 1.0 / cell))
    return cells


def _cell(x, y, z, fine):
    return (int(x * fine + _ZERO) * _ROW + int(y * fine + _ZERO)) * _ROW + int(z * fine + _ZERO)


def _hemisphere():
    """Directions about +z, weighted by the cosine."""
    out = []
    for ring, count in ((0.25, 3), (0.55, 6), (0.85, 7)):
        for k in range(count):
            t = 2.0 * pi * (k + ring) / count
            s = ring
            out.append((s * cos(t), s * sin(t), (1.0 - s * s) ** 0.5))
    return out


def _noise(p):
    return 0.5 + 0.25 * (sin(2.3 * p[0] + 1.1 * p[2]) * cos(1.9 * p[1] - 0.7 * p[0]) + sin(5.1 * p[2] + 3.7 * p[1] - 2.2 * p[0]))


def _size(root):
    low, high = [1e9] * 3, [-1e9] * 3
    for node, place in root.walk():
        for points, _, _ in node.part.triangles if node.part else ():
            for p in points:
                for k in range(3):
                    low[k], high[k] = min(low[k], p[k] + place[k]), max(high[k], p[k] + place[k])
    return length(sub(high, low))


class Wear:
    """Colours of the vertices of a machine at rest."""

    def __init__(self, root, detail):
        self.detail = detail
        self.rays = _hemisphere()
        self.known = {}
        self.at, own = {}, {}
        still = set()
        size = _size(root)
        self.cell = min(_CELL, size * _CELL_SHARE)
        longest = min(max(_EDGE, size * _EDGE_SHARE), _EDGE_MOST)
        for node, place in root.walk():
            part = node.part
            if part is None or not part.triangles:
                continue
            if id(part) not in self.at:
                if detail:
                    part.triangles = refined(part.triangles, longest)
                self.at[id(part)] = (place, node.name.startswith("wheel"))
            if node.name.startswith("wheel"):
                own[id(part)] = _filled(part.triangles, self.at[id(part)][0], self.cell)
            else:
                still |= _filled(part.triangles, place, self.cell)
        self.own, self.still = own, still

    def __call__(self, part, p, n, paint):
        key = (id(part), tuple(round(v, 3) for v in p), tuple(round(v, 2) for v in n))
        if key not in self.known:
            self.known[key] = self._light(part, p, n)
        light, dust = self.known[key]
        if paint.surface in ("lamp", "red", "amber", "blue"):
            return paint.colour
        dust *= _TAKES.get(paint.surface, 0.38)
        return tuple((c + (d - c) * dust) * light for c, d in zip(paint.colour, _DUST))

    def _light(self, part, p, n):
        place, rolls = self.at[id(part)]
        cell, fine = self.cell, 1.0 / self.cell
        n = unit(n)
        here = add(p, place)
        cells = self.own[id(part)] if rolls else self.still
        u, v = across(n)
        shade = weight = 0.0
        start = add(here, scale(n, 1.5 * cell))
        for d in self.rays:
            ray = tuple(u[k] * d[0] + v[k] * d[1] + n[k] * d[2] for k in range(3))
            weight += d[2]
            x, y, z = start
            step = 1.05 * cell
            for k in range(_STEPS):
                if (int(x * fine + _ZERO) * _ROW + int(y * fine + _ZERO)) * _ROW + int(z * fine + _ZERO) in cells:
                    shade += d[2] * (1.0 - k / _STEPS)
                    break
                x, y, z = x + ray[0] * step, y + ray[1] * step, z + ray[2] * step
                step *= _GROWTH
        light = 1.0 - _DEPTH * min(1.0, 1.15 * shade / weight)
        if rolls:
            dust = 0.55 + 0.35 * (_noise(here) - 0.5)
        else:
            low = max(0.0, 1.0 - here[2] / 3.2)
            dust = 0.10 + 0.75 * low * low + 0.22 * max(0.0, n[2]) + 0.35 * low * (_noise(here) - 0.5)
        return light, max(0.0, min(1.0, dust))
