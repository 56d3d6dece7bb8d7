"""How a request refers to an image."""

from __future__ import annotations

from typing import ClassVar

from localazure.arm.bodies import Body

DEFINITION = "Microsoft.Compute/galleries/images"
VERSION = "Microsoft.Compute/galleries/images/versions"


class ImageReference(Body):
    read_only: ClassVar[frozenset[str]] = frozenset({"exactVersion"})
    id: str | None = None
    shared_gallery_image_id: str | None = None
    community_gallery_image_id: str | None = None
    publisher: str | None = None
    offer: str | None = None
    sku: str | None = None
    version: str | None = None

    @property
    def open_id(self) -> str | None:
        """The unique id of an image in a gallery that is somebody else's."""
        return self.community_gallery_image_id or self.shared_gallery_image_id
