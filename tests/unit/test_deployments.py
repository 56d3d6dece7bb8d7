"""What Prefect's UI offers: the deployments of ``deployments/prefect.yaml``, their schedules and their forms."""

from __future__ import annotations

import importlib
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule
from prefect.utilities.callables import parameter_schema
from ruamel.yaml import YAML

from deployments.local_stack.prefect_parts import SUPERVISION_QUEUE
from flows.build_image import build_image
from flows.capture_vm import capture_vm
from mintage.recipe_file import load_recipe
from tasks.supervising import EVERY

ROOT = Path(__file__).parents[2]
DEPLOYMENTS: dict[str, Any] = {
    each["name"]: each for each in YAML(typ="safe").load(ROOT / "deployments/prefect.yaml")["deployments"]
}
BUILDS = sorted(
    name
    for name, each in DEPLOYMENTS.items()
    if each["entrypoint"].endswith(":build_image") and "recipe" in each.get("parameters", {})
)


def flow_of(deployment: dict[str, Any]) -> Flow[..., Any]:
    path, name = deployment["entrypoint"].split(":")
    found: Flow[..., Any] = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)
    return found


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_each_runs_a_flow_with_parameters_it_takes(name: str) -> None:
    deployment = DEPLOYMENTS[name]
    taken = parameter_schema(flow_of(deployment)).properties
    given = {
        **deployment.get("parameters", {}),
        **{key: 0 for each in deployment.get("schedules", ()) for key in each.get("parameters", {})},
    }
    assert given.keys() <= taken.keys()


@pytest.mark.parametrize("name", BUILDS)
def test_each_build_has_its_recipe_and_may_be_gone_on_with(name: str) -> None:
    assert load_recipe(ROOT / DEPLOYMENTS[name]["parameters"]["recipe"]).recipe.name == name
    assert "resumable" in DEPLOYMENTS[name]["tags"]
    assert DEPLOYMENTS[name]["concurrency_limit"]["limit"] == 1


def test_the_image_is_built_weekly_and_the_sweep_goes_hourly_and_shows_first_by_hand() -> None:
    weekly, hourly = (CronSchedule(**_cron(DEPLOYMENTS[name])) for name in ("debian-12-web", "sweep"))
    assert (weekly.cron.split()[2:], ZoneInfo(str(weekly.timezone)).key) == (["*", "*", "1"], "Europe/Berlin")
    assert hourly.cron.split()[1:] == ["*"] * 4
    sweep = DEPLOYMENTS["sweep"]
    assert sweep["parameters"]["dry_run"] is True
    assert [each["parameters"]["dry_run"] for each in sweep["schedules"]] == [False]


def test_builds_are_looked_after_as_often_as_those_who_wait_for_one_think() -> None:
    cron = CronSchedule(**_cron(DEPLOYMENTS["supervise"])).cron
    assert cron == f"*/{EVERY // timedelta(minutes=1)} * * * *"
    assert DEPLOYMENTS["supervise"]["work_pool"]["work_queue_name"] == SUPERVISION_QUEUE


def _cron(deployment: dict[str, Any]) -> dict[str, Any]:
    (schedule,) = deployment["schedules"]
    assert schedule["active"]
    return {"cron": schedule["cron"], "timezone": schedule["timezone"]}


@pytest.mark.parametrize("flow", [build_image, capture_vm])
def test_the_form_says_what_each_field_is_and_offers_a_choice_where_there_is_one(flow: Flow[..., Any]) -> None:
    schema = parameter_schema(flow)
    fields = schema.properties
    assert all(field["description"] for field in fields.values())
    assert schema.required == ["recipe"]
    (kept,) = (each["enum"] for each in schema.definitions.values() if "2h" in each.get("enum", []))
    assert kept[0] == "not at all"
