r"""The file system: Windows paths on ``disk/files/<drive>/...``, whose bytes are the real bytes of the guest's files.

Names are case-insensitive and keep their case. Nothing a guest says leads outside its folder (see host_tree).
"""

from __future__ import annotations

import os
import shutil
import uuid
from datetime import datetime
from pathlib import Path

from localazure.windows.machine.errors import AccessDenied, AlreadyExists, MachineError, SharingViolation
from localazure.windows.machine.file_attributes import FileAttributes
from localazure.windows.machine.file_info import FileInfo
from localazure.windows.machine.file_lookup import AnyPath, FileLookup
from localazure.windows.machine.host_tree import child, on_host, set_written
from localazure.windows.machine.open_files import OpenFile, Share
from localazure.windows.machine.paths import WindowsPath
from localazure.windows.machine.space import bytes_in

__all__ = ["AnyPath", "FileInfo", "FileSystem"]

_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC
_MODES = {
    "r": os.O_RDONLY,
    "r+": os.O_RDWR,
    "w": os.O_RDWR | os.O_CREAT | os.O_TRUNC,
    "a": os.O_RDWR | os.O_CREAT,
    "x": os.O_RDWR | os.O_CREAT | os.O_EXCL,
    "rw": os.O_RDWR | os.O_CREAT,
}


