"""How Azure answers, as others recorded it. Not part of the project: MINTAGE_EVIDENCE names its folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

EVIDENCE = Path(os.environ.get("MINTAGE_EVIDENCE", Path(__file__).parents[3] / "shared" / "evidence"))


def read_evidence(name: str) -> Any:
    """The content of a JSON file. The test that asks is skipped, and says so, where the file is not."""
    file = EVIDENCE / name
    if not file.exists():
        pytest.skip(f"{name} is not in {EVIDENCE}; MINTAGE_EVIDENCE says where else it is")
    return json.loads(file.read_text(encoding="utf-8"))
