"""Many pieces at once, with no more of them in memory than there are workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice

from mintage.upload.ranges import Piece

WORKERS = 8
Send = Callable[[Piece], None]
Sent = Callable[[int], None]
"""Told the bytes of each piece once it is there, in the caller's thread."""


def send_all(todo: Iterable[Piece], send: Send, sent: Sent, *, workers: int = WORKERS) -> None:
    """Send every piece; each is read, sent and forgotten by one worker. The first error ends it, and is raised.

    What other workers had begun then is sent to its end, so that nothing goes on after this returns. A signal handler
    that raises in the caller's thread ends it in the same way.
    """
    waiting = iter(todo)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="upload")
    try:
        going = {pool.submit(send, piece): piece for piece in islice(waiting, workers)}
        while going:
            ended, _ = wait(going, return_when=FIRST_COMPLETED)
            for future in ended:
                sent(_outcome(future, going.pop(future)).length)
                going |= {pool.submit(send, piece): piece for piece in islice(waiting, 1)}
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _outcome(future: Future[None], piece: Piece) -> Piece:
    future.result()
    return piece
