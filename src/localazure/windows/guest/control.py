"""The guest's end of the control socket: the driver's questions answered, and events told in between."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from localazure.hypervisor import messages

Message = dict[str, Any]
Call = Callable[[Message, list[int]], Message]
"""Takes a question and its descriptors, which are closed afterwards, and returns the answer."""
_LONGEST_TEXT = 16_384
"""Characters of text in one event, so that it fits a packet."""


class Refused(Exception):
    """A question that cannot be answered; its text is the answer."""


class Control:
    def __init__(self, host: socket.socket) -> None:
        self._host = host
        self._sending = threading.Lock()

    def tell(self, event: str, **details: Any) -> None:
        """Say something unasked. A driver that is gone hears nothing, and this process is about to end."""
        self._send({"event": event, **details})

    def tell_text(self, event: str, text: str) -> None:
        for start in range(0, len(text), _LONGEST_TEXT):
            self.tell(event, text=text[start : start + _LONGEST_TEXT])

    def serve(self, calls: Mapping[str, Call]) -> None:
        """Answer questions, each in a thread of its own, until the driver hangs up."""
        while True:
            message, descriptors = messages.receive(self._host)
            if message is None:
                return
            self.in_background(partial(self._answer, calls[message["call"]], message, descriptors))

    def in_background(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()

    def _answer(self, call: Call, message: Message, descriptors: list[int]) -> None:
        try:
            answer = call(message, descriptors)
        except Refused as error:
            answer = {"error": str(error)}
        except Exception as error:
            # A traceback in the log would say more, and might say a secret.
            self._send({"reply": message["id"], "error": type(error).__name__})
            raise
        finally:
            for number in descriptors:
                os.close(number)
        self._send({"reply": message["id"], **answer})

    def _send(self, message: Message) -> None:
        try:
            with self._sending:
                messages.send(self._host, message)
        except OSError:
            # The driver hung up: this process ends as soon as its main thread sees that.
            return


def read_document(descriptors: list[int]) -> Any:
    """What came beside a question, as a file in memory."""
    with open(descriptors[0], "rb", closefd=False) as file:
        return json.loads(file.read())
