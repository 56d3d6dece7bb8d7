"""apt-get, apt and apt-mark: update, install, upgrade, remove, purge, autoremove, clean; hold and showhold."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from localazure.hypervisor.instant.userland import archive_of_debian, dpkg_status, packages

LISTS = Path("/var/lib/apt/lists")
HELD = Path("/var/lib/apt/model-holds")
_SOURCE = "deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages"
_TAKES_VALUE = ("-o", "-t", "-c", "--option", "--target-release", "--config-file")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fail(text: str) -> int:
    sys.stderr.write(f"E: {text}\n")
    return 100


def _words(arguments: list[str]) -> list[str]:
    """The verb and names, without options and the values they take."""
    after = zip(["", *arguments], arguments, strict=False)
    return [word for before, word in after if not word.startswith("-") and before not in _TAKES_VALUE]


def _update(_: list[str]) -> int:
    LISTS.mkdir(parents=True, exist_ok=True)
    (LISTS / _SOURCE).write_text("".join(f"Package: {name}\n\n" for name in archive_of_debian.load()))
    _say("Hit:1 http://deb.debian.org/debian bookworm InRelease\nReading package lists... Done")
    return 0


def _install(names: list[str]) -> int:
    stanzas, offers = dpkg_status.load(), archive_of_debian.load()
    wanted = packages.with_dependencies((name.partition("=")[0].partition(":")[0] for name in names), offers)
    new = [
        offer
        for offer in wanted
        if offer.name not in stanzas or dpkg_status.version(stanzas[offer.name]) != offer.version
    ]
    return _put(new)


def _put(new: list[archive_of_debian.Offer]) -> int:
    if new:
        _say("The following packages will be installed or upgraded:\n  " + " ".join(offer.name for offer in new))
    packages.install(new)
    for offer in new:
        _say(f"Setting up {offer.name} ({offer.version}) ...")
    _say(f"{len(new)} upgraded or newly installed, 0 to remove.")
    return 0


def _upgrade(_: list[str]) -> int:
    held = _held()
    return _put([offer for offer in packages.outdated(dpkg_status.load()) if offer.name not in held])


def _remove(names: list[str], *, purge: bool = False) -> int:
    stanzas = dpkg_status.load()
    unknown = [name for name in names if name not in stanzas and name not in archive_of_debian.load()]
    if unknown:
        return _fail(f"Unable to locate package {unknown[0]}")
    gone = {name for name in names if name in stanzas}
    while more := {name for name, part in stanzas.items() if dpkg_status.dependencies(part) & gone} - gone:
        gone |= more
    for name in sorted(gone):
        _say(f"Removing {name} ({dpkg_status.version(stanzas[name])}) ...")
    packages.remove(sorted(gone), purge=purge)
    return 0


def _purge(names: list[str]) -> int:
    return _remove(names, purge=True)


def _clean(_: list[str]) -> int:
    for path in packages.CACHE.glob("*.deb"):
        path.unlink()
    return 0


def _nothing(_: list[str]) -> int:
    _say("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.")
    return 0


_VERBS: dict[str, Callable[[list[str]], int]] = {
    "update": _update,
    "install": _install,
    "reinstall": _install,
    "upgrade": _upgrade,
    "dist-upgrade": _upgrade,
    "full-upgrade": _upgrade,
    "remove": _remove,
    "purge": _purge,
    "clean": _clean,
    "autoclean": _clean,
    "distclean": _clean,
    "autoremove": _nothing,
    "check": _nothing,
}


def main(arguments: list[str]) -> int:
    if Path(arguments[0]).name == "apt-mark":
        return _mark(_words(arguments[1:]))
    words = _words(arguments[1:])
    if not words or words[0] not in _VERBS:
        return _fail(f"Invalid operation {(words or ['?'])[0]} (localazure's model of apt-get)")
    if os.geteuid() != 0:
        return _fail("Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)")
    purges = words[0] == "remove" and "--purge" in arguments
    try:
        return _VERBS["purge" if purges else words[0]](words[1:])
    except packages.Unknown as error:
        return _fail(str(error))


def _held() -> set[str]:
    return set(HELD.read_text().split()) if HELD.exists() else set()


def _mark(words: list[str]) -> int:
    verb, names = (words or ["?"])[0], set(words[1:])
    if verb in {"hold", "unhold"}:
        HELD.write_text("\n".join(sorted(_held() | names if verb == "hold" else _held() - names)))
        for name in sorted(names):
            _say(f"{name} set on hold." if verb == "hold" else f"Canceled hold on {name}.")
        return 0
    if verb in {"showhold", "showmanual", "showauto"}:
        shown = _held() if verb == "showhold" else set(dpkg_status.load()) if verb == "showmanual" else set()
        sys.stdout.writelines(f"{name}\n" for name in sorted(shown))
        return 0
    return 0 if verb in {"manual", "auto"} else _fail(f"Invalid operation {verb} (localazure's model of apt-mark)")
