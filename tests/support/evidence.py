"""How Azure answers, as others recorded it. Not part of the project: MINTAGE_EVIDENCE names its folder."""

from __future__ import annotations

import os
from pathlib import Path

EVIDENCE = Path(os.environ.get("MINTAGE_EVIDENCE", Path(__file__).parents[3] / "shared" / "evidence"))
