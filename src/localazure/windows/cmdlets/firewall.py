"""The module NetSecurity: firewall rules and profiles."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Literal, cast

from localazure.windows.cmdlets.failures import cim_failure, reported
from localazure.windows.cmdlets.scheduled_task_objects import cim
from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.wildcards import has_wildcard, matches
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.network import FirewallProfile, FirewallRule, Network
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.values import CaselessDict, EnumValue, PsObject

_NAMESPACE = "root/standardcimv2"
_ENUMS = "Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity"
_PROFILES = ("Domain", "Private", "Public")
_NUMBERS = {"Domain": 1, "Private": 2, "Public": 4}
Profile = Literal["Domain", "Private", "Public"]


def network_of(call: Call) -> Network:
    return machine_of(call.engine).network


def rule_object(rule: FirewallRule) -> PsObject:
    chosen = [p for p in _PROFILES if p in rule.profiles]
    profile = EnumValue(f"{_ENUMS}.Profile", ", ".join(chosen) or "Any", sum(_NUMBERS[p] for p in chosen))
    made = cim(
        "MSFT_NetFirewallRule",
        {
            "Name": rule.name,
            "ID": rule.name,
            "DisplayName": rule.display_name,
            "Group": rule.group or None,
            "Enabled": _truth(on=rule.enabled),
            "Profile": profile,
            "Platform": [],
            "Direction": EnumValue(f"{_ENUMS}.Direction", rule.direction, 1 if rule.direction == "Inbound" else 2),
            "Action": EnumValue(f"{_ENUMS}.Action", rule.action, 2 if rule.action == "Allow" else 4),
            "EdgeTraversalPolicy": "Block",
            "PrimaryStatus": EnumValue(f"{_ENUMS}.PrimaryStatus", "OK", 1),
            "Status": "The rule was parsed successfully from the store. (65536)",
            "EnforcementStatus": "NotApplicable",
            "PolicyStoreSource": "PersistentStore",
            "PolicyStoreSourceType": "Local",
            "Description": rule.description or None,
            "DisplayGroup": rule.group or None,
            "InstanceID": rule.name,
        },
        _NAMESPACE,
    )
    made.base = rule
    return made


def _truth(*, on: bool) -> EnumValue:
    return EnumValue(f"{_ENUMS}.Enabled", "True" if on else "False", 1 if on else 2)


_FIELDS = (
    Parameter("Description", kind=str),
    Parameter("Group", kind=str),
    Parameter("Enabled", kind=str),
    Parameter("Profile", kind="System.String[]"),
    Parameter("Direction", kind=str, values=("Inbound", "Outbound")),
    Parameter("Action", kind=str, values=("NotConfigured", "Allow", "Block")),
    Parameter("Protocol", kind=str),
    Parameter("LocalPort", kind="System.String[]"),
    Parameter("RemoteAddress", kind="System.String[]"),
    Parameter("Program", kind=str),
    *(
        Parameter(name)
        for name in ("RemotePort", "LocalAddress", "InterfaceType", "InterfaceAlias", "EdgeTraversalPolicy", "Service",
                     "IcmpType", "PolicyStore", "Package", "Platform", "CimSession")
    ),
)  # fmt: skip


def _changes(call: Call) -> dict[str, object]:
    """What the parameters say, under the names that a rule of the machine has for it."""
    texts = {"Description": "description", "Group": "group", "Protocol": "protocol", "Program": "program"}
    found: dict[str, object] = {
        field: str(call.get(name)) for name, field in texts.items() if call.get(name) is not None
    }
    for name in ("Direction", "Action"):
        if call.get(name):
            found[name.lower()] = str(call.get(name)).capitalize()
    if call.get("Enabled") is not None:
        found["enabled"] = is_true(call.get("Enabled"))
    for name, field in (("LocalPort", "local_ports"), ("RemoteAddress", "remote_addresses")):
        if call.get(name) is not None:
            found[field] = [part.strip() for each in call.get(name) for part in str(each).split(",")]
    if call.get("Profile") is not None:
        found["profiles"] = profiles_named(call.get("Profile"))
    return found


def is_true(value: object) -> bool:
    """Of NetSecurity's GpoBoolean: True and False as text, or 1 and 2."""
    return str(value).lower() in {"true", "1"}


