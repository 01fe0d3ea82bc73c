"""A crew-cab pickup as mines run them: white, striped, with whip flag and beacon.

Nodes: `vehicle`, `wheel_*`, `beacon`. The origin is on the ground under the middle of the rear axle.
"""

from .fittings import beacon, flag, lamp_box
from .gltf import Node
from .paint import AMBER, BLACK, CHROME, FLAG, FRAME, GREY, LAMP, RED, WHITE, shade
from .part import Part
from .road_vehicles import arch, cabin
from .tyre import road_wheel

# Outline of `VehicleKind::LightVehicle`, and its axles, m.
FRONT, REAR, HALF, TOP = 4.1, 1.2, 0.95, 1.9
AXLES, RADIUS, WIDTH = (0.0, 3.1), 0.39, 0.26


def model(detail):
    s = Part(detail)
    # Side view of the lower body, cut out over the wheels, in three pieces a side: bonnet, doors, tray.
    belt, sill = 1.12, 0.50
    w = HALF - 0.03
    # Floor and frame.
    s.box((-REAR + 0.10, -0.50, 0.36), (FRONT - 0.25, 0.50, 0.56), FRAME)
    # Doors.
    s.extrude("y", [(0.52, sill), (2.62, sill), (2.62, belt), (0.52, belt)], -w, w, WHITE, 0.04)
    # Engine bay between the wheels, mudguards over them, nose.
    s.extrude("y", [(2.55, 0.5), (3.95, 0.55), (4.02, 0.95), (3.75, 1.10), (2.55, 1.20)], -w + 0.26, w - 0.26, WHITE, 0.05)
    for side in (1.0, -1.0):
        s.extrude("y", [(2.55, 0.55), (2.66, 0.62), (2.74, 0.80), (2.92, 0.90), (3.28, 0.90), (3.46, 0.80), (3.55, 0.62), (3.60, 0.52), (3.98, 0.55), (4.0, 0.92), (3.78, 1.05), (2.55, 1.16)], side * (w - 0.28), side * w, WHITE, 0.03)
        arch(s, 3.1, 0.42, 0.46, side * (HALF - 0.24), side * HALF, BLACK, 0.25, 2.9, 0.05)
        arch(s, 0.0, 0.42, 0.46, side * (HALF - 0.24), side * HALF, BLACK, 0.25, 2.9, 0.05)
        # Tray's side over the rear wheel.
        s.extrude("y", [(-REAR + 0.05, 0.62), (-0.55, 0.62), (-0.45, 0.80), (-0.22, 0.90), (0.22, 0.90), (0.45, 0.80), (0.55, 0.55), (0.60, 0.55), (0.60, 1.14), (-REAR + 0.05, 1.14)], side * (w - 0.10), side * w, WHITE, 0.025)
        # Sill step, stripes, handles, mirror.
        s.box((0.62, side * (HALF - 0.10), 0.36), (2.5, side * HALF, 0.42), BLACK, 0.01)
        for k in range(9):
            x = 0.58 + 0.22 * k
            y = side * (w + 0.004)
            quad = [(x, y, 0.74), (x + 0.11, y, 0.74), (x + 0.21, y, 0.92), (x + 0.10, y, 0.92)]
            s.face(quad[::-1] if side > 0 else quad, FLAG if k % 2 == 0 else shade(AMBER, 0.9)._replace(surface="dull"))
        for x in (0.75, 1.72):
            s.box((x, side * w, 1.0), (x + 0.16, side * (w + 0.025), 1.03), BLACK)
        s.box((2.30, side * (w - 0.05), 1.16), (2.36, side * (HALF + 0.10), 1.20), BLACK)
        s.box((2.28, side * (w + 0.02), 1.14), (2.38, side * (HALF + 0.13), 1.34), BLACK, 0.02)
        if detail:
            for x in (1.58, 0.56, 2.60):
                s.box((x - 0.006, side * (w - 0.01), 0.55), (x + 0.006, side * (w + 0.003), belt), BLACK)
        # Head lamps.
        s.extrude("z", [(3.90, side * 0.60), (4.045, side * 0.60), (3.99, side * 0.86), (3.90, side * 0.86)], 0.735, 0.895, LAMP)
        s.box((-REAR + 0.02, side * (w - 0.02), 0.80), (-REAR + 0.08, side * (w - 0.16), 1.08), RED)
        s.box((-REAR + 0.02, side * (w - 0.02), 0.72), (-REAR + 0.08, side * (w - 0.16), 0.79), AMBER)
    # Grille and bumpers, bull bar.
    s.box((3.95, -0.56, 0.70), (4.045, 0.56, 0.92), BLACK, 0.02)
    for z in (0.76, 0.81, 0.86):
        s.box((4.0, -0.52, z - 0.012), (4.055, 0.52, z + 0.012), CHROME)
    s.extrude("z", [(3.72, -0.94), (3.95, -0.90), (4.06, -0.6), (4.06, 0.6), (3.95, 0.90), (3.72, 0.94)], 0.42, 0.68, BLACK, 0.03)
    for z in (0.60, 0.88):
        s.tube([(3.98, -0.62, z), (4.075, -0.5, z), (4.075, 0.5, z), (3.98, 0.62, z)], 0.024, FRAME, 8)
    for y in (-0.5, 0.5):
        s.bar((4.075, y, 0.45), (4.075, y, 0.98), 0.024, FRAME, 8)
    s.box((-REAR, -0.85, 0.48), (-REAR + 0.14, 0.85, 0.62), CHROME, 0.02)
    # Cab.
    cabin(s, (0.52, 2.64, belt - 0.01), (0.66, 1.98, TOP - 0.10), w - 0.01, w - 0.16, WHITE, [(0.58, 0.72), (1.60, 1.50), (2.58, 1.94)], roof=0.085)
    # Tray: floor, tailgate, head board with bars, tool box, spare wheel, tarp.
    s.box((-REAR + 0.08, -w + 0.06, 0.66), (0.52, w - 0.06, 0.72), GREY)
    s.box((-REAR + 0.03, -w + 0.02, 0.66), (-REAR + 0.09, w - 0.02, 1.14), WHITE, 0.02)
    s.tube([(0.44, -0.80, 1.12), (0.44, -0.74, 1.80), (0.44, 0.74, 1.80), (0.44, 0.80, 1.12)], 0.032, BLACK, 8)
    for y in (-0.4, 0.0, 0.4):
        s.bar((0.44, y, 1.12), (0.44, y, 1.80), 0.018, BLACK, 6)
    s.box((0.0, -0.80, 0.72), (0.40, 0.80, 1.08), shade(GREY, 1.8), 0.03)
    spare = road_wheel(RADIUS - 0.02, WIDTH - 0.02, 0, shade(GREY, 1.5), lugs=24)
    s.add(spare, axis=(1.0, 0.0, 0.0), angle=1.5708, move=(-0.62, 0.0, 0.86))
    # Roof bar with work lamps beside the beacon.
    s.box((1.42, -0.62, TOP - 0.02), (1.50, 0.62, TOP + 0.03), BLACK)
    for y in (-0.5, 0.5):
        lamp_box(s, (1.56, y, TOP + 0.07), (0.22, 0.12))
    s.bar((3.3, 0.62, 1.05), (3.3, 0.62, 1.9), 0.006, BLACK, 5)
    flag(s, (0.40, HALF - 0.12, 1.10), 4.2, FLAG)
    root = Node("light_vehicle")
    root.add(Node("vehicle", s))
    root.add(beacon("beacon", (1.46, 0.0, TOP + 0.03), detail))
    left = road_wheel(RADIUS, WIDTH, detail, shade(GREY, 1.6), lugs=28)
    right = Part(detail).add(left, mirror=True)
    y = HALF - WIDTH / 2.0 - 0.01
    for x, where in zip(AXLES, ("rear", "front")):
        root.add(Node(f"wheel_{where}_left", left, (x, y, RADIUS), {"radius": RADIUS}))
        root.add(Node(f"wheel_{where}_right", right, (x, -y, RADIUS), {"radius": RADIUS}))
    return root


ABOUT = {"machine": "light vehicle"}
