"""A folder into a guest: packed into one zip archive here, unpacked there."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryDirectory

from mintage.errors import RecipeError
from mintage.remote.winrm.conversation import ask
from mintage.remote.winrm.session import Session
from mintage.remote.winrm.upload import Upload

_FOLDER_TIMEOUT = 120.0
_REFUSED = frozenset('<>:"\\|?*') | frozenset(map(chr, range(32)))
"""Characters that no Windows file name holds (Microsoft Learn: "Naming Files, Paths, and Namespaces")."""
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})


def send_tree(session: Session, source: Path, destination: PureWindowsPath, timeout: float) -> None:
    """Put all that a folder holds into another in the guest; what else is there stays.

    Raises RecipeError for what Windows cannot hold, before anything is sent; else as ``Upload``.
    """
    deadline = session.clock() + timeout
    names = tree_names(source)
    ask(session, "make_folder.ps1", {"folder": str(destination)}, timeout=_FOLDER_TIMEOUT)
    if not names:
        return
    with _packed(source, names) as archive:
        # Beside what is in it, so that it is on the same drive.
        there = destination / archive.name
        size = archive.stat().st_size + sum(path.stat().st_size for path in names.values() if path.is_file())
        Upload(session, archive, there, space=size, timeout=deadline - session.clock()).run()
        given = {"archive": str(there), "folder": str(destination)}
        ask(session, "expand.ps1", given, timeout=deadline - session.clock())


def tree_names(folder: Path) -> dict[str, Path]:
    """Files and folders by their names in the archive, in a stable order; links to files count as files.

    Raises RecipeError for links to folders, for sockets and devices, and for names that Windows does not take.
    """
    if not folder.is_dir():
        raise RecipeError("There is no such folder to copy into the image", where=str(folder))
    names: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        _demand_sendable(path)
        name = path.relative_to(folder).as_posix()
        other = names.setdefault(name.casefold(), path)
        if other != path:
            seen = f"{path.name} and {other.name}"
            raise RecipeError("Two names are the same to Windows", where=str(path.parent), seen=seen)
    return {path.relative_to(folder).as_posix() + "/" * path.is_dir(): path for path in names.values()}


def _demand_sendable(path: Path) -> None:
    if not path.is_file() and (path.is_symlink() or not path.is_dir()):
        raise RecipeError("Neither a file nor a folder", where=str(path), seen="a link to a folder, or a device")
    if _REFUSED & set(path.name) or path.name.endswith((" ", ".")) or path.stem.casefold() in _DEVICES:
        raise RecipeError("Windows takes no such name", where=str(path), remedy="Rename it.")


@contextmanager
def _packed(source: Path, names: dict[str, Path]) -> Iterator[Path]:
    """A zip archive on disk; zipfile writes names in UTF-8, and ZIP64 where that is needed."""
    with TemporaryDirectory(prefix="mintage-tree-") as folder:
        archive = Path(folder) / f"mintage-{source.name}.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as packed:
            for name, path in names.items():
                packed.write(path, name)
        yield archive
