"""What is known of a source besides its name, for the report; and why one may want to choose another."""

from __future__ import annotations

from datetime import UTC, datetime

from mintage.artifacts import Fact
from mintage.azure.ensure import Document


def deprecation(status: Document) -> tuple[str, ...]:
    """A warning, if Azure says that the image goes or has gone out of use (``imageDeprecationStatus``)."""
    state = str(status.get("imageState", "Active"))
    if state == "Active":
        return ()
    when = f" on {str(status['scheduledDeprecationTime'])[:10]}" if status.get("scheduledDeprecationTime") else ""
    said = f"is to be deprecated{when}" if state == "ScheduledForDeprecation" else "is deprecated"
    option = status.get("alternativeOption") or {}
    other = f"{str(option.get('type')).lower()} {option.get('value')}"
    instead = f"; its publisher offers the {other}" if option.get("value") else ""
    return (f"the image {said}, and VMs can then not be made of it any more{instead}",)


def past_end(end_of_life: object, now: datetime | None = None) -> tuple[str, ...]:
    """A warning, if a version's end of life is over: Azure makes VMs of it all the same."""
    if not end_of_life or datetime.fromisoformat(str(end_of_life)) > (now or datetime.now(UTC)):
        return ()
    return (f"the version's end of life was {str(end_of_life)[:10]}",)


def image_facts(properties: Document, size_gib: int | None, **more: object) -> tuple[Fact, ...]:
    """What is known of an image besides its name. ``properties``: as Azure writes those of any kind of image."""
    generation, architecture = properties.get("hyperVGeneration", "V1"), properties.get("architecture", "x64")
    return facts(size=f"{size_gib} GiB" if size_gib else None, generation=f"{generation}, {architecture}", **more)


def facts(**known: object) -> tuple[Fact, ...]:
    """Those that are known at all."""
    return tuple(Fact(name=name.replace("_", " "), value=str(value)) for name, value in known.items() if value)
