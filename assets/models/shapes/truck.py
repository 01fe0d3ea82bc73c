"""The TR100AT: a rigid two-axle dump truck of 91 t, with the sensors of its autonomy kit.

Nodes: `chassis`, `body` (pivot: hinge), `load` (child of `body`, empty), `axle_rear`, `steer_front_*` (pivot: middle of
the wheel) with `wheel_front_*`, `wheel_rear_*` (a pair), `strut_*` and `hoist_*` with their rods, `lights`, `beacon`,
`number_*` (middle of a number plate).
"""

from math import sqrt

from .fittings import beacon, ladder, lamp, lamp_box, link, louvres, mirror, plate, rail, stage, tail_lamp
from .gltf import Node
from .paint import BLACK, BLUE, CHROME, DECK, FRAME, GLASS, GREY, STEEL, WHITE, YELLOW, shade
from .part import Part
from .seeds import truck as figures
from .truck_body import body
from .tyre import front_wheel, rear_pair

# Height of the deck over the ground, m.
DECK_HEIGHT = 2.98
# Rear edge and front edge of the deck, m.
DECK_BACK, DECK_FRONT = 4.02, 7.28


def frame(s, rear_axle_height):
    """Box-section rails, cross members, front cross tube with the struts' seats, rear frame with the hinge."""
    for y in (0.62, -1.00):
        s.extrude(
            "y",
            [(-1.85, 1.62), (-0.9, 1.58), (0.2, 1.52), (1.1, 1.20), (3.2, 1.08), (6.9, 1.08), (6.9, 1.72), (3.4, 1.80), (1.2, 2.02), (-1.2, 2.06), (-1.85, 2.02)],
            y,
            y + 0.38,
            FRAME,
            0.03,
        )
    for x, z in ((-1.6, 1.82), (1.05, 1.62), (2.7, 1.42), (6.4, 1.38)):
        s.bar((x, -0.75, z), (x, 0.75, z), 0.21, FRAME, 16)
    # Hinge pins of the body.
    s.bar((-1.45, -1.20, 2.0), (-1.45, 1.20, 2.0), 0.10, CHROME, 14)
    # Front cross tube and the towers of the front struts.
    s.bar((4.6, -1.35, 1.55), (4.6, 1.35, 1.55), 0.30, FRAME, 18)
    for side in (1.0, -1.0):
        s.extrude("y", [(4.25, 1.15), (4.95, 1.15), (4.88, 2.70), (4.36, 2.70)], side * 1.00, side * 1.32, FRAME, 0.03)
        s.bar((4.62, side * 1.42, 2.35), (4.62, side * 1.42, 2.72), 0.25, FRAME, 16)
    # Engine sump, gearbox and shaft, seen between the wheels.
    s.box((4.7, -0.52, 0.82), (6.5, 0.52, 1.75), shade(GREY, 0.55), 0.05)
    s.box((2.2, -0.42, 0.95), (3.5, 0.42, 1.75), shade(GREY, 0.7), 0.08)
    s.bar((3.5, 0, 1.35), (4.8, 0, 1.30), 0.13, STEEL, 12)
    s.bar((0.7, 0, 1.38), (2.25, 0, 1.34), 0.12, STEEL, 12)
    # Nose of the axle's A frame, tanks' straps, air reservoirs.
    s.bar((1.15, 0.45, 1.15), (1.15, -0.45, 1.15), 0.16, FRAME, 14)
    # Exhaust runs back to the body's heated floor.
    for y in (0.35, -0.35):
        s.tube([(4.4, y, 1.75), (3.55, y * 1.9, 1.95), (3.05, y * 1.9, 2.02)], 0.10, STEEL, 12)


def rear_axle(detail, track, height):
    """Axle housing with its ball, final drives' spindles and A frame; turns with the wheels."""
    s = Part(detail)
    s.ball((0.02, 0, 0), 0.66, FRAME, 20)
    s.bar((0, -1.55, 0), (0, 1.55, 0), 0.40, FRAME, 20)
    for side in (1.0, -1.0):
        s.bar((0, side * 0.50, 0), (0, side * 0.95, 0), 0.55, FRAME, 20, end=0.42)
        s.block(
            [(0.1, side * 0.35, -0.22), (0.1, side * 0.75, -0.22), (1.20, side * 0.38, -0.30), (1.20, side * 0.14, -0.30)],
            [(0.1, side * 0.35, 0.14), (0.1, side * 0.75, 0.14), (1.20, side * 0.38, -0.06), (1.20, side * 0.14, -0.06)],
            FRAME,
        )
        s.box((-0.62, side * 0.60, -0.25), (-0.15, side * 0.84, 0.05), FRAME, 0.03)
    s.bar((0.5, 0, 0.02), (0.85, 0, 0.03), 0.34, FRAME, 16, end=0.18)
    return s


