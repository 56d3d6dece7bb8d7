"""Calls ``qemu-img``, which reads what Azure does not take. Raw files and fixed VHDs need none of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from mintage.errors import DeadlinePassed, SourceError

_DESCRIBE_SECONDS = 60


def describe(path: Path, kind: str) -> dict[str, Any]:
    """What ``qemu-img info`` says. Raises SourceError."""
    told = _run(["info", "--output=json", "--image-opts", _options(path, kind)], path, _DESCRIBE_SECONDS)
    described: dict[str, Any] = json.loads(told)
    return described


def to_raw(path: Path, kind: str, out: Path, seconds: float) -> None:
    """Write the disk as a raw file with holes where it has nothing. Raises SourceError, DeadlinePassed."""
    _run(["convert", "--image-opts", "-O", "raw", "-S", "4k", _options(path, kind), str(out)], path, seconds)


def _options(path: Path, kind: str) -> str:
    # The size of a VHD is the one in its footer, and not that of its old geometry fields.
    exact = ",force_size_calc=current_size" if kind == "vpc" else ""
    name = str(path.absolute()).replace(",", ",,")
    return f"driver={kind},file.driver=file,file.filename={name}{exact}"


def _run(arguments: list[str], path: Path, seconds: float) -> str:
    try:
        done = subprocess.run(
            ["qemu-img", *arguments], capture_output=True, text=True, errors="replace", check=False, timeout=seconds
        )
    except FileNotFoundError as error:
        raise SourceError(
            "This disk image can only be read with qemu-img, and that is not installed",
            where=str(path),
            seen=str(error),
            remedy="install it where the worker runs: apt-get install qemu-utils",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise DeadlinePassed(
            "qemu-img did not end in time",
            where=str(path),
            seen=f"it still ran after {seconds:.0f} s",
            remedy="give it longer in the recipe (timeouts.convert), or give a raw file or a fixed VHD",
        ) from error
    if done.returncode:
        raise SourceError(
            "qemu-img cannot read this disk image",
            where=str(path),
            seen=done.stderr.strip() or f"exit code {done.returncode}",
            remedy="is the file whole? qemu-img check says more",
        )
    return done.stdout
