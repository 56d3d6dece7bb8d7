"""Installs the recipe's packages into a directory, with mmdebstrap."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

from localazure.base_images import host_apt
from localazure.base_images.commands import follow
from localazure.base_images.recipe import ImageRecipe

_EATMYDATA = Path("/usr/share/mmdebstrap/hooks/eatmydata")
"""Saves dpkg's thousands of fsyncs; a tree that was cut off half way is thrown away anyhow."""


def make_root_tree(recipe: ImageRecipe, root: Path, progress: Callable[[str], None]) -> None:
    """Fill the empty directory ``root``. Raises :class:`BaseImageError` with mmdebstrap's last lines."""
    environment = {
        **os.environ,
        "ROOT_UUID": str(recipe.file_systems.root),
        "ESP_UUID": recipe.file_systems.esp_text,
    }
    follow(_command(recipe, root), environment=environment, on_line=lambda line: _report(line, progress))


def as_tree_owner() -> tuple[str, ...]:
    """What a command that reads or removes the tree must be started with to see its owners as root does."""
    return () if os.geteuid() == 0 else ("mmdebstrap", "--unshare-helper")


def _command(recipe: ImageRecipe, root: Path) -> list[str]:
    overlay = recipe.folder / "overlay"
    hooks = [f"--hook-dir={_EATMYDATA}"] if _EATMYDATA.is_dir() else []
    settings = [f"--aptopt={line}" for line in host_apt.transport_settings()]
    return [
        # Nothing goes on working in a tree whose maker was killed.
        *("setpriv", "--pdeathsig", "TERM", "--"),
        *("mmdebstrap", "--variant=apt", f"--include={','.join(recipe.packages)}"),
        *settings,
        *hooks,
        # The first copy is for what the kernel's installation reads, the second for all else.
        f"--setup-hook={_copy(overlay, 'etc/initramfs-tools', 'usr')}",
        f"--customize-hook={_copy(overlay, '.')}",
        f'--customize-hook=sh {shlex.quote(str(recipe.folder / "customize.sh"))} "$1"',
        *(recipe.suite, str(root)),
        *host_apt.sources(recipe.suite),
    ]


def _copy(overlay: Path, *what: str) -> str:
    """A shell command; the checkout's umask must not decide about modes inside the image."""
    pack = f"tar -C {shlex.quote(str(overlay))} --owner=0 --group=0 --mode=u=rwX,go=rX -c {' '.join(what)}"
    return f'{pack} | tar -C "$1" -x'


def _report(line: str, progress: Callable[[str], None]) -> None:
    kind, _, text = line.partition(": ")
    if kind == "I" and not text.startswith("running --"):
        progress(text)
