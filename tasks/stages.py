"""The steps of a build in their order, by the names under which their results are kept."""

from __future__ import annotations

from collections.abc import Iterator

from mintage.build_plan import BuildPlan

COPY_SOURCE = "copy source"
UPLOAD_SOURCE = "upload source"
PROVISION = "provision"
SNAPSHOT = "snapshot"
GENERALIZE = "generalize"
CAPTURE = "capture"


def step_name(name: str) -> str:
    """Of one of the recipe's steps."""
    return f"step {name}"


def checkpoint_name(name: str) -> str:
    """Of the snapshot after one of the recipe's steps."""
    return f"checkpoint {name}"


def delivery_name(number: int) -> str:
    """Of the recipe's so-manieth other form, from 1."""
    return f"deliver {number}"


def delivery_names(plan: BuildPlan) -> tuple[str, ...]:
    return tuple(delivery_name(number) for number, _ in enumerate(plan.recipe.publish.forms, 1))


def stages(plan: BuildPlan) -> tuple[str, ...]:
    """All steps whose results are kept."""
    return (
        *("resolve source", "choose version", COPY_SOURCE, UPLOAD_SOURCE, PROVISION, "inventory before"),
        *_customize(plan),
        *("inventory after", SNAPSHOT, GENERALIZE, CAPTURE, "verify"),
        *delivery_names(plan),
        *("publish", "clean up"),
    )


def stages_from(plan: BuildPlan, stage: str) -> tuple[str, ...]:
    """This one, and all that come after it."""
    order = stages(plan)
    return order[order.index(stage) :]


def _customize(plan: BuildPlan) -> Iterator[str]:
    for each in plan.recipe.customize:
        yield step_name(each.name)
        if each.checkpoint:
            yield checkpoint_name(each.name)
