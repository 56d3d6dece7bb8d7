"""-OutVariable and its kin: lists that keep what a command writes, its own functions' and blocks' writing included."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import CaselessDict, PsList

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

Collectors = Mapping[str, tuple[PsList, ...]]
_MESSAGES = ("ErrorVariable", "WarningVariable", "InformationVariable")


def collectors(caller: "Frame", common: CaselessDict) -> Collectors:
    """What keeps a command's messages: that of its caller, and the variables that the command names."""
    made = dict(caller.collectors)
    for parameter in _MESSAGES:
        if parameter in common:
            made[parameter] = (*made.get(parameter, ()), _variable(caller, common[parameter]))
    return made


def _variable(caller: "Frame", name: object) -> PsList:
    """The variable's list: a new one, or with + before its name the one it has, if any."""
    text = to_text(name)
    kept = caller.get_variable(text.lstrip("+")) if text.startswith("+") else None
    if not isinstance(kept, PsList):
        kept = PsList([] if kept is None else [kept])
        caller.set_variable(text.lstrip("+"), kept)
    return kept


def output(caller: "Frame", common: CaselessDict, flow: Iterable[Any]) -> Iterator[Any]:
    """A command's output, also kept in -OutVariable, and each object in -PipelineVariable while it is passed on."""
    kept = _variable(caller, common["OutVariable"]) if "OutVariable" in common else None
    current = to_text(common.get("PipelineVariable"))
    if kept is None and not current:
        yield from flow
        return
    for item in flow:
        if kept is not None:
            kept.append(item)
        if current:
            caller.set_variable(current, item)
        yield item
    if current:
        caller.remove_variable(current, "0")
