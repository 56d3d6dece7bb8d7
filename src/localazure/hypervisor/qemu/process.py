"""Finds and ends a QEMU that some server, perhaps one that died since, started.

QEMU writes its pid file itself and holds a lock on it for as long as it lives (``qemu_write_pidfile``, OFD lock). So
a locked pid file names a living QEMU, and a stranger who was later given the same pid is never mistaken for it.
"""

from __future__ import annotations

import fcntl
import os
import signal
import struct
from pathlib import Path

_FLOCK = "hhqqi"
"""``struct flock`` of the C library: type, whence, start, length, pid."""


def running_pid(pid_file: Path) -> int | None:
    """The pid of the QEMU that holds the file's lock, or None when it has ended."""
    try:
        with pid_file.open() as file:
            question = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            kind: int = struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, question))[0]
            text = file.read().strip()
    except FileNotFoundError:
        return None
    return int(text) if kind != fcntl.F_UNLCK and text.isdecimal() else None


def kill(pid_file: Path, number: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to the QEMU of ``pid_file``; nothing happens when it has ended."""
    pid = running_pid(pid_file)
    if pid is None:
        return
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        # The handle is of the process that had the pid just now; only if the lock is still held it is QEMU's.
        if running_pid(pid_file) == pid:
            signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return
    finally:
        os.close(handle)
