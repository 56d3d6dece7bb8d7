"""What one run found out, as ``build/windows-on-azure.json`` keeps it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from deployments.verify_windows.point import PointResult


class Record(BaseModel):
    """No field holds a secret: scripts print none, and no keys are in errors."""

    model_config = ConfigDict(frozen=True)

    build_id: str
    source: str
    """The exact image that was asked."""
    size: str
    location: str
    points: tuple[PointResult, ...]
    left: tuple[str, ...] = ()
    """Resources that could not be removed, by id."""

    @property
    def otherwise(self) -> int:
        """How many points differ from what is assumed."""
        return sum(not point.as_assumed for point in self.points)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
