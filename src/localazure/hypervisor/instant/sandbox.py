"""The command that starts a model guest: bubblewrap around its disk, with our programs and the host's /usr below it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from localazure.hypervisor.base import HypervisorError
from localazure.hypervisor.instant import programs
from localazure.hypervisor.instant.kernel_files import PATHS

_CAPABILITIES = (
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "SETUID",
    "SETGID",
    "KILL",
    "NET_BIND_SERVICE",
    "SYS_CHROOT",
)
"""What the guest's root may do, to the guest alone. None lets it mount."""
_SCRIPT = """
name=$3
[ -n "$name" ] || name=$(head -n 1 "$2/root/etc/hostname" | tr -cd A-Za-z0-9.- | head -c 64)
mkdir -p "$2/work" "$2/merged" || exit
# The state folder appears at /mnt of a mount namespace that only this guest has: the guest's root may not pass through
# the folders above it, and mount would look at them if it were not told --no-canonicalize.
mount --no-canonicalize --types overlay overlay \\
    --options "userxattr,lowerdir=$1:/usr,upperdir=$2/root/usr,workdir=$2/work" "$2/merged" || exit
mount --no-canonicalize --rbind . /mnt || exit
cd /
shift 3
exec bwrap --unshare-uts --hostname "${name:-localhost}" "$@"
"""
_OWN = ("/usr/lib/systemd/system", "/usr/local", "/usr/share/doc")
"""Folders below /usr that the guest has to itself: the host's would tell of the host, and could not be written."""


@dataclass(frozen=True)
class Places:
    """Folders of one guest, all relative to the state folder, which is where the command must be started."""

    programs: str
    disk: str
    kernel: str
    """Holds the files of ``kernel_files``."""
    data_disks: tuple[tuple[int, str], ...] = ()
    """Files by lun. The guest finds each where Azure's udev rules would link it, and cannot mount it."""


def check_host() -> None:
    """Raises HypervisorError naming the Debian package that is missing."""
    for program, package in (("bwrap", "bubblewrap"), ("nsenter", "util-linux"), ("tar", "tar")):
        if shutil.which(program) is None:
            raise HypervisorError(
                f"The instant hypervisor runs its model guests in bubblewrap, and {program} is missing. "
                f"Install Debian's package {package}: apt-get install {package}"
            )


def command(places: Places, host_name: str | None) -> list[str]:
    """Its standard input is the control socket of ``userland.init``. Without a host name it is the disk's."""
    script = ["sh", "-c", _SCRIPT, "sh", places.programs, places.disk, host_name or ""]
    return ["unshare", "--mount", "--", *script, *_bwrap(places)]


def _bwrap(places: Places) -> list[str]:
    disk = f"/mnt/{places.disk}"
    return [
        "--die-with-parent",
        *("--unshare-pid", "--unshare-net", "--unshare-ipc"),
        *("--bind", f"{disk}/root", "/", "--bind", f"{disk}/merged", "/usr"),
        *(word for path in _OWN for word in ("--bind", f"{disk}/root{path}", path)),
        # Where awk and its like lead is the host's choice, since they are the host's.
        *("--ro-bind", "/etc/alternatives", "/etc/alternatives"),
        *("--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm", "--tmpfs", "/run"),  # noqa: S108  # the guest's
        *(word for name, path in PATHS.items() for word in ("--ro-bind", f"/mnt/{places.kernel}/{name}", path)),
        *(
            word
            for lun, path in places.data_disks
            for word in ("--bind", f"/mnt/{path}", f"/dev/disk/azure/scsi1/lun{lun}")
        ),
        *("--cap-drop", "ALL", *(word for name in _CAPABILITIES for word in ("--cap-add", f"CAP_{name}"))),
        *("--clearenv", "--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        *("--setenv", "LANG", "C.UTF-8", "--", *programs.INIT),
    ]
