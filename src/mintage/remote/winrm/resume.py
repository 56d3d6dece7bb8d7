"""Going on with a transfer after its connection was lost."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mintage.errors import ConnectionFailed, LoginRefused
from mintage.remote.winrm.session import Session
from mintage.waiting import NotYet

log = logging.getLogger("mintage.remote")
_ATTEMPTS = 5
"""Connections tried for one transfer, counted anew whenever one of them brought it further."""
_RECONNECT = 180.0


def resume(session: Session, transfer: Callable[[], None], reached: Callable[[], int]) -> None:
    """Do it; at ConnectionFailed connect and do it again, which must go on where it was.

    ``reached`` tells how far it is. Raises what the transfer does, and LoginRefused at once.
    """
    tries, before = _ATTEMPTS, reached()
    while True:
        try:
            transfer()
        except LoginRefused:
            raise
        except ConnectionFailed as lost:
            tries = _ATTEMPTS if reached() > before else tries - 1
            before = max(before, reached())
            if tries == 0:
                raise
            tell_lost(session, lost)
            come_back(session, session.reconnect, session.clock() + _RECONNECT)
        else:
            return


def tell_lost(session: Session, lost: ConnectionFailed) -> None:
    """Say in the log why the connection is made again."""
    log.warning("%s: %s: %s; connecting again", session.where, lost.what, lost.seen or "nothing more is known")


def come_back(session: Session, attempt: Callable[[], None], deadline: float) -> None:
    """Make the attempt until it succeeds; what it raises as a failed connection is worth another one.

    Raises DeadlinePassed, LoginRefused.
    """

    def again() -> None:
        try:
            attempt()
        except LoginRefused:
            raise
        except ConnectionFailed as error:
            raise NotYet(f"{error.what}: {error.seen}") from error

    what, remedy = "The connection to the guest did not come back", "Run the step again: it goes on there."
    session.wait(again, what, deadline, remedy)
