"""Which hypervisor a server runs on, and the marketplace images that go with it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from localazure.base_images import BaseImage, ensure_base_image
from localazure.catalogue import Catalogue, PlatformImage
from localazure.hypervisor.base import Hypervisor
from localazure.settings import ServerSettings

log = logging.getLogger("localazure.server")


def make_hypervisor(settings: ServerSettings) -> Hypervisor:
    """The driver, over its own folder in the server's state."""
    folder = settings.state / settings.hypervisor
    # A driver is imported only where it is used: the instant one needs nothing of QEMU's, nor the reverse.
    make: Callable[[Path], Hypervisor] = import_module(f"localazure.hypervisor.{settings.hypervisor}").make_hypervisor
    return make(folder)


def make_catalogue(settings: ServerSettings) -> Catalogue:
    """Debian 12, made now if it is not in the cache yet (a minute or two, once)."""
    if settings.hypervisor == "instant":
        return (_model_image(settings),)
    return (_offered(ensure_base_image(settings.cache / "base_images", progress=log.info)),)


def _offered(image: BaseImage) -> PlatformImage:
    return PlatformImage(
        publisher=image.publisher,
        offer=image.offer,
        sku=image.sku,
        version=image.version,
        file=image.path,
        generation=image.generation,
    )


def _model_image(settings: ServerSettings) -> PlatformImage:
    """The model stands where the real image would, so that one recipe builds on both; its version says what it is."""
    make: Callable[[Path], Path] = import_module("localazure.hypervisor.instant").base_image
    return PlatformImage(
        publisher="Debian", offer="debian-12", sku="12-gen2", version="12.20260101.0", file=make(settings.cache)
    )
