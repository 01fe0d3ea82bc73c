"""A part of a machine as the triangles added so far."""

from math import cos, pi, sin

from .vector import across, add, cross, dot, length, mix, scale, sub, turned, unit

# Corners of a smooth surface whose faces differ by more than this stay sharp: cosine of 40 degrees.
_SHARP = 0.766


class Part:
    """Triangles as (three points, three normals, paint). `detail` is 1 for the near model, 0 for the far one."""

    def __init__(self, detail=1):
        self.detail = detail
        self.triangles = []

    def fresh(self):
        return Part(self.detail)

    def sides(self, near, far=None):
        """Number of sides of a round body, for the level of detail."""
        return near if self.detail else (far or max(5, near // 3))

    # Flat faces.

    def face(self, points, paint, both=False):
        """Adds a flat convex face, anticlockwise as seen from outside."""
        n = (0.0, 0.0, 0.0)
        for p, q in zip(points, points[1:] + points[:1]):
            n = add(n, cross(p, q))
        if length(n) < 1e-10:
            return self
        n = unit(n)
        for k in range(1, len(points) - 1):
            self._triangle((points[0], points[k], points[k + 1]), (n, n, n), paint)
        if both:
            self.face(list(reversed(points)), paint)
        return self

    def _triangle(self, points, normals, paint):
        a, b, c = points
        if length(cross(sub(b, a), sub(c, a))) > 1e-9:
            self.triangles.append((points, normals, paint))

    def block(self, lower, upper, paint, hidden=()):
        """Adds a convex body between two rings of as many points each; faces are turned outwards.

        `hidden` are faces to leave out: 0 the lower ring, 1 the upper ring, 2 and on the sides.
        """
        middle = scale(add(_mean(lower), _mean(upper)), 0.5)
        n = len(lower)
        faces = [list(lower), list(upper)]
        faces += [[lower[i], lower[(i + 1) % n], upper[(i + 1) % n], upper[i]] for i in range(n)]
        for k, f in enumerate(faces):
            if k in hidden:
                continue
            normal = (0.0, 0.0, 0.0)
            for p, q in zip(f, f[1:] + f[:1]):
                normal = add(normal, cross(sub(p, middle), sub(q, middle)))
            self.face(f if dot(normal, sub(_mean(f), middle)) >= 0 else f[::-1], paint)
        return self

    def box(self, a, b, paint, bevel=0.0):
        """Adds a box between two corners, with its edges broken by `bevel`."""
        lo = tuple(min(p, q) for p, q in zip(a, b))
        hi = tuple(max(p, q) for p, q in zip(a, b))
        outline = [(lo[0], lo[1]), (hi[0], lo[1]), (hi[0], hi[1]), (lo[0], hi[1])]
        return self.extrude("z", outline, lo[2], hi[2], paint, bevel)

    def extrude(self, axis, outline, a, b, paint, bevel=0.0):
        """Adds a body with a flat outline, drawn out along an axis from `a` to `b`.

        The outline's coordinates are the two others in the order x, y, z. It may be hollow, but must not cross itself.
        With `bevel` the edges of the two ends are broken, and upright edges as well.
        """
        if not self.detail:
            bevel = 0.0
        outline = _anticlockwise(outline)
        a, b = min(a, b), max(a, b)
        if bevel > 0.0:
            outline = _broken(outline, bevel)
            inner = _inset(outline, bevel)
            rings = [(inner, a), (outline, a + bevel), (outline, b - bevel), (inner, b)]
        else:
            rings = [(outline, a), (outline, b)]
        place = {
            "x": lambda p, t: (t, p[0], p[1]),
            "y": lambda p, t: (p[0], t, p[1]),
            "z": lambda p, t: (p[0], p[1], t),
        }[axis]
        mirror = axis == "y"
        n = len(outline)
        for (ring, s), (after, t) in zip(rings, rings[1:]):
            for i in range(n):
                j = (i + 1) % n
                quad = [place(ring[i], s), place(ring[j], s), place(after[j], t), place(after[i], t)]
                self.face(quad[::-1] if mirror else quad, paint)
        for ring, t, up in [(rings[0][0], a, False), (rings[-1][0], b, True)]:
            for triangle in _ears(ring):
                points = [place(p, t) for p in triangle]
                self.face(points if up != mirror else points[::-1], paint)
        return self

    # Round bodies.

    def bar(self, a, b, radius, paint, sides=12, end=None, caps=True):
        """Adds a round bar from `a` to `b`; its radius changes to `end` if that is given."""
        end = radius if end is None else end
        sides = self.sides(sides)
        axis = unit(sub(b, a))
        u, v = across(axis)
        ring = [2.0 * pi * k / sides for k in range(sides)]
        out = [add(scale(u, cos(t)), scale(v, sin(t))) for t in ring]
        slope = (radius - end) / max(length(sub(b, a)), 1e-9)
        normals = [unit(add(d, scale(axis, slope))) for d in out]
        pa = [add(a, scale(d, radius)) for d in out]
        pb = [add(b, scale(d, end)) for d in out]
        for i in range(sides):
            j = (i + 1) % sides
            self._triangle((pa[i], pa[j], pb[j]), (normals[i], normals[j], normals[j]), paint)
            self._triangle((pa[i], pb[j], pb[i]), (normals[i], normals[j], normals[i]), paint)
        if caps:
            self.face(pa[::-1], paint)
            self.face(pb, paint)
        return self

    def tube(self, points, radius, paint, sides=8):
        """Adds a bent tube through points."""
        for a, b in zip(points, points[1:]):
            self.bar(a, b, radius, paint, sides, caps=True)
        if self.detail and radius > 0.06:
            for p in points[1:-1]:
                self.ball(p, radius, paint, sides)
        return self

    def ball(self, centre, radius, paint, sides=12, squash=1.0):
        """Adds a ball; `squash` is its height over its width."""
        sides = self.sides(sides)
        rings = max(3, sides // 2)
        profile = [(radius * sin(pi * k / rings), -radius * squash * cos(pi * k / rings)) for k in range(rings + 1)]
        ball = self.fresh().lathe("z", profile, paint, sides, exact=True)
        return self.add(ball, move=centre)

    def lathe(self, axis, profile, paint, sides, exact=False):
        """Adds a body of revolution about an axis: points (radius, place along the axis), from low to high.

        `paint` is one paint or one for each section. Sections that meet at a small angle are shaded as one.
        """
        sides = sides if exact else self.sides(sides)
        paints = paint if isinstance(paint, list) else [paint] * (len(profile) - 1)
        frame = {
            "x": lambda r, t, s: (t, r * cos(s), r * sin(s)),
            "y": lambda r, t, s: (r * sin(s), t, r * cos(s)),
            "z": lambda r, t, s: (r * cos(s), r * sin(s), t),
        }[axis]
        flat = []
        for (r0, t0), (r1, t1) in zip(profile, profile[1:]):
            n = ((t1 - t0), -(r1 - r0))
            size = (n[0] ** 2 + n[1] ** 2) ** 0.5 or 1.0
            flat.append((n[0] / size, n[1] / size))
        ends = []
        for k, here in enumerate(flat):
            low = flat[k - 1] if k > 0 else here
            high = flat[k + 1] if k + 1 < len(flat) else here
            ends.append((_blend(here, low), _blend(here, high)))
        for k, ((r0, t0), (r1, t1)) in enumerate(zip(profile, profile[1:])):
            n0, n1 = ends[k]
            for i in range(sides):
                s, t = 2.0 * pi * i / sides, 2.0 * pi * (i + 1) / sides
                p = [frame(r0, t0, s), frame(r0, t0, t), frame(r1, t1, t), frame(r1, t1, s)]
                q = [frame(n0[0], n0[1], s), frame(n0[0], n0[1], t), frame(n1[0], n1[1], t), frame(n1[0], n1[1], s)]
                q = [unit(n) for n in q]
                self._triangle((p[0], p[1], p[2]), (q[0], q[1], q[2]), paints[k])
                self._triangle((p[0], p[2], p[3]), (q[0], q[2], q[3]), paints[k])
        return self

    def grid(self, rows, columns, at, paint):
        """Adds a smooth surface through `at(i, j)`, seen from the side to which rows × columns turn."""
        points = [[at(i, j) for j in range(columns)] for i in range(rows)]

        def normal(i, j):
            along = sub(points[min(i + 1, rows - 1)][j], points[max(i - 1, 0)][j])
            aside = sub(points[i][min(j + 1, columns - 1)], points[i][max(j - 1, 0)])
            return unit(cross(along, aside))

        normals = [[normal(i, j) for j in range(columns)] for i in range(rows)]
        for i in range(rows - 1):
            for j in range(columns - 1):
                corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
                p = [points[a][b] for a, b in corners]
                n = [normals[a][b] for a, b in corners]
                self._triangle((p[0], p[1], p[2]), (n[0], n[1], n[2]), paint)
                self._triangle((p[0], p[2], p[3]), (n[0], n[2], n[3]), paint)
        return self

    # Whole parts.

    def add(self, other, move=(0, 0, 0), axis=None, angle=0.0, mirror=False):
        """Adds another part, turned about an axis, mirrored left to right if asked, and moved."""

        def vector(p):
            p = turned(p, axis, angle) if axis else p
            return (p[0], -p[1], p[2]) if mirror else p

        for points, normals, paint in other.triangles:
            p = [add(vector(q), move) for q in points]
            n = [vector(q) for q in normals]
            if mirror:
                p, n = [p[0], p[2], p[1]], [n[0], n[2], n[1]]
            self.triangles.append((tuple(p), tuple(n), paint))
        return self

    def both(self, other):
        """Adds a part of the left side, and its mirror image on the right."""
        return self.add(other).add(other, mirror=True)


def _mean(points):
    n = len(points)
    return tuple(sum(p[i] for p in points) / n for i in range(3))


def _blend(a, b):
    if a[0] * b[0] + a[1] * b[1] < _SHARP:
        return a
    n = (a[0] + b[0], a[1] + b[1])
    size = (n[0] ** 2 + n[1] ** 2) ** 0.5
    return (n[0] / size, n[1] / size)


def _area(outline):
    return 0.5 * sum(p[0] * q[1] - p[1] * q[0] for p, q in zip(outline, outline[1:] + outline[:1]))


def _anticlockwise(outline):
    outline = [tuple(map(float, p)) for p in outline]
    return outline if _area(outline) > 0.0 else outline[::-1]


def _turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _broken(outline, bevel):
    """An outline with each outward corner sharper than 45 degrees replaced by a short edge."""
    out = []
    n = len(outline)
    for i in range(n):
        a, b, c = outline[i - 1], outline[i], outline[(i + 1) % n]
        la = ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5
        lc = ((c[0] - b[0]) ** 2 + (c[1] - b[1]) ** 2) ** 0.5
        if _turn(a, b, c) > 0.7 * la * lc and min(la, lc) > 3.0 * bevel:
            out.append(mix(b, a, bevel / la))
            out.append(mix(b, c, bevel / lc))
        else:
            out.append(b)
    return out


def _inset(outline, distance):
    out = []
    n = len(outline)
    for i in range(n):
        a, b, c = outline[i - 1], outline[i], outline[(i + 1) % n]
        normals = []
        for p, q in ((a, b), (b, c)):
            d = (q[0] - p[0], q[1] - p[1])
            size = (d[0] ** 2 + d[1] ** 2) ** 0.5 or 1.0
            normals.append((-d[1] / size, d[0] / size))
        (n0, n1) = normals
        k = 1.0 + n0[0] * n1[0] + n0[1] * n1[1]
        k = max(k, 0.35)
        out.append((b[0] + distance * (n0[0] + n1[0]) / k, b[1] + distance * (n0[1] + n1[1]) / k))
    return out


def _ears(outline):
    """Triangles of a simple polygon by clipping ears (Meisters 1975)."""
    rest = list(outline)
    out = []
    while len(rest) > 3:
        n = len(rest)
        best = None
        for i in range(n):
            a, b, c = rest[i - 1], rest[i], rest[(i + 1) % n]
            if _turn(a, b, c) <= 1e-12:
                continue
            if any(_inside(p, a, b, c) for p in rest if p not in (a, b, c)):
                continue
            quality = _turn(a, b, c) / (1e-9 + (c[0] - a[0]) ** 2 + (c[1] - a[1]) ** 2)
            if best is None or quality > best[0] + 1e-9:
                best = (quality, i)
        if best is None:
            del rest[min(range(n), key=lambda i: abs(_turn(rest[i - 1], rest[i], rest[(i + 1) % n])))]
            continue
        i = best[1]
        out.append((rest[i - 1], rest[i], rest[(i + 1) % n]))
        del rest[i]
    out.append(tuple(rest))
    return out


def _inside(p, a, b, c):
    return _turn(a, b, p) >= -1e-12 and _turn(b, c, p) >= -1e-12 and _turn(c, a, p) >= -1e-12
