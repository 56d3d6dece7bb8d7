"""systemd's unit files, as far as the model reads them: [Unit] Description, [Service] and [Install] WantedBy."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import NamedTuple

ADMINISTRATOR = Path("/etc/systemd/system")
FOLDERS = (ADMINISTRATOR, Path("/usr/local/lib/systemd/system"), Path("/usr/lib/systemd/system"))
MASK = Path("/dev/null")


class Unit(NamedTuple):
    name: str
    path: Path
    description: str = ""
    start: tuple[str, ...] = ()
    """The command of a service. A unit of the model itself has none: it is active or not, and does nothing."""
    kind: str = "simple"
    user: str = "root"
    directory: str | None = None
    wanted_by: str | None = None
    environment: tuple[str, ...] = ()

    @property
    def masked(self) -> bool:
        return self.path.is_symlink() and self.path.readlink() == MASK

    @property
    def link(self) -> Path | None:
        """The link that enabling it makes; None when it has no [Install] section."""
        return ADMINISTRATOR / f"{self.wanted_by}.wants" / self.name if self.wanted_by else None


def full_name(name: str) -> str:
    return name if "." in name else f"{name}.service"


def find(name: str) -> Unit | None:
    """The unit as its file says now, the administrator's before the distribution's; None when there is no file."""
    wanted = full_name(name)
    paths = [folder / wanted for folder in FOLDERS]
    path = next((path for path in paths if path.is_symlink() or path.exists()), None)
    return None if path is None else _read(wanted, path)


def _read(name: str, path: Path) -> Unit:
    if path.is_symlink() and path.readlink() == MASK:
        return Unit(name, path)
    settings = _settings(path)
    return Unit(
        name,
        path,
        description=settings.get("Description", [""])[-1],
        start=tuple(shlex.split(settings.get("ExecStart", [""])[-1].lstrip("-@:+!"))),
        kind=settings.get("Type", ["simple"])[-1],
        user=settings.get("User", ["root"])[-1],
        directory=settings.get("WorkingDirectory", [None])[-1],
        wanted_by=settings.get("WantedBy", [None])[-1],
        environment=tuple(word for line in settings.get("Environment", []) for word in shlex.split(line or "")),
    )


def _settings(path: Path) -> dict[str, list[str]]:
    settings: dict[str, list[str]] = {}
    for line in path.read_text().replace("\\\n", " ").splitlines():
        key, separator, value = line.partition("=")
        if separator and not line.lstrip().startswith(("#", ";")):
            settings.setdefault(key.strip(), []).append(value.strip())
    return settings


def enabled() -> list[str]:
    """Names of the units that a boot starts."""
    return sorted({link.name for link in ADMINISTRATOR.glob("*.wants/*")})
