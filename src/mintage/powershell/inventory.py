"""What a Windows guest is, and what is installed in it."""

from __future__ import annotations

from mintage.artifacts import Inventory, Package
from mintage.errors import UnsupportedGuest
from mintage.powershell.answers import parse_answer
from mintage.powershell.scripts import script
from mintage.remote.windows import WindowsRemote


def take_inventory(remote: WindowsRemote) -> Inventory:
    """List updates, features and programs.

    Raises UnsupportedGuest for Nano Server, say.
    """
    text = remote.output(script("powershell/system.ps1", "powershell/inventory.ps1"))
    answer = parse_answer(text, where="inventory")
    if answer["installation"] not in {"Server", "Server Core", "Client"}:
        raise UnsupportedGuest(
            "Nothing here knows how to generalize this Windows",
            seen=f"{answer['system']}, InstallationType {answer['installation'] or 'unknown'}",
            remedy="Known are Windows Server, with desktop and Core, and Windows clients.",
        )
    found = {Package(name=str(each["name"]), version=str(each["version"] or "")) for each in answer["packages"]}
    installed = sorted(found, key=lambda each: (each.name, each.version))
    return Inventory(os_release=str(answer["system"]), packages=tuple(installed))
