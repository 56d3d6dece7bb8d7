"""What things cost on Azure, roughly: to tell large leftovers from small ones, not to be billed by.

The table ``prices.json`` was written from memory; nothing is asked of Azure about prices. A file of one's own takes the
place of what it names.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mintage.plain_words import plain

Rate = Annotated[float, Field(ge=0)]
_OTHER = "other"


class Prices(BaseModel):
    """US dollars, by the hour or by the month as the names say. ``other`` is for what is not named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(min_length=1)
    """Where they are from, for a reader."""
    as_of: str = Field(min_length=1)
    """Of when they are."""
    currency: Literal["USD"] = "USD"
    hours_a_month: float = Field(gt=0)
    processor_hour: dict[str, Rate]
    """By the letter of a size's family."""
    windows_processor_hour: Rate
    disk_gib_month: dict[str, Rate]
    snapshot_gib_month: Rate
    public_ip_hour: Rate

    def of_processor(self, family: str) -> float:
        return self.processor_hour.get(family, self.processor_hour[_OTHER])

    def of_disk(self, kind: str) -> float:
        return self.disk_gib_month.get(kind, self.disk_gib_month[_OTHER])

    @property
    def note(self) -> str:
        """How far an estimate is to be believed."""
        return f"Costs are estimates in {self.currency} a month, by list prices as of {self.as_of}: {self.source}."

    @classmethod
    def read(cls, own: Path | None) -> Self:
        """Mintage's table, with what ``own`` says in its place. Raises ValueError saying what is wrong with that."""
        table = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
        if own is None:
            return cls.model_validate(table)
        given = _object(own)
        try:
            return cls.model_validate(_merged(table, given) | {name: given.get(name) for name in ("source", "as_of")})
        except ValidationError as invalid:
            said = "; ".join(f"{'.'.join(map(str, each['loc']))} {plain(each)}" for each in invalid.errors())
            raise ValueError(said) from None


prices = cache(Prices.read)
"""Read once by each process."""


def _object(file: Path) -> dict[str, object]:
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise ValueError("holds no JSON object")  # noqa: TRY004 - what pydantic takes for a refusal
    return given


def _merged(table: dict[str, object], given: dict[str, object]) -> dict[str, object]:
    """What is given in the place of what there is; of tables in the table, each of their lines."""
    return table | {
        name: {**there, **value} if isinstance(there := table.get(name), dict) and isinstance(value, dict) else value
        for name, value in given.items()
    }
