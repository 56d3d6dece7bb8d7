"""The users of the model guests: root in a guest is nobody on the host.

Without this a guest's root could write the host's /proc/sys, which the kernel guards by the user's number alone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from localazure.hypervisor.base import HypervisorError

_FIRST = 0x7000_0000
"""The host's number for a guest's root when localazure runs as root: above all that systemd and adduser give away."""
_COUNT = 65_536


class UserNamespace:
    """Holds one user namespace open. ``command`` makes a program run in it as the guest's root.

    As root a fixed range of numbers is mapped; as another user that user becomes the guest's root, and its /etc/subuid
    range the guest's other users. Raises HypervisorError when the host does not allow it.
    """

    def __init__(self) -> None:
        # It waits on its standard input until the namespace is mapped and opened here.
        waiting = ["unshare", "--user", "sh", "-c", "echo; read _"]
        with subprocess.Popen(waiting, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as holder:
            if not holder.stdout or not holder.stdout.read(1):
                raise HypervisorError(f"The instant hypervisor cannot make a user namespace: {_said(holder)}")
            _map_users(holder.pid)
            self.descriptor = os.open(f"/proc/{holder.pid}/ns/user", os.O_RDONLY)

    @property
    def root(self) -> int:
        """The host's number for the guest's root."""
        return os.geteuid() or _FIRST

    def command(self, argv: list[str]) -> list[str]:
        """For a process that is started with ``pass_fds=[self.descriptor]``."""
        return ["nsenter", f"--user=/proc/self/fd/{self.descriptor}", "--setuid=0", "--setgid=0", "--", *argv]

    def run(self, argv: list[str], folder: Path, stdin: int | None = None, stdout: int = subprocess.PIPE) -> None:
        """Run a program in ``folder`` as the guest's root. Raises HypervisorError with what it said."""
        done = subprocess.run(
            self.command(argv),
            check=False,
            cwd=folder,
            pass_fds=[self.descriptor],
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        if done.returncode != 0:
            raise HypervisorError(
                f"{argv[0]} failed in {folder} with exit code {done.returncode}: {done.stderr.strip()}"
            )

    def close(self) -> None:
        os.close(self.descriptor)


def _said(process: subprocess.Popen[bytes]) -> str:
    said = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
    return f"{said}. Allow them: sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000"


def _map_users(pid: int) -> None:
    if os.geteuid() == 0:
        for kind in ("uid", "gid"):
            Path(f"/proc/{pid}/{kind}_map").write_text(f"0 {_FIRST} {_COUNT}")
        return
    for kind, own in (("uid", os.geteuid()), ("gid", os.getegid())):
        first = _subordinate(kind)
        _new_map(f"new{kind}map", [str(pid), "0", str(own), "1", "1", str(first), str(_COUNT - 1)])


def _new_map(program: str, arguments: list[str]) -> None:
    if shutil.which(program) is None:
        raise HypervisorError(f"{program} is missing. Install Debian's package uidmap, or run localazure as root.")
    done = subprocess.run([program, *arguments], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise HypervisorError(f"{program} refused to map the model guests' users: {done.stderr.strip()}")


def _subordinate(kind: str) -> int:
    table, user = Path(f"/etc/sub{kind}"), os.geteuid()
    lines = (line.split(":") for line in (table.read_text().splitlines() if table.exists() else ()))
    for name, first, count in (words for words in lines if len(words) == 3):
        if name in {str(user), _name(user)} and int(count) >= _COUNT - 1:
            return int(first)
    remedy = f"usermod --add-sub{kind}s 100000-165535 {_name(user)}"
    raise HypervisorError(
        f"{table} gives user {_name(user)} no {_COUNT} numbers for the model guests' users. Run: {remedy}"
    )


def _name(user: int) -> str:
    return pwd.getpwuid(user).pw_name
