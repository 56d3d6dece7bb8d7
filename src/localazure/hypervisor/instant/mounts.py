"""What is laid over a running guest's files from outside: the guest's own root may not mount anything."""

from __future__ import annotations

import re
from pathlib import Path

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.instant.user_namespace import UserNamespace

_FILL = r"""
set -e
[ -d /run/full ] && exit
mkdir -m 700 /run/full
mount -t tmpfs -o size=128k,nr_inodes=400 full /run/full
# What is mounted below a folder does not show through what is mounted over it.
mkdir /run/full/alternatives
mount --bind /etc/alternatives /run/full/alternatives
for folder in etc home opt root srv tmp usr/local var; do
    [ -d "/$folder" ] || continue
    mkdir -p "/run/full/$folder/upper" "/run/full/$folder/work"
    chown --reference="/$folder" "/run/full/$folder/upper"
    chmod --reference="/$folder" "/run/full/$folder/upper"
    layers="lowerdir=/$folder,upperdir=/run/full/$folder/upper,workdir=/run/full/$folder/work"
    mount -t overlay -o "userxattr,$layers" full "/$folder"
done
mount --bind /run/full/alternatives /etc/alternatives
cat /dev/zero > /run/full/rest 2> /dev/null || :
number=0
while true 2> /dev/null > "/run/full/$number"; do number=$((number + 1)); done
"""
_EMPTY = r"""
[ -d /run/full ] || exit 0
umount -l /etc/alternatives
for folder in var usr/local tmp srv root opt home etc; do umount -l "/$folder" 2> /dev/null; done
umount -l /run/full/alternatives /run/full
rmdir /run/full
"""
_SKEW = r"""
set -e
umount /usr/bin/date 2> /dev/null || :
[ -n "$1" ] || exit 0
[ -e /run/true-date ] || cp /usr/bin/date /run/true-date
printf '%s' "$1" > /run/skewed-date
chmod 755 /run/skewed-date
mount --bind /run/skewed-date /usr/bin/date
"""
_DATE = """#!/bin/sh
# Stands for the date of a machine whose clock is wrong.
for word; do
    case $word in -d* | --date* | -r* | --reference* | -s* | --set*) exec /run/true-date "$@" ;; esac
done
exec /run/true-date --date="@$(($(/run/true-date +%s) + {seconds:d}))" "$@"
"""


class GuestMounts:
    """``process``: the one that was started to become the guest. Raises HypervisorError when the host refuses."""

    def __init__(self, users: UserNamespace, process: int) -> None:
        self._users, self._process = users, process

    def fill_disk(self) -> None:
        """From now on every folder that is on the disk is read through, and takes nothing more."""
        self._run(_FILL)

    def empty_disk(self) -> None:
        self._run(_EMPTY)

    def skew_clock(self, seconds: float) -> None:
        """Who asks ``date`` is told another time. The kernel's clock is the host's, so files' times are true."""
        self._run(_SKEW, _DATE.format(seconds=round(seconds)) if seconds else "")

    def _run(self, script: str, *arguments: str) -> None:
        inside = self._inside()
        # umount asks /proc, which tells of itself only to those whom its own processes include.
        enter = ["nsenter", f"--mount=/proc/{inside}/ns/mnt", f"--pid=/proc/{inside}/ns/pid", "--"]
        self._users.run([*enter, "sh", "-c", script, "sh", *arguments], Path("/"))

    def _inside(self) -> int:
        """A process that has the guest's own mounts: bubblewrap's child."""
        children = Path(f"/proc/{self._process}/task/{self._process}/children")
        found = re.match(r"\d+", children.read_text()) if children.exists() else None
        if found is None:
            raise HypervisorError(f"The model guest of process {self._process} has ended")
        return int(found[0])
