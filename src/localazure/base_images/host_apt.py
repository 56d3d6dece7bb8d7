"""Where this machine gets Debian's packages from: the image is made through the same mirrors and proxies."""

from __future__ import annotations

from localazure.base_images.commands import BaseImageError, run

_TARGETS = ["apt-get", "indextargets", "--format", "$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)", "Identifier: Packages"]
_SETTINGS = ["apt-config", "dump", "--no-empty", "--format", "%F%t%v%n", "Acquire"]
_CARRIED = ("Acquire::http", "Acquire::https", "Acquire::Retries", "Acquire::ForceIPv")


def sources(suite: str) -> tuple[str, ...]:
    """The host's lines for ``suite``, its updates and its security archive, in sources.list's one-line form."""
    lines = [line.split("\t") for line in run(_TARGETS).splitlines()]
    wanted = {suite, f"{suite}-updates", f"{suite}-security"}
    found = {f"deb {uri} {release} {component}" for uri, release, component in lines if release in wanted}
    if not any(f" {suite} main" in line for line in found):
        raise BaseImageError(
            f"This machine's /etc/apt has no source for Debian {suite} main, and the base image is made from the "
            f"machine's own sources. Add one (for example in /etc/apt/sources.list.d/{suite}.list), then try again."
        )
    return tuple(sorted(found))


def transport_settings() -> tuple[str, ...]:
    """The host's proxy and retry settings, as ``apt.conf`` lines."""
    pairs = (line.split("\t", 1) for line in run(_SETTINGS).splitlines() if "\t" in line)
    return tuple(f'{name} "{value}";' for name, value in pairs if value and name.startswith(_CARRIED))
