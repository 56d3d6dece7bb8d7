"""A file that is there whole or not at all, and never in the place of somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mintage.errors import SettingsError
from mintage.vhd import hash_vhd


def placed_file(path: Path, build_id: str, write: Callable[[Path], str]) -> str:
    """Have ``write`` fill a draft beside the path and tell the hash of what it holds, and give the draft its name.

    Folders are made. A draft that an earlier call left is written anew. Raises SettingsError when the folder cannot be
    written, or a file of that name holds something else.
    """
    draft = draft_of(path, build_id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = write(draft)
        if path.exists() and (seen := hash_vhd(path)) != content:
            draft.unlink()
            raise _taken(path, seen, content)
        draft.replace(path)
    except OSError as error:
        raise SettingsError(
            "The file cannot be written",
            where=str(path),
            seen=str(error),
            remedy="make room, or let this worker write there; or name another folder in the recipe",
        ) from error
    return content


def draft_of(path: Path, build_id: str) -> Path:
    """Each build has its own: two may deliver files of one name into one folder."""
    return path.with_name(f".{path.name}.{build_id}.part")


def _taken(path: Path, seen: str, content: str) -> SettingsError:
    return SettingsError(
        "There is another file of that name",
        where=str(path),
        seen=f"it holds sha256:{seen}, and the image sha256:{content}",
        remedy="move it away, or name another folder in the recipe",
    )
