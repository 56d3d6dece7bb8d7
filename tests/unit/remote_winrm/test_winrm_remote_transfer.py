"""Files into a Windows guest and out of it: whole or not at all, gone on with after a lost connection."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import pytest

from mintage.errors import CommandFailed, ConnectionFailed, DeadlinePassed, RecipeError
from mintage.remote.winrm import WinrmRemote
from mintage.remote.winrm.upload import Upload
from tests.support.windows_guest import WindowsGuest
from tests.support.winrm_relay import Relay

SIZE = 3_000_001


@pytest.fixture
def here(tmp_path: Path) -> Path:
    path = tmp_path / "file.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture
def there() -> PureWindowsPath:
    """Where nothing is yet, in a folder of its own."""
    return PureWindowsPath(rf"C:\{uuid.uuid4().hex}\a folder\file.bin")


def _content(guest: WindowsGuest, path: PureWindowsPath) -> bytes:
    return guest.machine.files.read_bytes(str(path))


def _folder(guest: WindowsGuest, path: PureWindowsPath) -> list[str]:
    return sorted(each.name for each in guest.machine.files.list(str(path.parent)))


def _put(guest: WindowsGuest, path: PureWindowsPath, content: bytes) -> None:
    guest.machine.files.make_folder(str(path.parent))
    guest.machine.files.write_bytes(str(path), content)


def _part(here: Path, there: PureWindowsPath) -> PureWindowsPath:
    """Where an upload grows."""
    return there.parent / f"mintage-{hashlib.sha256(here.read_bytes()).hexdigest()[:16]}.part"


def test_a_file_goes_in_and_comes_out_as_it_is(
    remote: WinrmRemote, guest: WindowsGuest, here: Path, there: PureWindowsPath
) -> None:
    remote.send_file(here, there)
    assert _content(guest, there) == here.read_bytes()
    assert _folder(guest, there) == ["file.bin"]
    remote.fetch_file(there, here.with_name("back"))
    assert here.with_name("back").read_bytes() == here.read_bytes()
    assert sorted(each.name for each in here.parent.iterdir()) == ["back", "file.bin"]


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\xff\xfe\x00", b".\r\n" * 1000])
def test_any_content_is_a_file(
    remote: WinrmRemote, guest: WindowsGuest, tmp_path: Path, content: bytes, there: PureWindowsPath
) -> None:
    (tmp_path / "it").write_bytes(content)
    remote.send_file(tmp_path / "it", there)
    assert _content(guest, there) == content
    remote.fetch_file(there, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content


def test_a_text_is_read_by_its_byte_order_mark(remote: WinrmRemote, guest: WindowsGuest) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        guest.machine.files.write_bytes(r"C:\text.log", "Grüße".encode(encoding))
        assert remote.fetch_text(PureWindowsPath(r"C:\text.log")) == "Grüße"


def test_it_goes_in_few_round_trips(remote: WinrmRemote, relay: Relay, here: Path, there: PureWindowsPath) -> None:
    before = relay.passed
    remote.send_file(here, there)
    # Base64 in base64, sealed: 16/9 of its size, and little more for the envelopes of about a dozen blocks.
    assert relay.passed - before < SIZE * 16 / 9 * 1.05


def test_one_that_is_there_is_replaced_whole(
    remote: WinrmRemote, guest: WindowsGuest, here: Path, there: PureWindowsPath
) -> None:
    _put(guest, there, b"of before")
    remote.send_file(here, there)
    assert _content(guest, there) == here.read_bytes()
    assert _folder(guest, there) == ["file.bin"]


def test_an_upload_goes_on_where_the_connection_broke_and_says_so(
    remote: WinrmRemote,
    guest: WindowsGuest,
    relay: Relay,
    here: Path,
    there: PureWindowsPath,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = relay.passed
    relay.cut_at = before + relay.passed_back + SIZE
    remote.send_file(here, there)
    assert relay.cuts == 1
    assert len(re.findall("; connecting again", caplog.text)) == 1
    assert hashlib.sha256(_content(guest, there)).digest() == hashlib.sha256(here.read_bytes()).digest()
    assert _folder(guest, there) == ["file.bin"]
    # Once, and what was on its way when it broke: not twice.
    assert relay.passed - before < SIZE * 16 / 9 * 1.4


def test_a_download_goes_on_where_the_connection_broke(
    remote: WinrmRemote, guest: WindowsGuest, relay: Relay, here: Path, there: PureWindowsPath
) -> None:
    _put(guest, there, here.read_bytes())
    relay.cut_at = relay.passed + relay.passed_back + SIZE
    before = relay.passed_back
    remote.fetch_file(there, here.with_name("back"))
    assert relay.cuts == 1
    assert here.with_name("back").read_bytes() == here.read_bytes()
    assert relay.passed_back - before < SIZE * 16 / 9 * 1.4


def test_another_process_goes_on_with_what_an_upload_left(
    remote: WinrmRemote, guest: WindowsGuest, relay: Relay, here: Path, there: PureWindowsPath
) -> None:
    half = here.read_bytes()[: SIZE // 2]
    _put(guest, _part(here, there), half)
    before = relay.passed
    remote.send_file(here, there)
    assert _content(guest, there) == here.read_bytes()
    assert relay.passed - before < SIZE / 2 * 16 / 9 * 1.1


def test_what_is_left_of_something_else_is_written_anew(
    remote: WinrmRemote, guest: WindowsGuest, here: Path, there: PureWindowsPath
) -> None:
    _put(guest, _part(here, there), os.urandom(SIZE // 2))
    remote.send_file(here, there)
    assert _content(guest, there) == here.read_bytes()
    assert _folder(guest, there) == ["file.bin"]


def test_a_file_that_changes_on_its_way_is_not_put_in_place(
    remote: WinrmRemote, guest: WindowsGuest, here: Path, monkeypatch: pytest.MonkeyPatch, there: PureWindowsPath
) -> None:
    monkeypatch.setattr("mintage.remote.winrm.resume._ATTEMPTS", 1)
    monkeypatch.setattr("mintage.remote.winrm.upload._sha256", lambda path, length: "0" * 64)
    with pytest.raises(ConnectionFailed, match="not what was sent"):
        remote.send_file(here, there)
    assert _folder(guest, there) == []


@pytest.mark.parametrize(
    ("destination", "says"),
    [
        (r"Q:\file.bin", "there is no drive Q:"),
        (r"C:\Windows", "it is a folder"),
        (r"C:\Windows\System32\drivers\etc\hosts\file.bin", r"C:\Windows\System32\drivers\etc\hosts is a file"),
    ],
)
def test_what_cannot_be_put_there_is_refused_before_it_is_sent(
    remote: WinrmRemote, relay: Relay, here: Path, destination: str, says: str
) -> None:
    before = relay.passed
    with pytest.raises(CommandFailed, match="cannot be put into the guest") as failure:
        remote.send_file(here, PureWindowsPath(destination))
    assert failure.value.seen == says
    assert destination in failure.value.where
    assert failure.value.remedy
    assert relay.passed - before < 100_000


def test_a_read_only_file_stays(remote: WinrmRemote, guest: WindowsGuest, here: Path, there: PureWindowsPath) -> None:
    _put(guest, there, b"of before")
    guest.machine.files.set_attributes(str(there), read_only=True)
    with pytest.raises(CommandFailed, match="cannot be put") as failure:
        remote.send_file(here, there)
    assert failure.value.seen == "it is read-only"
    assert _content(guest, there) == b"of before"


@pytest.fixture
def _nearly_full(remote: WinrmRemote, guest: WindowsGuest) -> Iterator[None]:
    volume = guest.machine.volumes.require("C")
    free = int(remote.output("(Get-CimInstance Win32_LogicalDisk -Filter \"DeviceID='C:'\").FreeSpace"))
    volume.size -= free - 2_000_000
    yield
    volume.size += free - 2_000_000


@pytest.mark.usefixtures("_nearly_full")
def test_a_file_larger_than_the_disk_is_refused_before_it_is_sent(
    remote: WinrmRemote, relay: Relay, here: Path, there: PureWindowsPath
) -> None:
    before = relay.passed
    with pytest.raises(CommandFailed, match="cannot be put into the guest") as failure:
        remote.send_file(here, there)
    assert re.fullmatch(r"C: has \d+ bytes free, and 3000001 are needed", failure.value.seen)
    assert "make room" in failure.value.remedy
    assert relay.passed - before < 100_000


@pytest.mark.usefixtures("_nearly_full")
def test_a_disk_that_fills_up_on_the_way_is_told(
    remote: WinrmRemote, guest: WindowsGuest, here: Path, there: PureWindowsPath
) -> None:
    with pytest.raises(CommandFailed) as failure:
        Upload(remote._session, here, there, space=0, timeout=60).run()
    assert "There is not enough space on the disk" in failure.value.seen
    assert "file.bin" not in _folder(guest, there)


@pytest.mark.parametrize(
    ("source", "says"), [(r"C:\no-such-file", "there is no such file"), (r"C:\Windows", "it is a folder")]
)
def test_what_is_no_file_there_is_not_fetched(remote: WinrmRemote, tmp_path: Path, source: str, says: str) -> None:
    with pytest.raises(CommandFailed, match="cannot be fetched") as failure:
        remote.fetch_file(PureWindowsPath(source), tmp_path / "it")
    assert failure.value.seen == says
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_takes_too_long_says_how_far_it_came(
    remote: WinrmRemote, here: Path, there: PureWindowsPath
) -> None:
    with pytest.raises(DeadlinePassed, match="not in the guest in time") as failure:
        remote.send_file(here, there, timeout=0)
    assert re.fullmatch(r"\d+ of \d+ bytes were sent in 0 s", failure.value.seen)
    assert "longer timeout" in failure.value.remedy


def test_what_is_not_here_is_told_before_anything_is_sent(
    remote: WinrmRemote, relay: Relay, tmp_path: Path, there: PureWindowsPath
) -> None:
    before = relay.passed
    with pytest.raises(RecipeError, match="There is no such file"):
        remote.send_file(tmp_path / "missing", there)
    with pytest.raises(RecipeError, match="It is a folder"):
        remote.send_file(tmp_path, there)
    with pytest.raises(RecipeError, match="no such folder"):
        remote.send_tree(tmp_path / "missing", there)
    assert relay.passed == before
