"""The image definition: what it says of its images, which cannot be changed once it is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mintage.artifacts import ResolvedSource
from mintage.azure.ensure import Document, Wanted
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused
from mintage.recipe import Definition

_FIXED = ("osType", "osState", "hyperVGeneration", "architecture")
_SAID = ("description", "eula", "privacyStatementUri", "releaseNoteUri", "endOfLifeDate", "recommended", "disallowed")
_UNSAID = {"hyperVGeneration": "V1", "architecture": "x64"}
"""What a definition is that does not say."""
_FEATURES = {"SecurityType": "Standard", "IsAcceleratedNetworkSupported": "False", "IsHibernateSupported": "False"} | {
    "DiskControllerTypes": "SCSI"
}
"""All there are, with what a definition has that does not name them."""
_CHANGE_FEATURES = "az sig image-definition update --allow-update-image true --set features=…"
"""Azure changes them for who says so (OpenAPI 2024-03-03, allowUpdateImage), and then in all versions at once."""
_NOT_FROM_STANDARD = frozenset({"trustedlaunch", "confidentialvm"})
"""Security types whose versions can only come from VMs of that type; the build VM's is Standard."""


def definition_body(plan: BuildPlan, source: ResolvedSource) -> Document:
    """A definition with nothing left to a default: defaults differ between API versions (facts: Compute Gallery)."""
    wanted = plan.recipe.publish.definition
    properties: dict[str, Any] = {
        "osType": plan.recipe.os.capitalize(),
        "osState": wanted.state.capitalize(),
        "hyperVGeneration": source.generation,
        "architecture": source.architecture,
        "identifier": {"publisher": wanted.publisher, "offer": wanted.offer, "sku": wanted.sku},
        "features": _features(wanted, source),
    }
    bought = wanted.purchase_plan or source.plan
    if bought:
        # VMs made from the image need the plan of what it was made from.
        properties["purchasePlan"] = bought.model_dump()
    return {
        "location": plan.recipe.build.region,
        "tags": dict(plan.recipe.tags),
        "properties": properties | said(wanted),
    }


def said(wanted: Definition) -> dict[str, Any]:
    """What the recipe says of the image that may be said differently later."""
    memory, vcpus = wanted.recommended.memory_gib, wanted.recommended.vcpus
    recommended = {name: each.model_dump() for name, each in (("vCPUs", vcpus), ("memory", memory)) if each}
    end = wanted.end_of_life
    every = {
        "description": wanted.description,
        "eula": wanted.eula,
        "privacyStatementUri": wanted.privacy_statement,
        "releaseNoteUri": wanted.release_notes,
        "endOfLifeDate": f"{end.isoformat()}T00:00:00+00:00" if end else None,
        "recommended": recommended or None,
        "disallowed": {"diskTypes": list(wanted.disallowed_disk_types)} if wanted.disallowed_disk_types else None,
    }
    return {name: value for name, value in every.items() if value is not None}


def with_said(found: Document, wanted: Wanted) -> Document | None:
    """The definition as it is to be written again; None if it says all that is wanted."""
    properties, body = found["properties"], wanted.body["properties"]
    changes = {name: body[name] for name in _SAID if name in body and not same(_time(properties.get(name)), body[name])}
    if not changes:
        return None
    kept = {name: value for name, value in properties.items() if name != "provisioningState"}
    return {"location": found["location"], "tags": found.get("tags") or {}, "properties": kept | changes}


def check_definition(wanted: Wanted, found: Document, asked: Definition) -> None:
    """See that images of this build may go into a definition that exists. Raises AzureRefused naming what differs.

    Features that the recipe does not name are as they are there.
    """
    differences = _differences(wanted.body["properties"], found["properties"], asked)
    if differences:
        remedy = "give another publish.definition.name, or make the recipe agree with the definition"
        if differences.keys() <= _FEATURES.keys():
            remedy += f", or have its features changed: {_CHANGE_FEATURES}"
        raise AzureRefused(
            "The image definition is of another kind, and what differs is not changed by a build",
            where=wanted.id,
            seen="; ".join(differences.values()),
            remedy=remedy,
        )


def check_identifier(wanted: Wanted, definitions: Iterable[Document]) -> None:
    """See that no other definition of the gallery has this publisher, offer and sku. Raises AzureRefused."""
    identifier = wanted.body["properties"]["identifier"]
    for other in definitions:
        if same(other["name"], wanted.path[-1]) or not same(other["properties"]["identifier"], identifier):
            continue
        raise AzureRefused(
            "The publisher, offer and sku are taken in this gallery",
            where=wanted.id,
            seen=f"the definition {other['name']} has {':'.join(identifier.values())}",
            remedy="change one of them under publish.definition, or publish to that definition",
        )


def _features(wanted: Definition, source: ResolvedSource) -> list[dict[str, str]]:
    # From api-version 2025-03-03 on, a definition of Gen2 that names no security type is of TrustedLaunchSupported.
    unsaid = "TrustedLaunchSupported" if wanted.state == "generalized" else "Standard"
    usual = {"SecurityType": unsaid} if source.generation == "V2" else {}
    return [{"name": name, "value": value} for name, value in (usual | _asked(wanted)).items()]


def _asked(wanted: Definition) -> dict[str, str]:
    """The features that the recipe names."""
    given = wanted.features
    controllers = {True: "SCSI, NVMe", False: "SCSI", None: None}[given.nvme]
    every = {
        "SecurityType": given.security,
        "DiskControllerTypes": controllers,
        "IsAcceleratedNetworkSupported": given.accelerated_networking,
        "IsHibernateSupported": given.hibernation,
    }
    return {name: str(value) for name, value in every.items() if value is not None}


def _differences(wanted: Document, found: Document, asked: Definition) -> dict[str, str]:
    """What is said of each, by its name."""
    pairs = [(name, found.get(name, _UNSAID.get(name)), wanted[name]) for name in _FIXED]
    pairs += [(name, found["identifier"].get(name), value) for name, value in wanted["identifier"].items()]
    there = _FEATURES | {str(each["name"]): str(each["value"]) for each in found.get("features") or ()}
    pairs += [(name, _alike(there[name]), value) for name, value in _asked(asked).items()]
    pairs.append(("purchasePlan", _plan_of(found), _plan_of(wanted)))
    different = {
        name: f"{name} is {is_} there and {should} here" for name, is_, should in pairs if not same(is_, should)
    }
    if there["SecurityType"].lower() in _NOT_FROM_STANDARD and not asked.features.security:
        different["SecurityType"] = f"SecurityType is {there['SecurityType']} there and the build VM's is Standard"
    return different


def _alike(value: str) -> str:
    """One spelling of what Azure takes in several."""
    if {each.strip().upper() for each in value.split(",")} == {"SCSI", "NVME"}:
        return "SCSI, NVMe"
    return "Standard" if value == "None" else value


def _plan_of(properties: Document) -> str:
    plan = properties.get("purchasePlan")
    return ":".join(str(plan[name]) for name in ("publisher", "product", "name")) if plan else "none"


def _time(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Azure writes one time as ``…Z`` or as ``…+00:00``."""
    return f"{value[:-1]}+00:00" if isinstance(value, str) and re.fullmatch(r"[0-9T:-]+Z", value) else value


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether two values are one to Azure, which ignores the case of names."""
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(one.get(name), other[name]) for name in other)
    return bool(one == other)
