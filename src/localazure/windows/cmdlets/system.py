"""The computer as a whole: power, name, hot fixes, time zone, execution policy, event logs' readers excepted."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.session import machine_of, session_of, user_of
from localazure.windows.cmdlets.times import local
from localazure.windows.cmdlets.wildcards import matches
from localazure.windows.cmdlets.wmi_classes import instances
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.power import PowerKind
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import EnumValue, PsObject

_POLICY_KEY = r"HKLM\SOFTWARE\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell"
_POLICIES = {"Unrestricted": 0, "RemoteSigned": 1, "AllSigned": 2, "Restricted": 3, "Bypass": 4, "Undefined": 5}
_SCOPES = ("MachinePolicy", "UserPolicy", "Process", "CurrentUser", "LocalMachine")
_NAME = Parameter("ComputerName", position=0, kind="System.String[]", pipeline="both")
_POWER = (
    _NAME,
    Parameter("Credential", position=1),
    Parameter("Force", switch=True),
    *(Parameter(name, switch=True) for name in ("AsJob", "Wait")),
    *(Parameter(name) for name in ("For", "Timeout", "Delay", "Protocol", "WsmanAuthentication", "DcomAuthentication",
                                   "Impersonation", "ThrottleLimit")),
)  # fmt: skip


@command("Restart-Computer", should_process=True, parameters=_POWER)
def restart_computer(call: Call) -> None:
    if call.switch("Wait"):
        text = (
            "Unable to wait for the local computer to restart. The local computer is ignored when the Wait parameter "
            "is specified."
        )
        raise error("System.InvalidOperationException", text, "RestartComputerInvalidParameter", "InvalidOperation")
    _power(call, "restart")


@command("Stop-Computer", should_process=True, parameters=_POWER)
def stop_computer(call: Call) -> None:
    _power(call, "shutdown")


def _power(call: Call, kind: PowerKind) -> None:
    machine = machine_of(call.engine)
    if not call.should_process(f"localhost ({machine.name})"):
        return
    if not user_of(call.engine).is_administrator:
        text = f"Failed to restart the computer {machine.name} with the following error message: Access is denied."
        raise error("System.InvalidOperationException", text, "RestartcomputerFailed", "OperationStopped", machine.name)
    try:
        machine.power.request(kind, by=user_of(call.engine).account)
    except MachineError as failure:
        text = f"Failed to restart the computer {machine.name} with the following error message: {failure.text}"
        raise error(
            "System.InvalidOperationException", text, "RestartcomputerFailed", "OperationStopped", machine.name
        ) from failure


@command(
    "Rename-Computer",
    should_process=True,
    parameters=(
        Parameter("NewName", position=0, kind=str, mandatory=True),
        *(Parameter(name) for name in ("ComputerName", "LocalCredential", "DomainCredential")),
        *(Parameter(name, switch=True) for name in ("Force", "Restart", "PassThru")),
    ),
)
def rename_computer(call: Call) -> None:
    machine, name = machine_of(call.engine), str(call.get("NewName"))
    if name.lower() == machine.name.lower():
        text = (
            f"Skip computer '{machine.name}' with new name '{name}' because the new name is the same as the current "
            "name."
        )
        raise error("System.InvalidOperationException", text, "NewNameIsOldName", "InvalidArgument", name)
    machine.identity.rename(name)
    if call.switch("Restart"):
        machine.power.request("restart", by=user_of(call.engine).account)
    else:
        call.warning(f"The changes will take effect after you restart the computer {machine.name}.")


@command(
    "Get-HotFix",
    parameters=(
        Parameter("Id", position=0, kind="System.String[]", aliases=("HFID",)),
        Parameter("Description"),
        Parameter("ComputerName"),
    ),
)
def get_hot_fix(call: Call) -> Iterator[object]:
    machine, wanted = machine_of(call.engine), call.get("Id")
    found = [each.properties for each in instances(machine, "Win32_QuickFixEngineering")]
    names = [str(each) for each in wanted or []]
    if names and not any(matches(str(each["HotFixID"]), name) for each in found for name in names):
        text = (
            "Cannot find the requested hotfix on the 'localhost' computer. Verify the input and run the command again."
        )
        raise error("System.ArgumentException", text, "GetHotFixNoEntriesFound", "ObjectNotFound")
    for each in found:
        if not names or any(matches(str(each["HotFixID"]), name) for name in names):
            kind = r"System.Management.ManagementObject#root\cimv2\Win32_QuickFixEngineering"
            yield PsObject.typed(kind, {"PSComputerName": machine.name, "InstalledOn": None, "InstalledBy": "", **each})


@command("Get-ComputerInfo", aliases=("gin",), parameters=(Parameter("Property", position=0, kind="System.String[]"),))
def get_computer_info(call: Call) -> Iterator[object]:
    machine = machine_of(call.engine)
    current = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
    [system] = instances(machine, "Win32_OperatingSystem")
    [computer] = instances(machine, "Win32_ComputerSystem")
    properties: dict[str, object] = {
        "WindowsCurrentVersion": machine.registry.text(current, "CurrentVersion", "6.3"),
        "WindowsInstallationType": machine.registry.text(current, "InstallationType"),
        "WindowsProductName": machine.registry.text(current, "ProductName"),
        "CsName": machine.name,
        "CsDomain": computer.properties["Domain"],
        "CsPartOfDomain": computer.properties["PartOfDomain"],
        "CsManufacturer": computer.properties["Manufacturer"],
        "CsModel": computer.properties["Model"],
        "OsName": system.properties["Caption"],
        "OsVersion": system.properties["Version"],
        "OsBuildNumber": system.properties["BuildNumber"],
        "OsArchitecture": system.properties["OSArchitecture"],
        "OsLastBootUpTime": local(machine.boot_time),
        "TimeZone": "(UTC) Coordinated Universal Time",
    }
    wanted = [str(each) for each in call.get("Property") or ["*"]]
    yield PsObject.custom(
        {name: value for name, value in properties.items() if any(matches(name, each) for each in wanted)}
    )


def _zone() -> PsObject:
    properties: dict[str, object] = {
        "Id": "UTC",
        "DisplayName": "(UTC) Coordinated Universal Time",
        "StandardName": "Coordinated Universal Time",
        "DaylightName": "Coordinated Universal Time",
        "SupportsDaylightSavingTime": False,
    }
    return PsObject.typed("System.TimeZoneInfo", properties, text="(UTC) Coordinated Universal Time")


@command(
    "Get-TimeZone",
    aliases=("gtz",),
    parameters=(Parameter("Name", position=0), Parameter("Id"), Parameter("ListAvailable", switch=True)),
)
def get_time_zone(_: Call) -> Iterator[object]:
    yield _zone()


@command(
    "Set-TimeZone",
    aliases=("stz",),
    parameters=(Parameter("Name", position=0), Parameter("Id", kind=str), Parameter("PassThru", switch=True)),
)
def set_time_zone(call: Call) -> None:
    name = str(call.get("Id") or call.get("Name"))
    if name.lower() not in {"utc", "coordinated universal time"}:
        text = f"The time zone ID '{name}' was not found on the local computer: the model has UTC only."
        raise error("System.TimeZoneNotFoundException", text, "TimeZoneNotFound", "ObjectNotFound", name)


@command("Get-ExecutionPolicy", parameters=(Parameter("Scope", position=0, kind=str), Parameter("List", switch=True)))
def get_execution_policy(call: Call) -> Iterator[object]:
    if call.switch("List"):
        yield from (
            PsObject.custom({"Scope": scope, "ExecutionPolicy": _policy(_in_scope(call, scope))}) for scope in _SCOPES
        )
        return
    scope = call.get("Scope")
    if scope:
        yield _policy(_in_scope(call, str(scope)))
        return
    found = (_in_scope(call, each) for each in _SCOPES)
    yield _policy(next((each for each in found if each != "Undefined"), "RemoteSigned"))


def _policy(name: str) -> EnumValue:
    return EnumValue("Microsoft.PowerShell.ExecutionPolicy", name, _POLICIES[name])


def _in_scope(call: Call, scope: str) -> str:
    machine = machine_of(call.engine)
    if scope.lower() == "process":
        return session_of(call.engine).execution_policies.get("process", "Undefined")
    keys = {"localmachine": _POLICY_KEY, "currentuser": _POLICY_KEY.replace("HKLM", rf"HKU\{user_of(call.engine).sid}")}
    key = keys.get(scope.lower())
    found = machine.registry.text(key, "ExecutionPolicy", "Undefined") if key else "Undefined"
    return next((name for name in _POLICIES if name.lower() == found.lower()), "Undefined")


@command(
    "Set-ExecutionPolicy",
    should_process=True,
    parameters=(
        Parameter("ExecutionPolicy", position=0, kind=str, mandatory=True, values=("Default", *_POLICIES)),
        Parameter("Scope", position=1, kind=str, values=_SCOPES),
        Parameter("Force", switch=True),
    ),
)
def set_execution_policy(call: Call) -> None:
    wanted, scope = str(call.get("ExecutionPolicy")), str(call.get("Scope") or "LocalMachine").lower()
    name = next((each for each in _POLICIES if each.lower() == wanted.lower()), "RemoteSigned")
    machine = machine_of(call.engine)
    if scope == "process":
        session_of(call.engine).execution_policies["process"] = name
    elif scope == "currentuser":
        machine.registry.set(_POLICY_KEY.replace("HKLM", rf"HKU\{user_of(call.engine).sid}"), "ExecutionPolicy", name)
    else:
        machine.registry.set(_POLICY_KEY, "ExecutionPolicy", name)