def hub(detail, side, offset):
    """Steering arm and brake of a front wheel, in the frame of its pivot; they do not roll."""
    s = Part(detail)
    s.bar((0, -side * 0.24, 0), (0, -side * 0.52, 0), 0.40, shade(FRAME, 1.4), 20)
    s.bar((0, -side * 0.30, 0.05), (0, -side * 0.75, 0.10), 0.26, FRAME, 16)
    s.bar((0, -side * 0.62, -0.05), (-0.75, -side * 0.70, -0.10), 0.09, FRAME, 10)
    return s


def front(s, truck):
    """Radiator, bonnet, bumper with its lamps, stairs."""
    g = 1.22
    # Radiator case and grille.
    s.box((6.62, -g, 1.02), (7.10, g, DECK_HEIGHT - 0.05), YELLOW, 0.05)
    louvres(s, "+x", (7.10, -g + 0.13, 1.42), (7.10, g - 0.13, DECK_HEIGHT - 0.36), 15, BLACK, shade(GREY, 0.9))
    for y in (-0.36, 0.36):
        s.box((7.10, y - 0.03, 1.40), (7.165, y + 0.03, DECK_HEIGHT - 0.34), YELLOW)
    s.box((7.10, -0.62, DECK_HEIGHT - 0.30), (7.13, 0.62, DECK_HEIGHT - 0.12), BLACK)
    # Bonnet sides back to the cab.
    s.box((5.35, -g + 0.1, 1.85), (6.65, g - 0.1, DECK_HEIGHT - 0.04), YELLOW, 0.04)
    # Bumper: a deep beam whose ends are swept back, with steps.
    nose = truck.geometry.wheelbase + truck.geometry.front_overhang
    outline = [(nose - 0.52, -2.72), (nose - 0.08, -2.45), (nose, -1.5), (nose, 1.5), (nose - 0.08, 2.45), (nose - 0.52, 2.72), (nose - 0.62, 2.6), (nose - 0.62, -2.6)]
    s.extrude("z", outline, 0.86, 1.36, YELLOW, 0.05)
    s.box((nose - 0.72, -2.0, 0.80), (nose - 0.45, 2.0, 1.30), FRAME)
    for y in (-0.9, 0.9):
        s.box((6.6, y - 0.13, 0.95), (nose - 0.5, y + 0.13, 1.28), FRAME)
        s.box((nose - 0.02, y - 0.09, 0.62), (nose + 0.0, y + 0.09, 1.0), FRAME)
    # Tread plate on the bumper.
    s.box((nose - 0.56, -2.35, 1.355), (nose - 0.06, 2.35, 1.375), DECK)
    # Warning stripes on its ends.
    for side in (1.0, -1.0):
        for k in range(4):
            y = side * (1.62 + 0.21 * k)
            x = nose - (0.0 if k == 0 else 0.003) - 0.08 * (abs(y) - 1.5) / 0.95
            s.face(
                [(x + 0.012, y - 0.06, 0.94), (x + 0.012, y + 0.06, 0.94), (x + 0.012, y + 0.14, 1.28), (x + 0.012, y + 0.02, 1.28)],
                BLACK,
            )
    # Stairs on both sides of the grille, with hand rails.
    for side in (1.0, -1.0):
        ladder(s, (nose - 0.30, side * 1.72, 1.36), (DECK_FRONT - 0.02, side * 1.72, DECK_HEIGHT), (0, 1, 0), 0.66, 6, YELLOW, rails=1.0)
        # Step from the ground to the bumper.
        ladder(s, (nose - 0.16, side * 2.25, 0.42), (nose - 0.22, side * 2.25, 0.90), (0, 1, 0), 0.42, 2, BLACK)
        s.box((6.1, side * 1.25, 1.05), (6.62, side * 1.36, 1.9), FRAME)


