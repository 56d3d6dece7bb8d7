"""Lays out, once per state folder, what covers the host's /usr in every guest: our programs under their usual names."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from localazure.hypervisor.base import HypervisorError

_SOURCE = Path(__file__).with_name("userland")
_MESSAGES = Path(__file__).parents[1] / "messages.py"
"""The one module that host and guest share."""
_PYTHON = "/usr/bin/python3"
_LIBRARY = "lib/localazure-model"
_NAMES = {
    "bin/apt": "apt",
    "bin/apt-get": "apt",
    "bin/apt-mark": "apt",
    "bin/cloud-init": "cloud_init",
    "bin/hostnamectl": "hostnamectl",
    "bin/journalctl": "journalctl",
    "bin/sudo": "sudo",
    "bin/systemctl": "systemctl",
    "bin/uname": "uname",
    "sbin/halt": "power",
    "sbin/poweroff": "power",
    "sbin/reboot": "power",
    "sbin/shutdown": "power",
    "sbin/waagent": "waagent",
}
"""Path under /usr, and the module of ``userland`` that stands in for it."""
_RUN = f"""#!{_PYTHON} -SEsB
# Runs a module of localazure's model guest: its name, then what it is called by and its arguments.
import sys
sys.path.insert(0, "/usr/{_LIBRARY}")
from importlib import import_module
sys.exit(import_module("localazure.hypervisor.instant.userland." + sys.argv[1]).main(sys.argv[1:]))
"""
_STAND_IN = f"""#!{_PYTHON} -SEsB
# Stands in for the real program in localazure's model guest.
import sys
sys.path.insert(0, "/usr/{_LIBRARY}")
from localazure.hypervisor.instant.userland import %s as program
sys.exit(program.main(sys.argv))
"""
INIT = [f"/usr/{_LIBRARY}/run", "init"]


def lay_out(state: Path) -> Path:
    """The folder to put over the host's /usr. Made anew when the programs changed.

    Raises HypervisorError when the host has no /usr/bin/python3, which runs them.
    """
    folder = state / f"programs-{_fingerprint()}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=state) as scratch:
            made = Path(scratch) / "usr"
            _make(made)
            if not folder.exists():
                made.rename(folder)
    return folder


def _fingerprint() -> str:
    files = (path for path in sorted(_SOURCE.rglob("*")) if path.is_file() and path.suffix != ".pyc")
    text = [f"{path.relative_to(_SOURCE)}\0".encode() + path.read_bytes() for path in files]
    return hashlib.sha256(b"\0".join([*text, _MESSAGES.read_bytes(), Path(__file__).read_bytes()])).hexdigest()[:12]


def _make(usr: Path) -> None:
    package = usr / _LIBRARY / "localazure/hypervisor/instant"
    shutil.copytree(_SOURCE, package / "userland", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package, package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    shutil.copy(_MESSAGES, package.parent)
    _write(usr / _LIBRARY / "run", _RUN)
    for path, module in _NAMES.items():
        _write(usr / path, _STAND_IN % module)
    _compile(package.parent)
    for made in (usr, *usr.rglob("*")):
        made.chmod(made.stat().st_mode | (0o755 if made.is_dir() else 0o444))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def _compile(folder: Path) -> None:
    # Half of what a small program costs is compiling its modules, and the guest cannot keep the result.
    arguments = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
    try:
        subprocess.run([_PYTHON, *arguments], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise HypervisorError(
            f"The model guest's programs need {_PYTHON} (Debian's package python3): {error}"
        ) from error