class FileSystem(FileLookup):
    """All drives. Errors are MachineError with Windows' codes; modes: r, r+, rw, w, a, x (``b`` may be there too)."""

    def seal(self) -> None:
        """Take no more changes: they are refused as those of a write-protected disk (19)."""
        with self._lock:
            self._sealed = True

    def open(self, path: AnyPath, mode: str = "r", share: Share = "read") -> OpenFile:
        """Open a file; ``share`` is what others may do meanwhile, as in CreateFile (none, read, write, all).

        Raises:
            MachineError: 2/3 not there, 5 a folder or read-only, 32 open elsewhere in a way that does not go together,
                80 ``x`` and there already, 112 no room (also from write).
        """
        wanted = mode.replace("b", "")
        with self._lock:
            asked = self.path(path)
            host = self._tree.require(asked) if wanted.startswith("r") and wanted != "rw" else self._tree.target(asked)
            self._may_open(host, asked, wanted)
            new, before = not host.exists(), host.stat().st_size if host.exists() else 0
            ticket = self._open_files.register(asked.key, writes=wanted != "r", share=share, subject=str(asked))
            try:
                descriptor = on_host(lambda: os.open(host, _MODES[wanted] | _FLAGS, 0o644), str(asked))
            except BaseException:
                self._open_files.release(ticket)
                raise
            if new:
                self.attributes[asked.key] = FileAttributes(created=self._clock())
            space = self._space.on(asked.drive)
            space.charge(-before if wanted == "w" else 0)
            # Emptying or making it is a change as writing is.
            changed = new or wanted == "w"
            opened = OpenFile(descriptor, space, lambda dirty: self._closed(host, ticket, dirty or changed))
            opened.seek(0, os.SEEK_END if wanted == "a" else os.SEEK_SET)
            return opened

    def read_bytes(self, path: AnyPath) -> bytes:
        with self.open(path, "r", "all") as file:
            return file.read()

    def read_text(self, path: AnyPath, encoding: str = "utf-8-sig") -> str:
        return self.read_bytes(path).decode(encoding)

    def write_bytes(self, path: AnyPath, data: bytes) -> None:
        """Replace the whole file at once: who reads it meanwhile sees the old content or the new one."""
        with self._lock:
            asked = self.path(path)
            host = self._tree.target(asked)
            self._may_open(host, asked, "w")
            self._open_files.check(asked.key, writes=True, subject=str(asked))
            new, before = not host.exists(), host.stat().st_size if host.exists() else 0
            self._space.on(asked.drive).charge(len(data) - before)
            draft = self._scratch()
            on_host(lambda: draft.write_bytes(data), str(asked))
            on_host(lambda: draft.replace(host), str(asked))
            set_written(host, self._clock().timestamp())
            if new:
                self.attributes[asked.key] = FileAttributes(created=self._clock())

    def write_text(self, path: AnyPath, text: str, encoding: str = "utf-8") -> None:
        self.write_bytes(path, text.encode(encoding))

    def append_text(self, path: AnyPath, text: str, encoding: str = "utf-8") -> None:
        with self.open(path, "a", "all") as file:
            file.write(text.encode(encoding))

    def make_folder(self, path: AnyPath) -> WindowsPath:
        """Make the folder and those above it; one that is there is kept. Raises 183 where a file is in the way."""
        with self._lock:
            asked = self.path(path)
            self._refuse_when_sealed(asked)
            host = self._tree.drive(asked)
            for name in asked.names:
                made = child(host, name) or host / name
                if not made.exists():
                    on_host(made.mkdir, str(asked))
                    self.attributes[self._tree.spell(made).key] = FileAttributes(created=self._clock())
                elif not made.is_dir() or made.is_symlink():
                    raise AlreadyExists(str(asked))
                host = made
            return self._tree.spell(host)

    def delete(self, path: AnyPath, *, recurse: bool = False) -> None:
        """Delete a file or folder. Raises 145 for a folder that is not empty, 32 for a file in use, 5 for read-only."""
        with self._lock:
            asked = self.path(path)
            host = self._tree.require(asked)
            if not asked.names:
                raise AccessDenied(str(asked))
            if host.is_dir() and not recurse and any(host.iterdir()):
                raise MachineError(145, str(asked))
            self._may_change(host, asked)
            aside = self._scratch()
            on_host(lambda: host.rename(aside), str(asked))
            self._space.on(asked.drive).charge(-bytes_in(aside))
            shutil.rmtree(aside) if aside.is_dir() else aside.unlink()
            for key in self._known_below(asked):
                del self.attributes[key]

    def move(self, source: AnyPath, target: AnyPath, *, overwrite: bool = False) -> None:
        """Move to the path ``target`` (not: into it). Raises 183 when that is there and not to be overwritten."""
        with self._lock:
            old, new = self.path(source), self.path(target)
            host = self._tree.require(old)
            self._may_change(host, old)
            if new.is_below(old) and new.key != old.key:
                raise SharingViolation(str(new))
            goal = host.with_name(new.name) if new.key == old.key else self._make_way(new, overwrite=overwrite)
            size = bytes_in(host) if old.drive != new.drive else 0
            on_host(lambda: host.rename(goal), str(new))
            self._space.on(new.drive).charge(size)
            self._space.on(old.drive).charge(-size)
            for key in self._known_below(old):
                self.attributes[new.key + key[len(old.key) :]] = self.attributes.pop(key)

    def copy(self, source: AnyPath, target: AnyPath, *, overwrite: bool = False) -> None:
        """Copy a file or a whole folder to the path ``target`` (not: into it). Raises 80 when that file is there."""
        with self._lock:
            old, new = self.path(source), self.path(target)
            if self.is_folder(old):
                self._copy_folder(old, new, overwrite=overwrite)
                return
            if not overwrite and self.exists(new):
                raise MachineError(80, str(new))
            self._open_files.check(old.key, writes=False, subject=str(old))
            host = self._tree.require(old)
            self.write_bytes(new, host.read_bytes())
            set_written(self._tree.require(new), host.stat().st_mtime)

    def set_attributes(
        self, path: AnyPath, *, read_only: bool | None = None, hidden: bool | None = None, system: bool | None = None
    ) -> None:
        """Change those that are given."""
        given = {"read_only": read_only, "hidden": hidden, "system": system}
        self._update(path, {name: value for name, value in given.items() if value is not None})

    def set_times(self, path: AnyPath, *, created: datetime | None = None, written: datetime | None = None) -> None:
        with self._lock:
            if created:
                self._update(path, {"created": created})
            if written:
                set_written(self._tree.require(self.path(path)), written.timestamp())

    def _update(self, path: AnyPath, change: dict[str, object]) -> None:
        with self._lock:
            asked = self.path(path)
            self._tree.require(asked)
            self.attributes[asked.key] = self.attributes.get(asked.key, FileAttributes()).model_copy(update=change)

    def _copy_folder(self, old: WindowsPath, new: WindowsPath, *, overwrite: bool) -> None:
        if new.is_below(old):
            raise SharingViolation(str(new))
        self.make_folder(new)
        for entry in self.list(old):
            self.copy(entry.path, WindowsPath(new.drive, (*new.names, entry.name)), overwrite=overwrite)

    def _make_way(self, path: WindowsPath, *, overwrite: bool) -> Path:
        found = self._tree.find(path)
        if found is None:
            return self._tree.target(path)
        if not overwrite or found.is_dir():
            raise AlreadyExists(str(path))
        self.delete(path)
        return found.with_name(path.name)

    def _may_open(self, host: Path, path: WindowsPath, mode: str) -> None:
        self._refuse_when_sealed(path, reads=mode == "r")
        if host.is_dir():
            raise AccessDenied(str(path))
        if mode == "x" and host.exists():
            raise MachineError(80, str(path))
        if mode != "r" and self._read_only(path):
            raise AccessDenied(str(path))

    def _refuse_when_sealed(self, path: WindowsPath, *, reads: bool = False) -> None:
        if self._sealed and not reads:
            raise MachineError(19, str(path))

    def _may_change(self, host: Path, path: WindowsPath) -> None:
        self._refuse_when_sealed(path)
        self._open_files.check_free(path.key, str(path))
        if not host.is_dir() and self._read_only(path):
            raise AccessDenied(str(path))

    def _closed(self, host: Path, ticket: str, changed: bool) -> None:
        with self._lock:
            self._open_files.release(ticket)
            if changed and host.exists():
                set_written(host, self._clock().timestamp())

    def _scratch(self) -> Path:
        folder = self._tree.folder.parent / "new"
        folder.mkdir(exist_ok=True)
        return folder / uuid.uuid4().hex
