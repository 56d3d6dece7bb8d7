"""Builds the base image once and keeps it as one file, a tar of a machine's disk folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from localazure.windows.base_image import files, registry
from localazure.windows.base_image.firewall import firewall_rules
from localazure.windows.base_image.services import services
from localazure.windows.machine.accounts import AccountsState
from localazure.windows.machine.appx import AppxPackage
from localazure.windows.machine.identity import RESEAL_TO_OOBE
from localazure.windows.machine.machine import Machine, write_state
from localazure.windows.machine.state import MachineState
from localazure.windows.machine.tokens import ADMINISTRATORS_SID, GUESTS_SID
from localazure.windows.machine.updates import Update, UpdatesState
from localazure.windows.machine.volumes import GIB, Volume

BASE_VERSION = f"{registry.BUILD}.{registry.REVISION}.241101"
"""As a marketplace image's version."""
_BUILT = datetime(2024, 11, 1, tzinfo=UTC)
_SID_OF_THE_IMAGE = "S-1-5-21-2024110100-2034820348-1000000001"
_WHAT = "The disk of localazure's model of a Windows Server. There is no Windows on it."
_SOURCES = ("base_image", "machine")
_PACKAGES = (
    ("Microsoft.SecHealthUI", "1000.20348.1.0", False, True, True),
    ("Microsoft.DesktopAppInstaller", "1.0.0.0", False, False, True),
    ("Microsoft.VCLibs.140.00", "14.0.30704.0", True, False, True),
    ("Microsoft.Windows.ShellExperienceHost", "10.0.20348.1", False, True, False),
    ("Microsoft.AAD.BrokerPlugin", "1000.19580.1000.0", False, True, False),
)
"""Name, version, framework, system, provisioned."""
_UPDATES = (
    ("5046616", "Cumulative Update for Microsoft server operating system version 21H2", 320, True, None),
    ("890830", "Windows Malicious Software Removal Tool x64", 70, False, None),
    ("5046540", "Cumulative Update for .NET Framework 4.8.1", 65, True, None),
    ("2267602", "Security Intelligence Update for Microsoft Defender Antivirus", 120, False, None),
    ("5048654", "Cumulative Update Preview that the first one makes way for", 330, True, "5046616"),
)
"""KB, title, megabytes, needs a reboot, offered after."""
_CATEGORIES = {"2267602": ["Definition Updates", "Microsoft Defender Antivirus"], "890830": ["Update Rollups"]}


def ensure_base_image(cache: Path) -> Path:
    """The image file, made first when it is not in the folder (a second or less). Two makers at once do no harm."""
    cache.mkdir(parents=True, exist_ok=True)
    final = cache / f"windows-server-2022-datacenter-model-{BASE_VERSION}-{_key()}.tar"
    if not final.exists():
        with tempfile.TemporaryDirectory(dir=cache, prefix=".making-") as folder:
            disk = Path(folder, "disk")
            build_disk(disk)
            draft = Path(folder, "image.tar")
            _pack(disk, draft)
            draft.replace(final)
    return final


def unpack(image: Path, disk: Path) -> None:
    """Make ``disk`` a new disk folder with what the image holds. Raises FileExistsError when it is there."""
    disk.mkdir(parents=True)
    with tarfile.open(image) as tar:
        # Debian 12's own Python, 3.11.2, has no filters yet. What is in the file is ours.
        tar.extraction_filter = getattr(tarfile, "data_filter", None)
        tar.extractall(disk)  # noqa: S202


def build_disk(disk: Path) -> None:
    """Write the fresh image into a folder, always the same bytes."""
    (disk / "files/C").mkdir(parents=True)
    state = MachineState(what=_WHAT, accounts=AccountsState(machine_sid=_SID_OF_THE_IMAGE))
    write_state(disk, state)
    machine = Machine(disk, clock=lambda: _BUILT)
    registry.fill(machine.registry)
    files.fill(machine.files)
    _services(machine)
    _accounts(machine)
    _contents(machine)
    machine.identity.set_image_state(RESEAL_TO_OOBE)
    # What this very run left: nothing outside files/ and machine.json is the machine's.
    shutil.rmtree(disk / "new", ignore_errors=True)
    machine.save()
    for path in (disk / "files").rglob("*"):
        os.utime(path, (_BUILT.timestamp(), _BUILT.timestamp()))


def _services(machine: Machine) -> None:
    for service in services():
        machine.services.create(
            service.name,
            service.image_path,
            display_name=service.display_name,
            start_type=service.start_type,
            account=service.account,
            depends_on=service.depends_on,
            delayed=service.delayed,
            is_driver=service.is_driver,
        )


def _accounts(machine: Machine) -> None:
    builtin = (
        (500, "Administrator", "Built-in account for administering the computer/domain", ADMINISTRATORS_SID),
        (501, "Guest", "Built-in account for guest access to the computer/domain", GUESTS_SID),
        (503, "DefaultAccount", "A user account managed by the system.", None),
        (504, "WDAGUtilityAccount", "A user account managed and used by the system for Windows Defender.", None),
    )
    for rid, name, description, group in builtin:
        made = machine.users.create(name, None, rid=rid)
        made.enabled, made.description = False, description
        if group:
            machine.users.add_member(group, name)


def _contents(machine: Machine) -> None:
    machine.state.volumes[:] = [
        Volume(letter="C", label="Windows", windows_bytes=11 * GIB, volume_id="5f3a1c9e-0000-0000-0000-100000000000")
    ]
    for name, version, framework, system, provisioned in _PACKAGES:
        machine.state.appx.append(
            AppxPackage(name=name, version=version, framework=framework, system=system, provisioned=provisioned)
        )
    machine.updates.state.updates[:] = _updates().updates
    for rule in firewall_rules():
        machine.network.add_rule(rule)


def _updates() -> UpdatesState:
    return UpdatesState(
        updates=[
            Update(
                update_id=f"00000000-0000-4000-8000-{int(kb):012d}",
                title=f"{title} (KB{kb}) (model)",
                kb=kb,
                categories=_CATEGORIES.get(kb, ["Security Updates", "Windows Server 2022"]),
                size=megabytes * 1_000_000,
                reboot=reboot,
                after=after,
            )
            for kb, title, megabytes, reboot, after in _UPDATES
        ]
    )


def _key() -> str:
    """Of the code that makes the image, so that another code makes another file."""
    here = Path(__file__).parent.parent
    paths = sorted(path for folder in _SOURCES for path in (here / folder).glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def _pack(disk: Path, out: Path) -> None:
    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(disk.rglob("*")):
            info = tar.gettarinfo(path, str(path.relative_to(disk)))
            info.mtime, info.uid, info.gid, info.uname, info.gname = int(_BUILT.timestamp()), 0, 0, "", ""
            info.mode = 0o755 if path.is_dir() else 0o600 if path.name == "machine.json" else 0o644
            if path.is_file():
                with path.open("rb") as file:
                    tar.addfile(info, file)
            else:
                tar.addfile(info)
