"""How programs in a guest ended, for whoever waits: an SSH channel, or Run Command."""

from __future__ import annotations

import asyncio


class Exits:
    """For use in the event loop only. A session's end may be told before anybody asks for it."""

    def __init__(self) -> None:
        self._codes: dict[int, asyncio.Future[int]] = {}

    def of(self, session: int) -> asyncio.Future[int]:
        """The exit status; negative for the signal that ended the program."""
        return self._codes.setdefault(session, asyncio.get_running_loop().create_future())

    def tell(self, session: int, code: int) -> None:
        if not self.of(session).done():
            self.of(session).set_result(code)

    def forget(self, session: int) -> None:
        self._codes.pop(session, None)

    def close(self) -> None:
        for future in self._codes.values():
            future.cancel()
