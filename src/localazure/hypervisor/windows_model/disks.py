"""Disks and layers of the Windows model: folders, each a copy of its own. A machine's disk holds all its state."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from localazure.hypervisor.base import DiskFull, HypervisorError
from localazure.hypervisor.folder_names import folder_name

Kind = Literal["disks", "layers"]
_NO_ROOM = "No space left on device"


class Disks:
    """Folders ``disks`` and ``layers`` of ``state``. In each of theirs ``content`` is the disk, ``size`` its bytes."""

    def __init__(self, state: Path) -> None:
        self._state = state
        # What a server that died was in the middle of.
        shutil.rmtree(state / "new", ignore_errors=True)
        for name in ("disks", "layers", "new"):
            (state / name).mkdir(parents=True, exist_ok=True)

    def content(self, kind: Kind, name: str) -> Path:
        """The folder that a machine works on. Raises HypervisorError when there is none."""
        self.size(kind, name)
        return self._path(kind, name) / "content"

    def exists(self, kind: Kind, name: str) -> bool:
        return self._path(kind, name).is_dir()

    def size(self, kind: Kind, name: str) -> int:
        """Raises HypervisorError when there is none."""
        if not self.exists(kind, name):
            raise HypervisorError(f"The model of Windows has no {kind.removesuffix('s')} {name}")
        size: int = json.loads((self._path(kind, name) / "size").read_text())
        return size

    def resize(self, name: str, size: int) -> None:
        if size < self.size("disks", name):
            raise HypervisorError(f"Disk {name} has {self.size('disks', name)} bytes and cannot shrink to {size}")
        draft = self._path("disks", name) / "size.new"
        draft.write_text(str(size))
        draft.replace(draft.with_suffix(""))

    def copy(self, source: tuple[Kind, str], target: tuple[Kind, str], size: int) -> None:
        """A tree that is there already is kept."""
        origin = self.content(*source)

        def fill(folder: Path) -> None:
            command = ["cp", "--archive", "--reflink=auto", str(origin), str(folder)]
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
            if done.returncode:
                failed = DiskFull if _NO_ROOM in done.stderr else HypervisorError
                last = done.stderr.strip().splitlines()[-1:]
                raise failed(f"{target[1]} cannot be made from {source[1]}: {''.join(last)}")

        self.make(target, size, fill)

    def make(self, target: tuple[Kind, str], size: int, fill: Callable[[Path], None]) -> None:
        """Fill a new folder aside, then give it its name; one that is there already is kept."""
        draft = self._state / "new" / uuid.uuid4().hex
        draft.mkdir()
        try:
            fill(draft / "content")
            (draft / "size").write_text(str(size))
            if not self.exists(*target):
                draft.rename(self._path(*target))
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def delete(self, kind: Kind, name: str) -> None:
        # Renamed first, so that a half deleted tree is never taken for a whole one.
        doomed = self._state / "new" / uuid.uuid4().hex
        if self.exists(kind, name):
            self._path(kind, name).rename(doomed)
            shutil.rmtree(doomed)

    def _path(self, kind: Kind, name: str) -> Path:
        return self._state / kind / folder_name(name)
