"""Roles and features: what is installed, and what installing changes (services, the need to reboot)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

from localazure.windows.machine.errors import MachineError, NotFound
from localazure.windows.machine.feature_catalogue import CATALOGUE, DEFAULTS, FILES, REQUIRES, FeatureDefinition
from localazure.windows.machine.files import FileSystem
from localazure.windows.machine.services import Services, StartType
from localazure.windows.machine.servicing import Servicing

FeatureState = Literal["Installed", "Available", "Removed", "InstallPending", "UninstallPending"]
_NO_SOURCE = 0x800F081F
_SERVICING_SECONDS = 20.0


@dataclass(frozen=True)
class FeatureChange:
    changed: tuple[FeatureDefinition, ...]
    """Empty: it was so already (``NoChangeNeeded``)."""
    restart_needed: bool


class Features:
    """``states`` holds what differs from the catalogue. Names in any case; an unknown one raises NotFound."""

    def __init__(
        self,
        states: dict[str, FeatureState],
        services: Services,
        servicing: Servicing,
        files: FileSystem,
        lock: threading.RLock,
    ) -> None:
        self._states, self._services, self._servicing, self._files = states, services, servicing, files
        self._lock = lock

    def all(self) -> list[FeatureDefinition]:
        return list(CATALOGUE.values())

    def require(self, name: str) -> FeatureDefinition:
        found = CATALOGUE.get(name.lower())
        if found is None:
            raise NotFound(name)
        return found

    def state(self, name: str) -> FeatureState:
        feature = self.require(name)
        default: FeatureState = "Installed" if feature.preinstalled else "Removed" if feature.removed else "Available"
        return self._states.get(feature.name.lower(), default)

    def installed(self, name: str) -> bool:
        return self.state(name) in {"Installed", "InstallPending"}

    def below(self, name: str) -> list[FeatureDefinition]:
        children = [each for each in self.all() if each.parent and each.parent.lower() == name.lower()]
        return [each for child in children for each in (child, *self.below(child.name))]

    def install(self, name: str, *, all_below: bool = False) -> FeatureChange:
        """Install it with what is above it and its defaults.

        Raises:
            MachineError: 0x800F081F, its payload is not on the disk.
        """
        with self._lock:
            wanted = [each for each in self._needed(name, all_below=all_below) if not self.installed(each.name)]
            for each in wanted:
                if self.state(each.name) == "Removed":
                    raise MachineError(_NO_SOURCE, each.name, "The source files could not be found.")
            for each in wanted:
                self._states[each.name.lower()] = "InstallPending" if each.reboot else "Installed"
        # Starting services takes time, in which others go on.
        for each in wanted:
            self._add_files(each)
            self._add_services(each)
        return self._done(wanted, restart=any(each.reboot for each in wanted))

    def remove(self, name: str, *, restart: bool | None = None) -> FeatureChange:
        """Remove it with all below it; ``restart`` overrides whether that needs a reboot."""
        with self._lock:
            gone = [each for each in (self.require(name), *self.below(name)) if self.installed(each.name)]
            needs = any(each.reboot for each in gone) if restart is None else restart
            for each in gone:
                self._states[each.name.lower()] = "UninstallPending" if needs else "Available"
                for service in each.services:
                    if self._services.find(service):
                        self._services.delete(service)
            return self._done(gone, restart=needs)

    def finish_pending(self) -> None:
        """What a boot does."""
        for name, state in list(self._states.items()):
            if state == "InstallPending":
                self._states[name] = "Installed"
            elif state == "UninstallPending":
                self._states[name] = "Available"

    def _done(self, changed: list[FeatureDefinition], *, restart: bool) -> FeatureChange:
        if changed:
            self._servicing.work(_SERVICING_SECONDS)
        if restart:
            self._servicing.require_reboot()
        return FeatureChange(tuple(changed), restart)

    def _needed(self, name: str, *, all_below: bool) -> list[FeatureDefinition]:
        feature = self.require(name)
        above = self._above(feature)
        if all_below:
            brought = [each for each in self.below(name) if not each.removed]
        else:
            brought = [self.require(each) for each in DEFAULTS.get(feature.name.lower(), ())]
        found = [*above, feature, *(each for one in brought for each in (*self._above(one), one))]
        required = [other for each in found for other in REQUIRES.get(each.name.lower(), ())]
        found += [
            each for other in required if not self.installed(other) for each in self._needed(other, all_below=False)
        ]
        return list(dict.fromkeys(found))

    def _above(self, feature: FeatureDefinition) -> list[FeatureDefinition]:
        if feature.parent is None:
            return []
        parent = self.require(feature.parent)
        return [*self._above(parent), parent]

    def _add_files(self, feature: FeatureDefinition) -> None:
        for path, text in FILES.get(feature.name.lower(), {}).items():
            if not self._files.exists(path):
                self._files.make_folder(path.rpartition("\\")[0])
                self._files.write_text(path, text)

    def _add_services(self, feature: FeatureDefinition) -> None:
        for name in feature.services:
            if not self._services.find(name):
                path = r"C:\Windows\System32\svchost.exe -k model"
                self._services.create(name, path, display_name=name, start_type=StartType.AUTOMATIC)
                if not feature.reboot:
                    self._services.start(name)
