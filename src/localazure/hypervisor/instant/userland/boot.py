"""A boot of the model guest: what the kernel, systemd, cloud-init and sshd leave on the disk and on the console."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from localazure.hypervisor.instant.userland import first_boot, units

MACHINE_ID = Path("/etc/machine-id")
_AFTER = ("network", "ssh.service", "walinuxagent.service")


class Parameters(NamedTuple):
    boot_id: str
    instance: dict[str, Any] | None
    """What Azure gives a generalized image; see ``first_boot.Instance``."""


class Booted(NamedTuple):
    provisioned: bool
    """This boot was the first of a new instance, and cloud-init reported Ready."""
    host_keys: list[str]
    """OpenSSH private keys that sshd has; without any it does not run."""


def boot(parameters: Parameters, console: Callable[[str], None]) -> Booted:
    _runtime_files()
    console(f"[    0.000000] {Path('/proc/cmdline').read_text()}")
    _machine_id(console)
    provisioned = _provision(parameters, console)
    first_boot.tell_result()
    _log_start(parameters)
    console(f"\n{_issue()} {socket.gethostname()} ttyS0\n\n{socket.gethostname()} login: ")
    keys = host_keys()
    if not keys:
        console("\nsshd: no hostkeys available -- exiting.\n")
    return Booted(provisioned, keys)


def host_keys() -> list[str]:
    """The private keys that sshd proves itself by."""
    return [path.read_text() for path in sorted(first_boot.SSH.glob("ssh_host_*_key"))]


def _provision(parameters: Parameters, console: Callable[[str], None]) -> bool:
    instance = first_boot.Instance(**parameters.instance) if parameters.instance else None
    if instance is None or not first_boot.is_new(instance):
        return False
    first_boot.provision(instance, console)
    return True


def _machine_id(console: Callable[[str], None]) -> None:
    """As systemd: an empty, absent or `uninitialized` id makes this a first boot; any other is kept."""
    if not MACHINE_ID.exists() or MACHINE_ID.read_text().strip() in {"", "uninitialized"}:
        MACHINE_ID.write_text(f"{uuid.uuid4().hex}\n")
        console("systemd[1]: Initializing machine ID from random generator.\n")


def _runtime_files() -> None:
    stub = Path("/run/systemd/resolve/stub-resolv.conf")
    stub.parent.mkdir(parents=True, exist_ok=True)
    stub.write_text("# The model guest has no network.\nnameserver 127.0.0.53\n")
    resolv = Path("/etc/resolv.conf")
    if not resolv.is_symlink() and not resolv.exists():
        resolv.symlink_to("../run/systemd/resolve/stub-resolv.conf")
    Path("/run/cloud-init").mkdir(exist_ok=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    Path("/run/lock").mkdir(mode=0o1777, exist_ok=True)


def _log_start(parameters: Parameters) -> None:
    journal = Path("/var/log/journal") / MACHINE_ID.read_text().strip()
    journal.mkdir(parents=True, exist_ok=True)
    _append(journal / "system.journal", f"-- Boot {parameters.boot_id.replace('-', '')} --\n")
    for unit in units.enabled():
        _append(journal / "system.journal", f"{_now()} {socket.gethostname()} systemd[1]: Started {unit}.\n")
    for name in ("wtmp", "lastlog", "btmp"):
        _append(Path("/var/log") / name, "")
    _append(Path("/var/log/wtmp"), f"reboot {parameters.boot_id}\n")


def log_end() -> None:
    folder = Path("/var/log/journal") / (MACHINE_ID.read_text().strip() if MACHINE_ID.exists() else "")
    if (folder / "system.journal").exists():
        _append(folder / "system.journal", f"{_now()} {socket.gethostname()} systemd[1]: Shutting down.\n")


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as log:
        log.write(text)


def _now() -> str:
    return time.strftime("%b %d %H:%M:%S")


def _issue() -> str:
    issue = Path("/etc/issue")
    return issue.read_text().split("\\")[0].strip() if issue.exists() else "Debian"


def units_to_start() -> list[str]:
    """In alphabetical order, what others wait for first."""
    return sorted(units.enabled(), key=lambda name: (name not in _AFTER, name))
