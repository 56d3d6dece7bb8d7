"""The module Microsoft.PowerShell.LocalAccounts: users, groups and who belongs to them."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.credentials import plain_text
from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.times import local, utc
from localazure.windows.cmdlets.wildcards import matches
from localazure.windows.machine.accounts import Accounts, Group, User
from localazure.windows.machine.errors import MachineError
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import CaselessDict, EnumValue, PsObject

_COMMANDS = "Microsoft.PowerShell.Commands"
_SOURCE = EnumValue(f"{_COMMANDS}.PrincipalSource", "Local", 1)
_NAME = Parameter("Name", position=0, kind=object, pipeline="both")
_SID = Parameter("SID", kind=object, pipeline="property")
_INPUT = Parameter("InputObject", kind=object)


def accounts_of(call: Call) -> Accounts:
    return machine_of(call.engine).users


def sid_object(sid: str) -> PsObject:
    domain = sid.rpartition("-")[0] if sid.startswith("S-1-5-21-") else None
    properties: dict[str, object] = {"BinaryLength": 28, "AccountDomainSid": domain, "Value": sid}
    return PsObject.typed("System.Security.Principal.SecurityIdentifier", properties, text=sid)


def user_object(accounts: Accounts, user: User) -> PsObject:
    properties: dict[str, object] = {
        "AccountExpires": local(user.account_expires),
        "Description": user.description,
        "Enabled": user.enabled,
        "FullName": user.full_name,
        "PasswordChangeableDate": local(user.password_last_set),
        "PasswordExpires": None,
        "UserMayChangePassword": True,
        "PasswordRequired": True,
        "PasswordLastSet": local(user.password_last_set),
        "LastLogon": local(user.last_logon),
        "Name": user.name,
        "SID": sid_object(accounts.sid(user)),
        "PrincipalSource": _SOURCE,
        "ObjectClass": "User",
    }
    return PsObject.typed(f"{_COMMANDS}.LocalUser", properties, text=user.name)


def group_object(group: Group) -> PsObject:
    properties: dict[str, object] = {
        "Description": group.description,
        "Name": group.name,
        "SID": sid_object(group.sid),
        "PrincipalSource": _SOURCE,
        "ObjectClass": "Group",
    }
    return PsObject.typed(f"{_COMMANDS}.LocalGroup", properties, text=group.name)


def _wanted(call: Call, record: CaselessDict) -> list[str]:
    """Names or SIDs that a record gives."""
    for key in ("SID", "Name", "InputObject"):
        value = record.get(key)
        if value is not None:
            items = value if isinstance(value, list) else [value]
            return [_reference(call, each) for each in items]
    return []


def _reference(call: Call, value: object) -> str:
    if isinstance(value, PsObject) and call.engine.has_property(value, "SID"):
        return call.engine.to_text(value.get("SID"))
    return call.engine.to_text(value)


def _missing(kind: str, name: str) -> PsError:
    return error(
        f"{_COMMANDS}.{kind}NotFoundException",
        f"{kind} {name} was not found.",
        f"{kind}NotFound",
        "ObjectNotFound",
        name,
    )


def _refused(failure: MachineError, name: str, kind: str) -> PsError:
    if failure.code in {1317, 1332}:
        return _missing("User" if kind == "User" else "Principal", name)
    if failure.code == 1376:
        return _missing("Group", name)
    texts = {
        2224: ("NameInUseException", f"{kind} {name} already exists.", f"{kind}Exists", "ResourceExists"),
        1379: ("NameInUseException", f"Group {name} already exists.", "GroupExists", "ResourceExists"),
        1325: (
            "InvalidPasswordException",
            (
                "Unable to update the password. The value provided for the new password does not meet the length, "
                "complexity, or history requirements of the domain."
            ),
            "InvalidPassword",
            "InvalidArgument",
        ),
        1378: (
            "MemberExistsException",
            f"{failure.subject} is already a member of group {name}.",
            "MemberExists",
            "ResourceExists",
        ),
        1377: (
            "MemberNotFoundException",
            f"Member {failure.subject} was not found in group {name}.",
            "MemberNotFound",
            "ObjectNotFound",
        ),
    }
    exception, text, error_id, category = texts.get(
        failure.code, ("InternalException", failure.text, "Internal", "NotSpecified")
    )
    return error(f"{_COMMANDS}.{exception}", text, error_id, category, name)


def _users(call: Call, record: CaselessDict) -> Iterator[User]:
    accounts = accounts_of(call)
    for name in _wanted(call, record):
        found = [user for user in accounts.users() if matches(user.name, name) or accounts.sid(user) == name]
        if not found and "*" not in name:
            call.write_failure(_missing("User", name))
        yield from found


@command("Get-LocalUser", aliases=("glu",), parameters=(_NAME, _SID))
def get_local_user(call: Call) -> Iterator[object]:
    accounts = accounts_of(call)
    for record in call.records():
        found = (
            _users(call, record) if _wanted(call, record) else sorted(accounts.users(), key=lambda u: u.name.lower())
        )
        yield from (user_object(accounts, user) for user in found)


_ACCOUNT = (
    Parameter("Password"),
    Parameter("FullName", kind=str),
    Parameter("Description", kind=str),
    Parameter("AccountExpires", kind="System.DateTime"),
    Parameter("AccountNeverExpires", switch=True),
    Parameter("UserMayNotChangePassword", switch=True),
)


@command(
    "New-LocalUser",
    aliases=("nlu",),
    should_process=True,
    parameters=(
        Parameter("Name", position=0, kind=str, mandatory=True, pipeline="both"),
        *_ACCOUNT,
        Parameter("PasswordNeverExpires", switch=True),
        Parameter("NoPassword", switch=True),
        Parameter("Disabled", switch=True),
    ),
)
def new_local_user(call: Call) -> Iterator[object]:
    accounts, name = accounts_of(call), str(call.get("Name"))
    if not call.should_process(name, "Create new local user"):
        return
    try:
        user = accounts.create(name, None if call.switch("NoPassword") else plain_text(call.get("Password")))
    except MachineError as failure:
        raise _refused(failure, name, "User") from failure
    user.enabled = not call.switch("Disabled")
    user.password_never_expires = call.switch("PasswordNeverExpires")
    _describe(call, user)
    yield user_object(accounts, user)


def _describe(call: Call, user: User) -> None:
    if call.get("FullName") is not None:
        user.full_name = str(call.get("FullName"))
    if call.get("Description") is not None:
        user.description = str(call.get("Description"))
    if call.get("AccountExpires") is not None:
        user.account_expires = utc(call.get("AccountExpires"))
    if call.switch("AccountNeverExpires"):
        user.account_expires = None


@command(
    "Set-LocalUser",
    aliases=("slu",),
    should_process=True,
    parameters=(_NAME, _SID, _INPUT, *_ACCOUNT, Parameter("PasswordNeverExpires", kind=bool)),
)
def set_local_user(call: Call) -> None:
    for user in _each(call):
        with reported(call):
            try:
                if call.get("Password") is not None:
                    accounts_of(call).set_password(user.name, plain_text(call.get("Password")))
            except MachineError as failure:
                raise _refused(failure, user.name, "User") from failure
            if call.get("PasswordNeverExpires") is not None:
                user.password_never_expires = bool(call.get("PasswordNeverExpires"))
            _describe(call, user)


@command("Remove-LocalUser", aliases=("rlu",), should_process=True, parameters=(_NAME, _SID, _INPUT))
def remove_local_user(call: Call) -> None:
    for user in _each(call):
        with reported(call):
            if not call.should_process(user.name, "Remove local user"):
                continue
            try:
                accounts_of(call).delete(user.name)
            except MachineError as failure:
                text = f"Cannot remove user {user.name}: {failure.text}"
                raise error(
                    f"{_COMMANDS}.InvalidOperationException", text, "InvalidOperation", target=user.name
                ) from failure


@command("Enable-LocalUser", aliases=("elu",), should_process=True, parameters=(_NAME, _SID, _INPUT))
def enable_local_user(call: Call) -> None:
    for user in _each(call):
        user.enabled = True


@command("Disable-LocalUser", aliases=("dlu",), should_process=True, parameters=(_NAME, _SID, _INPUT))
def disable_local_user(call: Call) -> None:
    for user in _each(call):
        user.enabled = False


@command(
    "Rename-LocalUser",
    aliases=("rnlu",),
    should_process=True,
    parameters=(_NAME, Parameter("NewName", position=1, kind=str, mandatory=True), _SID, _INPUT),
)
def rename_local_user(call: Call) -> None:
    for user in _each(call):
        try:
            accounts_of(call).rename(user.name, str(call.get("NewName")))
        except MachineError as failure:
            call.write_failure(_refused(failure, str(call.get("NewName")), "User"))


def _each(call: Call) -> list[User]:
    return [user for record in call.records() for user in _users(call, record)]


@command("Get-LocalGroup", aliases=("glg",), parameters=(_NAME, _SID))
def get_local_group(call: Call) -> Iterator[object]:
    everything = accounts_of(call).groups()
    for record in call.records():
        names = _wanted(call, record)
        for name in names or ["*"]:
            found = [group for group in everything if matches(group.name, name) or group.sid == name]
            if not found and names:
                call.write_failure(_missing("Group", name))
            yield from map(group_object, sorted(found, key=lambda group: group.name.lower()))


@command(
    "New-LocalGroup",
    aliases=("nlg",),
    should_process=True,
    parameters=(Parameter("Name", position=0, kind=str, mandatory=True), Parameter("Description", kind=str)),
)
def new_local_group(call: Call) -> Iterator[object]:
    name = str(call.get("Name"))
    try:
        yield group_object(accounts_of(call).create_group(name, str(call.get("Description") or "")))
    except MachineError as failure:
        raise _refused(failure, name, "Group") from failure


@command("Remove-LocalGroup", aliases=("rlg",), should_process=True, parameters=(_NAME, _SID, _INPUT))
def remove_local_group(call: Call) -> None:
    for record in call.records():
        for name in _wanted(call, record):
            try:
                accounts_of(call).delete_group(name)
            except MachineError as failure:
                call.write_failure(_refused(failure, name, "Group"))


_GROUP = (
    Parameter("Group", position=0, kind=object, aliases=("Name",)),
    Parameter("SID", kind=object),
    Parameter("Member", position=1, kind=object, pipeline="both"),
)


@command("Get-LocalGroupMember", aliases=("glgm",), parameters=_GROUP)
def get_local_group_member(call: Call) -> Iterator[object]:
    accounts, wanted = accounts_of(call), call.get("Member")
    group = accounts.find_group(_group_name(call))
    if group is None:
        raise _missing("Group", _group_name(call))
    for sid in group.members:
        name = accounts.name_of(sid)
        if wanted is not None and not matches(name.rpartition("\\")[2], _reference(call, wanted).rpartition("\\")[2]):
            continue
        properties: dict[str, object] = {
            "Name": name,
            "SID": sid_object(sid),
            "PrincipalSource": _SOURCE,
            "ObjectClass": "Group" if accounts.find_group(sid) else "User",
        }
        yield PsObject.typed(f"{_COMMANDS}.LocalPrincipal", properties, text=name)


@command("Add-LocalGroupMember", aliases=("algm",), should_process=True, parameters=_GROUP)
def add_local_group_member(call: Call) -> None:
    _change_members(call, add=True)


@command("Remove-LocalGroupMember", aliases=("rlgm",), should_process=True, parameters=_GROUP)
def remove_local_group_member(call: Call) -> None:
    _change_members(call, add=False)


def _change_members(call: Call, *, add: bool) -> None:
    accounts, group = accounts_of(call), _group_name(call)
    for member in call.each("Member"):
        name = _reference(call, member)
        try:
            (accounts.add_member if add else accounts.remove_member)(group, name)
        except MachineError as failure:
            about = name if failure.code == 1332 else group
            call.write_failure(_refused(failure, about, "Group"))


def _group_name(call: Call) -> str:
    for key in ("SID", "Group", "Name"):
        if call.get(key) is not None:
            return _reference(call, call.get(key))
    return ""
