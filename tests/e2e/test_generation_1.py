"""The base image in a machine of the other generation; the golden image's are of generation 2."""

from pathlib import Path

from localazure.base_images import ensure_base_image
from localazure.hypervisor.qemu import QemuHypervisor, QemuSettings
from localazure.settings import ServerSettings
from tests.support.real_guests import guest_machine, until_boot


def test_the_base_image_boots_as_generation_1(tmp_path: Path) -> None:
    image = ensure_base_image(ServerSettings().cache / "base_images", progress=print)
    hypervisor = QemuHypervisor(tmp_path / "state", QemuSettings(shutdown_seconds=1))
    machine = guest_machine("V1", "ssh-ed25519 AAAA nobody")
    try:
        hypervisor.import_layer("base", image.path)
        hypervisor.create_disk("os", layer="base", size_bytes=None)
        hypervisor.start(machine)
        until_boot(hypervisor, machine, 1)
    finally:
        hypervisor.delete(machine.vm_id)
        hypervisor.close()
