"""Print what fixed VHDs and raw disks are known by: ``python -m mintage.vhd FILE…``."""

from __future__ import annotations

import sys
from pathlib import Path

from mintage.vhd.content import hash_vhd

if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(f"sha256:{hash_vhd(Path(name))}  {name}\n")