def deck(s, half):
    """Deck over the front wheels, fenders, flaps, rails."""
    d = DECK_HEIGHT
    s.box((DECK_BACK, -half, d - 0.10), (DECK_FRONT, half, d - 0.02), YELLOW, 0.02)
    s.box((DECK_BACK + 0.05, -half + 0.06, d - 0.03), (DECK_FRONT - 0.05, half - 0.06, d), DECK)
    s.box((DECK_FRONT - 0.06, -half, d - 0.26), (DECK_FRONT, half, d - 0.02), YELLOW, 0.02)
    for side in (1.0, -1.0):
        # Valance over the wheel, mud flap behind it and guard before it.
        s.box((DECK_BACK, side * half, d - 0.24), (DECK_FRONT, side * (half - 0.05), d - 0.02), YELLOW)
        lower = [(3.02, side * 1.70, 1.75), (3.06, side * 1.70, 1.75), (3.06, side * half, 1.75), (3.02, side * half, 1.75)]
        upper = [(DECK_BACK - 0.02, side * 1.70, d - 0.10), (DECK_BACK + 0.02, side * 1.70, d - 0.10), (DECK_BACK + 0.02, side * half, d - 0.10), (DECK_BACK - 0.02, side * half, d - 0.10)]
        s.block(lower, upper, YELLOW)
        s.box((3.0, side * 1.75, 1.05), (3.03, side * (half - 0.08), 1.80), BLACK)
        lower = [(6.42, side * 1.30, 1.70), (6.47, side * 1.30, 1.70), (6.47, side * half, 1.70), (6.42, side * half, 1.70)]
        upper = [(6.05, side * 1.30, d - 0.1), (6.10, side * 1.30, d - 0.1), (6.10, side * half, d - 0.1), (6.05, side * half, d - 0.1)]
        s.block(lower, upper, YELLOW)
        # Struts that carry the deck.
        s.bar((4.3, side * 1.2, 2.1), (4.1, side * 2.3, d - 0.12), 0.07, FRAME, 8)
        s.bar((6.3, side * 1.2, 1.75), (6.5, side * 2.3, d - 0.12), 0.07, FRAME, 8)
    e = half - 0.05
    for side in (1.0, -1.0):
        rail(s, [(DECK_BACK + 0.05, side * e, d), (DECK_FRONT - 0.05, side * e, d), (DECK_FRONT - 0.05, side * 2.12, d)])
    rail(s, [(DECK_FRONT - 0.05, -1.32, d), (DECK_FRONT - 0.05, 1.32, d)])


