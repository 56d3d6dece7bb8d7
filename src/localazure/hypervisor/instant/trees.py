"""Disks and layers as folders, each a copy of its own: beyond the host's /usr a guest holds a few hundred KiB."""

from __future__ import annotations

import json
import os
import shlex
import uuid
from pathlib import Path

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.folder_names import folder_name
from localazure.hypervisor.instant.plain_disks import Kind
from localazure.hypervisor.instant.user_namespace import UserNamespace
from localazure.hypervisor.model_disks import PACK, UNPACK, archive_on, label_of, place_for_archive

LABEL = "localazure-linux-model"
"""Of the archive that a disk is as bytes."""


class Trees:
    """Folders ``disks`` and ``layers`` of ``state``. In each of theirs ``root`` is a guest's /, and ``size`` its bytes.

    They belong to the guests' users, so everything done to them is done as those.
    """

    def __init__(self, state: Path, users: UserNamespace) -> None:
        self._state, self._users = state, users
        for name in ("disks", "layers", "new"):
            folder = state / name
            folder.mkdir(exist_ok=True)
            if folder.stat().st_uid != users.root:
                # Made just now, by the host's root.
                os.chown(folder, users.root, users.root)
        # What a server that died was in the middle of.
        self._shell("rm -rf new/*")

    def path(self, kind: Kind, name: str) -> str:
        """Relative to the state folder: a guest's root may not pass through the folders above it."""
        return f"{kind}/{folder_name(name)}"

    def exists(self, kind: Kind, name: str) -> bool:
        return (self._state / self.path(kind, name)).is_dir()

    def size(self, kind: Kind, name: str) -> int:
        """Raises HypervisorError when there is none."""
        self.require(kind, name)
        size: int = json.loads((self._state / self.path(kind, name) / "size").read_text())
        return size

    def require(self, kind: Kind, name: str) -> None:
        if not self.exists(kind, name):
            raise HypervisorError(f"The instant hypervisor has no {kind.removesuffix('s')} {name}")

    def resize(self, name: str, size: int) -> None:
        if size < self.size("disks", name):
            raise HypervisorError(f"Disk {name} has {self.size('disks', name)} bytes and cannot shrink to {size}")
        self._shell('echo "$2" > "$1/size.new" && mv "$1/size.new" "$1/size"', self.path("disks", name), str(size))

    def copy(self, source: tuple[Kind, str], target: tuple[Kind, str], size: int) -> None:
        self.require(*source)
        self._make('cp -a --reflink=auto "$2/root" "$1/root"', *target, size, self.path(*source))

    def unpack(self, image: Path, name: str, size: int) -> None:
        """A layer from an archive: a base image's file, or what ``pack`` wrote on a disk."""
        with image.open("rb") if label_of(image) is None else archive_on(image) as file:
            command = f'mkdir "$1/root" && {shlex.join(UNPACK)} --directory="$1/root"'
            self._make(command, "layers", name, size, stdin=file.fileno())

    def pack(self, kind: Kind, name: str, out: Path) -> None:
        self.require(kind, name)
        with place_for_archive(out) as file:
            argv = [*PACK, LABEL, "--directory", f"{self.path(kind, name)}/root", "."]
            self._users.run(argv, self._state, stdout=file.fileno())

    def delete(self, kind: Kind, name: str) -> None:
        # Renamed first, so that a half deleted tree is never taken for a whole one.
        path = self.path(kind, name)
        self._shell('[ ! -d "$1" ] || { mv "$1" "$2" && rm -rf "$2"; }', path, self._scratch())

    def holds_system(self, kind: Kind, name: str) -> bool:
        return (self._state / self.path(kind, name) / "root/etc").is_dir()

    def _make(self, fill: str, kind: Kind, name: str, size: int, *more: str, stdin: int | None = None) -> None:
        """Fill a new tree aside, then give it its name; a tree that is there already is kept."""
        finish = 'if [ -d "$0" ]; then rm -rf "$1"; else mv -T "$1" "$0"; fi'
        steps = f'umask 022; mkdir "$1" && {fill} && echo {size} > "$1/size" && {finish}'
        command = ["sh", "-c", steps, self.path(kind, name), self._scratch(), *more]
        self._users.run(command, self._state, stdin)

    def _scratch(self) -> str:
        return f"new/{uuid.uuid4().hex}"

    def _shell(self, script: str, *arguments: str) -> None:
        self._users.run(["sh", "-c", script, "sh", *arguments], self._state)
