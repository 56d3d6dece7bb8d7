"""Processes that init starts for somebody: an SSH channel, sudo, a service."""

from __future__ import annotations

import fcntl
import subprocess
import termios
from pathlib import Path
from typing import NamedTuple

from localazure.hypervisor.instant.userland.logins import Account


class Work(NamedTuple):
    """A program to run as somebody."""

    argv: list[str]
    account: Account
    environment: dict[str, str]
    directory: str | None = None
    """None or one that is gone: the user's home, or / without one."""
    descriptors: tuple[int, int, int] = (-1, -1, -1)
    """Standard input, output and error; -1 for /dev/null."""
    terminal: bool = False
    program: str | None = None
    """What to execute when argv[0] is another name for it, as a login shell's is."""


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