def profiles_named(value: object) -> list[Profile]:
    """Empty for Any."""
    names = [
        part.strip().lower()
        for each in (value if isinstance(value, list) else [value])
        for part in str(each).split(",")
    ]
    return [cast(Profile, profile) for profile in _PROFILES if profile.lower() in names]


@command(
    "New-NetFirewallRule",
    parameters=(
        Parameter("Name", kind=str, aliases=("ID",)),
        Parameter("DisplayName", kind=str, mandatory=True),
        *_FIELDS,
    ),
)
def new_rule(call: Call) -> Iterator[object]:
    name = str(call.get("Name") or f"{{{uuid.uuid4()}}}")
    if call.get("LocalPort") is not None and str(call.get("Protocol") or "Any").lower() == "any":
        raise cim_failure(
            MachineError(0x80070057, name, "A port can be specified only if the protocol is TCP or UDP."),
            "New-NetFirewallRule",
        )
    rule = FirewallRule.model_validate({"name": name, "display_name": str(call.get("DisplayName")), **_changes(call)})
    try:
        network_of(call).add_rule(rule)
    except MachineError as failure:
        raise cim_failure(failure, "New-NetFirewallRule", name) from failure
    yield rule_object(rule)


_WHICH = (
    Parameter("Name", position=0, kind="System.String[]", pipeline="property", aliases=("ID",)),
    Parameter("DisplayName", kind="System.String[]"),
    Parameter("InputObject", kind=object, pipeline="value"),
    Parameter("All", switch=True),
)
_FILTERED = (Parameter("DisplayGroup", kind="System.String[]"), Parameter("PassThru", switch=True))


def _found(call: Call, record: CaselessDict) -> list[FirewallRule]:
    given = record.get("InputObject")
    if isinstance(given, PsObject) and isinstance(given.base, FirewallRule):
        return [given.base]
    rules = network_of(call).rules()
    for key, field in (
        ("Name", "name"),
        ("DisplayName", "display_name"),
        ("DisplayGroup", "group"),
        ("Group", "group"),
    ):
        if record.get(key) is not None and not (key == "Group" and call.command.name.startswith("Set")):
            wanted = record[key] if isinstance(record[key], list) else [record[key]]
            return [rule for each in wanted for rule in _fitting(call, rules, key, field, str(each))]
    return [rule for rule in rules if _kept(call, rule)]


def _fitting(call: Call, rules: list[FirewallRule], key: str, field: str, wanted: str) -> list[FirewallRule]:
    found = [rule for rule in rules if matches(str(getattr(rule, field)), wanted)]
    if not found and not has_wildcard(wanted):
        text = (
            f"No MSFT_NetFirewallRule objects found with property '{_property(key)}' equal to '{wanted}'.  Verify the "
            "value of the property and retry."
        )
        call.write_failure(
            error(
                "Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
                text,
                f"CmdletizationQuery_NotFound_{_property(key)},{call.command.name}",
                "ObjectNotFound",
                wanted,
            )
        )
    return [rule for rule in found if _kept(call, rule)]


def _property(key: str) -> str:
    return {"Name": "InstanceID"}.get(key, key)


def _kept(call: Call, rule: FirewallRule) -> bool:
    """Get-NetFirewallRule's further conditions; on other commands these parameters mean changes."""
    if not call.command.name.startswith("Get"):
        return True
    enabled, direction, action = call.get("Enabled"), call.get("Direction"), call.get("Action")
    return (
        (enabled is None or rule.enabled == is_true(enabled))
        and (direction is None or rule.direction.lower() == str(direction).lower())
        and (action is None or rule.action.lower() == str(action).lower())
    )


@command("Get-NetFirewallRule", parameters=(*_WHICH, *_FILTERED, *_FIELDS))
def get_rule(call: Call) -> Iterator[object]:
    for record in call.records():
        yield from map(rule_object, _found(call, record))


@command("Set-NetFirewallRule", parameters=(*_WHICH, *_FILTERED, Parameter("NewDisplayName", kind=str), *_FIELDS))
def set_rule(call: Call) -> Iterator[object]:
    changes = _changes(call)
    if call.get("NewDisplayName"):
        changes["display_name"] = str(call.get("NewDisplayName"))
    for rule in _each(call):
        for field, value in changes.items():
            setattr(rule, field, value)
        if call.switch("PassThru"):
            yield rule_object(rule)


