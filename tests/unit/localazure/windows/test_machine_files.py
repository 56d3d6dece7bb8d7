"""The modelled file system obeys Windows' rules, and nothing said in it leads outside its folder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from localazure.windows.machine.errors import DiskFull, MachineError
from localazure.windows.machine.files import FileSystem

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> FileSystem:
    (tmp_path / "disk/files/C").mkdir(parents=True)
    (tmp_path / "outside").write_text("of the host")
    return FileSystem(tmp_path / "disk/files", clock=lambda: NOON, capacity=lambda _drive: 1000)


def refusal(error: pytest.ExceptionInfo[MachineError]) -> int:
    return error.value.code


def test_names_keep_their_case_and_are_found_in_any(files: FileSystem) -> None:
    files.make_folder(r"C:\Program Files\Contoso")
    files.write_text(r"c:/program files/CONTOSO/Read Me.txt", "hello")
    assert files.read_text(r"C:\PROGRAM FILES\contoso\read me.TXT") == "hello"
    assert str(files.spelling(r"c:\program files\contoso\READ ME.txt")) == r"C:\Program Files\Contoso\Read Me.txt"
    assert [entry.name for entry in files.list("C:\\")] == ["Program Files"]


def test_writing_over_a_file_under_another_case_keeps_one_file(files: FileSystem) -> None:
    files.write_text(r"C:\a.txt", "one")
    with files.open(r"C:\A.TXT", "w") as file:
        file.write(b"two")
    assert [(entry.name, entry.size) for entry in files.list("C:\\")] == [("a.txt", 3)]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (r"C:\a<b.txt", 123),
        (r"C:\con.txt", 123),
        (r"C:\folder\LPT1", 123),
        (r"C:\file.txt:stream", 123),
        ("C:\\\ud800", 123),
        ("", 123),
        (r"\\server\share\x", 53),
        ("C:\\" + "x" * 256, 206),
        (r"Z:\x", 3),
        (r"C:\no\such\x", 3),
    ],
)
def test_what_windows_does_not_take_is_refused_with_its_number(files: FileSystem, path: str, code: int) -> None:
    with pytest.raises(MachineError) as error:
        files.write_text(path, "x")
    assert refusal(error) == code


@pytest.mark.parametrize("path", [r"C:\..\..\..\outside", r"C:\x\..\..\outside", r"..\..\outside", "/../outside"])
def test_dots_stop_at_the_drives_root(files: FileSystem, tmp_path: Path, path: str) -> None:
    files.write_text(path, "of the guest")
    assert (tmp_path / "outside").read_text() == "of the host"
    assert files.read_text(r"C:\outside") == "of the guest"


def test_a_symbolic_link_on_the_host_is_nothing_to_the_guest(files: FileSystem, tmp_path: Path) -> None:
    (tmp_path / "disk/files/C/link").symlink_to(tmp_path / "outside")
    (tmp_path / "disk/files/C/folder").symlink_to(tmp_path)
    assert not files.exists(r"C:\link")
    assert files.list("C:\\") == []
    for path in (r"C:\link", r"C:\folder\outside"):
        with pytest.raises(MachineError):
            files.write_text(path, "broken out")
        with pytest.raises(MachineError):
            files.open(path, "w")
    assert (tmp_path / "outside").read_text() == "of the host"


def test_a_file_in_use_is_not_deleted_nor_opened_by_another_writer(files: FileSystem) -> None:
    with files.open(r"C:\log.txt", "w", "read") as log:
        log.write(b"line")
        assert files.read_bytes(r"C:\log.txt") == b"line"
        for action in (
            lambda: files.open(r"C:\LOG.txt", "a"),
            lambda: files.delete(r"C:\log.txt"),
            lambda: files.write_bytes(r"C:\log.txt", b""),
        ):
            with pytest.raises(MachineError) as error:
                action()
            assert refusal(error) == 32
    files.delete(r"C:\log.txt")
    assert not files.exists(r"C:\log.txt")


def test_a_full_disk_says_so_and_deleting_makes_room(files: FileSystem) -> None:
    files.write_bytes(r"C:\big.bin", b"x" * 900)
    with files.open(r"C:\more.bin", "w") as more, pytest.raises(DiskFull, match="not enough space on the disk"):
        more.write(b"x" * 101)
    with pytest.raises(DiskFull):
        files.copy(r"C:\big.bin", r"C:\second.bin")
    assert not files.exists(r"C:\second.bin")
    files.delete(r"C:\big.bin")
    files.write_bytes(r"C:\other.bin", b"x" * 1000)
    assert files.used() == 1000


def test_overwriting_counts_only_what_is_new(files: FileSystem) -> None:
    for _ in range(5):
        files.write_bytes(r"C:\same.bin", b"x" * 800)
        with files.open(r"C:\same.bin", "w") as same:
            same.write(b"y" * 900)
    assert files.used() == 900


def test_folders_are_copied_moved_and_deleted_whole(files: FileSystem) -> None:
    files.make_folder(r"C:\a\b")
    files.write_text(r"C:\a\b\c.txt", "c")
    files.copy(r"C:\a", r"C:\copy")
    files.move(r"C:\A", r"C:\Moved")
    assert [str(entry.path) for entry in files.walk("C:\\")] == [
        r"C:\copy", r"C:\copy\b", r"C:\copy\b\c.txt", r"C:\Moved", r"C:\Moved\b", r"C:\Moved\b\c.txt",
    ]  # fmt: skip
    with pytest.raises(MachineError) as error:
        files.delete(r"C:\Moved")
    assert refusal(error) == 145
    files.delete(r"C:\Moved", recurse=True)
    assert not files.exists(r"C:\moved\b")


def test_attributes_and_times_belong_to_the_file(files: FileSystem) -> None:
    files.write_text(r"C:\a.txt", "x")
    files.set_attributes(r"C:\A.txt", read_only=True, hidden=True)
    with pytest.raises(MachineError) as error:
        files.delete(r"C:\a.txt")
    assert refusal(error) == 5
    files.set_attributes(r"C:\a.txt", read_only=False)
    files.move(r"C:\a.txt", r"C:\b.txt")
    info = files.metadata(r"C:\b.txt")
    assert (info.hidden, info.read_only, info.created, info.written) == (True, False, NOON, NOON)


def test_a_file_is_written_and_read_in_any_order(files: FileSystem) -> None:
    with files.open(r"C:\blocks.bin", "x") as file:
        file.write(b"0123456789")
        file.seek(3)
        file.write(b"xyz")
        file.truncate(8)
    with files.open(r"C:\blocks.bin") as file:
        assert (file.read(4), file.read()) == (b"012x", b"yz67")
    with pytest.raises(MachineError) as error:
        files.open(r"C:\blocks.bin", "x")
    assert refusal(error) == 80
