"""From a page blob that is a fixed VHD to a file, or to a hash alone: what there is of it, in parallel and in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from mintage.errors import SourceError
from mintage.upload.blob import PageBlob
from mintage.upload.parallel import WORKERS
from mintage.upload.ranges import Piece, pieces, total
from mintage.upload.transfer import Progress, silent
from mintage.vhd import Range, footer
from mintage.vhd.content import BLOCK, ContentHash

Read = Callable[[Piece], bytes]


def download_blob(blob: PageBlob, out: Path, progress: Progress = silent, *, workers: int = WORKERS) -> str:
    """Write the VHD into the file, with holes where it holds zeros, and return the SHA-256 of what it holds.

    In memory are two pieces of 4 MiB for each worker. Raises SourceError when the blob is no fixed VHD.
    """
    end = _footer(blob)
    with out.open("wb", buffering=0) as file:
        file.truncate(blob.length())

        def keep(first: int, data: bytes) -> None:
            os.pwrite(file.fileno(), data, first)

        found = _contents(blob, keep, progress, workers)
        os.pwrite(file.fileno(), end, blob.length() - footer.SIZE)
        os.fsync(file.fileno())
    return found


def hash_blob(blob: PageBlob, progress: Progress = silent, *, workers: int = WORKERS) -> str:
    """The SHA-256 that ``download_blob`` returns, without keeping anything."""
    _footer(blob)
    return _contents(blob, _forget, progress, workers)


def in_order(todo: Iterable[Piece], read: Read, *, workers: int = WORKERS) -> Iterator[tuple[Piece, bytes]]:
    """Read the pieces at once, and yield them one after the other; no more are held than two for each worker."""
    waiting = iter(todo)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="download")
    try:
        going: deque[tuple[Piece, Future[bytes]]] = deque()
        while True:
            going.extend((piece, pool.submit(read, piece)) for piece in islice(waiting, 2 * workers - len(going)))
            if not going:
                return
            piece, reading = going.popleft()
            yield piece, reading.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _forget(first: int, data: bytes) -> None:
    """What was hashed is not needed any more."""


def _contents(blob: PageBlob, keep: Callable[[int, bytes], None], progress: Progress, workers: int) -> str:
    size = blob.length() - footer.SIZE
    ranges = tuple(_whole_blocks(blob.written(), size))
    found, there, whole = ContentHash(size), 0, total(ranges)
    progress(there, whole)
    for piece, data in in_order(pieces(ranges), blob.read, workers=workers):
        for first, block in found.add(piece.first, data):
            keep(first, block)
        there += piece.length
        progress(there, whole)
    return found.hexdigest()


def _whole_blocks(ranges: Iterable[Range], size: int) -> Iterator[Range]:
    """The blocks that the ranges touch, each once; what is behind the disk's end is its footer."""
    ends = 0
    for first, after in ranges:
        start, stop = max(ends, first // BLOCK * BLOCK), min(-(-after // BLOCK) * BLOCK, size)
        if start < stop:
            yield start, stop
            ends = stop


def _footer(blob: PageBlob) -> bytes:
    length = blob.length()
    data = blob.read(Piece(length - footer.SIZE, footer.SIZE)) if length > footer.SIZE else b""
    found = footer.parse(data)
    if found is None or not found.intact or (found.kind, found.size) != (footer.FIXED, length - footer.SIZE):
        raise SourceError(
            "What Azure exports is no fixed VHD",
            where=blob.where,
            seen=f"{length} bytes, a footer that says {found}",
            remedy="try again; if it stays so, export the disk by hand (az snapshot grant-access)",
        )
    return data
