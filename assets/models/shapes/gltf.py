"""Writing a machine as a binary glTF 2.0 file."""

import json
import struct
import zlib
from math import cos, sin

from .paint import SURFACES

# Positions are rounded to a tenth of a millimetre: the file is then the same on every computer.
_DIGITS = 4
_CELLS = 16


class Node:
    """A named node: a part at a pivot, and the nodes that move with it. `pitch` lifts its front at rest, rad."""

    def __init__(self, name, part=None, at=(0, 0, 0), extras=None, pitch=0.0):
        self.name, self.part, self.at, self.extras, self.pitch = name, part, at, extras, pitch
        self.children = []

    def add(self, *nodes):
        self.children.extend(nodes)
        return self

    def walk(self, origin=(0, 0, 0)):
        """Yields every node with its place in the machine's frame at rest."""
        place = tuple(a + b for a, b in zip(origin, self.at))
        yield self, place
        for child in self.children:
            yield from child.walk(place)


def _png(rows):
    """A PNG of rows of (red, green, blue)."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    # Stored without compression: the bytes do not depend on the version of zlib.
    raw = b"".join(b"\0" + bytes(v for cell in row for v in cell) for row in rows)
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(raw), len(raw) ^ 0xFFFF) + raw
    stored += struct.pack(">I", zlib.adler32(raw))
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", stored) + chunk(b"IEND", b"")


def _srgb(value):
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _byte(value):
    return max(0, min(255, int(value * 255.0 + 0.5)))


def _palettes():
    cells = list(SURFACES.values())
    cells += [cells[0]] * (_CELLS - len(cells))
    rough = [(0, _byte(c.roughness), _byte(c.metallic)) for c in cells]
    light = [tuple(_byte(_srgb(v)) for v in c.emission) for c in cells]
    return _png([rough, rough]), _png([light, light])


class _Buffer:
    def __init__(self):
        self.data = bytearray()
        self.views, self.accessors = [], []

    def view(self, data, target=None):
        self.data += b"\0" * (-len(self.data) % 4)
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data)}
        if target:
            view["target"] = target
        self.data += data
        self.views.append(view)
        return len(self.views) - 1

    def accessor(self, data, kind, component, count, target, **more):
        entry = {"bufferView": self.view(data, target), "componentType": component, "count": count, "type": kind}
        entry.update(more)
        self.accessors.append(entry)
        return len(self.accessors) - 1


def _vertices(part, shading):
    order = list(SURFACES)
    index, rows, triangles = {}, [], []
    for points, normals, paint in part.triangles:
        corner = []
        u = (order.index(paint.surface) + 0.5) / _CELLS
        for p, n in zip(points, normals):
            colour = tuple(max(0, min(65535, int(c * 65535.0 + 0.5))) for c in shading(part, p, n, paint))
            # glTF: y up; the project's y to the left is its z with the other sign.
            place = tuple(round(v, _DIGITS) + 0.0 for v in (p[0], p[2], -p[1]))
            normal = tuple(round(v, 3) + 0.0 for v in (n[0], n[2], -n[1]))
            key = (place, normal, colour, u)
            if key not in index:
                index[key] = len(rows)
                rows.append(key)
            corner.append(index[key])
        if len(set(corner)) == 3:
            triangles.append(corner)
    return rows, triangles


def _mesh(part, buffer, shading):
    rows, triangles = _vertices(part, shading)
    n = len(rows)
    # Bounds as the file holds them, in single precision.
    single = [struct.unpack("<3f", struct.pack("<3f", *r[0])) for r in rows]
    low = [min(p[i] for p in single) for i in range(3)]
    high = [max(p[i] for p in single) for i in range(3)]
    place = b"".join(struct.pack("<3f", *r[0]) for r in rows)
    normal = b""
    for r in rows:
        size = sum(v * v for v in r[1]) ** 0.5
        normal += struct.pack("<3f", *(round(v / size, 6) for v in r[1]))
    colour = b"".join(struct.pack("<4H", *r[2], 65535) for r in rows)
    cell = b"".join(struct.pack("<2H", int(r[3] * 65535 + 0.5), 32768) for r in rows)
    wide = n > 65535
    flat = [i for t in triangles for i in t]
    index = struct.pack(f"<{len(flat)}{'I' if wide else 'H'}", *flat)
    attributes = {
        "POSITION": buffer.accessor(place, "VEC3", 5126, n, 34962, min=low, max=high),
        "NORMAL": buffer.accessor(normal, "VEC3", 5126, n, 34962),
        "COLOR_0": buffer.accessor(colour, "VEC4", 5123, n, 34962, normalized=True),
        "TEXCOORD_0": buffer.accessor(cell, "VEC2", 5123, n, 34962, normalized=True),
    }
    indices = buffer.accessor(index, "SCALAR", 5125 if wide else 5123, len(flat), 34963)
    return {"primitives": [{"attributes": attributes, "indices": indices, "material": 0}]}


def binary(root, about, shading):
    """Returns the file of a machine. `about` goes into the file's `asset.extras`."""
    buffer, meshes, nodes, known = _Buffer(), [], [], {}

    def put(node):
        entry = {"name": node.name}
        if node.part is not None and node.part.triangles:
            if id(node.part) not in known:
                known[id(node.part)] = len(meshes)
                meshes.append(_mesh(node.part, buffer, shading))
            entry["mesh"] = known[id(node.part)]
        if any(node.at):
            entry["translation"] = [round(v, _DIGITS) + 0.0 for v in (node.at[0], node.at[2], -node.at[1])]
        if node.pitch:
            half = node.pitch / 2.0
            entry["rotation"] = [0.0, 0.0, round(sin(half), 6), round(cos(half), 6)]
        if node.extras:
            entry["extras"] = node.extras
        nodes.append(entry)
        me = len(nodes) - 1
        children = [put(child) for child in node.children]
        if children:
            entry["children"] = children
        return me

    put(root)
    rough, light = _palettes()
    images = [{"bufferView": buffer.view(png), "mimeType": "image/png"} for png in (rough, light)]
    document = {
        "asset": {"version": "2.0", "generator": "haul assets/models/make.py", "extras": about},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": nodes,
        "meshes": meshes,
        "materials": [
            {
                "name": "machine",
                "pbrMetallicRoughness": {
                    "metallicRoughnessTexture": {"index": 0},
                    "metallicFactor": 1.0,
                    "roughnessFactor": 1.0,
                },
                "emissiveTexture": {"index": 1},
                "emissiveFactor": [1.0, 1.0, 1.0],
            }
        ],
        "textures": [{"sampler": 0, "source": 0}, {"sampler": 0, "source": 1}],
        "images": images,
        "samplers": [{"magFilter": 9728, "minFilter": 9728, "wrapS": 33071, "wrapT": 33071}],
        "accessors": buffer.accessors,
        "bufferViews": buffer.views,
        "buffers": [{"byteLength": 0}],
    }
    buffer.data += b"\0" * (-len(buffer.data) % 4)
    document["buffers"][0]["byteLength"] = len(buffer.data)
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    total = 12 + 8 + len(text) + 8 + len(buffer.data)
    return (
        struct.pack("<4sII", b"glTF", 2, total)
        + struct.pack("<I4s", len(text), b"JSON")
        + text
        + struct.pack("<I4s", len(buffer.data), b"BIN\0")
        + bytes(buffer.data)
    )
