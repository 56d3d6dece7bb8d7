"""Where a machine's files are: in a folder of its own, but for its sockets, whose names must be short."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.qemu.settings import QemuSettings


@dataclass(frozen=True)
class MachinePaths:
    folder: Path
    sockets: Path

    @property
    def record(self) -> Path:
        return self.folder / "machine.json"

    @property
    def pid(self) -> Path:
        return self.folder / "qemu.pid"

    @property
    def log(self) -> Path:
        """What QEMU itself wrote."""
        return self.folder / "qemu.log"

    @property
    def serial(self) -> Path:
        return self.folder / "serial.log"

    @property
    def report(self) -> Path:
        return self.folder / "report.json"

    @property
    def events(self) -> Path:
        """What its guest is told that is going to happen to it."""
        return self.folder / "events.json"

    @property
    def disc(self) -> Path:
        return self.folder / "provisioning.iso"

    @property
    def firmware_vars(self) -> Path:
        return self.folder / "firmware_vars.fd"

    @property
    def monitor(self) -> Path:
        return self.sockets / "qmp.sock"

    def make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # Whoever cleans the temporary folder may have taken the folder of all machines too.
        self.sockets.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sockets.mkdir(exist_ok=True)

    def remove(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class Places:
    """All machines' places under one state folder."""

    def __init__(self, state_dir: Path, settings: QemuSettings) -> None:
        self._machines = state_dir / "machines"
        self._sockets = _socket_root(state_dir, settings)
        self._machines.mkdir(parents=True, exist_ok=True)

    def of(self, vm_id: str) -> MachinePaths:
        short = hashlib.sha256(vm_id.encode()).hexdigest()[:12]
        return MachinePaths(folder=self._machines / vm_id, sockets=self._sockets / short)

    def known(self) -> list[str]:
        """The ids of all machines that were started and not deleted."""
        return sorted(folder.name for folder in self._machines.iterdir() if (folder / "machine.json").exists())

    def remove_sockets(self) -> None:
        """When nothing runs any more; they are outside the state folder, where nobody would clean up after it."""
        shutil.rmtree(self._sockets, ignore_errors=True)


def _socket_root(state_dir: Path, settings: QemuSettings) -> Path:
    """Private to the user. The link in ``state_dir`` leads a later server there, whatever its temporary folder is."""
    link = state_dir / "sockets"
    if settings.socket_dir is None and link.is_symlink():
        root = link.readlink()
    else:
        digest = hashlib.sha256(str(state_dir.absolute()).encode()).hexdigest()[:12]
        root = settings.socket_dir or Path(tempfile.gettempdir()) / f"localazure-{os.geteuid()}-{digest}"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if root.stat().st_uid != os.geteuid():
        raise HypervisorError(f"{root} belongs to another user; remove it, or set QemuSettings.socket_dir.")
    root.chmod(0o700)
    link.unlink(missing_ok=True)
    link.symlink_to(root)
    return root
