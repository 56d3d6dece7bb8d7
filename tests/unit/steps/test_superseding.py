"""Which builds a newer one takes the place of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.schemas.objects import FlowRun
from prefect.states import Running

from tasks.build_id import new_build_id
from tasks.superseding import older_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(number: int, recipe: str, begun: int | None) -> FlowRun:
    """One that began so many minutes after noon, or has not yet."""
    start = None if begun is None else NOON + timedelta(minutes=begun)
    fields = {"id": UUID(int=number), "flow_id": UUID(int=0), "state": Running(), "start_time": start}
    return FlowRun.model_validate({**fields, "parameters": {"recipe": recipe}})


OWN = run(5, "recipes/web.yaml", 10)


def test_a_build_takes_the_place_of_those_of_its_recipe_that_have_begun_before_it() -> None:
    older, spelled = run(6, "recipes/web.yaml", 1), run(7, "recipes/../recipes/web.yaml", 2)
    assert older_of(OWN, [older, OWN, spelled]) == [older, spelled]


def test_other_recipes_newer_builds_and_those_that_have_not_begun_are_left_alone() -> None:
    others = [run(1, "recipes/db.yaml", 1), run(2, "recipes/web.yaml", 11), run(3, "recipes/web.yaml", None)]
    assert older_of(OWN, others) == []


def test_the_build_that_a_run_goes_on_with_is_left_alone_whichever_run_had_it() -> None:
    first = run(6, "recipes/web.yaml", 1)
    resuming = {"recipe": "recipes/web.yaml", "resume_build": new_build_id(first.id)}
    second = run(7, "recipes/web.yaml", 2).model_copy(update={"parameters": resuming})
    own = OWN.model_copy(update={"parameters": resuming})
    third = run(8, "recipes/web.yaml", 3)
    assert older_of(own, [first, second, third]) == [third]


def test_of_two_that_began_at_the_same_moment_exactly_one_gives_way() -> None:
    twin = run(4, "recipes/web.yaml", 10)
    assert older_of(OWN, [twin]) == [twin]
    assert older_of(twin, [OWN]) == []
