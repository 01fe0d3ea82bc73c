"""Colours and surfaces.

A paint is a linear colour and a surface. The colour goes into the vertices; the surface picks a cell of two small
textures (roughness and metal, light given off), so that a whole machine needs one material and one draw call a node.
"""

from collections import namedtuple

Paint = namedtuple("Paint", "colour surface")
Surface = namedtuple("Surface", "roughness metallic emission")

# Cells of the textures, in order.
SURFACES = {
    "paint": Surface(0.42, 0.0, (0, 0, 0)),
    "dull": Surface(0.68, 0.0, (0, 0, 0)),
    "steel": Surface(0.40, 0.35, (0, 0, 0)),
    "rubber": Surface(0.90, 0.0, (0, 0, 0)),
    "glass": Surface(0.08, 0.0, (0, 0, 0)),
    "rough": Surface(0.97, 0.0, (0, 0, 0)),
    "lamp": Surface(0.25, 0.0, (0.55, 0.53, 0.45)),
    "red": Surface(0.30, 0.0, (0.45, 0.02, 0.01)),
    "amber": Surface(0.30, 0.0, (0.90, 0.36, 0.02)),
    "blue": Surface(0.30, 0.0, (0.05, 0.25, 0.95)),
}


def _paint(red, green, blue, surface="paint"):
    return Paint((red, green, blue), surface)


def shade(paint, factor):
    return Paint(tuple(min(1.0, c * factor) for c in paint.colour), paint.surface)


YELLOW = _paint(0.78, 0.40, 0.025)
ORANGE = _paint(0.72, 0.17, 0.02)
WHITE = _paint(0.78, 0.78, 0.75)
TANK_BLUE = _paint(0.05, 0.20, 0.44)
FRAME = _paint(0.045, 0.046, 0.05, "dull")
GREY = _paint(0.20, 0.20, 0.20, "dull")
DECK = _paint(0.10, 0.10, 0.105, "rough")
BLACK = _paint(0.012, 0.012, 0.013, "dull")
STEEL = _paint(0.34, 0.34, 0.35, "steel")
CHROME = _paint(0.62, 0.63, 0.65, "steel")
WORN = _paint(0.27, 0.25, 0.23, "steel")
RUBBER = _paint(0.024, 0.0235, 0.023, "rubber")
SIDEWALL = _paint(0.034, 0.033, 0.032, "rubber")
GLASS = _paint(0.025, 0.040, 0.055, "glass")
LAMP = _paint(0.90, 0.90, 0.85, "lamp")
RED = _paint(0.45, 0.02, 0.015, "red")
AMBER = _paint(0.95, 0.42, 0.03, "amber")
BLUE = _paint(0.04, 0.20, 0.85, "blue")
FLAG = _paint(0.90, 0.16, 0.02, "rough")
CONCRETE = _paint(0.36, 0.35, 0.33, "rough")
ROCK = _paint(0.20, 0.165, 0.13, "rough")
HI_VIS = _paint(0.85, 0.28, 0.02, "rough")
REFLECTIVE = _paint(0.75, 0.78, 0.72, "dull")
TROUSERS = _paint(0.03, 0.04, 0.075, "rough")
SKIN = _paint(0.42, 0.24, 0.15, "dull")
HELMET = _paint(0.90, 0.90, 0.88)
