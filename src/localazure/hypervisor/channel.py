"""The host's end of a guest's control socket: questions with answers, and events in between."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Any

from localazure.hypervisor import messages
from localazure.hypervisor.base import HypervisorError

Message = dict[str, Any]
_ANSWER_SECONDS = 20.0


class GuestGone(HypervisorError):
    """The guest ended before it answered."""


class GuestRefused(HypervisorError):
    """The guest could not do what was asked of it."""


class Channel:
    """For use in the event loop only. ``on_event`` gets what the guest says unasked; ``on_end`` is called once."""

    def __init__(self, sock: socket.socket, on_event: Callable[[Message], None], on_end: Callable[[], None]) -> None:
        self._socket, self._on_event, self._on_end = sock, on_event, on_end
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, asyncio.Future[tuple[Message, list[int]]]] = {}
        self._last = 0
        self._open = True
        sock.setblocking(False)
        self._loop.add_reader(sock.fileno(), self._read)

    @property
    def is_open(self) -> bool:
        """False once the guest has ended, or was cut off."""
        return self._open

    async def ask(self, call: str, descriptors: list[int] | None = None, **arguments: Any) -> Message:
        """The guest's answer. Raises GuestGone, and GuestRefused with its reason."""
        answer, received = await self.ask_for_descriptors(call, descriptors, **arguments)
        for number in received:
            os.close(number)
        return answer

    async def ask_for_descriptors(
        self, call: str, descriptors: list[int] | None = None, **arguments: Any
    ) -> tuple[Message, list[int]]:
        """As ``ask``; the caller closes what it receives."""
        number, future = self._send(call, descriptors, arguments)
        try:
            answer, received = await asyncio.wait_for(future, _ANSWER_SECONDS)
        except TimeoutError:
            raise GuestGone(f"The model guest did not answer {call!r} in {_ANSWER_SECONDS:.0f} s") from None
        finally:
            self._waiting.pop(number, None)
        if "error" in answer:
            raise GuestRefused(f"The model guest could not {call!r}: {answer['error']}")
        return answer | {"session": number}, received

    def _send(
        self, call: str, descriptors: list[int] | None, arguments: Message
    ) -> tuple[int, asyncio.Future[tuple[Message, list[int]]]]:
        self._last += 1
        future: asyncio.Future[tuple[Message, list[int]]] = self._loop.create_future()
        if not self._open:
            raise GuestGone("The model guest is off")
        self._waiting[self._last] = future
        try:
            messages.send(self._socket, {"call": call, "id": self._last, **arguments}, descriptors)
        except OSError as error:
            self._waiting.pop(self._last)
            raise GuestGone(f"The model guest takes no more questions: {error}") from error
        return self._last, future

    def _read(self) -> None:
        try:
            message, descriptors = messages.receive(self._socket)
        except BlockingIOError:
            return
        except OSError:
            message, descriptors = None, []
        if message is None:
            self.close()
        elif "reply" in message and (future := self._waiting.get(message["reply"])) and not future.done():
            future.set_result((message, descriptors))
        else:
            for number in descriptors:
                os.close(number)
            self._on_event(message)

    def close(self) -> None:
        """Hang up: the guest's power is cut."""
        if not self._open:
            return
        self._open = False
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(GuestGone("The model guest ended"))
        self._on_end()
