"""The PowerShell files themselves."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_powershell

from mintage.remote.winrm.execution import BLOCK
from mintage.remote.winrm.launcher import command_line, script_text
from mintage.remote.winrm.upload import BLOCK as FILE_BLOCK

_SCRIPTS = sorted(Path(str(files("mintage.remote.winrm") / "scripts")).glob("*.ps1"))


@pytest.mark.parametrize("path", _SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_powershell(path: Path) -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    assert not parser.parse(path.read_bytes()).root_node.has_error
    # Windows PowerShell takes a file without a byte order mark to be in the system's own code page.
    assert path.read_bytes().isascii()


def test_the_launcher_fits_on_a_command_line_of_cmd() -> None:
    assert len(command_line()) < 8191 / 2
    assert "Goes in front of run.ps1" in script_text("bootstrap.ps1")


def test_a_block_fits_in_an_envelope_and_fills_a_line() -> None:
    line = (FILE_BLOCK + 2) // 3 * 4 + len("\r\n")
    assert BLOCK - 4 <= line <= BLOCK
    assert BLOCK * 4 // 3 + 4096 < 500 * 1024
