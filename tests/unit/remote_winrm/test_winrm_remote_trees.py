"""What of a folder here can become a folder in Windows."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from mintage.errors import CommandFailed, RecipeError
from mintage.remote.winrm import WinrmRemote
from mintage.remote.winrm.tree import tree_names
from tests.support.windows_guest import WindowsGuest
from tests.support.winrm_relay import Relay

THERE = PureWindowsPath(r"C:\Golden\tree")


def test_files_and_empty_folders_have_names_in_the_archive(tmp_path: Path) -> None:
    (tmp_path / "süb" / "empty").mkdir(parents=True)
    (tmp_path / "süb" / "ä.txt").touch()
    assert list(tree_names(tmp_path)) == ["süb/", "süb/empty/", "süb/ä.txt"]


@pytest.mark.parametrize("names", [("a:b",), ("nul.txt",), ("dot.",), ("Same", "same")])
def test_names_that_windows_does_not_take_are_told(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(RecipeError, match="Windows"):
        tree_names(tmp_path)


def test_a_link_to_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path.parent)
    with pytest.raises(RecipeError, match="Neither a file nor a folder"):
        tree_names(tmp_path)


def test_a_tree_is_there_as_it_is_here_and_comes_back(
    remote: WinrmRemote, guest: WindowsGuest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = {"top.txt": b"hello", "süb/deep/ä b.bin": bytes(range(256)) * 4000, "süb/empty.txt": b""}
    for name, data in content.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "süb/hollow").mkdir()
    remote.send_tree(tmp_path, THERE)
    files = guest.machine.files
    assert {_name(each.path) for each in files.walk(str(THERE)) if not each.is_folder} == set(content)
    assert all(files.read_bytes(str(THERE / name)) == data for name, data in content.items())
    assert files.is_folder(str(THERE / "süb/hollow"))
    back = tmp_path_factory.mktemp("back") / "new"
    remote.fetch_tree(THERE, back)
    assert {each.relative_to(back).as_posix() for each in back.rglob("*") if each.is_file()} == set(content)
    assert all((back / name).read_bytes() == data for name, data in content.items())
    assert (back / "süb/hollow").is_dir()
    assert not [each for each in files.list(r"C:\Windows\Temp") if each.name.startswith("mintage-")]


def test_a_folder_that_is_not_there_is_not_fetched(remote: WinrmRemote, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="cannot be fetched") as failure:
        remote.fetch_tree(PureWindowsPath(r"C:\none"), tmp_path)
    assert failure.value.seen == "there is no such folder"


def _name(path: object) -> str:
    return PureWindowsPath(str(path)).relative_to(THERE).as_posix()


def test_what_else_is_there_stays_and_what_is_of_the_tree_is_replaced(
    remote: WinrmRemote, guest: WindowsGuest, tmp_path: Path
) -> None:
    there, files = PureWindowsPath(r"C:\Other"), guest.machine.files
    files.make_folder(str(there))
    files.write_text(str(there / "mine.txt"), "stays")
    files.write_text(str(there / "page.txt"), "is replaced")
    (tmp_path / "page.txt").write_text("new")
    remote.send_tree(tmp_path, there)
    assert (files.read_text(str(there / "mine.txt")), files.read_text(str(there / "page.txt"))) == ("stays", "new")
    assert len(files.list(str(there))) == 2, "the archive is taken away"


def test_an_empty_folder_is_made(remote: WinrmRemote, guest: WindowsGuest, tmp_path: Path) -> None:
    remote.send_tree(tmp_path, PureWindowsPath(r"C:\Empty\one"))
    assert guest.machine.files.is_folder(r"C:\Empty\one")


def test_a_tree_of_small_files_goes_in_few_round_trips(remote: WinrmRemote, relay: Relay, tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"file-{number}.txt").write_text("some text\n" * 400)
    before = relay.passed
    remote.send_tree(tmp_path, PureWindowsPath(r"C:\Many"))
    # 1.2 MB that packs well; alone the headers of a round trip for each file would be three times as much.
    assert relay.passed - before < 300_000
