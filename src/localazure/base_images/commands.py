"""Runs the host's tools; a failure says which command, and its last words."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence

LAST_LINES = 15


class BaseImageError(Exception):
    """The base image could not be made. ``str(error)`` says what failed and what to do."""


def run(argv: Sequence[str], *, stdin: str | None = None) -> str:
    """Run to its end and return standard output. Raises :class:`BaseImageError`."""
    try:
        done = subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise _missing(argv[0]) from error
    if done.returncode:
        raise _failed(argv, done.returncode, (done.stderr or done.stdout).splitlines())
    return done.stdout


def follow(argv: Sequence[str], *, environment: Mapping[str, str], on_line: Callable[[str], None]) -> None:
    """Run to its end, giving each line it writes to ``on_line``. Raises :class:`BaseImageError`."""
    last: deque[str] = deque(maxlen=LAST_LINES)
    try:
        process = subprocess.Popen(
            argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
    except FileNotFoundError as error:
        raise _missing(argv[0]) from error
    with process:
        try:
            for line in process.stdout or ():
                last.append(line.rstrip())
                on_line(line.rstrip())
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise _failed(argv, process.returncode, list(last))


def _missing(command: str) -> BaseImageError:
    return BaseImageError(
        f"{command} is not installed; the base image is made with it. "
        "Install the packages of deployments/debian-packages.txt (`make setup` does)."
    )


def _failed(argv: Sequence[str], code: int, lines: Sequence[str]) -> BaseImageError:
    told = "\n".join(lines[-LAST_LINES:]) or "(it wrote nothing)"
    return BaseImageError(f"`{' '.join(argv[:4])} …` ended with exit code {code}. Its last lines:\n{told}")
