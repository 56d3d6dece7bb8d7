"""The image definition: what it says of its images, which cannot be changed once it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mintage.artifacts import ResolvedSource
from mintage.azure.ensure import Document, Wanted
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused

_FIXED = ("osType", "osState", "hyperVGeneration", "architecture")
_NOT_FROM_STANDARD = frozenset({"trustedlaunch", "confidentialvm"})
"""Security types whose versions can only come from VMs of that type; the build VM's is Standard."""


def definition_body(plan: BuildPlan, source: ResolvedSource) -> Document:
    """A definition with nothing left to a default: defaults differ between API versions (facts: Compute Gallery)."""
    wanted = plan.recipe.publish.definition
    properties: dict[str, Any] = {
        "osType": plan.recipe.os.capitalize(),
        "osState": "Generalized",
        "hyperVGeneration": source.generation,
        "architecture": source.architecture,
        "identifier": {"publisher": wanted.publisher, "offer": wanted.offer, "sku": wanted.sku},
    }
    if source.generation == "V2":
        properties["features"] = [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]
    if wanted.description:
        properties["description"] = wanted.description
    if source.plan:
        # VMs made from the image need the plan of what it was made from.
        properties["purchasePlan"] = source.plan.model_dump()
    return {"location": plan.recipe.build.region, "tags": dict(plan.recipe.tags), "properties": properties}


def check_definition(wanted: Wanted, found: Document) -> None:
    """See that images of this build may go into a definition that exists. Raises AzureRefused naming what differs."""
    differences = [*_differences(wanted.body["properties"], found["properties"])]
    if differences:
        raise AzureRefused(
            "The image definition is of another kind, and what differs cannot be changed",
            where=wanted.id,
            seen="; ".join(differences),
            remedy="give another publish.definition.name, or make the recipe agree with the definition",
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


def _differences(wanted: Document, found: Document) -> list[str]:
    defaults = {"hyperVGeneration": "V1", "architecture": "x64"}
    pairs = [(name, found.get(name, defaults.get(name)), wanted[name]) for name in _FIXED]
    pairs += [(name, found["identifier"].get(name), value) for name, value in wanted["identifier"].items()]
    different = [f"{name} is {is_} there and {should} here" for name, is_, should in pairs if not same(is_, should)]
    return different + _security_difference(found)


def _security_difference(found: Document) -> list[str]:
    features = {str(each["name"]).lower(): str(each["value"]) for each in found.get("features") or []}
    security = features.get("securitytype", "Standard")
    if security.lower() in _NOT_FROM_STANDARD:
        return [f"SecurityType is {security} there and the build VM's is Standard"]
    return []


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether two values are one to Azure, which ignores the case of names."""
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(one.get(name), other[name]) for name in other)
    return bool(one == other)
