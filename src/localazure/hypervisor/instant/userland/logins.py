"""Whose sessions are: looked up in the guest's own files. Loaded by every sudo, so it loads little itself."""

from __future__ import annotations

import os
import pwd
from typing import NamedTuple

USER_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""As sshd and sudo of Debian 12 set them. A user's has no sbin: a script that forgets it fails here as there."""


class Account(NamedTuple):
    """Who a session is: looked up when it begins, since it goes on when its user is deleted meanwhile."""

    name: str
    uid: int
    gid: int
    groups: list[int]
    home: str
    shell: str


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
