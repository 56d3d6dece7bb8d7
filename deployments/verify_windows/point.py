"""One thing that a model of Windows has to assume, and that only a real Windows can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from deployments.verify_windows.rules import Rule, Seen
from deployments.verify_windows.scripts import bare, text_of
from deployments.verify_windows.site import Site

Ask = Callable[[Site, str], Seen]
"""Finds an answer on the site; the text is the point's script, empty when it has none."""


@dataclass(frozen=True)
class Point:
    """``script`` is the name of a file in ``scripts``; ``rests`` says which part is wrong if the assumption is."""

    name: str
    assumes: str
    rests: str
    ask: Ask
    rules: tuple[Rule, ...]
    script: str = ""
    alone: bool = False
    """Whether the script runs as it is, without what Mintage puts in front of its own."""

    @property
    def text(self) -> str:
        """What is run."""
        if not self.script:
            return ""
        return bare(self.script) if self.alone else text_of(self.script)

    @property
    def judged(self) -> dict[str, str]:
        """What is assumed of each field, in words."""
        together: dict[str, list[str]] = {}
        for rule in self.rules:
            together.setdefault(rule.field, []).append(rule.text)
        return {field: " and ".join(texts) for field, texts in together.items()}

    def differences(self, seen: Seen) -> tuple[str, ...]:
        """How the answer differs from what is assumed, one sentence for each field that does."""
        found = (rule.difference(seen) for rule in self.rules)
        return tuple(each for each in found if each)


class PointResult(BaseModel):
    """One line of ``build/windows-on-azure.json``."""

    model_config = ConfigDict(frozen=True)

    point: str
    assumed: dict[str, str]
    seen: dict[str, Any]
    as_assumed: bool
    differences: tuple[str, ...] = ()
    seconds: float
