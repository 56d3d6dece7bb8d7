"""Sending a disk to a page blob: only what there is of it, in parallel, and on from where it was."""

from mintage.upload.blob import PageBlob
from mintage.upload.transfer import Progress, Seldom, copy_blob, silent, until, upload_image

__all__ = ["PageBlob", "Progress", "Seldom", "copy_blob", "silent", "until", "upload_image"]
