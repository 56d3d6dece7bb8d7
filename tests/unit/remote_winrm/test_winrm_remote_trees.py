"""What of a folder here can become a folder in Windows."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from mintage.errors import RecipeError
from mintage.remote.winrm import WinrmRemote
from mintage.remote.winrm.tree import tree_names
from tests.support.winrm_site import Site


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


def test_what_is_not_here_is_told_before_anything_is_sent(remote: WinrmRemote, site: Site, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="There is no such file"):
        remote.send_file(tmp_path / "missing", PureWindowsPath(r"C:\x"))
    with pytest.raises(RecipeError, match="It is a folder"):
        remote.send_file(tmp_path, PureWindowsPath(r"C:\x"))
    with pytest.raises(RecipeError, match="no such folder"):
        remote.send_tree(tmp_path / "missing", PureWindowsPath(r"C:\x"))
    assert site.host.lines == []
