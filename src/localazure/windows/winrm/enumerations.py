"""Enumerate and Pull of shells: everything in the first answer a client lets us put it into."""

from __future__ import annotations

import threading

from localazure.windows.winrm.envelope import new_id
from localazure.windows.winrm.faults import enumeration_ended
from localazure.windows.winrm.namespaces import ENUMERATION, wsman
from localazure.windows.winrm.request import Request, text_of

_MOST_OPEN = 100


class Enumerations:
    """Results waiting to be pulled, by context. The oldest are forgotten when nobody pulls them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, str] = {}

    def begin(self, request: Request, items: str) -> str:
        """The body of an EnumerateResponse; ``items`` is XML."""
        asked = request.first(f"{{{ENUMERATION}}}Enumerate")
        if asked.find(wsman("OptimizeEnumeration")) is not None:
            inner = f"<w:Items>{items}</w:Items><w:EndOfSequence/>"
            return f"<n:EnumerateResponse><n:EnumerationContext/>{inner}</n:EnumerateResponse>"
        context = f"uuid:{new_id()}"
        with self._lock:
            self._waiting[context] = items
            while len(self._waiting) > _MOST_OPEN:
                del self._waiting[next(iter(self._waiting))]
        return f"<n:EnumerateResponse><n:EnumerationContext>{context}</n:EnumerationContext></n:EnumerateResponse>"

    def pull(self, request: Request) -> str:
        """The body of a PullResponse.

        Raises:
            Fault: nothing waits under that context.
        """
        name = f"{{{ENUMERATION}}}Pull/{{{ENUMERATION}}}EnumerationContext"
        with self._lock:
            items = self._waiting.pop(text_of(request.first(name)), None)
        if items is None:
            raise enumeration_ended()
        return f"<n:PullResponse><n:Items>{items}</n:Items><n:EndOfSequence/></n:PullResponse>"
