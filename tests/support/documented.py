"""The examples of the pages about sources and forms, each under its heading."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

Page = Literal["sources", "forms"]
GROUP = "web"
"""The resource group that the examples of sources name."""
USUAL: dict[str, Any] = {
    "name": "web",
    "os": "linux",
    "source": {"kind": "marketplace", "publisher": "Debian", "offer": "debian-12", "sku": "12-gen2"},
    "build": {"region": "westeurope"},
}
"""What the examples of forms leave to the rest of the recipe."""
_FOLDER = Path(__file__).parents[2] / "docs"
_EXAMPLE = re.compile(r"^## (?P<heading>.+?)$(?:(?!^## ).)*?^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def _examples(page: Page) -> dict[str, str]:
    text = (_FOLDER / f"{page}.md").read_text(encoding="utf-8")
    return {found["heading"]: found["text"] for found in _EXAMPLE.finditer(text)}


def documented_source(heading: str, subscription_id: str) -> dict[str, Any]:
    """The ``source`` of the example under a heading, in this subscription."""
    text = _examples("sources")[heading].replace("SUBSCRIPTION", subscription_id)
    source: dict[str, Any] = YAML(typ="safe").load(text)["source"]
    return source


def documented_form(heading: str, container: str) -> dict[str, Any]:
    """The whole recipe of the example under a heading, with a container that there is."""
    text = _examples("forms")[heading].replace("https://account.blob.core.windows.net/images", container)
    example: dict[str, Any] = YAML(typ="safe").load(text)
    return USUAL | example


def headings(page: Page) -> set[str]:
    """Those that have an example."""
    return set(_examples(page))
