"""The provider FileSystem."""

from __future__ import annotations

from collections.abc import Mapping

from localazure.windows.cmdlets.failures import file_failure
from localazure.windows.cmdlets.providers.base import Provider
from localazure.windows.cmdlets.providers.file_items import file_item, set_attributes
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.times import utc
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.files import FileSystem
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import PsObject

_TIMES = {"creationtime": "created", "lastwritetime": "written", "lastaccesstime": "written"}


class FileSystemProvider(Provider):
    name = "FileSystem"

    def __init__(self, engine: EngineApi) -> None:
        super().__init__(engine)
        self.files: FileSystem = machine_of(engine).files

    def exists(self, path: str) -> bool:
        try:
            return self.files.exists(path)
        except MachineError:
            return False

    def is_container(self, path: str) -> bool:
        return self.exists(path) and self.files.is_folder(path)

    def item(self, path: str) -> PsObject:
        return file_item(self.files, self.files.metadata(path))

    def child_names(self, path: str) -> list[str]:
        found = self.files.list(path)
        return [each.name for each in found if each.is_folder] + [each.name for each in found if not each.is_folder]

    def is_hidden(self, path: str) -> bool:
        return self.files.metadata(path).hidden

    def new_item(self, path: str, kind: str, value: object, options: Mapping[str, object]) -> PsObject:
        force = bool(options.get("Force"))
        if kind.lower() in {"directory", "container"}:
            return self._new_folder(path, force=force)
        if kind.lower() not in {"", "file", "leaf"}:
            raise self.unsupported(f"The model's file system has no items of type {kind}.")
        if self.files.exists(path) and (not force or self.files.is_folder(path)):
            raise file_failure(MachineError(80, path), "NewItemIOError", "WriteError")
        try:
            if force:
                self.files.make_folder(self.files.path(path).parent)
            self.files.write_text(path, "" if value is None else self.engine.to_text(value))
        except MachineError as failure:
            raise file_failure(
                failure, "NewItemIOError" if failure.code != 5 else "NewItemUnauthorizedAccessError"
            ) from failure
        return self.item(path)

    def _new_folder(self, path: str, *, force: bool) -> PsObject:
        if self.files.exists(path) and not (force and self.files.is_folder(path)):
            text = f"An item with the specified name {path} already exists."
            raise error("System.IO.IOException", text, "DirectoryExist", "ResourceExists", path)
        try:
            self.files.make_folder(path)
        except MachineError as failure:
            raise file_failure(failure, "CreateDirectoryIOError") from failure
        return self.item(path)

    def remove_item(self, path: str, *, recurse: bool, force: bool) -> None:
        try:
            if force:
                self._make_writable(path, recurse=recurse)
            elif not self.files.is_folder(path) and self.files.metadata(path).hidden:
                raise MachineError(5, path)
            self.files.delete(path, recurse=recurse)
        except MachineError as failure:
            raise self._not_removed(path, failure) from failure

    def _not_removed(self, path: str, failure: MachineError) -> PsError:
        inner = file_failure(failure).record.exception
        what = "item"
        text = f"Cannot remove {what} {path}: {inner.message}"
        if failure.code == 5:
            text = f"Cannot remove item {path}: You do not have sufficient access rights to perform this operation."
        ids = {5: "RemoveFileSystemItemUnAuthorizedAccess"}
        categories = {5: "PermissionDenied"}
        return error(
            inner.type_name if failure.code != 5 else "System.IO.IOException",
            text,
            ids.get(failure.code, "RemoveFileSystemItemIOError"),
            categories.get(failure.code, "WriteError"),
            path,
        )

    def _make_writable(self, path: str, *, recurse: bool) -> None:
        self.files.set_attributes(path, read_only=False)
        if recurse and self.files.is_folder(path):
            for each in self.files.walk(path):
                if each.read_only:
                    self.files.set_attributes(each.path, read_only=False)

    def rename_item(self, path: str, name: str) -> str:
        target = str(self.files.path(path).parent / name)
        self._move(path, target, force=False, error_id="RenameItemIOError")
        return target

    def move_item(self, path: str, target: str, *, force: bool) -> str:
        goal = self._into(path, target)
        self._move(path, goal, force=force, error_id="MoveFileInfoItemIOError")
        return goal

    def copy_item(self, path: str, target: str, *, recurse: bool, force: bool) -> list[str]:
        goal = self._into(path, target)
        try:
            if not self.files.is_folder(path):
                if force and self.files.exists(goal):
                    self.files.set_attributes(goal, read_only=False)
                self.files.copy(path, goal, overwrite=True)
                return [goal]
            made = [goal]
            self.files.make_folder(goal)
            if recurse:
                for entry in self.files.list(path):
                    made += self.copy_item(str(entry.path), goal, recurse=True, force=force)
            return made
        except MachineError as failure:
            # Copy-Item has no name of its own for what System.IO refuses.
            raise file_failure(failure) from failure

    def clear_content(self, path: str) -> None:
        self.files.write_bytes(path, b"")

    def properties(self, path: str) -> dict[str, object]:
        return dict(self.item(path).properties.items())

    def set_property(self, path: str, name: str, value: object, kind: str | None = None) -> None:  # noqa: ARG002
        wanted = name.lower()
        if wanted in {"isreadonly", "attributes"}:
            if wanted == "attributes":
                set_attributes(self.files, path, value)
            else:
                self.files.set_attributes(path, read_only=self.engine.is_true(value))
            return
        if wanted.removesuffix("utc") not in _TIMES:
            text = f"The property {name} does not exist or was not found."
            raise error("System.Management.Automation.PSArgumentException", text, "", "InvalidArgument", path)
        moment = utc(self.engine.convert(value, "System.DateTime"))
        self.files.set_times(path, **{_TIMES[wanted.removesuffix("utc")]: moment})

    def _move(self, path: str, target: str, *, force: bool, error_id: str) -> None:
        try:
            self.files.move(path, target, overwrite=force)
        except MachineError as failure:
            raise file_failure(failure, error_id) from failure

    def _into(self, path: str, target: str) -> str:
        """A folder that is there takes the item under its own name."""
        return str(self.files.path(target) / self.files.path(path).name) if self.files.is_folder(target) else target
