#!/usr/bin/env python3
"""Makes the machines of the mine as glTF files beside this script, from the figures in `seeds/`.

    python3 assets/models/make.py            writes every file
    python3 assets/models/make.py tr100      writes one machine
    python3 assets/models/make.py --check    compares the files with what the script makes

Python 3.11 or later; nothing to install.
"""

import json
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from shapes.gltf import binary  # noqa: E402
from shapes.wear import Wear  # noqa: E402

HERE = Path(__file__).resolve().parent
# Machine and the module that shapes it.
MACHINES = {
    "tr100": "truck",
    "wide_body": "wide_body",
    "hydraulic_shovel": "hydraulic_shovel",
    "rope_shovel": "rope_shovel",
    "light_vehicle": "light_vehicle",
    "water_cart": "water_cart",
    "wheel_loader": "wheel_loader",
    "dozer": "dozer",
    "grader": "grader",
    "person": "person",
    "crusher": "crusher",
}
MANIFEST = HERE / "manifest.json"


def make(name, detail):
    """Returns the bytes of a file and its line in the manifest."""
    module = import_module(f"shapes.{MACHINES[name]}")
    root = module.model(detail)
    data = binary(root, module.ABOUT, Wear(root, detail))
    nodes = list(root.walk())
    drawn = sum(len(n.part.triangles) for n, _ in nodes if n.part)
    return data, {"crc32": zlib.crc32(data), "bytes": len(data), "triangles": drawn, "nodes": [n.name for n, _ in nodes]}


def source():
    """Returns the checksum of the scripts, in the order of their names, with Unix line ends."""
    files = [HERE / "make.py", *sorted((HERE / "shapes").glob("*.py"))]
    return zlib.crc32(b"".join(f.read_bytes().replace(b"\r\n", b"\n") for f in files))


def main(arguments):
    check = "--check" in arguments
    asked = [a for a in arguments if not a.startswith("-")]
    unknown = [a for a in asked if a not in MACHINES]
    if unknown:
        print(f"expected a machine ({', '.join(MACHINES)}), found {unknown[0]!r}", file=sys.stderr)
        return 2
    manifest = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {"files": {}}
    stale = []
    jobs = [(name, detail) for name in asked or MACHINES for detail in (1, 0)]
    with ProcessPoolExecutor() as pool:
        for (name, detail), (data, line) in zip(jobs, pool.map(make, *zip(*jobs))):
            path = HERE / f"{name}{'' if detail else '_lod1'}.glb"
            if check:
                if not path.exists() or path.read_bytes() != data or manifest["files"].get(path.name) != line:
                    stale.append(path.name)
                continue
            path.write_bytes(data)
            manifest["files"][path.name] = line
            print(f"{path.name}: {line['triangles']} triangles, {line['bytes'] // 1024} KiB", flush=True)
    if check:
        for name in stale:
            print(f"{name} differs from what the script makes; run assets/models/make.py", file=sys.stderr)
        return 1 if stale else 0
    manifest["source"] = source()
    manifest["files"] = dict(sorted(manifest["files"].items()))
    MANIFEST.write_text(json.dumps(manifest, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
