"""``python -m localazure.windows.guest``: started by the driver, with the control socket as standard input."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import socket

from localazure.windows.guest.control import Control

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Never returns: threads of programs may still run, and the power is off."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    _die_with_the_driver()
    with socket.socket(fileno=0) as host:
        # What takes long to import is imported while the driver may already ask. All of it stays until the end: a guest
        # starts in four fifths of the time when nobody looks for garbage in it.
        gc.disable()
        from localazure.windows.guest.life import Life  # noqa: PLC0415

        gc.freeze()
        gc.enable()

        control = Control(host)
        control.serve(Life(control).calls)
    os._exit(0)


def _die_with_the_driver() -> None:
    """Also while it is held still for a snapshot, when it could not see its control socket close."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
