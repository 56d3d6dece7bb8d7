"""Who a process runs as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SYSTEM_SID = "S-1-5-18"
LOCAL_SERVICE_SID = "S-1-5-19"
NETWORK_SERVICE_SID = "S-1-5-20"
ADMINISTRATORS_SID = "S-1-5-32-544"
USERS_SID = "S-1-5-32-545"
GUESTS_SID = "S-1-5-32-546"
REMOTE_DESKTOP_USERS_SID = "S-1-5-32-555"
REMOTE_MANAGEMENT_USERS_SID = "S-1-5-32-580"

Logon = Literal["interactive", "network", "batch", "service"]


@dataclass(frozen=True)
class Token:
    """A logged-on user. ``domain`` is the computer's name for its own accounts."""

    name: str
    sid: str
    domain: str
    groups: frozenset[str]
    logon: Logon
    elevated: bool = False

    @property
    def account(self) -> str:
        r"""``DOMAIN\name`` as whoami prints it, in the case Windows keeps."""
        return f"{self.domain}\\{self.name}"

    @property
    def is_system(self) -> bool:
        return self.sid == SYSTEM_SID

    @property
    def is_administrator(self) -> bool:
        return self.elevated and (self.is_system or ADMINISTRATORS_SID in self.groups)


def system_token() -> Token:
    groups = frozenset({ADMINISTRATORS_SID})
    return Token("SYSTEM", SYSTEM_SID, "NT AUTHORITY", groups, "service", elevated=True)
