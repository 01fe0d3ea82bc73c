"""Figures of the machines from the folder `seeds/`."""

import tomllib
from pathlib import Path

_SEEDS = Path(__file__).resolve().parents[3] / "seeds"


class Figures:
    """The values of a file, by table and key: `f.geometry.length`."""

    def __init__(self, table):
        for key, entry in table.items():
            if isinstance(entry, dict):
                entry = entry["value"] if "value" in entry else Figures(entry)
            setattr(self, key, entry)


def truck(name):
    """Returns the figures of a truck and of its tyre."""
    with open(_SEEDS / "trucks" / f"{name}.toml", "rb") as file:
        truck = Figures(tomllib.load(file))
    with open(_SEEDS / "tyres" / f"{truck.tyre}.toml", "rb") as file:
        return truck, Figures(tomllib.load(file)).tyre
