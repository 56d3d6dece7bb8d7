"""How a request refers to an image."""

from __future__ import annotations

from typing import ClassVar

from localazure.arm.bodies import Body

DEFINITION = "Microsoft.Compute/galleries/images"
VERSION = "Microsoft.Compute/galleries/images/versions"


class ImageReference(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"exactVersion"})
    unsupported: ClassVar[frozenset[str]] = frozenset({"sharedGalleryImageId", "communityGalleryImageId"})
    id: str | None = None
    publisher: str | None = None
    offer: str | None = None
    sku: str | None = None
    version: str | None = None
