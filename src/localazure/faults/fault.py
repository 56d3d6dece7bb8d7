"""What every fault has in common: which calls it is for, and how often it strikes."""

from __future__ import annotations

from enum import Enum, auto
from random import Random
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from localazure.arm.calls import Answer
from localazure.faults.occasions import Occasion
from localazure.faults.patterns import matches, matches_resource

if TYPE_CHECKING:
    from localazure.cloud import Cloud


Patterns = str | tuple[str, ...]
"""One pattern, or several of which one must fit. ``*`` and ``?`` as in a shell; ``!`` before it: all but these."""


class Stage(Enum):
    """The part of a call at which a fault strikes, in their order."""

    BEFORE_CALL = auto()
    """Something happens to a machine, and then the call is served."""
    ARRIVAL = auto()
    """Nothing has been done yet, and if the fault answers, nothing will be."""
    EFFECT = auto()
    """A long-running operation begins."""
    AFTER_CALL = auto()
    """Something happens to a machine, and then the call is answered."""
    DEPARTURE = auto()
    """All was done, and the answer is ready."""
    DELIVERY = auto()
    """Whatever the answer is now, it is on its way."""
    TOKEN = auto()
    """A token is made."""
    RECORD = auto()


class ImpossibleFault(Exception):
    """A fault that could never strike here. ``str(error)`` says what can."""


class Fault(BaseModel):
    """A fault as it is asked for. Of several that fit a call at the same stage, the oldest one due strikes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operation: Patterns = Field(
        "*", description="Method and type, or action: 'PUT Microsoft.Compute/virtualMachines', 'POST */deallocate'"
    )
    resource: Patterns = Field("*", description="Resource id, or its last word: 'vm-*', '*/resourceGroups/g1/*'")
    after: int = Field(0, ge=0, description="Let so many matching calls pass first")
    count: int = Field(1, ge=0, description="Strike so often, then never again; 0: without end")
    probability: float = Field(1, gt=0, le=1, description="Strike with this probability, each time")
    seed: int = Field(0, description="Of the probability: the same seed strikes at the same calls")

    @property
    def stage(self) -> Stage:
        raise NotImplementedError

    def concerns(self, occasion: Occasion) -> bool:
        """Whether a call is one that the fault counts."""
        return matches(self.operation, occasion.operation) and matches_resource(self.resource, occasion.resource)

    def exhausted(self, struck: int) -> bool:
        """Whether it has struck as often as it may."""
        return 0 < self.count <= struck

    def strikes(self, matched: int) -> bool:
        """Whether it strikes at the ``matched``-th call it concerns, counted from 1."""
        if matched <= self.after:
            return False
        # A string seed is hashed by SHA-512, so that it means the same in every process.
        return self.probability == 1 or Random(f"{self.seed}/{matched}").random() < self.probability  # noqa: S311


class Condition(Fault):
    """A state of the cloud rather than an event: it strikes whenever it can."""

    count: int = Field(0, ge=0, description="Strike so often, then never again; 0: without end")


class AnsweringFault(Fault):
    """Answers a call in the place of the provider."""

    def answer(self, occasion: Occasion, cloud: Cloud) -> Answer:
        raise NotImplementedError
