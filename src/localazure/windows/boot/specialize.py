"""The specialize pass: a generalized disk gets an identity of its own."""

from __future__ import annotations

import random
import re
import uuid

from localazure.windows.boot.provisioning import ProvisioningData
from localazure.windows.machine.cim import CURRENT_VERSION
from localazure.windows.machine.identity import SPECIALIZE_TO_OOBE
from localazure.windows.machine.machine import Machine
from localazure.windows.machine.profiles import PROFILE_LIST

PANTHER = r"C:\Windows\Panther"
_SECONDS = 40.0


def specialize(machine: Machine, data: ProvisioningData) -> None:
    """New SID, new machine GUID, the given name; the administrators of the image stay with their relative ids."""
    _new_sid(machine)
    machine.identity.set_machine_guid(str(uuid.uuid4()))
    machine.identity.rename(data.computer_name or _random_name())
    machine.identity.apply_name()
    machine.registry.set(CURRENT_VERSION, "InstallDate", int(machine.time.now().timestamp()))
    machine.registry.set(CURRENT_VERSION, "ProductId", _product_id())
    zone = r"HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
    machine.registry.set(zone, "TimeZoneKeyName", data.time_zone)
    machine.identity.set_image_state(SPECIALIZE_TO_OOBE)
    _log(machine, data)
    machine.time.wait(_SECONDS)


def _new_sid(machine: Machine) -> None:
    old = machine.users.state.machine_sid
    new = "S-1-5-21-" + "-".join(str(random.SystemRandom().randrange(1, 1 << 32)) for _ in range(3))
    machine.users.new_machine_sid(new)
    registry = machine.registry
    for sid in [each for each in machine.profiles.all() if each.startswith(f"{old}-")]:
        registry.rename_key(rf"{PROFILE_LIST}\{sid}", sid.replace(old, new))
        if registry.key_exists(rf"HKU\{sid}"):
            registry.rename_key(rf"HKU\{sid}", sid.replace(old, new))
    for package in machine.appx.all():
        package.users = [sid.replace(f"{old}-", f"{new}-") for sid in package.users]


def _random_name() -> str:
    """What Windows calls a computer that nobody named."""
    return f"WIN-{uuid.uuid4().hex[:11].upper()}"


def _product_id() -> str:
    return f"00454-60000-00001-AA{random.SystemRandom().randrange(1000):03d}"


def _log(machine: Machine, data: ProvisioningData) -> None:
    when = f"{machine.time.now():%Y-%m-%d %H:%M:%S}"
    name = re.sub(r"[\r\n]", "", data.computer_name or "*")
    lines = [
        "[Shell Unattend] Entered specialize pass",
        f"[Shell Unattend] Computer name set to '{name}'",
        r"SYSPRP LaunchDll:Successfully executed 'C:\Windows\System32\sppnp.dll,Sysprep_Specialize_Pnp' without error",
        "[setup.exe] Specialize pass completed (a model of Windows Setup)",
    ]
    machine.files.make_folder(PANTHER)
    text = "".join(f"{when}, Info                  {line}\r\n" for line in lines)
    machine.files.write_text(rf"{PANTHER}\setupact.log", text)
    machine.files.write_text(rf"{PANTHER}\setuperr.log", "")
