"""The work pools' templates are Prefect's own, with our defaults, and a share where containers have none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import prefect
import pytest
from jsonschema import Draft202012Validator

from mintage.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deployments/work-pools"
COLLECTIONS = {
    "process": "prefect",
    "docker": "prefect-docker",
    "kubernetes": "prefect-kubernetes",
    "azure-container-instance": "prefect-azure",
}
"""By the types that ``prefect work-pool create`` knows."""
TYPES = sorted(COLLECTIONS)
CONTAINERS = [each for each in TYPES if each != "process"]


def ours(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{kind}.json").read_text())
    return found


def prefects(kind: str) -> dict[str, Any]:
    """The template that comes with Prefect's server for a pool of that type."""
    views = Path(prefect.__file__).parent / "server/api/collections_data/views/aggregate-worker-metadata.json"
    found: dict[str, Any] = json.loads(views.read_text())[COLLECTIONS[kind]][kind]["default_base_job_configuration"]
    return found


def lacking(whole: Any, part: Any, path: str = "") -> list[str]:
    """What of ``part`` the ``whole`` does not have, or has otherwise; lists are compared item by item."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return [each for key, value in part.items() for each in lacking(whole.get(key), value, f"{path}/{key}")]
    if isinstance(part, list) and isinstance(whole, list) and len(part) == len(whole):
        return [each for at, value in enumerate(part) for each in lacking(whole[at], value, f"{path}/{at}")]
    return [] if whole == part else [path]


def defaults(kind: str) -> dict[str, Any]:
    properties = ours(kind)["variables"]["properties"]
    return {name: schema["default"] for name, schema in properties.items() if "default" in schema}


def mounts(kind: str) -> list[str]:
    """Where its containers have volumes."""
    if kind == "docker":
        return [each.partition(":")[2] for each in defaults(kind)["volumes"]]
    job = ours(kind)["job_configuration"]
    if kind == "kubernetes":
        spec = job["job_manifest"]["spec"]["template"]["spec"]
        (container,) = spec["containers"]
    else:
        spec = job["arm_template"]["resources"][0]["properties"]
        container = spec["containers"][0]["properties"]
    assert [each["name"] for each in container["volumeMounts"]] == [each["name"] for each in spec["volumes"]]
    return [each["mountPath"] for each in container["volumeMounts"]]


def test_there_is_one_for_each_type_that_is_documented() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == TYPES


@pytest.mark.parametrize("kind", TYPES)
def test_prefect_takes_each(kind: str) -> None:
    # Prefect's server: every process that collects tests would import it, and one of them needs it.
    from prefect.server.schemas.actions import WorkPoolCreate  # noqa: PLC0415

    WorkPoolCreate.model_validate({"name": "mintage", "type": kind, "base_job_template": ours(kind)})
    schema = ours(kind)["variables"]
    Draft202012Validator.check_schema(schema)
    required = {"resource_group_name": "g", "subscription_id": "s", "storage_account": "a", "identities": []}
    given = defaults(kind) | {name: required[name] for name in schema.get("required", ())}
    assert [each.message for each in Draft202012Validator(schema).iter_errors(given)] == []


@pytest.mark.parametrize("kind", TYPES)
def test_each_has_all_of_prefects_own_and_differs_in_defaults_alone(kind: str) -> None:
    template, own = ours(kind), prefects(kind)
    assert lacking(template["job_configuration"], own["job_configuration"]) == []
    for name, schema in own["variables"]["properties"].items():
        assert lacking(template["variables"]["properties"][name], {**schema, "default": ...}) in (
            [],
            ["/default"],
        )


@pytest.mark.parametrize("kind", TYPES)
def test_each_variable_is_used_and_each_that_is_used_is_there(kind: str) -> None:
    template = ours(kind)
    used = set(re.findall(r"{{ (\w+) }}", json.dumps(template["job_configuration"])))
    assert used == template["variables"]["properties"].keys()


@pytest.mark.parametrize("kind", TYPES)
def test_builds_give_signs_of_life_and_are_told_of_settings_that_there_are(kind: str) -> None:
    environment = defaults(kind)["env"]
    assert environment["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    named = {name.removeprefix(PREFIX).lower() for name in environment if name.startswith(PREFIX)}
    assert named <= Settings.model_fields.keys()


@pytest.mark.parametrize("kind", CONTAINERS)
def test_containers_keep_results_on_what_they_all_have_mounted(kind: str) -> None:
    environment = defaults(kind)["env"]
    for name in ("PREFECT_RESULTS_LOCAL_STORAGE_PATH", "MINTAGE_REPORT_FOLDER"):
        assert environment[name].startswith("/mnt/mintage/")
    assert mounts(kind) == ["/mnt/mintage"]


@pytest.mark.parametrize("kind", TYPES)
def test_no_template_holds_a_secret(kind: str) -> None:
    """Templates are kept and shown in plain text: they name blocks of Prefect's, or what Kubernetes keeps."""
    for name, value in (defaults(kind) | defaults(kind)["env"]).items():
        if re.search("(KEY|SECRET|PASSWORD|TOKEN)$", name.upper()):
            assert value.startswith("{{ prefect.blocks.secret.")
