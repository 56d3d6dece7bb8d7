"""What is alike in versions of galleries, whoever owns them: which one is meant, and what it is to a build."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from mintage.artifacts import ResolvedSource, SourceDataDisk, SourceKind
from mintage.azure.ensure import Document
from mintage.azure.marketplace import newest
from mintage.azure.source_facts import image_facts, past_end
from mintage.azure.terms import purchase_plan
from mintage.errors import SourceError


class Asked(NamedTuple):
    """A version as the recipe has it. ``what`` and ``where`` name what it is a version of, in errors."""

    version: str
    what: str
    where: str


def version_among(asked: Asked, usable: Collection[str], latest: Collection[str], region: str, remedy: str) -> str:
    """The name of the version, ``latest`` being the newest of ``latest``. Raises SourceError if it is not usable."""
    name = newest(list(latest)) if asked.version == "latest" and latest else asked.version
    if name not in usable:
        raise SourceError(
            f"The {asked.what} has no version {asked.version} to be used in {region}",
            where=asked.where,
            seen=f"usable there: {', '.join(sorted(usable)) or 'none'}; "
            f"excluded from latest: {', '.join(sorted(set(usable) - set(latest))) or 'none'}",
            remedy=f"correct source.version, or {remedy}",
        )
    return name


class Disks(NamedTuple):
    """A version's ``storageProfile``, and under which name Azure writes sizes in it."""

    storage: Document
    size: str


def source_of_version(
    kind: SourceKind, name: str, image_id: str, definition: Document, profile: Document, disks: Disks, **more: object
) -> ResolvedSource:
    """``definition``: its properties. ``profile``: when the version was published, and ends. ``more``: facts."""
    size = (disks.storage.get("osDiskImage") or {}).get(disks.size)
    data = disks.storage.get("dataDiskImages") or []
    state, published = definition["osState"], profile.get("publishedDate")
    return ResolvedSource(
        kind=kind,
        version=name,
        image_id=image_id,
        plan=purchase_plan(definition.get("purchasePlan")),
        generation=definition.get("hyperVGeneration", "V1"),
        architecture=definition.get("architecture", "x64"),
        os_disk_size_gib=size,
        os=str(definition["osType"]).lower(),
        specialized=state == "Specialized",
        data_disks=tuple(SourceDataDisk(lun=each["lun"], size_gib=each.get(disks.size)) for each in data),
        facts=image_facts(definition, size, state=state, published=published, **more),
        warnings=past_end(profile.get("endOfLifeDate")),
    )
