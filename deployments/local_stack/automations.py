"""The automations that let builds go on by themselves, as the files in ``deployments/automations`` say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient
from prefect.events.schemas.automations import AutomationCore
from ruamel.yaml import YAML

FOLDER = Path("deployments/automations")


def install_automations(client: SyncPrefectClient, root: Path) -> None:
    """Make them, or make those that are there what the files say now: theirs is the name."""
    for automation in read_automations(root / FOLDER):
        found = client.read_automations_by_name(automation.name)
        if found:
            client.update_automation(found[0].id, automation)
        else:
            client.create_automation(automation)


def read_automations(folder: Path) -> Iterator[AutomationCore]:
    """As ``prefect automation create --from-file`` reads each file."""
    for path in sorted(folder.glob("*.yaml")):
        yield AutomationCore.model_validate(YAML(typ="safe").load(path))
