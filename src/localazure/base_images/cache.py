"""Makes an image once and keeps it; makers that meet wait for each other, and what a dead one left is removed."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from localazure.base_images.commands import run
from localazure.base_images.disk import make_disk
from localazure.base_images.image import BaseImage
from localazure.base_images.recipe import DEBIAN_12, ImageRecipe
from localazure.base_images.root_tree import as_tree_owner, make_root_tree

_log = logging.getLogger("localazure.base_images")

Progress = Callable[[str], None]


def ensure_base_image(cache_dir: Path, *, progress: Progress, recipe: ImageRecipe = DEBIAN_12) -> BaseImage:
    """The image from ``cache_dir``, made first when it is not there (about a minute and 1.5 GB while it is made).

    ``progress`` is given a line whenever something begins. Raises :class:`BaseImageError`.
    """
    cache_dir.mkdir(parents=True, exist_ok=True)
    name = f"{recipe.offer}-{recipe.key}"
    final = cache_dir.absolute() / name
    if not (final / "image.json").exists():
        with FileLock(cache_dir / f"{name}.lock"):
            # Another maker may have finished it while this one waited.
            if not (final / "image.json").exists():
                _make(recipe, final, progress)
    image = BaseImage.model_validate_json((final / "image.json").read_bytes())
    # The cache may have been moved since.
    return image.model_copy(update={"path": final / image.path.name})


def _make(recipe: ImageRecipe, final: Path, progress: Progress) -> None:
    began = time.monotonic()
    draft = final.with_name(f".{final.name}.making")
    _remove(draft)
    draft.mkdir()
    progress(f"Making the base image {recipe.publisher}:{recipe.offer}:{recipe.sku}, once; it is kept in {final}.")
    make_root_tree(recipe, draft / "root", progress)
    progress("Writing the disk ...")
    _write_disk(recipe, draft)
    # A directory without image.json under the final name could only come from a hand; it is not an image.
    _remove(final)
    draft.rename(final)
    progress(f"The base image is ready after {time.monotonic() - began:.0f} s.")


def _write_disk(recipe: ImageRecipe, draft: Path) -> None:
    raw, disk = draft / "disk.raw", draft / "disk.qcow2"
    ids = recipe.file_systems
    make_disk(draft / "root", raw, size_bytes=recipe.size_bytes, ids=ids, as_owner=as_tree_owner())
    _remove(draft / "root")
    run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", str(raw), str(disk)])
    raw.unlink()
    # Layers stand on this file for as long as they live.
    disk.chmod(0o444)
    (draft / "image.json").write_text(_describe(recipe, disk).model_dump_json(indent=2))


def _describe(recipe: ImageRecipe, disk: Path) -> BaseImage:
    return BaseImage(
        path=disk,
        version=f"{recipe.release}.{datetime.now(UTC):%Y%m%d}.0",
        publisher=recipe.publisher,
        offer=recipe.offer,
        sku=recipe.sku,
        generation="V2",
        size_bytes=recipe.size_bytes,
    )


def _remove(tree: Path) -> None:
    if not tree.exists():
        return
    owner = as_tree_owner()
    if owner:
        run([*owner, "rm", "-rf", str(tree)])
    shutil.rmtree(tree, ignore_errors=True)
