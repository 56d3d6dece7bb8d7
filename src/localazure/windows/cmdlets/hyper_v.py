"""Hyper-V's virtual switches. Machines of its own the model has none: there is no Hyper-V below them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.wildcards import matches
from localazure.windows.machine.network import SwitchKind, VirtualSwitch
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.values import EnumValue, PsObject

_KINDS: dict[str, tuple[SwitchKind, int]] = {
    "private": ("Private", 0),
    "internal": ("Internal", 1),
    "external": ("External", 2),
}
_NAME = Parameter("Name", position=0, kind=object, pipeline="property", aliases=("SwitchName",))


def _switches(call: Call) -> Iterator[VirtualSwitch]:
    """Those that are asked for; one that is named and not there is an error."""
    known = machine_of(call.engine).network.state.switches
    for record in call.records():
        wanted = record.get("Name")
        for name in [None] if wanted is None else wanted if isinstance(wanted, list) else [wanted]:
            found = [each for each in known if name is None or matches(each.name, str(name))]
            if not found and name is not None:
                text = f'Hyper-V was unable to find a virtual switch with name "{name}".'
                kind = "Microsoft.HyperV.PowerShell.VirtualizationException"
                call.error(kind, text, "InvalidParameter", "InvalidArgument", name)
            yield from found


def _shown(switch: VirtualSwitch) -> PsObject:
    properties: dict[str, object] = {
        "Name": switch.name,
        "Id": switch.switch_id,
        "SwitchType": EnumValue("Microsoft.HyperV.PowerShell.VMSwitchType", *_KINDS[switch.kind.lower()]),
        "NetAdapterInterfaceDescription": switch.adapter or None,
    }
    return PsObject.typed("Microsoft.HyperV.PowerShell.VMSwitch", properties)


@command("Get-VMSwitch", parameters=(_NAME,))
def get_switch(call: Call) -> Iterator[object]:
    for switch in _switches(call):
        yield _shown(switch)


@command(
    "New-VMSwitch",
    should_process=True,
    parameters=(
        _NAME,
        Parameter("SwitchType", kind=str, values=("Internal", "Private")),
        Parameter("NetAdapterName", kind=str),
    ),
)
def new_switch(call: Call) -> Iterator[object]:
    """With an adapter of the machine it is an external one."""
    adapter, network = str(call.get("NetAdapterName") or ""), machine_of(call.engine).network
    kind, _ = _KINDS["external" if adapter else str(call.get("SwitchType") or "internal").lower()]
    switch = VirtualSwitch(name=str(call.get("Name")), kind=kind, adapter=adapter, switch_id=str(uuid.uuid4()))
    network.state.switches.append(switch)
    yield _shown(switch)


@command("Remove-VMSwitch", should_process=True, parameters=(_NAME, Parameter("Force", switch=True)))
def remove_switch(call: Call) -> None:
    known = machine_of(call.engine).network.state.switches
    for switch in list(_switches(call)):
        known.remove(switch)
