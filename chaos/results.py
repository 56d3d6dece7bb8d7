"""What the builds came to, counted: the form of build/chaos.json."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from chaos.build import Outcome
from chaos.cases import Case


class CaseResult(BaseModel):
    """One build in which one thing went wrong."""

    model_config = ConfigDict(frozen=True)

    case: Case
    operation: str
    """What the call was. Empty when the build ended without making so many: nothing went wrong in it then."""
    outcome: Outcome
    extra_seconds: float
    """Over what a build took in which nothing went wrong."""

    @property
    def reached(self) -> bool:
        return bool(self.operation)


class Results(BaseModel):
    """All of a run. The counts but ``runs`` and ``not_reached`` are to be 0."""

    model_config = ConfigDict(frozen=True)

    seed: int
    every: int
    runs: int
    not_reached: int
    lost: int
    """Builds that were not published."""
    leaked: int
    """Resources and groups that are there after the sweep and should not be."""
    duplicates: int
    """Versions of a build beyond its first."""
    published_unverified: int
    finished_steps_run_twice: int
    cases: tuple[CaseResult, ...]

    @property
    def failures(self) -> int:
        steps = self.published_unverified + self.finished_steps_run_twice
        return self.lost + self.leaked + self.duplicates + steps


def counted(cases: Sequence[CaseResult], seed: int, every: int) -> Results:
    outcomes = [each.outcome for each in cases]
    return Results(
        seed=seed,
        every=every,
        runs=len(cases),
        not_reached=sum(not each.reached for each in cases),
        lost=sum(not each.published for each in outcomes),
        leaked=sum(len(each.leaked) for each in outcomes),
        duplicates=sum(max(0, each.versions - 1) for each in outcomes),
        published_unverified=sum(each.unverified for each in outcomes),
        finished_steps_run_twice=sum(len(each.finished_twice) for each in outcomes),
        cases=tuple(cases),
    )
