"""A folder out of a guest: packed into one zip archive there, unpacked here."""

from __future__ import annotations

import zipfile
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryDirectory
from uuid import uuid4

from mintage.errors import CommandFailed
from mintage.remote.winrm.conversation import ask
from mintage.remote.winrm.download import download
from mintage.remote.winrm.session import Session

_PACK_TIMEOUT = 2 * 3600.0
_REMOVE_TIMEOUT = 120.0


def fetch_tree(session: Session, source: PureWindowsPath, destination: Path) -> None:
    """Bring all that a folder of the guest holds into another here, which is made; what else is there stays.

    Raises CommandFailed when there is no such folder, or something in it cannot be read; else as ``download``.
    """
    packed = ask(session, "pack.ps1", {"folder": str(source), "name": f"mintage-{uuid4()}.zip"}, timeout=_PACK_TIMEOUT)
    if "refused" in packed:
        where = f"{session.where}: {source}"
        raise CommandFailed("The folder cannot be fetched from the guest", where=where, seen=str(packed["refused"]))
    archive = PureWindowsPath(str(packed["archive"]))
    with TemporaryDirectory(prefix="mintage-fetch-") as folder:
        here = Path(folder) / "tree.zip"
        try:
            download(session, archive, here)
        finally:
            ask(session, "remove.ps1", {"path": str(archive)}, timeout=_REMOVE_TIMEOUT)
        with zipfile.ZipFile(here) as content:
            # Names that lead out of the folder are made harmless by zipfile.
            content.extractall(destination)
