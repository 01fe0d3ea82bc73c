"""Makes `chinese.ttf`: the glyphs that the window's Chinese texts need, from Droid Sans Fallback.

Droid Sans Fallback is by Google, under the Apache Licence 2.0 (Debian: fonts-droid-fallback).
Needs `fonttools`. Run it after a change of `src/text.rs`:

    python3 crates/haul-viewer/assets/chinese_font.py
"""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
FONT = "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"


def main():
    font = sys.argv[1] if len(sys.argv) > 1 else FONT
    text = (HERE / "../src/text.rs").read_text(encoding="utf-8")
    needed = "".join(sorted({c for c in text if ord(c) > 0x7F}))
    subprocess.run(
        [
            sys.executable, "-m", "fontTools.subset", font, f"--text={needed}",
            f"--output-file={HERE / 'chinese.ttf'}", "--no-hinting", "--drop-tables+=GSUB,GPOS,GDEF,vhea,vmtx",
        ],
        check=True,
    )
    print(f"{len(needed)} characters")


main()
