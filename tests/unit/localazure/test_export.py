"""An image version becomes a fixed VHD, straight from the state folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from localazure.export import ExportError, export_image_version
from localazure.hypervisor.qemu import make_hypervisor
from localazure.settings import ServerSettings
from localazure.store import Resource, Store

VERSION = (
    "/subscriptions/10ca1a2e-0000-4000-8000-000000000001/resourceGroups/g/providers/Microsoft.Compute"
    "/galleries/shelf/images/web/versions/1.0.0"
)
SIZE = 3 * 1024 * 1024 + 512
needs_qemu = pytest.mark.skipif(shutil.which("qemu-img") is None, reason="qemu-img is not installed")


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(state=tmp_path / "state", cache=tmp_path / "cache")


def remember(settings: ServerSettings, internal: dict[str, object]) -> None:
    settings.state.mkdir()
    store = Store(settings.state / "state.sqlite")
    store.put(Resource(id=VERSION, properties={"provisioningState": "Creating"}, internal=internal))
    store.close()


@needs_qemu
def test_a_version_is_written_while_a_server_works_on_the_same_folder(settings: ServerSettings, tmp_path: Path) -> None:
    remember(settings, {"layers": {"os": {"name": "kept", "size_bytes": SIZE}, "data": []}})
    hypervisor = make_hypervisor(settings.state / "qemu")
    try:
        hypervisor.create_disk("disk", layer=None, size_bytes=SIZE)
        hypervisor.freeze_disk("disk", "kept")
        export_image_version(settings, VERSION.upper(), tmp_path / "web.vhd")
    finally:
        hypervisor.close()
    written = (tmp_path / "web.vhd").read_bytes()
    assert written[-512:].startswith(b"conectix")
    assert len(written) == 4 * 1024 * 1024 + 512
    with pytest.raises(ExportError, match="is there already"):
        export_image_version(settings, VERSION, tmp_path / "web.vhd")


def test_a_model_of_windows_is_not_passed_off_as_a_disk(settings: ServerSettings, tmp_path: Path) -> None:
    remember(settings, {"layers": {"os": {"name": "kept", "size_bytes": SIZE}, "data": []}})
    store = Store(settings.state / "state.sqlite")
    store.put(Resource(id=VERSION.rpartition("/versions")[0], properties={"osType": "Windows"}))
    store.close()
    with pytest.raises(ExportError, match="holds a model of Windows"):
        export_image_version(settings, VERSION, tmp_path / "web.vhd")


def test_what_cannot_be_exported_is_said(settings: ServerSettings, tmp_path: Path) -> None:
    out = tmp_path / "web.vhd"
    with pytest.raises(ExportError, match=r"state\.sqlite is missing"):
        export_image_version(settings, VERSION, out)
    remember(settings, {})
    for wrong, why in (
        ("web", "not a resource id"),
        (VERSION.rpartition("/versions")[0], "only gallery image versions"),
        (VERSION.replace("1.0.0", "1.0.1"), "no image version"),
        (VERSION, "not finished: its provisioningState is Creating"),
    ):
        with pytest.raises(ExportError, match=why):
            export_image_version(settings, wrong, out)
    instant = settings.model_copy(update={"hypervisor": "instant"})
    with pytest.raises(ExportError, match="are folders"):
        export_image_version(instant, VERSION, out)
