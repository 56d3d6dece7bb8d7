"""AppX packages: installed for users, provisioned for every user to come, or both."""

from __future__ import annotations

import threading

from pydantic import BaseModel

from localazure.windows.machine.errors import NotFound

_NOT_FOUND = 0x80073CF1


class AppxPackage(BaseModel):
    name: str
    version: str
    publisher_id: str = "8wekyb3d8bbwe"
    architecture: str = "x64"
    publisher: str = "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US"
    framework: bool = False
    system: bool = False
    """Part of Windows: cannot be removed, and Sysprep does not look at it."""
    provisioned: bool = False
    users: list[str] = []
    """SIDs of those it is installed for."""

    @property
    def full_name(self) -> str:
        return f"{self.name}_{self.version}_{self.architecture}__{self.publisher_id}"

    @property
    def family_name(self) -> str:
        return f"{self.name}_{self.publisher_id}"


class Appx:
    def __init__(self, packages: list[AppxPackage], lock: threading.RLock) -> None:
        self._packages, self._lock = packages, lock

    def all(self) -> list[AppxPackage]:
        with self._lock:
            return list(self._packages)

    def provisioned(self) -> list[AppxPackage]:
        return [package for package in self.all() if package.provisioned]

    def of_user(self, sid: str) -> list[AppxPackage]:
        return [package for package in self.all() if sid in package.users]

    def not_provisioned(self) -> list[AppxPackage]:
        """Installed for a user and not for those to come: what Sysprep stops at."""
        return [p for p in self.all() if p.users and not (p.provisioned or p.framework or p.system)]

    def require(self, full_name: str) -> AppxPackage:
        found = next((p for p in self.all() if p.full_name.lower() == full_name.lower()), None)
        if found is None:
            raise NotFound(full_name, _NOT_FOUND)
        return found

    def install(self, package: AppxPackage, sid: str) -> AppxPackage:
        """For one user, as Add-AppxPackage does: in the place of other versions that the user has."""
        with self._lock:
            for other in self._packages:
                if other.family_name == package.family_name and other.architecture == package.architecture:
                    other.users = [each for each in other.users if each != sid]
            known = next((p for p in self._packages if p.full_name == package.full_name), None)
            if known is None:
                known = package.model_copy(update={"users": [], "provisioned": False})
                self._packages.append(known)
            known.users = sorted({*known.users, sid})
            self._drop_unused()
            return known

    def provision(self, package: AppxPackage) -> None:
        with self._lock:
            known = next((p for p in self._packages if p.full_name == package.full_name), None)
            if known is None:
                known = package.model_copy(update={"users": []})
                self._packages.append(known)
            known.provisioned = True

    def remove(self, full_name: str, sid: str | None = None) -> None:
        """For one user, or with None for all who have it. Raises NotFound, also when that user does not have it."""
        with self._lock:
            package = self.require(full_name)
            if sid is not None and sid not in package.users:
                raise NotFound(full_name, _NOT_FOUND)
            package.users = [] if sid is None else [each for each in package.users if each != sid]
            self._drop_unused()

    def deprovision(self, full_name: str) -> None:
        """Who has it keeps it."""
        with self._lock:
            self.require(full_name).provisioned = False
            self._drop_unused()

    def forget_user(self, sid: str) -> None:
        """What deleting a user's profile does."""
        with self._lock:
            for package in self._packages:
                package.users = [each for each in package.users if each != sid]
            self._drop_unused()

    def _drop_unused(self) -> None:
        self._packages[:] = [p for p in self._packages if p.users or p.provisioned or p.system or p.framework]