def cab(s, d):
    """Cab over the left wheel: windows in a frame, door, roof with its cooler."""
    x0, x1, y0, y1 = 4.42, 6.30, 1.02, 2.78
    z0, sill, top = d, d + 0.72, d + 1.72
    lean = 0.16
    # Lower part, and the windows as a dark block behind the posts.
    s.extrude("y", [(x0, z0), (x1, z0), (x1, sill), (x0, sill)], y0, y1, YELLOW, 0.04)
    glass = [(x0 + 0.06, sill), (x1 - 0.03, sill), (x1 - lean - 0.03, top), (x0 + 0.06, top)]
    s.extrude("y", glass, y0 + 0.03, y1 - 0.03, GLASS)
    roof = [(x0 - 0.04, top - 0.04), (x1 - lean + 0.22, top - 0.06), (x1 - lean + 0.22, top + 0.03), (x1 - lean - 0.1, top + 0.12), (x0 - 0.04, top + 0.12)]
    s.extrude("y", roof, y0 - 0.04, y1 + 0.04, YELLOW, 0.03)
    for y in (y0 + 0.03, y1 - 0.03):
        inner, outer = (y - 0.035, y + 0.035)
        for a, b, w in ((x0, x0, 0.16), (x0 + 0.86, x0 + 0.86, 0.09), (x1 - 0.11, x1 - lean - 0.11, 0.10)):
            s.block(
                [(a, inner, sill - 0.02), (a + w, inner, sill - 0.02), (a + w, outer, sill - 0.02), (a, outer, sill - 0.02)],
                [(b, inner, top), (b + w, inner, top), (b + w, outer, top), (b, outer, top)],
                YELLOW,
            )
    # Middle post of the windscreen, wipers, and the seam of the door.
    s.block(
        [(x1 - 0.03, 1.87, sill), (x1 + 0.0, 1.87, sill), (x1 + 0.0, 1.93, sill), (x1 - 0.03, 1.93, sill)],
        [(x1 - lean - 0.03, 1.87, top), (x1 - lean, 1.87, top), (x1 - lean, 1.93, top), (x1 - lean - 0.03, 1.93, top)],
        YELLOW,
    )
    if s.detail:
        s.bar((x1 + 0.01, 1.35, sill + 0.02), (x1 - 0.09, 1.62, sill + 0.62), 0.012, BLACK, 5)
        s.bar((x1 + 0.01, 2.15, sill + 0.02), (x1 - 0.09, 2.42, sill + 0.62), 0.012, BLACK, 5)
        for x in (x0 + 0.90, x1 - 0.16):
            s.box((x - 0.008, y1 - 0.005, z0 + 0.08), (x + 0.008, y1 + 0.006, sill), BLACK)
        s.box((x0 + 1.0, y1, sill - 0.16), (x0 + 1.16, y1 + 0.03, sill - 0.10), BLACK)
        s.tube([(x0 + 0.82, y1 + 0.02, z0 + 0.25), (x0 + 0.82, y1 + 0.09, z0 + 0.3), (x0 + 0.82, y1 + 0.09, z0 + 1.1), (x0 + 0.82, y1 + 0.02, z0 + 1.15)], 0.018, BLACK, 6)
    s.box((x0 + 0.15, y0 + 0.3, top + 0.10), (x0 + 0.95, y1 - 0.3, top + 0.24), shade(GREY, 1.6), 0.04)


def tanks(s):
    """Fuel tank on the left, hydraulic tank on the right, batteries, air cleaners, brake coolers."""
    # Fuel tank: a drum along the frame with straps and a step.
    y, z, r = 1.78, 1.42, 0.62
    drum = Part(s.detail).lathe("x", [(0.0, 0.0), (r - 0.08, 0.0), (r, 0.07), (r, 1.33), (r - 0.08, 1.40), (0.0, 1.40)], YELLOW, 26)
    s.add(drum, move=(1.52, y, z))
    for x in (1.85, 2.55):
        strap = Part(s.detail).lathe("x", [(r + 0.012, 0.0), (r + 0.02, 0.01), (r + 0.02, 0.09), (r + 0.012, 0.10)], FRAME, 26)
        s.add(strap, move=(x, y, z))
        s.box((x, 0.98, z - 0.4), (x + 0.10, 1.4, z + 0.42), FRAME)
    s.bar((2.2, y + 0.15, z + r - 0.05), (2.2, y + 0.15, z + r + 0.09), 0.09, BLACK, 12)
    # Hydraulic tank with its filters.
    s.box((1.55, -2.32, 0.88), (2.90, -1.14, 2.0), YELLOW, 0.05)
    s.bar((1.85, -1.75, 2.0), (1.85, -1.75, 2.16), 0.12, FRAME, 12)
    s.bar((2.55, -1.75, 2.0), (2.55, -1.75, 2.16), 0.12, FRAME, 12)
    s.box((1.7, -2.335, 1.1), (1.86, -2.325, 1.75), CHROME)
    # Air reservoirs under the frame.
    for x in (3.15,):
        s.bar((x, 0.1, 0.98), (x, 1.0, 0.98), 0.16, YELLOW, 14)
    # On the deck: electric cabinet and coolers' housing on the right, grid of louvres.
    d = DECK_HEIGHT
    s.box((4.62, -2.72, d), (5.95, -1.42, d + 1.12), YELLOW, 0.04)
    louvres(s, "+x", (5.95, -2.62, d + 0.18), (5.95, -1.52, d + 0.98), 8, BLACK, shade(YELLOW, 0.8))
    louvres(s, "-y", (4.75, -2.72, d + 0.18), (5.82, -2.72, d + 0.98), 8, BLACK, shade(YELLOW, 0.8))
    s.box((4.62, -1.22, d), (5.35, 0.78, d + 0.62), YELLOW, 0.04)
    # Air cleaners: four drums with caps before the deck's middle.
    for y in (-0.92, -0.40):
        drum = Part(s.detail).lathe("z", [(0.0, 0.0), (0.23, 0.0), (0.24, 0.05), (0.24, 0.72), (0.17, 0.80), (0.17, 0.90), (0.27, 0.93), (0.27, 1.04), (0.16, 1.12), (0.0, 1.13)], [FRAME, FRAME, shade(YELLOW, 0.98), FRAME, FRAME, FRAME, FRAME, FRAME, FRAME], 20)
        s.add(drum, move=(6.3, y, d))


