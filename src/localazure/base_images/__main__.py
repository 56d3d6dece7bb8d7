"""``python -m localazure.base_images``: makes the base image alone, and says where it is."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from localazure.base_images import BaseImageError, ensure_base_image
from localazure.settings import ServerSettings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m localazure.base_images", description=__doc__)
    default = ServerSettings().cache / "base_images"
    parser.add_argument("--cache-dir", type=Path, default=default, help="where images are kept (%(default)s)")
    cache_dir = parser.parse_args().cache_dir
    try:
        image = ensure_base_image(cache_dir, progress=_say)
    except BaseImageError as error:
        _say(str(error))
        return 1
    sys.stdout.write(image.model_dump_json(indent=2) + "\n")
    return 0


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
