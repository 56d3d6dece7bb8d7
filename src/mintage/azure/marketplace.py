"""Marketplace images: from what the recipe says to one exact version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

from azure.core.exceptions import ResourceNotFoundError

from mintage.artifacts import Plan, ResolvedSource, SourceDataDisk
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.errors import translating
from mintage.azure.source_facts import deprecation, image_facts
from mintage.azure.terms import check_terms, purchase_plan
from mintage.errors import SourceError
from mintage.recipe import MarketplaceSource

_SHOWN = 5


def resolve_marketplace(clients: Clients, source: MarketplaceSource, region: str, seconds: float) -> ResolvedSource:
    """The exact image. Raises SourceError when there is none, or its terms are not accepted.

    Accepting them, if the recipe says so, may take so many seconds.
    """
    urn = f"{source.publisher}:{source.offer}:{source.sku}:{source.version}"
    with translating(urn):
        version = _exact_version(clients, source, region, urn)
        image = _image(clients, source, region, version)
        plan = purchase_plan(image["properties"].get("plan"))
        if plan:
            check_terms(clients, plan, source, version, seconds)
    return _resolved(source, version, image, plan)


def newest(versions: list[str]) -> str:
    """The highest, as numbers: ``12.20260901.2`` comes after ``12.20260203.10``."""
    return max(versions, key=lambda version: [int(part) for part in re.findall(r"\d+", version)])


def _exact_version(clients: Clients, source: MarketplaceSource, region: str, urn: str) -> str:
    existing = _versions(clients, source, region)
    prefix = "" if source.version == "latest" else source.version.removesuffix("*")
    if source.version == "latest" or source.version.endswith("*"):
        matching = [version for version in existing if version.startswith(prefix)]
    else:
        matching = [version for version in existing if version == source.version]
    if not matching:
        raise _unknown(clients, source, region, urn, existing)
    return newest(matching)


def _versions(clients: Clients, source: MarketplaceSource, region: str) -> list[str]:
    try:
        found = clients.compute.virtual_machine_images.list(region, source.publisher, source.offer, source.sku)
    except ResourceNotFoundError:
        return []
    return [str(each["name"]) for each in found]


def _image(clients: Clients, source: MarketplaceSource, region: str, version: str) -> Document:
    return clients.compute.virtual_machine_images.get(region, source.publisher, source.offer, source.sku, version)


def _unknown(clients: Clients, source: MarketplaceSource, region: str, urn: str, existing: list[str]) -> SourceError:
    level, wanted, known = _first_unknown(clients, source, region, existing)
    near = get_close_matches(wanted, known, n=_SHOWN, cutoff=0.5) or sorted(known)[-_SHOWN:]
    return SourceError(
        f"There is no such image in {region}",
        where=urn,
        seen=f"no {level} {wanted!r}; near it: {', '.join(near) or 'nothing'}",
        remedy=f"correct source.{level} in the recipe; az vm image list --all --publisher {source.publisher} lists all",
    )


def _first_unknown(
    clients: Clients, source: MarketplaceSource, region: str, versions: list[str]
) -> tuple[str, str, list[str]]:
    """Which part of the URN is wrong, and what there is in its place."""
    images = clients.compute.virtual_machine_images
    levels: tuple[tuple[str, str, Callable[[], Iterable[Document]]], ...] = (
        ("publisher", source.publisher, lambda: images.list_publishers(region)),
        ("offer", source.offer, lambda: images.list_offers(region, source.publisher)),
        ("sku", source.sku, lambda: images.list_skus(region, source.publisher, source.offer)),
    )
    for level, wanted, names in levels:
        known = [str(each["name"]) for each in names()]
        if wanted.lower() not in {name.lower() for name in known}:
            return level, wanted, known
    return "version", source.version, versions


def _resolved(source: MarketplaceSource, version: str, image: Document, plan: Plan | None) -> ResolvedSource:
    properties = image["properties"]
    return ResolvedSource(
        kind="marketplace",
        publisher=source.publisher,
        offer=source.offer,
        sku=source.sku,
        version=version,
        plan=plan,
        generation=properties.get("hyperVGeneration", "V1"),
        architecture=properties.get("architecture", "x64"),
        os_disk_size_gib=properties["osDiskImage"].get("sizeInGb"),
        os=str(properties["osDiskImage"]["operatingSystem"]).lower(),
        data_disks=tuple(SourceDataDisk(lun=each["lun"]) for each in properties.get("dataDiskImages") or []),
        facts=image_facts(properties, properties["osDiskImage"].get("sizeInGb")),
        warnings=deprecation(properties.get("imageDeprecationStatus") or {}),
    )
