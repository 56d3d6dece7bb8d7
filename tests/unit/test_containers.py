"""What is meant for Docker is checked without it: it must fit the rest of the repository."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from mintage.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deployments"
COMPOSE = (FOLDER / "compose.yaml").read_text()
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
DOC = (ROOT / "docs/beyond-one-machine.md").read_text()


def services() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(COMPOSE)["services"]
    return found


def test_every_file_names_the_image_of_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = [COMPOSE, DOCKERFILE, DOC, *(each.read_text() for each in (FOLDER / "work-pools").iterdir())]
    named = {each for text in texts for each in re.findall(r"mintage-worker[\w:.-]*\w", text)}
    assert named == {f"{project['name']}-worker:{project['version']}"}


def test_the_image_is_made_of_files_that_are_there_and_sent_to_docker() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [word for line in re.findall(r"^COPY (.*)", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]]
    assert sorted(copied) == sorted(sent)
    assert [each for each in copied if not (ROOT / each).exists()] == []


def test_the_image_has_all_that_runs_flows() -> None:
    """Their modules are found through PYTHONPATH, wherever Prefect starts a flow run's process."""
    root = re.findall(r"MINTAGE_ROOT=(\S+)", DOCKERFILE)
    assert (
        root == re.findall(r"PYTHONPATH=(\S+)", DOCKERFILE) == re.findall(r"^WORKDIR (\S+)", DOCKERFILE, re.MULTILINE)
    )
    assert {"src", "flows", "tasks", "deployments"} <= set(re.findall(r"^COPY (\w+) ", DOCKERFILE, re.MULTILINE))


def test_workers_are_two_and_share_results_reports_and_the_master_key() -> None:
    worker = services()["worker"]
    (volume,) = worker["volumes"]
    mount = volume.partition(":")[2]
    environment = worker["environment"]
    assert worker["deploy"]["replicas"] == 2
    for name in ("PREFECT_RESULTS_LOCAL_STORAGE_PATH", "MINTAGE_REPORT_FOLDER"):
        assert environment[name].startswith(f"{mount}/")
    assert "MINTAGE_KEY" in environment
    named = {name.removeprefix(PREFIX).lower() for name in environment if name.startswith(PREFIX)}
    assert named <= Settings.model_fields.keys()


def test_services_wait_for_services_that_there_are_and_use_volumes_that_there_are() -> None:
    found, named = services(), YAML(typ="safe").load(COMPOSE)["volumes"]
    volumes = [each.partition(":")[0] for service in found.values() for each in service.get("volumes", ())]
    assert set(volumes) == set(named)
    for service in found.values():
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in found[other]


def test_all_that_a_person_must_fill_in_is_documented() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE))
    assert asked
    assert {each for each in asked if f"`{each}`" not in DOC} == set()


def test_the_server_is_set_up_with_what_there_is() -> None:
    script = (FOLDER / "set_up_server.sh").read_text()
    assert (FOLDER / "prefect.yaml").exists()
    assert "deployments/prefect.yaml" in script
    pools = {pool["work_pool"]["name"] for pool in YAML(typ="safe").load(FOLDER / "prefect.yaml")["deployments"]}
    assert pools == {"mintage"}
    assert "work-pool create mintage " in script
    for automation in (FOLDER / "automations").iterdir():
        # The script finds the name of each on a line of its own.
        assert re.findall(r"^name: (\S.*)", automation.read_text(), re.MULTILINE)
    for kind in (path.stem for path in (FOLDER / "work-pools").iterdir()):
        assert kind in script
        assert json.loads((FOLDER / "work-pools" / f"{kind}.json").read_text())