def kit(s, half, d):
    """Sensors of the autonomy kit: lidars at the corners and over the grille, radars in the bumper, cameras, antennas."""
    def lidar(p):
        x, y, z = p
        s.bar((x, y, z - 0.45), (x, y, z), 0.035, FRAME, 8)
        can = Part(s.detail).lathe("z", [(0.0, 0.0), (0.13, 0.0), (0.13, 0.06), (0.115, 0.065), (0.115, 0.18), (0.13, 0.185), (0.13, 0.22), (0.11, 0.25), (0.0, 0.25)], [FRAME, CHROME, CHROME, BLACK, GLASS, CHROME, CHROME, CHROME][:8], 20)
        s.add(can, move=p)

    for side in (1.0, -1.0):
        lidar((DECK_FRONT - 0.12, side * (half - 0.10), d + 1.18))
    lidar((DECK_FRONT - 0.10, 0.0, d + 1.26))
    # Radars and a camera in the bumper, a camera bar under the canopy.
    for y in (-0.55, 0.55):
        s.box((7.66, y - 0.17, 0.97), (7.708, y + 0.17, 1.25), BLACK)
    s.box((7.08, -0.75, DECK_HEIGHT + 0.98), (7.20, 0.75, DECK_HEIGHT + 1.08), FRAME, 0.02)
    for y in (-0.6, 0.6):
        s.box((7.12, y - 0.09, DECK_HEIGHT + 1.08), (7.26, y + 0.09, DECK_HEIGHT + 1.20), WHITE, 0.02)
        s.bar((7.26, y, DECK_HEIGHT + 1.14), (7.275, y, DECK_HEIGHT + 1.14), 0.04, GLASS, 10)
    # Satellite antennas on the rails behind the canopy's edge, radio whips.
    for y in (-1.3, 0.9):
        s.bar((7.22, y, d + 1.0), (7.22, y, d + 1.35), 0.025, WHITE, 8)
        dome = Part(s.detail).lathe("z", [(0.0, 0.0), (0.12, 0.0), (0.13, 0.04), (0.10, 0.10), (0.0, 0.12)], WHITE, 16)
        s.add(dome, move=(7.22, y, d + 1.35))


def lights(detail, half):
    """Head lamps in the bumper and on the deck's edge, tail lamps."""
    s = Part(detail)
    for side in (1.0, -1.0):
        for y in (2.02, 2.38):
            lamp(s, (7.60 - 0.12 * (y - 2.0), side * y, 1.60), (1, 0, 0), 0.125)
        s.box((7.36, side * 1.84, 1.36), (7.46, side * 2.54, 1.76), BLACK, 0.02)
        lamp_box(s, (DECK_FRONT + 0.02, side * 2.45, DECK_HEIGHT - 0.14), (0.34, 0.16))
        lamp_box(s, (DECK_FRONT + 0.02, side * 0.9, DECK_HEIGHT - 0.14), (0.34, 0.16))
        tail_lamp(s, (-2.02, side * 0.80, 1.80))
    return s


