"""Local users and groups, their SIDs made from the machine's, and who may log on how."""

from __future__ import annotations

import hmac
import re
import threading
from collections.abc import Callable
from datetime import datetime

from localazure.windows.machine.account_records import BUILTIN_GROUPS, WELL_KNOWN, AccountsState, Group, User
from localazure.windows.machine.errors import AlreadyExists, MachineError, NotFound
from localazure.windows.machine.passwords import is_complex, nt_hash
from localazure.windows.machine.tokens import ADMINISTRATORS_SID, SYSTEM_SID, Logon, Token, system_token

__all__ = ["Accounts", "AccountsState", "Group", "User"]

_FORBIDDEN = re.compile(r'["/\\\[\]:;|=,+*?<>@\x00-\x1f]')
_BUILTIN_RIDS = {500, 501, 503, 504}


class Accounts:
    r"""Names are compared in any case and may carry ``.\`` or the computer's name before them."""

    def __init__(
        self, state: AccountsState, computer: Callable[[], str], now: Callable[[], datetime], lock: threading.RLock
    ) -> None:
        self.state, self._computer, self._now, self._lock = state, computer, now, lock

    def users(self) -> list[User]:
        with self._lock:
            return list(self.state.users)

    def groups(self) -> list[Group]:
        with self._lock:
            return list(self.state.groups)

    def find(self, name: str) -> User | None:
        """By name or SID."""
        wanted = self._bare(name).lower()
        with self._lock:
            return next((u for u in self.state.users if wanted in {u.name.lower(), self.sid(u).lower()}), None)

    def require(self, name: str) -> User:
        found = self.find(name)
        if found is None:
            raise NotFound(name, 1317)
        return found

    def sid(self, user: User) -> str:
        return f"{self.state.machine_sid}-{user.rid}"

    def create(self, name: str, password: str | None, *, rid: int | None = None, enforce_policy: bool = True) -> User:
        """Make an account, a member of no group.

        Raises:
            MachineError: 2224 there already, 2202 a name Windows does not take, 1325 a password against the policy.
        """
        if not name.strip(". ") or len(name) > 20 or _FORBIDDEN.search(name):
            raise MachineError(2202, name)
        with self._lock:
            if self.find(name) or self.find_group(name):
                raise AlreadyExists(name, 2224)
            made = User(name=name, rid=rid or self.state.next_rid)
            self._give_password(made, password, enforce_policy=enforce_policy)
            self.state.next_rid += 0 if rid else 1
            self.state.users.append(made)
            return made

    def set_password(self, name: str, password: str) -> None:
        with self._lock:
            self._give_password(self.require(name), password, enforce_policy=True)

    def delete(self, name: str) -> None:
        """The profile stays, as in Windows."""
        with self._lock:
            user = self.require(name)
            if user.rid in _BUILTIN_RIDS:
                raise MachineError(1371, name)
            self.state.users.remove(user)
            for group in self.state.groups:
                group.members = [sid for sid in group.members if sid != self.sid(user)]

    def rename(self, name: str, new: str) -> None:
        with self._lock:
            if self.find(new):
                raise AlreadyExists(new, 2224)
            self.require(name).name = new

    def find_group(self, name: str) -> Group | None:
        wanted = self._bare(name).lower()
        with self._lock:
            return next((g for g in self.state.groups if wanted in {g.name.lower(), g.sid.lower()}), None)

    def require_group(self, name: str) -> Group:
        found = self.find_group(name)
        if found is None:
            raise NotFound(name, 1376)
        return found

    def create_group(self, name: str, description: str = "") -> Group:
        with self._lock:
            if self.find_group(name) or self.find(name):
                raise AlreadyExists(name, 1379)
            made = Group(name=name, sid=f"{self.state.machine_sid}-{self.state.next_rid}", description=description)
            self.state.next_rid += 1
            self.state.groups.append(made)
            return made

    def delete_group(self, name: str) -> None:
        with self._lock:
            group = self.require_group(name)
            if group.sid in BUILTIN_GROUPS:
                raise MachineError(1371, name)
            self.state.groups.remove(group)

    def add_member(self, group: str, member: str) -> None:
        with self._lock:
            found, sid = self.require_group(group), self.sid_of(member)
            if sid in found.members:
                raise AlreadyExists(member, 1378)
            found.members = [*found.members, sid]

    def remove_member(self, group: str, member: str) -> None:
        with self._lock:
            found, sid = self.require_group(group), self.sid_of(member)
            if sid not in found.members:
                raise NotFound(member, 1377)
            found.members = [each for each in found.members if each != sid]

    def sid_of(self, name: str) -> str:
        """Of a user, a group or a well-known account. Raises 1332."""
        for sid, known in WELL_KNOWN.items():
            if name.lower() in {known.lower(), known.rpartition("\\")[2].lower(), sid.lower()}:
                return sid
        user, group = self.find(name), self.find_group(name)
        if user is None and group is None:
            raise NotFound(name, 1332)
        return self.sid(user) if user else group.sid if group else ""

    def name_of(self, sid: str) -> str:
        r"""``COMPUTER\name``, or the SID itself when nobody has it."""
        if sid in WELL_KNOWN:
            return WELL_KNOWN[sid]
        user, group = self.find(sid), self.find_group(sid)
        if user:
            return f"{self._computer()}\\{user.name}"
        if group:
            return f"BUILTIN\\{group.name}" if group.sid in BUILTIN_GROUPS else f"{self._computer()}\\{group.name}"
        return sid

    def groups_of(self, user: User) -> frozenset[str]:
        with self._lock:
            return frozenset(group.sid for group in self.state.groups if self.sid(user) in group.members)

    def check_password(self, name: str, password: str) -> bool:
        found = self.find(name)
        return bool(found and found.nt_hash and hmac.compare_digest(found.nt_hash, nt_hash(password)))

    def token(self, name: str, logon: Logon, *, elevated: bool = True) -> Token:
        """A logon session of the account, whoever proved its password. Raises 1317, 1331 for a disabled account."""
        if self._is_system(name):
            return system_token()
        with self._lock:
            user = self.require(name)
            if not user.enabled:
                raise MachineError(1331, name)
            user.last_logon = self._now()
            groups = self.groups_of(user)
            elevated = elevated and ADMINISTRATORS_SID in groups
            return Token(user.name, self.sid(user), self._computer(), groups, logon, elevated)

    def log_on(self, name: str, password: str, logon: Logon) -> Token:
        """Raises 1326 for an unknown account as for a wrong password."""
        if not self.check_password(name, password):
            raise MachineError(1326, name)
        return self.token(name, logon)

    def new_machine_sid(self, machine_sid: str) -> None:
        """Specialize: every account keeps its relative id under the new SID."""
        with self._lock:
            old, self.state.machine_sid = self.state.machine_sid, machine_sid
            for group in self.state.groups:
                group.members = [sid.replace(f"{old}-", f"{machine_sid}-") for sid in group.members]
                group.sid = group.sid.replace(f"{old}-", f"{machine_sid}-")

    def _give_password(self, user: User, password: str | None, *, enforce_policy: bool) -> None:
        if password and enforce_policy and not is_complex(password, user.name):
            raise MachineError(1325, user.name)
        user.nt_hash = nt_hash(password) if password else ""
        user.password_last_set = self._now() if password else None

    def _bare(self, name: str) -> str:
        domain, _, rest = name.rpartition("\\")
        return rest if domain.lower() in {"", ".", "builtin", self._computer().lower()} else name

    @staticmethod
    def _is_system(name: str) -> bool:
        return name.lower() in {"system", r"nt authority\system", "localsystem", SYSTEM_SID.lower()}
