"""The user that Azure asks for: passwd, shadow, group, home and authorized_keys."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

ETC = Path("/etc")
_FIRST_ID = 1000
_GROUPS = ("adm", "sudo", "cdrom", "dip", "plugdev")
"""Those of cloud.cfg's default_user that the model's group file has."""


def add_administrator(name: str, keys: list[str]) -> None:
    """Create the user unless it exists, and add its public keys."""
    if not _exists(name):
        number = _free_id()
        _append("passwd", f"{name}:x:{number}:{number}:Debian:/home/{name}:/bin/bash")
        _append("shadow", f"{name}:!:20000:0:99999:7:::")
        _append("group", f"{name}:x:{number}:")
        _append("gshadow", f"{name}:!::")
        _join_groups(name)
        _make_home(name, number)
    _authorize(name, keys)


def _exists(name: str) -> bool:
    return any(line.startswith(f"{name}:") for line in (ETC / "passwd").read_text().splitlines())


def _free_id() -> int:
    used = {int(line.split(":")[2]) for line in (ETC / "passwd").read_text().splitlines() if line.count(":") > 1}
    return next(number for number in range(_FIRST_ID, 60_000) if number not in used)


def _append(file: str, line: str) -> None:
    # The tools keep the file as it was before under a name with a hyphen: a trace of users that hygiene must find.
    shutil.copy2(ETC / file, ETC / f"{file}-")
    with (ETC / file).open("a") as table:
        table.write(f"{line}\n")


def _join_groups(name: str) -> None:
    for file in ("group", "gshadow"):
        lines = (ETC / file).read_text().splitlines()
        (ETC / file).write_text("".join(f"{_with_member(line, name)}\n" for line in lines))


def _with_member(line: str, name: str) -> str:
    group, members = line.split(":", maxsplit=1)[0], line.rpartition(":")[2]
    if group not in _GROUPS:
        return line
    return f"{line},{name}" if members else f"{line}{name}"


def _make_home(name: str, number: int) -> None:
    home = Path("/home") / name
    home.mkdir(mode=0o755, exist_ok=True)
    for path in (ETC / "skel").iterdir():
        shutil.copy(path, home / path.name)
    for path in (home, *home.iterdir()):
        os.chown(path, number, number)


def _authorize(name: str, keys: list[str]) -> None:
    account = pwd.getpwnam(name)
    folder = Path(account.pw_dir) / ".ssh"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "authorized_keys"
    known = file.read_text().splitlines() if file.exists() else []
    file.write_text("".join(f"{key.strip()}\n" for key in dict.fromkeys([*known, *keys]) if key.strip()))
    file.chmod(0o600)
    for path in (folder, file):
        os.chown(path, account.pw_uid, account.pw_gid)
