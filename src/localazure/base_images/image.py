"""What a finished base image is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict


class BaseImage(BaseModel):
    """A qcow2 disk that boots in both generations, and the name the marketplace offers it by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    version: str
    """As Azure numbers its images: ``<release>.<day it was made>.<count>``."""
    publisher: str
    offer: str
    sku: str
    generation: Literal["V1", "V2"]
    size_bytes: int
    """Of the virtual disk; the file is a fraction of it."""

    def for_gen1(self) -> BaseImage:
        """The same disk under the SKU that Azure boots with a BIOS."""
        return self.model_copy(update={"sku": self.sku.removesuffix("-gen2"), "generation": "V1"})
