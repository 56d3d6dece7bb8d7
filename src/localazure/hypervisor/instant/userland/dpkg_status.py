"""dpkg's table of installed packages: the real dpkg-query reads what this writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STATUS = Path("/var/lib/dpkg/status")
INFO = Path("/var/lib/dpkg/info")


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    depends: tuple[str, ...] = ()

    def stanza(self) -> str:
        lines = [
            f"Package: {self.name}",
            "Status: install ok installed",
            "Priority: optional",
            "Section: misc",
            "Maintainer: localazure's model",
            "Architecture: amd64",
            f"Version: {self.version}",
            *([f"Depends: {', '.join(self.depends)}"] if self.depends else []),
            "Description: a package of the model guest",
        ]
        return "".join(f"{line}\n" for line in lines)


def load() -> dict[str, str]:
    """The stanza of each package, by its name."""
    stanzas = (part for part in STATUS.read_text().split("\n\n") if part.strip())
    return {_field(part, "Package"): f"{part.strip()}\n" for part in stanzas}


def save(stanzas: dict[str, str]) -> None:
    new = STATUS.with_name("status-new")
    new.write_text("\n".join(stanzas[name] for name in sorted(stanzas)) + "\n")
    STATUS.replace(STATUS.with_name("status-old"))
    new.replace(STATUS)


def version(stanza: str) -> str:
    return _field(stanza, "Version")


def dependencies(stanza: str) -> set[str]:
    return {word.split()[0] for word in _field(stanza, "Depends").split(",") if word.strip()}


def installed(stanza: str) -> bool:
    return _field(stanza, "Status").endswith(" installed")


def _field(stanza: str, name: str) -> str:
    lines = (line.partition(":") for line in stanza.splitlines())
    return next((value.strip() for key, _, value in lines if key == name), "")
