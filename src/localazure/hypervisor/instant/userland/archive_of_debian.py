"""What the model guest can install: names and versions of Debian 12, and for some packages the files they bring."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ARCHIVE = Path(__file__).with_name("archive")
LINK = ".symlink"


@dataclass(frozen=True)
class Offer:
    name: str
    version: str
    depends: tuple[str, ...]

    @property
    def files(self) -> list[tuple[Path, Path]]:
        """Pairs of a file in the archive and where it goes; ``x.symlink`` holds where the link x leads."""
        folder = ARCHIVE / "files" / self.name
        paths = [path for path in sorted(folder.rglob("*")) if not path.is_dir()]
        return [(path, Path("/") / str(path.relative_to(folder)).removesuffix(LINK)) for path in paths]


def load(table: Path = ARCHIVE / "packages.txt") -> dict[str, Offer]:
    """Lines of name, version and, after a colon, what it depends on."""
    offers = {}
    for line in table.read_text().splitlines():
        if line and not line.startswith("#"):
            (name, version), depends = line.split(" :")[0].split(), line.partition(" :")[2].split()
            offers[name] = Offer(name, version, tuple(depends))
    return offers
