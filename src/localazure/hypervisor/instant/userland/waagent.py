"""waagent 2.7.3 as far as images care: its version, and deprovisioning with all it does, does not do and gets wrong.

The order and the traps are those of WALinuxAgent's pa/deprovision handlers on Debian.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from localazure.hypervisor.instant.userland import asking_init

VERSION = "WALinuxAgent-2.7.3.0 (localazure's model) running on debian 12"
LIBRARY = Path("/var/lib/waagent")
CONFIGURATION = Path("/etc/waagent.conf")
_USER = "{http://schemas.microsoft.com/windowsazure}UserName"
_LEASES = ("var/lib/dhclient", "var/lib/dhcpcd", "var/lib/dhcp", "var/lib/NetworkManager", "run/systemd/netif/leases")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _configured(name: str) -> bool:
    text = CONFIGURATION.read_text() if CONFIGURATION.exists() else ""
    found = re.findall(rf"(?m)^\s*{re.escape(name)}\s*=\s*(\w+)", text)
    return bool(found) and found[-1].lower() == "y"


def _empty(folder: Path) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _warn(with_user: bool) -> None:
    _say("WARNING! The waagent service will be stopped.")
    if _configured("Provisioning.RegenerateSshHostKeyPair"):
        _say("WARNING! All SSH host key pairs will be deleted.")
    _say("WARNING! Cached DHCP leases will be deleted.")
    if _configured("Provisioning.DeleteRootPassword"):
        _say("WARNING! root password will be disabled. You will not be able to login as root.")
    _say("WARNING! /etc/resolv.conf will be deleted.")
    if with_user:
        user = _provisioned_user()
        _say(f"WARNING! {user} account and entire home directory will be deleted." if user else "Skip delete user")


def _provisioned_user() -> str | None:
    """The last user that was provisioned; without ovf-env.xml the agent does not know of any."""
    try:
        found = ET.parse(LIBRARY / "ovf-env.xml").find(f".//{_USER}")  # noqa: S314  # the model's own file
    except (OSError, ET.ParseError):
        return None
    return found.text if found is not None else None


def _lock_root() -> None:
    lines = Path("/etc/shadow").read_text().splitlines()
    locked = (":".join(["root", "!LK!", *line.split(":")[2:]]) if line.startswith("root:") else line for line in lines)
    Path("/etc/shadow").write_text("".join(f"{line}\n" for line in locked))


def _delete_user(user: str) -> None:
    Path("/var/run/utmp").unlink(missing_ok=True)
    # userdel's failure is swallowed by the agent too.
    subprocess.run(["/usr/sbin/userdel", "-f", "-r", user], check=False)
    Path("/etc/sudoers.d/waagent").unlink(missing_ok=True)


def deprovision(*, with_user: bool) -> None:
    user = _provisioned_user() if with_user else None
    asking_init.ask(ask="stop", unit="walinuxagent.service")
    if _configured("Provisioning.RegenerateSshHostKeyPair"):
        for path in Path("/etc/ssh").glob("ssh_host_*key*"):
            path.unlink()
    for folder in _LEASES:
        _empty(Path("/") / folder)
    Path("/etc/hostname").write_text("localhost.localdomain\n")
    if _configured("Provisioning.DeleteRootPassword"):
        _lock_root()
    _empty(LIBRARY)
    _empty(Path("/var/log/azure"))
    Path("/root/.bash_history").unlink(missing_ok=True)
    Path("/var/log/waagent.log").unlink(missing_ok=True)
    Path("/etc/resolv.conf").unlink(missing_ok=True)
    if user:
        _delete_user(user)
    Path("/etc/systemd/system/waagent-network-setup.service").unlink(missing_ok=True)


def _deprovision(options: set[str], *, with_user: bool) -> int:
    if os.geteuid() != 0:
        sys.stderr.write("waagent: deprovisioning must be run as root\n")
        return 1
    _warn(with_user)
    if not {"-force", "--force"} & options:
        sys.stdout.write("Do you want to proceed (y/n)")
        sys.stdout.flush()
        if not sys.stdin.readline().lower().startswith("y"):
            return 0
    deprovision(with_user=with_user)
    return 0


def main(arguments: list[str]) -> int:
    options = set(arguments[1:])
    for name, with_user in (("deprovision+user", True), ("deprovision", False)):
        if {f"-{name}", f"--{name}"} & options:
            return _deprovision(options, with_user=with_user)
    if {"-version", "--version"} & options:
        _say(VERSION)
        return 0
    _say("usage: waagent [-verbose] [-force] [-help] -deprovision[+user] | -version")
    return 0 if {"-help", "--help", "-h"} & options else 64
