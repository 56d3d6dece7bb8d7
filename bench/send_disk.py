"""``python -m bench.send_disk FILE CA``: a disk to a page blob, as Mintage sends it. Standard input: the signed URL."""

from __future__ import annotations

import sys
from pathlib import Path

from mintage.upload import PageBlob, silent, upload_image
from mintage.vhd import open_image


def main(file: str, ca_file: str) -> None:
    opened = open_image(Path(file), generation="V1", seconds=600)
    with opened as image, PageBlob(input(), "blob", ca_file=ca_file) as blob:
        blob.create(image.length, image.sha256)
        upload_image(image, blob, silent)


if __name__ == "__main__":
    main(*sys.argv[1:])
