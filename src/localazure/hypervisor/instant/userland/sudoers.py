"""Who may become somebody else without a password. The model asks for none, so who needs one is refused."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path


def allowed(user: str, folder: Path = Path("/etc")) -> bool:
    """Whether ``user`` is root, or named, by group too, in a rule with NOPASSWD of sudoers or sudoers.d.

    Raises KeyError when there is no such user.
    """
    account = pwd.getpwnam(user)
    groups = {f"%{grp.getgrgid(number).gr_name}" for number in os.getgrouplist(user, account.pw_gid) if _known(number)}
    names = {user, "ALL"} | groups
    return account.pw_uid == 0 or any(_grants(line, names) for path in _files(folder) for line in _lines(path))


def _known(group: int) -> bool:
    try:
        return bool(grp.getgrgid(group))
    except KeyError:
        return False


def _files(folder: Path) -> list[Path]:
    # sudo skips names with a dot or a trailing ~: backups of package managers and editors.
    names = sorted((folder / "sudoers.d").glob("*"))
    included = [path for path in names if "." not in path.name and not path.name.endswith("~")]
    return [path for path in (folder / "sudoers", *included) if path.is_file()]


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def _grants(line: str, names: set[str]) -> bool:
    return line.split(maxsplit=1)[0] in names and "NOPASSWD:" in line.replace(" ", "")
