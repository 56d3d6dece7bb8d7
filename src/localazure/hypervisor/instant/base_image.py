"""Makes the modelled Debian 12 that the instant hypervisor's machines start from: a tar file of its root folder."""

from __future__ import annotations

import hashlib
import io
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from localazure.hypervisor.instant.userland.dpkg_status import Package

_SOURCE = Path(__file__).with_name("debian12")
_FILES = _SOURCE / "files"
_SUFFIX = ".model-guest.tar"


def base_image(cache_dir: Path) -> Path:
    """What ``InstantHypervisor.import_layer`` takes. Made now unless the cache has it; a few milliseconds."""
    content = _content()
    path = cache_dir / f"debian-12-{hashlib.sha256(content).hexdigest()[:12]}{_SUFFIX}"
    if not path.exists():
        cache_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache_dir, delete=False) as new:
            new.write(content)
        Path(new.name).rename(path)
    return path


def is_base_image(image: Path) -> bool:
    return image.name.endswith(_SUFFIX)


def _content() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member, data in _members():
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def _members() -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """Folders first, so that none is made by extracting what is in it."""
    explicit = {words[0]: words[1:] for words in _table("folders.txt")}
    for path in sorted({*explicit, *_parents()}):
        yield _folder(path, *explicit.get(path, [])), b""
    modes = {words[0]: words[1:] for words in _table("modes.txt")}
    for source in sorted(path for path in _FILES.rglob("*") if path.is_file()):
        path = f"/{source.relative_to(_FILES)}"
        yield _file(path, source.read_bytes(), *modes.get(path, []))
    yield _file("/var/lib/dpkg/status", _status())
    for name, _ in _table("installed.txt"):
        # Without both of them `dpkg --audit` takes the package for broken.
        yield _file(f"/var/lib/dpkg/info/{name}.list", b"/.\n")
        yield _file(f"/var/lib/dpkg/info/{name}.md5sums", b"")
    for path, target in _table("links.txt"):
        yield _link(path, target), b""


def _table(name: str) -> list[list[str]]:
    lines = (_SOURCE / name).read_text().splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def _parents() -> set[str]:
    files = [f"/{path.relative_to(_FILES)}" for path in _FILES.rglob("*") if path.is_file()]
    named = [words[0] for name in ("folders.txt", "links.txt") for words in _table(name)]
    return {str(parent) for path in [*files, *named] for parent in Path(path).parents if str(parent) != "/"}


def _entry(path: str, mode: str, owner: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(path.lstrip("/"))
    member.mode = int(mode, 8)
    member.uid, member.gid = (int(number) for number in owner.split(":"))
    return member


def _folder(path: str, mode: str = "0755", owner: str = "0:0") -> tarfile.TarInfo:
    member = _entry(path, mode, owner)
    member.type = tarfile.DIRTYPE
    return member


def _file(path: str, data: bytes, mode: str = "0644", owner: str = "0:0") -> tuple[tarfile.TarInfo, bytes]:
    member = _entry(path, mode, owner)
    member.size = len(data)
    return member, data


def _link(path: str, target: str) -> tarfile.TarInfo:
    member = _entry(path, "0777", "0:0")
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member


def _status() -> bytes:
    packages = [Package(name, version) for name, version in _table("installed.txt")]
    return ("\n".join(package.stanza() for package in packages) + "\n").encode()