def model(detail):
    """The whole truck, its wheels on level ground, struts extended as in the seeds."""
    truck, tyre = figures("tr100at")
    g = truck.geometry
    r, w = tyre.diameter / 2.0, tyre.width
    half = 2.93
    chassis = Part(detail)
    frame(chassis, r)
    front(chassis, truck)
    deck(chassis, half)
    cab(chassis, DECK_HEIGHT)
    tanks(chassis)
    kit(chassis, half, DECK_HEIGHT)
    mirror(chassis, (6.9, half - 0.1, DECK_HEIGHT + 1.0), (7.1, g.width / 2.0 - 0.16, DECK_HEIGHT + 1.45), 0.32, 0.5)
    mirror(chassis, (6.9, 0.1 - half, DECK_HEIGHT + 1.0), (7.1, 0.16 - g.width / 2.0, DECK_HEIGHT + 1.45), 0.32, 0.5)
    # Tail of the frame with its bumper, hook and mud flaps.
    chassis.box((-1.98, -1.05, 1.55), (-1.82, 1.05, 2.05), FRAME, 0.03)
    root = Node("truck")
    root.add(Node("chassis", chassis))
    root.add(Node("lights", lights(detail, half)))
    root.add(beacon("beacon", (DECK_FRONT - 0.35, -half + 0.25, DECK_HEIGHT + 1.06), detail, BLUE, 1.2))
    hinge = (-truck.hoist.hinge_behind, 0.0, truck.hoist.hinge_height)
    dump = Node("body", body(truck, hinge, detail), hinge)
    dump.add(Node("load", None, tuple(-v for v in hinge)))
    root.add(dump)
    root.add(Node("axle_rear", rear_axle(detail, g.track_rear, r), (0, 0, r)))
    steer_left = front_wheel(r, w, detail, YELLOW)
    steer_right = Part(detail).add(steer_left, mirror=True)
    for side, name, part in ((1.0, "left", steer_left), (-1.0, "right", steer_right)):
        centre = (g.wheelbase, side * g.track_front / 2.0, r)
        pivot = Node(f"steer_front_{name}", hub(detail, side, w), centre)
        pivot.add(Node(f"wheel_front_{name}", part))
        root.add(pivot)
    pair_left = rear_pair(r, w, g.dual_spacing, detail, YELLOW)
    pair_right = Part(detail).add(pair_left, mirror=True)
    for side, name, part in ((1.0, "left", pair_left), (-1.0, "right", pair_right)):
        root.add(Node(f"wheel_rear_{name}", part, (0, side * g.track_rear / 2.0, r)))
    steers = {n.name: n for n, _ in root.walk()}
    for side, name in ((1.0, "left"), (-1.0, "right")):
        # Front strut: from its tower on the frame down to the wheel's hub.
        top, low = (4.62, side * 1.42, 2.40), (0.0, -side * 0.66, 0.05)
        span = _distance(top, (g.wheelbase + low[0], side * g.track_front / 2.0 + low[1], r + low[2]))
        a, b = link(f"strut_front_{name}", top, low, span, 0.22, 0.17, detail, YELLOW, 0.55)
        root.add(a)
        steers[f"steer_front_{name}"].add(b)
        # Rear strut: from the frame's tail down to the axle.
        y = truck.suspension.rear_spacing / 2.0
        top, low = (-0.55, side * y, 2.12), (-0.42, side * y, -0.05)
        span = _distance(top, (low[0], low[1], r + low[2]))
        a, b = link(f"strut_rear_{name}", top, low, span, 0.20, 0.15, detail, YELLOW, 0.55)
        root.add(a)
        steers["axle_rear"].add(b)
        # Hoist cylinder: from the frame up to the body's beam.
        foot, head = (1.35, side * 1.20, 1.30), (2.30, side * 0.95, 2.36)
        span = _distance(foot, head)
        # Two stages: the raised body is two and a half times as far away.
        a, b = link(f"hoist_{name}", foot, tuple(p - q for p, q in zip(head, hinge)), span, 0.20, 0.11, detail, YELLOW, 0.93)
        root.add(a, stage(f"hoist_{name}_stage", foot, f"hoist_{name}_rod", 0.90 * span, 0.15, detail))
        dump.add(b)
    root.add(plate("number_front", (7.14, 0.0, DECK_HEIGHT - 0.21), {"facing": [1, 0, 0], "size": [1.2, 0.17], "dark": True}))
    for side, name in ((1.0, "left"), (-1.0, "right")):
        dump.add(plate(f"number_{name}", (1.85 - hinge[0], side * 2.705, 3.66 - hinge[2]), {"facing": [0, side, 0], "size": [1.1, 0.42], "dark": False}))
    return root


def _distance(a, b):
    return sqrt(sum((p - q) ** 2 for p, q in zip(a, b)))


ABOUT = {"machine": "TR100AT", "seed": "trucks/tr100at.toml"}
