"""Users and groups as the machine keeps them, and those that every Windows has."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from localazure.windows.machine.tokens import (
    ADMINISTRATORS_SID,
    GUESTS_SID,
    LOCAL_SERVICE_SID,
    NETWORK_SERVICE_SID,
    REMOTE_DESKTOP_USERS_SID,
    REMOTE_MANAGEMENT_USERS_SID,
    SYSTEM_SID,
    USERS_SID,
)

_FIRST_RID = 1000
WELL_KNOWN = {
    SYSTEM_SID: r"NT AUTHORITY\SYSTEM",
    LOCAL_SERVICE_SID: r"NT AUTHORITY\LOCAL SERVICE",
    NETWORK_SERVICE_SID: r"NT AUTHORITY\NETWORK SERVICE",
    "S-1-1-0": "Everyone",
    "S-1-5-2": r"NT AUTHORITY\NETWORK",
    "S-1-5-11": r"NT AUTHORITY\Authenticated Users",
}
BUILTIN_GROUPS = {
    ADMINISTRATORS_SID: ("Administrators", "Administrators have complete and unrestricted access to the computer"),
    USERS_SID: ("Users", "Users are prevented from making accidental or intentional system-wide changes"),
    GUESTS_SID: ("Guests", "Guests have the same access as members of the Users group by default"),
    REMOTE_DESKTOP_USERS_SID: ("Remote Desktop Users", "Members in this group are granted the right to logon remotely"),
    REMOTE_MANAGEMENT_USERS_SID: (
        "Remote Management Users",
        "Members of this group can access WMI resources over management protocols (such as WS-Management)",
    ),
}


class User(BaseModel):
    name: str
    rid: int
    nt_hash: str = Field(default="", repr=False)
    """Hexadecimal; empty: the account has no password."""
    enabled: bool = True
    full_name: str = ""
    description: str = ""
    password_last_set: datetime | None = None
    password_never_expires: bool = False
    account_expires: datetime | None = None
    last_logon: datetime | None = None


class Group(BaseModel):
    name: str
    sid: str
    description: str = ""
    members: list[str] = []
    """SIDs."""


class AccountsState(BaseModel):
    machine_sid: str
    next_rid: int = _FIRST_RID
    users: list[User] = []
    groups: list[Group] = Field(
        default_factory=lambda: [Group(name=n, sid=sid, description=d) for sid, (n, d) in BUILTIN_GROUPS.items()]
    )
