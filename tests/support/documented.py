"""The examples of ``docs/sources.md``, each under its heading."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
GROUP = "web"
"""The resource group that the examples name."""
_EXAMPLE = re.compile(r"^## (?P<heading>.+?)$(?:(?!^## ).)*?^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def _examples() -> dict[str, str]:
    return {found["heading"]: found["text"] for found in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8"))}


def documented_source(heading: str, subscription_id: str) -> dict[str, Any]:
    """The ``source`` of the example under a heading, in this subscription."""
    text = _examples()[heading].replace("SUBSCRIPTION", subscription_id)
    source: dict[str, Any] = YAML(typ="safe").load(text)["source"]
    return source


def headings() -> set[str]:
    """Those that have an example."""
    return set(_examples())
