"""The fresh image is small, always the same, made once, and generalized as a marketplace image is."""

import re
import threading
import time
from pathlib import Path

import pytest

from localazure.windows.base_image import ensure_base_image, unpack
from localazure.windows.base_image.files import fill
from localazure.windows.machine.files import FileSystem
from localazure.windows.machine.services import StartType
from tests.support.windows_machine import open_machine


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_base_image(tmp_path_factory.mktemp("cache"))


def test_the_file_is_small_and_says_by_its_name_what_it_is(image: Path) -> None:
    assert "model" in image.name
    assert image.stat().st_size < 3_000_000
    assert list(image.parent.iterdir()) == [image]


def test_two_makers_at_once_make_the_same_bytes(image: Path, tmp_path: Path) -> None:
    made: list[Path] = []
    makers = [threading.Thread(target=lambda: made.append(ensure_base_image(tmp_path))) for _ in range(2)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert made[0] == made[1]
    assert made[0].name == image.name
    assert made[0].read_bytes() == image.read_bytes()


def test_it_is_made_once(image: Path) -> None:
    before = image.stat().st_mtime_ns
    time.sleep(0.01)
    assert ensure_base_image(image.parent) == image
    assert image.stat().st_mtime_ns == before


def test_a_disk_from_it_is_generalized_and_ready_to_be_someone(image: Path, tmp_path: Path) -> None:
    unpack(image, tmp_path / "disk")
    machine = open_machine(tmp_path / "disk")
    assert machine.image_state == "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE"
    assert [user.name for user in machine.users.users()] == [
        "Administrator", "Guest", "DefaultAccount", "WDAGUtilityAccount",
    ]  # fmt: skip
    assert not any(user.enabled for user in machine.users.users())
    assert machine.services.require("cdrom").is_driver
    assert machine.services.require("cdrom").start_type is StartType.SYSTEM
    assert machine.services.find("WindowsAzureTelemetryService") is None
    assert machine.licensing.remaining_rearms == 1001
    assert machine.registry.text(r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion", "CurrentBuildNumber") == "20348"


def test_every_provider_of_sysprep_has_its_library(image: Path, tmp_path: Path) -> None:
    unpack(image, tmp_path / "disk")
    machine = open_machine(tmp_path / "disk")
    root = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\SysPrepExternal"
    entries = [
        value.data for phase in machine.registry.subkeys(root) for value in machine.registry.values(f"{root}\\{phase}")
    ]
    assert len(entries) == 2
    for entry in entries:
        assert isinstance(entry, str)
        assert machine.files.is_file(entry.split(",")[0])


def test_an_unpacked_disk_is_never_written_over(image: Path, tmp_path: Path) -> None:
    unpack(image, tmp_path / "disk")
    with pytest.raises(FileExistsError):
        unpack(image, tmp_path / "disk")


def test_placeholders_say_that_they_are_a_models(tmp_path: Path) -> None:
    (tmp_path / "files/C").mkdir(parents=True)
    files = FileSystem(tmp_path / "files")
    fill(files)
    for entry in files.walk("C:\\"):
        if not entry.is_folder:
            assert re.search("model", files.read_text(entry.path)), entry.path
