"""Installing, upgrading and removing packages, with the traces apt and dpkg leave."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from localazure.hypervisor.instant.userland import archive_of_debian, asking_init, dpkg_status, enablement
from localazure.hypervisor.instant.userland.archive_of_debian import Offer

CACHE = Path("/var/cache/apt/archives")
CONFIGURATION = Path("/etc")


class Unknown(Exception):
    """No package of that name; its text is what apt says."""


def with_dependencies(names: Iterable[str], offers: dict[str, Offer]) -> list[Offer]:
    """The packages and all they need, what is needed first. Raises Unknown."""
    ordered: dict[str, Offer] = {}

    def add(name: str) -> None:
        if name not in offers:
            raise Unknown(f"Unable to locate package {name}")
        if name not in ordered:
            for needed in offers[name].depends:
                add(needed)
            ordered[name] = offers[name]

    for name in names:
        add(name)
    return list(ordered.values())


def outdated(stanzas: dict[str, str]) -> list[Offer]:
    """What the archive has in another version than the one installed."""
    offers = archive_of_debian.load()
    known = [offers[name] for name in stanzas if name in offers]
    return [offer for offer in known if dpkg_status.version(stanzas[offer.name]) != offer.version]


def install(offers: list[Offer]) -> None:
    stanzas = dpkg_status.load()
    for offer in offers:
        _unpack(offer)
        stanzas[offer.name] = dpkg_status.Package(offer.name, offer.version, offer.depends).stanza()
        _log(f"status installed {offer.name}:amd64 {offer.version}")
    dpkg_status.save(stanzas)
    _history("Install", offers)
    for unit in (target.name for offer in offers for _, target in offer.files if target.suffix == ".service"):
        enablement.enable(unit)
        asking_init.ask(ask="start", unit=unit)


def _unpack(offer: Offer) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / f"{offer.name}_{offer.version.replace(':', '%3a')}_amd64.deb").write_text("a package of the model guest\n")
    targets = [Path(f"/usr/share/doc/{offer.name}/copyright")]
    targets[0].parent.mkdir(parents=True, exist_ok=True)
    targets[0].write_text("A package of localazure's model guest: it has no content but its name.\n")
    for source, target in offer.files:
        targets.append(target)
        if (target.exists() or target.is_symlink()) and CONFIGURATION in target.parents:
            # dpkg keeps a configuration file that is there.
            continue
        _place(source, target)
    dpkg_status.INFO.mkdir(exist_ok=True)
    (dpkg_status.INFO / f"{offer.name}.list").write_text("".join(f"{path}\n" for path in targets))
    (dpkg_status.INFO / f"{offer.name}.md5sums").touch()


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == archive_of_debian.LINK:
        target.symlink_to(source.read_text())
    else:
        shutil.copy(source, target)


def remove(names: list[str], *, purge: bool) -> None:
    stanzas = dpkg_status.load()
    for name in names:
        listing = dpkg_status.INFO / f"{name}.list"
        for line in listing.read_text().splitlines() if listing.exists() else ():
            _remove_file(Path(line), purge=purge)
        for path in dpkg_status.INFO.glob(f"{name}.*"):
            path.unlink()
        _log(f"status not-installed {name}:amd64")
        stanzas.pop(name, None)
    dpkg_status.save(stanzas)


def _remove_file(path: Path, *, purge: bool) -> None:
    if path.suffix == ".service":
        asking_init.ask(ask="stop", unit=path.name)
        enablement.disable(path.name)
    if not path.is_dir() and (purge or CONFIGURATION not in path.parents):
        path.unlink(missing_ok=True)


def _log(text: str) -> None:
    with Path("/var/log/dpkg.log").open("a") as log:
        log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")


def _history(what: str, offers: list[Offer]) -> None:
    folder = Path("/var/log/apt")
    folder.mkdir(exist_ok=True)
    names = ", ".join(f"{offer.name}:amd64 ({offer.version})" for offer in offers)
    with (folder / "history.log").open("a") as log:
        log.write(f"\nStart-Date: {time.strftime('%Y-%m-%d  %H:%M:%S')}\n{what}: {names}\n")
