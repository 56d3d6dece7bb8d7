"""What a run shows in Prefect's UI beside its logs: made once, then updated, also by another attempt."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.runtime import flow_run

from mintage.artifacts import ImageVersion, RegionState
from mintage.settings import Settings
from tasks.server import if_it_answers

_API_VERSION = "2024-03-03"
_PORTALS = {
    "management.azure.com": "https://portal.azure.com",
    "management.usgovcloudapi.net": "https://portal.azure.us",
    "management.chinacloudapi.cn": "https://portal.azure.cn",
    "management.sovcloud-api.fr": "https://portal.sovcloud-azure.fr",
}
"""By where Resource Manager answers, as azure-cli 2 defines its clouds (azure.cli.core.cloud)."""
MIB = 1024 * 1024
SHOWN_SECONDS = 5.0
"""Between two looks at what travels that are worth a call to Prefect."""


def show_replication(build_id: str, regions: tuple[RegionState, ...]) -> None:
    """Show how far the version is on its way to all regions together, in percent."""
    done = sum(each.progress for each in regions) / len(regions) if regions else 0.0
    text = ", ".join(f"{each.region} {each.state}" for each in regions)
    put_artifact(f"replication-{build_id}", "progress", done, f"Replication: {text}")


def show_upload(build_id: str, there: int, whole: int) -> None:
    """Show how far the source's disk is on its way, in percent."""
    _show_travel(f"upload-{build_id}", "Upload", there, whole)


def show_export(build_id: str, there: int, whole: int) -> None:
    """Show how far one of the image's disks is on its way to its VHD, in percent."""
    _show_travel(f"export-{build_id}", "Export", there, whole)


def _show_travel(key: str, what: str, there: int, whole: int) -> None:
    text = f"{what}: {there / MIB:.0f} of {whole / MIB:.0f} MiB"
    put_artifact(key, "progress", 100 * there / whole if whole else 100, text)


def show_image(build_id: str, image: ImageVersion, settings: Settings) -> None:
    """Link to the image version: in Azure's portal, or what answers for it elsewhere."""
    address = _address(image.resource_id, settings.resource_manager)
    text = f"[{image.definition} {image.version} in {image.gallery}]({address})\n\n`{image.resource_id}`"
    put_artifact(f"image-{build_id}", "markdown", text, "The published image version")


def show_log(build_id: str, name: str, text: str) -> None:
    """Attach a log from a guest to the run."""
    key = re.sub("[^a-z0-9]+", "-", f"{name}-{build_id}".lower())
    put_artifact(key, "markdown", f"```text\n{text.replace('```', chr(0x2032) * 3)}\n```", name)


def put_artifact(key: str, kind: str, data: Any, description: str, run_id: UUID | None = None) -> None:  # noqa: ANN401 - any JSON
    """Make the flow run's artifact of that key, or replace what it shows. ``run_id``: outside of a run, whose it is."""
    run = run_id or (UUID(flow_run.id) if flow_run.id else None)

    def put() -> None:
        with get_client(sync_client=True) as client:
            found = _find(client, key, run)
            if found:
                client.update_artifact(found, ArtifactUpdate(data=data, description=description))
            else:
                client.create_artifact(
                    ArtifactCreate(key=key, type=kind, data=data, description=description, flow_run_id=run)
                )

    if_it_answers(put)


def _find(client: SyncPrefectClient, key: str, run: UUID | None) -> UUID | None:
    of_run = ArtifactFilterFlowRunId(any_=[run]) if run else None
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]), flow_run_id=of_run)
    found = client.read_artifacts(artifact_filter=wanted)
    return found[0].id if found else None


def _address(resource_id: str, resource_manager: str) -> str:
    portal = _PORTALS.get(urlsplit(resource_manager).hostname or "")
    if portal:
        return f"{portal}/#resource{resource_id}"
    return f"{resource_manager}{resource_id}?api-version={_API_VERSION}"
