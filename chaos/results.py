"""What the builds came to, counted: the form of build/chaos.json."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, computed_field

from chaos.cases import Case
from chaos.kinds.kind import Expected
from chaos.outcome import Outcome
from chaos.recipes import System

_MOST_VERSIONS = 1


class CaseResult(BaseModel):
    """One build in which something went wrong."""

    model_config = ConfigDict(frozen=True)

    case: Case
    struck: tuple[str, ...]
    """Calls, or a step and what it called. Empty when the build did not come to it."""
    outcome: Outcome
    extra_seconds: float | None
    """Over what a build took in which nothing went wrong; None when there was no such build."""

    @property
    def reached(self) -> bool:
        """Whether all happened that was to."""
        return len(self.struck) >= len(self.case.trial.faults) + len(self.case.trial.strikes)

    @property
    def lost(self) -> bool:
        """Not published in the end, or not by itself although what went wrong passed."""
        outcome = self.outcome
        return not outcome.published or (self.case.expected is Expected.GOES_ON and bool(outcome.end.error))

    @property
    def unnamed(self) -> bool:
        """It ended, and the error does not say why."""
        error = self.outcome.end.error
        return bool(error and self.struck) and not any(
            re.search(words, error, re.IGNORECASE | re.DOTALL) for words in self.case.says
        )

    @property
    def retried_in_vain(self) -> bool:
        """What will not pass was tried again."""
        return self.case.expected is Expected.ENDS and self.outcome.end.tries > 1

    @computed_field  # type: ignore[prop-decorator]
    @property
    def wrong(self) -> tuple[str, ...]:
        """All that should not be, in words."""
        outcome = self.outcome
        said = {
            "lost": self.lost,
            "cause not named": self.unnamed and self.case.expected is not Expected.GOES_ON,
            "tried again in vain": self.retried_in_vain,
            f"{outcome.versions} versions": outcome.versions > _MOST_VERSIONS,
            "unverified": outcome.unverified > 0,
        }
        words = [word for word, is_so in said.items() if is_so]
        words += [f"twice: {each}" for each in outcome.finished_twice]
        return (*words, *(f"leaked: {each}" for each in outcome.leaked))


class Results(BaseModel):
    """All of a run. The counts but ``runs`` and ``not_reached`` are to be 0."""

    model_config = ConfigDict(frozen=True)

    seed: int
    every: int
    runs: int
    planned: int
    """Builds of the run; those that are not among the cases have not been run yet."""
    strikes: int
    """What went wrong in them, all together."""
    not_reached: int
    """Builds that did not come to all that was to go wrong."""
    lost: int
    leaked: int
    """Resources and groups that are there after the sweep and should not be."""
    duplicates: int
    """Versions of a build beyond its first."""
    published_unverified: int
    finished_steps_run_twice: int
    causes_not_named: int
    """Builds that ended without saying what ended them."""
    tried_again_in_vain: int
    """Builds that tried again what will not pass."""
    cases: tuple[CaseResult, ...]
    to_come: tuple[Case, ...] = ()
    plain_seconds: dict[System, float] = {}
    """What builds take in which nothing goes wrong."""

    @property
    def failures(self) -> int:
        return sum(bool(each.wrong) for each in self.cases)


@dataclass(frozen=True)
class Plan:
    """What a run is to do, with what an earlier one did of it already."""

    seed: int
    every: int
    cases: tuple[Case, ...]
    plain_seconds: dict[System, float]
    done: tuple[CaseResult, ...] = ()


def resumed(earlier: Results) -> Plan:
    """What is left of a run that was ended, and what went wrong in it, to be done again."""
    again = tuple(each.case for each in earlier.cases if each.wrong)
    done = tuple(each for each in earlier.cases if not each.wrong)
    return Plan(earlier.seed, earlier.every, again + earlier.to_come, earlier.plain_seconds, done)


def counted(plan: Plan, new: Sequence[CaseResult]) -> Results:
    cases = (*plan.done, *new)
    outcomes = [each.outcome for each in cases]
    ran = {each.case for each in new}
    return Results(
        seed=plan.seed,
        every=plan.every,
        runs=len(cases),
        planned=len(plan.done) + len(plan.cases),
        strikes=sum(len(each.struck) for each in cases),
        not_reached=sum(not each.reached for each in cases),
        lost=sum(each.lost for each in cases),
        leaked=sum(len(each.leaked) for each in outcomes),
        duplicates=sum(max(0, each.versions - _MOST_VERSIONS) for each in outcomes),
        published_unverified=sum(each.unverified for each in outcomes),
        finished_steps_run_twice=sum(len(each.finished_twice) for each in outcomes),
        causes_not_named=sum("cause not named" in each.wrong for each in cases),
        tried_again_in_vain=sum(each.retried_in_vain for each in cases),
        cases=cases,
        to_come=tuple(each for each in plan.cases if each not in ran),
        plain_seconds=plan.plain_seconds,
    )