@command("Enable-NetFirewallRule", parameters=(*_WHICH, *_FILTERED, Parameter("Group", kind=str)))
def enable_rule(call: Call) -> Iterator[object]:
    for rule in _each(call):
        rule.enabled = True
        if call.switch("PassThru"):
            yield rule_object(rule)


@command("Disable-NetFirewallRule", parameters=(*_WHICH, *_FILTERED, Parameter("Group", kind=str)))
def disable_rule(call: Call) -> Iterator[object]:
    for rule in _each(call):
        rule.enabled = False
        if call.switch("PassThru"):
            yield rule_object(rule)


@command("Remove-NetFirewallRule", should_process=True, parameters=(*_WHICH, *_FILTERED, Parameter("Group", kind=str)))
def remove_rule(call: Call) -> None:
    for rule in _each(call):
        if call.should_process(rule.display_name):
            network_of(call).remove_rule(rule.name)


def _each(call: Call) -> list[FirewallRule]:
    found: list[FirewallRule] = []
    for record in call.records():
        with reported(call):
            found += _found(call, record)
    return found


@command(
    "Get-NetFirewallPortFilter",
    parameters=(Parameter("AssociatedNetFirewallRule", pipeline="value"), Parameter("All", switch=True)),
)
def get_port_filter(call: Call) -> Iterator[object]:
    for record in call.records():
        given = record.get("AssociatedNetFirewallRule")
        rules = [given.base] if isinstance(given, PsObject) else network_of(call).rules()
        for rule in rules:
            if isinstance(rule, FirewallRule):
                ports = rule.local_ports[0] if len(rule.local_ports) == 1 else rule.local_ports
                properties: dict[str, object] = {
                    "Protocol": rule.protocol,
                    "LocalPort": ports,
                    "RemotePort": "Any",
                    "InstanceID": rule.name,
                }
                yield cim("MSFT_NetProtocolPortFilter", properties, _NAMESPACE)


@command(
    "Get-NetFirewallProfile",
    parameters=(
        Parameter("Profile", position=0, kind="System.String[]", aliases=("Name",)),
        Parameter("All", switch=True),
    ),
)
def get_profile(call: Call) -> Iterator[object]:
    yield from (_profile_object(profile) for profile in _profiles(call))


@command(
    "Set-NetFirewallProfile",
    parameters=(
        Parameter("Profile", position=0, kind="System.String[]", aliases=("Name",)),
        Parameter("All", switch=True),
        Parameter("InputObject", pipeline="value"),
        Parameter("Enabled", kind=str),
        Parameter("DefaultInboundAction", kind=str, values=("NotConfigured", "Allow", "Block")),
        *(Parameter(name) for name in ("DefaultOutboundAction", "NotifyOnListen", "LogAllowed", "LogBlocked",
                                       "LogFileName", "LogMaxSizeKilobytes", "AllowUnicastResponseToMulticast")),
        Parameter("PassThru", switch=True),
    ),
)  # fmt: skip
def set_profile(call: Call) -> None:
    for record in call.records():
        given = record.get("InputObject")
        chosen = [given.base] if isinstance(given, PsObject) else _profiles(call)
        for profile in chosen:
            if not isinstance(profile, FirewallProfile):
                continue
            if call.get("Enabled") is not None:
                profile.enabled = is_true(call.get("Enabled"))
            if call.get("DefaultInboundAction") is not None:
                profile.inbound = "Allow" if str(call.get("DefaultInboundAction")).lower() == "allow" else "Block"


def _profiles(call: Call) -> list[FirewallProfile]:
    everything, wanted = network_of(call).state.profiles, call.get("Profile")
    names = profiles_named(wanted) if wanted is not None else []
    return [profile for profile in everything if not names or profile.name in names]


def _profile_object(profile: FirewallProfile) -> PsObject:
    properties: dict[str, object] = {
        "Name": profile.name,
        "Profile": profile.name,
        "Enabled": _truth(on=profile.enabled),
        "DefaultInboundAction": EnumValue(f"{_ENUMS}.Action", profile.inbound, 2 if profile.inbound == "Allow" else 4),
        "DefaultOutboundAction": EnumValue(f"{_ENUMS}.Action", "Allow", 2),
    }
    made = cim("MSFT_NetFirewallProfile", properties, _NAMESPACE)
    made.base = profile
    return made
