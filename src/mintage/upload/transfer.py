"""From a disk image, or from another blob, to a page blob: what is missing there and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from mintage.errors import DeadlinePassed, SourceError
from mintage.upload.blob import PageBlob
from mintage.upload.parallel import WORKERS, Send, send_all
from mintage.upload.ranges import pieces, total, without
from mintage.vhd import Range, VhdImage
from mintage.waiting import Clock

Progress = Callable[[int, int], None]
"""Told how many bytes are there, and how many there are to be."""


def silent(there: int, whole: int) -> None:
    """Progress for those who do not care."""


class Seldom:
    """Tells a progress on: the first and the last, and between them not more often than every so many seconds."""

    def __init__(self, progress: Progress, seconds: float, clock: Clock = time.monotonic) -> None:
        self._progress, self._seconds, self._clock = progress, seconds, clock
        self._next = clock()

    def __call__(self, there: int, whole: int) -> None:
        if there == whole or self._clock() >= self._next:
            self._next = self._clock() + self._seconds
            self._progress(there, whole)


def until(deadline: float, field: str, where: str, progress: Progress, clock: Clock = time.monotonic) -> Progress:
    """The same progress, which ends what tells it when ``clock()`` passes the deadline: it raises DeadlinePassed.

    ``field`` is the recipe's, which says how long it may take.
    """

    def told(there: int, whole: int) -> None:
        if there < whole and clock() > deadline:
            raise DeadlinePassed(
                "The disk was not there in time",
                where=where,
                seen=f"{there} of {whole} bytes were there",
                remedy=f"give it longer in the recipe ({field}), or go on: what is missing is sent",
            )
        progress(there, whole)

    return told


@dataclass
class _Count:
    """Bytes that are there, told on."""

    there: int
    whole: int
    progress: Progress = field(repr=False)

    def __call__(self, more: int) -> None:
        self.there += more
        self.progress(self.there, self.whole)


def upload_image(image: VhdImage, blob: PageBlob, progress: Progress, *, workers: int = WORKERS) -> int:
    """Send what the blob does not have yet of the image; the bytes that were sent.

    What an upload that was cut off has brought is not sent again: the caller sees to it that it was of this image.
    In memory is one piece of 4 MiB for each worker. Raises SourceError when the blob is of another size, and what
    ``PageBlob`` does.
    """
    return _filled(
        blob, image.length, image.ranges, lambda piece: blob.write(piece, image.read(*piece)), progress, workers
    )


def copy_blob(
    source: PageBlob,
    blob: PageBlob,
    progress: Progress,
    *,
    etag: str,
    authorization: Callable[[], str | None] = lambda: None,
    workers: int = WORKERS,
) -> int:
    """As ``upload_image``, from a blob that is a fixed VHD; the bytes do not pass through here.

    ``etag`` is of the source, which must not change meanwhile. ``authorization`` gives the header by which the service
    may read it, where its URL does not carry a permission.
    """
    return _filled(
        blob,
        source.length(),
        source.written(),
        lambda piece: blob.copy(source.url, piece, etag=etag, authorization=authorization()),
        progress,
        workers,
    )


def _filled(blob: PageBlob, length: int, ranges: Iterable[Range], send: Send, progress: Progress, workers: int) -> int:
    _check_length(blob, length)
    wanted, there = tuple(ranges), blob.written()
    for stale in list(without(there, wanted)):
        blob.clear(stale)
    missing = tuple(without(wanted, there))
    todo, whole = total(missing), total(wanted)
    progress(whole - todo, whole)
    send_all(pieces(missing), send, _Count(whole - todo, whole, progress), workers=workers)
    _check_complete(blob, wanted)
    return todo


def _check_length(blob: PageBlob, length: int) -> None:
    found = blob.length()
    if found != length:
        raise SourceError(
            "The blob to upload to is of another size than the disk",
            where=blob.where,
            seen=f"{found} bytes there, {length} here",
            remedy="remove it, and start again",
        )


def _check_complete(blob: PageBlob, wanted: tuple[Range, ...]) -> None:
    """Every page was checked by its hash when it came; this sees that all came, and no others."""
    there = blob.written()
    lost, foreign = total(without(wanted, there)), total(without(there, wanted))
    if lost or foreign:
        raise SourceError(
            "The blob does not hold what was sent",
            where=blob.where,
            seen=f"{lost} bytes are missing, {foreign} are not of this disk: somebody else writes to it",
            remedy="start again, with nobody else writing to it",
        )
