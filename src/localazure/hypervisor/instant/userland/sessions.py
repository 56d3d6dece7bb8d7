"""Processes that init starts for somebody: an SSH channel, sudo, a service."""

from __future__ import annotations

import fcntl
import os
import pwd
import subprocess
import termios
from dataclasses import dataclass, field
from pathlib import Path

USER_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""As sshd and sudo of Debian 12 set them. A user's has no sbin: a script that forgets it fails here as there."""


@dataclass(frozen=True)
class Account:
    """Who a session is: looked up when it begins, since it goes on when its user is deleted meanwhile."""

    name: str
    uid: int
    gid: int
    groups: list[int]
    home: str
    shell: str


@dataclass(frozen=True)
class Work:
    """A program to run as somebody."""

    argv: list[str]
    account: Account
    environment: dict[str, str] = field(default_factory=dict)
    directory: str | None = None
    """None or one that is gone: the user's home, or / without one."""
    descriptors: tuple[int, int, int] = (-1, -1, -1)
    """Standard input, output and error; -1 for /dev/null."""
    terminal: bool = False
    program: str | None = None
    """What to execute when argv[0] is another name for it, as a login shell's is."""


def account(user: str) -> Account:
    """Raises KeyError when there is no such user."""
    entry = pwd.getpwnam(user)
    groups = os.getgrouplist(user, entry.pw_gid)
    return Account(user, entry.pw_uid, entry.pw_gid, groups, entry.pw_dir, entry.pw_shell or "/bin/sh")


def login_environment(who: Account) -> dict[str, str]:
    """What sshd gives a session."""
    path = USER_PATH if who.uid else ROOT_PATH
    names = {"USER": who.name, "LOGNAME": who.name, "HOME": who.home, "SHELL": who.shell, "PATH": path}
    return {"LANG": "C.UTF-8"} | names


def start(work: Work) -> subprocess.Popen[bytes]:
    """Begin the work in a session of its own. Raises OSError as exec does."""
    streams = [subprocess.DEVNULL if number < 0 else number for number in work.descriptors]
    return subprocess.Popen(
        work.argv,
        executable=work.program,
        stdin=streams[0],
        stdout=streams[1],
        stderr=streams[2],
        env=work.environment,
        cwd=_directory(work.directory, work.account.home),
        user=work.account.uid,
        group=work.account.gid,
        extra_groups=work.account.groups,
        umask=0o022,
        start_new_session=True,
        preexec_fn=_take_terminal if work.terminal else None,  # noqa: PLW1509  # init has one thread
    )


def _directory(wanted: str | None, home: str) -> str:
    return next((path for path in (wanted, home) if path and Path(path).is_dir()), "/")


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
