"""Which hypervisors a server runs on, and the marketplace images that go with them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from localazure.base_images import BaseImage, ensure_base_image
from localazure.catalogue import Catalogue, PlatformImage
from localazure.faults.hypervisor import FaultyHypervisor
from localazure.faults.ledger import Ledger
from localazure.hypervisor import windows_model
from localazure.hypervisor.base import Hypervisor
from localazure.settings import ServerSettings

log = logging.getLogger("localazure.server")


def make_hypervisor(settings: ServerSettings, faults: Ledger) -> FaultyHypervisor:
    """The chosen driver for Linux and the model for Windows, each over its own folder in the server's state."""
    linux = _make_linux(settings)
    windows = windows_model.make_hypervisor(settings.state / "windows-model", settings.pace)
    return FaultyHypervisor(linux, windows, faults)


def _make_linux(settings: ServerSettings) -> Hypervisor:
    # A driver is imported only where it is used: the instant one needs nothing of QEMU's, nor the reverse.
    make: Callable[[Path], Hypervisor] = import_module(f"localazure.hypervisor.{settings.hypervisor}").make_hypervisor
    return make(settings.state / settings.hypervisor)


def make_catalogue(settings: ServerSettings) -> Catalogue:
    """Debian 12, made now if it is not in the cache yet (a minute or two, once), and the model of Windows Server."""
    if settings.hypervisor == "instant":
        return (_model_image(settings), *_windows_images(settings))
    debian = ensure_base_image(settings.cache / "base_images", progress=log.info)
    return (_offered(debian), *_windows_images(settings))


def _windows_images(settings: ServerSettings) -> Catalogue:
    return tuple(
        PlatformImage(
            publisher=windows_model.PUBLISHER,
            offer=windows_model.OFFER,
            sku=windows_model.SKU,
            version=version,
            file=file,
            os_type="Windows",
        )
        for version, file in windows_model.base_images(settings.cache)
    )


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
